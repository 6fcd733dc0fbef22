"""What four_directories.sh loads, changes and asks: one organization in the forms of four directories.

    four_directories.py make FOLDER SEED                  the entries: all.ldif, both.ldif, policy.ldif; slapd.server, 389.server, policy.server
    four_directories.py load FOLDER SMB_CONF SAM_LDB      the same into Samba (with its own Python, in one transaction)
    four_directories.py change FOLDER SEED COUNT          the same entries after changes, and these: changes.slapd, …
    four_directories.py ask FOLDER SEED COUNT LDIF OUT    questions about what LDIF has, for asks.c
    four_directories.py same QUESTIONS WANTED GOT         whether the answers are the same; the first that are not

The entries are the examples, their people and groups below ou=staff and all else below ou=policy, so that the two may be had from
different servers; and, below ou=random, a random directory of tests/oracle.

What not all four directories can hold is left out of all four, or said in another way (class Common):
  - entries are named by cn, ou or dgId, with one value, as Active Directory asks for;
  - groups are groupOfNames, organizationalRole or posixGroup; members by URL and the roles of 389 have no match;
  - a DN that names nothing, a value that differs from another in case alone, a second value of what is single in Active
    Directory, parts of seconds: it refuses them.
What each says in its own way (class Form): classes of people and groups, times, and whether an account is disabled or
expires. In Active Directory members of a binding are in uniqueMember, since Samba refuses to change `member` of what is no group.
References to what was renamed are mended there by the server, elsewhere by whoever renames; so are members who were deleted.
"""
import json
import os
import random
import re
import sys
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../oracle"), os.path.join(HERE, "../property")]
import generate  # noqa: E402
import ldif  # noqa: E402
import questions  # noqa: E402
import sources  # noqa: E402
from names import dn_key, dn_key_or_none, dn_read  # noqa: E402

TOP = "ou=acme,dc=ad,dc=example,dc=test"
EXAMPLES = ("cemantica", "respondio", "sagicc", "spaces")
SYNTAXES = sources.syntaxes(True)
STATE = "state"  # of a person: "disabled", or the number of the day on which the account expires


def is_dn(name):
    return SYNTAXES.get(name.lower()) == sources.DN


def rdn_text(name, value):
    return name + "=" + generate.escape(value)


def rdn_pair(dn):
    (name, value), = dn_read(dn)[0]
    return name, value


def parent(dn):
    return ",".join(rdn_text(*pair) for (pair,) in dn_read(dn)[1:])


# ---- what all four can hold ----

CLASSES = {"organization": "organizationalUnit", "domain": "organizationalUnit", "groupOfMembers": "groupOfNames",
           "groupOfUniqueNames": "groupOfNames", "groupOfURLs": "groupOfNames", "group": "groupOfNames",
           "nsRoleDefinition": "groupOfNames", "user": "inetOrgPerson"}
CLASSES_LEFT_OUT = ("top", "person", "ldapSubEntry", "nsSimpleRoleDefinition", "nsManagedRoleDefinition",
                    "nsComplexRoleDefinition", "nsFilteredRoleDefinition", "nsNestedRoleDefinition")
LEFT_OUT = ("o", "dc", "samaccountname", "primarygroupid", "objectsid", "grouptype", "memberurl", "nsroledn", "nsrolefilter")
SINGLE = ("cn", "mail", "title", "l", "owner", "employeetype", "sn", "displayname", "gidnumber", "givenname", "dgid")
SIGNS = {"nsaccountlock": ("TRUE", "perhaps"), "logindisabled": ("TRUE",), "pwdaccountlockedtime": ("20270101000000Z",),
         "shadowexpire": ("20820", "soon"), "useraccountcontrol": ("514",), "accountexpires": ("134500000000000000",)}


def singles():
    with open(sources.SCHEMA, encoding="utf-8") as file:
        found = re.findall(r"^attributetype \((?:(?!^attributetype).)*? NAME '(\w+)'(?:(?!^\w).)*?SINGLE-VALUE", file.read(), re.S | re.M)
    return set(SINGLE) | {name.lower() for name in found}


class Common:
    """Records as examples and generators write them, made such as all four can hold."""

    def __init__(self):
        self.singles, self.places, self.records = singles(), {}, []

    def add(self, records, root, place, staff=()):
        """The entries below `root` are put below `place`; those below staff (DN: new DN) there."""
        self.places[dn_key(root)] = place
        self.places.update((dn_key(dn), new) for dn, new in staff)
        for dn, _ in sorted(records, key=lambda record: len(dn_key(record[0]))):
            key = dn_key(dn)
            if key not in self.places:
                self.places[key] = self.rdn(dn_read(dn)[0]) + "," + self.places[key[1:]]
        self.records += records

    @staticmethod
    def rdn(pairs):
        found = dict((name.lower(), value) for name, value in pairs)
        name = "dgId" if "dgid" in found else "ou" if {"ou", "o", "dc"} & set(found) else "cn"
        return rdn_text(name, " ".join(found[kind] for kind in sorted(found)))

    def all(self):
        return [(self.places[dn_key(dn)], self.pairs(dn, pairs)) for dn, pairs in self.records]

    def pairs(self, dn, pairs):
        name, value = rdn_pair(self.places[dn_key(dn)])
        kept = {(name.lower(),): (name, value)}
        for pair in sorted(self.classes(pairs), key=lambda pair: pair[0] == "cn"):
            for each in self.pair(name, *pair):
                single = each[0].lower() in self.singles
                kept.setdefault((each[0].lower(),) if single else (each[0].lower(), each[1].casefold()), each)
        return list(kept.values())

    @staticmethod
    def classes(pairs):
        """With the classes that its attributes ask for, and none that asks for what is not there."""
        names = {name for name, _ in pairs}
        out = CLASSES_LEFT_OUT + (() if "gidNumber" in names else ("posixAccount",))
        taken = [(name, CLASSES.get(value, value)) for name, value in pairs if name != "objectClass" or value not in out]
        if ("objectClass", "inetOrgPerson") in taken and {"dgId", "dgHasPlan", "dgStatus"} & names:
            taken += [("objectClass", "dgAccount")]
        return taken if ("objectClass", "groupOfNames") not in taken else [
            ("member" if name.lower() == "uniquemember" else name, value) for name, value in taken]

    def pair(self, naming, name, value):
        """As it is kept: one pair or none."""
        kind = name.lower()
        if kind in SIGNS:
            return [(STATE, value if value == "20820" or kind == "accountexpires" else "disabled")] if value in SIGNS[kind] else []
        if kind in LEFT_OUT or (kind == naming.lower() and kind != "cn"):
            return []
        if kind == "cn" and naming == "cn":
            return [("displayName", value)]
        if is_dn(name):
            place = self.places.get(dn_key_or_none(value))
            return [(name, place)] if place else []
        value = sources.value_taken(value, SYNTAXES.get(kind))
        if value is not None and SYNTAXES.get(kind) == sources.TIME:
            value = time_plain(value)
        return [(name, value)] if value is not None else []


def time_plain(value):
    """UTC, whole seconds."""
    digits, zone = re.fullmatch(r"([0-9]+)(?:[.,][0-9]+)?(Z|[+-][0-9]+)", value).groups()
    at = datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S")
    if zone != "Z":
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:] or 0))
        at = at - away if zone[0] == "+" else at + away
    return at.strftime("%Y%m%d%H%M%SZ")


def example_records(name):
    folder = os.path.join(HERE, "../../examples", name)
    for file in sorted(os.listdir(folder)):
        if file.endswith(".ldif"):
            with open(os.path.join(folder, file), encoding="utf-8") as text:
                yield from ldif.records_read(text.read())


def organization(seed):
    common = Common()
    containers = [TOP] + [name + "," + TOP for name in ("ou=staff", "ou=policy")]
    for name in EXAMPLES:
        records = list(example_records(name))
        home = "ou=%s,ou=staff,%s" % (name, TOP)
        staff = [(dn, rdn_text(*rdn_pair(dn)) + "," + home) for dn, _ in records
                 if dn in ("ou=people,o=" + name, "ou=groups,o=" + name)]
        common.add(records, "o=" + name, "ou=%s,ou=policy,%s" % (name, TOP), staff)
        containers.append(home)
    common.add(ldif.records_read(generate.directory_text(seed)), "dc=example", "ou=random," + TOP)
    return [(dn, [("ou", rdn_pair(dn)[1]), ("objectClass", "organizationalUnit")]) for dn in containers] + common.all()


# ---- the form of each ----

class Form:
    """OpenLDAP, and LDIF files."""

    @staticmethod
    def state(value):
        return [("shadowExpire", "1" if value == "disabled" else Form.day(value))] if value else []

    @staticmethod
    def day(value):
        """Since 1970; accountExpires counts parts of a second since 1601."""
        return value if len(value) < 10 else str((int(value) // 10**7 - 11644473600) // 86400)

    def pairs(self, pairs):
        classes = [("objectClass", "extensibleObject")]
        if ("objectClass", "posixAccount") in pairs:
            classes += [("uidNumber", "1"), ("homeDirectory", "/")]
        found = [each for name, value in pairs for each in (self.state(value) if name == STATE else [(name, value)])]
        return found + classes

    @staticmethod
    def pair(pairs, name, value):
        """How a value of the entry with these pairs is written there."""
        return name, value


class Form389(Form):
    @staticmethod
    def state(value):
        return [("nsAccountLock", "true")] if value == "disabled" else Form.state(value)


class FormSamba(Form):
    CLASSES = {"inetOrgPerson": ("user",), "groupOfNames": ("group",), "posixGroup": ("posixGroup", "group")}

    @staticmethod
    def state(value):
        return [("userAccountControl", "546" if value == "disabled" else "544"), ("accountExpires", "9223372036854775807" if value in (
            "", "disabled") else str((int(Form.day(value)) * 86400 + 11644473600) * 10**7))]

    def pairs(self, pairs):
        found = [self.pair(pairs, name, value) for name, value in pairs if name not in (STATE, "objectClass")]
        found += [("objectClass", each) for name, value in pairs if name == "objectClass" for each in self.CLASSES.get(value, (value,))]
        if ("objectClass", "user") in found:
            found += self.state(dict(pairs).get(STATE, ""))
        if ("objectClass", "group") in found:
            found += [("groupType", "-2147483640")]
        return found

    @staticmethod
    def pair(pairs, name, value):
        if SYNTAXES.get(name.lower()) == sources.TIME:
            value = value[:-1] + ".0Z"
        return "uniqueMember" if name == "member" and ("objectClass", "dgBinding") in pairs else name, value


FORMS = {"slapd": Form(), "389": Form389(), "samba": FormSamba()}


def write(folder, name, text):
    """At once, since a gateway may look."""
    path = os.path.join(folder, name)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


def write_records(folder, entries):
    """What is to be read again by `read_records`, and the LDIF files."""
    records = sorted(entries.items(), key=lambda record: len(dn_key(record[0])))
    write(folder, "records.json", json.dumps(records))
    formed = [(dn, FORMS["slapd"].pairs(pairs)) for dn, pairs in records]
    write(folder, "all.ldif", ldif.records_text(formed))
    for name, parts in (("policy", ("policy",)), ("both", ("staff", "policy"))):
        write(folder, name + ".ldif", ldif.records_text([record for record in formed if part_of(record[0]) in parts]))


def part_of(dn):
    """The name of the part below the top."""
    return "".join(value for (_, value), in dn_read(dn)[-5:-4])


def read_records(folder):
    with open(os.path.join(folder, "records.json"), encoding="utf-8") as file:
        return [(dn, [tuple(pair) for pair in pairs]) for dn, pairs in json.load(file)]


def make(folder, seed):
    write_records(folder, dict(organization(int(seed))))
    records = read_records(folder)
    # slapadd wants the values of an attribute side by side, and the structural class.
    slapd = [(dn, sorted(FORMS["slapd"].pairs(pairs), key=lambda pair: pair[0].lower()) +
              [("structuralObjectClass", sources.structural(pairs))]) for dn, pairs in records]
    policy = [record for record in slapd if part_of(record[0]) == "policy"]
    of_389 = [(dn, FORMS["389"].pairs(pairs)) for dn, pairs in records]
    for name, each in (("slapd", slapd), ("policy", policy), ("389", of_389)):
        write(folder, name + ".server", ldif.records_text(each).split("\n", 1)[1])
    print(len(records))


WHOLE = ("dgRoleSet", "dgInvitation", "dgGroupRule")  # classes that want what they name from the start


def load(folder, smb_conf, sam_ldb):
    import ldb
    from samba.auth import system_session
    from samba.param import LoadParm
    from samba.samdb import SamDB
    parameters = LoadParm()
    parameters.load(smb_conf)
    directory = SamDB(url=sam_ldb, session_info=system_session(), lp=parameters)
    directory.transaction_start()
    records = [(dn, FORMS["samba"].pairs(pairs)) for dn, pairs in read_records(folder)]
    whole = {dn for dn, pairs in records if any(("objectClass", name) in pairs for name in WHOLE)}
    for late in (False, True):  # nobody is named before being there
        for dn, pairs in records:
            message = ldb.Message(ldb.Dn(directory, dn))
            own = rdn_pair(dn)[0].lower()
            for name in {name for name, _ in pairs if name.lower() != own and late == (is_dn(name) or dn in whole)}:
                values = [value for other, value in pairs if other == name]
                message[name] = ldb.MessageElement(values, ldb.FLAG_MOD_ADD, name)
            if len(message):
                (directory.modify if late and dn not in whole else directory.add)(message)
    directory.transaction_commit()


# ---- changes ----

def home(dn):
    """Of which organization, whether people or policy."""
    key = dn_key(dn)
    return key[-5:-4] if key[-5:] == dn_key("ou=random," + TOP) else key[-6:-5]


class Changer:
    """Changes that every directory takes, in the form of each; the entries are changed along."""

    def __init__(self, entries, seed):
        self.entries, self.round, self.random, self.serial = entries, seed, random.Random(seed), 0
        self.texts = {name: [] for name in tuple(FORMS) + ("policy",)}

    # Finding

    def of_class(self, *names):
        return [dn for dn, pairs in self.entries.items() if any(("objectClass", name) in pairs for name in names)]

    def values(self, dn, name):
        return [value for other, value in self.entries[dn] if other == name]

    def pick(self, things):
        things = list(things)
        return self.random.choice(things) if things else None

    def near(self, dn, *classes):
        """One of the same organization; in the random part, any."""
        return self.pick(other for other in self.of_class(*classes) if home(other) == home(dn))

    def above(self, dn, *classes):
        """Where it can be moved: not to another server, nor below itself."""
        return self.pick(other for other in self.of_class(*classes) if dn_key(other)[-6:] == dn_key(dn)[-6:] and
                         other != dn and not other.endswith("," + dn)) or parent(dn)

    def label(self):
        self.serial += 1
        return "changed %d.%d" % (self.round, self.serial)

    # Changing

    def say(self, form, dn, kind, *lines):
        text = "\n".join((ldif.line_text("dn", dn), "changetype: " + kind) + lines) + "\n"
        self.texts[form].append(text)
        if form == "slapd" and part_of(dn) == "policy":
            self.texts["policy"].append(text)

    def modify(self, dn, act, name, values, forms=tuple(FORMS)):
        for form in forms:
            act_there, left = act, values
            if act == "delete" and FORMS[form].pair(self.entries[dn], name, "")[0] == "uniqueMember":
                # Samba does not find a value of what is not linked by a name that was given later.
                act_there, left = "replace", [value for value in self.values(dn, name) if value not in values]
            said = [FORMS[form].pair(self.entries[dn], name, value) for value in left or [""]]
            self.say(form, dn, "modify", act_there + ": " + said[0][0], *[ldif.line_text(*pair) for pair in said if left], "-")

    def set(self, dn, act, name, *values):
        if not values and act == "replace" and not self.values(dn, name):
            return
        self.modify(dn, act, name, values)
        kept = [pair for pair in self.entries[dn] if pair[0] != name or (act != "replace" and pair[1] not in values)]
        self.entries[dn] = kept + ([] if act == "delete" else [(name, value) for value in values])

    def set_state(self, dn, value):
        self.entries[dn] = [pair for pair in self.entries[dn] if pair[0] != STATE] + ([(STATE, value)] if value else [])
        for form, each in FORMS.items():
            said = each.state(value)
            gone = [] if said else ["nsAccountLock", "shadowExpire"] if form == "389" else ["shadowExpire"]
            for name, text in said + [(name, None) for name in gone]:
                self.say(form, dn, "modify", "replace: " + name, *([ldif.line_text(name, text)] if text else []), "-")

    def add(self, dn, pairs):
        self.entries[dn] = pairs
        for form, each in FORMS.items():
            said = each.pairs(pairs)
            self.say(form, dn, "add", *[ldif.line_text(*pair) for pair in said])

    def delete(self, dn):
        """With the members that name it, which Active Directory takes out by itself."""
        for other in self.entries:
            if dn in self.values(other, "member"):
                linked = ("objectClass", "groupOfNames") in self.entries[other] or ("objectClass", "dgInvitation") in self.entries[other]
                self.modify(other, "delete", "member", [dn], ("slapd", "389") if linked else tuple(FORMS))
                self.entries[other].remove(("member", dn))
        for form in FORMS:
            self.say(form, dn, "delete")
        del self.entries[dn]

    def move(self, dn, rdn, above):
        new = rdn + "," + above
        for form in FORMS:
            self.say(form, dn, "modrdn", ldif.line_text("newrdn", rdn), "deleteoldrdn: 1", ldif.line_text("newsuperior", above))
        moved = {other: other[:len(other) - len(dn)] + new for other in self.entries
                 if other == dn or other.endswith("," + dn)}
        self.entries = {moved.get(other, other): pairs for other, pairs in self.entries.items()}
        name, value = rdn_pair(new)
        self.entries[new] = [(name, value)] + [pair for pair in self.entries[new] if pair[0] != name]
        for other in self.entries:
            self.follow(other, moved)

    def follow(self, dn, moved):
        for name in sorted({name for name, value in self.entries[dn] if is_dn(name) and value in moved}):
            values = [moved.get(value, value) for value in self.values(dn, name)]
            self.modify(dn, "replace", name, values, ("slapd", "389"))
            self.entries[dn] = [pair for pair in self.entries[dn] if pair[0] != name] + [(name, value) for value in values]

    # Kinds of changes

    def member_in(self):
        dn = self.pick(self.of_class("groupOfNames", "dgBinding"))
        person = dn and self.near(dn, "inetOrgPerson", "groupOfNames")
        if person and person != dn and person not in self.values(dn, "member"):
            self.set(dn, "add", "member", person)

    def member_out(self):
        dn = self.pick(dn for dn in self.of_class("groupOfNames", "dgBinding") if len(self.values(dn, "member")) > 1)
        if dn:
            self.set(dn, "delete", "member", self.pick(self.values(dn, "member")))

    def person_state(self):
        self.set_state(self.pick(self.of_class("inetOrgPerson")), self.pick(("disabled", "disabled", "", "20820")))

    def person_value(self):
        name, values = self.pick((("departmentNumber", ("42", "7", "41")), ("employeeType", ("staff", "guest")), ("title", ("boss", "team lead"))))
        self.set(self.pick(self.of_class("inetOrgPerson")), "replace", name, *self.pick((values[:1], values[1:2], ())))

    def person_new(self):
        above = self.pick(parent(dn) for dn in self.of_class("inetOrgPerson"))
        name = self.label()
        self.add(rdn_text("cn", name) + "," + above, [
            ("cn", name), ("objectClass", "inetOrgPerson"), ("sn", "New"), ("uid", name.replace(" ", "-"))])
        self.member_in()

    def person_gone(self):
        dn = self.pick(self.of_class("inetOrgPerson"))
        if all(self.values(other, "member") != [dn] for other in self.entries):
            self.delete(dn)

    def person_renamed(self):
        dn = self.pick(self.of_class("inetOrgPerson"))
        above = parent(dn) if self.random.random() < 0.5 else self.above(dn, "organizationalUnit")
        self.move(dn, rdn_text("cn", self.label()), above)

    def group_renamed(self):
        dn = self.pick(self.of_class("groupOfNames"))
        self.move(dn, rdn_text("cn", self.label()), parent(dn))

    def tree_renamed(self):
        kinds = ("dgOrganization", "dgWorkspace") if self.random.random() < 0.5 else ("organizationalUnit",)
        dn = self.pick(dn for dn in self.of_class(*kinds) if len(dn_key(dn)) > 6)
        if dn and rdn_pair(dn)[0] == "ou":
            self.move(dn, rdn_text("ou", self.label()), parent(dn))

    def tree_moved(self):
        dn = self.pick(dn for dn in self.of_class("dgWorkspace") if rdn_pair(dn)[0] == "ou")
        if dn:
            self.move(dn, rdn_text("ou", self.label()), self.above(dn, "dgWorkspace", "organizationalUnit"))

    def role_value(self):
        dn = self.pick(self.of_class("dgRole"))
        others = {value for other in self.of_class("dgRole") for value in self.values(other, "dgPermission")}
        here = {value.casefold() for value in self.values(dn, "dgPermission")}
        value = self.pick(sorted(value for value in others if value.casefold() not in here))
        if len(here) > 1 and self.random.random() < 0.5:
            self.set(dn, "delete", "dgPermission", self.pick(self.values(dn, "dgPermission")))
        elif value:
            self.set(dn, "add", "dgPermission", value)

    def binding_value(self):
        dn = self.pick(self.of_class("dgBinding"))
        form = self.random.randrange(5)
        limit = self.near(dn, "dgRestriction")
        if form == 0 and limit and limit not in self.values(dn, "dgRestrictedBy"):
            self.set(dn, "add", "dgRestrictedBy", limit)
        elif form == 1 and self.values(dn, "dgRestrictedBy"):
            self.set(dn, "replace", "dgRestrictedBy")
        elif form == 2:
            self.set(dn, "replace", "dgDisabled", self.pick(("TRUE", "FALSE")))
        elif form == 3:
            self.set(dn, "replace", "dgNotAfter", self.pick(("20270601000000Z", "20290101000000Z")))
        else:
            self.set(dn, "replace", "dgMemberFilter", self.pick(generate.MEMBER_FILTERS))

    def policy_gone(self):
        above = {parent(dn) for dn in self.entries}
        dn = self.pick(dn for dn in self.of_class("dgBinding", "dgResource", "dgRestriction", "dgRole") if dn not in above)
        if dn:
            self.delete(dn)

    def workspace_value(self):
        dn = self.pick(self.of_class("dgWorkspace"))
        name, values = self.pick((("dgStatus", ("active", "disabled")), ("dgVisibility", ("public", "private")),
                                  ("dgIsolated", ("TRUE", "FALSE"))))
        self.set(dn, "replace", name, self.pick(values))

    def change(self):
        self.random.choices((self.member_in, self.member_out, self.person_state, self.person_value, self.person_new, self.person_gone,
                             self.person_renamed, self.group_renamed, self.tree_renamed, self.tree_moved, self.role_value,
                             self.binding_value, self.policy_gone, self.workspace_value),
                            (5, 4, 4, 3, 3, 2, 3, 2, 2, 1, 3, 5, 1, 2))[0]()


def change(folder, seed, count):
    changer = Changer(dict(read_records(folder)), int(seed))
    while len(changer.texts["samba"]) < int(count):
        changer.change()
    for form, texts in changer.texts.items():
        write(folder, "changes." + form, "\n".join(texts))
    write_records(folder, changer.entries)


# ---- questions ----

def question(request):
    """For asks.c; None if AuthZEN does not allow it."""
    subject, action, resource = (request.get(name) for name in ("subject", "action", "resource"))
    context = dict(request.get("context") or {})
    at = (context.pop("dirgate", None) or {}).get("at")
    strings = [subject, action, resource] + [each.get(name) for each, names in (
        (subject, ("type", "id")), (action, ("name",)), (resource, ("type", "id"))) if isinstance(each, dict) for name in names]
    if not all(isinstance(each, dict) for each in strings[:3]) or not all(isinstance(each, str) for each in strings[3:]):
        return None
    found = {"kind": "explain", "subject": subject["id"], "subject_type": subject["type"], "action": action["name"],
             "resource_type": resource["type"], "resource_id": resource["id"], "at": at, "context": json.dumps(context)}
    for name, each in (("subject", subject), ("action", action), ("resource", resource)):
        if "properties" in each:
            found[name + "_properties"] = json.dumps(each["properties"])
    return found


class Lists:
    """Questions whose answers are lists, about what somebody was asked about."""

    def __init__(self, directory, chance):
        self.asker, self.random, self.directory = questions.Asker(directory, chance), chance, directory

    def one(self):
        person = self.asker.name_of(self.random.choice(self.directory.people))
        place = self.random.choice(self.directory.workspaces + self.directory.organizations)
        home = place.organization if place.organization is not None else place
        where, at = place.dn, {"at": self.random.choice(generate.TIMES)}
        action = self.asker.action(None, place)
        who = {"subject": person, "workspace": where, **at}
        group = self.random.choice(self.directory.groups).entry.dn
        return self.random.choice((
            {"kind": "users", "organization": home.dn}, {"kind": "users", "search": "m"}, {"kind": "user", "name": person},
            {"kind": "user-workspaces", "name": person, **at}, {"kind": "claims", "name": person, **at},
            {"kind": "workspaces", "organization": home.dn}, {"kind": "members", "name": where, **at},
            {"kind": "matrix", "name": where}, {"kind": "roles", "organization": home.dn},
            {"kind": "restrictions", "organization": home.dn}, {"kind": "group", "name": group},
            {"kind": "organization", "organization": home.dn}, {"kind": "subjects", "action": action, "workspace": where, **at},
            {"kind": "resources", "subject": person, "action": action, "resource_type": "workspace", **at},
            {"kind": "actions", **who}, {"kind": "permissions", **who}, {"kind": "filter", "action": action, **who}))


def ask(folder, seed, count, name, out):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        text = file.read()
    chance, count = random.Random(int(seed)), int(count)
    directory = questions.Directory(text, {})
    asker, lists = questions.Asker(directory, chance), Lists(directory, chance)
    asked = []
    while len(asked) < count:
        found = lists.one() if chance.random() < 0.15 else question(asker.request())
        if found:
            asked.append({name: value for name, value in found.items() if value is not None})
    write(folder, out, "".join(json.dumps(each) + "\n" for each in asked))


OWN = ("online", "last_seen", "created", "candidates")  # what one source alone knows, and which two of several are named
ESCAPED = re.compile(r"(?:\\[0-9a-f]{2})+")


def unescaped(text):
    """However a DN is written: the octets behind \\2c or \\c3\\b6, without what escapes them."""
    return ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("\\", "")).decode(errors="replace"), text).replace("\\", "")


def plain(value):
    """What was answered, without its order (of entries and of values servers have none), case, and escapes."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name not in OWN}
    if isinstance(value, list):
        return sorted(map(plain, value), key=lambda each: json.dumps(each, sort_keys=True))
    return unescaped(value.lower()) if isinstance(value, str) else value


def answer_plain(line):
    head, brace, tail = line.partition("{")
    return head.strip() + " " + (json.dumps(plain(json.loads(brace + tail)), sort_keys=True) if brace else "")


def same(asked, wanted, got):
    """Exit status 1, and where the first three differ, if answers do."""
    with open(asked, encoding="utf-8") as one, open(wanted, encoding="utf-8") as two, open(got, encoding="utf-8") as three:
        rows = list(zip(one.readlines(), map(answer_plain, two.readlines()), map(answer_plain, three.readlines())))
    differ = [row for row in rows if row[1] != row[2]]
    for said, *answers in differ[:3]:
        at = max(0, len(os.path.commonprefix(answers)) - 300)
        print("%swanted: %s… %s\ngot:    %s… %s" % (said, *(part for each in answers for part in (each[:40], each[at:at + 600]))))
    if differ or not rows:
        print("%d of %d answers differ" % (len(differ), len(rows)))
    sys.exit(1 if differ or not rows else 0)


def main():
    {"make": make, "load": load, "change": change, "ask": ask, "same": same}[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()

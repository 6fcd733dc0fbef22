#!/usr/bin/env python3
"""Random directories, and random requests about them, from a seed.

    generate.py [--seed S] [--requests M]              print one directory as LDIF
    generate.py --histogram [--directories N] ...      what the evaluator answers over many
"""
import argparse
import collections
import json
import random
import sys
from decimal import Decimal

import ldif
from names import dn_key

FIRST = ("lena omar zoe jan mia raj ida tom eva kim ann bob cy dan fay gus hal ivo joy ken lou max ned pia".split())
LAST = ("Doe", "Zoë", "O'Hara", "Lee, Jr.", "Müller", "de la Cruz", "Ng", "Ström", "Smith+Co")
AREAS = ("contacts", "records", "reports", "settings")
VERBS = ("read", "update", "delete", "export")
BUILT_IN = ("workspace.read", "workspace.update", "workspace.delete", "workspace.disable", "members.read", "members.assign",
            "members.remove", "restrictions.set", "users.invite", "users.update", "users.activate",
            "users.deactivate", "users.delete", "users.read", "teams.update", "organization.read",
            "organization.update", "workspace.create")
FILTERS = ("(assignee=$user.uid)", "(owner=$user.dn)", "(sharedWith=$user.groups)", "(level>=3)", "(amount<=100)",
           "(status=open)", "(!(status=closed))", "(due>=$now)", "(resource.type=contact)", "(action.channel=web)",
           "(context.channel=we*)", "(subject.departmentNumber=42)", "(region=$workspace.l)",
           "(team=$user.departmentNumber)", "(tags=*)", "(|(owner=$user.dn)(assignee=$user.id)(sharedWith=$user.groups))",
           "(&(status=open)(!(level<=1)))", "(!(sharedWith=$user.groups))", "(subject.title=*)", "(place=$workspace.id)",
           "(site=$workspace.dn)", "(resource.id=r1)", "(action.name=*read)", "(context.mfa=TRUE)", "(note=a\\24b)",
           "(subject.nobodyHasThis=x)", "(team=$user.nobodyHasThis)", "(Status=OPEN)", "(dotted.name=1)", "(level>=x)",
           "(resource.status=op*n)", "(!(subject.nobodyHasThis=x))", "(due<=$now)", "(name=*s*m*)", "(level=3)")
BROKEN_FILTERS = ("(a=b", "a=b", "(a~=b)", "( a=b)", "(&)", "(a=$x)", "(x.y=1)", "(a=b$c)", "(cn:=x)", "(a=\\q1)", "")
MEMBER_FILTERS = ("(departmentNumber=42)", "(&(departmentNumber=42)(employeeType=staff))", "(!(employeeType=guest))",
                  "(title=*lead*)", "(nobodyHasThis=x)", "(!(nobodyHasThis=x))", "(objectClass=posixAccount)",
                  "(|(title=boss)(employeeType=staff))", "(cn=* *)", "(departmentNumber>=40)", "(mail=*@b.example)")
BROKEN_MEMBER_FILTERS = ("(a=$user.dn)", "(a=b", "(a.b=c)", "(a~=b)", "x")
TIMES = ("2027-01-04T07:59:59Z", "2027-03-03T10:00:00Z", "2027-03-28T00:59:59.5Z", "2027-03-28T01:00:00Z",
         "2027-06-05T23:30:00+02:00", "2027-06-06T03:00:00Z", "2027-10-31T00:30:00Z", "2027-12-31T23:00:00Z",
         "2028-02-29T12:00:00-05:00", "2026-05-05T05:05:05Z")
STARTS = ("20260101000000Z", "20270303100000Z", "2027030311Z", "20270601000000.5Z", "20271231230000Z")
ENDS = ("20290101000000Z", "20270303100000Z", "202706060300Z", "20280229170000Z", "20271231230000Z", "20290101000000+0100")
BROKEN_TIMES = ("yesterday", "2027-01-01T00:00:00Z", "20271301000000Z", "20270101")
WINDOWS = ("Mon-Fri 08:00-18:00", "Sat,Sun 22:00-06:00", "mon,wed-fri 09:00-12:30", "Fri-Mon 00:00-24:00",
           "Sun 01:00-03:00", "Wed 11:00-12:00")
BROKEN_WINDOWS = ("Mon-Fri", "Mun 08:00-18:00", "Mon 8-18", "Mon 25:00-26:00")


def sid(rid):
    """A binary SID S-1-5-21-7-8-9-rid."""
    octets = bytes([1, 5, 0, 0, 0, 0, 0, 5])
    return b"".join([octets] + [number.to_bytes(4, "little") for number in (21, 7, 8, 9, rid)])


class Name:
    """A DN as RDNs, each a list of (type, value), the leaf first."""

    def __init__(self, rdn, above=None):
        self.rdns = [rdn if isinstance(rdn, list) else [rdn]] + (above.rdns if above else [])

    def below(self, *avas):
        return Name(list(avas), self)

    def text(self):
        return ",".join("+".join(name + "=" + escape(value) for name, value in rdn) for rdn in self.rdns)


def escape(value):
    text = "".join("\\" + c if c in '"+,;<>\\' else c for c in value)
    return "\\" + text if text[:1] in ("#", " ") else text


OIDS = {"cn": "2.5.4.3", "ou": "2.5.4.11", "o": "2.5.4.10", "uid": "0.9.2342.19200300.100.1.1", "dc": "0.9.2342.19200300.100.1.25"}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.records = []
        self.names = {}  # kind -> [(organization index or None, Name)]
        self.trouble = self.chance(0.5)  # whether this directory has broken data at all
        self.brokenness = self.random.choice((0.01, 0.03, 0.08))
        self.serial = 0
        self.taken = set()

    # Chance

    def chance(self, probability):
        return self.random.random() < probability

    def broken(self):
        return self.trouble and self.chance(self.brokenness)

    def pick(self, things):
        return self.random.choice(things)

    def some(self, things, low, high):
        things = list(things)
        return self.random.sample(things, min(len(things), self.random.randint(low, high)))

    # Names

    def spell(self, name):
        """The same DN, written as somebody else would."""
        if self.chance(0.7):
            return name.text()
        comma = self.pick((",", ", ", " , "))
        return comma.join(self.pick(("+", " + ")).join(map(self.spell_ava, self.shuffled(rdn))) for rdn in name.rdns)

    def shuffled(self, things):
        return self.random.sample(things, len(things))

    def spell_ava(self, ava):
        kind, value = ava
        kind = self.pick((kind, kind.upper(), OIDS.get(kind, kind)))
        form = self.random.randrange(6)
        if form == 0:
            value = '"' + "".join("\\" + c if c in '"\\' else c for c in value) + '"'
        elif form == 1:
            value = "".join("\\%02x" % octet for octet in value.encode())
        elif form == 2 and len(value.encode()) < 120:
            octets = value.encode()
            value = "#0c%02x%s" % (len(octets), octets.hex())
        elif form == 3:
            value = escape(value.upper()).replace(" ", "  ")
        else:
            value = escape(value)
        return kind + self.pick(("=", "= ")) + value

    def refer(self, kind, organization, name=None):
        """A reference to a thing of the organization or a common one; now and then a broken one."""
        if self.broken():
            return self.dangling(kind, organization)
        if name is None:
            near = self.known(kind, organization)
            if not near:
                return None
            name = self.pick(near)
        return self.spell(name)

    def known(self, kind, organization):
        return [name for where, name in self.names.get(kind, ()) if where in (None, organization)]

    def dangling(self, kind, organization):
        others = [name for where, name in self.names.get(kind, ()) if where not in (None, organization)]
        wrong = [name for other, names in self.names.items() if other != kind for where, name in names]
        form = self.random.randrange(4)
        if form == 0 and others:
            return self.pick(others).text()
        if form == 1 and wrong:
            return self.pick(wrong).text()
        return "not a dn" if form == 2 else "cn=gone,o=nowhere"

    def add(self, kind, organization, name, pairs):
        """Adds an entry, with the values of its RDN, None values left out."""
        own = [(attribute, value) for attribute, value in name.rdns[0]]
        pairs = [(attribute, value) for attribute, value in pairs if value is not None]
        self.taken.add(dn_key(name.text()))
        self.records.append((name.text(), pairs + own))
        if kind:
            self.names.setdefault(kind, []).append((organization, name))
        return name

    def is_taken(self, name):
        return dn_key(name.text()) in self.taken

    def container(self, above, name):
        return self.add("container", None, above.below(("ou", name)), [("objectClass", "organizationalUnit")])

    def label(self, stem):
        self.serial += 1
        return stem + str(self.serial)

    # The directory

    def directory(self):
        self.root = self.add(None, None, Name(("dc", "example")), [("objectClass", "domain")])
        if self.chance(0.8):
            self.common()
        count = self.pick((1, 1, 2, 2, 3))
        homes = []
        for index in range(count):
            above = self.root
            if index and self.chance(0.4):
                above = self.pick(homes)
            home = above.below(("o", ("acme", "beta", "gamma")[index]))
            homes.append(home)
        self.homes = homes
        for index, home in enumerate(homes):
            self.organization(index, home)
        self.late_references()
        if self.trouble:
            for count in range(self.random.randint(0, 4)):
                self.spoil()
        if self.chance(0.2):
            self.random.shuffle(self.records)
        return ldif.records_text(self.records)

    def common(self):
        base = self.container(self.root, "common")
        for index in range(self.random.randint(1, 2)):
            self.plan(None, base)
        for index in range(self.random.randint(1, 3)):
            self.role(None, base)
        for index in range(self.random.randint(0, 2)):
            self.restriction(None, base)
        for index in range(self.random.randint(0, 2)):
            self.person(None, base)
        for index in range(self.random.randint(0, 2)):
            self.group(None, base)

    def organization(self, index, home):
        self.style = self.pick(("ldap", "ldap", "ad", "389"))
        at = len(self.records)
        self.records.append(None)
        people = self.container(home, "people")
        self.names.setdefault("base", []).append((index, people))
        for count in range(self.random.randint(4, 9)):
            self.person(index, people)
        containers = {kind: self.container(home, kind) for kind in ("groups", "roles", "policy")}
        for count in range(self.random.randint(2, 6)):
            self.group(index, containers["groups"])
        if self.chance(0.6):
            self.plan(index, containers["policy"])
        for count in range(self.random.randint(3, 7)):
            self.role(index, containers["roles"])
        for count in range(self.random.randint(1, 4)):
            self.restriction(index, containers["policy"])
        spaces = self.container(home, "spaces")
        for count in range(self.random.randint(2, 5)):
            nested = [name for where, name in self.names.get("workspace", ()) if where == index]
            self.workspace(index, self.pick(nested) if nested and self.chance(0.45) else spaces)
        self.names.setdefault("organization", []).append((index, home))
        for count in range(self.random.randint(4, 12)):
            self.binding(index, containers["policy"])
        if self.chance(0.8):
            self.administrator(index, containers)
        for count in range(self.pick((0, 1, 1, 2))):
            self.role_set(index, containers["policy"])
        if self.chance(0.4):
            self.group_rule(index, containers)
        for count in range(self.random.randint(0, 5)):
            self.resource(index, containers["policy"])
        for count in range(self.pick((0, 1, 2))):
            self.invitation(index, containers["policy"])
        self.records[at] = (home.text(), self.organization_values(index, home, people))

    def organization_values(self, index, home, people):
        pairs = [("objectClass", "organization"), ("objectClass", "dgOrganization")] + home.rdns[0]
        if self.chance(0.7):
            pairs += [("dgPeopleBase", self.refer("base", index, people))]
            if self.chance(0.3):
                pairs += [("dgPeopleBase", self.refer("base", index, self.root))]
        if self.chance(0.5):
            pairs += [("dgDefaultWorkspace", self.refer("workspace", index)), ("dgDefaultRole", self.refer("role", index))]
        if self.chance(0.4):
            pairs += [("dgPublicRole", self.refer("role", index))]
        if self.chance(0.5):
            pairs += [("dgOwnerRole", self.refer("role", index))]
        if self.chance(0.6):
            pairs += [("dgVisibility", "public" if not self.broken() else "open")]
        if self.chance(0.6):
            pairs += [("dgHasPlan", self.refer("plan", index))]
        if self.chance(0.015):
            pairs += [("dgStatus", self.pick(("disabled", "Disabled", "closed")))]
        if self.chance(0.12):
            pairs += [("dgForbidden", self.pick(("contacts.export", "records.delete", "settings.*")))]
        if self.broken():
            pairs += [("dgForbidden", "no pattern at all")]
        return [(name, value) for name, value in pairs if value is not None]

    # People

    def person(self, organization, above):
        first = self.pick(FIRST)
        last = self.pick(LAST)
        uid = self.label(first)
        shared = self.chance(0.06)  # a uid that others have too
        rdn = self.pick(([("uid", uid)], [("uid", uid)], [("cn", first + " " + last + " " + uid)],
                         [("uid", uid), ("cn", first + " " + last)]))
        pairs = [("sn", last), ("mail", uid + self.pick(("@a.example", "@b.example")))]
        if rdn[0][0] != "cn" and len(rdn) == 1:
            pairs += [("cn", first + " " + last)]
        if rdn[0][0] != "uid" or shared:
            pairs += [("uid", self.pick(("lena", "omar")) if shared else uid)]
        pairs += self.person_classes()
        for attribute, values in (("departmentNumber", ("42", "7", "41")), ("employeeType", ("staff", "guest", "Staff")),
                                  ("title", ("boss", "team lead", "LEAD")), ("gidNumber", ("100", "200"))):
            if self.chance(0.6):
                pairs += [(attribute, self.pick(values))]
        if self.chance(0.1):
            pairs += [("dgId", self.label("person-"))]
        if self.broken():
            pairs += [("dgId", "one"), ("dgId", "two")]
        if self.chance(0.3):
            pairs += [("dgHasPlan", self.refer("plan", organization))]
        if self.chance(0.09):
            pairs += [self.pick(self.signs())]
        return self.add("person", organization, above.below(*rdn), pairs)

    def person_classes(self):
        if self.style == "ad" if hasattr(self, "style") else False:
            rid = self.random.randint(1000, 9999)
            return [("objectClass", name) for name in ("top", "person", "user")] + [
                ("sAMAccountName", self.label("acct")), ("userAccountControl", "512"), ("primaryGroupID", self.pick(("513", "600"))),
                ("objectSid", sid(rid).decode("utf-8", "surrogateescape")), ("accountExpires", self.pick(("0", "9223372036854775807")))]
        classes = ["inetOrgPerson"] + self.some(("posixAccount", "dgAccount"), 0, 2)
        return [("objectClass", name) for name in classes]

    def signs(self):
        return (("dgStatus", "deactivated"), ("dgStatus", "invited"), ("dgStatus", "Deactivated"), ("dgStatus", "odd"),
                ("nsAccountLock", "TRUE"), ("nsAccountLock", "false"), ("nsAccountLock", "perhaps"),
                ("loginDisabled", "TRUE"), ("pwdAccountLockedTime", "20270101000000Z"), ("shadowExpire", "20820"),
                ("shadowExpire", "-1"), ("shadowExpire", "soon"), ("userAccountControl", "514"),
                ("accountExpires", "134500000000000000"), ("dgStatus", "active"))

    # Groups

    def group(self, organization, above):
        style = getattr(self, "style", "ldap")
        kinds = {"ldap": (self.names_group, self.names_group, self.unique_group, self.posix_group, self.occupants, self.url_group),
                 "ad": (self.ad_group, self.ad_group, self.names_group),
                 "389": (self.managed_role, self.filtered_role, self.nested_role, self.names_group)}[style]
        kind = self.pick(kinds)
        name = above.below(("cn", self.label("group")))
        return self.add("group", organization, name, kind(organization, name))

    def members(self, organization, attribute, low=1, high=4):
        values = [self.refer("person", organization) for count in range(self.random.randint(low, high))]
        if self.chance(0.35):
            values += [self.refer("group", organization)]
        return [(attribute, value) for value in dict.fromkeys(values) if value]

    def names_group(self, organization, name):
        return [("objectClass", self.pick(("groupOfNames", "groupOfMembers")))] + self.members(organization, "member")

    def unique_group(self, organization, name):
        return [("objectClass", "groupOfUniqueNames")] + self.members(organization, "uniqueMember")

    def occupants(self, organization, name):
        return [("objectClass", "organizationalRole")] + self.members(organization, "roleOccupant")

    def uids(self, organization):
        """memberUid values: uids of people, in other case now and then."""
        near = [name.text() for name in self.known("person", organization)]
        found = [value for dn, pairs in self.records if pairs and dn in near for key, value in pairs if key == "uid"]
        return [self.pick((uid, uid.upper())) for uid in self.some(found, 1, 3)]

    def posix_group(self, organization, name):
        pairs = [("objectClass", "posixGroup"), ("gidNumber", self.pick(("100", "200", "300")))]
        return pairs + [("memberUid", uid) for uid in self.uids_known(organization)]

    def uids_known(self, organization):
        records, self.records = self.records, [record for record in self.records if record]
        found = self.uids(organization)
        self.records = records
        return found

    def url_group(self, organization, name):
        base = Name.text(self.pick(self.known("base", organization) or [self.root]))
        filter = self.pick(MEMBER_FILTERS if not self.broken() else BROKEN_MEMBER_FILTERS)
        url = "ldap:///%s??%s?%s" % (base, self.pick(("sub", "sub", "one")), filter.replace("%", "%25"))
        return [("objectClass", "groupOfURLs"), ("memberURL", url if not self.broken() else "http://nowhere/")]

    def ad_group(self, organization, name):
        kind = self.pick(("-2147483646", "-2147483640", "2147483650", "-2147483646", "2"))
        pairs = [("objectClass", "group"), ("groupType", kind)]
        if self.chance(0.3):
            pairs += [("objectSid", sid(self.pick((513, 600))).decode("utf-8", "surrogateescape"))]
        return pairs + self.members(organization, "member", 0, 3)

    def role_classes(self, *names):
        return [("objectClass", name) for name in ("ldapSubEntry", "nsRoleDefinition") + names]

    def managed_role(self, organization, name):
        near = [record for record in self.records if record and record[0] in
                [other.text() for other in self.known("person", organization)]]
        for dn, pairs in self.some(near, 1, 3):
            pairs.append(("nsRoleDN", self.spell(name)))
        return self.role_classes("nsSimpleRoleDefinition", "nsManagedRoleDefinition")

    def filtered_role(self, organization, name):
        filter = self.pick(MEMBER_FILTERS if not self.broken() else BROKEN_MEMBER_FILTERS)
        return self.role_classes("nsComplexRoleDefinition", "nsFilteredRoleDefinition") + [("nsRoleFilter", filter)]

    def nested_role(self, organization, name):
        values = [self.refer("group", organization) for count in range(2)]
        return self.role_classes("nsComplexRoleDefinition", "nsNestedRoleDefinition") + [
            ("nsRoleDN", value) for value in dict.fromkeys(values) if value]

    # Policy

    def plan(self, organization, above):
        pairs = [("objectClass", "dgPlan")]
        if self.chance(0.7):
            pairs += [("dgSeats", self.pick(("1", "3", "5", "50")) if not self.broken() else "many")]
        return self.add("plan", organization, above.below(("cn", self.label("plan"))), pairs)

    def pattern(self):
        area, verb = self.pick(AREAS), self.pick(VERBS)
        return self.pick((area + ".*", area + "." + verb, "*." + verb, area + ".*", "*"))

    def permission(self, filtered=0.35):
        text = self.pattern()
        if self.chance(0.35):
            text = self.pick(BUILT_IN + ("workspace.*", "members.*", "users.*"))
        if self.chance(filtered):
            text += " " + self.pick(FILTERS)
        return text if not self.broken() else self.broken_value()

    def broken_value(self):
        return self.pick((self.pattern() + " " + self.pick(BROKEN_FILTERS), "what is this", "contacts!", self.pattern() + "  (a=b)"))

    def role(self, organization, above):
        pairs = [("objectClass", "dgRole")]
        pairs += [("dgPermission", self.permission()) for count in range(self.random.randint(1, 4))]
        for attribute, probability in (("dgOptionalPermission", 0.35), ("dgOrganizationPermission", 0.35)):
            if self.chance(probability):
                pairs += [(attribute, self.permission(0.25)) for count in range(2)]
        if self.chance(0.13):
            pairs += [("dgDeny", self.permission(0.6))]
        if self.chance(0.06):
            pairs += [("dgCeiling", self.pick(AREAS) + ".*" if not self.broken() else "a b"), ("dgCeiling", "*.read")]
        if self.chance(0.4):
            pairs += [("dgInherits", self.refer("role", organization)) for count in range(self.random.randint(1, 2))]
        if self.chance(0.4):
            pairs += [("dgMayAssign", self.refer("role", organization)) for count in range(2)]
        if self.chance(0.3):
            pairs += [("dgMayAssign", self.spell(above))]
        if self.chance(0.3):
            pairs += [("dgKeepHolder", self.pick(("TRUE", "true", "FALSE")) if not self.broken() else "maybe")]
        if self.chance(0.12):
            pairs += [("dgRequiresPlan", self.refer("plan", organization))]
        if self.chance(0.1):
            pairs += [("dgId", self.label("role-id-"))]
        name = above.below(("cn", self.label(self.pick(("agent", "manager", "viewer", "Night Owl ")))))
        return self.add("role", organization, name, unique(pairs))

    def administrator(self, organization, containers):
        """Somebody who may do much everywhere, so that the rules behind the permission are reached."""
        pairs = [("objectClass", "dgRole"), ("dgPermission", self.pick(("*", "members.*"))),
                 ("dgPermission", "users.*"), ("dgPermission", "restrictions.set"), ("dgPermission", "teams.*"),
                 ("dgMayAssign", self.spell(containers["roles"])), ("dgMayAssign", self.refer("role", None)),
                 ("dgKeepHolder", self.pick(("TRUE", "FALSE")))]
        role = self.add("role", organization, containers["roles"].below(("cn", self.label("admin"))), unique(pairs))
        home = self.homes[organization]
        scopes = self.some([home] + [name for where, name in self.names["workspace"] if where == organization], 1, 2)
        pairs = [("objectClass", "dgBinding"), ("dgGrantsRole", self.refer("role", organization, role))]
        pairs += [("dgScope", self.spell(name)) for name in scopes] + self.members(organization, "member", 1, 2)
        self.add("binding", organization, containers["policy"].below(("cn", self.label("admins"))), unique(pairs))

    def restriction(self, organization, above):
        pairs = [("objectClass", "dgRestriction")]
        for count in range(self.random.randint(0, 2)):
            text = self.pick((self.pattern, lambda: self.pick(AREAS) + "." + self.pick(VERBS)))()
            pairs += [("dgRestricts", text + (" " + self.pick(FILTERS) if self.chance(0.7) else ""))]
        if self.broken():
            pairs += [("dgRestricts", self.broken_value())]
        if self.chance(0.5):
            pairs += [("dgObligation", self.pattern() + " " + self.pick(("mask=phone,mail", "log", "watermark on")))]
        if self.broken():
            pairs += [("dgObligation", self.pick(("contacts.read", "a b!c", "!x y")))]
        if self.chance(0.4):
            pairs += [("dgAppliesTo", self.refer("role", organization)) for count in range(2)]
        if self.chance(0.2):
            pairs += [("dgRequiresPlan", self.refer("plan", organization))]
        return self.add("restriction", organization, above.below(("cn", self.label("limit"))), unique(pairs))

    def workspace(self, organization, above):
        label = self.label(self.pick(("support", "sales", "Café ", "lab")))
        pairs = [("objectClass", "organizationalUnit"), ("objectClass", "dgWorkspace"), ("l", self.pick(("north", "south")))]
        if self.chance(0.3):
            pairs += [("owner", self.refer(self.pick(("person", "person", "group")), organization))]
        if self.chance(0.5):
            pairs += [("dgVisibility", self.pick(("public", "Public")) if not self.broken() else "odd")]
        if self.chance(0.05):
            pairs += [("dgStatus", self.pick(("disabled", "gone")))]
        if self.chance(0.25):
            pairs += [("dgIsolated", self.pick(("TRUE", "FALSE", "true")) if not self.broken() else "yes")]
        if self.chance(0.1):
            pairs += [("dgForbidden", self.pick(("*", "*.read", "records.delete", "contacts.export", "settings.*")))]
        if self.chance(0.15):
            pairs += [("dgId", self.pick(("shared", self.label("ws-"))))]
        return self.add("workspace", organization, above.below(("ou", label)), pairs)

    def times(self):
        pairs = []
        if self.chance(0.12):
            pairs += [("dgNotBefore", self.pick(STARTS[:3] if not self.broken() else BROKEN_TIMES))]
        if self.chance(0.15):
            pairs += [("dgNotAfter", self.pick(ENDS if not self.broken() else BROKEN_TIMES))]
        if self.chance(0.12):
            pairs += [("dgDuring", self.pick(WINDOWS)), ("dgDuring", self.pick(WINDOWS if not self.broken() else BROKEN_WINDOWS))]
        if self.chance(0.07):
            pairs += [("dgDisabled", self.pick(("TRUE", "FALSE")) if not self.broken() else "x")]
        return unique(pairs)

    def bound(self, organization):
        """What bindings and bound groups share."""
        pairs = self.times()
        if self.chance(0.82):
            pairs += [("dgGrantsRole", self.refer("role", organization)) for count in range(self.pick((1, 1, 2)))]
            if self.chance(0.3):
                pairs += [("dgRestrictedBy", self.refer("restriction", organization))]
        else:
            pairs += [("dgRestrictedBy", self.refer("restriction", organization)) for count in range(self.pick((1, 1, 2)))]
        if self.chance(0.35):
            pairs += [("dgPermission", self.permission(0.25)) for count in range(2)]
        if self.chance(0.15):
            pairs += [("dgMemberFilter", self.pick(MEMBER_FILTERS if not self.broken() else BROKEN_MEMBER_FILTERS))]
        return pairs

    def binding(self, organization, policy):
        spaces = [name for where, name in self.names["workspace"] if where == organization]
        form = self.random.randrange(10)
        pairs, above = [("objectClass", "dgBinding")], self.pick(spaces)
        if form < 5:
            above = policy if self.chance(0.6) else above
            scopes = self.some(spaces, 1, 2)
            if self.chance(0.45):
                scopes = [name for where, name in self.names["organization"] if where == organization]
            pairs += [("dgScope", self.refer("workspace", organization, name)) for name in scopes]
        elif form == 5 and self.chance(0.3):
            above = policy  # holds nowhere
        if form == 9:
            return self.bound_group(organization, above)
        pairs += self.bound(organization) + self.members(organization, self.pick(("member", "member", "uniqueMember")), 0, 4)
        if self.chance(0.15):
            pairs += [("memberUid", uid) for uid in self.uids_known(organization)]
        return self.add("binding", organization, above.below(("cn", self.label("binding"))), unique(pairs))

    def bound_group(self, organization, above):
        name = above.below(("cn", self.label("team")))
        pairs = self.names_group(organization, name) + [("objectClass", "dgBoundGroup")] + self.bound(organization)
        return self.add("group", organization, name, unique(pairs))

    def role_set(self, organization, above):
        pairs = [("objectClass", "dgRoleSet"), ("dgMaximum", self.pick(("1", "1", "2")) if not self.broken() else "few")]
        pairs += [("dgRoleMember", self.refer("role", organization)) for count in range(self.random.randint(2, 3))]
        if self.chance(0.4):
            pairs += [("dgPhase", self.pick(("static", "dynamic", "Dynamic")) if not self.broken() else "later")]
        return self.add("set", organization, above.below(("cn", self.label("set"))), unique(pairs))

    def group_rule(self, organization, containers):
        """A rule, and groups whose names fit it more or less."""
        pattern = self.pick(("app-{workspace}-{role}", "{role} of {workspace}", "all-{role}"))
        groups = containers["groups"]
        spaces = [name for where, name in self.names["workspace"] if where == organization]
        above = self.pick(spaces + [containers["policy"]])
        pairs = [("objectClass", "dgGroupRule"), ("dgNamePattern", pattern if not self.broken() else "{workspace}"),
                 ("dgGroupBase", self.refer("container", organization, groups))]
        if self.chance(0.2):
            pairs += [("dgRestrictedBy", self.refer("restriction", organization))]
        self.add("rule", organization, above.below(("cn", self.label("rule"))), pairs)
        for count in range(2):
            space = self.pick(spaces).rdns[0][0][1]
            role = self.pick(self.known("role", organization)).rdns[0][0][1]
            text = pattern.replace("{workspace}", space).replace("{role}", role)
            name = groups.below(("cn", self.pick((text, text.upper()))))
            if not self.is_taken(name):
                self.add("group", organization, name, [("objectClass", "groupOfNames")] + self.members(organization, "member"))

    def known_resource(self, organization):
        """A class and a type attached to an entry that exists."""
        dns = {name.text() for kind in ("workspace", "group", "person") for name in self.known(kind, organization)}
        record = self.pick([record for record in self.records if record and record[0] in dns])
        if ("objectClass", "dgKnownResource") not in record[1]:
            record[1].extend([("objectClass", "dgKnownResource"), ("dgResourceType", self.pick(("contact", "thing"))),
                              ("dgProperty", "status=open")])

    def resource(self, organization, policy):
        if self.chance(0.12):
            self.known_resource(organization)
        spaces = [name for where, name in self.names["workspace"] if where == organization]
        pairs = [("objectClass", "dgResource"), ("dgResourceType", self.pick(("contact", "record", "Contact")))]
        name = self.pick(spaces + [policy]).below(("dgId", self.pick(("r1", "r2", self.label("r")))))
        if self.is_taken(name):
            return None
        for key, values in (("status", ("open", "closed")), ("level", ("1", "3", "5")), ("amount", ("50", "500"))):
            if self.chance(0.6):
                pairs += [("dgProperty", key + "=" + self.pick(values))]
        if self.chance(0.4):
            pairs += [("owner", self.refer("person", organization))]
        if self.broken():
            pairs += [("dgProperty", "nothing")]
        return self.add("resource", organization, name, pairs)

    def invitation(self, organization, policy):
        spaces = [name for where, name in self.names["workspace"] if where == organization]
        pairs = [("objectClass", "dgInvitation"), ("dgGrantsRole", self.refer("role", organization)),
                 ("dgStatus", self.pick(("invited", "requested")) if not self.broken() else "active")]
        above = self.pick(spaces + [policy])
        if self.chance(0.4):
            pairs += [("dgScope", self.refer("workspace", organization, self.pick(spaces)))]
        if self.chance(0.7):
            pairs += [("member", self.refer("person", organization))]
        else:
            mails = [value for record in self.records if record for name, value in record[1] if name == "mail"]
            pairs += [("mail", self.pick(mails))]
        if self.chance(0.2):
            pairs += [("dgNotAfter", self.pick(ENDS if not self.broken() else BROKEN_TIMES))]
        return self.add("invitation", organization, above.below(("cn", self.label("invitation"))), pairs)

    def late_references(self):
        """Cycles: a role that inherits a later one, a group that contains a later one."""
        for kind, attribute in (("role", "dgInherits"), ("group", "member")):
            for organization, name in self.some(self.names.get(kind, ()), 0, 2):
                record = next(record for record in self.records if record[0] == name.text())
                value = self.refer(kind, organization)
                if value and (kind == "role" or ("objectClass", "groupOfNames") in record[1]):
                    record[1].append((attribute, value))


    def spoil(self):
        """One value of ours changed, doubled or taken out, whatever it is."""
        records = [record for record in self.records if any(name.startswith("dg") for name, _ in record[1])]
        dn, pairs = self.pick(records)
        at = self.pick([at for at, (name, _) in enumerate(pairs) if name.startswith("dg")])
        name, value = pairs[at]
        others = [value for _, other in records for kind, value in other if kind == name]
        form = self.random.randrange(4)
        if form == 0:
            pairs.append((name, self.pick(others)))
        elif form == 1:
            pairs[at] = (name, self.pick(others))
        elif form == 2:
            pairs[at] = (name, self.pick(("" if name != "dgId" else "id", "junk", value + " ", "*", "-1", "o=gone", value + "*")))
        elif name != "dgId":
            del pairs[at]


def unique(pairs):
    return list(dict.fromkeys(pair for pair in pairs if pair[1] is not None))


def directory_text(seed):
    return Generator(seed).directory()


def options_random(chance):
    """One line of options for the program under test: the defaults, or what a site may set."""
    options = {}
    for name, values in (("trusted_subject_properties", (["groups", "department"], ["departmentNumber"])),
                         ("caller_properties", (["sensitivity", "status", "level"],)),
                         ("writable_attributes", (["title"], ["displayName", "uid"])),
                         ("time_zone", ("Europe/Berlin", "UTC")), ("subject_types", (["robot"],))):
        if chance.random() < 0.35:
            options[name] = chance.choice(values)
    return options


def histogram(first, directories, requests):
    """What the evaluator answers, over many directories."""
    import evaluate
    import model
    import questions
    counts = collections.Counter()
    for seed in range(first, first + directories):
        text, options = directory_text(seed), options_random(random.Random(-seed))
        directory = model.Directory(text, options)
        for line in questions.questions(text, seed, requests, options):
            counts[evaluate.decide(directory, json.loads(line, parse_float=Decimal, parse_int=Decimal))["reason"]] += 1
    total = sum(counts.values())
    for reason, number in counts.most_common():
        print("%-22s %7d %6.2f %%" % (reason, number, 100 * number / total))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--histogram", action="store_true")
    parser.add_argument("--directories", type=int, default=50)
    parser.add_argument("--requests", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.histogram:
        histogram(arguments.seed, arguments.directories, arguments.requests or 200)
        return
    text = directory_text(arguments.seed)
    sys.stdout.write(text)
    if arguments.requests:
        import questions
        sys.stdout.write("\n# Requests\n" + "".join(
            "# " + line + "\n" for line in questions.questions(text, arguments.seed, arguments.requests)))


if __name__ == "__main__":
    main()

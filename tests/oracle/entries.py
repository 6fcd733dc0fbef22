"""Entries as the directory has them, and what may be said of one alone: its values, its id, what encloses it."""
import ldif
from names import NameError_, dn_key, dn_key_or_none, dn_read, is_below, normal
from values import Mark, time_generalized

BROKEN = Mark("broken")

# "Equal values of one attribute count once", each kind by its own equality.
EXACT = set("""dgpermission dgoptionalpermission dgorganizationpermission dgdeny dgrestricts dgceiling dgforbidden
dgobligation dgknownpermission dgmemberfilter dgnamepattern dgproperty dgtokenhash""".split())
DNS = set("""dgpeoplebase dgdefaultworkspace dgdefaultrole dgpublicrole dgownerrole dgcreatorrole dghasplan dgjoinrole
dginherits dgmayassign dgappliesto dggrantsrole dgscope dgrestrictedby dgrolemember dgrequiresplan dggroupbase
member uniquemember owner roleoccupant nsroledn""".split())
TIMES = {"dgnotbefore", "dgnotafter"}


class SourceError(ValueError):
    """The source as a whole is in error: two entries of one name, or no LDIF."""


def value_key(attribute, value):
    if attribute in EXACT:
        return value
    if attribute in DNS:
        return dn_key_or_none(value) or value
    if attribute in TIMES:
        return time_generalized(value) or value
    return normal(value)


class Entry:
    """One entry; attributes by lower-case name, without those that have options."""

    def __init__(self, dn, pairs):
        self.dn = dn
        self.key = dn_key(dn)
        self.attributes = {}
        seen = set()
        for name, value in pairs:
            name = name.lower()
            same = (name, value_key(name, value))
            if ";" not in name and same not in seen:
                seen.add(same)
                self.attributes.setdefault(name, []).append(value)
        self.classes = {normal(value) for value in self.all("objectClass")}
        self.id = self.find_id()
        self.id_normal = None if self.id is None else normal(self.id)
        self.organization = None  # the dgOrganization that encloses the entry, itself included
        self.workspace = None  # the nearest dgWorkspace that encloses it, itself included

    def all(self, attribute):
        return self.attributes.get(attribute.lower(), [])

    def has(self, attribute):
        return bool(self.all(attribute))

    def one(self, attribute):
        """The value of a SINGLE-VALUE attribute, None without one; a second value is broken data."""
        values = self.all(attribute)
        return None if not values else values[0] if len(values) == 1 else BROKEN

    def keyword(self, attribute, default, allowed):
        """A keyword, which ignores case; BROKEN outside its list."""
        value = self.one(attribute)
        if value is None:
            return default
        return value.lower() if value is not BROKEN and value.lower() in allowed else BROKEN

    def boolean(self, attribute):
        word = self.keyword(attribute, "false", ("true", "false"))
        return BROKEN if word is BROKEN else word == "true"

    def integer(self, attribute):
        value = self.one(attribute)
        if value is None or value is BROKEN:
            return value
        digits = value[1:] if value.startswith("-") else value
        plain = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0") and value != "-0"
        return int(value) if plain else BROKEN

    def is_a(self, *classes):
        return not self.classes.isdisjoint(map(str.lower, classes))

    def find_id(self):
        """dgId; without it the value of the RDN, the first AVA as written; None where dgId stands twice."""
        value = self.one("dgId")
        if value is None:
            return dn_read(self.dn)[0][0][1]
        return None if value is BROKEN else value

    def __repr__(self):
        return "<" + self.dn + ">"


class Tree:
    """All entries of the source, by their names."""

    def __init__(self, text):
        self.entries, self.by_key = [], {}
        try:
            for dn, pairs in ldif.records_read(text):
                self.add(Entry(dn, pairs))
        except (NameError_, ldif.LdifError) as error:
            raise SourceError(str(error)) from error
        for entry in self.entries:
            self.enclose(entry)

    def add(self, entry):
        if not entry.key or entry.key in self.by_key:
            raise SourceError("two entries of one name: " + entry.dn)
        self.entries.append(entry)
        self.by_key[entry.key] = entry

    def upwards(self, entry):
        """The entry and those above it that exist."""
        for at in range(len(entry.key)):
            above = self.by_key.get(entry.key[at:])
            if above is not None:
                yield above

    def organization_at(self, key):
        """The organization that encloses a name, whether or not it has an entry."""
        above = (self.by_key.get(key[at:]) for at in range(len(key)))
        return next((entry for entry in above if entry is not None and entry.is_a("dgOrganization")), None)

    def enclose(self, entry):
        """An organization inside another begins anew, so nothing is looked for above the nearest one."""
        for above in self.upwards(entry):
            if above.is_a("dgOrganization"):
                entry.organization = above
                break
            if above.is_a("dgWorkspace") and entry.workspace is None:
                entry.workspace = above
        if entry.organization is None:
            entry.workspace = None  # a workspace that no organization encloses is unknown

    def find(self, dn):
        key = dn_key_or_none(dn)
        return self.by_key.get(key) if key else None

    def below(self, base):
        """Entries strictly below a key."""
        return [entry for entry in self.entries if len(entry.key) > len(base) and is_below(entry.key, base)]

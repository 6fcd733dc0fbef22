"""People and groups: who is one, whose they are, what disables a person, who is a member of what.

Membership has three values: where a filter is Undefined for a person she is a member for limits, not for grants.
"""
import urllib.parse
from fractions import Fraction

import filters
from entries import BROKEN
from filters import ABSENT, UNKNOWABLE, either
from names import dn_key_or_none, is_below, normal, NameError_, dn_key

PERSON_CLASSES = ("person", "organizationalPerson", "inetOrgPerson", "user", "posixAccount", "account", "dgAccount")
PERSON_IDS = ("uid", "mail", "sAMAccountName", "userPrincipalName", "entryUUID")
ROLE_CLASSES = ("nsManagedRoleDefinition", "nsFilteredRoleDefinition", "nsNestedRoleDefinition")
GROUP_CLASSES = ("groupOfNames", "groupOfMembers", "groupOfUniqueNames", "posixGroup", "organizationalRole",
                 "groupOfURLs", "group") + ROLE_CLASSES

# Which attribute lists the members in which class.
MEMBER_ATTRIBUTES = (("groupOfNames", "member"), ("groupOfMembers", "member"), ("group", "member"),
                     ("groupOfUniqueNames", "uniqueMember"), ("organizationalRole", "roleOccupant"))

NEVER = (0, 0x7FFFFFFFFFFFFFFF)
FROM_1601_TO_1970 = 11644473600


def is_person(entry):
    """No computer, group or dgResource, nor dgKnownResource unless it is a dgAccount."""
    if entry.is_a("computer", "group", "dgResource"):
        return False
    if entry.is_a("dgKnownResource") and not entry.is_a("dgAccount"):
        return False
    return entry.is_a(*PERSON_CLASSES)


def is_group(entry):
    return entry.is_a(*GROUP_CLASSES)


def is_distribution(entry):
    """Active Directory's distribution groups give nothing; without a readable groupType it is not known to be another."""
    if not entry.is_a("group"):
        return False
    kind = entry.integer("groupType")
    return kind is None or kind is BROKEN or not kind & 0x80000000


def is_active(person, now):
    """Disabled by dgStatus or whatever the directory itself says; unparsable means disabled."""
    if person.keyword("dgStatus", "active", ("active",)) is BROKEN or person.has("pwdAccountLockedTime"):
        return False
    if any(person.boolean(name) is not False for name in ("nsAccountLock", "loginDisabled")):
        return False
    numbers = [person.integer(name) for name in ("userAccountControl", "accountExpires", "shadowExpire")]
    if BROKEN in numbers:
        return False
    control, expires, day = numbers
    if control is not None and control & 2:
        return False
    if expires is not None and expires not in NEVER and now >= Fraction(expires, 10**7) - FROM_1601_TO_1970:
        return False
    return day is None or day < 0 or now < day * 86400  # from that day on; negative: never


def is_invited(person):
    return person.keyword("dgStatus", "active", ("invited",)) == "invited"


def sid_parts(entry):
    """objectSid, binary or as S-1-…, as (all but the last number, the last number)."""
    value = entry.one("objectSid")
    if value is None or value is BROKEN:
        return None
    if value.upper().startswith("S-1-"):
        domain, _, last = value.upper().rpartition("-")
        return (domain, int(last)) if last.isdigit() else None
    octets = value.encode("utf-8", "surrogateescape")
    if len(octets) < 12 or len(octets) != 8 + 4 * octets[1]:
        return None
    numbers = [int.from_bytes(octets[at:at + 4], "little") for at in range(8, len(octets), 4)]
    domain = ["S", octets[0], int.from_bytes(octets[2:8], "big")] + numbers[:-1]
    return "-".join(map(str, domain)), numbers[-1]


class PersonTerms:
    """The terms of a filter over a person's entry."""

    def __init__(self, directory, person):
        self.directory, self.person = directory, person

    def values(self, scope, name):
        """An absent attribute is FALSE, one that no person in the index has at all Undefined."""
        if self.person.has(name):
            return self.person.all(name)
        return ABSENT if name in self.directory.person_attributes else UNKNOWABLE

    def reference(self, scope, name):
        return []

    def possible_reference(self, scope, name):
        return []


def filter_read(text):
    """A filter over people, or BROKEN."""
    try:
        return filters.parse(text, person=True)
    except filters.FilterError:
        return BROKEN


class Search:
    """What a memberURL or a filtered role asks: a filter over the people below a base."""

    def __init__(self, base, scope, filter):
        self.base, self.scope, self.filter = base, scope, filter

    def covers(self, key):
        if self.base is None:
            return True  # nothing is known of a broken one: it may be anybody
        depth = len(key) - len(self.base)
        return is_below(key, self.base) and (self.scope == "sub" or depth == {"base": 0, "one": 1}[self.scope])

    def value(self, directory, person):
        if self.filter is BROKEN:
            return None  # what it names cannot be told
        if not self.covers(person.key):
            return False
        return filters.evaluate(self.filter, PersonTerms(directory, person))


def url_read(text):
    """memberURL, RFC 4516: `ldap:///base??scope?filter`; scope base and any entry unless it says otherwise."""
    broken = Search(None, "sub", BROKEN)
    if not text.lower().startswith("ldap:///"):
        return broken
    parts = [urllib.parse.unquote(part, errors="surrogateescape") for part in text[len("ldap:///"):].split("?")]
    parts += [""] * (5 - len(parts))
    try:
        base = dn_key(parts[0])
    except NameError_:
        return broken
    scope = parts[2].lower() or "base"
    if len(parts) > 5 or scope not in ("base", "one", "sub") or parts[4].startswith("!"):
        return broken
    return Search(base, scope, filter_read(parts[3] or "(objectClass=*)"))


class Group:
    """A group: the keys of what it lists, and what it searches for."""

    def __init__(self, directory, entry):
        self.entry = entry
        self.gives = not is_distribution(entry)
        self.listed, self.foreign, self.searches = set(), set(), []
        for name, attribute in MEMBER_ATTRIBUTES:
            if entry.is_a(name):
                self.listed |= directory.member_keys(entry, entry.all(attribute))
                self.foreign |= directory.foreign_keys(entry, entry.all(attribute))
        if entry.is_a("posixGroup"):
            self.listed |= directory.uid_keys(entry.organization, entry.all("memberUid"))
            self.foreign |= directory.uid_keys(entry.organization, entry.all("memberUid"), shared=True)
            self.listed |= self.by_number(directory)
        if entry.is_a("groupOfURLs"):
            self.searches += [url_read(text) for text in entry.all("memberURL")]
        if entry.is_a("group"):
            self.listed |= self.by_primary(directory)
        if entry.is_a(*ROLE_CLASSES):
            self.read_role(directory)

    def by_number(self, directory):
        """gidNumber names people of the group's own organization, of a common group all people."""
        number = self.entry.integer("gidNumber")
        if number is None or number is BROKEN:
            return set()
        people = directory.people_for(self.entry.organization)
        return {person.key for person in people if person.integer("gidNumber") == number}

    def by_primary(self, directory):
        """primaryGroupID is the last number of the group's SID, in the person's own domain."""
        mine = sid_parts(self.entry)
        found = set()
        for person in directory.people:
            theirs, number = sid_parts(person), person.integer("primaryGroupID")
            if mine and theirs and mine == (theirs[0], number):
                (found if directory.may_refer(self.entry.organization, person) else self.foreign).add(person.key)
        return found

    def in_scope(self, key):
        """A role of 389 Directory Server reaches what is below the parent of its entry."""
        return not self.entry.is_a(*ROLE_CLASSES) or is_below(key, self.entry.key[1:])

    def read_role(self, directory):
        entry = self.entry
        if entry.is_a("nsManagedRoleDefinition"):
            for person in directory.people:
                names = {dn_key_or_none(value) for value in person.all("nsRoleDN")}
                if entry.key in names:
                    ours = directory.may_refer(entry.organization, person)
                    (self.listed if ours else self.foreign).add(person.key)
        if entry.is_a("nsFilteredRoleDefinition") and entry.has("nsRoleFilter"):
            text = entry.one("nsRoleFilter")
            filter = BROKEN if text is BROKEN else filter_read(text)
            self.searches.append(Search(entry.key[1:], "sub", filter))
        if entry.is_a("nsNestedRoleDefinition"):
            for keys, into in ((directory.member_keys(entry, entry.all("nsRoleDN")), self.listed),
                               (directory.foreign_keys(entry, entry.all("nsRoleDN")), self.foreign)):
                into |= {key for key in keys if directory.tree.by_key[key].is_a(*ROLE_CLASSES)}

    def holds(self, directory, entry):
        """Whether a person (or a group) is a direct member: three-valued."""
        if is_person(entry) and not self.in_scope(entry.key):
            return False
        if entry.key in self.listed:
            return True if self.gives else None
        found = [None] if entry.key in self.foreign else []
        if is_person(entry):
            found += [search.value(directory, entry) for search in self.searches]
        value = either(found)
        sure = self.gives and directory.may_refer(self.entry.organization, entry)
        return None if value is True and not sure else value


def groups_of(directory, entry, trusted=()):
    """The keys of all groups that an entry is in, nested ones included: those it is in for certain, those it may be in.

    A group is in its own groups; `trusted` are groups a trusted caller says it is in.
    """
    return tuple(closure(directory, entry, trusted, accepted) for accepted in ((True,), (True, None)))


def closure(directory, entry, trusted, accepted):
    sure = None not in accepted
    groups = [group for group in directory.groups if group.gives or not sure]
    itself = not sure or is_person(entry) or not is_distribution(entry)
    found = {group.entry.key for group in groups if group.entry in trusted or itself and
             (group.entry is entry or group.holds(directory, entry) in accepted)}
    grown = True
    while grown:
        more = {group.entry.key for group in groups
                if (group.listed if sure else group.listed | group.foreign) & found and group.in_scope(entry.key)} - found
        grown = bool(more)
        found |= more
    return found


def names_person(person, key, wanted, ids=PERSON_IDS):
    """The rank of the first of DN, dgId and the id attributes by which a name (as a DN, as a name) means her, or None."""
    if key and key == person.key:
        return 0
    if person.one("dgId") is BROKEN:
        return None  # only its DN names it
    for rank, attribute in enumerate(("dgId",) + tuple(ids), 1):
        if any(normal(value) == wanted for value in person.all(attribute)):
            return rank
    return None


def person_id(person, ids=PERSON_IDS):
    """dgId, else the first value of the first id attribute that she has; None: only her DN names her."""
    if person.one("dgId") is BROKEN:
        return None
    return next((person.all(name)[0] for name in ("dgId",) + tuple(ids) if person.has(name)), None)

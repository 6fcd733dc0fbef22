"""The model: organizations, workspaces, people, groups, roles, restrictions and bindings of one directory.

Built once for a directory; nothing in it depends on the request or on the time.
"""
import re

import policy
from entries import BROKEN, Tree
from names import dn_key_or_none, is_below, normal
from people import GROUP_CLASSES, Group, filter_read, is_group, is_person
from values import time_generalized

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW = re.compile(r"([a-z,-]+) ([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})\Z")


class Role:
    """A dgRole with its values parsed."""

    def __init__(self, directory, entry):
        self.entry, self.key, self.organization = entry, entry.key, entry.organization
        self.permissions = policy.grants(entry.all("dgPermission"))
        self.optional = policy.grants(entry.all("dgOptionalPermission"))
        self.on_organization = policy.grants(entry.all("dgOrganizationPermission"))
        self.denies = policy.limits(entry.all("dgDeny"))
        self.ceilings = policy.ceilings(entry.all("dgCeiling"))
        self.keep_holder = entry.boolean("dgKeepHolder") is not False
        self.inherits, self.inherits_broken = [], False
        self.may_assign = set()

    def link(self, directory):
        """References to other roles, once all are known."""
        self.inherits, self.inherits_broken = directory.referred(self.entry, "dgInherits", directory.roles)
        for value in self.entry.all("dgMayAssign"):
            self.may_assign |= directory.assignable(self.entry, value)
        self.plans = directory.required_plans(self.entry)

    def reach(self):
        """The role and all it inherits; cycles end by themselves."""
        found, waiting = [], [self]
        while waiting:
            role = waiting.pop()
            if role not in found:
                found.append(role)
                waiting += role.inherits
        return found


class Restriction:
    def __init__(self, directory, entry):
        self.entry, self.organization = entry, entry.organization
        self.restricts = policy.limits(entry.all("dgRestricts"))
        self.obligations, self.takes = policy.obligations(entry.all("dgObligation"))
        self.plans = directory.required_plans(entry)
        self.applies = None

    def link(self, directory):
        """dgAppliesTo: None where any role will do; a value that names no role fits nothing."""
        if self.entry.has("dgAppliesTo"):
            self.applies = set(directory.referred(self.entry, "dgAppliesTo", directory.roles)[0])


class Times:
    """dgNotBefore, dgNotAfter, dgDuring."""

    def __init__(self, entry):
        self.start, self.end = (self.moment(entry, name) for name in ("dgNotBefore", "dgNotAfter"))
        self.windows = [window_read(text) for text in entry.all("dgDuring")]
        self.broken = BROKEN in [self.start, self.end] + self.windows

    @staticmethod
    def moment(entry, name):
        value = entry.one(name)
        if value is None or value is BROKEN:
            return value
        found = time_generalized(value)
        return BROKEN if found is None else found

    def over(self, now):
        return self.end not in (None, BROKEN) and now >= self.end

    def inside(self, now, local):
        """From the start instant, up to but not including the end, in any window; a broken time counts as inside."""
        if self.start not in (None, BROKEN) and now < self.start:
            return False
        if self.end not in (None, BROKEN) and now >= self.end:
            return False
        return not self.windows or BROKEN in self.windows or any(window_holds(window, local) for window in self.windows)


def window_read(text):
    """`Mon-Fri 08:00-18:00`: (days, first minute, minute after the last), or BROKEN."""
    match = WINDOW.fullmatch(text.lower())
    if not match:
        return BROKEN
    hours = [int(part) for part in match.groups()[1:]]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    days = days_read(match.group(1))
    if hours[1] > 59 or hours[3] > 59 or start >= 1440 or end > 1440 or start == end or days is None:
        return BROKEN
    return days, start, end


def days_read(text):
    days = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return None
        at, end = DAYS.index(first), DAYS.index(last or first)
        days.add(at)
        while at != end:
            at = (at + 1) % 7
            days.add(at)
    return days


def window_holds(window, local):
    """`local` is (weekday, minutes); a window that wraps over midnight is counted to the day it starts on."""
    (days, start, end), (day, minute) = window, local
    if start < end:
        return day in days and start <= minute < end
    return (day in days and minute >= start) or ((day - 1) % 7 in days and minute < end)


class Binding:
    """Who has which roles where.  Built with nothing in it; the functions below fill in what each kind has."""

    def __init__(self, kind, entry, organization):
        self.kind, self.entry, self.organization = kind, entry, organization
        self.grants_role = True
        self.roles, self.roles_broken = [], False
        self.places, self.scope_broken = [], False
        self.named = set()  # keys of people and groups that it names
        self.foreign = set()  # and of those of another organization, whom only limits count
        self.group = None  # the group it is attached to
        self.filters = []  # dgMemberFilter: parsed or BROKEN
        self.mails = set()
        self.restrictions, self.restrictions_broken = [], False
        self.extras = []
        self.times = None
        self.disabled = False

    @property
    def dn(self):
        return self.entry.dn

    @property
    def sound(self):
        """What makes a binding grant nothing: see the table of broken data."""
        inherits = any(role.inherits_broken for held in self.roles for role in held.reach())
        return not (self.roles_broken or self.restrictions_broken or inherits or BROKEN in self.filters or
                    self.disabled is BROKEN or (self.times is not None and self.times.broken))

    @property
    def implicit(self):
        """Only default and publicity are implicit where the rules exempt implicit bindings."""
        return self.kind in ("default", "public")


class RoleSet:
    def __init__(self, directory, entry):
        self.entry, self.organization = entry, entry.organization
        self.roles = {role for value in entry.all("dgRoleMember") for role in directory.assignable(entry, value)}
        maximum = entry.integer("dgMaximum")
        self.maximum = 0 if maximum is None or maximum is BROKEN else maximum
        self.dynamic = entry.keyword("dgPhase", "static", ("static", "dynamic")) == "dynamic"


class Directory:
    def __init__(self, text, options=None):
        self.options = options or {}
        self.tree = tree = Tree(text)
        entries = tree.entries
        self.organizations = [entry for entry in entries if entry.is_a("dgOrganization")]
        self.workspaces = [entry for entry in entries if entry.workspace is entry]
        self.chains = {entry.key: self.find_around(entry) for entry in self.workspaces}
        self.resources = [entry for entry in entries if entry.is_a("dgResource", "dgKnownResource")]
        self.people = [entry for entry in entries if is_person(entry)]
        self.person_attributes = {name for person in self.people for name in person.attributes}
        self.plans = {entry.key: entry for entry in entries if entry.is_a("dgPlan")}
        self.roles = {entry.key: Role(self, entry) for entry in entries if entry.is_a("dgRole")}
        for role in self.roles.values():
            role.link(self)
        self.restrictions = {entry.key: Restriction(self, entry) for entry in entries if entry.is_a("dgRestriction")}
        for restriction in self.restrictions.values():
            restriction.link(self)
        self.sets = [RoleSet(self, entry) for entry in entries if entry.is_a("dgRoleSet")]
        self.peoples = {organization.key: self.find_people(organization) for organization in self.organizations}
        self.groups = [Group(self, entry) for entry in entries if is_group(entry)]
        self.bindings = [binding for entry in entries for binding in self.bindings_of(entry)]
        self.invitations = [invitation_read(self, entry) for entry in entries if entry.is_a("dgInvitation")]
        self.invitations = [invitation for invitation in self.invitations if invitation]

    # References

    def may_refer(self, organization, target):
        """To entries of one's own organization and to common ones; a common group to any people."""
        if organization is None and is_person(target):
            return True
        return target.organization is None or target.organization is organization

    def referred(self, entry, attribute, kind):
        """The things of one kind that the values of an attribute name, and whether any value names none."""
        found, broken = [], False
        for value in entry.all(attribute):
            target = self.tree.find(value)
            if target is None or target.key not in kind or not self.may_refer(entry.organization, target):
                broken = True
            else:
                found.append(kind[target.key])
        return found, broken

    def referred_one(self, entry, attribute, kind):
        """The same for a SINGLE-VALUE attribute: the thing, None, or BROKEN."""
        if not entry.has(attribute):
            return None
        found, broken = self.referred(entry, attribute, kind)
        return BROKEN if broken or len(found) != 1 else found[0]

    def required_plans(self, entry):
        """dgRequiresPlan: None without; a value that names no plan is met by none."""
        return self.referred(entry, "dgRequiresPlan", self.plans)[0] if entry.has("dgRequiresPlan") else None

    def assignable(self, entry, value):
        """dgMayAssign: a role, or a container: all roles below it."""
        key = dn_key_or_none(value)
        if not key:
            return set()
        if key in self.roles:
            return {self.roles[key]} if self.may_refer(entry.organization, self.tree.by_key[key]) else set()
        below = [self.roles[other.key] for other in self.tree.below(key) if other.key in self.roles]
        return {role for role in below if self.may_refer(entry.organization, role.entry)}

    # People

    def find_people(self, organization):
        """The people below dgPeopleBase (default: its own entry), none of whom another organization encloses."""
        bases = [organization.key]
        if organization.has("dgPeopleBase"):
            bases = [key for key in map(dn_key_or_none, organization.all("dgPeopleBase"))
                     if key and self.tree.organization_at(key) in (None, organization)]
        return [person for person in self.people if person.organization in (None, organization) and
                any(is_below(person.key, base) for base in bases)]

    def people_for(self, organization):
        """Whom memberUid and gidNumber may name: the people of the organization, of a common entry all."""
        return self.people if organization is None else self.peoples[organization.key]

    def organizations_of(self, entry):
        """The organizations whose people include this person; for a group, the one it belongs to."""
        if not is_person(entry):
            return [entry.organization] if entry.organization else []
        return [organization for organization in self.organizations if entry in self.peoples[organization.key]]

    def member_keys(self, entry, values):
        """The people and groups that DN values name; any other is dangling."""
        targets = [self.tree.find(value) for value in values]
        return {target.key for target in targets if target is not None and
                (is_person(target) or is_group(target)) and self.may_refer(entry.organization, target)}

    def foreign_keys(self, entry, values):
        """Those of another organization: broken data, which gives nothing and yet lifts no limit."""
        targets = [self.tree.find(value) for value in values]
        return {target.key for target in targets if target is not None and
                (is_person(target) or is_group(target)) and not self.may_refer(entry.organization, target)}

    def uid_keys(self, organization, names, shared=False):
        """memberUid: ignoring case; a uid that two of them share names nobody, but limits count both: `shared`."""
        found = set()
        for name in names:
            holders = [person for person in self.people_for(organization)
                       if any(normal(uid) == normal(name) for uid in person.all("uid"))]
            if (len(holders) > 1) == shared:
                found |= {holder.key for holder in holders}
        return found

    # Places

    def parent(self, workspace):
        """The workspace around a workspace, in the same organization."""
        for above in self.tree.upwards(workspace):
            if above.organization is not workspace.organization:
                return None
            if above is not workspace and above.workspace is above:
                return above
        return None

    def around(self, workspace):
        return self.chains[workspace.key]

    def find_around(self, workspace):
        """The workspace and those around it, whatever isolation says."""
        chain = []
        while workspace is not None:
            chain.append(workspace)
            workspace = self.parent(workspace)
        return chain

    def reaching(self, workspace):
        """The workspaces whose bindings hold in this one: itself, and those around it until one is isolated."""
        chain = []
        for place in self.around(workspace):
            chain.append(place)
            if place.boolean("dgIsolated") is not False:
                break
        return chain

    def is_disabled(self, place):
        """A status outside its list means disabled; a workspace below a disabled one is disabled."""
        chain = [place] if place in self.organizations else self.around(place)
        return any(entry.keyword("dgStatus", "active", ("active",)) is BROKEN for entry in chain)

    def is_public(self, place):
        return place.keyword("dgVisibility", "private", ("private", "public")) == "public"

    # Bindings

    def bindings_of(self, entry):
        if entry.is_a("dgBinding", "dgBoundGroup"):
            yield binding_read(self, entry)
        if entry.is_a("dgGroupRule"):
            yield from rule_bindings(self, entry)
        if entry in self.organizations:
            yield from implicit_bindings(self, entry)


def binding_read(directory, entry):
    binding = Binding("binding", entry, entry.organization)
    binding.grants_role = entry.has("dgGrantsRole")
    binding.roles, binding.roles_broken = directory.referred(entry, "dgGrantsRole", directory.roles)
    if entry.is_a("dgBinding"):
        members = entry.all("member") + entry.all("uniqueMember")
        binding.named, binding.foreign = directory.member_keys(entry, members), directory.foreign_keys(entry, members)
        if entry.organization:
            binding.named |= directory.uid_keys(entry.organization, entry.all("memberUid"))
            binding.foreign |= directory.uid_keys(entry.organization, entry.all("memberUid"), shared=True)
    if entry.is_a("dgBoundGroup") and entry.is_a(*GROUP_CLASSES):
        binding.group = entry
    binding.filters = [filter_read(text) for text in entry.all("dgMemberFilter")]
    binding.extras = policy.grants(entry.all("dgPermission"))
    binding.times = Times(entry)
    scope_read(directory, binding)
    state_read(directory, binding)
    return binding


def scope_read(directory, binding):
    """In the places named by dgScope; without it in the nearest enclosing workspace, and with neither nowhere."""
    entry = binding.entry
    if not entry.has("dgScope"):
        binding.places = [entry.workspace] if entry.workspace else []
        return
    for value in entry.all("dgScope"):
        place = directory.tree.find(value)
        known = place is not None and place.organization is not None and place.organization is binding.organization
        if known and (place in directory.organizations or place.workspace is place):
            binding.places.append(place)
        else:
            binding.scope_broken = True


def state_read(directory, binding):
    binding.restrictions, binding.restrictions_broken = directory.referred(
        binding.entry, "dgRestrictedBy", directory.restrictions)
    binding.disabled = binding.entry.boolean("dgDisabled")


def by_ids(things):
    """Things by their ids as names; an id that two share names none of them."""
    ids = {}
    for thing in things:
        if thing.id is not None:
            ids.setdefault(normal(thing.id), []).append(thing)
    return {name: found[0] for name, found in ids.items() if len(found) == 1}, set(ids)


def rule_bindings(directory, rule):
    """A group below dgGroupBase whose cn fits the pattern in exactly one way is a binding."""
    organization, pattern = rule.organization, rule.one("dgNamePattern")
    if organization is None or pattern in (None, BROKEN):
        return
    if pattern.count("{role}") != 1 or pattern.count("{workspace}") > 1:
        return
    ways = rule_ways(directory, rule, pattern)
    bases = [key for key in map(dn_key_or_none, rule.all("dgGroupBase"))
             if key and directory.tree.organization_at(key) in (None, organization)]
    for group in directory.groups:
        entry = group.entry
        if not directory.may_refer(organization, entry) or not any(
                is_below(entry.key, base) and entry.key != base for base in bases):
            continue
        fitting = {way for cn in entry.all("cn") for way in ways.get(normal(cn), ())}
        if len(fitting) == 1:
            workspace, role = fitting.pop()
            binding = Binding("rule", rule, organization)
            binding.group, binding.places = entry, [directory.tree.by_key[workspace]] if workspace else []
            binding.roles = [directory.roles[role]]
            state_read(directory, binding)
            yield binding


def rule_ways(directory, rule, pattern):
    """Every name that the pattern can have, with ids known in the rule's organization: {name: [(workspace, role)]}."""
    organization = rule.organization
    roles = [role.entry for role in directory.roles.values()]
    own, taken = by_ids(role for role in roles if role.organization is organization)
    common, _ = by_ids(role for role in roles if role.organization is None)
    roles = list(own.values()) + [role for name, role in common.items() if name not in taken]
    places = [rule.workspace]
    if "{workspace}" in pattern:
        places = by_ids(place for place in directory.workspaces if place.organization is organization)[0].values()
    ways = {}
    for place in places:
        for role in roles:
            name = pattern.replace("{role}", role.id)
            if "{workspace}" in pattern:
                head, _, tail = pattern.partition("{workspace}")
                name = head.replace("{role}", role.id) + place.id + tail.replace("{role}", role.id)
            ways.setdefault(normal(name), []).append((place.key if place else None, role.key))
    return ways


def implicit_bindings(directory, organization):
    """The default role, the owners' role and the role of publicity; a DN that is broken gives no binding."""
    workspaces = {place.key: place for place in directory.workspaces if place.organization is organization}
    default = directory.referred_one(organization, "dgDefaultWorkspace", workspaces)
    roles = {kind: directory.referred_one(organization, "dg%sRole" % kind.capitalize(), directory.roles)
             for kind in ("default", "owner", "public")}
    for place in workspaces.values():
        for kind, role in roles.items():
            if role in (None, BROKEN):
                continue
            binding = Binding(kind, place, organization)
            binding.roles, binding.places = [role], [place]
            if kind == "owner":
                binding.named = directory.member_keys(place, place.all("owner"))
                binding.foreign = directory.foreign_keys(place, place.all("owner"))
            holds = {"default": place is default, "owner": bool(binding.named | binding.foreign),
                     "public": directory.is_public(place) and directory.is_public(organization)}
            if holds[kind]:
                yield binding


def invitation_read(directory, entry):
    """Who was invited, or asked; below a workspace or organization, or with dgScope.  None if it is disabled."""
    if entry.keyword("dgStatus", BROKEN, ("invited", "requested")) is BROKEN or entry.organization is None:
        return None
    invitation = Binding("invitation", entry, entry.organization)
    invitation.roles, invitation.roles_broken = directory.referred(entry, "dgGrantsRole", directory.roles)
    invitation.named = directory.member_keys(entry, entry.all("member"))
    invitation.mails = {normal(mail) for mail in entry.all("mail")}
    invitation.times = Times(entry)
    scope_read(directory, invitation)
    if not entry.has("dgScope") and not invitation.places:
        invitation.places = [entry.organization]
    state_read(directory, invitation)
    return invitation

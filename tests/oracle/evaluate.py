"""One decision, rule by rule.

`decide(directory, body)` answers {"outcome", "reason", "obligations"}.
"""
import datetime
import zoneinfo

import administration
import filters
import finding
import people
import policy
from entries import BROKEN
from filters import ABSENT, UNKNOWABLE, UNKNOWN, both, either
from names import normal
from values import from_json

# The order of the nearest miss.
MISSES = ("missing-property", "restricted", "condition-not-met", "separation-of-duty", "not-activated",
          "plan-required", "outside-time", "binding-disabled", "broken-data", "pending", "workspace-disabled",
          "no-grant")
LIMITS = ("above-ceiling", "forbidden-here", "explicit-deny")


def answer(outcome, reason, obligations=()):
    return {"outcome": outcome, "reason": reason, "obligations": sorted(set(obligations))}


def decide(directory, body):
    """Malformed request, then subject, resource, place, grants, limits, administrative rules: the first that fails answers."""
    try:
        question = Question(directory, finding.Request(body))
    except finding.Malformed:
        return answer("malformed", "malformed")
    except finding.Refusal as refusal:
        return answer("deny", str(refusal))
    verdict = judge(question, question.place, question.request.action)
    if verdict.reason == "granted":
        verdict.reason = administration.refusal(question, verdict) or "granted"
    if verdict.reason != "granted":
        return answer("deny", verdict.reason)
    return answer("allow", "granted", verdict.obligations)


class Question:
    """What is asked: subject, resource and place found, and the terms that filters read."""

    def __init__(self, directory, request):
        self.directory, self.request, self.now = directory, request, request.now
        self.subject = finding.find_subject(directory, request)
        self.is_group = normal(request.subject_type) == "group"
        self.resource, place = finding.find_resource_and_place(directory, request, self.subject)
        self.place = finding.place_asked(request.action, place)
        self.trusted = {normal(name) for name in directory.options.get("trusted_subject_properties", ())}
        self.groups, self.possible = people.groups_of(directory, self.subject, self.trusted_groups())
        self.local = local_time(self.now, directory.options.get("time_zone", "UTC"))

    def trusted_groups(self):
        """A trusted `groups` adds the groups it names, by id or DN."""
        if "groups" not in self.trusted:
            return []
        first = self.directory.organizations_of(self.subject)
        sent = member(self.request.subject_properties, "groups")
        names = from_json(sent) if sent is not MISSING else []
        found = [finding.find_group(self.directory, name, first) for name in names if isinstance(name, str)]
        return [group for group in found if group not in (None, finding.AMBIGUOUS)]


def local_time(now, zone):
    """(weekday, minutes since midnight) on the gateway's clock."""
    at = datetime.datetime.fromtimestamp(now // 1, zoneinfo.ZoneInfo(zone))
    return at.weekday(), at.hour * 60 + at.minute


MISSING = object()


def member(members, name):
    """The value of a member by its name, as names are equal; MISSING without."""
    found = [value for key, value in members.items() if normal(key) == normal(name)]
    return MISSING if not found else found[0]


class Terms:
    """The terms of a filter over the request, for one action at one place."""

    def __init__(self, question, place, action):
        self.question, self.place, self.action = question, place, action
        self.request, self.directory = question.request, question.directory

    def values(self, scope, name):
        request = self.request
        if scope == "resource":
            return self.resource(name)
        if scope == "resource itself":
            entry = self.question.resource
            return [request.resource_type if name == "type" else request.resource_id if entry is None else entry.id or entry.dn]
        if scope == "action itself":
            return [self.action]
        if scope == "subject":
            return self.subject(name)
        return self.sent(request.action_properties if scope == "action" else request.context, name, UNKNOWN)

    def sent(self, members, name, without):
        """null or [] says that it is known to be absent."""
        value = member(members, name)
        return without if value is MISSING else from_json(value) or ABSENT

    def resource(self, name):
        """From the directory where it is kept there, and then what the caller sent is ignored."""
        entry, sent = self.question.resource, self.request.resource_properties
        if entry is None:
            return self.sent(sent, name, UNKNOWN)
        values = entry.all(normal(name))
        for text in entry.all("dgProperty"):
            head, sign, value = text.partition("=")
            if sign and head and normal(head) == normal(name):
                values = values + [value]
        callers = {normal(other) for other in self.directory.options.get("caller_properties", ())}
        if not values and normal(name) in callers:
            return self.sent(sent, name, UNKNOWN)  # the caller may simply not have said
        return values or ABSENT

    def subject(self, name):
        """An attribute of the subject's entry; a trusted property adds to it."""
        name = normal(name)
        values = self.attribute(name)
        if values:
            return values
        if name in self.question.trusted:  # the caller may simply not have said
            return UNKNOWN if member(self.request.subject_properties, name) is MISSING else ABSENT
        return ABSENT if name in self.directory.person_attributes else UNKNOWABLE

    def attribute(self, name):
        values = self.question.subject.all(name)
        sent = member(self.request.subject_properties, name) if name in self.question.trusted else MISSING
        return values + (from_json(sent) if sent is not MISSING else [])

    def reference(self, scope, name):
        if scope == "now":
            return [rfc3339(self.question.now)]
        if scope == "workspace":
            special = {"id": [self.place.id] if self.place.id else [], "dn": [self.place.dn]}
            return special.get(name.lower(), self.place.all(name))
        subject = self.question.subject
        if name.lower() == "dn":
            return [subject.dn]
        if name.lower() == "id":
            ids = self.directory.options.get("person_ids", people.PERSON_IDS)
            found = subject.id if self.question.is_group else people.person_id(subject, ids)
            return [found] if found is not None else []
        return self.groups() if name.lower() == "groups" else subject.all(normal(name))

    def possible_reference(self, scope, name):
        """Groups that the subject is in perhaps."""
        if scope != "user" or name.lower() != "groups":
            return []
        return self.groups(self.question.possible - self.question.groups)

    def groups(self, keys=None):
        """The DNs of all groups the subject is in, and the ids of those of the place's organization and of common ones."""
        entries = [self.directory.tree.by_key[key] for key in (self.question.groups if keys is None else keys)]
        near = [entry for entry in entries if entry.organization in (None, self.place.organization)]
        return [entry.dn for entry in entries] + [entry.id for entry in near if entry.id is not None]


def rfc3339(now):
    whole, fraction = now // 1, now % 1
    text = datetime.datetime.fromtimestamp(whole, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".%09d" % int(fraction * 10**9) if fraction else "") + "Z"


def filter_value(filter, terms):
    """A value without a filter has one that is TRUE."""
    return True if filter is None else filters.evaluate(filter, terms)


# Bindings: who is a member, where they hold, whether they are in force


def membership(question, binding):
    """Three-valued: TRUE for grants, not FALSE for limits."""
    directory, subject = question.directory, question.subject
    if binding.kind in ("default", "public"):
        if question.is_group:
            return False  # a group has no implicit bindings
        if not people.is_active(subject, question.now):
            return False
        return binding.kind == "public" or subject in directory.peoples[binding.organization.key]
    if binding.kind == "invitation" and {normal(mail) for mail in subject.all("mail")} & binding.mails:
        return True
    named = binding.named | ({binding.group.key} if binding.group else set())
    mine = set() if question.is_group else {subject.key}
    if named & (question.groups | mine):
        return True
    found = [None] if named & question.possible or binding.foreign & (question.possible | mine) else []
    if not question.is_group and subject in directory.peoples[binding.organization.key]:
        terms = people.PersonTerms(directory, subject)
        found += [None if filter is BROKEN else filters.evaluate(filter, terms) for filter in binding.filters]
    return either(found)


def covers(directory, binding, place, limit=False):
    """Only places of the binding's own organization; on the organization it holds in all its workspaces."""
    if binding.organization is None or binding.organization is not place.organization:
        return False
    if binding.kind == "public":
        return place in binding.places  # publicity does not reach nested workspaces
    if limit and binding.scope_broken:
        return True
    if binding.organization in binding.places:
        return True
    return place is not place.organization and any(around in binding.places for around in directory.reaching(place))


def inside(question, binding):
    return binding.times is None or binding.times.inside(question.now, question.local)


def limiting(question, place):
    """Bindings that hold here as limits: not dgDisabled, inside their times, whatever else is broken."""
    return [binding for binding in question.directory.bindings
            if covers(question.directory, binding, place, limit=True) and binding.disabled is not True and
            inside(question, binding) and membership(question, binding) is not False]


def lasting(question, place):
    """The same, but for those that are in force by themselves later: not yet begun, or outside of their windows."""
    return [binding for binding in question.directory.bindings
            if covers(question.directory, binding, place, limit=True) and binding.disabled is not True and
            (binding.times is None or not binding.times.over(question.now)) and
            membership(question, binding) is not False]


def held(question, place):
    """The roles that the subject holds directly at a place."""
    return {role for binding in limiting(question, place) for role in binding.roles}


def narrowing(question, place):
    """Bindings without dgGrantsRole that the subject is a member of."""
    return [binding for binding in limiting(question, place) if not binding.grants_role]


# Separation of duty


def count(roles_held, members, counted):
    """How many of the members are held, but for those held only by inheritance from another of the set."""
    found, seen = set(), set()
    waiting = list(roles_held)
    while waiting:
        role = waiting.pop()
        if role in seen:
            continue
        seen.add(role)
        if role in members and role in counted:
            found.add(role)  # what comes through it is held by inheritance from it
        else:
            waiting += role.inherits
    return len(found)


def sets_for(directory, organization):
    return [found for found in directory.sets if found.organization in (None, organization)]


def reach(roles):
    return {below for role in roles for below in role.reach()}


def activated(question, roles_held):
    """context.active_roles, each with what it inherits; roles not held are ignored."""
    names = question.request.active_roles
    all_held = reach(roles_held)
    if names is None:
        return all_held
    named = {finding.find_role(question.directory, name, [question.place.organization]) for name in names}
    return reach(named & all_held)


def struck(question, place, roles_held, active):
    """More than dgMaximum: no role of the set grants.  Dynamic sets count only the roles the request activates."""
    found = set()
    for role_set in sets_for(question.directory, place.organization):
        if role_set.dynamic:
            number = dynamic_count(roles_held, role_set.roles, active)
        else:
            number = count(roles_held, role_set.roles, role_set.roles)
        if number > role_set.maximum:
            found |= role_set.roles
    return found


def dynamic_count(roles_held, members, active):
    """The same over the active roles alone: what an inactive role of the set inherits is active in its own right."""
    return count(roles_held, members, active)


# Grants


class Route:
    """One place where roles are held, and what they give at the place that is asked about."""

    def __init__(self, question, place, held_at):
        self.question, self.place, self.held_at = question, place, held_at
        self.held = held(question, held_at)
        self.struck = struck(question, held_at, self.held, activated(question, self.held))
        here = narrowing(question, place)
        self.narrowing = here + [binding for binding in narrowing(question, held_at) if binding not in here]
        self.local = [binding for binding in self.narrowing if binding not in here]
        self.plans = plans_of(question.directory, place.organization, question.subject)
        self.grants, self.misses = [], set()

    def bindings(self):
        """On the organization, roles held in its workspaces count by other bindings than default and publicity."""
        directory = self.question.directory
        for binding in directory.bindings + directory.invitations:
            if not binding.grants_role or not covers(directory, binding, self.held_at):
                continue
            if self.held_at is not self.place and (binding.implicit or self.place in binding.places):
                continue
            if membership(self.question, binding) is True:
                yield binding

    def stops(self, binding, action):
        """What keeps a binding from granting."""
        stops = set()
        if not inside(self.question, binding):
            stops.add("outside-time")
        if binding.disabled is True:
            stops.add("binding-disabled")
        if not binding.sound:
            stops.add("broken-data")
        if binding.kind == "invitation":
            stops.add("pending")
        if self.is_stopped_by_status(binding, action):
            stops.add("workspace-disabled")
        return stops

    def is_stopped_by_status(self, binding, action):
        """In a disabled workspace only bindings on the organization hold, only for workspace.* and members.*."""
        directory, organization = self.question.directory, self.place.organization
        if directory.is_disabled(organization):
            return True
        if not directory.is_disabled(self.held_at):
            return False
        return organization not in binding.places or not action.startswith(("workspace.", "members."))

    def ways(self, binding):
        """Each role the binding gives, with what stops it on the way: {(role, stops)}."""
        active = activated(self.question, self.held | set(binding.roles))
        found, waiting = set(), [(role, frozenset()) for role in binding.roles]
        while waiting:
            role, stops = waiting.pop()
            if role in self.struck:
                stops |= {"separation-of-duty"}
            if role.plans is not None and not any(plan in self.plans for plan in role.plans):
                stops |= {"plan-required"}
            if (role, stops) not in found:
                found.add((role, stops))
                waiting += [(below, stops) for below in role.inherits]
        return [(role, stops if role in active else stops | {"not-activated"}) for role, stops in found]

    def effective_roles(self, binding):
        return {role for role, stops in self.ways(binding) if not stops}

    def values(self, binding, role, action):
        """The filters of the values that give the action, each as a list that must be TRUE together."""
        own = role.permissions if self.held_at is self.place else []
        if self.place is self.place.organization:
            own = own + role.on_organization
        for value in own:
            if policy.matches(value.pattern, action):
                yield [value.filter]
        if self.held_at is not self.place:
            return
        for extra in binding.extras:
            for optional in role.optional:
                if policy.matches(extra.pattern, action) and policy.matches(optional.pattern, extra.pattern):
                    yield [extra.filter, optional.filter]

    def look(self, action):
        """Fills grants (bindings) and misses."""
        terms = Terms(self.question, self.place, action)
        for binding in self.bindings():
            stops_here = self.stops(binding, action)
            if binding.kind == "invitation" and stops_here & {"outside-time"}:
                continue  # it waits no more
            narrowing = [restriction_filters(each, action) for each in [binding] + self.narrowing]
            narrowed = [passes(parts, terms) for parts in narrowing]
            lacking = any(lack(parts, terms) for parts in narrowing)
            for role, stops in self.ways(binding):
                for parts in self.values(binding, role, action):
                    self.note(binding, stops_here | stops, passes(parts, terms), narrowed, lacking or lack(parts, terms))

    def note(self, binding, stops, condition, narrowed, lacking):
        """Stops after `condition-not-met` are a near miss only if the grant would have been whole without that one."""
        whole = condition is True and both(narrowed) is True
        if len(stops) == 1 and whole:
            self.misses |= stops
        if stops:
            return
        if whole:
            if binding not in self.grants:
                self.grants.append(binding)
            return
        if lacking:
            self.misses.add("missing-property")
        elif both(narrowed) is not True:
            self.misses.add("restricted")
        else:
            self.misses.add("condition-not-met")

    def obligations(self, binding, action):
        return {text for each in [binding] + self.local for text in obligations(each, action)}


def plans_of(directory, organization, subject):
    """The organization's plan and the person's own."""
    return [plan for plan in (organization_plan(directory, organization), account_plan(directory, subject))
            if plan not in (None, BROKEN)]


def organization_plan(directory, organization):
    return directory.referred_one(organization, "dgHasPlan", directory.plans)


def account_plan(directory, person):
    """dgHasPlan of a person: a plan of an organization she is in, or a common one.  None without, or BROKEN."""
    if not people.is_person(person) or not person.has("dgHasPlan"):
        return None
    value = person.one("dgHasPlan")
    plan = directory.tree.find(value) if value is not BROKEN else None
    mine = [None, person.organization] + directory.organizations_of(person)
    return plan if plan is not None and plan.key in directory.plans and plan.organization in mine else BROKEN


TAKEN = ("|", [])  # the filter of what takes everything away: FALSE


def restriction_filters(binding, action):
    """A binding's restrictions as one conjunction: every dgRestricts that matches must have a filter, and it must be TRUE."""
    if binding.restrictions_broken and not binding.grants_role:
        return [TAKEN]
    found = []
    for restriction in binding.restrictions:
        for value in restriction.restricts:
            if policy.matches(value.pattern, action):
                plain = value.filter is None or value.filter is policy.BROKEN_FILTER
                found.append(TAKEN if plain else value.filter)
        found += [TAKEN for pattern in restriction.takes if policy.matches(pattern, action)]
    return found


def passes(parts, terms):
    """Filters that must be TRUE together."""
    return both(filter_value(part, terms) for part in parts)


def lack(parts, terms):
    """Is that Undefined for want of something that the caller could have said?"""
    return passes(parts, terms) is None and any(part is not None and filters.lacks(part, terms) for part in parts)


def obligations(binding, action):
    return {text for restriction in binding.restrictions for pattern, text in restriction.obligations
            if policy.matches(pattern, action)}


# Limits


def limit(question, place, roles, action):
    """The first of ceilings, forbidden, denies that stops the action, or None."""
    for role in roles:
        if role.ceilings and not any(pattern is not None and policy.matches(pattern, action) for pattern in role.ceilings):
            return "above-ceiling"
    if any(policy.matches(pattern, action) for pattern in forbidden(question.directory, place)):
        return "forbidden-here"
    terms = Terms(question, place, action)
    for role in roles:
        for value in role.denies:
            if policy.matches(value.pattern, action) and (
                    value.filter is policy.BROKEN_FILTER or filter_value(value.filter, terms) is not False):
                return "explicit-deny"
    return None


def forbidden(directory, place):
    """dgForbidden of the place, of the workspaces around it and of the organization."""
    chain = [place.organization] + ([] if place is place.organization else directory.around(place))
    return [pattern for entry in chain for pattern in policy.forbidden(entry.all("dgForbidden"))]


class Verdict:
    def __init__(self, place, reason, granting=(), found=()):
        self.place, self.reason = place, reason
        self.granting = list(granting)  # (route, binding)
        self.obligations = found


def judge(question, place, action):
    """Grants, then limits, of one action at one place."""
    if not policy.is_permission(action):
        return Verdict(place, "no-grant")
    routes = routes_to(question, place)
    for route in routes:
        route.look(action)
    granting = [route for route in routes if route.grants]
    if not granting:
        misses = {miss for route in routes for miss in route.misses} | {"no-grant"}
        return Verdict(place, min(misses, key=MISSES.index))
    stops = [(limit(question, place, routes[0].held | route.held, action), route) for route in granting]
    passing = [route for stop, route in stops if stop is None]
    if not passing:
        return Verdict(place, min((stop for stop, _ in stops), key=LIMITS.index))
    pairs = [(route, binding) for route in passing for binding in route.grants]
    return Verdict(place, "granted", pairs, all_obligations(question, place, pairs, action))


def routes_to(question, place):
    """The place itself; for an organization also its enabled workspaces."""
    routes = [Route(question, place, place)]
    if place is place.organization:
        routes += [Route(question, place, workspace) for workspace in question.directory.workspaces
                   if workspace.organization is place]
    return routes


def all_obligations(question, place, pairs, action):
    """Those of bindings without dgGrantsRole always; of the granting bindings none if one has none, else all."""
    found = {text for binding in narrowing(question, place) for text in obligations(binding, action)}
    granted = [route.obligations(binding, action) for route, binding in pairs]
    return found | set().union(*granted) if all(granted) else found

"""The rules of administrative actions that no role lifts, tried after the permission itself, in their order."""
import copy

import evaluate
import filters
import finding
import people
from entries import BROKEN
from names import dn_key_or_none, is_below, key_text, normal

ABOUT_MEMBERS = ("members.assign", "members.remove", "restrictions.set", "users.invite")
ABOUT_PEOPLE = ("users.invite", "users.update", "users.activate", "users.deactivate", "users.delete")
WRITABLE = ("givenName", "sn", "displayName", "title", "dgHasPlan")


def refusal(question, verdict):
    """The reason of the first rule that fails, or None."""
    request, kind = question.request, normal(question.request.resource_type)
    if request.action in ("workspace.delete", "workspace.disable"):
        return default_workspace(question)
    if request.action == "teams.update" and kind == "group":
        return teams(question)
    about_person = request.action in ABOUT_PEOPLE and (
        kind == "membership" or kind in finding.person_types(question.directory))
    about_membership = about_person and request.action == "users.invite"
    about_membership |= kind == "membership" and request.action in ABOUT_MEMBERS
    if not about_membership and not about_person:
        return None  # asked on another type of resource these actions answer the bare permission
    target = Target(question)
    reason = None
    if about_membership:
        reason = members(question, verdict, target)
    if reason is None and about_person:
        reason = person(question, target)
    return reason or unknown(question, target)


class Holder:
    """Somebody other than the actor, with what the rules about bindings read."""

    def __init__(self, question, entry, is_group):
        self.directory, self.now, self.local = question.directory, question.now, question.local
        self.subject, self.is_group = entry, is_group
        self.groups, self.possible = people.groups_of(question.directory, entry)


class Target:
    """The user or group that the resource names; `entry` is None where it does not exist, or two share the name."""

    def __init__(self, question):
        directory, organization = question.directory, question.place.organization
        name, action = question.request.resource_id, question.request.action
        found = finding.find_person(directory, name, [organization])
        self.is_group = False
        if found is None and action in ("members.assign", "members.remove", "restrictions.set"):
            found = finding.find_group(directory, name, [organization])
            self.is_group = True
        self.ambiguous = found is finding.AMBIGUOUS
        if self.ambiguous or (found is not None and not self.reachable(directory, organization, action, found)):
            found = None
        self.entry = found
        self.holder = None if found is None else Holder(question, found, self.is_group)

    @staticmethod
    def reachable(directory, organization, action, found):
        """A reference into another organization is broken data, and what users.* changes are the organization's people."""
        if action.startswith("users.") and action != "users.invite":
            return found in directory.peoples[organization.key]
        return directory.may_refer(organization, found)


def unknown(question, target):
    """The target of users.invite may be a mail address not known yet."""
    if target.entry is not None:
        return None
    if target.ambiguous:
        return "ambiguous-subject"
    invited = question.request.action == "users.invite" and "@" in question.request.resource_id
    found = finding.find_person(question.directory, question.request.resource_id, [question.place.organization])
    return None if invited and found is None else "unknown-target"


# Members


def named_roles(question):
    """properties.role: one or several; None without.  A role that does not exist is None among them."""
    value = question.request.resource_properties.get("role")
    if value is None:
        return None
    directory, organization = question.directory, question.place.organization
    names = value if isinstance(value, list) else [value]
    found = {finding.find_role(directory, name, [organization]) if isinstance(name, str) else None for name in names}
    return {role if role is not None and directory.may_refer(organization, role.entry) else None for role in found}


def bindings_of(directory, place):
    """Bindings of that very workspace; the owner's counts as one, default and publicity do not."""
    return [binding for binding in directory.bindings
            if binding.grants_role and not binding.implicit and place in binding.places]


def present_roles(target, place):
    """What the target holds now: roles given by bindings of that very workspace, in force or not."""
    if target.entry is None:
        return set()
    return {role for binding in bindings_of(target.holder.directory, place)
            if evaluate.membership(target.holder, binding) is True or names(binding, target.entry)
            for role in binding.roles}


def direct_roles(target, place):
    """Those that it does not hold through a group (or a filter) alone."""
    if target.entry is None:
        return set()
    return {role for binding in bindings_of(target.holder.directory, place)
            if names(binding, target.entry) for role in binding.roles}


def names(binding, entry):
    """Does the binding itself name somebody?  What the name of a group makes no change of a binding takes away."""
    return entry.key in binding.named or (binding.group is entry and binding.kind != "rule")


def through_roles(target, place):
    """Those that it holds when no binding names it any more."""
    if target.entry is None:
        return set()
    return {role for binding in bindings_of(target.holder.directory, place)
            if evaluate.membership(target.holder, without_mention(binding, target.entry)) is True
            for role in binding.roles}


class Change:
    """What an action gives and takes; a role that stays as it is is neither."""

    def __init__(self, action, named, present, direct, through):
        asked = {role for role in named or () if role is not None}
        self.unknown_role = named is not None and None in named and action != "restrictions.set"
        self.given, self.taken, self.after = set(), set(), present
        if action == "members.assign":  # replaces the direct roles; without a role it may be any change of them
            self.given, self.taken, self.after = asked - direct, direct - asked, asked | through
        elif action == "members.remove":
            self.taken = present if named is None else present & asked
            self.after = present - self.taken
        elif action == "users.invite":
            self.given, self.after = asked - direct, present | asked
        elif named is not None:
            self.after = asked | through
        self.touched = self.given | self.taken
        if action == "restrictions.set":  # the present roles count as taken, for dgMayAssign only
            self.touched = present
        if action == "members.assign" and named is None:
            self.given, self.taken, self.touched, self.after = direct, set(), direct, present


def members(question, verdict, target):
    place, action = question.place, question.request.action
    change = Change(action, named_roles(question), present_roles(target, place), direct_roles(target, place),
                    through_roles(target, place))
    if change.unknown_role or not may_assign(verdict, change.touched):
        return "may-not-assign"
    if is_oneself(question, target.entry):
        return "self-change"
    if action == "restrictions.set":
        reason = restriction(question, target, change)
        if reason:
            return reason
    if any(is_brought_past(target, place, change, role_set) for role_set in
           evaluate.sets_for(question.directory, place.organization)):
        return "separation-of-duty"
    if action == "members.remove" and not change.taken <= direct_roles(target, place):
        return "via-group"
    if any(is_last_holder(question, target.entry, place, role) for role in change.taken):
        return "last-holder"
    return None


def may_assign(verdict, roles):
    """All of them among dgMayAssign of the roles of one binding that grants the permission there."""
    return not roles or any(roles <= {role for holder in route.effective_roles(binding) for role in holder.may_assign}
                            for route, binding in verdict.granting)


def is_oneself(question, entry):
    """Not the actor himself, nor a group that the actor is in."""
    return entry is not None and (entry is question.subject or entry.key in question.possible)


def restriction(question, target, change):
    """dgAppliesTo and dgRequiresPlan must fit."""
    directory, organization = question.directory, question.place.organization
    name = question.request.resource_properties.get("restriction")
    if name is None:
        return None
    pool = [each.entry for each in directory.restrictions.values()]
    found = finding.find_named(directory, name, pool, [organization]) if isinstance(name, str) else None
    if found in (None, finding.AMBIGUOUS) or not directory.may_refer(organization, found):
        return "not-applicable"
    wanted = directory.restrictions[found.key]
    if is_in_place(target, question.place, wanted):
        return None  # lifted or kept: what it is meant for is asked when it is set
    if wanted.applies is not None and not wanted.applies & change.after:
        return "not-applicable"
    plans = [evaluate.organization_plan(directory, organization)]
    plans += [evaluate.account_plan(directory, target.entry)] if target.entry is not None else []
    if wanted.plans is not None and not any(plan in plans for plan in wanted.plans):
        return "plan-required"
    return None


def is_in_place(target, place, wanted):
    """Restricted by it already, through a binding there that names the target itself."""
    if target.entry is None:
        return False
    return any(wanted in binding.restrictions and place in binding.places and not binding.implicit and
               binding.kind != "invitation" and names(binding, target.entry)
               for binding in target.holder.directory.bindings)


def is_brought_past(target, place, change, role_set):
    """A static set that a given role brings past its maximum."""
    if role_set.dynamic or not change.given:
        return False
    if target.entry is None:
        return past(role_set, set(), change.given)
    directory = target.holder.directory
    holders_ = [target.holder]
    if target.is_group:  # whoever is in it gets the role, too
        holders_ += [Holder(target.holder, each, False) for each in directory.people
                     if target.entry.key in people.groups_of(directory, each)[0]]
    return any(past(role_set, stays(holder, target.entry, place, change.taken), change.given) for holder in holders_)


def stays(holder, entry, place, taken):
    """The roles that somebody holds there when the bindings that name the target give it no more what is taken."""
    found = set()
    for binding in evaluate.lasting(holder, place):
        mine = place in binding.places and not binding.implicit
        ends = mine and evaluate.membership(holder, without_mention(binding, entry)) is False
        found |= set(binding.roles) - (taken if ends else set())
    return found


def past(role_set, held, given):
    """Roles that are given are of the set, and with those held there are too many."""
    return evaluate.count(given, role_set.roles, role_set.roles) > 0 and \
        evaluate.count(held | given, role_set.roles, role_set.roles) > role_set.maximum


def holders(question, place, role, without=None):
    """Active people who hold the role through sound bindings in force of that very workspace."""
    directory = question.directory
    found = set()
    bindings = [binding if without is None else without_mention(binding, without)
                for binding in bindings_of(directory, place) if role in binding.roles]
    bindings = [binding for binding in bindings
                if binding.sound and binding.disabled is False and evaluate.inside(question, binding)]
    for each in directory.people if bindings else ():
        if people.is_active(each, question.now):
            holder = Holder(question, each, False)
            if any(evaluate.membership(holder, binding) is True for binding in bindings):
                found.add(each.key)
    return found


def without_mention(binding, entry):
    """The binding as it will be when it names the target no more."""
    changed = copy.copy(binding)
    changed.named = binding.named - {entry.key}
    changed.group = None if binding.group is entry and binding.kind != "rule" else binding.group
    return changed


def is_last_holder(question, entry, place, role):
    if entry is None or not role.keep_holder:
        return False
    return bool(holders(question, place, role)) and not holders(question, place, role, without=entry)


# Teams


def teams(question):
    """Also members.assign of every role bound to the group, in each place; the first place by DN that refuses answers."""
    directory = question.directory
    group = finding.find_group(directory, question.request.resource_id, [question.place.organization])
    if group in (None, finding.AMBIGUOUS) or not directory.may_refer(question.place.organization, group):
        return "unknown-target"
    question = about_membership_of(question, group)
    bound = {}
    groups = people.groups_of(directory, group)[0] | {group.key}
    for binding in directory.bindings:
        named = binding.named | ({binding.group.key} if binding.group else set())
        if named & groups:
            for place in binding.places:
                bound.setdefault(place.key, set()).update(binding.roles)
    if is_oneself(question, group) and any(
            not binding.grants_role and evaluate.membership(Holder(question, group, True), binding) is not False
            for binding in directory.bindings):
        return "self-change"  # nobody lets himself out of what restricts him
    for key in sorted((key for key, roles in bound.items() if roles), key=key_text):
        place = directory.tree.by_key[key]
        for action in ("members.assign", "members.remove"):  # nobody is named: it may be either
            verdict = evaluate.judge(question, place, action)
            if verdict.reason != "granted":
                return verdict.reason
            if not may_assign(verdict, bound[key]):
                return "may-not-assign"
            if is_oneself(question, group):
                return "self-change"
            if action == "members.assign" and breaks_duty(question, group, place, bound[key]):
                return "separation-of-duty"
            if action == "members.remove" and any(is_kept_by(question, group, place, role) for role in bound[key]):
                return "last-holder"
    return None


def breaks_duty(question, group, place, roles):
    """Would the roles of the group bring it, or somebody who is in it, past the maximum of a static set?"""
    directory = question.directory
    inside = [each for each in directory.people if group.key in people.groups_of(directory, each)[0]]
    for each in [group] + inside:
        holder = Holder(question, each, each is group)
        held = {role for binding in evaluate.lasting(holder, place) for role in binding.roles}
        if any(not role_set.dynamic and past(role_set, held, roles)
               for role_set in evaluate.sets_for(directory, place.organization)):
            return True
    return False


def about_membership_of(question, group):
    """What rides along is asked for itself: about a membership, of which the request says nothing more."""
    asked = copy.copy(question)
    asked.request, asked.resource = copy.copy(question.request), None
    asked.request.resource_type, asked.request.resource_properties = "membership", {}
    asked.request.action_properties = {}
    return asked


def is_kept_by(question, group, place, role):
    """Would the last holder of a dgKeepHolder role go, were nobody in the group?"""
    if not role.keep_holder or not holders(question, place, role):
        return False
    directory = question.directory
    kept, directory.groups = directory.groups, [each for each in directory.groups if each.entry is not group]
    try:
        return not holders(question, place, role)
    finally:
        directory.groups = kept


# Workspaces


def default_workspace(question):
    """Never on the organization's default workspace or one around it, nor on one around a DN that is named as such but is
    none."""
    place = question.place
    default = place.organization.one("dgDefaultWorkspace")
    key = dn_key_or_none(default) if default not in (None, BROKEN) else None
    if place is not place.organization and key and is_below(key, place.key):
        return "default-workspace"
    return None


# People


def person(question, target):
    action, attribute = question.request.action, question.request.action_properties.get("attribute")
    if action in ("users.deactivate", "users.delete") and is_last_anywhere(question, target.entry):
        return "last-holder"
    if action == "users.delete" and target.entry is not None and people.is_active(target.entry, question.now):
        return "still-active"
    if action in ("users.deactivate", "users.delete") and target.entry is question.subject:
        return "self-change"
    plan_changes = action == "users.update" and isinstance(attribute, str) and normal(attribute) == "dghasplan"
    if (action in ("users.activate", "users.invite") or plan_changes) and not has_seat(question, target.entry):
        return "no-seat"
    if action == "users.update" and not is_writable(question.directory, attribute):
        return "immutable-attribute"
    return None


def is_last_anywhere(question, entry):
    """The only active holder of a dgKeepHolder role in some place."""
    directory = question.directory
    if entry is None:
        return False
    for place in finding.place_pool(directory):
        for role in {role for binding in bindings_of(directory, place) for role in binding.roles}:
            if role.keep_holder and holders(question, place, role) == {entry.key}:
                return True
    return False


def has_seat(question, entry):
    """A free seat in the plan asked for, else the account's, else the organization's."""
    directory, organization = question.directory, question.place.organization
    asked = question.request.action_properties.get("value")
    if asked is None:
        asked = question.request.resource_properties.get("plan")
    if asked is not None:
        plan = find_plan(question, asked)
    elif "value" in question.request.action_properties:  # null takes the account's own plan away
        plan = evaluate.organization_plan(directory, organization)
    else:
        plan = plan_counted(directory, organization, entry)
    if plan is BROKEN:
        return False  # a plan that does not exist: refused
    seats = plan.integer("dgSeats") if plan is not None else None
    if seats is None:
        return True
    taken = [each for each in directory.peoples[organization.key] if each is not entry and
             (people.is_active(each, question.now) or people.is_invited(each)) and
             plan_counted(directory, organization, each) is plan]
    return len(taken) < (0 if seats is BROKEN else seats)


def plan_counted(directory, organization, entry):
    plan = evaluate.account_plan(directory, entry) if entry is not None else None
    return evaluate.organization_plan(directory, organization) if plan is None else plan


def find_plan(question, name):
    directory = question.directory
    if not isinstance(name, str):
        return BROKEN
    found = finding.find_named(directory, name, list(directory.plans.values()), [question.place.organization])
    if found in (None, finding.AMBIGUOUS) or not directory.may_refer(question.place.organization, found):
        return BROKEN
    return found


def is_writable(directory, attribute):
    """Configuration lists which are; never one that a dgMemberFilter or memberURL reads."""
    writable = {normal(name) for name in directory.options.get("writable_attributes", WRITABLE)}
    return isinstance(attribute, str) and normal(attribute) in writable - filtered_attributes(directory)


def filtered_attributes(directory):
    texts = [text for entry in directory.tree.entries if entry.is_a("dgBinding", "dgBoundGroup")
             for text in entry.all("dgMemberFilter")]
    read = [people.filter_read(text) for text in texts]
    read += [search.filter for group in directory.groups for search in group.searches]
    return {name for filter in read if filter is not BROKEN for _, name in filters.names_read(filter)}

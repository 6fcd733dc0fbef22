"""Finding what a request names: the subject, the resource, the place, and the time it is asked about."""
import time as clock
from decimal import Decimal
from fractions import Fraction

import people
from names import dn_key_or_none, normal
from values import Mark, time_rfc3339

PERSON_TYPES = ("user", "identity", "account", "service")


class Malformed(Exception):
    """A request that is no question: 400."""


class Refusal(Exception):
    """A deny with its reason, before any grant is looked for."""


def want(good, what):
    if not good:
        raise Malformed(what)


class Request:
    """One AuthZEN evaluation request, its shape checked."""

    def __init__(self, body):
        want(isinstance(body, dict), "the request")
        subject, action, resource = (self.member(body, name) for name in ("subject", "action", "resource"))
        self.subject_type, self.subject_id = self.text(subject, "type"), self.text(subject, "id")
        self.subject_properties = self.object(subject, "properties")
        self.action, self.action_properties = self.text(action, "name"), self.object(action, "properties")
        self.resource_type, self.resource_id = self.text(resource, "type"), self.text(resource, "id")
        self.resource_properties = self.object(resource, "properties")
        self.context = self.object(body, "context")
        self.place_name = self.name(self.resource_properties, "workspace")
        if self.place_name is None:
            self.place_name = self.name(self.context, "workspace")
        self.active_roles = self.roles()
        self.now = self.time()

    @staticmethod
    def member(body, name):
        want(isinstance(body.get(name), dict), name)
        return body[name]

    @staticmethod
    def text(body, name):
        want(isinstance(body.get(name), str), name)
        return body[name]

    @staticmethod
    def object(body, name):
        want(body.get(name) is None or isinstance(body[name], dict), name)
        return body.get(name) or {}

    @staticmethod
    def name(body, name):
        want(body.get(name) is None or isinstance(body[name], str), name)
        return body.get(name)

    def roles(self):
        """context.active_roles: absent or null is all, [] is none."""
        roles = self.context.get("active_roles")
        want(roles is None or (isinstance(roles, list) and all(isinstance(role, str) for role in roles)), "active_roles")
        return roles

    def time(self):
        """context.dirgate.at, else the clock."""
        at = self.object(self.context, "dirgate").get("at")
        if at is None:
            return Fraction(Decimal(str(clock.time())))
        want(isinstance(at, str) and time_rfc3339(at) is not None, "at")
        return time_rfc3339(at)


AMBIGUOUS = Mark("ambiguous")


def only(found):
    return None if not found else found[0] if len(found) == 1 else AMBIGUOUS


def find_named(directory, name, pool, first):
    """`id`, `organization/id` or the full DN, in this order; an unqualified id in the organizations of `first`
    first, then (if there are any) among what is common."""
    wanted = normal(name)
    by_id = [entry for entry in pool if entry.id_normal == wanted]
    found = ([entry for entry in by_id if entry.organization in first]
             or [entry for entry in by_id if first and entry.organization is None] or by_id)
    if not found and "/" in name:
        head, _, tail = name.partition("/")
        inside, wanted = organizations_called(directory, head), normal(tail)
        found = [entry for entry in pool if entry.organization in inside and entry.id_normal == wanted]
    if not found:
        key = dn_key_or_none(name)
        found = [entry for entry in pool if entry.key == key]
    return only(found)


def organizations_called(directory, name):
    return [organization for organization in directory.organizations if organization.id_normal == normal(name)]


def find_person(directory, name, first):
    """By DN, dgId, then the id attributes; the first that matches anybody decides, first among the people of `first`."""
    for pool in [directory.peoples[organization.key] for organization in first] + [directory.people]:
        found = best_named(directory, name, pool)
        if found:
            return only(found)
    if "/" in name:
        head, _, tail = name.partition("/")
        pool = [person for organization in organizations_called(directory, head)
                for person in directory.peoples[organization.key]]
        return only(best_named(directory, tail, pool))
    return None


def best_named(directory, name, pool):
    ids = directory.options.get("person_ids", people.PERSON_IDS)
    key, wanted = dn_key_or_none(name), normal(name)
    ranks = [(people.names_person(person, key, wanted, ids), person) for person in pool]
    best = min((rank for rank, _ in ranks if rank is not None), default=None)
    return [person for rank, person in ranks if rank == best] if best is not None else []


def find_group(directory, name, first):
    return find_named(directory, name, [group.entry for group in directory.groups], first)


def find_role(directory, name, first):
    found = find_named(directory, name, [role.entry for role in directory.roles.values()], first)
    return directory.roles[found.key] if found not in (None, AMBIGUOUS) else None


def place_pool(directory, kind=None):
    pools = {"workspace": directory.workspaces, "organization": directory.organizations}
    return pools[kind] if kind else directory.workspaces + directory.organizations


def place_kind(request):
    kind = normal(request.resource_type)
    return kind if kind in ("workspace", "organization") else None


def organization_named(directory, request):
    """The organization that the request names: itself, or through the one workspace that it names."""
    kind = place_kind(request)
    name = request.resource_id if kind else request.place_name
    if name is None:
        return []
    found = find_named(directory, name, place_pool(directory, kind), [])
    return [found.organization] if found not in (None, AMBIGUOUS) else []


def person_types(directory):
    return PERSON_TYPES + tuple(normal(name) for name in directory.options.get("subject_types", ()))


def find_subject(directory, request):
    kind, first = normal(request.subject_type), organization_named(directory, request)
    if kind == "group":
        found = find_group(directory, request.subject_id, first)
    elif kind in person_types(directory):
        found = find_person(directory, request.subject_id, first)
    else:
        found = None
    if found is None:
        raise Refusal("unknown-subject")
    if found is AMBIGUOUS:
        raise Refusal("ambiguous-subject")
    if people.is_person(found) and kind != "group" and not people.is_active(found, request.now):
        raise Refusal("subject-inactive")
    return found


def find_place(directory, name, kind, first):
    found = find_named(directory, name, place_pool(directory, kind), first)
    if found is None:
        raise Refusal("unknown-workspace")
    if found is AMBIGUOUS:
        raise Refusal("ambiguous-organization" if kind == "organization" else "ambiguous-workspace")
    return found


def find_resource(directory, request, named, mine):
    """The entry of the resource, or None where only the request knows it."""
    pool = [entry for entry in directory.resources if isinstance(entry.one("dgResourceType"), str) and
            normal(entry.one("dgResourceType")) == normal(request.resource_type)]
    key, wanted = dn_key_or_none(request.resource_id), normal(request.resource_id)
    pool = [entry for entry in pool if entry.key == key or entry.id_normal == wanted]
    if named is not None:
        there = [entry for entry in pool if (entry.workspace or entry.organization) is named]
        if not there and any(entry.organization is named.organization for entry in pool):
            raise Refusal("not-in-workspace")
        pool = there or [entry for entry in pool if entry.organization is None]
    else:  # the subject's organization first
        pool = [entry for entry in pool if entry.organization in mine] or pool
    if len(pool) > 1:
        raise Refusal("ambiguous-resource")
    return pool[0] if pool else None


def find_resource_and_place(directory, request, subject):
    """(entry of the resource or None, place)."""
    mine = directory.organizations_of(subject)
    kind = place_kind(request)
    if kind:
        place = find_place(directory, request.resource_id, kind, mine)
        return place, place
    named = find_place(directory, request.place_name, None, mine) if request.place_name is not None else None
    resource = find_resource(directory, request, named, mine)
    if named is not None:
        return resource, named
    if resource is not None and resource.organization is not None:
        return resource, resource.workspace or resource.organization
    if len(mine) == 1:
        return resource, mine[0]
    if len(directory.organizations) == 1:
        return resource, directory.organizations[0]
    raise Refusal("ambiguous-organization")


def place_asked(action, place):
    """`organization.*`, `workspace.create` and `users.*` but `users.invite` are asked on the organization."""
    if action.startswith(("organization.", "users.")) and action != "users.invite" or action == "workspace.create":
        return place.organization
    return place

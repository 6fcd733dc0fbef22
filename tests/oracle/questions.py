"""Random requests about a directory: most of them near something that could be granted, the rest anything."""
import json
import random

import people
from generate import AREAS, BUILT_IN, FILTERS, TIMES, VERBS
from model import Directory
from names import key_text

TARGETED = ("members.assign", "members.remove", "restrictions.set", "users.invite", "users.update", "users.activate",
            "users.deactivate", "users.delete")


def questions(text, seed, count, options=None):
    """`count` requests as JSON texts, each with a time of its own."""
    asker = Asker(Directory(text, options), random.Random(seed))
    return [json.dumps(asker.request(), ensure_ascii=asker.chance(0.5)) for _ in range(count)]


class Asker:
    def __init__(self, directory, chance):
        self.directory, self.random = directory, chance
        self.granting = [binding for binding in directory.bindings if binding.grants_role and binding.roles and
                         (binding.named or binding.group or binding.implicit)]
        self.granting += [binding for binding in self.granting if binding.sound and binding.places] * 3
        self.granting += directory.invitations
        self.stopped = directory.invitations + [
            binding for binding in self.granting if binding.disabled or (
                binding.times and (binding.times.windows or binding.times.start or binding.times.end))]
        self.administrating = [binding for binding in self.granting if "admins" in binding.dn]

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, things):
        return self.random.choice(list(things))

    def request(self):
        return self.malformed() if self.chance(0.012) else self.question()

    def question(self):
        binding = self.pick(self.granting) if self.granting and self.chance(0.94) else None
        if self.administrating and self.chance(0.2):
            binding = self.pick(self.administrating)
        elif self.stopped and self.chance(0.12):
            binding = self.pick(self.stopped)
        person = self.member(binding)
        if self.chance(0.6) and not people.is_group(person) and not people.is_active(person, 1800000000):
            person = self.member(binding)
        place = self.place(binding)
        action = self.action(binding, place)
        properties = self.properties(person)
        context = {"dirgate": {"at": self.pick(TIMES)}}
        resource = self.resource(action, place, person)
        if resource["type"] not in ("workspace", "organization") and place is not None and self.chance(0.93):
            self.pick((context, properties))["workspace"] = self.place_name(place)
        resource["properties"] = {**properties, **resource.get("properties", {})}
        context.update(self.context())
        body = {"subject": self.subject(person), "action": self.action_object(action), "resource": resource, "context": context}
        if self.chance(0.3):
            body["subject"]["properties"] = self.claims()
        if self.chance(0.05):
            body["unknown"] = {"member": 1}
        return body

    def malformed(self):
        body = self.question()
        spoil = self.random.randrange(6)
        if spoil == 0:
            del body[self.pick(("subject", "action", "resource"))]
        elif spoil == 1:
            body["subject"]["id"] = 7
        elif spoil == 2:
            body["context"]["dirgate"] = {"at": self.pick(("tomorrow", "20270101000000Z", 5, "2027-13-01T00:00:00Z"))}
        elif spoil == 3:
            body["context"]["active_roles"] = self.pick(("all", [1], {}))
        elif spoil == 4:
            body["resource"]["type"] = None
        else:
            body["action"] = "read"
        return body

    # Who

    def member(self, binding):
        """Somebody whom the binding names, as a person or through a group; else anybody."""
        entries = self.directory.tree.by_key
        if binding is not None and self.chance(0.93):
            named = [entries[key] for key in sorted(binding.named, key=key_text)] + ([binding.group] if binding.group else [])
            if named:
                found = self.pick(named)
                group = next((group for group in self.directory.groups if group.entry is found), None)
                if group is not None and group.listed and self.chance(0.9):
                    found = entries[self.pick(sorted(group.listed, key=key_text))]
                return found
            here = self.directory.peoples[binding.organization.key]
            if here:
                return self.pick(here)
        return self.pick(self.directory.people)

    def name_of(self, entry):
        """One of the names by which an entry is found."""
        if not people.is_person(entry):
            return self.pick((entry.id or entry.dn, entry.id or entry.dn, entry.dn, self.qualified(entry)))
        names = [entry.dn, people.person_id(entry) or entry.dn] + entry.all("uid") + entry.all("mail") + entry.all("sAMAccountName")
        name = self.pick(names + entry.all("uid") * 3)
        return self.pick((name, name, name.upper(), self.qualified(entry)))

    def qualified(self, entry):
        home = entry.organization
        name = (people.person_id(entry) if people.is_person(entry) else entry.id) or entry.dn
        return name if home is None or home.id is None else home.id + "/" + name

    def subject(self, entry):
        if self.chance(0.012):
            return {"type": self.pick(("user", "group", "robot")), "id": self.pick(("nobody", "", "acme/nobody", "uid=x,o=y"))}
        if not people.is_person(entry):
            return {"type": "group", "id": self.name_of(entry)}
        kind = self.pick(("user",) * 8 + ("identity", "account", "service") + ("robot",) * self.chance(0.1))
        return {"type": kind, "id": self.name_of(entry)}

    def claims(self):
        groups = [self.name_of(group.entry) for group in self.directory.groups]
        found = {"department": self.pick(("42", "7", None, [])), "departmentNumber": "42", "role": "admin"}
        if groups:
            found["groups"] = [self.pick(groups), self.pick(groups), "nothing"] if self.chance(0.8) else self.pick(groups)
        return found

    # Where

    def place(self, binding):
        places = binding.places if binding is not None and self.chance(0.95) else []
        if not places:
            return self.pick(self.directory.workspaces + self.directory.organizations)
        place = self.pick(places)
        if place in self.directory.organizations and self.chance(0.5):
            return self.pick([other for other in self.directory.workspaces if other.organization is place] or [place])
        nested = [other for other in self.directory.workspaces if self.directory.parent(other) is place]
        return self.pick(nested) if nested and self.chance(0.2) else place

    def place_name(self, place):
        if self.chance(0.015):
            return self.pick(("nowhere", "acme/nowhere", "ou=x,o=y", ""))
        return self.pick((place.id or place.dn, place.dn, self.qualified(place), self.qualified(place)))

    # What

    def action(self, binding, place):
        if self.chance(0.008):
            return self.pick(("no such thing", "contacts.läse", "", "x" * 129, "contacts.*"))
        if binding in self.administrating and self.chance(0.8):
            return self.pick(TARGETED + ("teams.update",))
        if binding is not None and self.chance(0.93):
            values = [value for role in binding.roles for below in role.reach() for value in below.permissions * 6 +
                      below.optional + below.on_organization * (3 if binding.organization is place else 1)]
            if values:
                found = self.instance(self.pick(values).pattern)
                wide = found.startswith(("organization.", "users.")) or found == "workspace.create"
                if not wide or binding.organization in binding.places or self.chance(0.08):
                    return found
                return self.instance(self.pick(values).pattern)
        return self.pick(BUILT_IN) if self.chance(0.4) else self.pick(AREAS) + "." + self.pick(VERBS)

    def instance(self, pattern):
        """An action that the pattern matches."""
        if pattern == "*":
            return self.pick(BUILT_IN) if self.chance(0.6) else self.pick(AREAS) + "." + self.pick(VERBS)
        known = [name for name in BUILT_IN if name.startswith(pattern.rstrip("*"))] if pattern.endswith(".*") else []
        if known:
            return self.pick(known)
        head, star, tail = pattern.partition("*")
        return head + (self.pick(AREAS if not head else VERBS) if star else "") + tail

    def action_object(self, action):
        properties = {"channel": self.pick(("web", "WEB", "app", None))} if self.chance(0.6) else {}
        if action in ("users.update", "users.activate", "users.invite"):
            if self.chance(0.9):
                properties["attribute"] = self.pick(("title", "displayName", "dgHasPlan", "DGHASPLAN", "uid", "sn", "employeeType"))
            if self.chance(0.4):
                plans = [plan for plan in self.directory.plans.values()]
                properties["value"] = self.name_of(self.pick(plans)) if plans and self.chance(0.8) else self.pick(("gone", None))
        return {"name": action, "properties": properties} if properties or self.chance(0.5) else {"name": action}

    def resource(self, action, place, person):
        if place is not None and action.startswith(("workspace.", "organization.")) and self.chance(0.75):
            kind = "organization" if place in self.directory.organizations else "workspace"
            return {"type": kind, "id": self.place_name(place)}
        if action in TARGETED and self.chance(0.85):
            return self.membership(action, place, person)
        if action == "teams.update" and self.directory.groups and self.chance(0.8):
            return {"type": "group", "id": self.name_of(self.pick(self.directory.groups).entry)}
        kept = [entry for entry in self.directory.resources if entry.has("dgResourceType")
                if self.chance(0.1) or place in (None, entry.workspace or entry.organization)]
        if kept and self.chance(0.6):
            entry = self.pick(kept)
            return {"type": entry.all("dgResourceType")[0].lower(), "id": entry.id or entry.dn}
        return {"type": self.pick(("contact", "record", "report")), "id": self.pick(("x1", "x2", "x9") + ("r1",) * self.chance(0.1))}

    def membership(self, action, place, person):
        kind = self.pick(("membership",) * 3 + ("user",)) if action.startswith("users.") else "membership"
        home = place.organization if place is not None else None
        near = [entry for entry in self.directory.people if entry.organization in (None, home)] or self.directory.people
        near = near + [group.entry for group in self.directory.groups if group.entry.organization in (None, home)][:3]
        target = self.pick(near)
        present = []
        if place is not None and self.chance(0.6):
            bindings = [binding for binding in self.granting if place in binding.places and binding.named and binding.kind != "invitation"]
            if bindings:
                binding = self.pick(bindings)
                present = [role.entry for role in binding.roles]
                target = self.directory.tree.by_key[self.pick(sorted(binding.named, key=key_text))]
        name = self.name_of(target if self.chance(0.96) else person)
        if self.chance(0.05):
            name = self.pick(("stranger@c.example", "nobody"))
        return {"type": kind, "id": name, "properties": self.change(action, home, present)}

    def change(self, action, home, present):
        roles = [role.entry for role in self.directory.roles.values() if role.organization in (None, home)]
        found = {}
        if self.chance(0.75) and roles:
            names = [self.name_of(self.pick(roles))]
            if present and self.chance(0.5):
                names.append(self.name_of(self.pick(present)))
            if self.chance(0.03):
                names.append("no-such-role")
            found["role"] = names[-1] if self.chance(0.6) else names
        if action == "restrictions.set":
            near = [each.entry for each in self.directory.restrictions.values() if each.organization in (None, home)]
            found["restriction"] = self.name_of(self.pick(near)) if near and self.chance(0.95) else "none"
        if action in ("users.activate", "users.invite") and self.directory.plans and self.chance(0.4):
            found["plan"] = self.name_of(self.pick(self.directory.plans.values()))
        return found

    # Properties and context

    def properties(self, person):
        """Values that filters ask for, some as the subject has them, some absent, some null."""
        groups = [group.entry for group in self.directory.groups]
        others = [self.pick(self.directory.people) for _ in range(2)]
        uids = person.all("uid") * 3 + others[0].all("uid")
        pool = {
            "assignee": uids or ["x"], "owner": [person.dn, person.dn.upper(), others[0].dn],
            "sharedWith": [self.name_of(group) for group in groups] or ["x"], "level": [1, 3, 5, 3.0, "3", "x", {}],
            "amount": [50, 100, 1e2, 500, "99"], "status": ["open", "closed", "Open", "opeN", True],
            "due": ["2027-03-03T10:00:00Z", "20280101000000Z", "2026-01-01T00:00:00+01:00", "soon"],
            "region": ["north", "south", "NORTH "], "team": ["42", "7", 42], "tags": [["a", "b"], [], {}, "a"],
            "place": [other.id for other in self.directory.workspaces if other.id] or ["x"],
            "site": [other.dn for other in self.directory.workspaces] or ["x"], "note": ["a$b", "A$B"],
            "name": ["smith", "Ms. Smyth-Moss"],
        }
        found = {}
        for name, values in pool.items():
            draw = self.random.random()
            if draw < 0.72:
                found[name if self.chance(0.9) else name.upper()] = self.pick(values) if draw < 0.62 else [self.pick(values), self.pick(values)]
            elif draw < 0.78:
                found[name] = self.pick((None, []))
        return found

    def context(self):
        found = {}
        if self.chance(0.6):
            found["channel"] = self.pick(("web", "wedding", "app", None))
        if self.chance(0.6):
            found["mfa"] = self.pick((True, False, "true"))
        if self.chance(0.04):
            roles = [role.entry for role in self.directory.roles.values()]
            found["active_roles"] = self.pick((None, [], [self.name_of(self.pick(roles)) for _ in range(3)], ["nothing"]))
        if self.chance(0.1) and found.get("active_roles") is None and self.granting:
            found["active_roles"] = [self.name_of(role.entry) for role in self.pick(self.granting).roles]
        return found

#!/usr/bin/env python3
"""The reference evaluator against expectations written by hand."""
import json
import os
import subprocess
import sys
import unittest
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import compare  # noqa: E402
import entries  # noqa: E402
import evaluate  # noqa: E402
import filters  # noqa: E402
import generate  # noqa: E402
import ldif  # noqa: E402
import model  # noqa: E402
import names  # noqa: E402
import policy  # noqa: E402
import values  # noqa: E402

BASE = """dn: o=acme
objectClass: organization
objectClass: dgOrganization
o: acme

dn: ou=people,o=acme
objectClass: organizationalUnit

dn: uid=lena,ou=people,o=acme
objectClass: inetOrgPerson
uid: lena
mail: lena@acme.example
departmentNumber: 42

dn: uid=omar,ou=people,o=acme
objectClass: inetOrgPerson
uid: omar

dn: ou=sup,o=acme
objectClass: organizationalUnit
objectClass: dgWorkspace

dn: ou=inner,ou=sup,o=acme
objectClass: organizationalUnit
objectClass: dgWorkspace

"""
AT = "2027-03-03T10:00:00Z"


def role(name, *lines):
    return entry("cn=%s,o=acme" % name, "dgRole", *lines)


def entry(dn, kind, *lines):
    return "\n".join(["dn: " + dn, "objectClass: " + kind] + list(lines)) + "\n\n"


def binding(name, *lines, above="ou=sup,o=acme"):
    return entry("cn=%s,%s" % (name, above), "dgBinding", *lines)


LENA = "member: uid=lena,ou=people,o=acme"


def grants(name):
    return "dgGrantsRole: cn=%s,o=acme" % name


class Case(unittest.TestCase):
    def ask(self, text, action="a.read", place="sup", subject="lena", kind="user", resource=None, options=None,
            at=AT, base=BASE, **context):
        body = {"subject": {"type": kind, "id": subject}, "action": {"name": action},
                "resource": resource or {"type": "thing", "id": "x"},
                "context": {"dirgate": {"at": at}, **({"workspace": place} if place else {}), **context}}
        line = json.dumps(body)
        directory = model.Directory(base + text, options)
        return evaluate.decide(directory, json.loads(line, parse_float=Decimal, parse_int=Decimal))

    def reason(self, *arguments, **named):
        return self.ask(*arguments, **named)["reason"]

    def expect(self, reason, *arguments, **named):
        self.assertEqual(self.reason(*arguments, **named), reason)


class Names(unittest.TestCase):
    def test_equal_dns(self):
        key = names.dn_key
        self.assertEqual(key(r"cn=Doe\, John,ou=X"), key('CN = "doe,  JOHN" ; 2.5.4.11=x'))
        self.assertEqual(key("cn=a+uid=b,o=x"), key("uid=B + cn=A,O=X"))
        self.assertEqual(key("cn=#0c026869,o=x"), key("cn=HI,o=x"))
        self.assertNotEqual(key("cn=a,o=x"), key("cn=a"))
        for bad in ("cn", "cn=a,", "=a", 'cn=a"b', r"cn=\zz", ",", "uid=x,o=y,z"):
            self.assertIsNone(names.dn_key_or_none(bad), bad)

    def test_equal_names(self):
        self.assertTrue(names.equal(" Café  Zwei ", "cafe\u0301 zwei"))
        self.assertTrue(names.equal("Ａ", "a"))
        self.assertFalse(names.equal("straße", "strasse"))
        self.assertEqual(names.normal("\u0130"), "i")

    def test_ldif(self):
        read = ldif.records_read("version: 1\n# a\n  comment\ndn:: bz14\na: b\n c\nd:: w6k=\n\n\ndn: o=y\r\nx:\r\n")
        self.assertEqual(read, [("o=x", [("a", "bc"), ("d", "é")]), ("o=y", [("x", "")])])
        with self.assertRaises(entries.SourceError):
            entries.Tree("dn: o=x\no: x\n\ndn: O=X\no: x\n")


class Filters(unittest.TestCase):
    class Terms:
        def values(self, scope, name):
            return {"a": ["Hello  World", Decimal(5)], "none": filters.ABSENT, "odd": filters.UNKNOWN,
                    "o": [values.OBJECT], "t": ["20270101000000Z"], "d": ["CN=A,O=B"]}[name]

        def reference(self, *reference):
            return []

    def value(self, text):
        return filters.evaluate(filters.parse(text), self.Terms())

    def test_three_values(self):
        for text, expected in (("(a=hello world)", True), ("(a=5.0)", True), ("(none=x)", False), ("(!(none=x))", True),
                               ("(odd=x)", None), ("(!(odd=*))", None), ("(|(odd=x)(a=*))", True), ("(&(odd=x)(none=x))", False),
                               ("(a=$user.gone)", None), ("(!(a=$user.gone))", None), ("(none=$user.gone)", None),
                               ("(o=*)", True), ("(o=x)", False), ("(!(o>=1))", None), ("(a>=4)", True), ("(a>=6)", None), ("(a<=x)", None),
                               ("(t=2027-01-01T01:00:00+01:00)", True), ("(t<=2026-01-01T00:00:00Z)", False),
                               ("(d=cn=a\\2co=b)", True), ("(a=h*o w*)", True), ("(a=*x*)", False)):
            self.assertIs(self.value(text), expected, text)

    def test_grammar(self):
        for bad in ("", "a=b", "(a=b", "(a~=b)", "(a:=b)", "( a=b)", "(&(a=b) (a=b))", "(!(a=b)(a=b))", "(a=$x)",
                    "(a=b$c)", "(a=$user.)", "(x.y=1)", "(resource.=1)", "(a=\\g1)", "(a=b))", "(a=*$now*)", "(a;b=c)"):
            with self.assertRaises(filters.FilterError, msg=bad):
                filters.parse(bad)
        filters.parse("(" + "!(" * 99 + "a=b" + ")" * 100)
        with self.assertRaises(filters.FilterError):
            filters.parse("(" + "!(" * 100 + "a=b" + ")" * 101)
        with self.assertRaises(filters.FilterError):
            filters.parse("(a=$user.dn)", person=True)

    def test_patterns(self):
        self.assertTrue(policy.matches("contacts.*", "contacts."))
        self.assertFalse(policy.matches("contacts.*", "Contacts.read"))
        self.assertFalse(policy.is_permission("a b"))
        self.assertFalse(policy.is_permission("x" * 129))


class Finding(Case):
    def test_subject(self):
        self.expect("unknown-subject", "", subject="nobody")
        self.expect("unknown-subject", "", kind="robot")
        self.expect("no-grant", "", kind="robot", options={"subject_types": ["robot"]})
        twin = entry("cn=x,ou=people,o=acme", "inetOrgPerson", "uid: LENA")
        self.expect("ambiguous-subject", twin)
        self.expect("no-grant", twin, subject="UID = Lena, ou=people, o=acme")
        self.expect("no-grant", twin, subject="acme/omar")
        self.expect("no-grant", twin + entry("cn=y,ou=people,o=acme", "dgAccount", "dgId: lena"))  # dgId decides first

    def test_inactive(self):
        for line, reason in (("dgStatus: invited", "subject-inactive"), ("dgStatus: odd", "subject-inactive"),
                             ("nsAccountLock: TRUE", "subject-inactive"), ("nsAccountLock: false", "no-grant"),
                             ("loginDisabled: perhaps", "subject-inactive"), ("userAccountControl: 514", "subject-inactive"),
                             ("userAccountControl: 512", "no-grant"), ("accountExpires: 9223372036854775807", "no-grant"),
                             ("accountExpires: 1", "subject-inactive"), ("shadowExpire: 20880", "subject-inactive"),
                             ("shadowExpire: 20881", "no-grant"), ("pwdAccountLockedTime: 20200101000000Z", "subject-inactive")):
            self.expect(reason, entry("uid=p,ou=people,o=acme", "account", "uid: p", line), subject="p")

    def test_who_is_a_person(self):
        for kind, reason in (("account\nobjectClass: computer", "unknown-subject"), ("dgAccount\nobjectClass: dgKnownResource", "no-grant"),
                             ("person\nobjectClass: dgKnownResource", "unknown-subject"), ("domain", "unknown-subject")):
            self.expect(reason, entry("uid=p,ou=people,o=acme", kind, "uid: p"), subject="p")

    def test_place(self):
        self.expect("unknown-workspace", "", place="nowhere")
        self.expect("no-grant", "", place="acme/sup")
        self.expect("ambiguous-workspace", entry("ou=two,o=acme", "dgWorkspace", "dgId: SUP"))
        self.expect("unknown-workspace", entry("ou=out", "dgWorkspace"), place="out")
        self.expect("ambiguous-organization", entry("o=other", "dgOrganization") + entry("uid=x", "account", "uid: x"),
                    subject="x", place=None)

    def test_resource(self):
        kept = entry("dgId=r1,ou=inner,ou=sup,o=acme", "dgResource", "dgResourceType: Thing", "dgProperty: s=1")
        given = role("r", "dgPermission: a.read (s=1)") + binding("b", grants("r"), LENA)
        thing = {"type": "thing", "id": "r1", "properties": {"s": "2"}}
        self.expect("not-in-workspace", kept + given, resource=thing)
        self.expect("granted", kept + given, resource=thing, place=None)
        absent = role("r", "dgPermission: a.read (!(t=1))") + binding("b", grants("r"), LENA)
        self.expect("granted", kept + absent, resource=thing, place=None)
        self.expect("missing-property", absent, resource=thing)
        self.expect("granted", absent, resource={"type": "thing", "id": "x", "properties": {"t": None}})
        other = entry("dgId=r1,ou=sup,o=acme", "dgResource", "dgResourceType: thing")
        self.expect("ambiguous-resource", kept + other, resource=thing, place=None)
        callers = {"caller_properties": ["t", "s"]}
        sent = {"type": "thing", "id": "r1", "properties": {"t": "1", "s": "9"}}
        self.expect("condition-not-met", kept + absent, resource=sent, place=None, options=callers)
        self.expect("granted", kept + given, resource=sent, place=None, options=callers)

    def test_malformed(self):
        for body in ([], {}, {"subject": {"type": "user", "id": 5}, "action": {"name": "x"}, "resource": {"type": "t", "id": "i"}}):
            self.assertEqual(evaluate.decide(model.Directory(BASE), body)["outcome"], "malformed")
        self.assertEqual(self.ask("", at="tomorrow")["outcome"], "malformed")
        self.assertEqual(self.ask("", active_roles="x")["outcome"], "malformed")


class Grants(Case):
    def test_scope(self):
        r = role("r", "dgPermission: a.*")
        self.expect("granted", r + binding("b", grants("r"), LENA))
        self.expect("granted", r + binding("b", grants("r"), LENA), place="inner")
        self.expect("no-grant", r + binding("b", grants("r"), LENA), place="acme")
        self.expect("no-grant", r + binding("b", grants("r"), LENA, above="o=acme"))
        self.expect("granted", r + binding("b", grants("r"), LENA, "dgScope: o=acme", above="o=acme"))
        isolated = BASE.replace("dn: ou=inner,ou=sup,o=acme\n", "dn: ou=inner,ou=sup,o=acme\ndgIsolated: yes\n")
        self.expect("no-grant", r + binding("b", grants("r"), LENA), place="inner", base=isolated)
        self.expect("granted", r + binding("b", grants("r"), LENA, "dgScope: o=acme"), place="inner", base=isolated)
        self.expect("granted", r + binding("b", grants("r"), LENA, "dgScope: o=gone", "dgScope: ou=sup,o=acme"))

    def test_disabled_workspace(self):
        base = BASE.replace("dn: ou=sup,o=acme\n", "dn: ou=sup,o=acme\ndgStatus: disabled\n")
        r = role("r", "dgPermission: *")
        wide = binding("b", grants("r"), LENA, "dgScope: o=acme")
        self.expect("workspace-disabled", r + wide, base=base, place="inner")
        self.expect("granted", r + wide, "members.read", base=base, place="inner")
        self.expect("workspace-disabled", r + binding("b", grants("r"), LENA), "members.read", base=base)
        self.expect("workspace-disabled", r + wide, "members.read",
                    base=BASE.replace("dn: o=acme\n", "dn: o=acme\ndgStatus: off\n"))

    def test_groups(self):
        r = role("r", "dgPermission: a.*")
        b = r + binding("b", grants("r"), "member: cn=g,o=acme")
        nested = entry("cn=g,o=acme", "groupOfNames", "member: cn=h,o=acme") + entry(
            "cn=h,o=acme", "groupOfNames", "member: cn=g,o=acme", LENA)
        self.expect("granted", b + nested)
        for kind, line, reason in (
                ("posixGroup", "memberUid: LENA", "granted"), ("organizationalRole", "roleOccupant: uid=lena,ou=people,o=acme", "granted"),
                ("groupOfUniqueNames", "uniqueMember: uid=lena,ou=people,o=acme", "granted"),
                ("groupOfUniqueNames", "uniqueMember: uid=lena,ou=people,o=acme#'01'B", "no-grant"),
                ("groupOfURLs", "memberURL: ldap:///ou=people,o=acme??one?(departmentNumber=42)", "granted"),
                ("groupOfURLs", "memberURL: ldap:///ou=people,o=acme???(departmentNumber=42)", "no-grant"),
                ("group\ngroupType: -2147483646", LENA, "granted"), ("group\ngroupType: 2", LENA, "no-grant"),
                ("nsFilteredRoleDefinition", "nsRoleFilter: (departmentNumber=42)", "granted")):
            self.expect(reason, b + entry("cn=g,o=acme", kind, line))
        self.expect("granted", b + entry("cn=g,o=acme", "groupOfNames", "member: o=x"), subject="g", kind="group")

    def test_member_filter(self):
        r = role("r", "dgPermission: a.*")
        for filter, reason in (("(departmentNumber=42)", "granted"), ("(departmentNumber=7)", "no-grant"),
                               ("(!(nobodyHas=7))", "no-grant"), ("(a=$user.dn)", "no-grant")):
            self.expect(reason, r + binding("b", grants("r"), "dgMemberFilter: " + filter))
        deny = role("d", "dgDeny: a.*") + r + binding("b", grants("r"), LENA)
        for filter, reason in (("(departmentNumber=7)", "granted"), ("(nobodyHas=7)", "explicit-deny"), ("(a", "explicit-deny")):
            self.expect(reason, deny + binding("d", grants("d"), "dgMemberFilter: " + filter))

    def test_another_organization(self):
        other = entry("o=beta", "dgOrganization") + entry("uid=eve,o=beta", "account", "uid: eve")
        r = role("r", "dgPermission: a.*")
        self.expect("no-grant", other + r + binding("b", grants("r"), "member: uid=eve,o=beta"), subject="eve", place="acme/sup")
        common = entry("uid=eve,dc=x", "account", "uid: eve") + r
        self.expect("granted", common + binding("b", grants("r"), "member: uid=eve,dc=x"), subject="eve")

    def test_inheritance_and_plans(self):
        plan = entry("cn=pro,o=acme", "dgPlan")
        cycle = role("r", "dgInherits: cn=s,o=acme") + role("s", "dgInherits: cn=r,o=acme", "dgPermission: a.*", "dgRequiresPlan: cn=pro,o=acme")
        self.expect("plan-required", plan + cycle + binding("b", grants("r"), LENA))
        planned = BASE.replace("dn: o=acme\n", "dn: o=acme\ndgHasPlan: cn=pro,o=acme\n")
        self.expect("granted", plan + cycle + binding("b", grants("r"), LENA), base=planned)
        broken = role("r", "dgPermission: a.*", "dgInherits: cn=gone,o=acme")
        self.expect("broken-data", broken + binding("b", grants("r"), LENA))

    def test_separation_of_duty(self):
        roles = role("r", "dgPermission: a.*", "dgInherits: cn=s,o=acme") + role("s", "dgPermission: b.*") + role("t", "dgPermission: c.*")
        pair = entry("cn=set,o=acme", "dgRoleSet", "dgRoleMember: cn=r,o=acme", "dgRoleMember: cn=s,o=acme",
                     "dgRoleMember: cn=t,o=acme", "dgMaximum: 1")
        one = binding("b", grants("r"), LENA)
        two = binding("c", grants("t"), LENA, "dgNotAfter: never")  # broken, and yet it counts
        self.expect("granted", roles + pair + one, "b.read")
        self.expect("separation-of-duty", roles + pair + one + two)
        dynamic = pair.replace("dgMaximum: 1", "dgMaximum: 1\ndgPhase: dynamic")
        self.expect("separation-of-duty", roles + dynamic + one + two)
        self.expect("granted", roles + dynamic + one + two, active_roles=["r"])
        self.expect("separation-of-duty", roles + pair.replace("Maximum: 1", "Maximum: one") + one)

    def test_activation(self):
        roles = role("r", "dgInherits: cn=s,o=acme") + role("s", "dgPermission: a.*")
        text = roles + binding("b", grants("r"), LENA)
        self.expect("granted", text, active_roles=None)
        self.expect("not-activated", text, active_roles=[])
        self.expect("granted", text, active_roles=["acme/S"])
        self.expect("not-activated", text, active_roles=["nothing"])

    def test_optional(self):
        roles = role("r", "dgOptionalPermission: a.* (level=1)")
        text = roles + binding("b", grants("r"), LENA, "dgPermission: a.read (color=red)", "dgPermission: c.read")
        thing = {"type": "thing", "id": "x", "properties": {"level": 1, "color": "RED"}}
        self.expect("granted", text, resource=thing)
        self.expect("no-grant", text, "a.write", resource=thing)
        self.expect("no-grant", text, "c.read", resource=thing)
        thing["properties"]["level"] = 2
        self.expect("condition-not-met", text, resource=thing)

    def test_implicit(self):
        roles = role("r", "dgPermission: a.*")
        default = BASE.replace("dn: o=acme\n", "dn: o=acme\ndgDefaultRole: cn=r,o=acme\ndgDefaultWorkspace: ou=sup,o=acme\n")
        self.expect("granted", roles, base=default, place="inner")
        public = BASE.replace("dn: o=acme\n", "dn: o=acme\ndgPublicRole: cn=r,o=acme\ndgVisibility: public\n").replace(
            "dn: ou=sup,o=acme\n", "dn: ou=sup,o=acme\ndgVisibility: Public\n")
        self.expect("granted", roles, base=public)
        self.expect("no-grant", roles, base=public, place="inner")
        owner = BASE.replace("dn: o=acme\n", "dn: o=acme\ndgOwnerRole: cn=r,o=acme\n").replace(
            "dn: ou=sup,o=acme\n", "dn: ou=sup,o=acme\nowner: uid=lena,ou=people,o=acme\n")
        self.expect("granted", roles, base=owner, place="inner")
        self.expect("no-grant", roles, base=owner, subject="omar")

    def test_times(self):
        r = role("r", "dgPermission: a.*")
        for line, at, reason in (
                ("dgNotAfter: 20270303100000Z", AT, "outside-time"), ("dgNotBefore: 2027030310Z", AT, "granted"),
                ("dgNotAfter: soon", AT, "broken-data"), ("dgDuring: Mon-Fri 08:00-18:00", AT, "granted"),
                ("dgDuring: Tue 22:00-11:00", AT, "granted"), ("dgDuring: Wed 22:00-11:00", AT, "outside-time"),
                ("dgDuring: Wed 10:00-10:01", AT, "granted"), ("dgDuring: Wed 09:00-10:00", AT, "outside-time"),
                ("dgDisabled: true", AT, "binding-disabled"), ("dgDisabled: x", AT, "broken-data")):
            self.expect(reason, r + binding("b", grants("r"), LENA, line), at=at)
        self.expect("granted", r + binding("b", grants("r"), LENA, "dgDuring: Wed 11:00-11:30"), options={"time_zone": "Europe/Berlin"})

    def test_group_rule(self):
        r = role("r", "dgPermission: a.*")
        rule = entry("cn=rule,o=acme", "dgGroupRule", "dgNamePattern: app-{workspace}-{role}", "dgGroupBase: o=acme")
        group = entry("cn=APP-sup-R,o=acme", "groupOfNames", LENA, "cn: APP-sup-R")
        self.expect("granted", r + rule + group)
        self.expect("no-grant", r + rule + group + entry("ou=sup-r,o=acme", "dgWorkspace") +
                    role("r-r") + entry("cn=app-sup-r-r,o=acme", "groupOfNames", LENA, "cn: app-sup-r-r"), place="sup-r")

    def test_organization_permission(self):
        r = role("r", "dgOrganizationPermission: users.read")
        text = r + binding("b", grants("r"), LENA)
        self.expect("granted", text, "users.read")
        self.expect("granted", text, "users.read", place=None)
        self.expect("no-grant", text, "users.invite")
        limits = role("d", "dgDeny: users.*") + binding("d", grants("d"), LENA)
        self.expect("explicit-deny", text + limits, "users.read")
        self.expect("granted", text + limits.replace("ou=sup", "ou=inner,ou=sup"), "users.read")
        disabled = BASE.replace("dn: ou=sup,o=acme\n", "dn: ou=sup,o=acme\ndgStatus: disabled\n")
        self.expect("workspace-disabled", text, "users.read", base=disabled)

    def test_pending(self):
        text = role("r", "dgPermission: a.*") + entry("cn=i,ou=sup,o=acme", "dgInvitation", grants("r"), "dgStatus: requested",
                                                      "mail: LENA@acme.example")
        self.expect("pending", text)
        self.expect("no-grant", text, "b.read")
        self.expect("no-grant", text, subject="omar")

    def test_alphabet(self):
        self.expect("no-grant", role("r", "dgPermission: *") + binding("b", grants("r"), LENA), "a b")


class Restrictions(Case):
    R = role("r", "dgPermission: a.*")

    def test_on_a_binding(self):
        cut = entry("cn=no,o=acme", "dgRestriction", "dgRestricts: a.read")
        narrowed = binding("b", grants("r"), LENA, "dgRestrictedBy: cn=no,o=acme")
        self.expect("restricted", self.R + cut + narrowed)
        self.expect("granted", self.R + cut + narrowed, "a.write")
        self.expect("granted", self.R + cut + narrowed + binding("c", grants("r"), LENA))
        self.expect("broken-data", self.R + narrowed)

    def test_without_role(self):
        cut = entry("cn=own,o=acme", "dgRestriction", "dgRestricts: a.* (who=$user.uid)")
        wide = self.R + cut + binding("b", grants("r"), LENA)
        place = binding("c", LENA, "dgRestrictedBy: cn=own,o=acme")
        thing = {"type": "thing", "id": "x", "properties": {"who": "lena"}}
        self.expect("granted", wide + place, resource=thing)
        self.expect("missing-property", wide + place)
        self.expect("restricted", wide + place, resource={"type": "thing", "id": "x", "properties": {"who": "omar"}})
        self.expect("restricted", wide + binding("c", LENA, "dgRestrictedBy: cn=gone,o=acme"))
        self.expect("granted", wide + binding("c", LENA, "dgRestrictedBy: cn=gone,o=acme", "dgDisabled: TRUE"))
        self.expect("restricted", wide + binding("c", LENA, "dgRestrictedBy: cn=gone,o=acme", "dgScope: cn=gone"), place="inner")
        self.expect("granted", wide + binding("c", LENA, "dgRestrictedBy: cn=own,o=acme", "dgNotAfter: 20260101000000Z"))

    def test_broken_values(self):
        for line in ("dgRestricts: a.*  (x=y)", "dgRestricts: what! is this", "dgObligation: a.read", "dgObligation: !x y"):
            self.expect("restricted", self.R + entry("cn=no,o=acme", "dgRestriction", line) +
                        binding("b", grants("r"), LENA, "dgRestrictedBy: cn=no,o=acme"))

    def test_obligations(self):
        log = entry("cn=log,o=acme", "dgRestriction", "dgObligation: a.* log", "dgObligation: a.read mask=x")
        one = binding("b", grants("r"), LENA, "dgRestrictedBy: cn=log,o=acme")
        self.assertEqual(self.ask(self.R + log + one)["obligations"], ["log", "mask=x"])
        self.assertEqual(self.ask(self.R + log + one + binding("c", grants("r"), LENA))["obligations"], [])
        self.assertEqual(self.ask(self.R + log + binding("c", grants("r"), LENA) +
                                  binding("d", LENA, "dgRestrictedBy: cn=log,o=acme"))["obligations"], ["log", "mask=x"])


class Limits(Case):
    GRANT = role("r", "dgPermission: *") + binding("b", grants("r"), LENA)

    def test_denies(self):
        for value, reason in (("a.*", "explicit-deny"), ("b.*", "granted"), ("a.* (x=1)", "explicit-deny"), ("a.* (x", "explicit-deny"),
                              ("b.* (x", "granted"), ("not! a pattern", "explicit-deny")):
            self.expect(reason, self.GRANT + role("d", "dgDeny: " + value) + binding("d", grants("d"), LENA))
        thing = {"type": "thing", "id": "x", "properties": {"x": 2}}
        self.expect("granted", self.GRANT + role("d", "dgDeny: a.* (x=1)") + binding("d", grants("d"), LENA), resource=thing)

    def test_limits_outlive_broken_data(self):
        deny = role("d", "dgDeny: a.*")
        for line, reason in (("dgNotAfter: x", "explicit-deny"), ("dgDisabled: x", "explicit-deny"), ("dgDisabled: TRUE", "granted"),
                             ("dgNotAfter: 20260101000000Z", "granted"), ("dgGrantsRole: cn=gone", "explicit-deny"),
                             ("dgScope: cn=gone", "explicit-deny")):
            self.expect(reason, self.GRANT + deny + binding("d", grants("d"), LENA, line))

    def test_ceilings_and_forbidden(self):
        for lines, reason in (("dgCeiling: a.*", "granted"), ("dgCeiling: b.*\ndgCeiling: *.read", "granted"),
                              ("dgCeiling: b.*", "above-ceiling"), ("dgCeiling: a b", "above-ceiling")):
            self.expect(reason, self.GRANT + role("d", lines) + binding("d", grants("d"), LENA))
        isolated = BASE.replace("dn: ou=inner,ou=sup,o=acme\n", "dn: ou=inner,ou=sup,o=acme\ndgIsolated: TRUE\n")
        forbidding = isolated.replace("dn: ou=sup,o=acme\n", "dn: ou=sup,o=acme\ndgForbidden: a.*\n")
        self.expect("forbidden-here", self.GRANT.replace("ou=sup", "ou=inner,ou=sup"), base=forbidding, place="inner")
        self.expect("no-grant", "", base=forbidding)  # limits are named only to those whom a grant would let in

    def test_limits_are_not_inherited(self):
        roles = role("d", "dgDeny: a.*", "dgCeiling: b.*") + role("e", "dgInherits: cn=d,o=acme")
        self.expect("granted", self.GRANT + roles + binding("d", grants("e"), LENA))


class Administration(Case):
    ROLES = (role("admin", "dgPermission: *", "dgMayAssign: cn=agent,o=acme", "dgMayAssign: cn=chief,o=acme") +
             role("agent", "dgKeepHolder: TRUE") + role("chief", "dgPermission: c.*") + role("other"))
    ADMIN = ROLES + binding("admin", grants("admin"), LENA, "dgScope: o=acme")

    def member(self, reason, text="", action="members.assign", target="omar", kind="membership", subject="lena", base=BASE,
               action_properties=None, **properties):
        resource = {"type": kind, "id": target, "properties": {"workspace": "sup", **properties}}
        body = {"subject": {"type": "user", "id": subject}, "action": {"name": action, "properties": action_properties or {}},
                "resource": resource, "context": {"dirgate": {"at": AT}}}
        self.assertEqual(evaluate.decide(model.Directory(base + self.ADMIN + text), body)["reason"], reason)

    def test_may_assign(self):
        self.member("granted", role="agent")
        self.member("granted", role=["agent", "acme/chief"])
        self.member("may-not-assign", role="other")
        self.member("may-not-assign", role="no-such-role")
        self.member("self-change", role="agent", target="lena")
        self.member("unknown-target", role="agent", target="nobody")
        self.member("granted", role="other", kind="thing")
        held = binding("o", grants("other"), "member: uid=omar,ou=people,o=acme", "dgDisabled: TRUE")
        self.member("may-not-assign", held, role="agent")  # other would be taken
        self.member("granted", held, role=["agent", "other"])  # it stays as it is
        self.member("may-not-assign", held, "restrictions.set")

    def test_groups_and_last_holders(self):
        group = entry("cn=g,o=acme", "groupOfNames", "member: uid=omar,ou=people,o=acme")
        through = binding("o", grants("agent"), "member: cn=g,o=acme")
        direct = binding("p", grants("agent"), "member: uid=omar,ou=people,o=acme")
        self.member("via-group", group + through, "members.remove")
        self.member("last-holder", direct, "members.remove")
        self.member("granted", direct, "members.remove", role="chief")
        self.member("granted", group + through + direct, "members.remove")  # he holds it through the group
        self.member("last-holder", group + through, "members.remove", target="g")
        self.member("last-holder", direct, "users.deactivate", kind="user")
        self.member("self-change", group.replace("omar", "lena") + through, "members.assign", target="g", role="agent")

    def test_restrictions(self):
        fits = entry("cn=fits,o=acme", "dgRestriction", "dgAppliesTo: cn=agent,o=acme")
        held = binding("p", grants("agent"), "member: uid=omar,ou=people,o=acme")
        self.member("granted", fits + held, "restrictions.set", restriction="fits")
        self.member("not-applicable", fits, "restrictions.set", restriction="fits")
        self.member("granted", fits, "restrictions.set", restriction="fits", role="agent")
        self.member("plan-required", fits.replace("dgAppliesTo: cn=agent", "dgRequiresPlan: cn=no") + held, "restrictions.set", restriction="fits")

    def test_separation_of_duty(self):
        pair = entry("cn=set,o=acme", "dgRoleSet", "dgRoleMember: cn=agent,o=acme", "dgRoleMember: cn=chief,o=acme", "dgMaximum: 1")
        held = binding("p", grants("chief"), "member: uid=omar,ou=people,o=acme", "dgScope: o=acme")
        self.member("separation-of-duty", pair + held, role="agent")
        self.member("granted", pair + held.replace("o=acme\n\n", "ou=sup,o=acme\n\n"), role="agent")  # chief is taken
        self.member("separation-of-duty", pair, role=["agent", "chief"])

    def test_people(self):
        off = entry("uid=off,ou=people,o=acme", "account", "uid: off", "nsAccountLock: TRUE")
        self.member("still-active", off, "users.delete", kind="user")
        self.member("granted", off, "users.delete", kind="user", target="off")
        self.member("self-change", "", "users.deactivate", kind="user", target="lena")
        self.member("immutable-attribute", "", "users.update", kind="user", action_properties={"attribute": "uid"})
        self.member("granted", "", "users.update", kind="user", action_properties={"attribute": "TITLE"})
        self.member("immutable-attribute", binding("f", "dgMemberFilter: (Title=x)"), "users.update", kind="user",
                    action_properties={"attribute": "title"})
        self.member("unknown-target", "", "users.deactivate", kind="user", target="nobody")
        self.member("granted", "", "users.invite", target="new@x.example", role="agent")

    def test_seats(self):
        plan = entry("cn=pro,o=acme", "dgPlan", "dgSeats: 2")
        base = BASE.replace("dn: o=acme\n", "dn: o=acme\ndgHasPlan: cn=pro,o=acme\n")
        off = entry("uid=off,ou=people,o=acme", "account", "uid: off", "nsAccountLock: TRUE")
        self.member("no-seat", plan + off, "users.activate", target="off", base=base)
        self.member("granted", plan.replace("2", "3") + off, "users.activate", target="off", base=base)
        self.member("granted", plan, "users.activate", base=base)  # he has his seat
        self.member("no-seat", plan, "users.activate", plan="gone")
        self.member("no-seat", plan.replace("2", "1"), "users.update", kind="user",
                    action_properties={"attribute": "dgHasPlan", "value": "pro"}, base=base)

    def test_default_workspace(self):
        base = BASE.replace("dn: o=acme\n", "dn: o=acme\ndgDefaultWorkspace: ou=inner,ou=sup,o=acme\n")
        around = {"type": "workspace", "id": "sup"}
        self.expect("default-workspace", self.ADMIN, "workspace.delete", resource=around, base=base)
        self.expect("granted", self.ADMIN, "workspace.delete", resource=around)

    def test_teams(self):
        group = entry("cn=g,o=acme", "groupOfNames", "member: uid=omar,ou=people,o=acme")
        ask = {"type": "group", "id": "g"}
        self.expect("granted", self.ADMIN + group, "teams.update", resource=ask)
        bound = self.ADMIN + group + binding("t", grants("agent"), "member: cn=g,o=acme")
        self.expect("last-holder", bound, "teams.update", resource=ask)  # nobody is named, so it may be the last who goes
        self.expect("granted", bound + binding("u", grants("agent"), "member: uid=omar,ou=people,o=acme"), "teams.update", resource=ask)
        self.expect("may-not-assign", self.ADMIN + group + binding("t", grants("other"), "member: cn=g,o=acme"), "teams.update", resource=ask)
        self.expect("unknown-target", self.ADMIN, "teams.update", resource=ask)


class Terms(Case):
    def test_references(self):
        group = entry("cn=g,o=acme", "groupOfNames", LENA)
        for filter, sent, reason in (
                ("(x=$user.groups)", "cn=G,o=acme", "granted"), ("(x=$user.groups)", ["z", "g"], "granted"),
                ("(x=$user.id)", "LENA", "granted"), ("(x=$user.gone)", "y", "condition-not-met"),
                ("(x=$workspace.id)", "sup", "granted"), ("(x<=$now)", "20270303100000Z", "granted"),
                ("(x>=$now)", "2027-03-03T10:59:59.9+01:00", "condition-not-met"), ("(!(x=$user.gone))", None, "condition-not-met"),
                ("(x=a\\24b)", "A$B", "granted"), ("(x=TRUE)", True, "granted"), ("(x=5)", 5.0, "granted"),
                ("(resource.type=Thing)", "y", "granted"), ("(subject.uid=lena)", "y", "granted"),
                ("(subject.nobodyHas=1)", "y", "condition-not-met"), ("(|(x=$user.gone)(z=1))", "y", "missing-property"), ("(context.c=1)", "y", "missing-property"),
                ("(X=y)", "Y", "granted"), ("(action.name=a.*)", "y", "granted")):
            thing = {"type": "thing", "id": "1", "properties": {"x": sent}}
            self.expect(reason, group + role("r", "dgPermission: a.* " + filter) + binding("b", grants("r"), LENA), resource=thing)

    def test_trusted(self):
        group = entry("cn=g,o=acme", "groupOfNames", "member: o=x")
        text = group + role("r", "dgPermission: a.*") + binding("b", grants("r"), "member: cn=g,o=acme")
        body = {"subject": {"type": "user", "id": "lena", "properties": {"groups": ["G"]}}, "action": {"name": "a.read"},
                "resource": {"type": "t", "id": "1", "properties": {"workspace": "sup"}}}
        self.assertEqual(evaluate.decide(model.Directory(BASE + text), body)["reason"], "no-grant")
        trusting = model.Directory(BASE + text, {"trusted_subject_properties": ["groups"]})
        self.assertEqual(evaluate.decide(trusting, body)["reason"], "granted")


class Comparing(unittest.TestCase):
    def test_same_seed_same_directory(self):
        texts = [subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), "--seed", "7", "--requests", "60"], check=True,
                                env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True).stdout for seed in "123"]
        self.assertEqual(texts, texts[:1] * 3)
        records = ldif.records_read(generate.directory_text(7))
        self.assertEqual(ldif.records_read(ldif.records_text(records)), records)

    def test_a_program_that_says_nothing_fails(self):
        done = subprocess.run([sys.executable, os.path.join(HERE, "compare.py"), "--program", "/bin/true", "--directories", "1",
                               "--requests", "5", "--show", "0"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (1, "0 passed, 5 failed\n"))

    def test_readme(self):
        with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
            block = file.read().split("```sh\n")[1].split("```")[0]
        for line in block.splitlines():
            if "test_oracle" not in line:
                done = subprocess.run(line, shell=True, cwd=os.path.join(HERE, "..", ".."), capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""), line)

    def test_malformed_has_no_reason(self):
        self.assertEqual(compare.essence({"outcome": "malformed", "reason": "a"}), compare.essence({"outcome": "malformed"}))


if __name__ == "__main__":
    unittest.main()

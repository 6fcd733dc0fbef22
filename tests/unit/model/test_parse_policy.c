/* What the classes of the schema say, and what becomes of each value that is broken: one row for each. */
#include "../../support/parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DESCRIPTION_MAX 100000

struct row {
	const char *text;     /* the record */
	const char *says;     /* the parsed policy as `describe` prints it */
	const char *problems; /* as parsed_print_problems does */
};

static void run(const struct row *rows, size_t count, void (*describe)(const struct parsed *parsed, struct text *out))
{
	for (size_t i = 0; i < count; i++) {
		struct parsed parsed = { .atoms = NULL };
		struct text says, problems;
		text_init(&says, DESCRIPTION_MAX);
		text_init(&problems, DESCRIPTION_MAX);
		parsed_make(&parsed, rows[i].text);
		describe(&parsed, &says);
		parsed_print_problems(&parsed, &problems);
		if (strcmp(text_string(&says), rows[i].says) != 0 || strcmp(text_string(&problems), rows[i].problems) != 0)
			print_error("in: %s\n", rows[i].text);
		assert_string_equal(text_string(&says), rows[i].says);
		assert_string_equal(text_string(&problems), rows[i].problems);
		text_release(&says);
		text_release(&problems);
		parsed_release(&parsed);
	}
}

/* Writes "; name" in front of what follows. */
static void label(struct text *out, const char *name)
{
	text_print(out, "%s%s ", out->length > 0 ? "; " : "", name);
}

static void describe_references(const struct parsed *parsed, const char *name, struct references references,
                                struct text *out)
{
	if (references.count == 0 && references.broken == 0)
		return;
	label(out, name);
	parsed_print_references(parsed, references, out);
}

static void describe_reference(const struct parsed *parsed, const char *name, struct reference reference,
                               struct text *out)
{
	if (!reference.present)
		return;
	label(out, name);
	parsed_print_reference(parsed, reference, out);
}

static void describe_strings(const char *name, struct strings strings, struct text *out)
{
	if (strings.count == 0)
		return;
	label(out, name);
	parsed_print_strings(strings, out);
}

static void describe_rules(const char *name, struct rules rules, struct text *out)
{
	if (rules.count == 0)
		return;
	label(out, name);
	parsed_print_rules(rules, out);
}

static void describe_flag(const char *name, bool set, struct text *out)
{
	if (set)
		text_print(out, "%s%s", out->length > 0 ? "; " : "", name);
}

static void describe_text(const char *name, const char *value, struct text *out)
{
	if (value != NULL)
		text_print(out, "%s%s <%s>", out->length > 0 ? "; " : "", name, value);
}

static const char *const statuses[] = { "disabled", "active", "deactivated", "invited", "requested" };
static const char *const visibilities[] = { "private", "public" };
static const char *const joins[] = { "closed", "request", "open" };

/* ---- organizations ---- */

static void describe_organization(const struct parsed *parsed, struct text *out)
{
	const struct organization *organization = parsed->entry->organization;

	assert_non_null(organization);
	assert_true(entry_is(parsed->entry, KIND_ORGANIZATION));
	text_print(out, "%s %s %s", statuses[organization->status], visibilities[organization->visibility],
	           joins[organization->join]);
	describe_flag("people", organization->people_base_present, out);
	describe_references(parsed, "base", organization->people_base, out);
	describe_reference(parsed, "workspace", organization->default_workspace, out);
	describe_reference(parsed, "default", organization->default_role, out);
	describe_reference(parsed, "public", organization->public_role, out);
	describe_reference(parsed, "owner", organization->owner_role, out);
	describe_reference(parsed, "creator", organization->creator_role, out);
	describe_reference(parsed, "plan", organization->plan, out);
	describe_reference(parsed, "join", organization->join_role, out);
	describe_strings("forbidden", organization->forbidden, out);
	describe_strings("known", organization->known_names, out);
	describe_strings("labels", organization->known_labels, out);
}

static void test_organization(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: organization\nobjectClass: dgOrganization\no: acme", "active private closed", "" },
		{ "objectClass: DGORGANIZATION\ndgStatus: Disabled\ndgVisibility: PUBLIC\ndgJoin: open",
		  "disabled public open", "" },
		{ "objectClass: dgOrganization\ndgStatus: on", "disabled private closed", "bad-keyword dgstatus=on" },
		{ "objectClass: dgOrganization\ndgStatus: active\ndgStatus: disabled", "disabled private closed",
		  "second-value dgstatus=disabled" },
		{ "objectClass: dgOrganization\ndgStatus: deactivated", "disabled private closed",
		  "bad-keyword dgstatus=deactivated" },
		{ "objectClass: dgOrganization\ndgStatus: active\ndgStatus: ACTIVE", "active private closed", "" },
		{ "objectClass: dgOrganization\ndgStatus:: ff", "disabled private closed", "not-text dgstatus" },
		{ "objectClass: dgOrganization\ndgVisibility: yes\ndgJoin: everyone", "active private closed",
		  "bad-keyword dgjoin=everyone, bad-keyword dgvisibility=yes" },
		{ "objectClass: dgOrganization\ndgVisibility: public\ndgVisibility: private\ndgJoin: open\ndgJoin: request",
		  "active private closed", "second-value dgjoin=request, second-value dgvisibility=private" },
		{ "objectClass: dgOrganization\ndgPeopleBase: OU=People,o=acme\ndgPeopleBase: ou=staff,o=acme",
		  "active private closed; people; base ou=people,o=acme ou=staff,o=acme", "" },
		{ "objectClass: dgOrganization\ndgPeopleBase: people", "active private closed; people; base !",
		  "bad-reference dgpeoplebase=people" },
		{ "objectClass: dgOrganization\ndgPeopleBase: ", "active private closed; people; base !",
		  "bad-reference dgpeoplebase=" },
		{ "objectClass: dgOrganization\ndgDefaultWorkspace: ou=w,o=acme\ndgDefaultRole: cn=a,o=acme\n"
		  "dgPublicRole: cn=b,o=acme\ndgOwnerRole: cn=c,o=acme\ndgCreatorRole: cn=d,o=acme\n"
		  "dgHasPlan: cn=e,o=acme\ndgJoinRole: cn=f,o=acme",
		  "active private closed; workspace ou=w,o=acme; default cn=a,o=acme; public cn=b,o=acme; "
		  "owner cn=c,o=acme; creator cn=d,o=acme; plan cn=e,o=acme; join cn=f,o=acme", "" },
		{ "objectClass: dgOrganization\ndgDefaultWorkspace: w\ndgDefaultRole: a\ndgPublicRole: b\ndgOwnerRole: c\n"
		  "dgCreatorRole: d\ndgHasPlan: e\ndgJoinRole: f",
		  "active private closed; workspace !; default !; public !; owner !; creator !; plan !; join !",
		  "bad-reference dgcreatorrole=d, bad-reference dgdefaultrole=a, bad-reference dgdefaultworkspace=w, "
		  "bad-reference dghasplan=e, bad-reference dgjoinrole=f, bad-reference dgownerrole=c, "
		  "bad-reference dgpublicrole=b" },
		{ "objectClass: dgOrganization\ndgDefaultRole: cn=a,o=acme\ndgDefaultRole: cn=b,o=acme",
		  "active private closed; default !", "second-value dgdefaultrole" },
		{ "objectClass: dgOrganization\ndgDefaultRole: cn=a,o=acme\ndgDefaultRole: CN=A, O=Acme",
		  "active private closed; default cn=a,o=acme", "" },
		{ "objectClass: dgOrganization\ndgOwnerRole: cn=a,o=acme\ndgOwnerRole: nothing",
		  "active private closed; owner !", "bad-reference dgownerrole=nothing, second-value dgownerrole" },
		{ "objectClass: dgOrganization\ndgForbidden: a.*\ndgForbidden: b c\ndgForbidden:: c328",
		  "active private closed; forbidden <a.*> <*> <*>", "bad-forbidden dgforbidden=b c, not-text dgforbidden" },
		{ "objectClass: dgOrganization\ndgKnownPermission: a.read\ndgKnownPermission: a.write Write it\n"
		  "dgKnownPermission: a.* all\ndgKnownPermission: \xc3\xa4.b\ndgKnownPermission: A.read",
		  "active private closed; known <a.read> <a.write> <A.read>; labels <> <Write it> <>",
		  "bad-known-permission dgknownpermission=a.* all, "
		  "bad-known-permission dgknownpermission=\xc3\xa4.b" },
	};
	run(rows, COUNT(rows), describe_organization);
}

/* ---- workspaces ---- */

static void describe_workspace(const struct parsed *parsed, struct text *out)
{
	const struct workspace *workspace = parsed->entry->workspace;

	if (workspace == NULL) {
		text_append(out, "none");
		return;
	}
	text_print(out, "%s %s %s", statuses[workspace->status], visibilities[workspace->visibility],
	           workspace->join_present ? joins[workspace->join] : "-");
	describe_flag("isolated", workspace->isolated, out);
	describe_reference(parsed, "join", workspace->join_role, out);
	describe_references(parsed, "owner", workspace->owner, out);
	describe_strings("forbidden", workspace->forbidden, out);
	describe_text("color", workspace->color, out);
	describe_text("token", workspace->token_hash, out);
}

static void test_workspace(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: dgWorkspace", "active private -", "" },
		{ "objectClass: dgWorkspace\ndgStatus: active\ndgVisibility: public\ndgJoin: request\ndgIsolated: TRUE\n"
		  "dgColor: #ff0000\ndgTokenHash: abc\ndgJoinRole: cn=a,o=acme\nowner: uid=u,o=acme\nowner: cn=g,o=acme",
		  "active public request; isolated; join cn=a,o=acme; owner uid=u,o=acme cn=g,o=acme; color <#ff0000>; "
		  "token <abc>", "" },
		{ "objectClass: dgWorkspace\ndgIsolated: false", "active private -", "" },
		{ "objectClass: dgWorkspace\ndgIsolated: no", "active private -; isolated", "bad-boolean dgisolated=no" },
		{ "objectClass: dgWorkspace\ndgIsolated: FALSE\ndgIsolated: TRUE", "active private -; isolated",
		  "second-value dgisolated=TRUE" },
		{ "objectClass: dgWorkspace\ndgStatus: invited\ndgVisibility: all\ndgJoin: no", "disabled private closed",
		  "bad-keyword dgjoin=no, bad-keyword dgstatus=invited, bad-keyword dgvisibility=all" },
		{ "objectClass: dgWorkspace\ndgForbidden: x!", "active private -; forbidden <*>",
		  "bad-forbidden dgforbidden=x!" },
		{ "objectClass: dgWorkspace\ndgColor: red\ndgColor: blue\ndgTokenHash: a\ndgTokenHash: A", "active private -",
		  "second-value dgcolor=blue, second-value dgtokenhash=A" },
		{ "objectClass: dgWorkspace\ndgJoinRole: x\nowner: y", "active private -; join !; owner !",
		  "bad-reference dgjoinrole=x, bad-reference owner=y" },
		{ "objectClass: dgWorkspace\nobjectClass: dgOrganization", "none", "second-kind objectclass" },
	};
	run(rows, COUNT(rows), describe_workspace);
}

/* ---- roles ---- */

static void describe_role(const struct parsed *parsed, struct text *out)
{
	const struct role *role = parsed->entry->role;

	assert_non_null(role);
	text_print(out, "rank %d", role->rank);
	describe_rules("permission", role->permission, out);
	describe_rules("optional", role->optional, out);
	describe_rules("organization", role->organization, out);
	describe_rules("deny", role->deny, out);
	describe_strings("ceiling", role->ceiling, out);
	describe_references(parsed, "inherits", role->inherits, out);
	describe_references(parsed, "assigns", role->may_assign, out);
	describe_references(parsed, "plan", role->requires_plan, out);
	describe_flag("needs plan", role->plan_required, out);
	describe_flag("keep", role->keep_holder, out);
}

#define ROLE "objectClass: dgRole\ncn: x\n"

static void test_role(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ ROLE "dgRank: 5", "rank 5", "" },
		{ "objectClass: dgRole", "rank 0", "missing-value cn" },
		{ ROLE "dgPermission: contacts.*\ndgPermission: a.b (|(owner=$user.dn)(sharedWith=$user.groups))",
		  "rank 0; permission contacts.* a.b(|(owner=$user.dn)(sharedWith=$user.groups))", "" },
		{ ROLE "dgPermission: a.b\ndgPermission: A.b\ndgPermission: a.b", "rank 0; permission a.b A.b", "" },
		{ ROLE "dgPermission: a b\ndgPermission: c  (x=y)\ndgPermission: d (x=y\ndgPermission: e \ndgPermission: f",
		  "rank 0; permission f", "bad-permission dgpermission=a b, bad-permission dgpermission=c  (x=y), "
		  "bad-permission dgpermission=d (x=y, bad-permission dgpermission=e " },
		{ ROLE "dgPermission: \ndgPermission: \xc3\xa9\ndgPermission:: 6100\ndgPermission: a (x~=y)", "rank 0",
		  "bad-permission dgpermission=, bad-permission dgpermission=a (x~=y), "
		  "bad-permission dgpermission=\xc3\xa9, not-text dgpermission" },
		{ ROLE "dgOptionalPermission: o.*\ndgOptionalPermission: (\ndgOrganizationPermission: g\n"
		  "dgOrganizationPermission: g (", "rank 0; optional o.*; organization g",
		  "bad-permission dgoptionalpermission=(, bad-permission dgorganizationpermission=g (" },
		{ ROLE "dgDeny: a.*\ndgDeny: b (x=1)\ndgDeny: c (x=1\ndgDeny: d! (x=1)\ndgDeny: ",
		  "rank 0; deny a.* b(x=1) c * *", "bad-deny dgdeny=, bad-deny dgdeny=c (x=1, bad-deny dgdeny=d! (x=1)" },
		{ ROLE "dgDeny:: ff", "rank 0; deny *", "not-text dgdeny" },
		{ ROLE "dgDeny: x.y (z~=1)", "rank 0; deny x.y", "bad-deny dgdeny=x.y (z~=1)" },
		{ ROLE "dgCeiling: a.*\ndgCeiling: b (x=1)", "rank 0; ceiling <a.*> <>", "bad-ceiling dgceiling=b (x=1)" },
		{ ROLE "dgCeiling:: ff", "rank 0; ceiling <>", "not-text dgceiling" },
		{ ROLE "dgInherits: cn=b,o=acme\ndgInherits: cn=b, o=Acme\ndgInherits: b\ndgMayAssign: ou=r,o=acme\n"
		  "dgMayAssign: m", "rank 0; inherits cn=b,o=acme!; assigns ou=r,o=acme!",
		  "bad-reference dginherits=b, bad-reference dgmayassign=m" },
		{ ROLE "dgRequiresPlan: gold", "rank 0; plan !; needs plan", "bad-reference dgrequiresplan=gold" },
		{ ROLE "dgRequiresPlan: cn=gold,o=p", "rank 0; plan cn=gold,o=p; needs plan", "" },
		{ ROLE "dgKeepHolder: TRUE", "rank 0; keep", "" },
		{ ROLE "dgKeepHolder: maybe", "rank 0; keep", "bad-boolean dgkeepholder=maybe" },
		{ ROLE "dgKeepHolder: FALSE\ndgKeepHolder: TRUE", "rank 0; keep", "second-value dgkeepholder=TRUE" },
		{ ROLE "dgRank: high", "rank 0", "bad-integer dgrank=high" },
		{ ROLE "dgRank: 2147483648", "rank 0", "bad-integer dgrank=2147483648" },
		{ ROLE "dgRank: -2147483648", "rank -2147483648", "" },
		{ ROLE "dgRank: 99999999999999999999", "rank 0", "bad-integer dgrank=99999999999999999999" },
		{ ROLE "dgRank: 1\ndgRank: 2", "rank 0", "second-value dgrank=2" },
		{ ROLE "dgRank: +1", "rank 0", "bad-integer dgrank=+1" },
		{ ROLE "dgPermission;lang-de: a.b\ndgDeny;x-y: *", "rank 0", "" },
	};
	run(rows, COUNT(rows), describe_role);
}

/* ---- restrictions ---- */

static void describe_restriction(const struct parsed *parsed, struct text *out)
{
	const struct restriction *restriction = parsed->entry->restriction;

	assert_non_null(restriction);
	text_append(out, "restriction");
	describe_rules("restricts", restriction->restricts, out);
	for (uint32_t i = 0; i < restriction->obligations.count; i++)
		text_print(out, "; %s owes %s", restriction->obligations.items[i].pattern,
		           restriction->obligations.items[i].text);
	describe_flag("applies", restriction->applies_to_present, out);
	describe_references(parsed, "to", restriction->applies_to, out);
	describe_flag("needs plan", restriction->plan_required, out);
	describe_references(parsed, "plan", restriction->requires_plan, out);
}

#define RESTRICTION "objectClass: dgRestriction\ncn: x\n"

static void test_restriction(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: dgRestriction", "restriction", "missing-value cn" },
		{ RESTRICTION "dgRestricts: contacts.* (assignee=$user.uid)\ndgRestricts: export",
		  "restriction; restricts contacts.*(assignee=$user.uid) export", "" },
		{ RESTRICTION "dgRestricts: a.* (x=\ndgRestricts: b! (x=1)", "restriction; restricts a.* *",
		  "bad-restricts dgrestricts=a.* (x=, bad-restricts dgrestricts=b! (x=1)" },
		{ RESTRICTION "dgRestricts:: c3", "restriction; restricts *", "not-text dgrestricts" },
		{ RESTRICTION "dgObligation: contacts.read mask=phone,mail\ndgObligation: a  two",
		  "restriction; contacts.read owes mask=phone,mail; a owes  two", "" },
		{ RESTRICTION "dgRestricts: r (x=1)\ndgObligation: a.*\ndgObligation: b! text\ndgObligation: c \n"
		  "dgObligation: d ok",
		  "restriction; restricts r(x=1) a.* * c; d owes ok",
		  "bad-obligation dgobligation=a.*, bad-obligation dgobligation=b! text, bad-obligation dgobligation=c " },
		{ RESTRICTION "dgObligation:: 80", "restriction; restricts *", "not-text dgobligation" },
		{ RESTRICTION "dgAppliesTo: cn=a,o=acme\ndgRequiresPlan: cn=p,o=acme",
		  "restriction; applies; to cn=a,o=acme; needs plan; plan cn=p,o=acme", "" },
		{ RESTRICTION "dgAppliesTo: a\ndgRequiresPlan: p", "restriction; applies; to !; needs plan; plan !",
		  "bad-reference dgappliesto=a, bad-reference dgrequiresplan=p" },
	};
	run(rows, COUNT(rows), describe_restriction);
}

/* ---- bindings ---- */

static void describe_times(const struct binding *binding, struct text *out)
{
	if (binding->not_before != INSTANT_MIN) {
		label(out, "from");
		parsed_print_instant(binding->not_before, out);
	}
	if (binding->not_after != INSTANT_MAX) {
		label(out, "to");
		parsed_print_instant(binding->not_after, out);
	}
	for (uint32_t i = 0; i < binding->during_count; i++)
		text_print(out, "; days %x %u-%u", binding->during[i].days, binding->during[i].from,
		           binding->during[i].until);
	describe_flag("during broken", binding->during_broken, out);
}

static void describe_binding(const struct parsed *parsed, struct text *out)
{
	const struct binding *binding = parsed->entry->binding;

	assert_non_null(binding);
	text_append(out, binding->bound_group ? "bound" : "binding");
	describe_flag("gives", binding->gives_roles, out);
	describe_references(parsed, "roles", binding->roles, out);
	describe_flag("scoped", binding->scope_present, out);
	describe_references(parsed, "scope", binding->scope, out);
	describe_references(parsed, "restricted", binding->restricted_by, out);
	describe_references(parsed, "member", binding->member, out);
	describe_strings("uid", binding->member_uid, out);
	if (binding->filter_present) {
		label(out, "filter");
		parsed_print_filter(binding->filter, out);
	}
	describe_flag("filter broken", binding->filter_broken, out);
	describe_rules("extra", binding->extra, out);
	describe_times(binding, out);
	describe_flag("disabled", binding->disabled, out);
	describe_flag("BROKEN", binding->broken, out);
	describe_flag("a group", entry_is(parsed->entry, KIND_GROUP), out);
}

#define BINDING "objectClass: dgBinding\ncn: x\n"

static void test_binding(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: dgBinding", "binding", "missing-value cn" },
		{ BINDING "dgGrantsRole: cn=r,o=acme\nmember: uid=a,o=acme\nuniqueMember: uid=b,o=acme\n"
		  "uniqueMember: UID=A,o=acme\nmemberUid: c\nmemberUid: C",
		  "binding; gives; roles cn=r,o=acme; member uid=a,o=acme uid=b,o=acme; uid <c>", "" },
		{ BINDING "dgGrantsRole: r", "binding; gives; roles !", "bad-reference dggrantsrole=r" },
		{ BINDING "dgGrantsRole: cn=r,o=acme\ndgScope: o=acme\ndgScope: w", "binding; gives; roles cn=r,o=acme; "
		  "scoped; scope o=acme!", "bad-reference dgscope=w" },
		{ BINDING "dgScope: w", "binding; scoped; scope !", "bad-reference dgscope=w" },
		{ BINDING "dgRestrictedBy: cn=n,o=acme\ndgRestrictedBy: n", "binding; restricted cn=n,o=acme!",
		  "bad-reference dgrestrictedby=n" },
		{ BINDING "member: nobody\nmember: uid=a,o=acme", "binding; member uid=a,o=acme!",
		  "bad-reference member=nobody" },
		{ BINDING "uniqueMember: uid=a,o=acme#'0101'B", "binding; member uid=a,o=acme#'0101'b", "" },
		{ BINDING "dgMemberFilter: (&(departmentNumber=42)(employeeType=staff))",
		  "binding; filter (&(departmentNumber=42)(employeeType=staff))", "" },
		{ BINDING "dgMemberFilter: (a=1)\ndgMemberFilter: (b=1)", "binding; filter (|(a=1)(b=1))", "" },
		{ BINDING "dgMemberFilter: (a=1)\ndgMemberFilter: (b=1", "binding; filter (a=1); filter broken; BROKEN",
		  "bad-filter dgmemberfilter=(b=1" },
		{ BINDING "dgMemberFilter: a=1", "binding; filter -; filter broken; BROKEN", "bad-filter dgmemberfilter=a=1" },
		{ BINDING "dgMemberFilter: (a=$user.b)", "binding; filter -; filter broken; BROKEN",
		  "bad-filter dgmemberfilter=(a=$user.b)" },
		{ BINDING "dgMemberFilter:: 2861ff29", "binding; filter -; filter broken; BROKEN", "not-text dgmemberfilter" },
		{ BINDING "dgPermission: a.b (x=1)\ndgPermission: c (", "binding; extra a.b(x=1)",
		  "bad-permission dgpermission=c (" },
		{ BINDING "dgNotBefore: 20260101000000Z\ndgNotAfter: 20271231230000Z",
		  "binding; from 2026-01-01T00:00:00Z; to 2027-12-31T23:00:00Z", "" },
		{ BINDING "dgNotBefore: 2026-01-01", "binding; BROKEN", "bad-time dgnotbefore=2026-01-01" },
		{ BINDING "dgNotBefore: 20270101000000Z\ndgNotAfter: soon", "binding; from 2027-01-01T00:00:00Z; BROKEN",
		  "bad-time dgnotafter=soon" },
		{ BINDING "dgNotAfter: 20260101000000Z\ndgNotAfter: 20270101000000Z", "binding; BROKEN",
		  "second-value dgnotafter=20270101000000Z" },
		{ BINDING "dgDuring: Mon-Fri 08:00-18:00\ndgDuring: Sat,Sun 22:00-06:00",
		  "binding; days 1f 480-1080; days 60 1320-360", "" },
		{ BINDING "dgDuring: Mon 08:00-18:00\ndgDuring: weekends", "binding; days 1 480-1080; during broken; BROKEN",
		  "bad-time dgduring=weekends" },
		{ BINDING "dgDuring: Mon 8-18", "binding; during broken; BROKEN", "bad-time dgduring=Mon 8-18" },
		{ BINDING "dgDisabled: true", "binding; disabled", "" },
		{ BINDING "dgDisabled: FALSE", "binding", "" },
		{ BINDING "dgDisabled: yes", "binding; BROKEN", "bad-boolean dgdisabled=yes" },
		{ BINDING "dgDisabled: TRUE\ndgDisabled: FALSE", "binding; BROKEN", "second-value dgdisabled=FALSE" },
		{ BINDING "objectClass: groupOfNames\nmember: uid=a,o=acme", "binding; member uid=a,o=acme",
		  "second-kind objectclass" },
		{ "objectClass: groupOfNames\nobjectClass: dgBoundGroup\nmember: uid=a,o=acme\ndgGrantsRole: cn=r,o=acme",
		  "bound; gives; roles cn=r,o=acme; a group", "" },
		{ "objectClass: dgBoundGroup\nmember: uid=a,o=acme\nmemberUid: a", "bound", "missing-value objectclass" },
	};
	run(rows, COUNT(rows), describe_binding);
}

/* ---- groups by convention ---- */

static void describe_group_rule(const struct parsed *parsed, struct text *out)
{
	const struct group_rule *rule = parsed->entry->group_rule;

	assert_non_null(rule);
	text_append(out, rule->sound ? "sound" : "BROKEN");
	describe_flag("disabled", rule->disabled, out);
	describe_references(parsed, "base", rule->base, out);
	describe_references(parsed, "restricted", rule->restricted_by, out);
	if (!rule->sound)
		return;
	text_print(out, "; <%s>", rule->literals[0]);
	for (uint32_t i = 0; i < rule->places; i++)
		text_print(out, "%s<%s>", rule->place[i] == PLACE_ROLE ? "role" : "workspace", rule->literals[i + 1]);
}

#define RULE "objectClass: dgGroupRule\ncn: x\n"
#define BASE "dgGroupBase: ou=g,o=acme\n"

static void test_group_rule(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ RULE BASE "dgNamePattern: app-{workspace}-{role}",
		  "sound; base ou=g,o=acme; <app->workspace<->role<>", "" },
		{ RULE BASE "dgNamePattern: {ROLE}", "sound; base ou=g,o=acme; <>role<>", "" },
		{ RULE BASE "dgNamePattern: {role}{workspace}x\ndgRestrictedBy: cn=n,o=acme\ndgDisabled: FALSE",
		  "sound; base ou=g,o=acme; restricted cn=n,o=acme; <>role<>workspace<x>", "" },
		{ RULE BASE "dgNamePattern: {role}\ndgDisabled: TRUE", "sound; disabled; base ou=g,o=acme; <>role<>", "" },
		{ RULE BASE "dgNamePattern: {role}\ndgDisabled: perhaps", "BROKEN; disabled; base ou=g,o=acme",
		  "bad-boolean dgdisabled=perhaps" },
		{ RULE BASE "dgNamePattern: app-{workspace}", "BROKEN; base ou=g,o=acme",
		  "bad-name-pattern dgnamepattern=app-{workspace}" },
		{ RULE BASE "dgNamePattern: {role}-{role}", "BROKEN; base ou=g,o=acme",
		  "bad-name-pattern dgnamepattern={role}-{role}" },
		{ RULE BASE "dgNamePattern: {role}-{team}", "BROKEN; base ou=g,o=acme",
		  "bad-name-pattern dgnamepattern={role}-{team}" },
		{ RULE BASE "dgNamePattern: {role", "BROKEN; base ou=g,o=acme", "bad-name-pattern dgnamepattern={role" },
		{ RULE BASE "dgNamePattern: {role}}", "BROKEN; base ou=g,o=acme", "bad-name-pattern dgnamepattern={role}}" },
		{ RULE BASE "dgNamePattern: {role}-{workspace}-{role}", "BROKEN; base ou=g,o=acme",
		  "bad-name-pattern dgnamepattern={role}-{workspace}-{role}" },
		{ RULE BASE "dgNamePattern: {role}\ndgNamePattern: a{role}", "BROKEN; base ou=g,o=acme",
		  "second-value dgnamepattern=a{role}" },
		{ RULE BASE, "BROKEN; base ou=g,o=acme", "missing-value dgnamepattern" },
		{ RULE "dgNamePattern: {role}", "BROKEN", "missing-value dggroupbase" },
		{ RULE BASE "dgGroupBase: g\ndgNamePattern: {role}", "BROKEN; base ou=g,o=acme!",
		  "bad-reference dggroupbase=g" },
	};
	run(rows, COUNT(rows), describe_group_rule);
}

/* ---- sets, plans, resources, invitations ---- */

static void describe_role_set(const struct parsed *parsed, struct text *out)
{
	const struct role_set *set = parsed->entry->role_set;

	assert_non_null(set);
	text_print(out, "%u to %u %s", set->minimum, set->maximum, set->dynamic ? "dynamic" : "static");
	describe_references(parsed, "of", set->roles, out);
}

#define SET "objectClass: dgRoleSet\ncn: x\ndgRoleMember: cn=a,o=acme\n"

static void test_role_set(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ SET "dgMaximum: 1\ndgMinimum: 1\ndgPhase: Dynamic", "1 to 1 dynamic; of cn=a,o=acme", "" },
		{ SET "dgMaximum: 2\ndgPhase: static", "0 to 2 static; of cn=a,o=acme", "" },
		{ SET "dgMaximum: some", "0 to 0 static; of cn=a,o=acme", "bad-integer dgmaximum=some" },
		{ SET "dgMaximum: -1", "0 to 0 static; of cn=a,o=acme", "bad-integer dgmaximum=-1" },
		{ SET "dgMaximum: 4294967296", "0 to 0 static; of cn=a,o=acme", "bad-integer dgmaximum=4294967296" },
		{ SET "dgMaximum: 1\ndgMaximum: 2", "0 to 0 static; of cn=a,o=acme", "second-value dgmaximum=2" },
		{ SET "dgMaximum: 1\ndgMinimum: x", "0 to 1 static; of cn=a,o=acme", "bad-integer dgminimum=x" },
		{ SET "dgMaximum: 1\ndgPhase: late", "0 to 1 static; of cn=a,o=acme", "bad-keyword dgphase=late" },
		{ SET "dgMaximum: 1\ndgPhase: dynamic\ndgPhase: static", "0 to 1 static; of cn=a,o=acme",
		  "second-value dgphase=static" },
		{ SET "dgRoleMember: b\ndgMaximum: 1", "0 to 1 static; of cn=a,o=acme!", "bad-reference dgrolemember=b" },
		{ "objectClass: dgRoleSet", "0 to 0 static",
		  "missing-value cn, missing-value dgmaximum, missing-value dgrolemember" },
	};
	run(rows, COUNT(rows), describe_role_set);
}

static void describe_plan(const struct parsed *parsed, struct text *out)
{
	const struct plan *plan = parsed->entry->plan;

	assert_non_null(plan);
	text_print(out, plan->limited ? "%u seats" : "no limit", plan->seats);
}

static void test_plan(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: dgPlan\ncn: x", "no limit", "" },
		{ "objectClass: dgPlan\ncn: x\ndgSeats: 007", "7 seats", "" },
		{ "objectClass: dgPlan\ncn: x\ndgSeats: many", "0 seats", "bad-integer dgseats=many" },
		{ "objectClass: dgPlan\ncn: x\ndgSeats: -5", "0 seats", "bad-integer dgseats=-5" },
		{ "objectClass: dgPlan\ncn: x\ndgSeats: 5\ndgSeats: 6", "0 seats", "second-value dgseats=6" },
	};
	run(rows, COUNT(rows), describe_plan);
}

static void describe_resource(const struct parsed *parsed, struct text *out)
{
	const struct resource *resource = parsed->entry->resource;

	assert_non_null(resource);
	text_append(out, resource->type != NULL ? resource->type : "-");
	for (uint32_t i = 0; i < resource->count; i++)
		text_print(out, "; %s=%s", resource->properties[i].name, resource->properties[i].value);
	describe_references(parsed, "owner", resource->owner, out);
	describe_references(parsed, "member", resource->member, out);
	describe_text("id", parsed->entry->id, out);
}

static void test_resource(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: dgResource\ndgId: 7\ndgResourceType: file\ndgProperty: a=1\ndgProperty: b==\n"
		  "dgProperty: c=\nowner: uid=u,o=acme\nmember: uid=m,o=acme",
		  "file; a=1; b==; c=; owner uid=u,o=acme; member uid=m,o=acme; id <7>", "" },
		{ "objectClass: dgKnownResource\ndgResourceType: printer", "printer; id <x>", "" },
		{ "objectClass: dgResource\ndgId: 7\ndgResourceType: a\ndgResourceType: b", "-; id <7>",
		  "second-value dgresourcetype=b" },
		{ "objectClass: dgResource\ndgId: 7", "-; id <7>", "missing-value dgresourcetype" },
		{ "objectClass: dgResource\ndgResourceType: a", "a; id <x>", "missing-value dgid" },
		{ "objectClass: dgResource\ndgResourceType: a\ndgId: 1\ndgId: 2", "a", "second-value dgid=2" },
		{ "objectClass: dgResource\ndgId: 7\ndgResourceType: a\ndgProperty: none\ndgProperty: =x\n"
		  "dgProperty:: ff3d31\ndgProperty: d=1\ndgProperty: D=1",
		  "a; d=1; D=1; id <7>", "bad-property dgproperty==x, bad-property dgproperty=none, not-text dgproperty" },
	};
	run(rows, COUNT(rows), describe_resource);
}

static void describe_invitation(const struct parsed *parsed, struct text *out)
{
	const struct invitation *invitation = parsed->entry->invitation;

	assert_non_null(invitation);
	text_append(out, statuses[invitation->status]);
	describe_references(parsed, "roles", invitation->roles, out);
	describe_references(parsed, "scope", invitation->scope, out);
	describe_references(parsed, "restricted", invitation->restricted_by, out);
	describe_references(parsed, "member", invitation->member, out);
	describe_strings("mail", invitation->mail, out);
	label(out, "until");
	parsed_print_instant(invitation->not_after, out);
	describe_text("token", invitation->token_hash, out);
}

#define INVITATION "objectClass: dgInvitation\ncn: x\ndgGrantsRole: cn=r,o=acme\n"

static void test_invitation(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ INVITATION "dgStatus: invited\nmail: a@b.c\nmail: A@B.C\ndgNotAfter: 20260101000000Z\ndgTokenHash: h",
		  "invited; roles cn=r,o=acme; mail <a@b.c>; until 2026-01-01T00:00:00Z; token <h>", "" },
		{ INVITATION "dgStatus: requested\nmember: uid=a,o=acme\ndgScope: ou=w,o=acme\ndgRestrictedBy: cn=n,o=acme",
		  "requested; roles cn=r,o=acme; scope ou=w,o=acme; restricted cn=n,o=acme; member uid=a,o=acme; until max",
		  "" },
		{ INVITATION "dgStatus: active", "disabled; roles cn=r,o=acme; until max", "bad-keyword dgstatus=active" },
		{ INVITATION "dgStatus: invited\ndgNotAfter: x", "invited; roles cn=r,o=acme; until min",
		  "bad-time dgnotafter=x" },
		{ "objectClass: dgInvitation", "disabled; until max",
		  "missing-value cn, missing-value dggrantsrole, missing-value dgstatus" },
	};
	run(rows, COUNT(rows), describe_invitation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_organization), cmocka_unit_test(test_workspace), cmocka_unit_test(test_role),
		cmocka_unit_test(test_restriction),  cmocka_unit_test(test_binding),   cmocka_unit_test(test_group_rule),
		cmocka_unit_test(test_role_set),     cmocka_unit_test(test_plan),      cmocka_unit_test(test_resource),
		cmocka_unit_test(test_invitation),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

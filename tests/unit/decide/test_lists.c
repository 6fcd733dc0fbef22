/* Lists of a small organization: users, names, workspaces, members, the matrix, groups, the overview.
 * (tests/property/test_lists.c holds them against single questions.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../support/world.h"
#include "base/text.h"
#include "decide/lists/groups.h"
#include "decide/lists/matrix.h"
#include "decide/lists/members.h"
#include "decide/lists/names.h"
#include "decide/lists/places.h"
#include "decide/lists/users.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\ndisplayName: Acme\n"
	"dgVisibility: public\ndgPublicRole: cn=guest,o=acme\ndgOwnerRole: cn=boss,o=acme\ndgHasPlan: cn=small,o=acme\n"
	"dgDefaultWorkspace: ou=home,o=acme\ndgDefaultRole: cn=guest,o=acme\ndgForbidden: c.never\n"
	"dgKnownPermission: c.known Known\n\n"
	"dn: o=other\nobjectClass: organization\nobjectClass: dgOrganization\no: other\n\n"
	"dn: ou=w,o=other\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\n\n"
	"dn: uid=ann,o=other\nobjectClass: inetOrgPerson\nuid: ann\ncn: Other Ann\nsn: O\n\n"
	"dn: cn=small,o=acme\nobjectClass: dgPlan\ncn: small\ndgSeats: 3\n\n"
	"dn: cn=large,o=acme\nobjectClass: dgPlan\ncn: large\n\n"
	"dn: uid=ann,o=acme\nobjectClass: inetOrgPerson\nuid: ann\ncn: Ann\nsn: A\nmail: ann@acme.example\n"
	"labeledURI: https://acme.example/ann.png Ann\nauthTimestamp: 20261120080000Z\n\n"
	"dn: uid=bob,o=acme\nobjectClass: inetOrgPerson\nobjectClass: dgAccount\nuid: bob\ncn: Bob Bö\nsn: B\n"
	"dgStatus: deactivated\nlabeledURI: javascript:alert(1)\n\n"
	"dn: uid=cy,o=acme\nobjectClass: inetOrgPerson\nobjectClass: dgAccount\nuid: cy\ncn: Cy\nsn: C\ndgStatus: invited\n"
	"dgHasPlan: cn=large,o=acme\nlastLogonTimestamp: 134000000000000000\n\n"
	"dn: uid=dee,o=acme\nobjectClass: inetOrgPerson\nuid: dee\ncn: Dee\nsn: D\nmail: dee@acme.example\n\n"
	"dn: cn=staff,o=acme\nobjectClass: groupOfNames\ncn: staff\nmember: cn=inner,o=acme\nmember: uid=bob,o=acme\n\n"
	"dn: cn=inner,o=acme\nobjectClass: groupOfNames\ncn: inner\nmember: uid=dee,o=acme\n\n"
	"dn: cn=boss,o=acme\nobjectClass: dgRole\ncn: boss\ndgRank: 9\ndgInherits: cn=clerk,o=acme\ndgPermission: workspace.*\n"
	"dgDeny: c.odd (x=1)\ndgPermission: c.odd\ndgOrganizationPermission: users.read\n\n"
	"dn: cn=clerk,o=acme\nobjectClass: dgRole\ncn: clerk\ndgRank: 5\ndgPermission: c.read\ndgPermission: c.write\n"
	"dgPermission: c.own (owner=$user.id)\ndgOptionalPermission: c.extra\ndgPermission: c.never\n"
	"dgPermission: workspace.read\n\n"
	"dn: cn=guest,o=acme\nobjectClass: dgRole\ncn: guest\ndgPermission: c.read\ndgCeiling: c.read\ndgPermission: c.write\n\n"
	"dn: cn=premium,o=acme\nobjectClass: dgRole\ncn: premium\ndgRequiresPlan: cn=large,o=acme\ndgPermission: c.read\n\n"
	"dn: cn=read-only,o=acme\nobjectClass: dgRestriction\ncn: read-only\ndgAppliesTo: cn=clerk,o=acme\n"
	"dgRestricts: c.write\ndgRestricts: c.read (x=1)\n\n"
	"dn: cn=quiet,o=acme\nobjectClass: dgRestriction\ncn: quiet\ndgObligation: c.* quiet\n\n"
	"dn: ou=home,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: home\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\ndisplayName: Work\n"
	"description: Where work is done\ndgColor: red\ndgVisibility: public\nowner: uid=ann,o=acme\n"
	"createTimestamp: 20260101000000Z\n\n"
	"dn: ou=in,ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: in\n\n"
	"dn: cn=clerks,ou=w,o=acme\nobjectClass: dgBinding\ncn: clerks\ndgGrantsRole: cn=clerk,o=acme\n"
	"dgRestrictedBy: cn=read-only,o=acme\nmember: cn=staff,o=acme\n\n"
	"dn: cn=hush,ou=w,o=acme\nobjectClass: dgBinding\ncn: hush\ndgRestrictedBy: cn=quiet,o=acme\n"
	"member: uid=dee,o=acme\n\n"
	"dn: cn=all,o=acme\nobjectClass: dgBinding\ncn: all\ndgGrantsRole: cn=clerk,o=acme\ndgScope: o=acme\n"
	"member: uid=cy,o=acme\nmember: uid=ann,o=acme\n\n"
	"dn: cn=new,ou=in,ou=w,o=acme\nobjectClass: dgInvitation\ncn: new\ndgStatus: invited\ndgGrantsRole: cn=clerk,o=acme\n"
	"mail: stranger@else.example\nmail: ann@acme.example\n";

static struct world world;
static struct list_view view;

static node_id at(const char *dn)
{
	return world_node(&world, dn);
}

/* ---- users ---- */

static void user_seen(void *context, const struct listed_user *user)
{
	text_print(context, "%s %s;", user->id, account_state_name(user->status));
}

static void expect_users(node_id organization, const char *query, const char *wanted)
{
	struct list_page page = LIST_WHOLE;
	struct text seen;
	text_init(&seen, 10000);
	users_list(&view, organization, query, &page, &(struct user_visitor){&seen, user_seen});
	assert_string_equal(text_string(&seen), wanted);
	assert_false(page.more);
	text_release(&seen);
}

static void test_users(void **state)
{
	(void)state;
	expect_users(NODE_NONE, NULL, "other/ann active;acme/ann active;bob deactivated;cy pending;dee active;");
	expect_users(at("o=acme"), NULL, "acme/ann active;bob deactivated;cy pending;dee active;");
	expect_users(NODE_NONE, "ANN@ACME", "acme/ann active;");
	expect_users(NODE_NONE, "b\xc3\x96", "bob deactivated;");
	expect_users(NODE_NONE, "nobody", "");
	expect_users(NODE_NONE, "\xff", "");
}

static void test_user(void **state)
{
	(void)state;
	struct user_profile profile;
	instant seen;
	user_profile(&view, at("uid=ann,o=acme"), world.arena, &profile);
	assert_string_equal(profile.user.avatar, "https://acme.example/ann.png");
	assert_int_equal(clock_parse_rfc3339("2026-11-20T08:00:00Z", &seen), 0);
	assert_true(profile.user.last_seen == seen);
	assert_int_equal(profile.role_count, 1);
	assert_string_equal(world_rdn(&world, profile.roles[0].role), "cn=clerk");
	user_profile(&view, at("uid=bob,o=acme"), world.arena, &profile);
	assert_null(profile.user.avatar); /* a script is no picture */
	assert_true(profile.user.last_seen == INSTANT_MIN);
	assert_int_equal(profile.group_count, 1);
	user_profile(&view, at("uid=cy,o=acme"), world.arena, &profile);
	assert_string_equal(world_rdn(&world, profile.plan), "cn=large");
	assert_true(profile.user.last_seen == INT64_C(1755526400) * INSTANT_SECOND);
	user_profile(&view, at("uid=dee,o=acme"), world.arena, &profile);
	assert_int_equal(profile.group_count, 2);
	assert_string_equal(world_rdn(&world, profile.groups[0]), "cn=inner");
}

static void workspace_seen(void *context, const struct entered_workspace *entered)
{
	text_print(context, "%s %u;", world_rdn(&world, entered->workspace), entered->role_count);
}

static void test_workspaces_of_users(void **state)
{
	(void)state;
	struct text seen;
	text_init(&seen, 1000);
	struct list_page page = LIST_WHOLE;
	user_workspaces(&view, at("uid=dee,o=acme"), &page, &(struct workspace_visitor){&seen, workspace_seen});
	assert_string_equal(text_string(&seen), "ou=in 1;"); /* in w she is a guest, too, and that has a ceiling */
	text_reset(&seen);
	page = LIST_WHOLE;
	user_workspaces(&view, at("uid=bob,o=acme"), &page, &(struct workspace_visitor){&seen, workspace_seen});
	assert_string_equal(text_string(&seen), "");
	text_release(&seen);
}

static void claim_seen(void *context, const struct claim *claim)
{
	text_print(context, "%s:", world_rdn(&world, claim->place));
	for (uint32_t i = 0; i < claim->role_count; i++)
		text_print(context, " %s", world_rdn(&world, claim->roles[i]));
	for (uint32_t i = 0; i < claim->permission_count; i++)
		text_print(context, " %s", claim->permissions[i]);
	for (uint32_t i = 0; i < claim->conditional_count; i++)
		text_print(context, " %s?", claim->conditional[i]);
	text_append(context, ";");
}

static void test_claims(void **state)
{
	(void)state;
	struct text seen;
	struct list_page page = LIST_WHOLE;
	text_init(&seen, 10000);
	user_claims(&view, at("uid=dee,o=acme"), &page, &(struct claim_visitor){&seen, claim_seen});
	assert_string_equal(text_string(&seen), "ou=in: cn=clerk workspace.read c.own? c.read?;");
	text_release(&seen);
}

/* ---- names ---- */

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(name_find(world.snapshot, NAMED_USER, "ann").reason, REASON_AMBIGUOUS_SUBJECT);
	assert_int_equal(name_find(world.snapshot, NAMED_USER, "acme/ann").node, at("uid=ann,o=acme"));
	assert_int_equal(name_find(world.snapshot, NAMED_PLACE, "w").reason, REASON_AMBIGUOUS_WORKSPACE);
	assert_int_equal(name_find(world.snapshot, NAMED_PLACE, "acme").node, at("o=acme"));
	assert_int_equal(name_find(world.snapshot, NAMED_GROUP, "nobody").reason, REASON_UNKNOWN_SUBJECT);
	assert_int_equal(name_find(world.snapshot, NAMED_ROLE, "boss").node, at("cn=boss,o=acme"));
	assert_int_equal(name_find(world.snapshot, NAMED_RESTRICTION, "none").reason, REASON_UNKNOWN_TARGET);
	assert_int_equal(organization_find(world.snapshot, NULL).reason, REASON_AMBIGUOUS_ORGANIZATION);
	assert_int_equal(organization_find(world.snapshot, "acme").node, at("o=acme"));
	assert_string_equal(name_of(world.snapshot, NAMED_PLACE, at("ou=w,o=acme"), world.arena), "acme/w");
	assert_string_equal(name_of(world.snapshot, NAMED_PLACE, at("ou=in,ou=w,o=acme"), world.arena), "in");
	assert_string_equal(name_near(world.snapshot, NAMED_PLACE, "hame", world.arena), "home");
	assert_string_equal(name_near(world.snapshot, NAMED_GROUP, "acme/stafff", world.arena), "acme/staff");
	assert_null(name_near(world.snapshot, NAMED_USER, "something else", world.arena));
}

/* ---- members ---- */

static void member_seen(void *context, const struct listed_member *member)
{
	struct text *seen = context;
	text_print(seen, "%s %s", member->user.id, account_state_name(member->user.status));
	for (uint32_t i = 0; i < member->way_count; i++) {
		const struct chain *chain = &member->ways[i].chain;
		text_print(seen, " %s(", world_rdn(&world, member->ways[i].role));
		for (uint32_t j = 0; j < chain->group_count; j++)
			text_print(seen, "%s>", world_rdn(&world, chain->groups[j]));
		text_print(seen, "%s %s)", world_rdn(&world, chain->binding), reason_code(chain->stop));
		for (uint32_t j = 0; j < member->ways[i].restriction_count; j++)
			text_print(seen, " -%s", world_rdn(&world, member->ways[i].restrictions[j]));
	}
	for (uint32_t i = 0; i < member->restriction_count; i++)
		text_print(seen, " --%s", world_rdn(&world, member->restrictions[i]));
	text_append(seen, "\n");
}

static void expect_members(const char *place, bool organization, const char *wanted)
{
	const struct members_of of = {at(place), organization};
	struct list_page page = LIST_WHOLE;
	struct people_set candidates;
	struct text seen;
	text_init(&seen, 10000);
	members_find(&view, &of, &candidates);
	members_list(&view, &of, &candidates, &page, &(struct member_visitor){&seen, member_seen});
	assert_string_equal(text_string(&seen), wanted);
	people_set_release(&candidates);
	text_release(&seen);
}

static void test_members(void **state)
{
	(void)state;
	expect_members("ou=w,o=acme", false,
	               "everyone active cn=guest(o=acme granted)\n"
	               "acme/ann active cn=boss(ou=w granted)\n"
	               "bob deactivated cn=clerk(cn=staff>cn=clerks granted) -cn=read-only\n"
	               "dee active cn=clerk(cn=inner>cn=staff>cn=clerks granted) -cn=read-only --cn=quiet\n");
	expect_members("ou=home,o=acme", false, "everyone active cn=guest(o=acme granted)\n");
	expect_members("ou=home,o=acme", true,
	               "everyone active cn=guest(o=acme granted)\n"
	               "acme/ann active cn=clerk(cn=all granted)\n"
	               "cy pending cn=clerk(cn=all granted)\n");
	expect_members("o=acme", false,
	               "acme/ann active cn=clerk(cn=all granted)\n"
	               "cy pending cn=clerk(cn=all granted)\n");
	/* the bindings around it, and who waits: a person in her row, a stranger in one of its own */
	expect_members("ou=in,ou=w,o=acme", false,
	               "acme/ann active cn=boss(ou=w granted) cn=clerk(cn=new pending)\n"
	               "bob deactivated cn=clerk(cn=staff>cn=clerks granted) -cn=read-only\n"
	               "dee active cn=clerk(cn=inner>cn=staff>cn=clerks granted) -cn=read-only --cn=quiet\n"
	               "stranger@else.example pending cn=clerk(cn=new pending)\n");
}

static void test_counts(void **state)
{
	(void)state;
	const struct members_of of = {at("ou=in,ou=w,o=acme"), false};
	struct list_page page = LIST_WHOLE, short_page = {.limit = 100, .looks = 2};
	struct members_count count;
	members_count(&view, &of, &page, &count);
	assert_int_equal(count.people, 3);
	assert_int_equal(count.pending, 1);
	assert_int_equal(count.everyone, 0);
	assert_false(page.more);
	members_count(&view, &of, &short_page, &count);
	assert_true(short_page.more);
}

/* ---- places ---- */

static void test_places(void **state)
{
	(void)state;
	struct organization_overview overview;
	struct listed_place place;
	instant created;
	place_describe(&view, at("ou=w,o=acme"), world.arena, &place);
	assert_string_equal(place.name, "Work");
	assert_string_equal(place.color, "red");
	assert_string_equal(place.description, "Where work is done");
	assert_true(place.is_public && !place.disabled && !place.isolated && !place.is_default);
	assert_int_equal(clock_parse_rfc3339("2026-01-01T00:00:00Z", &created), 0);
	assert_true(place.created == created);
	assert_int_equal(place.owner_count, 1);
	place_describe(&view, at("ou=home,o=acme"), world.arena, &place);
	assert_true(place.is_default && place.created == INSTANT_MIN);
	place_describe(&view, at("ou=in,ou=w,o=acme"), world.arena, &place);
	assert_int_equal(place.parent, at("ou=w,o=acme"));
	organization_overview(&view, at("o=acme"), world.arena, &overview);
	assert_int_equal(overview.default_workspace, at("ou=home,o=acme"));
	assert_int_equal(overview.workspaces, 3);
	assert_int_equal(overview.active, 2);
	assert_int_equal(overview.pending, 1);
	assert_int_equal(overview.deactivated, 1);
	assert_int_equal(overview.plan_count, 2);
	assert_string_equal(world_rdn(&world, overview.plans[0].plan), "cn=large");
	assert_int_equal(overview.plans[0].used, 1);
	assert_false(overview.plans[0].limited);
	assert_int_equal(overview.plans[1].used, 2);
	assert_int_equal(overview.plans[1].seats, 3);
	assert_true(overview.plans[1].of_organization);
	assert_int_equal(overview.without_plan, 0);
}

/* ---- the matrix ---- */

static void expect_cells(const struct matrix *matrix, const char *permission, const char *wanted)
{
	struct text cells;
	text_init(&cells, 1000);
	for (uint32_t j = 0; j < matrix->permission_count; j++)
		for (uint32_t i = 0; i < matrix->role_count && strcmp(matrix->permissions[j], permission) == 0; i++)
			text_print(&cells, "%s ", matrix_cell_name((enum matrix_cell)matrix->cells[i * matrix->permission_count + j]));
	assert_string_equal(text_string(&cells), wanted);
	text_release(&cells);
}

static void test_matrix(void **state)
{
	(void)state;
	struct matrix matrix;
	matrix_of(&view, at("ou=w,o=acme"), world.arena, &matrix);
	assert_int_equal(matrix.role_count, 4); /* boss, clerk, guest, premium */
	assert_string_equal(world_rdn(&world, matrix.roles[0]), "cn=boss");
	assert_string_equal(world_rdn(&world, matrix.roles[2]), "cn=guest");
	for (uint32_t i = 1; i < matrix.permission_count; i++)
		assert_true(strcmp(matrix.permissions[i - 1], matrix.permissions[i]) < 0);
	expect_cells(&matrix, "c.read", "yes yes yes conditional ");
	expect_cells(&matrix, "c.write", "yes optional no no ");
	expect_cells(&matrix, "c.extra", "optional optional no no ");
	expect_cells(&matrix, "c.own", "conditional conditional no no ");
	expect_cells(&matrix, "c.odd", "conditional no no no ");
	expect_cells(&matrix, "c.never", "no no no no ");
	expect_cells(&matrix, "workspace.delete", "yes no no no ");
	expect_cells(&matrix, "users.read", "yes no no no ");
	matrix_of(&view, at("o=acme"), world.arena, &matrix);
	expect_cells(&matrix, "users.read", "yes no no no ");
}

/* ---- groups ---- */

static void group_member_seen(void *context, const struct group_member *member)
{
	text_print(context, "%s %u;", member->user.id, member->path_count);
}

static void test_groups(void **state)
{
	(void)state;
	struct group_profile profile;
	struct people_set candidates;
	struct list_page page = LIST_WHOLE;
	struct text seen;
	text_init(&seen, 1000);
	group_profile(&view, at("cn=inner,o=acme"), world.arena, &profile);
	assert_int_equal(profile.group_count, 1);
	assert_int_equal(profile.binding_count, 1);
	assert_int_equal(profile.bindings[0].place, at("ou=w,o=acme"));
	assert_int_equal(profile.bindings[0].chain.group_count, 1);
	group_find_members(&view, at("cn=staff,o=acme"), &candidates);
	group_members(&view, at("cn=staff,o=acme"), &candidates, &page, &(struct group_visitor){&seen, group_member_seen});
	assert_string_equal(text_string(&seen), "bob 1;dee 2;");
	people_set_release(&candidates);
	text_release(&seen);
}

static int open_world(void **state)
{
	(void)state;
	world_open(&world, "lists", ldif);
	view = (struct list_view){world.snapshot, &world.settings, world.at};
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),  cmocka_unit_test(test_user),    cmocka_unit_test(test_workspaces_of_users),
		cmocka_unit_test(test_claims), cmocka_unit_test(test_names),   cmocka_unit_test(test_members),
		cmocka_unit_test(test_counts), cmocka_unit_test(test_places),  cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_groups),
	};
	return cmocka_run_group_tests(tests, open_world, close_world);
}

/* Effective permissions and the catalogue, in detail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../support/world.h"
#include "base/text.h"
#include "decide/lists/effective.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n"
	"dgKnownPermission: a.known A label\ndgKnownPermission: z.known\ndgForbidden: w.never\n"
	"dgDefaultWorkspace: ou=home,o=acme\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\n\n"
	"dn: ou=home,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: home\n\n"
	"dn: uid=p,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: uid=p,o=acme\n\n"
	"dn: cn=low,o=acme\nobjectClass: dgRole\ncn: low\ndgRank: 1\ndgPermission: c.read\ndgPermission: w.*\n\n"
	"dn: cn=high,o=acme\nobjectClass: dgRole\ncn: high\ndgRank: 9\ndgInherits: cn=low,o=acme\n"
	"dgPermission: c.update (owner=$user.uid)\ndgPermission: workspace.*\ndgDeny: w.denied\ndgCeiling: *\n"
	"dgOptionalPermission: o.*\n\n"
	"dn: cn=later,o=acme\nobjectClass: dgRole\ncn: later\ndgPermission: l.read\n\n"
	"dn: cn=x,o=acme\nobjectClass: dgRestriction\ncn: x\ndgObligation: c.* log\ndgRestricts: x.literal\n\n"
	"dn: cn=b,ou=w,o=acme\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=high,o=acme\nmember: cn=g,o=acme\n"
	"dgRestrictedBy: cn=x,o=acme\ndgNotAfter: 20270101000000Z\ndgPermission: o.extra\n\n"
	"dn: cn=late,ou=w,o=acme\nobjectClass: dgBinding\ncn: late\ndgGrantsRole: cn=later,o=acme\n"
	"member: uid=p,o=acme\ndgNotBefore: 20270101000000Z\n\n"
	"dn: cn=h,ou=home,o=acme\nobjectClass: dgBinding\ncn: h\ndgGrantsRole: cn=high,o=acme\nmember: uid=p,o=acme\n";

static struct world world;
static struct effective effective;

static void ask(const char *text)
{
	struct question question;
	assert_null(world_question(&world, text, &question));
	effective_permissions(world.snapshot, &world.settings, &question, world.arena, &effective);
}

static const struct effective_permission *named(const char *name)
{
	for (uint32_t i = 0; i < effective.permission_count; i++)
		if (strcmp(effective.permissions[i].name, name) == 0)
			return &effective.permissions[i];
	return NULL;
}

static void test_permissions(void **state)
{
	(void)state;
	struct text filter;
	instant end;
	ask("p x in w");
	assert_int_equal(effective.reason, REASON_GRANTED);
	assert_string_equal(world_rdn(&world, effective.place), "ou=w");
	for (uint32_t i = 1; i < effective.permission_count; i++)
		assert_true(strcmp(effective.permissions[i - 1].name, effective.permissions[i].name) < 0);
	assert_false(named("c.read")->conditional);
	assert_int_equal(named("c.read")->obligation_count, 1);
	assert_string_equal(named("c.read")->obligations[0], "log");
	clock_parse_rfc3339("2027-01-01T00:00:00Z", &end);
	assert_true(named("c.read")->until == end);
	assert_true(named("c.update")->conditional);
	text_init(&filter, 1000);
	filter_print(named("c.update")->filter, &filter);
	assert_string_equal(text_string(&filter), "(owner=p)");
	text_release(&filter);
	assert_non_null(named("o.extra"));
	assert_null(named("l.read"));
	assert_null(named("z.known"));
	/* built-in actions are asked about the place, with their further rules */
	assert_non_null(named("workspace.delete"));
	assert_null(named("workspace.create"));
	ask("p x in home");
	assert_non_null(named("workspace.update"));
	assert_null(named("workspace.delete"));
	assert_true(named("c.read")->until == INSTANT_MAX);
}

static void test_denied(void **state)
{
	(void)state;
	ask("p x in w");
	assert_int_equal(effective.denied_count, 2);
	assert_string_equal(effective.denied[0].name, "w.denied");
	assert_int_equal(effective.denied[0].limit.reason, REASON_EXPLICIT_DENY);
	assert_string_equal(world_rdn(&world, effective.denied[0].limit.entry), "cn=high");
	assert_string_equal(effective.denied[1].name, "w.never");
	assert_int_equal(effective.denied[1].limit.reason, REASON_FORBIDDEN_HERE);
	assert_int_equal(effective.ceiling_count, 1);
	assert_string_equal(world_rdn(&world, effective.ceilings[0]), "cn=high");
}

static void test_roles(void **state)
{
	(void)state;
	ask("p x in w");
	assert_int_equal(effective.role_count, 3);
	/* highest rank first */
	assert_string_equal(world_rdn(&world, effective.roles[0].role), "cn=high");
	assert_string_equal(world_rdn(&world, effective.roles[1].role), "cn=low");
	assert_string_equal(world_rdn(&world, effective.roles[2].role), "cn=later");
	assert_int_equal(effective.roles[0].chain.group_count, 1);
	assert_int_equal(effective.roles[1].chain.role_count, 2);
	assert_int_equal(effective.roles[0].chain.stop, REASON_GRANTED);
	assert_int_equal(effective.roles[2].chain.stop, REASON_OUTSIDE_TIME);
}

static void test_unknown(void **state)
{
	(void)state;
	struct question question;
	ask("zoe x in w");
	assert_int_equal(effective.reason, REASON_UNKNOWN_SUBJECT);
	assert_int_equal(effective.permission_count, 0);
	world_question(&world, "p x in w", &question);
	question.cannot_decide = REASON_STALE;
	effective_permissions(world.snapshot, &world.settings, &question, world.arena, &effective);
	assert_int_equal(effective.reason, REASON_STALE);
	const struct filter *filter;
	enum reason reason;
	bool administrative;
	assert_int_equal(resource_filter(world.snapshot, &world.settings, &question, world.arena, &filter, &reason,
	                                 &administrative), TRUTH_FALSE);
	assert_int_equal(reason, REASON_STALE);
}

static void test_catalogue(void **state)
{
	(void)state;
	static const char *const ours[] = {"a.known", "c.read", "c.update", "l.read", "o.extra", "w.denied", "w.never",
	                                   "x.literal", "z.known"};
	struct catalogue catalogue;
	size_t at = 0;
	catalogue_of(world.snapshot, world_node(&world, "o=acme"), world.arena, &catalogue);
	for (uint32_t i = 0; i < catalogue.count; i++) {
		if (i > 0)
			assert_true(strcmp(catalogue.names[i - 1], catalogue.names[i]) < 0);
		if (action_is_administrative(catalogue.names[i]))
			continue;
		assert_true(at < sizeof(ours) / sizeof(*ours));
		assert_string_equal(catalogue.names[i], ours[at]);
		assert_string_equal(catalogue.labels[i], at == 0 ? "A label" : "");
		at++;
	}
	assert_int_equal(at, sizeof(ours) / sizeof(*ours));
	assert_true(action_is_administrative("members.assign"));
	assert_false(action_is_administrative("members.assign2"));
}

static int set_up(void **state)
{
	(void)state;
	world_open(&world, "effective", ldif);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permissions), cmocka_unit_test(test_denied), cmocka_unit_test(test_roles),
		cmocka_unit_test(test_unknown),     cmocka_unit_test(test_catalogue),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

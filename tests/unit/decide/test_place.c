/* Places: what encloses what, and how they are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/world.h"
#include "decide/place.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
	"dn: ou=a,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: a\n\n"
	"dn: ou=plain,ou=a,o=acme\nobjectClass: organizationalUnit\nou: plain\n\n"
	"dn: ou=b,ou=plain,ou=a,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: b\n"
	"dgStatus: disabled\n\n"
	"dn: ou=c,ou=b,ou=plain,ou=a,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: c\n\n"
	"dn: cn=leaf,ou=c,ou=b,ou=plain,ou=a,o=acme\nobjectClass: dgBinding\ncn: leaf\n\n"
	/* an organization inside another begins anew */
	"dn: o=inner,ou=a,o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: inner\n"
	"dgPeopleBase: ou=staff,o=inner,ou=a,o=acme\ndgPeopleBase: ou=common\ndgPeopleBase: ou=people,o=acme\n\n"
	"dn: ou=a,o=inner,ou=a,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: a\n\n"
	"dn: cn=direct,o=inner,ou=a,o=acme\nobjectClass: dgBinding\ncn: direct\n\n"
	"dn: ou=stray\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: stray\n\n"
	"dn: cn=shared,ou=common\nobjectClass: dgRole\ncn: shared\n\n"
	"dn: cn=own,o=acme\nobjectClass: dgRole\ncn: own\n\n"
	"dn: uid=p,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\n\n"
	"dn: uid=q,ou=staff,o=inner,ou=a,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\n\n"
	"dn: uid=r,ou=common\nobjectClass: inetOrgPerson\nuid: r\ncn: r\nsn: r\n";

static struct world world;

static node_id at(const char *dn)
{
	return world_node(&world, dn);
}

static void test_enclosing(void **state)
{
	(void)state;
	node_id leaf = at("cn=leaf,ou=c,ou=b,ou=plain,ou=a,o=acme"), c = at("ou=c,ou=b,ou=plain,ou=a,o=acme");
	assert_int_equal(organization_of(world.snapshot, leaf), at("o=acme"));
	assert_int_equal(organization_of(world.snapshot, at("o=acme")), at("o=acme"));
	assert_int_equal(organization_of(world.snapshot, at("cn=shared,ou=common")), NODE_NONE);
	assert_int_equal(workspace_of(world.snapshot, leaf), c);
	assert_int_equal(workspace_of(world.snapshot, c), c);
	assert_int_equal(workspace_above(world.snapshot, c), at("ou=b,ou=plain,ou=a,o=acme"));
	assert_int_equal(workspace_above(world.snapshot, at("ou=b,ou=plain,ou=a,o=acme")), at("ou=a,o=acme"));
	assert_int_equal(workspace_above(world.snapshot, at("ou=a,o=acme")), NODE_NONE);
}

static void test_organization_inside_another(void **state)
{
	(void)state;
	node_id inner = at("o=inner,ou=a,o=acme"), direct = at("cn=direct,o=inner,ou=a,o=acme");
	assert_int_equal(organization_of(world.snapshot, direct), inner);
	assert_int_equal(workspace_of(world.snapshot, direct), NODE_NONE);
	assert_int_equal(workspace_above(world.snapshot, at("ou=a,o=inner,ou=a,o=acme")), NODE_NONE);
}

static void test_references(void **state)
{
	(void)state;
	assert_true(reference_allowed(world.snapshot, at("o=acme"), at("cn=own,o=acme")));
	assert_true(reference_allowed(world.snapshot, at("o=acme"), at("cn=shared,ou=common")));
	assert_false(reference_allowed(world.snapshot, at("o=inner,ou=a,o=acme"), at("cn=own,o=acme")));
	assert_true(reference_allowed(world.snapshot, NODE_NONE, at("cn=shared,ou=common")));
	assert_false(reference_allowed(world.snapshot, NODE_NONE, at("cn=own,o=acme")));
}

static void test_state(void **state)
{
	(void)state;
	assert_int_equal(place_state(world.snapshot, at("ou=a,o=acme")), PLACE_ENABLED);
	assert_int_equal(place_state(world.snapshot, at("ou=b,ou=plain,ou=a,o=acme")), PLACE_WORKSPACE_DISABLED);
	assert_int_equal(place_state(world.snapshot, at("ou=c,ou=b,ou=plain,ou=a,o=acme")), PLACE_WORKSPACE_DISABLED);
	assert_int_equal(place_state(world.snapshot, at("o=acme")), PLACE_ENABLED);
	assert_int_equal(place_state(world.snapshot, at("ou=stray")), PLACE_DISABLED);
}

static void test_people(void **state)
{
	(void)state;
	node_id acme = at("o=acme"), inner = at("o=inner,ou=a,o=acme");
	struct organizations of;
	assert_true(organization_has_person(world.snapshot, acme, at("uid=p,ou=people,o=acme")));
	assert_false(organization_has_person(world.snapshot, acme, at("uid=q,ou=staff,o=inner,ou=a,o=acme")));
	assert_true(organization_has_person(world.snapshot, inner, at("uid=q,ou=staff,o=inner,ou=a,o=acme")));
	assert_true(organization_has_person(world.snapshot, inner, at("uid=r,ou=common")));
	/* a base in another organization is nobody's */
	assert_false(organization_has_person(world.snapshot, inner, at("uid=p,ou=people,o=acme")));
	organizations_of_person(world.snapshot, at("uid=r,ou=common"), &of);
	assert_int_equal(of.count, 1);
	assert_int_equal(of.nodes[0], inner);
}

static const struct { const char *name, *home, *wanted; enum place_kinds kinds; enum found found; } names[] = {
	{"a", "o=acme", "ou=a,o=acme", PLACE_ANY, FOUND_ONE},
	{"A", "o=inner,ou=a,o=acme", "ou=a,o=inner,ou=a,o=acme", PLACE_ANY, FOUND_ONE},
	{"a", NULL, NULL, PLACE_ANY, FOUND_MANY},
	{"acme/a", NULL, "ou=a,o=acme", PLACE_ANY, FOUND_ONE},
	{"inner/a", "o=acme", "ou=a,o=inner,ou=a,o=acme", PLACE_ONLY_WORKSPACE, FOUND_ONE},
	{"inner/b", NULL, NULL, PLACE_ANY, FOUND_NONE},
	{"b", NULL, "ou=b,ou=plain,ou=a,o=acme", PLACE_ANY, FOUND_ONE},
	{"acme", NULL, "o=acme", PLACE_ANY, FOUND_ONE},
	{"acme", NULL, NULL, PLACE_ONLY_WORKSPACE, FOUND_NONE},
	{"a", NULL, NULL, PLACE_ONLY_ORGANIZATION, FOUND_NONE},
	{"OU=C , ou=b,ou=plain,ou=a,o=ACME", NULL, "ou=c,ou=b,ou=plain,ou=a,o=acme", PLACE_ANY, FOUND_ONE},
	{"ou=plain,ou=a,o=acme", NULL, NULL, PLACE_ANY, FOUND_NONE},
	{"stray", NULL, NULL, PLACE_ANY, FOUND_NONE},
	{"ou=stray", NULL, NULL, PLACE_ANY, FOUND_NONE},
	{"", NULL, NULL, PLACE_ANY, FOUND_NONE},
	{"/a", NULL, NULL, PLACE_ANY, FOUND_NONE},
	{"acme/", NULL, NULL, PLACE_ANY, FOUND_NONE},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct organizations home = {.count = names[i].home != NULL ? 1 : 0};
		if (names[i].home != NULL)
			home.nodes[0] = at(names[i].home);
		struct finding_of finding = place_find(world.snapshot, names[i].name, names[i].kinds, &home);
		if (finding.found != names[i].found)
			fail_msg("%s: %d", names[i].name, (int)finding.found);
		if (names[i].wanted != NULL)
			assert_int_equal(finding.node, at(names[i].wanted));
		if (finding.found == FOUND_MANY)
			assert_int_not_equal(finding.node, finding.second);
	}
}

static int set_up(void **state)
{
	(void)state;
	world_open(&world, "places", ldif);
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
		cmocka_unit_test(test_enclosing),  cmocka_unit_test(test_organization_inside_another),
		cmocka_unit_test(test_references), cmocka_unit_test(test_state),
		cmocka_unit_test(test_people),     cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

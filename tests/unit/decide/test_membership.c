/* The closure of groups and bindings, and the ways through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../support/world.h"
#include "base/text.h"
#include "decide/membership.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
	"dn: uid=p,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\ntitle: chief\n\n"
	"dn: uid=q,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\n\n"
	"dn: cn=g1,o=acme\nobjectClass: groupOfNames\ncn: g1\nmember: uid=p,o=acme\nmember: cn=g3,o=acme\n\n"
	"dn: cn=g2,o=acme\nobjectClass: groupOfNames\ncn: g2\nmember: cn=g1,o=acme\n\n"
	"dn: cn=g3,o=acme\nobjectClass: groupOfNames\ncn: g3\nmember: cn=g2,o=acme\n\n"
	"dn: cn=maybe,o=acme\nobjectClass: groupOfURLs\ncn: maybe\nmemberURL: ldap:///o=acme??sub?(nosuch=x)\n\n"
	"dn: cn=chiefs,o=acme\nobjectClass: groupOfURLs\ncn: chiefs\nmemberURL: ldap:///o=acme??sub?(title=CHIEF)\n\n"
	"dn: cn=around,o=acme\nobjectClass: groupOfNames\ncn: around\nmember: cn=maybe,o=acme\nmember: cn=chiefs,o=acme\n\n"
	"dn: cn=b1,o=acme\nobjectClass: dgBinding\ncn: b1\nmember: cn=g3,o=acme\nmember: uid=q,o=acme\n\n"
	"dn: cn=b2,o=acme\nobjectClass: dgBinding\ncn: b2\nmember: cn=around,o=acme\n\n"
	"dn: cn=b3,o=acme\nobjectClass: dgBinding\ncn: b3\ndgMemberFilter: (nosuch=x)\n";

static struct world world;

/* "rdn rdn? …": the groups, those that are merely possible with a question mark, in order of their names. */
static const char *groups_of(const char *dn)
{
	struct membership membership;
	struct text text;
	membership_find(world.snapshot, world_node(&world, dn), strncmp(dn, "cn=", 3) == 0, NULL, 0, world.arena,
	                &membership);
	text_init(&text, 4096);
	const char *names[] = {"cn=around", "cn=chiefs", "cn=g1", "cn=g2", "cn=g3", "cn=maybe"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct step *step = membership_step(
			&membership, world_node(&world, arena_print(world.arena, "%s,o=acme", names[i])));
		if (step != NULL)
			text_print(&text, "%s%s ", names[i], step->certain ? "" : "?");
	}
	const char *copy = arena_string(world.arena, text_string(&text));
	text_release(&text);
	return copy;
}

static void test_groups(void **state)
{
	(void)state;
	assert_string_equal(groups_of("uid=p,o=acme"), "cn=around cn=chiefs cn=g1 cn=g2 cn=g3 cn=maybe? ");
	/* only by a filter that is Undefined */
	assert_string_equal(groups_of("uid=q,o=acme"), "cn=around? cn=maybe? ");
	/* a group is in its own groups, and matches no filter */
	assert_string_equal(groups_of("cn=g1,o=acme"), "cn=g1 cn=g2 cn=g3 ");
	assert_string_equal(groups_of("cn=chiefs,o=acme"), "cn=around cn=chiefs ");
}

static const struct member_binding *binding_of(const struct membership *membership, const char *dn)
{
	for (uint32_t i = 0; i < membership->binding_count; i++)
		if (membership->bindings[i].node == world_node(&world, dn))
			return &membership->bindings[i];
	return NULL;
}

static void test_ways(void **state)
{
	(void)state;
	struct membership membership;
	const node_id *groups;
	membership_find(world.snapshot, world_node(&world, "uid=p,o=acme"), false, NULL, 0, world.arena, &membership);
	const struct member_binding *binding = binding_of(&membership, "cn=b1,o=acme");
	assert_non_null(binding);
	assert_true(binding->certain);
	assert_int_equal(membership_path(&membership, binding->from, world.arena, &groups), 3);
	assert_string_equal(world_rdn(&world, groups[0]), "cn=g1");
	assert_string_equal(world_rdn(&world, groups[1]), "cn=g2");
	assert_string_equal(world_rdn(&world, groups[2]), "cn=g3");
	assert_true(binding_of(&membership, "cn=b2,o=acme")->certain);
	assert_false(binding_of(&membership, "cn=b3,o=acme")->certain);

	membership_find(world.snapshot, world_node(&world, "uid=q,o=acme"), false, NULL, 0, world.arena, &membership);
	binding = binding_of(&membership, "cn=b1,o=acme");
	assert_int_equal(membership_path(&membership, binding->from, world.arena, &groups), 0);
	assert_false(binding_of(&membership, "cn=b2,o=acme")->certain);
}

static void test_extra_groups(void **state)
{
	(void)state;
	struct membership membership;
	node_id extra = world_node(&world, "cn=g1,o=acme");
	membership_find(world.snapshot, world_node(&world, "uid=q,o=acme"), false, &extra, 1, world.arena, &membership);
	assert_non_null(membership_step(&membership, world_node(&world, "cn=g2,o=acme")));
}

static void test_uids(void **state)
{
	(void)state;
	bool shared;
	node_id acme = world_node(&world, "o=acme");
	assert_int_equal(person_by_uid(world.snapshot, acme, "P", &shared), world_node(&world, "uid=p,o=acme"));
	assert_int_equal(person_by_uid(world.snapshot, NODE_NONE, "p", &shared), world_node(&world, "uid=p,o=acme"));
	assert_int_equal(person_by_uid(world.snapshot, acme, "x", &shared), NODE_NONE);
	assert_false(shared);
}

static int set_up(void **state)
{
	(void)state;
	world_open(&world, "members", ldif);
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
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_extra_groups),
		cmocka_unit_test(test_uids),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* What roles bring: references, soundness, counting a set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/world.h"
#include "decide/roles.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
	"dn: cn=a,ou=roles,o=acme\nobjectClass: dgRole\ncn: a\ndgInherits: cn=b,ou=roles,o=acme\n\n"
	"dn: cn=b,ou=roles,o=acme\nobjectClass: dgRole\ncn: b\ndgInherits: cn=c,ou=roles,o=acme\n\n"
	"dn: cn=c,ou=roles,o=acme\nobjectClass: dgRole\ncn: c\ndgInherits: cn=a,ou=roles,o=acme\n\n"
	"dn: cn=d,ou=roles,o=acme\nobjectClass: dgRole\ncn: d\ndgInherits: cn=lost,ou=roles,o=acme\n\n"
	"dn: cn=e,ou=roles,o=acme\nobjectClass: dgRole\ncn: e\ndgInherits: cn=d,ou=roles,o=acme\n\n"
	"dn: cn=f,ou=more,ou=roles,o=acme\nobjectClass: dgRole\ncn: f\ndgMayAssign: ou=roles,o=acme\n"
	"dgMayAssign: cn=x,o=acme\n\n"
	"dn: cn=ac,o=acme\nobjectClass: dgRoleSet\ncn: ac\ndgMaximum: 1\ndgRoleMember: cn=a,ou=roles,o=acme\n"
	"dgRoleMember: cn=c,ou=roles,o=acme\n\n"
	"dn: cn=bf,o=acme\nobjectClass: dgRoleSet\ncn: bf\ndgMaximum: 1\ndgRoleMember: cn=b,ou=roles,o=acme\n"
	"dgRoleMember: ou=more,ou=roles,o=acme\n";

static struct world world;

static node_id role(const char *name)
{
	return world_node(&world, arena_print(world.arena, "cn=%s,ou=roles,o=acme", name));
}

static void test_sound(void **state)
{
	(void)state;
	assert_true(role_sound(world.snapshot, role("a"), world.arena)); /* a circle ends by itself */
	assert_false(role_sound(world.snapshot, role("d"), world.arena));
	assert_false(role_sound(world.snapshot, role("e"), world.arena)); /* through another */
}

static void test_named(void **state)
{
	(void)state;
	node_id f = world_node(&world, "cn=f,ou=more,ou=roles,o=acme");
	const struct references *may = &snapshot_entry(world.snapshot, f)->role->may_assign;
	assert_true(references_role(world.snapshot, may, role("a")));
	assert_true(references_role(world.snapshot, may, f));
	assert_false(references_role(world.snapshot, may, world_node(&world, "o=acme")));
}

static uint32_t count(const char *set, const char *one, const char *other)
{
	node_id roles[2] = {role(one), other != NULL ? role(other) : NODE_NONE};
	return role_set_count(world.snapshot, world_node(&world, set), roles, other != NULL ? 2 : 1, world.arena);
}

static void test_counting(void **state)
{
	(void)state;
	assert_int_equal(count("cn=ac,o=acme", "a", NULL), 1);
	/* c comes only through a */
	assert_int_equal(count("cn=ac,o=acme", "b", NULL), 1);
	assert_int_equal(count("cn=ac,o=acme", "a", "c"), 2);
	assert_int_equal(count("cn=ac,o=acme", "b", "c"), 1);
	assert_int_equal(count("cn=ac,o=acme", "d", NULL), 0);
}

static void test_container(void **state)
{
	(void)state;
	node_id roles[2] = {role("a"), world_node(&world, "cn=f,ou=more,ou=roles,o=acme")};
	assert_int_equal(role_set_count(world.snapshot, world_node(&world, "cn=bf,o=acme"), roles, 2, world.arena), 2);
}

static int set_up(void **state)
{
	(void)state;
	world_open(&world, "roles", ldif);
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
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_counting),
		cmocka_unit_test(test_container),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

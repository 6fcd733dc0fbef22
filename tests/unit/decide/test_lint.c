/* What lint finds between entries: everything in a world where everything is wrong, nothing in a sound one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/world.h"
#include "base/memory.h"
#include "base/text.h"
#include "decide/lint.h"

static const char sound[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\ndgPeopleBase: ou=people,o=acme\n"
	"dgHasPlan: cn=plan,o=acme\ndgOwnerRole: cn=role,ou=roles,o=acme\ndgDefaultWorkspace: ou=w,o=acme\n\n"
	"dn: cn=plan,o=acme\nobjectClass: dgPlan\ncn: plan\n\n"
	"dn: uid=p,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\ntitle: t\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: uid=p,ou=people,o=acme\n\n"
	"dn: cn=role,ou=roles,o=acme\nobjectClass: dgRole\ncn: role\ndgMayAssign: ou=roles,o=acme\n"
	"dgPermission: a (owner=$user.uid)\ndgOptionalPermission: b.*\ndgRequiresPlan: cn=plan,o=acme\n\n"
	"dn: cn=x,o=acme\nobjectClass: dgRestriction\ncn: x\ndgAppliesTo: cn=role,ou=roles,o=acme\n"
	"dgRestricts: a (team=$user.groups)\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\nowner: cn=g,o=acme\n\n"
	"dn: cn=b,ou=w,o=acme\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=role,ou=roles,o=acme\n"
	"dgRestrictedBy: cn=x,o=acme\nmember: cn=g,o=acme\nmemberUid: P\ndgPermission: b.c\n"
	"dgMemberFilter: (title=t)\n\n"
	"dn: cn=s,o=acme\nobjectClass: dgRoleSet\ncn: s\ndgRoleMember: ou=roles,o=acme\ndgMaximum: 1\n\n"
	"dn: cn=i,ou=w,o=acme\nobjectClass: dgInvitation\ncn: i\ndgStatus: invited\n"
	"dgGrantsRole: cn=role,ou=roles,o=acme\nmember: uid=p,ou=people,o=acme\n\n"
	"dn: dgId=1,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t\nowner: uid=p,ou=people,o=acme\n\n"
	"dn: dgId=1,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t\n";

static const char wrong[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\ndgHasPlan: cn=noplan,o=acme\n"
	"dgOwnerRole: cn=norole,o=acme\ndgDefaultWorkspace: cn=r,o=acme\ndgPeopleBase: ou=nobase,o=acme\n"
	"dgPeopleBase: o=beta\ndgPeopleBase: o=acme\n\n"
	"dn: o=beta\nobjectClass: organization\nobjectClass: dgOrganization\no: beta\n\n"
	"dn: cn=beta,o=beta\nobjectClass: dgRole\ncn: beta\n\n"
	"dn: cn=betagroup,o=beta\nobjectClass: groupOfNames\ncn: betagroup\n\n"
	"dn: uid=p,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\n\n"
	"dn: cn=p2,o=acme\nobjectClass: inetOrgPerson\nobjectClass: dgAccount\nuid: P\ncn: p2\nsn: p\n"
	"dgHasPlan: cn=noplan,o=acme\n\n"
	"dn: cn=r,o=acme\nobjectClass: dgRole\ncn: r\ndgInherits: cn=r2,o=acme\ndgInherits: cn=beta,o=beta\n"
	"dgMayAssign: ou=empty,o=acme\ndgRequiresPlan: cn=noplan,o=acme\ndgPermission: a (subject.nosuch=x)\n\n"
	"dn: cn=r2,o=acme\nobjectClass: dgRole\ncn: r2\ndgInherits: cn=r,o=acme\n\n"
	"dn: cn=R2,ou=more,o=acme\nobjectClass: dgRole\ncn: R2\n\n"
	"dn: cn=x,o=acme\nobjectClass: dgRestriction\ncn: x\ndgAppliesTo: cn=norole,o=acme\n"
	"dgRestricts: a (x=$user.nosuch)\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\nowner: cn=r,o=acme\n\n"
	"dn: ou=stray\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: stray\n\n"
	"dn: cn=b,o=acme\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=norole,o=acme\n"
	"dgRestrictedBy: cn=r,o=acme\nmember: uid=nobody,o=acme\nmember: cn=r,o=acme\nmember: cn=betagroup,o=beta\n"
	"memberUid: p\nmemberUid: ghost\ndgPermission: b.c\ndgMemberFilter: (nosuch=t)\n\n"
	"dn: cn=b2,o=acme\nobjectClass: dgBinding\ncn: b2\ndgGrantsRole: cn=r,o=acme\ndgScope: ou=gone,o=acme\n"
	"dgScope: o=beta\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: cn=g,o=acme\n\n"
	"dn: cn=s,o=acme\nobjectClass: dgRoleSet\ncn: s\ndgRoleMember: ou=empty,o=acme\ndgMaximum: many\n\n"
	"dn: dgId=1,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t\n\n"
	"dn: dgId=1,ou=sub,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: T\n";

/* "rdn code attribute value", in any order. */
static const char *const wanted[] = {
	"o=acme no-such-plan dgHasPlan cn=noplan,o=acme",
	"o=acme no-such-role dgOwnerRole cn=norole,o=acme",
	"o=acme no-such-workspace dgDefaultWorkspace cn=r,o=acme",
	"o=acme no-such-reference dgPeopleBase ou=nobase,o=acme",
	"o=acme foreign-reference dgPeopleBase o=beta",
	"uid=p duplicate-id - p",
	"cn=p2 duplicate-id - P",
	"cn=p2 no-such-plan dgHasPlan cn=noplan,o=acme",
	"cn=r foreign-reference dgInherits cn=beta,o=beta",
	"cn=r empty-reference dgMayAssign ou=empty,o=acme",
	"cn=r no-such-plan dgRequiresPlan cn=noplan,o=acme",
	"cn=r unknown-attribute dgPermission nosuch",
	"cn=r cycle dgInherits cn=r2,o=acme",
	"cn=r2 cycle dgInherits cn=r,o=acme",
	"cn=r2 duplicate-id - r2",
	"cn=R2 duplicate-id - R2",
	"cn=x no-such-role dgAppliesTo cn=norole,o=acme",
	"cn=x unknown-attribute dgRestricts nosuch",
	"ou=w not-a-member owner cn=r,o=acme",
	"ou=stray unenclosed - -",
	"cn=b no-scope - -",
	"cn=b no-such-role dgGrantsRole cn=norole,o=acme",
	"cn=b no-such-restriction dgRestrictedBy cn=r,o=acme",
	"cn=b dangling-member member uid=nobody,o=acme",
	"cn=b not-a-member member cn=r,o=acme",
	"cn=b foreign-reference member cn=betagroup,o=beta",
	"cn=b ambiguous-member memberUid p",
	"cn=b dangling-member memberUid ghost",
	"cn=b not-optional dgPermission b.c",
	"cn=b unknown-attribute dgMemberFilter nosuch",
	"cn=b2 no-such-workspace dgScope ou=gone,o=acme",
	"cn=b2 foreign-reference dgScope o=beta",
	"cn=g cycle member cn=g,o=acme",
	"cn=s empty-reference dgRoleMember ou=empty,o=acme",
	"cn=s bad-integer dgMaximum many",
	"dgId=1 duplicate-id - 1",
	"dgId=1 duplicate-id - 1",
	"cn=beta unheld-role - -",
	"cn=r unheld-role - -",
	"cn=r2 unheld-role - -",
	"cn=R2 unheld-role - -",
};
#define WANTED (sizeof(wanted) / sizeof(*wanted))

struct found {
	struct world *world;
	uint32_t count;
	const char *lines[64];
};

static void find(void *context, const struct finding *finding)
{
	struct found *found = context;
	const struct problem *problem = &finding->problem;
	assert_true(found->count < 64);
	found->lines[found->count++] = arena_print(
		found->world->arena, "%s %s %s %s", world_rdn(found->world, finding->entry), problem_info(problem->code)->code,
		problem->attribute != NULL ? problem->attribute : "-", problem->value != NULL ? problem->value : "-");
}

static void look(struct world *world, struct found *found)
{
	*found = (struct found){.world = world};
	lint(world->snapshot, world->at, find, found);
}

static void test_sound(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	world_open(&world, "sound", sound);
	look(&world, &found);
	for (uint32_t i = 0; i < found.count; i++)
		fail_msg("%s", found.lines[i]);
	world_close(&world);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void test_wrong(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	const char *expected[WANTED];
	world_open(&world, "wrong", wrong);
	look(&world, &found);
	memcpy(expected, wanted, sizeof(wanted));
	qsort(expected, WANTED, sizeof(*expected), by_text);
	qsort(found.lines, found.count, sizeof(*found.lines), by_text);
	for (uint32_t i = 0; i < found.count && i < WANTED; i++)
		assert_string_equal(found.lines[i], expected[i]);
	assert_int_equal(found.count, WANTED);
	world_close(&world);
}

static void test_empty(void **state)
{
	(void)state;
	struct world world;
	struct found found;
	world_open(&world, "empty", "");
	look(&world, &found);
	assert_int_equal(found.count, 0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

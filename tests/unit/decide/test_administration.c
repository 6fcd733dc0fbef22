/* Administrative rules, from the inside: members of a place, departures, last holders, whose dgMayAssign.
 * (tests/cases asks the questions of the outside.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../support/world.h"
#include "decide/administration/administration.h"
#include "decide/administration/change.h"
#include "decide/lists/effective.h"
#include "decide/people.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\ndgOwnerRole: cn=owner,o=acme\n\n"
	"dn: uid=a,o=acme\nobjectClass: inetOrgPerson\nuid: a\ncn: a\nsn: a\ntitle: chief\n\n"
	"dn: uid=b,o=acme\nobjectClass: inetOrgPerson\nuid: b\ncn: b\nsn: b\n\n"
	"dn: uid=c,o=acme\nobjectClass: inetOrgPerson\nuid: c\ncn: c\nsn: c\n\n"
	"dn: cn=g1,o=acme\nobjectClass: groupOfNames\ncn: g1\nmember: uid=a,o=acme\nmember: uid=b,o=acme\n\n"
	"dn: cn=g2,o=acme\nobjectClass: groupOfNames\ncn: g2\nmember: cn=g1,o=acme\n\n"
	"dn: cn=w-keeper,o=acme\nobjectClass: groupOfNames\ncn: w-keeper\nmember: uid=c,o=acme\n\n"
	"dn: cn=owner,o=acme\nobjectClass: dgRole\ncn: owner\ndgKeepHolder: TRUE\n\n"
	"dn: cn=keeper,o=acme\nobjectClass: dgRole\ncn: keeper\ndgKeepHolder: TRUE\n\n"
	"dn: cn=other,o=acme\nobjectClass: dgRole\ncn: other\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\nowner: uid=b,o=acme\n\n"
	"dn: ou=v,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: v\n\n"
	"dn: cn=direct,ou=w,o=acme\nobjectClass: dgBinding\ncn: direct\ndgGrantsRole: cn=keeper,o=acme\n"
	"member: uid=a,o=acme\nmember: cn=g2,o=acme\n\n"
	"dn: cn=uid,ou=w,o=acme\nobjectClass: dgBinding\ncn: uid\ndgGrantsRole: cn=other,o=acme\nmemberUid: A\n"
	"dgMemberFilter: (title=chief)\n\n"
	"dn: cn=elsewhere,o=acme\nobjectClass: dgBinding\ncn: elsewhere\ndgGrantsRole: cn=other,o=acme\n"
	"dgScope: o=acme\nmember: uid=b,o=acme\n\n"
	"dn: cn=only,ou=v,o=acme\nobjectClass: dgBinding\ncn: only\ndgGrantsRole: cn=keeper,o=acme\n"
	"member: cn=g2,o=acme\ndgNotAfter: 20300101000000Z\n\n"
	"dn: cn=rule,o=acme\nobjectClass: dgGroupRule\ncn: rule\ndgNamePattern: {workspace}-{role}\n"
	"dgGroupBase: o=acme\n";

static struct world world;
static struct question question;
static struct evaluation actor;

static node_id at(const char *name)
{
	return world_node(&world, arena_print(world.arena, "%s,o=acme", name));
}

struct held {
	struct evaluation evaluation;
	struct standing standing;
	struct member_roles roles;
};

static void member_of(const char *name, const char *place, struct held *member)
{
	member_evaluation(&actor, at(name), world.arena, &member->evaluation);
	standing_find(&member->evaluation, at(place), &member->standing);
	member_roles(&member->evaluation, &member->standing, world.arena, &member->roles);
}

static void test_member_roles(void **state)
{
	(void)state;
	struct held member;
	member_of("uid=a", "ou=w", &member);
	assert_true(nodes_have(&member.roles.direct, at("cn=keeper")));
	assert_true(nodes_have(&member.roles.direct, at("cn=other"))); /* by uid, though a filter takes her, too */
	member_of("uid=b", "ou=w", &member);
	assert_int_equal(member.roles.direct.count, 1);
	assert_true(nodes_have(&member.roles.direct, at("cn=owner")));
	assert_int_equal(member.roles.through.count, 1);
	assert_true(nodes_have(&member.roles.through, at("cn=keeper")));
	member_of("cn=g2", "ou=w", &member);
	assert_true(nodes_have(&member.roles.direct, at("cn=keeper")));
	member_of("cn=g1", "ou=w", &member);
	assert_int_equal(member.roles.direct.count, 0);
	/* a group that is a binding by its name keeps the role whoever edits bindings */
	member_of("cn=w-keeper", "ou=w", &member);
	assert_int_equal(member.roles.direct.count, 0);
	assert_true(nodes_have(&member.roles.through, at("cn=keeper")));
}

static void test_places(void **state)
{
	(void)state;
	struct evaluation member;
	struct nodes places = {0};
	member_evaluation(&actor, at("uid=b"), world.arena, &member);
	member_places(&member, world.arena, &places);
	assert_int_equal(places.count, 3);
	assert_int_equal(places.items[0], world_node(&world, "o=acme"));
	assert_int_equal(places.items[1], at("ou=v"));
	assert_int_equal(places.items[2], at("ou=w"));
}

static struct departure departure_of(const char *member, const char *one, const char *other)
{
	struct departure departure = {.member = at(member)};
	nodes_add(&departure.containers, at(one), world.arena);
	if (other != NULL)
		nodes_add(&departure.containers, at(other), world.arena);
	return departure;
}

static bool ends(const struct departure *departure, const char *subject, const char *place, const char *binding)
{
	struct held member;
	member_of(subject, place, &member);
	for (uint32_t i = 0; i < member.standing.count; i++)
		if (member.standing.holdings[i].binding == at(binding))
			return departure_ends(departure, WAYS_CERTAIN, &member.evaluation, &member.standing.holdings[i]);
	fail_msg("%s is not in %s", subject, binding);
	return false;
}

static void test_departures(void **state)
{
	(void)state;
	struct departure departure = departure_of("uid=a", "cn=direct,ou=w", NULL);
	assert_false(ends(&departure, "uid=a", "ou=w", "cn=direct,ou=w")); /* through g1 and g2, too */
	departure = departure_of("uid=a", "cn=direct,ou=w", "cn=g1");
	assert_true(ends(&departure, "uid=a", "ou=w", "cn=direct,ou=w"));
	assert_false(ends(&departure, "uid=b", "ou=w", "cn=direct,ou=w"));
	departure = departure_of("cn=g1", "cn=g2", NULL);
	assert_true(ends(&departure, "uid=b", "ou=w", "cn=direct,ou=w"));
	assert_false(ends(&departure, "uid=a", "ou=w", "cn=direct,ou=w"));
	departure = departure_of("uid=a", "cn=uid,ou=w", NULL);
	assert_false(ends(&departure, "uid=a", "ou=w", "cn=uid,ou=w")); /* the filter takes her still */
	departure = departure_of("uid=b", "ou=w", NULL);
	assert_true(ends(&departure, "uid=b", "ou=w", "ou=w")); /* ownership */
	departure = (struct departure){.member = at("uid=b"), .gone = true};
	assert_true(ends(&departure, "uid=b", "ou=w", "cn=direct,ou=w"));
	assert_false(ends(&departure, "uid=a", "ou=w", "cn=direct,ou=w"));
}

static void test_last_holders(void **state)
{
	(void)state;
	struct departure departure = departure_of("uid=b", "ou=w", NULL);
	assert_true(last_holder_leaves(&actor, at("ou=w"), at("cn=owner"), &departure));
	departure = departure_of("uid=a", "ou=w", NULL); /* who is no owner */
	assert_false(last_holder_leaves(&actor, at("ou=w"), at("cn=owner"), &departure));
	departure = departure_of("uid=a", "cn=direct,ou=w", "cn=g1");
	assert_false(last_holder_leaves(&actor, at("ou=w"), at("cn=keeper"), &departure));
	departure = departure_of("cn=g2", "cn=only,ou=v", NULL);
	assert_true(last_holder_leaves(&actor, at("ou=v"), at("cn=keeper"), &departure));
	/* in w, c is a keeper by the name of a group */
	departure = departure_of("cn=g2", "cn=direct,ou=w", NULL);
	assert_false(last_holder_leaves(&actor, at("ou=w"), at("cn=keeper"), &departure));
	/* nobody holds it: nobody is the last to leave */
	assert_false(last_holder_leaves(&actor, at("ou=v"), at("cn=owner"), &departure));
}

static bool count_person(void *context, node_id person)
{
	(void)person;
	++*(unsigned *)context;
	return false;
}

static bool stop_at_once(void *context, node_id person)
{
	count_person(context, person);
	return true;
}

static void test_people(void **state)
{
	(void)state;
	struct nodes seeds = {0};
	unsigned count = 0;
	nodes_add(&seeds, at("cn=g2"), world.arena);
	assert_false(people_visit(world.snapshot, &seeds, count_person, &count));
	assert_int_equal(count, 2);
	nodes_add(&seeds, at("cn=uid,ou=w"), world.arena); /* a filter: everybody may be meant */
	count = 0;
	assert_false(people_visit(world.snapshot, &seeds, count_person, &count));
	assert_true(count >= 3);
	count = 0;
	assert_true(people_visit(world.snapshot, &seeds, stop_at_once, &count));
	assert_int_equal(count, 1);
}

static void test_built_in_names(void **state)
{
	(void)state;
	uint32_t count = 0;
	for (; administration_action(count) != NULL; count++) {
		assert_true(action_is_administrative(administration_action(count)));
		if (count > 0)
			assert_true(strcmp(administration_action(count - 1), administration_action(count)) < 0);
	}
	assert_int_equal(count, 29);
}

static int set_up(void **state)
{
	(void)state;
	world_open(&world, "members", ldif);
	world_question(&world, "c x in w", &question);
	assert_int_equal(evaluation_begin(&actor, world.snapshot, &world.settings, &question, "x", world.arena),
	                 REASON_GRANTED);
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
		cmocka_unit_test(test_member_roles), cmocka_unit_test(test_places),
		cmocka_unit_test(test_departures),   cmocka_unit_test(test_last_holders),
		cmocka_unit_test(test_people),       cmocka_unit_test(test_built_in_names),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* members.remove keeps a holder: in small random organizations, whatever it allows is done to the entries, and then
 * somebody still holds every dgKeepHolder role of the place that somebody held; and it refuses nothing else for that
 * reason.  SEED and WORLDS as in test_decisions.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../support/random_world.h"
#include "../support/world.h"
#include "base/memory.h"
#include "base/text.h"
#include "decide/administration/member.h"

/* ---- Who holds what ---- */

static bool holds(const struct evaluation *member, const struct standing *standing, node_id role)
{
	for (uint32_t i = 0; i < standing->count; i++) {
		const struct holding *holding = &standing->holdings[i];
		if (!holding->grants || holding->stops != 0 || !holding_of_place(member, holding, standing->place))
			continue;
		for (uint32_t j = 0; j < holding->role_count; j++)
			if (holding->roles[j] == role)
				return true;
	}
	return false;
}

/* Active people who hold the role by bindings of that very workspace. */
static uint32_t holders(struct world *world, const char *workspace, const char *role)
{
	struct question question = {.at = world->at};
	const struct evaluation of = {.snapshot = world->snapshot, .settings = &world->settings, .question = &question};
	struct relation_cursor cursor;
	node_id person;
	uint32_t count = 0;
	snapshot_relation(world->snapshot, RELATION_KIND, KIND_PERSON, &cursor);
	while (relation_next(&cursor, &person)) {
		struct evaluation member;
		struct standing standing;
		if (!person_active(snapshot_entry(world->snapshot, person), world->at))
			continue;
		member_evaluation(&of, person, world->arena, &member);
		standing_find(&member, world_node(world, workspace), &standing);
		count += holds(&member, &standing, world_node(world, role));
	}
	return count;
}

/* Is some dgKeepHolder role held there, and by nobody in the other world? */
static bool left_alone(struct world *before, struct world *after, const char *workspace)
{
	for (uint32_t i = 0; i < 6; i++) {
		const char *role = arena_print(before->arena, "cn=r%u,ou=roles,o=acme", i);
		if (snapshot_entry(before->snapshot, world_node(before, role))->role->keep_holder &&
		    holders(before, workspace, role) > 0 && holders(after, workspace, role) == 0)
			return true;
	}
	return false;
}

/* ---- Removing somebody ---- */

/* Does the line of this entry name the target as a member or owner of that very workspace? */
static bool goes(struct world *world, node_id entry, node_id workspace, const char *line, const char *target)
{
	const char *dn = arena_print(world->arena, "%s=%s,ou=%s,o=acme", *target == 'g' ? "cn" : "uid", target,
	                             *target == 'g' ? "groups" : "people");
	bool binding = entry_is(snapshot_entry(world->snapshot, entry), KIND_BINDING) &&
	               binding_of_place(world->snapshot, entry, workspace);
	if (binding && strcmp(line, arena_print(world->arena, "memberUid: %s", target)) == 0)
		return true;
	return (binding && strcmp(line, arena_print(world->arena, "member: %s", dn)) == 0) ||
	       (entry == workspace && strcmp(line, arena_print(world->arena, "owner: %s", dn)) == 0);
}

/* The organization without the target's direct bindings there. */
static char *without(struct world *world, const char *ldif, const char *workspace, const char *target)
{
	struct text out;
	char *copy = memory_string(ldif), *rest = copy;
	node_id entry = NODE_NONE;
	text_init(&out, 1 << 20);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (strncmp(line, "dn: ", 4) == 0)
			entry = world_node(world, line + 4);
		if (*line == '\0' || !goes(world, entry, world_node(world, workspace), line, target))
			text_print(&out, "%s\n", line);
	}
	free(copy);
	return text_detach(&out);
}

static void try_removal(struct world *world, const char *ldif, struct random *random, unsigned reasons[2])
{
	static const char *const workspaces[] = {"ou=w0,o=acme", "ou=w1,ou=w0,o=acme", "ou=w2,ou=w1,ou=w0,o=acme",
	                                         "ou=w3,o=acme", NULL};
	static const char *const targets[] = {"g0", "g1", "g2", "g3", "p0", "p1", "p2", "p3", "p4", "p5", NULL};
	const char *workspace = random_one(random, workspaces), *target = random_one(random, targets);
	const char *text = arena_print(world->arena, "boss members.remove on membership:%s workspace=\"%s\"", target, workspace);
	const char *reason = world_ask(world, text);
	bool refused = strcmp(reason, "last-holder") == 0;
	struct world after;
	if (!refused && strcmp(reason, "granted") != 0)
		return; /* via-group, the workspace is disabled … */
	char *changed = without(world, ldif, workspace, target);
	world_open(&after, "changed", changed);
	if (left_alone(world, &after, workspace) != refused)
		fail_msg("%s: %s\n%s", text, reason, ldif);
	reasons[refused]++;
	world_close(&after);
	free(changed);
}

/* Somebody who may take any role from anybody. */
static const char boss[] =
	"dn: uid=boss,o=acme\nobjectClass: inetOrgPerson\nuid: boss\ncn: b\nsn: b\n\n"
	"dn: cn=boss,o=acme\nobjectClass: dgRole\ncn: boss\ndgPermission: members.*\ndgMayAssign: o=acme\n\n"
	"dn: cn=bosses,o=acme\nobjectClass: dgBinding\ncn: bosses\ndgGrantsRole: cn=boss,o=acme\ndgScope: o=acme\n"
	"member: uid=boss,o=acme\n";

static void test_removals(void **state)
{
	const char *first = getenv("SEED"), *many = getenv("WORLDS");
	uint64_t seed = first != NULL ? strtoull(first, NULL, 10) : 1, end = seed + (many != NULL ? strtoull(many, NULL, 10) : 250);
	unsigned reasons[2] = {0, 0}; /* allowed, refused */
	(void)state;
	for (; seed < end; seed++) {
		struct random random = {seed};
		struct world world;
		char *ldif = random_world(seed);
		world_open(&world, "random", ldif);
		world_add(&world, "boss", boss);
		for (int i = 0; i < 6; i++)
			try_removal(&world, ldif, &random, reasons);
		world_close(&world);
		free(ldif);
	}
	assert_true(reasons[0] > 0 && reasons[1] > 0); /* else nothing was tried */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_removals)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

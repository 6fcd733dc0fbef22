/* Lists in many small random organizations: a list says what single questions say of everybody, page by page as well.
 * SEED in the environment begins elsewhere, WORLDS says how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/random_world.h"
#include "../support/world.h"
#include "decide/lists/effective.h"
#include "decide/lists/groups.h"
#include "decide/lists/members.h"
#include "decide/lists/names.h"
#include "decide/lists/search.h"
#include "decide/membership.h"
#include "model/policy.h"

#define ROWS_MAX 64
#define WAYS_MAX 512

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static struct world world;
static struct random randomness;
static uint64_t seed;
static struct list_view view;

static void in_worlds(uint64_t many, void (*test)(void))
{
	uint64_t first = number_from("SEED", 1), worlds = number_from("WORLDS", many);
	for (seed = first; seed < first + worlds; seed++) {
		char *ldif = random_world(seed);
		world_open(&world, "random", ldif);
		randomness = (struct random){seed};
		view = (struct list_view){world.snapshot, &world.settings, world.at};
		test();
		world_close(&world);
		free(ldif);
	}
}

static node_id person_named(uint32_t number)
{
	return world_node(&world, arena_print(world.arena, "uid=p%u,ou=people,o=acme", number));
}

/* Pages of whatever size comes, one after the other. */
struct pages { struct list_page page; bool begun; };

static bool next_page(struct pages *pages)
{
	uint64_t after = pages->page.next;
	if (pages->begun && !pages->page.more)
		return false;
	assert_true(!pages->begun || after > pages->page.after);
	pages->begun = true;
	pages->page = (struct list_page){.after = after, .limit = 1 + random_below(&randomness, 3),
	                                 .looks = 1 + random_below(&randomness, 5)};
	return true;
}

/* ---- Members ---- */

struct way { node_id person, role, binding; enum reason stop; };
struct ways { uint32_t count, rows; struct way items[WAYS_MAX]; };

static void way_add(struct ways *ways, struct way way)
{
	assert_true(ways->count < WAYS_MAX);
	ways->items[ways->count++] = way;
}

static bool way_in(const struct ways *ways, const struct way *way)
{
	for (uint32_t i = 0; i < ways->count; i++)
		if (ways->items[i].person == way->person && ways->items[i].role == way->role &&
		    ways->items[i].binding == way->binding && ways->items[i].stop == way->stop)
			return true;
	return false;
}

static void member_found(void *context, const struct listed_member *member)
{
	struct ways *ways = context;
	ways->rows++;
	assert_true(member->way_count > 0);
	for (uint32_t i = 0; member->kind == MEMBER_PERSON && i < member->way_count; i++) {
		const struct member_way *way = &member->ways[i];
		if (way->chain.origin == ORIGIN_INVITATION)
			assert_int_equal(way->chain.stop, REASON_PENDING);
		else if (member->user.status == ACCOUNT_ACTIVE)
			way_add(ways, (struct way){member->user.node, way->role, way->chain.binding, way->chain.stop});
	}
}

/* What the effective permissions of each person say that bindings give there. */
static void ways_by_question(const char *place, struct ways *ways)
{
	for (uint32_t person = 0; person < RANDOM_PEOPLE; person++) {
		struct question question;
		struct effective effective;
		assert_null(world_question(&world, arena_print(world.arena, "p%u x in %s", person, place), &question));
		effective_permissions(world.snapshot, &world.settings, &question, world.arena, &effective);
		for (uint32_t i = 0; i < effective.role_count; i++) {
			const struct chain *chain = &effective.roles[i].chain;
			if (chain->role_count == 1 && chain->origin != ORIGIN_DEFAULT && chain->origin != ORIGIN_PUBLIC)
				way_add(ways, (struct way){effective.subject, effective.roles[i].role, chain->binding, chain->stop});
		}
	}
}

static bool holds_on_organization(node_id binding)
{
	const struct entry *entry = snapshot_entry(world.snapshot, binding);
	node_id organization = world_node(&world, "o=acme");
	for (uint32_t i = 0; entry->binding != NULL && i < entry->binding->scope.count; i++)
		if (entry->binding->scope.nodes[i] == organization)
			return true;
	return false;
}

static void list_members(const struct members_of *of, struct ways *ways)
{
	struct people_set candidates;
	const struct member_visitor visitor = {ways, member_found};
	members_find(&view, of, &candidates);
	for (struct pages pages = {0}; next_page(&pages);)
		members_list(&view, of, &candidates, &pages.page, &visitor);
	people_set_release(&candidates);
}

static void same_ways(const struct ways *listed, const struct ways *asked, const char *place, bool whole)
{
	for (uint32_t i = 0; i < asked->count; i++)
		if (!way_in(listed, &asked->items[i]) && (whole || !holds_on_organization(asked->items[i].binding)))
			fail_msg("seed %llu: members of %s: %s has %s there and is not listed", (unsigned long long)seed, place,
			         world_rdn(&world, asked->items[i].person), world_rdn(&world, asked->items[i].role));
	for (uint32_t i = 0; i < listed->count; i++)
		if (!way_in(asked, &listed->items[i]))
			fail_msg("seed %llu: members of %s: %s is listed with %s and has it not", (unsigned long long)seed, place,
			         world_rdn(&world, listed->items[i].person), world_rdn(&world, listed->items[i].role));
}

static void members_agree(void)
{
	static const char *const places[] = {"ou=w0,o=acme", "ou=w1,ou=w0,o=acme", "ou=w2,ou=w1,ou=w0,o=acme",
	                                     "ou=w3,o=acme", "o=acme"};
	static const char *const names[] = {"w0", "w1", "w2", "w3", "acme"};
	for (uint32_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct ways narrow = {0}, whole = {0}, asked = {0};
		struct list_page page = LIST_WHOLE;
		struct members_count count;
		struct members_of of = {world_node(&world, places[i]), false};
		ways_by_question(names[i], &asked);
		list_members(&of, &narrow);
		same_ways(&narrow, &asked, names[i], false);
		members_count(&view, &of, &page, &count);
		assert_int_equal(count.people + count.pending + count.everyone, narrow.rows);
		of.organization = true;
		list_members(&of, &whole);
		same_ways(&whole, &asked, names[i], true);
		assert_true(whole.rows >= narrow.rows);
	}
}

static void test_members(void **state)
{
	(void)state;
	in_worlds(150, members_agree);
}

/* ---- Workspaces of a user ---- */

struct nodes_seen { uint32_t count; node_id items[ROWS_MAX]; };

static void seen_add(struct nodes_seen *seen, node_id node)
{
	assert_true(seen->count < ROWS_MAX);
	seen->items[seen->count++] = node;
}

static bool seen_has(const struct nodes_seen *seen, node_id node)
{
	for (uint32_t i = 0; i < seen->count; i++)
		if (seen->items[i] == node)
			return true;
	return false;
}

static void hit(void *context, const char *id, node_id node)
{
	(void)id;
	seen_add(context, node);
}

static void workspace_found(void *context, const struct entered_workspace *entered)
{
	seen_add(context, entered->workspace);
}

static void claim_found(void *context, const struct claim *claim)
{
	if (entry_is(snapshot_entry(world.snapshot, claim->place), KIND_WORKSPACE))
		seen_add(context, claim->place);
}

/* How many workspaces the question is allowed for, each asked for itself; all of them are in `listed`. */
static uint32_t allowed_singly(struct question *question, const struct nodes_seen *listed)
{
	uint32_t allowed = 0;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(world.snapshot, RELATION_KIND, KIND_WORKSPACE, &cursor);
	while (relation_next(&cursor, &node)) {
		struct answer answer;
		question->resource.id = node_dn(world.snapshot, node, world.arena);
		decide(world.snapshot, &world.settings, question, world.arena, &answer);
		allowed += answer.outcome == OUTCOME_ALLOW;
		if (answer.outcome == OUTCOME_ALLOW && !seen_has(listed, node))
			fail_msg("seed %llu: %s is not listed", (unsigned long long)seed, question->resource.id);
	}
	return allowed;
}

static void workspaces_agree(void)
{
	for (uint32_t person = 0; person < RANDOM_PEOPLE; person++) {
		struct nodes_seen found = {0}, listed = {0}, claimed = {0};
		struct question question;
		assert_null(world_question(&world, arena_print(world.arena, "p%u workspace.read on workspace:x", person),
		                           &question));
		for (struct pages pages = {0}; next_page(&pages);)
			search_resources(world.snapshot, &world.settings, &question, &pages.page, &(struct search_visitor){&found, hit});
		for (struct pages pages = {0}; next_page(&pages);)
			user_workspaces(&view, person_named(person), &pages.page, &(struct workspace_visitor){&listed, workspace_found});
		for (struct pages pages = {0}; next_page(&pages);)
			user_claims(&view, person_named(person), &pages.page, &(struct claim_visitor){&claimed, claim_found});
		if (found.count != listed.count || memcmp(found.items, listed.items, found.count * sizeof(node_id)) != 0)
			fail_msg("seed %llu: workspaces of p%u: %u found, %u listed", (unsigned long long)seed, person, found.count,
			         listed.count);
		assert_int_equal(claimed.count, listed.count);
		assert_int_equal(listed.count, allowed_singly(&question, &listed));
	}
}

static void test_workspaces(void **state)
{
	(void)state;
	in_worlds(150, workspaces_agree);
}

/* ---- Groups, users ---- */

static void group_member_found(void *context, const struct group_member *member)
{
	assert_true(member->path_count > 0);
	seen_add(context, member->user.node);
}

static void group_agrees(node_id group)
{
	struct nodes_seen listed = {0};
	struct people_set candidates;
	group_find_members(&view, group, &candidates);
	for (struct pages pages = {0}; next_page(&pages);)
		group_members(&view, group, &candidates, &pages.page, &(struct group_visitor){&listed, group_member_found});
	people_set_release(&candidates);
	for (uint32_t person = 0; person < RANDOM_PEOPLE; person++) {
		struct user_profile profile;
		bool member = false;
		user_profile(&view, person_named(person), world.arena, &profile);
		for (uint32_t i = 0; i < profile.group_count; i++)
			member = member || profile.groups[i] == group;
		if (member != seen_has(&listed, person_named(person)))
			fail_msg("seed %llu: p%u in %s", (unsigned long long)seed, person, world_rdn(&world, group));
	}
}

static void user_found(void *context, const struct listed_user *user)
{
	struct name_found back = name_find(world.snapshot, NAMED_USER, user->id);
	assert_int_equal(back.reason, REASON_GRANTED);
	assert_int_equal(back.node, user->node);
	seen_add(context, user->node);
}

static void groups_agree(void)
{
	struct nodes_seen users = {0};
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(world.snapshot, RELATION_KIND, KIND_GROUP, &cursor);
	while (relation_next(&cursor, &node))
		group_agrees(node);
	for (struct pages pages = {0}; next_page(&pages);)
		users_list(&view, NODE_NONE, NULL, &pages.page, &(struct user_visitor){&users, user_found});
	assert_int_equal(users.count, snapshot_count(world.snapshot, KIND_PERSON));
}

static void test_groups(void **state)
{
	(void)state;
	in_worlds(100, groups_agree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_workspaces),
		cmocka_unit_test(test_groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

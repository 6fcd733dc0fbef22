/* What must hold in every organization, tried in many small random ones:
 *   searches find exactly what single questions allow, page by page as well;
 *   the verdict of the resource filter is that of the check, for every resource;
 *   effective permissions say what single questions say;
 *   the order of entries and values, and the spelling of DNs, change no answer;
 *   administrative rules only take away.
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
#include "base/memory.h"
#include "decide/lists/effective.h"
#include "decide/lists/search.h"
#include "model/name.h"

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* Runs a test in each of the worlds. */
static void in_worlds(uint64_t many, void (*test)(struct world *world, struct random *random, uint64_t seed))
{
	uint64_t first = number_from("SEED", 1), worlds = number_from("WORLDS", many);
	for (uint64_t seed = first; seed < first + worlds; seed++) {
		struct world world;
		struct random random = {seed};
		char *ldif = random_world(seed);
		world_open(&world, "random", ldif);
		test(&world, &random, seed);
		world_close(&world);
		free(ldif);
	}
}

/* ---- Questions ---- */

static const char *const places[] = {"w0", "w1", "w2", "w3", "acme", NULL};
static const char *const properties[] = {
	" owner=p0", " owner=p1", " owner=null", " owner=\"uid=p2,ou=people,o=acme\"", " open=true", " open=false",
	" size=5", " size=11", " size=big", " locked=true", " locked=false", " team=g0", " team=[g1,g2]",
	" boss=\"uid=p1,ou=people,o=acme\"", " note=x", " note=[]", " room=w1", NULL};
static const char *const contexts[] = {"", "", " context.ip=\"10.0.0.1\"", " context.ip=other", " active=[r0,r1]",
                                       " active=[]", NULL};

static const char *random_properties(struct world *world, struct random *random)
{
	const char *all = "";
	for (uint32_t count = random_below(random, 5); count > 0; count--)
		all = arena_print(world->arena, "%s%s", all, random_one(random, properties));
	return all;
}

static const char *random_question(struct world *world, struct random *random, const char *action, bool resource)
{
	return arena_print(world->arena, "p%u %s in %s on thing:9%s%s", random_below(random, RANDOM_PEOPLE), action,
	                   random_one(random, places), random_one(random, contexts),
	                   resource ? random_properties(world, random) : "");
}

static void ask(struct world *world, const struct question *question, struct answer *answer)
{
	decide(world->snapshot, &world->settings, question, world->arena, answer);
}

static void read_question(struct world *world, const char *text, struct question *question)
{
	const char *wrong = world_question(world, text, question);
	if (wrong != NULL)
		fail_msg("%s: %s", text, wrong);
}

/* ---- Searches ---- */

struct hits {
	uint32_t count;
	node_id nodes[64];
	char ids[64][128];
};

static void hit(void *context, const char *id, node_id node)
{
	struct hits *hits = context;
	assert_true(hits->count < 64);
	hits->nodes[hits->count] = node;
	snprintf(hits->ids[hits->count++], sizeof(hits->ids[0]), "%s", id);
}

static void subjects_agree(struct world *world, struct random *random, uint64_t seed)
{
	for (int i = 0; i < 6; i++) {
		const char *text = random_question(world, random, random_one(random, random_actions), true);
		struct question question;
		struct answer answer;
		struct hits all = {0}, pages = {0};
		struct list_page page = LIST_WHOLE;
		read_question(world, text, &question);
		search_subjects(world->snapshot, &world->settings, &question, &page, &(struct search_visitor){&all, hit});
		uint32_t allowed = 0;
		page.next = 0;
		for (uint32_t person = 0; person < RANDOM_PEOPLE; person++) {
			question.subject.id = arena_print(world->arena, "p%u", person);
			ask(world, &question, &answer);
			allowed += answer.outcome == OUTCOME_ALLOW;
		}
		if (all.count != allowed)
			fail_msg("seed %llu: %s: %u found, %u allowed", (unsigned long long)seed, text, all.count, allowed);
		for (uint32_t j = 0; j < all.count; j++) {
			question.subject.id = all.ids[j];
			ask(world, &question, &answer);
			assert_int_equal(answer.outcome, OUTCOME_ALLOW);
		}
		do {
			page = (struct list_page){.after = page.next, .limit = 1 + random_below(random, 3),
			                          .looks = 1 + random_below(random, 4)};
			search_subjects(world->snapshot, &world->settings, &question, &page, &(struct search_visitor){&pages, hit});
		} while (page.more);
		assert_int_equal(pages.count, all.count);
		assert_memory_equal(pages.nodes, all.nodes, all.count * sizeof(node_id));
	}
}

static void test_subjects(void **state)
{
	(void)state;
	in_worlds(60, subjects_agree);
}

static void actions_agree(struct world *world, struct random *random, uint64_t seed)
{
	const char *text = random_question(world, random, "x", true);
	struct question question;
	struct hits all = {0};
	struct list_page page = LIST_WHOLE;
	struct catalogue catalogue;
	read_question(world, text, &question);
	search_actions(world->snapshot, &world->settings, &question, &page, &(struct search_visitor){&all, hit});
	catalogue_of(world->snapshot, world_node(world, "o=acme"), world->arena, &catalogue);
	uint32_t at = 0;
	for (uint32_t i = 0; i < catalogue.count; i++) {
		struct answer answer;
		question.action.name = catalogue.names[i];
		ask(world, &question, &answer);
		bool found = at < all.count && strcmp(all.ids[at], catalogue.names[i]) == 0;
		if (found != (answer.outcome == OUTCOME_ALLOW))
			fail_msg("seed %llu: %s: %s", (unsigned long long)seed, text, catalogue.names[i]);
		at += found;
	}
	assert_int_equal(at, all.count);
}

static void test_actions(void **state)
{
	(void)state;
	in_worlds(100, actions_agree);
}

static void workspaces_agree(struct world *world, struct random *random, uint64_t seed)
{
	const char *text = arena_print(world->arena, "p%u %s on workspace:x", random_below(random, RANDOM_PEOPLE),
	                               random_one(random, random_actions));
	struct question question;
	struct hits all = {0};
	struct list_page page = LIST_WHOLE;
	read_question(world, text, &question);
	search_resources(world->snapshot, &world->settings, &question, &page, &(struct search_visitor){&all, hit});
	for (uint32_t i = 0; i < RANDOM_WORKSPACES; i++) {
		struct answer answer;
		bool found = false;
		question.resource.id = arena_print(world->arena, "w%u", i);
		ask(world, &question, &answer);
		for (uint32_t j = 0; j < all.count; j++)
			found = found || strcmp(all.ids[j], question.resource.id) == 0;
		if (found != (answer.outcome == OUTCOME_ALLOW))
			fail_msg("seed %llu: %s: %s", (unsigned long long)seed, text, question.resource.id);
	}
}

static void test_workspaces(void **state)
{
	(void)state;
	in_worlds(150, workspaces_agree);
}

/* ---- The resource filter ---- */

/* A resource that only the request knows, as the application would hold the filter against it. */
static enum known resource_value(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	const struct question *question = context;
	static const struct value id = {.kind = VALUE_STRING, .string = "9"};
	assert_int_equal(space, SPACE_RESOURCE);
	const struct value *value = name_equal(name, "id") ? &id : value_member(question->resource.properties, name);
	if (value == NULL)
		return KNOWN_NOT;
	if (value->kind == VALUE_NULL || (value->kind == VALUE_ARRAY && value->count == 0))
		return KNOWN_ABSENT;
	*list = (struct value_list){1, value};
	return KNOWN_VALUES;
}

static enum known no_reference(void *context, enum filter_reference reference, const char *name, struct value_list *list)
{
	(void)context, (void)reference, (void)name, (void)list;
	fail_msg("a reference was left in a resource filter");
	return KNOWN_NOT;
}

static bool verdict(const struct question *question, enum truth truth, const struct filter *filter)
{
	const struct filter_source source = {(void *)(uintptr_t)question, resource_value, no_reference};
	if (truth != TRUTH_UNDEFINED)
		return truth == TRUTH_TRUE;
	return filter_evaluate(filter, &source, NULL) == TRUTH_TRUE;
}

static void filters_agree(struct world *world, struct random *random, uint64_t seed)
{
	for (int i = 0; i < 10; i++) {
		const char *action = random_one(random, random_actions);
		const char *text = random_question(world, random, action, false);
		struct question question;
		const struct filter *filter;
		enum reason reason;
		bool administrative;
		read_question(world, text, &question);
		enum truth truth = resource_filter(world->snapshot, &world->settings, &question, world->arena, &filter, &reason,
		                                   &administrative);
		if (administrative)
			continue;
		for (int j = 0; j < 10; j++) {
			struct answer answer;
			const char *whole = arena_print(world->arena, "%s%s", text, random_properties(world, random));
			read_question(world, whole, &question);
			ask(world, &question, &answer);
			if (verdict(&question, truth, filter) != (answer.outcome == OUTCOME_ALLOW))
				fail_msg("seed %llu: %s: the filter says otherwise than %s", (unsigned long long)seed, whole,
				         reason_code(answer.reason));
		}
	}
}

static void test_filters(void **state)
{
	(void)state;
	in_worlds(250, filters_agree);
}

/* ---- Effective permissions ---- */

static const struct effective_permission *effective_named(const struct effective *effective, const char *name)
{
	for (uint32_t i = 0; i < effective->permission_count; i++)
		if (strcmp(effective->permissions[i].name, name) == 0)
			return &effective->permissions[i];
	return NULL;
}

static void effective_agrees(struct world *world, struct random *random, uint64_t seed)
{
	const char *text = random_question(world, random, "x", false);
	struct question question;
	struct effective effective;
	struct catalogue catalogue;
	read_question(world, text, &question);
	effective_permissions(world->snapshot, &world->settings, &question, world->arena, &effective);
	catalogue_of(world->snapshot, world_node(world, "o=acme"), world->arena, &catalogue);
	for (uint32_t i = 0; i < catalogue.count; i++) {
		const char *const *action = &catalogue.names[i];
		struct answer answer;
		read_question(world, text, &question);
		const struct effective_permission *permission = effective_named(&effective, *action);
		question.action.name = *action;
		if (action_is_administrative(*action)) {
			question.resource.type = effective.place == effective.organization ? "organization" : "workspace";
			question.resource.id = value_member_string(question.context, "workspace");
		} else {
			const char *whole = arena_print(world->arena, "%s%s", text, random_properties(world, random));
			read_question(world, whole, &question);
			question.action.name = *action;
		}
		ask(world, &question, &answer);
		bool held = permission != NULL && verdict(&question, permission->conditional ? TRUTH_UNDEFINED : TRUTH_TRUE,
		                                          permission->filter);
		if (held != (answer.outcome == OUTCOME_ALLOW))
			fail_msg("seed %llu: %s: %s is %s", (unsigned long long)seed, text, *action, reason_code(answer.reason));
	}
}

static void test_effective(void **state)
{
	(void)state;
	in_worlds(200, effective_agrees);
}

/* ---- Administration ---- */

static const char *random_change(struct world *world, struct random *random)
{
	static const char *const actions[] = {"members.assign", "members.remove", "restrictions.set", "users.invite",
	                                      "users.deactivate", "users.activate", "users.delete", NULL};
	static const char *const changes[] = {"", "", "role=r0", "role=r1", "role=[r2,r3]", "role=[]", "restriction=x0",
	                                      "not_after=null", "role=r4 disabled=true", NULL};
	static const char *const targets[] = {"g0", "g1", "p0", "p1", "p2", "p3", "p4", "p5", "p6", NULL};
	if (random_below(random, 6) == 0)
		return arena_print(world->arena, "p%u teams.update in %s on group:g%u member=%s",
		                   random_below(random, RANDOM_PEOPLE), random_one(random, places),
		                   random_below(random, 4), random_one(random, targets));
	return arena_print(world->arena, "p%u %s in %s on membership:%s %s", random_below(random, RANDOM_PEOPLE),
	                   random_one(random, actions), random_one(random, places), random_one(random, targets),
	                   random_one(random, changes));
}

/* Rules only take away: what they allow, the bare permission allows; and nobody changes their own access. */
static void rules_only_take_away(struct world *world, struct random *random, uint64_t seed)
{
	for (int i = 0; i < 40; i++) {
		const char *text = random_change(world, random);
		struct question question;
		struct answer answer, bare;
		read_question(world, text, &question);
		ask(world, &question, &answer);
		bool own = strcmp(question.subject.id, question.resource.id) == 0 &&
		           strcmp(question.action.name, "users.activate") != 0;
		question.resource.type = "thing";
		ask(world, &question, &bare);
		if (answer.outcome == OUTCOME_ALLOW && (bare.outcome != OUTCOME_ALLOW || own))
			fail_msg("seed %llu: %s", (unsigned long long)seed, text);
	}
}

static void test_rules(void **state)
{
	(void)state;
	in_worlds(150, rules_only_take_away);
}

/* ---- Order and spelling ---- */

static bool same_answer(const struct answer *a, const struct answer *b)
{
	if (a->outcome != b->outcome || a->reason != b->reason || a->obligation_count != b->obligation_count ||
	    (a->missing == NULL) != (b->missing == NULL) || (a->missing != NULL && strcmp(a->missing, b->missing) != 0))
		return false;
	for (uint32_t i = 0; i < a->obligation_count; i++)
		if (strcmp(a->obligations[i], b->obligations[i]) != 0)
			return false;
	return true;
}

static void spelling_does_not_matter(struct world *world, struct random *random, uint64_t seed)
{
	char *plain = random_world(seed), *otherwise = random_world_respelled(plain, seed);
	struct world other;
	world_open(&other, "respelled", otherwise);
	for (int i = 0; i < 40; i++) {
		const char *text = i % 2 == 0 ? random_change(world, random)
		                              : random_question(world, random, random_one(random, random_actions), true);
		struct answer answer, answer_there;
		world_decide(world, text, &answer);
		world_decide(&other, text, &answer_there);
		if (!same_answer(&answer, &answer_there))
			fail_msg("seed %llu: %s: %s (%s) and %s (%s)", (unsigned long long)seed, text, reason_code(answer.reason),
			         answer.missing != NULL ? answer.missing : "", reason_code(answer_there.reason),
			         answer_there.missing != NULL ? answer_there.missing : "");
	}
	world_close(&other);
	free(plain);
	free(otherwise);
}

static void test_spelling(void **state)
{
	(void)state;
	in_worlds(120, spelling_does_not_matter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects),  cmocka_unit_test(test_actions),   cmocka_unit_test(test_workspaces),
		cmocka_unit_test(test_filters),   cmocka_unit_test(test_effective), cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

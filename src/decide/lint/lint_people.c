/* What people hold in each place, and what nobody does.
 *
 * Everybody is looked at once, as a decision would: where her bindings are she is given a standing.  What concerns her is
 * reported then; what concerns roles, workspaces and plans is noted, and reported when all people have been seen.
 *
 * The places of a person are those that her bindings, owned workspaces and groups' names are of, the default workspace
 * of her organizations, and the organizations themselves: elsewhere she holds nothing that she does not hold in one of
 * these, but for what publicity gives. */
#include "base/keyset.h"
#include "base/memory.h"
#include "decide/administration/member.h"
#include "decide/lint/lint_rules.h"
#include "decide/roles.h"

#include <stdlib.h>
#include <string.h>

struct people {
	struct linting *linting;
	struct question question; /* of nobody, at the time */
	struct evaluation nobody;
	struct nodes minimums;    /* role sets with dgMinimum */
	/* Pairs: a place and a role.  `holders`: somebody active holds it there by a binding of that very place; `heirs`:
	 * she does, or inherits it; and with no place: somebody active would hold it somewhere, at some time. */
	struct keyset holders, heirs, reported;
	/* Pairs: an organization and a plan, once for each account. */
	uint64_t *seats;
	size_t seat_count, seat_capacity;
};

static uint64_t pair(node_id first, node_id second)
{
	return (uint64_t)first << 32 | second;
}

/* ---- Seats ---- */

static void take_seat(struct people *people, node_id organization, node_id plan)
{
	if (people->seat_count == people->seat_capacity) {
		people->seat_capacity = people->seat_capacity == 0 ? 1024 : people->seat_capacity * 2;
		people->seats = memory_resize(people->seats, people->seat_capacity, sizeof(*people->seats));
	}
	people->seats[people->seat_count++] = pair(organization, plan);
}

/* "The account's plan, else the organization's; active and invited accounts count." */
static void take_seats(struct people *people, const struct entry *person, const struct organizations *home)
{
	const struct snapshot *snapshot = people->linting->snapshot;
	if (person->person->status != STATUS_INVITED && !person_active(person, people->linting->at))
		return;
	for (uint32_t i = 0; i < home->count; i++) {
		const struct reference *own = &person->person->plan;
		const struct organization *organization = snapshot_entry(snapshot, home->nodes[i])->organization;
		node_id plan = own->present ? own->node : organization->plan.node;
		if (entry_is(snapshot_entry(snapshot, plan), KIND_PLAN) && reference_allowed(snapshot, home->nodes[i], plan))
			take_seat(people, home->nodes[i], plan);
	}
}

static int by_pair(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
	return one < other ? -1 : one > other;
}

static void report_seats(struct people *people, uint64_t seat, size_t taken)
{
	struct linting *linting = people->linting;
	node_id plan = (node_id)(seat & UINT32_MAX);
	const struct plan *parsed = snapshot_entry(linting->snapshot, plan)->plan;
	if (!parsed->limited || taken <= parsed->seats)
		return;
	arena_reset(linting->arena);
	linting->entry = snapshot_entry(linting->snapshot, (node_id)(seat >> 32));
	linting_report_detail(linting, PROBLEM_SEATS_EXCEEDED, "dgHasPlan", node_dn(linting->snapshot, plan, linting->arena),
	                      plan, arena_print(linting->arena, "%zu accounts, %u seats", taken, parsed->seats));
}

static void check_seats(struct people *people)
{
	if (people->seat_count > 1)
		qsort(people->seats, people->seat_count, sizeof(*people->seats), by_pair);
	for (size_t i = 0, next; i < people->seat_count; i = next) {
		for (next = i + 1; next < people->seat_count && people->seats[next] == people->seats[i];)
			next++;
		report_seats(people, people->seats[i], next - i);
	}
}

/* ---- Separation of duty ---- */

/* A set of which one person holds too many roles. */
struct breach {
	node_id set;
	const char *place; /* where; of several the first by DN */
	uint32_t places;
	struct breach *next;
};

static struct breach *breach_of(struct breach **breaches, node_id set, struct arena *arena)
{
	struct breach *breach = *breaches;
	while (breach != NULL && breach->set != set)
		breach = breach->next;
	if (breach != NULL)
		return breach;
	breach = arena_alloc(arena, sizeof(*breach));
	*breach = (struct breach){.set = set, .next = *breaches};
	return *breaches = breach;
}

static void note_breaches(const struct linting *linting, const struct standing *standing, struct breach **breaches)
{
	for (uint32_t i = 0; i < standing->struck.count; i++) {
		if (snapshot_entry(linting->snapshot, standing->struck.items[i])->role_set->dynamic)
			continue;
		struct breach *breach = breach_of(breaches, standing->struck.items[i], linting->arena);
		const char *place = node_dn(linting->snapshot, standing->place, linting->arena);
		if (breach->place == NULL || strcmp(place, breach->place) < 0)
			breach->place = place;
		breach->places++;
	}
}

static void report_breaches(const struct linting *linting, const struct breach *breach)
{
	for (; breach != NULL; breach = breach->next) {
		bool levels = snapshot_entry(linting->snapshot, breach->set)->role_set->maximum == 1;
		const char *more = breach->places == 1
		                           ? ""
		                           : arena_print(linting->arena, " and %u more place%s", breach->places - 1,
		                                         breach->places == 2 ? "" : "s");
		linting_report_detail(linting, levels ? PROBLEM_SEVERAL_LEVELS : PROBLEM_SEPARATION_OF_DUTY, NULL,
		                      node_dn(linting->snapshot, breach->set, linting->arena), breach->set,
		                      arena_print(linting->arena, "in %s%s", breach->place, more));
	}
}

/* ---- Levels that everybody should have ---- */

/* How many roles of each set with dgMinimum one person holds at most in a place of each of her organizations. */
struct levels {
	struct organizations home;
	uint32_t *most; /* organization by organization, set by set */
};

static void note_levels(const struct people *people, const struct standing *standing, const struct nodes *granted,
                        struct levels *levels)
{
	const struct linting *linting = people->linting;
	for (uint32_t i = 0; i < levels->home.count; i++)
		for (uint32_t j = 0; levels->home.nodes[i] == standing->organization && j < people->minimums.count; j++) {
			uint32_t *most = &levels->most[i * people->minimums.count + j];
			uint32_t count = role_set_count(linting->snapshot, people->minimums.items[j], granted->items,
			                                granted->count, linting->arena);
			if (count > *most)
				*most = count;
		}
}

static void report_levels(const struct people *people, const struct levels *levels)
{
	const struct linting *linting = people->linting;
	for (uint32_t i = 0; i < levels->home.count; i++)
		for (uint32_t j = 0; j < people->minimums.count; j++) {
			node_id set = people->minimums.items[j];
			uint32_t most = levels->most[i * people->minimums.count + j];
			uint32_t minimum = snapshot_entry(linting->snapshot, set)->role_set->minimum;
			if (most < minimum && role_set_concerns(linting->snapshot, set, levels->home.nodes[i]))
				linting_report_detail(linting, PROBLEM_BELOW_MINIMUM, NULL,
				                      node_dn(linting->snapshot, set, linting->arena), set,
				                      arena_print(linting->arena, "%u of at least %u", most, minimum));
		}
}

/* ---- One person ---- */

static void add_heirs(struct people *people, node_id place, const struct nodes *given)
{
	const struct linting *linting = people->linting;
	struct nodes roles = {0};
	nodes_join(&roles, given, linting->arena);
	for (uint32_t i = 0; i < roles.count; i++) {
		const struct references *inherits = &snapshot_entry(linting->snapshot, roles.items[i])->role->inherits;
		if (!keyset_add(&people->heirs, pair(place, roles.items[i])))
			continue; /* and what it inherits */
		for (uint32_t j = 0; j < inherits->count; j++)
			if (entry_is(snapshot_entry(linting->snapshot, inherits->nodes[j]), KIND_ROLE))
				nodes_add(&roles, inherits->nodes[j], linting->arena);
	}
}

/* Notes what the person holds in a place; `granted` are the roles that are in force there. */
static void note_standing(struct people *people, const struct evaluation *member, const struct standing *standing,
                          struct nodes *granted)
{
	struct arena *arena = people->linting->arena;
	struct nodes all = {0}, here = {0};
	for (uint32_t i = 0; i < standing->count; i++) {
		const struct holding *holding = &standing->holdings[i];
		bool grants = holding->grants && holding->stops == 0;
		bool of_place = grants && holding_of_place(member, holding, standing->place);
		for (uint32_t j = 0; j < holding->role_count; j++) {
			nodes_add(&all, holding->roles[j], arena);
			if (grants)
				nodes_add(granted, holding->roles[j], arena);
			if (of_place && nodes_add(&here, holding->roles[j], arena))
				keyset_add(&people->holders, pair(standing->place, holding->roles[j]));
		}
	}
	add_heirs(people, NODE_NONE, &all);
	add_heirs(people, standing->place, &here);
}

static void find_places(const struct people *people, const struct evaluation *member, struct nodes *places)
{
	const struct linting *linting = people->linting;
	const struct snapshot *snapshot = linting->snapshot;
	member_places(member, linting->arena, places);
	for (uint32_t i = 0; i < member->membership.binding_count; i++) {
		node_id organization = organization_of(snapshot, member->membership.bindings[i].node);
		if (organization != NODE_NONE)
			nodes_add(places, organization, linting->arena);
	}
	for (uint32_t i = 0; i < member->home.count; i++) {
		node_id workspace = snapshot_entry(snapshot, member->home.nodes[i])->organization->default_workspace.node;
		if (entry_is(snapshot_entry(snapshot, workspace), KIND_WORKSPACE) &&
		    organization_of(snapshot, workspace) != NODE_NONE)
			nodes_add(places, workspace, linting->arena);
	}
}

static void look_at(struct people *people)
{
	struct linting *linting = people->linting;
	const struct entry *person = linting->entry;
	struct levels levels;
	struct evaluation member;
	struct nodes places = {0};
	struct breach *breaches = NULL;
	organizations_of_person(linting->snapshot, person->node, &levels.home);
	take_seats(people, person, &levels.home);
	if (!person_active(person, linting->at))
		return;
	levels.most = arena_array(linting->arena, (size_t)levels.home.count * people->minimums.count + 1,
	                          sizeof(*levels.most));
	member_evaluation(&people->nobody, person->node, linting->arena, &member);
	find_places(people, &member, &places);
	for (uint32_t i = 0; i < places.count; i++) {
		struct standing standing;
		struct nodes granted = {0};
		evaluation_move(&member, places.items[i]);
		standing_find(&member, places.items[i], &standing);
		note_standing(people, &member, &standing, &granted);
		note_breaches(linting, &standing, &breaches);
		note_levels(people, &standing, &granted, &levels);
	}
	report_breaches(linting, breaches);
	report_levels(people, &levels);
}

/* ---- What nobody holds ---- */

/* Calls `visit` with each entry of the kind under the lens. */
static void each(struct people *people, enum kind kind, void (*visit)(struct people *people))
{
	struct linting *linting = people->linting;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(linting->snapshot, RELATION_KIND, kind, &cursor);
	while (relation_next(&cursor, &node)) {
		arena_reset(linting->arena);
		linting->entry = snapshot_entry(linting->snapshot, node);
		linting->organization = organization_of(linting->snapshot, node);
		visit(people);
	}
}

static bool has_owner(const struct people *people, node_id workspace, node_id role)
{
	const struct snapshot *snapshot = people->linting->snapshot;
	for (node_id at = workspace; at != NODE_NONE; at = workspace_above(snapshot, at)) {
		if (keyset_has(&people->heirs, pair(at, role)))
			return true;
		if (snapshot_entry(snapshot, at)->workspace->isolated)
			break;
	}
	return keyset_has(&people->heirs, pair(people->linting->organization, role));
}

static void check_owner(struct people *people)
{
	const struct linting *linting = people->linting;
	const struct entry *organization = snapshot_entry(linting->snapshot, linting->organization);
	node_id role = organization != NULL ? organization->organization->owner_role.node : NODE_NONE;
	if (role_allowed(linting->snapshot, linting->organization, role) &&
	    place_state(linting->snapshot, linting->entry->node) == PLACE_ENABLED &&
	    !has_owner(people, linting->entry->node, role))
		linting_report_node(linting, PROBLEM_NO_OWNER, NULL, role);
}

/* A role with dgKeepHolder in a place whose own bindings give it.  Of an owner's role check_owner tells. */
static void check_holder(struct people *people, node_id place, node_id role)
{
	struct linting *linting = people->linting;
	const struct entry *organization = snapshot_entry(linting->snapshot, organization_of(linting->snapshot, place));
	if (organization == NULL || organization->organization->owner_role.node == role ||
	    place_state(linting->snapshot, place) != PLACE_ENABLED ||
	    keyset_has(&people->holders, pair(place, role)) || !keyset_add(&people->reported, pair(place, role)))
		return;
	linting->entry = snapshot_entry(linting->snapshot, place);
	linting_report_node(linting, PROBLEM_NO_HOLDER, NULL, role);
}

static void check_holders(struct people *people, node_id role)
{
	const struct snapshot *snapshot = people->linting->snapshot;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_GIVEN_BY, role, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct binding *binding = snapshot_entry(snapshot, node)->binding;
		if (!binding->scope_present && workspace_of(snapshot, node) != NODE_NONE)
			check_holder(people, workspace_of(snapshot, node), role);
		for (uint32_t i = 0; i < binding->scope.count; i++) {
			const struct entry *place = snapshot_entry(snapshot, binding->scope.nodes[i]);
			if (entry_is(place, KIND_WORKSPACE) || entry_is(place, KIND_ORGANIZATION))
				check_holder(people, place->node, role);
		}
	}
}

static void check_role(struct people *people)
{
	const struct linting *linting = people->linting;
	node_id role = linting->entry->node;
	if (!keyset_has(&people->heirs, pair(NODE_NONE, role)) && !role_awaits_holders(linting, role))
		linting_report(linting, PROBLEM_UNHELD_ROLE, NULL, NULL, NODE_NONE);
	if (linting->entry->role->keep_holder)
		check_holders(people, role);
}

/* ---- All ---- */

static void note_minimum(struct people *people)
{
	if (people->linting->entry->role_set->minimum > 0)
		nodes_add(&people->minimums, people->linting->entry->node, people->linting->kept);
}

void lint_people(struct linting *linting)
{
	struct people people = {.linting = linting, .question = {.at = linting->at}};
	people.nobody = (struct evaluation){.snapshot = linting->snapshot, .settings = &decide_defaults,
	                                    .question = &people.question, .arena = linting->arena};
	each(&people, KIND_ROLE_SET, note_minimum);
	each(&people, KIND_PERSON, look_at);
	each(&people, KIND_ROLE, check_role);
	each(&people, KIND_WORKSPACE, check_owner);
	check_seats(&people);
	keyset_release(&people.holders);
	keyset_release(&people.heirs);
	keyset_release(&people.reported);
	free(people.seats);
}

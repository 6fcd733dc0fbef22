/* What a question about somebody's membership gives and takes. */
#include "decide/administration/change.h"

#include <string.h>

/* ---- Values of the question ---- */

static bool absent(const struct value *value)
{
	return value == NULL || value->kind == VALUE_NULL;
}

static const struct value *property(const struct change *change, const char *name)
{
	return value_member(change->evaluation->question->resource.properties, name);
}

static void add_named_role(struct change *change, const struct value *value, struct nodes *roles)
{
	const struct evaluation *evaluation = change->evaluation;
	struct organizations home = {.count = 1, .nodes = {evaluation->organization}};
	struct finding_of finding = {0};
	if (value->kind == VALUE_STRING)
		finding = named_find(evaluation->snapshot, NAME_ROLE, KIND_ROLE, value->string, &home);
	if (finding.found == FOUND_ONE && role_allowed(evaluation->snapshot, evaluation->organization, finding.node))
		nodes_add(roles, finding.node, evaluation->arena);
	else
		change->unknown_role = true;
}

bool change_roles_named(struct change *change, const struct value *named, struct nodes *roles)
{
	if (absent(named))
		return false;
	if (named->kind != VALUE_ARRAY)
		add_named_role(change, named, roles);
	for (size_t i = 0; named->kind == VALUE_ARRAY && i < named->count; i++)
		add_named_role(change, &named->items[i], roles);
	return true;
}

/* "Any change of a binding's validity, permissions, restrictions or state" */
static bool changes_binding(const struct change *change)
{
	static const char *const names[] = {"not_before", "not_after", "during", "permissions", "restriction",
	                                    "restrictions", "disabled"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (property(change, names[i]) != NULL)
			return true;
	return false;
}

static bool read_instant(const struct value *value, instant *at)
{
	return value->kind == VALUE_STRING && (clock_parse_rfc3339(value->string, at) == 0 ||
	                                       clock_parse_generalized(value->string, at) == 0);
}

static instant held_until(const struct change *change)
{
	instant until = INSTANT_MIN;
	for (uint32_t i = 0; i < change->standing.count; i++) {
		const struct holding *holding = &change->standing.holdings[i];
		if (holding_of_place(change->member, holding, change->standing.place) &&
		    holding_is_direct(change->member, holding) && holding->until > until)
			until = holding->until;
	}
	return until;
}

/* Would the binding hold for less time than it does now?  What cannot be read counts as less. */
static bool cuts_time(const struct change *change)
{
	const struct value *disabled = property(change, "disabled"), *from = property(change, "not_before"),
	                   *until = property(change, "not_after"), *during = property(change, "during");
	instant start, end;
	if (!absent(disabled) && (disabled->kind != VALUE_BOOLEAN || disabled->boolean))
		return true;
	if (!absent(from) && (!read_instant(from, &start) || start > change->evaluation->question->at))
		return true;
	if (!absent(until) && (!read_instant(until, &end) || end < held_until(change)))
		return true;
	return !absent(during);
}

/* ---- Beginning ---- */

/* Bindings of that very place that name the target itself: what ends when its roles are taken. */
static void find_containers(struct change *change)
{
	change->departure.member = change->found.node;
	for (uint32_t i = 0; i < change->standing.count; i++) {
		const struct holding *holding = &change->standing.holdings[i];
		if (holding_of_place(change->member, holding, change->standing.place) &&
		    holding_is_direct(change->member, holding))
			nodes_add(&change->departure.containers, holding->binding, change->evaluation->arena);
	}
}

/* A role that the target holds directly may stay with it by another way all the same. */
static void find_staying(struct change *change)
{
	for (uint32_t i = 0; i < change->standing.count; i++) {
		const struct holding *holding = &change->standing.holdings[i];
		if (!holding->grants || !holding_of_place(change->member, holding, change->standing.place) ||
		    departure_ends(&change->departure, WAYS_CERTAIN, change->member, holding))
			continue;
		for (uint32_t j = 0; j < holding->role_count; j++)
			nodes_add(&change->now.through, holding->roles[j], change->evaluation->arena);
	}
}

static struct finding_of find_target(const struct evaluation *evaluation, enum change_target target, const char *id)
{
	const struct finding_of nobody = {0};
	struct finding_of finding;
	if (id == NULL)
		return nobody;
	if (target == TARGET_MEMBER)
		return member_find(evaluation->snapshot, id, evaluation->organization);
	finding = person_find(evaluation->snapshot, id, evaluation->organization);
	bool ours = target == TARGET_ACCOUNT
	                    ? organization_has_person(evaluation->snapshot, evaluation->organization, finding.node)
	                    : reference_allowed(evaluation->snapshot, evaluation->organization, finding.node);
	return finding.found == FOUND_ONE && !ours ? nobody : finding;
}

void change_begin(struct evaluation *evaluation, const struct check *check, enum change_target target, const char *id,
                  node_id *entry, struct change *change)
{
	*change = (struct change){.evaluation = evaluation, .check = check, .target = target, .id = id, .entry = entry};
	change->restrictions = property(change, "restriction");
	if (absent(change->restrictions))
		change->restrictions = property(change, "restrictions");
	change->found = find_target(evaluation, target, id);
	if (change->found.found != FOUND_ONE)
		return;
	change->member = arena_alloc(evaluation->arena, sizeof(*change->member));
	member_evaluation(evaluation, change->found.node, evaluation->arena, change->member);
	standing_find(change->member, evaluation->place, &change->standing);
	member_roles(change->member, &change->standing, evaluation->arena, &change->now);
	find_containers(change);
	find_staying(change);
}

static void add_others(struct nodes *to, const struct nodes *from, const struct nodes *without, struct arena *arena)
{
	for (uint32_t i = 0; i < from->count; i++)
		if (!nodes_have(without, from->items[i]))
			nodes_add(to, from->items[i], arena);
}

static void add_common(struct nodes *to, const struct nodes *from, const struct nodes *with, struct arena *arena)
{
	for (uint32_t i = 0; i < from->count; i++)
		if (nodes_have(with, from->items[i]))
			nodes_add(to, from->items[i], arena);
}

/* ---- What each action gives and takes ---- */

void change_assign(struct change *change)
{
	struct arena *arena = change->evaluation->arena;
	bool named = change_roles_named(change, property(change, "role"), &change->after);
	if (!named)
		nodes_join(&change->after, &change->now.direct, arena);
	add_others(&change->given, &change->after, &change->now.direct, arena);
	add_others(&change->leaving, &change->now.direct, &change->after, arena);
	nodes_join(&change->taken, &change->leaving, arena);
	nodes_join(&change->ending, &change->leaving, arena);
	if (named && !changes_binding(change))
		return;
	nodes_join(&change->given, &change->after, arena);
	add_common(&change->taken, &change->now.direct, &change->after, arena);
	if (change->member != NULL && cuts_time(change))
		nodes_join(&change->ending, &change->now.direct, arena);
}

void change_remove(struct change *change)
{
	struct arena *arena = change->evaluation->arena;
	struct nodes going = {0}, present = {0};
	nodes_join(&present, &change->now.direct, arena);
	nodes_join(&present, &change->now.through, arena);
	if (!change_roles_named(change, property(change, "role"), &going))
		nodes_join(&going, &present, arena);
	add_common(&change->taken, &going, &present, arena);
	add_common(&change->leaving, &going, &change->now.direct, arena);
	nodes_join(&change->ending, &change->leaving, arena);
	add_others(&change->stuck, &change->taken, &change->now.direct, arena);
	add_others(&change->after, &change->now.direct, &going, arena);
}

/* "For restrictions.set the target's present roles count as taken (for dgMayAssign only)." */
void change_restrict(struct change *change)
{
	struct arena *arena = change->evaluation->arena;
	nodes_join(&change->taken, &change->now.direct, arena);
	nodes_join(&change->taken, &change->now.through, arena);
	if (!change_roles_named(change, property(change, "role"), &change->after))
		nodes_join(&change->after, &change->now.direct, arena);
	change->unknown_role = false; /* it is neither given nor taken, and restrictions fit nothing by it */
}

void change_invite(struct change *change)
{
	struct arena *arena = change->evaluation->arena;
	struct nodes roles = {0};
	change_roles_named(change, property(change, "role"), &roles);
	add_others(&change->given, &roles, &change->now.direct, arena);
	nodes_join(&change->after, &change->now.direct, arena);
	nodes_join(&change->after, &roles, arena);
}

#include "decide/lists/held.h"

#include "decide/administration/member.h"
#include "decide/explain.h"

#include <stdlib.h>
#include <string.h>

struct role_list {
	struct evaluation *evaluation;
	const struct standing *standing;
	const struct holding *holding;
	bool inherited;
	uint32_t count, capacity, first; /* `first` of this holding */
	struct held_role *items;
};

/* Of several stops the one that stands first in the order of reasons; GRANTED for none. */
static enum reason first_stop(unsigned stops)
{
	return stop_reason(stops & (0u - stops));
}

static void role_held(void *context, const struct role_path *path)
{
	struct role_list *list = context;
	struct evaluation *evaluation = list->evaluation;
	if (path->above != NULL && !list->inherited)
		return;
	struct chain chain = chain_of(evaluation, list->standing, list->holding, path);
	chain.stop = first_stop(holding_stops(list->standing, list->holding, "") | path->stops);
	for (uint32_t i = list->first; i < list->count; i++) {
		if (list->items[i].role != path->node)
			continue;
		if (chain.stop == REASON_GRANTED)
			list->items[i].chain = chain; /* the way that grants is the one to show */
		return;
	}
	if (list->count == list->capacity) {
		uint32_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
		struct held_role *bigger = arena_array(evaluation->arena, capacity, sizeof(*bigger));
		if (list->count > 0)
			memcpy(bigger, list->items, list->count * sizeof(*bigger));
		list->items = bigger;
		list->capacity = capacity;
	}
	list->items[list->count++] = (struct held_role){path->node, chain, list->holding->until};
}

struct ranked { struct held_role held; int32_t rank; const char *role, *binding; };

/* Highest rank first, then by DN; of one role the way that grants first. */
static int by_rank(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;
	if (one->rank != other->rank)
		return one->rank > other->rank ? -1 : 1;
	int order = strcmp(one->role, other->role);
	if (order == 0 && one->held.chain.stop != other->held.chain.stop)
		order = one->held.chain.stop == REASON_GRANTED ? -1 : other->held.chain.stop == REASON_GRANTED ? 1 : 0;
	return order != 0 ? order : strcmp(one->binding, other->binding);
}

static void sort_roles(struct evaluation *evaluation, struct role_list *list)
{
	struct ranked *ranked = arena_array(evaluation->arena, list->count + 1, sizeof(*ranked));
	for (uint32_t i = 0; i < list->count; i++) {
		struct held_role *held = &list->items[i];
		ranked[i] = (struct ranked){*held, snapshot_entry(evaluation->snapshot, held->role)->role->rank,
		                            node_dn(evaluation->snapshot, held->role, evaluation->arena),
		                            node_dn(evaluation->snapshot, held->chain.binding, evaluation->arena)};
	}
	if (list->count > 1)
		qsort(ranked, list->count, sizeof(*ranked), by_rank);
	for (uint32_t i = 0; i < list->count; i++)
		list->items[i] = ranked[i].held;
}

void held_list(struct evaluation *evaluation, const struct standing *standing, const struct held_wish *wish,
               struct held_roles *held)
{
	struct role_list list = {.evaluation = evaluation, .standing = standing, .inherited = wish->inherited};
	for (uint32_t i = 0; i < standing->count; i++) {
		list.holding = &standing->holdings[i];
		list.first = list.count;
		if (list.holding->grants && wish->wanted(wish->context, evaluation, standing, list.holding))
			roles_walk(evaluation, standing, list.holding, role_held, &list);
	}
	sort_roles(evaluation, &list);
	*held = (struct held_roles){list.count, list.items};
}

bool held_by_binding(const void *context, const struct evaluation *evaluation, const struct standing *standing,
                     const struct holding *holding)
{
	(void)context, (void)evaluation, (void)standing;
	return holding->origin != ORIGIN_INVITATION;
}

void viewing_begin(const struct list_view *view, node_id subject, node_id place, struct arena *arena,
                   struct evaluation *evaluation)
{
	struct question *question = arena_alloc(arena, sizeof(*question));
	*question = (struct question){.subject = {.type = "user", .id = ""}, .action = {.name = ""}, .at = view->at};
	struct evaluation nobody = {.snapshot = view->snapshot, .settings = view->settings, .question = question};
	evaluation_move(&nobody, place);
	member_evaluation(&nobody, subject, arena, evaluation);
}

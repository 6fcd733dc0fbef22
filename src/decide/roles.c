#include "decide/roles.h"

#include "decide/nodes.h"

#include <string.h>

bool role_allowed(const struct snapshot *snapshot, node_id organization, node_id role)
{
	return entry_is(snapshot_entry(snapshot, role), KIND_ROLE) && reference_allowed(snapshot, organization, role);
}

bool references_role(const struct snapshot *snapshot, const struct references *references, node_id role)
{
	for (uint32_t i = 0; i < references->count; i++) {
		node_id named = references->nodes[i];
		if (named == role)
			return true;
		if (!entry_is(snapshot_entry(snapshot, named), KIND_ROLE) && snapshot_is_below(snapshot, role, named))
			return true;
	}
	return false;
}

bool role_sound(const struct snapshot *snapshot, node_id role, struct arena *arena)
{
	struct nodes seen = {0};
	nodes_add(&seen, role, arena);
	for (uint32_t i = 0; i < seen.count; i++) {
		const struct entry *entry = snapshot_entry(snapshot, seen.items[i]);
		const struct references *inherits = &entry->role->inherits;
		node_id organization = organization_of(snapshot, seen.items[i]);
		if (inherits->broken > 0)
			return false;
		for (uint32_t j = 0; j < inherits->count; j++) {
			if (!role_allowed(snapshot, organization, inherits->nodes[j]))
				return false;
			nodes_add(&seen, inherits->nodes[j], arena);
		}
	}
	return true;
}

/* ---- Plans ---- */

static bool requires_plan(const struct evaluation *evaluation, node_id entry, const struct references *plans,
                          const struct reference *has)
{
	if (!has->present || !entry_is(snapshot_entry(evaluation->snapshot, has->node), KIND_PLAN) ||
	    !reference_allowed(evaluation->snapshot, organization_of(evaluation->snapshot, entry), has->node))
		return false;
	for (uint32_t i = 0; i < plans->count; i++)
		if (plans->nodes[i] == has->node)
			return true;
	return false;
}

bool plan_met(const struct evaluation *evaluation, node_id entry, bool required, const struct references *plans)
{
	if (!required)
		return true;
	const struct reference *organization = &evaluation->organization_entry->organization->plan;
	if (organization->present && reference_allowed(evaluation->snapshot, evaluation->organization, organization->node) &&
	    requires_plan(evaluation, entry, plans, organization))
		return true;
	return !evaluation->by_group &&
	       requires_plan(evaluation, entry, plans, &evaluation->subject_entry->person->plan);
}

/* ---- Walking down ---- */

/* A role may be met under different stops; each combination is visited once. */
struct visited { node_id node; unsigned char combinations; };

struct walk {
	struct evaluation *evaluation;
	const struct standing *standing;
	void (*visit)(void *context, const struct role_path *path);
	void *context;
	uint32_t count, capacity;
	struct visited *visited;
};

static bool is_active(const struct evaluation *evaluation, const struct standing *standing, node_id role)
{
	if (evaluation->all_active)
		return true;
	for (uint32_t i = 0; i < standing->active_count; i++)
		if (standing->active[i] == role)
			return true;
	return false;
}

static bool is_struck(const struct standing *standing, node_id role)
{
	for (uint32_t i = 0; i < standing->struck_count; i++)
		if (standing->struck[i] == role)
			return true;
	return false;
}

static bool visited_add(struct walk *walk, node_id node, unsigned stops)
{
	unsigned char bit = (unsigned char)(1u << (stops & (STOP_DUTY | STOP_INACTIVE | STOP_PLAN)));
	for (uint32_t i = 0; i < walk->count; i++) {
		if (walk->visited[i].node != node)
			continue;
		if ((walk->visited[i].combinations & bit) != 0)
			return false;
		walk->visited[i].combinations |= bit;
		return true;
	}
	if (walk->count == walk->capacity) {
		uint32_t capacity = walk->capacity == 0 ? 16 : walk->capacity * 2;
		struct visited *bigger = arena_array(walk->evaluation->arena, capacity, sizeof(*bigger));
		if (walk->count > 0)
			memcpy(bigger, walk->visited, walk->count * sizeof(*bigger));
		walk->visited = bigger;
		walk->capacity = capacity;
	}
	walk->visited[walk->count++] = (struct visited){node, bit};
	return true;
}

/* Breadth first, so that an explanation shows a shortest way.  `queue` grows in the arena. */
struct queue { uint32_t head, count, capacity; const struct role_path **items; };

static void enter(struct walk *walk, struct queue *queue, const struct role_path *above, node_id node)
{
	struct evaluation *evaluation = walk->evaluation;
	const struct entry *entry = snapshot_entry(evaluation->snapshot, node);
	unsigned stops = above == NULL ? 0 : above->stops & ~(unsigned)STOP_INACTIVE;
	if (!is_active(evaluation, walk->standing, node))
		stops |= STOP_INACTIVE;
	if (is_struck(walk->standing, node))
		stops |= STOP_DUTY;
	if (!plan_met(evaluation, node, entry->role->plan_required, &entry->role->requires_plan))
		stops |= STOP_PLAN;
	if (!visited_add(walk, node, stops))
		return;
	if (queue->count == queue->capacity) {
		uint32_t capacity = queue->capacity == 0 ? 16 : queue->capacity * 2;
		const struct role_path **items = arena_array(evaluation->arena, capacity, sizeof(*items));
		if (queue->count > 0)
			memcpy(items, queue->items, queue->count * sizeof(*items));
		queue->items = items;
		queue->capacity = capacity;
	}
	struct role_path *path = arena_alloc(evaluation->arena, sizeof(*path));
	*path = (struct role_path){above, node, entry->role, stops};
	queue->items[queue->count++] = path;
}

void roles_walk(struct evaluation *evaluation, const struct standing *standing, const struct holding *holding,
                void (*visit)(void *context, const struct role_path *path), void *context)
{
	struct walk walk = {.evaluation = evaluation, .standing = standing, .visit = visit, .context = context};
	struct queue queue = {0};
	for (uint32_t i = 0; i < holding->role_count; i++)
		enter(&walk, &queue, NULL, holding->roles[i]);
	while (queue.head < queue.count) {
		const struct role_path *path = queue.items[queue.head++];
		visit(context, path);
		const struct references *inherits = &path->role->inherits;
		node_id organization = organization_of(evaluation->snapshot, path->node);
		for (uint32_t i = 0; i < inherits->count; i++)
			if (role_allowed(evaluation->snapshot, organization, inherits->nodes[i]))
				enter(&walk, &queue, path, inherits->nodes[i]);
	}
}

/* ---- What is held and active ---- */

static void inherit(const struct snapshot *snapshot, struct nodes *roles, node_id role, struct arena *arena)
{
	const struct references *inherits = &snapshot_entry(snapshot, role)->role->inherits;
	for (uint32_t i = 0; i < inherits->count; i++)
		if (role_allowed(snapshot, organization_of(snapshot, role), inherits->nodes[i]))
			nodes_add(roles, inherits->nodes[i], arena);
}

/* Adds all that the roles inherit, to any depth. */
static void inherit_all(const struct snapshot *snapshot, struct nodes *roles, struct arena *arena)
{
	for (uint32_t i = 0; i < roles->count; i++)
		inherit(snapshot, roles, roles->items[i], arena);
}

/* The roles that the subject holds at the place: through every binding whose limits act, broken ones included. */
static void held_roles(struct evaluation *evaluation, const struct standing *standing, struct nodes *held)
{
	for (uint32_t i = 0; i < standing->count; i++)
		for (uint32_t j = 0; standing->holdings[i].limits && j < standing->holdings[i].role_count; j++)
			nodes_add(held, standing->holdings[i].roles[j], evaluation->arena);
}

/* "context.active_roles (ids; each with what it inherits; …); roles not held are ignored" */
static void activate(struct evaluation *evaluation, struct standing *standing, const struct nodes *held)
{
	struct nodes reached = {0}, active = {0};
	nodes_join(&reached, held, evaluation->arena);
	inherit_all(evaluation->snapshot, &reached, evaluation->arena);
	for (uint32_t i = 0; i < evaluation->active_count; i++)
		if (nodes_have(&reached, evaluation->active[i]))
			nodes_add(&active, evaluation->active[i], evaluation->arena);
	inherit_all(evaluation->snapshot, &active, evaluation->arena);
	standing->active = active.items;
	standing->active_count = active.count;
}

/* ---- Separation of duty ---- */

/* Counting the roles of one set: a walk down from the roles given, which ends at a role of the set that counts, since
 * what is held only by inheritance from another role of the set does not count. */
struct counting {
	const struct snapshot *snapshot;
	const struct evaluation *evaluation; /* NULL: all roles count as active */
	const struct standing *standing;
	const struct role_set *set;
	node_id organization; /* of the set; NODE_NONE: common roles only */
	struct arena *arena;
};

static bool in_set(const struct counting *counting, node_id role)
{
	return reference_allowed(counting->snapshot, counting->organization, role) &&
	       references_role(counting->snapshot, &counting->set->roles, role);
}

/* "dynamic sets count only the roles the request activates" */
static bool counts(const struct counting *counting, node_id role)
{
	bool activated = counting->evaluation == NULL || !counting->set->dynamic ||
	                 is_active(counting->evaluation, counting->standing, role);
	return activated && in_set(counting, role);
}

static uint32_t count_set(const struct counting *counting, const node_id *given, uint32_t count)
{
	struct nodes seen = {0};
	uint32_t counted = 0;
	for (uint32_t i = 0; i < count; i++)
		nodes_add(&seen, given[i], counting->arena);
	for (uint32_t i = 0; i < seen.count; i++) {
		if (counts(counting, seen.items[i]))
			counted++;
		else
			inherit(counting->snapshot, &seen, seen.items[i], counting->arena);
	}
	return counted;
}

uint32_t role_set_count(const struct snapshot *snapshot, node_id node, const node_id *given, uint32_t count,
                        struct arena *arena)
{
	const struct counting counting = {.snapshot = snapshot, .arena = arena,
	                                  .set = snapshot_entry(snapshot, node)->role_set,
	                                  .organization = organization_of(snapshot, node)};
	return count_set(&counting, given, count);
}

bool role_set_concerns(const struct snapshot *snapshot, node_id set, node_id organization)
{
	node_id owner = organization_of(snapshot, set);
	return owner == NODE_NONE || owner == organization;
}

static void strike_set(struct evaluation *evaluation, const struct standing *standing, node_id node,
                       const struct nodes *held, struct nodes *struck)
{
	const struct counting counting = {.snapshot = evaluation->snapshot, .evaluation = evaluation, .standing = standing,
	                                  .arena = evaluation->arena,
	                                  .set = snapshot_entry(evaluation->snapshot, node)->role_set,
	                                  .organization = organization_of(evaluation->snapshot, node)};
	if (count_set(&counting, held->items, held->count) <= counting.set->maximum)
		return;
	/* Every role of the set that is held in any way, not just those that counted. */
	struct nodes reached = {0};
	nodes_join(&reached, held, evaluation->arena);
	inherit_all(evaluation->snapshot, &reached, evaluation->arena);
	for (uint32_t i = 0; i < reached.count; i++)
		if (in_set(&counting, reached.items[i]))
			nodes_add(struck, reached.items[i], evaluation->arena);
}

void roles_strike(struct evaluation *evaluation, struct standing *standing)
{
	struct nodes held = {0}, struck = {0};
	held_roles(evaluation, standing, &held);
	if (!evaluation->all_active)
		activate(evaluation, standing, &held);
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(evaluation->snapshot, RELATION_KIND, KIND_ROLE_SET, &cursor);
	while (held.count > 0 && relation_next(&cursor, &node))
		if (role_set_concerns(evaluation->snapshot, node, standing->organization))
			strike_set(evaluation, standing, node, &held, &struck);
	standing->struck = struck.items;
	standing->struck_count = struck.count;
}

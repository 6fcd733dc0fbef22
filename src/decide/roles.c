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
static struct nodes activate(struct evaluation *evaluation, const struct nodes *held)
{
	struct nodes reached = {0}, active = {0};
	nodes_join(&reached, held, evaluation->arena);
	inherit_all(evaluation->snapshot, &reached, evaluation->arena);
	for (uint32_t i = 0; i < evaluation->active_count; i++)
		if (nodes_have(&reached, evaluation->active[i]))
			nodes_add(&active, evaluation->active[i], evaluation->arena);
	inherit_all(evaluation->snapshot, &active, evaluation->arena);
	return active;
}

/* A binding that is not in force is looked at as if it were, so that what stops it is the only thing that does. */
static struct nodes active_roles(struct evaluation *evaluation, const struct standing *standing,
                                 const struct holding *holding)
{
	struct nodes held = {0};
	if (evaluation->all_active || holding->limits)
		return standing->active;
	held_roles(evaluation, standing, &held);
	for (uint32_t i = 0; i < holding->role_count; i++)
		nodes_add(&held, holding->roles[i], evaluation->arena);
	return activate(evaluation, &held);
}

/* ---- Walking down ---- */

/* A role may be met under different stops; each combination is visited once. */
struct visited { node_id node; unsigned char combinations; };

struct walk {
	struct evaluation *evaluation;
	const struct standing *standing;
	void (*visit)(void *context, const struct role_path *path);
	void *context;
	struct nodes active; /* unless all are */
	uint32_t count, capacity;
	struct visited *visited;
};

static bool set_has(const struct snapshot *snapshot, node_id set, node_id role)
{
	return reference_allowed(snapshot, organization_of(snapshot, set), role) &&
	       references_role(snapshot, &snapshot_entry(snapshot, set)->role_set->roles, role);
}

static bool is_struck(const struct snapshot *snapshot, const struct standing *standing, node_id role)
{
	for (uint32_t i = 0; i < standing->struck.count; i++)
		if (set_has(snapshot, standing->struck.items[i], role))
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
	if (!evaluation->all_active && !nodes_have(&walk->active, node))
		stops |= STOP_INACTIVE;
	if (is_struck(evaluation->snapshot, walk->standing, node))
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
	struct walk walk = {.evaluation = evaluation, .standing = standing, .visit = visit, .context = context,
	                    .active = active_roles(evaluation, standing, holding)};
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

/* ---- Separation of duty ---- */

/* Counting the roles of one set: a walk down from the roles given, which ends at a role of the set that counts, since
 * what is held only by inheritance from another role of the set does not count. */
struct counting {
	const struct snapshot *snapshot;
	node_id set;
	const struct nodes *active; /* NULL: all are */
	struct arena *arena;
};

/* "dynamic sets count only the roles the request activates" */
static bool counts(const struct counting *counting, node_id role)
{
	bool dynamic = snapshot_entry(counting->snapshot, counting->set)->role_set->dynamic;
	return (counting->active == NULL || !dynamic || nodes_have(counting->active, role)) &&
	       set_has(counting->snapshot, counting->set, role);
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
	const struct counting counting = {snapshot, node, NULL, arena};
	return count_set(&counting, given, count);
}

bool role_set_concerns(const struct snapshot *snapshot, node_id set, node_id organization)
{
	node_id owner = organization_of(snapshot, set);
	return owner == NODE_NONE || owner == organization;
}

void roles_strike(struct evaluation *evaluation, struct standing *standing)
{
	const struct snapshot *snapshot = evaluation->snapshot;
	struct nodes held = {0};
	held_roles(evaluation, standing, &held);
	if (!evaluation->all_active)
		standing->active = activate(evaluation, &held);
	struct relation_cursor cursor;
	node_id set;
	snapshot_relation(snapshot, RELATION_KIND, KIND_ROLE_SET, &cursor);
	while (held.count > 0 && relation_next(&cursor, &set)) {
		const struct counting counting = {snapshot, set, evaluation->all_active ? NULL : &standing->active,
		                                  evaluation->arena};
		if (role_set_concerns(snapshot, set, standing->organization) &&
		    count_set(&counting, held.items, held.count) > snapshot_entry(snapshot, set)->role_set->maximum)
			nodes_add(&standing->struck, set, evaluation->arena);
	}
}

#include "decide/lists/matrix.h"

#include "decide/evaluation.h"
#include "decide/lists/effective.h"
#include "decide/roles.h"
#include "decide/standing.h"
#include "model/name.h"
#include "model/pattern.h"

#include <stdlib.h>
#include <string.h>

const char *matrix_cell_name(enum matrix_cell cell)
{
	static const char *const names[] = {[MATRIX_NO] = "no", [MATRIX_YES] = "yes", [MATRIX_OPTIONAL] = "optional",
	                                    [MATRIX_CONDITIONAL] = "conditional"};
	return names[cell];
}

/* A value that gives, with what its way of roles adds to it. */
struct giving { const struct rule *rule; bool conditional; };
struct givings { uint32_t count, capacity; struct giving *items; };

/* One role, as if somebody held it in the place by a binding that is in force. */
struct row {
	struct evaluation *evaluation;
	const struct role *role;
	struct givings permission, optional, organization;
	struct nodes restrictions; /* meant for the role */
};

/* ---- What a role gives ---- */

static void givings_add(struct row *row, struct givings *givings, const struct rules *rules, bool conditional)
{
	if (givings->count + rules->count > givings->capacity) {
		uint32_t capacity = givings->capacity * 2 + rules->count;
		struct giving *bigger = arena_array(row->evaluation->arena, capacity, sizeof(*bigger));
		if (givings->count > 0)
			memcpy(bigger, givings->items, givings->count * sizeof(*bigger));
		givings->items = bigger;
		givings->capacity = capacity;
	}
	for (uint32_t i = 0; i < rules->count; i++)
		givings->items[givings->count++] = (struct giving){&rules->items[i],
		                                                   conditional || rules->items[i].filter != NULL};
}

/* A plan that the organization has not may be the person's own. */
static void role_visited(void *context, const struct role_path *path)
{
	struct row *row = context;
	givings_add(row, &row->permission, &path->role->permission, path->stops != 0);
	givings_add(row, &row->optional, &path->role->optional, path->stops != 0);
	givings_add(row, &row->organization, &path->role->organization, path->stops != 0);
}

static void find_givings(struct row *row, node_id role)
{
	struct evaluation *evaluation = row->evaluation;
	const struct standing standing = {.place = evaluation->place, .organization = evaluation->organization,
	                                  .state = PLACE_ENABLED};
	const struct holding holding = {.origin = ORIGIN_ENTRY, .role_count = 1, .roles = &role, .grants = true,
	                                .limits = true};
	if (role_sound(evaluation->snapshot, role, evaluation->arena))
		roles_walk(evaluation, &standing, &holding, role_visited, row);
}

static void find_restrictions(struct row *row, node_id role)
{
	const struct snapshot *snapshot = row->evaluation->snapshot;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_KIND, KIND_RESTRICTION, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct references *roles = &snapshot_entry(snapshot, node)->restriction->applies_to;
		for (uint32_t i = 0; i < roles->count; i++)
			if (roles->nodes[i] == role && reference_allowed(snapshot, row->evaluation->organization, node))
				nodes_add(&row->restrictions, node, row->evaluation->arena);
	}
}

static enum matrix_cell given(const struct givings *givings, const char *permission)
{
	enum matrix_cell cell = MATRIX_NO;
	for (uint32_t i = 0; i < givings->count && cell != MATRIX_YES; i++)
		if (pattern_matches(givings->items[i].rule->pattern, permission))
			cell = givings->items[i].conditional ? MATRIX_CONDITIONAL : MATRIX_YES;
	return cell;
}

/* The better of two ways: without a condition, else with one. */
static enum matrix_cell either(enum matrix_cell a, enum matrix_cell b)
{
	return a == MATRIX_YES || b == MATRIX_NO ? a : b;
}

/* ---- What takes it away ---- */

static bool any_matches(const struct strings *patterns, const char *permission)
{
	for (uint32_t i = 0; i < patterns->count; i++)
		if (pattern_matches(patterns->items[i], permission))
			return true;
	return false;
}

static bool forbidden(const struct evaluation *evaluation, node_id place, const char *permission)
{
	const struct snapshot *snapshot = evaluation->snapshot;
	for (node_id at = workspace_of(snapshot, place); at != NODE_NONE; at = workspace_above(snapshot, at))
		if (any_matches(&snapshot_entry(snapshot, at)->workspace->forbidden, permission))
			return true;
	return any_matches(&evaluation->organization_entry->organization->forbidden, permission);
}

/* MATRIX_YES: nothing takes it away. */
static enum matrix_cell limited(const struct row *row, node_id place, const char *permission)
{
	enum matrix_cell cell = MATRIX_YES;
	if (forbidden(row->evaluation, place, permission) ||
	    (row->role->ceiling.count > 0 && !any_matches(&row->role->ceiling, permission)))
		return MATRIX_NO;
	for (uint32_t i = 0; i < row->role->deny.count; i++) {
		const struct rule *deny = &row->role->deny.items[i];
		if (!pattern_matches(deny->pattern, permission))
			continue;
		if (deny->filter == NULL)
			return MATRIX_NO;
		cell = MATRIX_CONDITIONAL;
	}
	return cell;
}

/* "Where a dgRestriction meant for the role takes it away": not one that only narrows it to some resources. */
static bool can_be_restricted(const struct row *row, const char *permission)
{
	for (uint32_t i = 0; i < row->restrictions.count; i++) {
		const struct rules *rules =
			&snapshot_entry(row->evaluation->snapshot, row->restrictions.items[i])->restriction->restricts;
		for (uint32_t j = 0; j < rules->count; j++)
			if (rules->items[j].filter == NULL && pattern_matches(rules->items[j].pattern, permission))
				return true;
	}
	return false;
}

static enum matrix_cell cell_of(const struct row *row, const char *permission)
{
	const struct evaluation *evaluation = row->evaluation;
	bool outside = action_at_organization(permission) && !evaluation->at_organization;
	node_id place = outside ? evaluation->organization : evaluation->place;
	enum matrix_cell limit = limited(row, place, permission), cell = MATRIX_NO;
	if (!outside)
		cell = given(&row->permission, permission);
	if (outside || evaluation->at_organization)
		cell = either(cell, given(&row->organization, permission));
	if (limit == MATRIX_NO)
		return MATRIX_NO;
	if (cell == MATRIX_NO)
		return !outside && given(&row->optional, permission) != MATRIX_NO ? MATRIX_OPTIONAL : MATRIX_NO;
	if (can_be_restricted(row, permission))
		return MATRIX_OPTIONAL;
	return limit == MATRIX_CONDITIONAL ? MATRIX_CONDITIONAL : cell;
}

/* ---- The whole ---- */

struct ranked { node_id node; int32_t rank; const char *name, *dn; };

static int by_rank(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;
	if (one->rank != other->rank)
		return one->rank > other->rank ? -1 : 1;
	int order = strcmp(one->name, other->name);
	return order != 0 ? order : strcmp(one->dn, other->dn);
}

static void list_roles(const struct list_view *view, struct arena *arena, struct matrix *matrix)
{
	struct ranked *ranked = arena_array(arena, (size_t)snapshot_count(view->snapshot, KIND_ROLE) + 1, sizeof(*ranked));
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(view->snapshot, RELATION_KIND, KIND_ROLE, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *entry = snapshot_entry(view->snapshot, node);
		if (role_allowed(view->snapshot, matrix->organization, node))
			ranked[matrix->role_count++] = (struct ranked){node, entry->role->rank,
			                                               entry->name != NULL ? entry->name : "",
			                                               node_dn(view->snapshot, node, arena)};
	}
	if (matrix->role_count > 1)
		qsort(ranked, matrix->role_count, sizeof(*ranked), by_rank);
	node_id *roles = arena_array(arena, (size_t)matrix->role_count + 1, sizeof(*roles));
	for (uint32_t i = 0; i < matrix->role_count; i++)
		roles[i] = ranked[i].node;
	matrix->roles = roles;
}

void matrix_of(const struct list_view *view, node_id place, struct arena *arena, struct matrix *matrix)
{
	const struct question question = {.action = {.name = ""}, .at = view->at};
	struct evaluation evaluation = {.snapshot = view->snapshot, .settings = view->settings, .question = &question,
	                                .arena = arena, .by_group = true, .all_active = true};
	struct catalogue catalogue;
	evaluation_move(&evaluation, place);
	*matrix = (struct matrix){.place = place, .organization = evaluation.organization};
	catalogue_of(view->snapshot, matrix->organization, arena, &catalogue);
	matrix->permission_count = catalogue.count;
	matrix->permissions = catalogue.names;
	matrix->labels = catalogue.labels;
	list_roles(view, arena, matrix);
	unsigned char *cells = arena_array(arena, (size_t)matrix->role_count * catalogue.count + 1, sizeof(*cells));
	for (uint32_t i = 0; i < matrix->role_count; i++) {
		struct row row = {.evaluation = &evaluation,
		                  .role = snapshot_entry(view->snapshot, matrix->roles[i])->role};
		find_givings(&row, matrix->roles[i]);
		find_restrictions(&row, matrix->roles[i]);
		for (uint32_t j = 0; j < catalogue.count; j++)
			cells[(size_t)i * catalogue.count + j] = (unsigned char)cell_of(&row, catalogue.names[j]);
	}
	matrix->cells = cells;
}

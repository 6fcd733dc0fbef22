#include "decide/lists/places.h"

#include "decide/lists/names.h"
#include "decide/lists/users.h"
#include "decide/membership.h"
#include "decide/nodes.h"
#include "decide/place.h"
#include "decide/seats.h"

#include <stdlib.h>
#include <string.h>

static const char *first_text(const struct entry *entry, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(entry, attribute);
	return found != NULL && found->count > 0 ? found->values[0].text : NULL;
}

static void describe_workspace(const struct list_view *view, const struct entry *entry, struct arena *arena,
                               struct listed_place *place)
{
	const struct workspace *workspace = entry->workspace;
	const struct entry *organization = snapshot_entry(view->snapshot, place->organization);
	struct nodes owners = {0};
	for (uint32_t i = 0; i < workspace->owner.count; i++)
		if (snapshot_entry(view->snapshot, workspace->owner.nodes[i]) != NULL)
			nodes_add(&owners, workspace->owner.nodes[i], arena);
	place->color = workspace->color;
	place->is_public = workspace->visibility == VISIBILITY_PUBLIC;
	place->isolated = workspace->isolated;
	place->join = workspace->join;
	place->parent = workspace_above(view->snapshot, entry->node);
	place->owner_count = owners.count;
	place->owners = owners.items;
	if (organization == NULL)
		return;
	place->is_default = organization->organization->default_workspace.node == entry->node;
	if (!workspace->join_present)
		place->join = organization->organization->join;
}

void place_describe(const struct list_view *view, node_id node, struct arena *arena, struct listed_place *place)
{
	const struct entry *entry = snapshot_entry(view->snapshot, node);
	*place = (struct listed_place){
		.node = node,
		.organization = organization_of(view->snapshot, node),
		.id = name_of(view->snapshot, NAMED_PLACE, node, arena),
		.name = entry->name,
		.description = first_text(entry, "description"),
		.disabled = place_state(view->snapshot, node) != PLACE_ENABLED,
		.created = entry_created(entry),
	};
	if (entry_is(entry, KIND_WORKSPACE)) {
		describe_workspace(view, entry, arena, place);
		return;
	}
	place->is_public = entry->organization->visibility == VISIBILITY_PUBLIC;
	place->join = entry->organization->join;
}

void workspaces_list(const struct list_view *view, node_id organization, struct list_page *page,
                     const struct node_visitor *visitor)
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation_after(view->snapshot, RELATION_KIND, KIND_WORKSPACE, (node_id)page->after, &cursor);
	while (relation_next(&cursor, &node) && list_page_look(page, node)) {
		node_id around = organization_of(view->snapshot, node);
		if (around == NODE_NONE || (organization != NODE_NONE && around != organization))
			continue;
		list_page_row(page);
		visitor->found(visitor->context, node);
	}
}

/* ---- The organization ---- */

struct sortable { const char *name; struct plan_seats seats; };

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sortable *)a)->name, ((const struct sortable *)b)->name);
}

static void list_plans(const struct list_view *view, struct arena *arena, struct organization_overview *overview,
                       struct plan_seats **plans)
{
	struct sortable *sortable = arena_array(arena, (size_t)snapshot_count(view->snapshot, KIND_PLAN) + 1,
	                                        sizeof(*sortable));
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(view->snapshot, RELATION_KIND, KIND_PLAN, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct plan *plan = snapshot_entry(view->snapshot, node)->plan;
		if (reference_allowed(view->snapshot, overview->place.node, node))
			sortable[overview->plan_count++] = (struct sortable){
				node_dn(view->snapshot, node, arena),
				{.plan = node, .of_organization = node == overview->plan, .limited = plan->limited,
			         .seats = plan->seats}};
	}
	if (overview->plan_count > 1)
		qsort(sortable, overview->plan_count, sizeof(*sortable), by_name);
	*plans = arena_array(arena, (size_t)overview->plan_count + 1, sizeof(**plans));
	for (uint32_t i = 0; i < overview->plan_count; i++)
		(*plans)[i] = sortable[i].seats;
	overview->plans = *plans;
}

static void count_seat(const struct list_view *view, const struct entry *person,
                       struct organization_overview *overview, struct plan_seats *plans)
{
	node_id plan = seat_plan(view->snapshot, overview->place.node, person);
	for (uint32_t i = 0; i < overview->plan_count; i++)
		if (plans[i].plan == plan) {
			plans[i].used++;
			return;
		}
	overview->without_plan++;
}

static void count_people(const struct list_view *view, struct organization_overview *overview,
                         struct plan_seats *plans)
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(view->snapshot, RELATION_KIND, KIND_PERSON, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *person = snapshot_entry(view->snapshot, node);
		if (!organization_has_person(view->snapshot, overview->place.node, node))
			continue;
		switch (account_state(person, view->at)) {
		case ACCOUNT_ACTIVE:
			overview->active++;
			break;
		case ACCOUNT_PENDING:
			overview->pending++;
			break;
		case ACCOUNT_DEACTIVATED:
			overview->deactivated++;
			break;
		}
		if (seat_taken(person, view->at))
			count_seat(view, person, overview, plans);
	}
}

static uint32_t count_kind(const struct list_view *view, enum kind kind, node_id organization)
{
	struct relation_cursor cursor;
	node_id node;
	uint32_t count = 0;
	snapshot_relation(view->snapshot, RELATION_KIND, kind, &cursor);
	while (relation_next(&cursor, &node))
		count += organization_of(view->snapshot, node) == organization;
	return count;
}

/* What a reference names, if that is there, is of the kind, and may be referred to. */
static node_id known(const struct list_view *view, node_id organization, const struct reference *reference,
                     enum kind kind)
{
	bool sound = entry_is(snapshot_entry(view->snapshot, reference->node), kind) &&
	             reference_allowed(view->snapshot, organization, reference->node);
	return sound ? reference->node : NODE_NONE;
}

void organization_overview(const struct list_view *view, node_id organization, struct arena *arena,
                           struct organization_overview *overview)
{
	const struct organization *parsed = snapshot_entry(view->snapshot, organization)->organization;
	struct plan_seats *plans;
	*overview = (struct organization_overview){
		.default_workspace = known(view, organization, &parsed->default_workspace, KIND_WORKSPACE),
		.default_role = known(view, organization, &parsed->default_role, KIND_ROLE),
		.plan = known(view, organization, &parsed->plan, KIND_PLAN),
		.workspaces = count_kind(view, KIND_WORKSPACE, organization),
		.groups = count_kind(view, KIND_GROUP, organization),
	};
	place_describe(view, organization, arena, &overview->place);
	list_plans(view, arena, overview, &plans);
	count_people(view, overview, plans);
}

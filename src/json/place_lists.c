/* Workspaces and organizations as JSON. */
#include "json/list_parts.h"

static const char *join_name(enum join join)
{
	static const char *const names[] = {
		[JOIN_CLOSED] = "closed", [JOIN_REQUEST] = "request", [JOIN_OPEN] = "open"};

	return names[join];
}

static void write_place(const struct list_writer *writer, const struct listed_place *place)
{
	struct json_writer *json = writer->entries.json;

	json_write_string(json, "id", place->id);
	list_write_dn(writer, place->node);
	json_write_optional(json, "name", place->name);
	json_write_optional(json, "description", place->description);
	json_write_optional(json, "color", place->color);
	json_write_string(json, "status", place->disabled ? "disabled" : "active");
	json_write_string(json, "visibility", place->is_public ? "public" : "private");
	json_write_string(json, "join", join_name(place->join));
	if (place->created != INSTANT_MIN)
		json_write_instant(json, "created", place->created);
}

/* ---- workspaces ---- */

/* `looks`: how many candidates may be looked at for it. */
static void write_counts(const struct list_writer *writer, node_id place, uint32_t *looks)
{
	const struct members_of of = {.place = place};
	struct list_page page = {.limit = UINT32_MAX, .looks = *looks};
	struct json_writer *json = writer->entries.json;
	struct members_count count;

	members_count(writer->view, &of, &page, &count);
	*looks = page.looks;
	json_write_object(json, "counts");
	json_write_number(json, "members", count.people);
	json_write_number(json, "pending", count.pending);
	json_write_boolean(json, "everyone", count.everyone > 0);
	json_write_boolean(json, "complete", !page.more);
	json_write_end(json);
}

static void write_workspace(const struct list_writer *writer, node_id node, struct arena *arena, uint32_t *looks)
{
	struct json_writer *json = writer->entries.json;
	struct listed_place place;

	place_describe(writer->view, node, arena, &place);
	write_place(writer, &place);
	json_write_boolean(json, "isolated", place.isolated);
	json_write_boolean(json, "default", place.is_default);
	explanation_write_entry(&writer->entries, "organization", place.organization);
	explanation_write_entry(&writer->entries, "parent", place.parent);
	explanation_write_entries(&writer->entries, "owners", place.owners, place.owner_count);
	write_counts(writer, node, looks);
}

void workspace_write(const struct list_writer *writer, node_id place, struct arena *arena)
{
	uint32_t looks = LIST_LOOKS;

	write_workspace(writer, place, arena, &looks);
}

struct workspace_list {
	const struct list_writer *writer;
	struct arena *arena; /* for one at a time */
	uint32_t looks;      /* for the counts of all */
};

static void workspace_found(void *context, node_id node)
{
	struct workspace_list *list = context;

	arena_reset(list->arena);
	json_write_object(list->writer->entries.json, NULL);
	write_workspace(list->writer, node, list->arena, &list->looks);
	json_write_end(list->writer->entries.json);
}

void workspaces_write(const struct list_writer *writer, node_id organization, struct list_page *page)
{
	struct workspace_list list = {writer, arena_new(), page->looks};
	const struct node_visitor visitor = {&list, workspace_found};

	json_write_array(writer->entries.json, "workspaces");
	workspaces_list(writer->view, organization, page, &visitor);
	json_write_end(writer->entries.json);
	arena_free(list.arena);
}

/* ---- the organization ---- */

static void write_plan(const struct list_writer *writer, const struct plan_seats *plan)
{
	struct json_writer *json = writer->entries.json;

	json_write_object(json, NULL);
	explanation_write_entry(&writer->entries, "plan", plan->plan);
	json_write_optional(json, "name", snapshot_entry(writer->entries.snapshot, plan->plan)->name);
	json_write_boolean(json, "of_organization", plan->of_organization);
	json_write_number(json, "used", plan->used);
	if (plan->limited) {
		json_write_number(json, "seats", plan->seats);
		json_write_number(json, "free", plan->seats > plan->used ? plan->seats - plan->used : 0);
	}
	json_write_end(json);
}

void organization_write(const struct list_writer *writer, node_id organization, struct arena *arena)
{
	struct json_writer *json = writer->entries.json;
	struct organization_overview overview;

	organization_overview(writer->view, organization, arena, &overview);
	write_place(writer, &overview.place);
	explanation_write_entry(&writer->entries, "default_workspace", overview.default_workspace);
	explanation_write_entry(&writer->entries, "default_role", overview.default_role);
	explanation_write_entry(&writer->entries, "plan", overview.plan);
	json_write_object(json, "counts");
	json_write_number(json, "workspaces", overview.workspaces);
	json_write_number(json, "groups", overview.groups);
	json_write_number(json, "active", overview.active);
	json_write_number(json, "pending", overview.pending);
	json_write_number(json, "deactivated", overview.deactivated);
	json_write_end(json);
	json_write_array(json, "plans");
	for (uint32_t i = 0; i < overview.plan_count; i++)
		write_plan(writer, &overview.plans[i]);
	json_write_end(json);
	json_write_number(json, "without_plan", overview.without_plan);
}

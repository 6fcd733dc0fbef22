/* The report: rows of ../decide/lists/report.h as callers get them, one by one. */
#include "library/local.h"

#include <errno.h>

#include "decide/lists/names.h"
#include "decide/lists/report.h"
#include "decide/membership.h"
#include "model/filter.h"

#define CELL_MAX (4u * FILTER_LENGTH_MAX) /* octets of a condition or a path */
#define JSON_MAX (16u * CELL_MAX)         /* octets of a row */

struct reporting {
	const struct snapshot *snapshot;
	int (*found)(void *context, const struct dirgate_report_row *row);
	void *context;
	struct error *why;
	struct arena *arena; /* of one row */
	struct text condition, roles, groups, json;
	int result;
};

/* The condition, or what stops it. */
static const char *detail_of(struct reporting *reporting, const struct report_row *row)
{
	if (row->state == REPORT_DENIED)
		return reason_code(row->reason);
	if (row->state == REPORT_YES)
		return NULL;
	text_reset(&reporting->condition);
	filter_print(row->filter, &reporting->condition);
	return reporting->condition.overflowed ? "a filter too long to be shown" : text_string(&reporting->condition);
}

/* "manager > agent" */
static const char *path_of(const struct reporting *reporting, enum named kind, const node_id *nodes, uint32_t count,
                           struct text *path)
{
	text_reset(path);
	for (uint32_t i = 0; i < count; i++)
		text_print(path, "%s%s", i > 0 ? " > " : "", name_of(reporting->snapshot, kind, nodes[i], reporting->arena));
	if (path->overflowed)
		return "a path too long to be shown";
	return count > 0 ? text_string(path) : NULL;
}

static void fill_path(struct reporting *reporting, const struct chain *chain, struct dirgate_report_row *to)
{
	to->binding_dn = node_dn(reporting->snapshot, chain->binding, reporting->arena);
	to->role = path_of(reporting, NAMED_ROLE, chain->roles, chain->role_count, &reporting->roles);
	to->groups = path_of(reporting, NAMED_GROUP, chain->groups, chain->group_count, &reporting->groups);
}

static void write_row(struct json_writer *json, const struct dirgate_report_row *row)
{
	json_write_object(json, NULL);
	json_write_string(json, "organization", row->organization);
	json_write_optional(json, "workspace", row->workspace);
	json_write_string(json, "person", row->person);
	json_write_string(json, "person_dn", row->person_dn);
	json_write_string(json, "permission", row->permission);
	json_write_string(json, "state", row->state);
	json_write_optional(json, "detail", row->detail);
	json_write_optional(json, "role", row->role);
	json_write_optional(json, "binding_dn", row->binding_dn);
	json_write_optional(json, "groups", row->groups);
	json_write_optional(json, "until", row->until);
	json_write_end(json);
}

static bool row_found(void *context, const struct report_row *row)
{
	struct reporting *reporting = context;
	struct json_writer json = {.out = &reporting->json};
	struct dirgate_report_row shown = {
		.organization = row->organization,
		.workspace = row->workspace,
		.person = row->person_id,
		.permission = row->permission,
		.state = report_state_name(row->state),
		.detail = detail_of(reporting, row),
	};
	char until[40];

	arena_reset(reporting->arena);
	shown.person_dn = node_dn(reporting->snapshot, row->person, reporting->arena);
	if (row->chain)
		fill_path(reporting, row->chain, &shown);
	if (row->until != INSTANT_MAX) {
		clock_format_rfc3339(row->until, until);
		shown.until = until;
	}
	text_reset(&reporting->json);
	write_row(&json, &shown);
	shown.json = text_string(&reporting->json);
	if (reporting->json.overflowed)
		reporting->result = error_set(reporting->why, -EMSGSIZE, "what %s may do in %s is longer than %u octets",
		                              shown.person_dn, shown.workspace ? shown.workspace : shown.organization, JSON_MAX);
	else
		reporting->result = reporting->found(reporting->context, &shown);
	return reporting->result == 0;
}

static void walk(struct reporting *reporting, const struct decide_settings *settings)
{
	const struct list_view view = {reporting->snapshot, settings, clock_now()};
	const struct report_visitor visitor = {reporting, row_found};

	reporting->arena = arena_new();
	text_init(&reporting->condition, CELL_MAX);
	text_init(&reporting->roles, CELL_MAX);
	text_init(&reporting->groups, CELL_MAX);
	text_init(&reporting->json, JSON_MAX);
	report_walk(&view, &visitor);
	text_release(&reporting->json);
	text_release(&reporting->groups);
	text_release(&reporting->roles);
	text_release(&reporting->condition);
	arena_free(reporting->arena);
}

int local_report(struct dirgate *gate, int (*found)(void *context, const struct dirgate_report_row *row), void *context,
                 struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct reporting reporting = {.snapshot = state.snapshot, .found = found, .context = context,
	                              .why = why};

	if (state.cannot_decide == REASON_NO_GRANT)
		walk(&reporting, local_decide_settings(gate));
	else
		reporting.result = error_set(why, -EAGAIN, "%s: try again later", reason_meaning(state.cannot_decide));
	snapshot_drop(state.snapshot);
	return reporting.result;
}

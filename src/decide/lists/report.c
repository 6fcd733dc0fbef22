#include "decide/lists/report.h"

#include "decide/lists/names.h"
#include "decide/lists/users.h"
#include "decide/membership.h"
#include "decide/place.h"

#include <stdlib.h>
#include <string.h>

const char *report_state_name(enum report_state state)
{
	static const char *const names[] = {
		[REPORT_DENIED] = "denied", [REPORT_CONDITIONAL] = "conditional", [REPORT_YES] = "yes"};
	return names[state];
}

/* ---- Who and where, in order ---- */

struct somewhere { node_id node; const char *organization, *workspace; };
struct somebody { node_id node; const char *id; };

struct report {
	const struct list_view *view;
	const struct report_visitor *visitor;
	struct arena *names;   /* of people and places */
	struct arena *scratch; /* for one person in one place */
	uint32_t place_count, person_count;
	struct somewhere *places;
	struct somebody *people;
};

static int compare_places(const void *a, const void *b)
{
	const struct somewhere *one = a, *other = b;
	int order = strcmp(one->organization, other->organization);
	if (order != 0)
		return order;
	return strcmp(one->workspace != NULL ? one->workspace : "", other->workspace != NULL ? other->workspace : "");
}

static int compare_people(const void *a, const void *b)
{
	return strcmp(((const struct somebody *)a)->id, ((const struct somebody *)b)->id);
}

/* A workspace that no organization encloses is no place. */
static void add_places(struct report *report, enum kind kind)
{
	const struct snapshot *snapshot = report->view->snapshot;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_KIND, kind, &cursor);
	while (relation_next(&cursor, &node)) {
		node_id organization = organization_of(snapshot, node);
		if (organization == NODE_NONE || (kind == KIND_WORKSPACE && node == organization))
			continue;
		report->places[report->place_count++] = (struct somewhere){
			node, name_of(snapshot, NAMED_ORGANIZATION, organization, report->names),
			node == organization ? NULL : name_of(snapshot, NAMED_PLACE, node, report->names)};
	}
}

static void find_places(struct report *report)
{
	const struct snapshot *snapshot = report->view->snapshot;
	size_t most = (size_t)snapshot_count(snapshot, KIND_ORGANIZATION) + snapshot_count(snapshot, KIND_WORKSPACE);
	report->places = arena_array(report->names, most + 1, sizeof(*report->places));
	add_places(report, KIND_ORGANIZATION);
	add_places(report, KIND_WORKSPACE);
	if (report->place_count > 1)
		qsort(report->places, report->place_count, sizeof(*report->places), compare_places);
}

static void find_people(struct report *report)
{
	const struct snapshot *snapshot = report->view->snapshot;
	struct relation_cursor cursor;
	node_id node;
	report->people = arena_array(report->names, (size_t)snapshot_count(snapshot, KIND_PERSON) + 1,
	                             sizeof(*report->people));
	snapshot_relation(snapshot, RELATION_KIND, KIND_PERSON, &cursor);
	while (relation_next(&cursor, &node))
		report->people[report->person_count++] =
			(struct somebody){node, name_of(snapshot, NAMED_USER, node, report->names)};
	if (report->person_count > 1)
		qsort(report->people, report->person_count, sizeof(*report->people), compare_people);
}

/* ---- One person in one place ---- */

/* The first way that an explanation tells.  A built-in action is asked about the place itself, as effective.h does. */
static const struct chain *first_chain(const struct report *report, const struct question *asked,
                                       const struct somewhere *place, const char *permission)
{
	const struct list_view *view = report->view;
	struct question question = *asked;
	struct answer answer;
	question.action.name = permission;
	question.resource = (struct resource_ref){.type = "", .id = ""};
	question.explain = true;
	if (action_is_administrative(permission)) {
		question.resource.type = place->workspace != NULL ? "workspace" : "organization";
		question.resource.id = node_dn(view->snapshot, place->node, report->scratch);
	}
	decide(view->snapshot, view->settings, &question, report->scratch, &answer);
	return answer.explanation->chain_count > 0 ? &answer.explanation->chains[0] : NULL;
}

static void fill_held(struct report_row *row, const struct effective_permission *permission)
{
	row->permission = permission->name;
	row->state = permission->conditional ? REPORT_CONDITIONAL : REPORT_YES;
	row->filter = permission->conditional ? permission->filter : NULL;
	row->reason = REASON_GRANTED;
	row->until = permission->until;
}

static void fill_denied(struct report_row *row, const struct denied *denied)
{
	row->permission = denied->name;
	row->state = REPORT_DENIED;
	row->filter = NULL;
	row->reason = denied->limit.reason;
	row->until = INSTANT_MAX;
}

/* What is held and what is denied, both sorted by name, as one list.  False: the report ends. */
static bool report_person(const struct report *report, const struct somewhere *place, const struct somebody *person)
{
	const struct list_view *view = report->view;
	const struct question *question = user_question(view, person->node, place->node, report->scratch);
	struct report_row row = {
		.person = person->node,
		.organization = place->organization,
		.workspace = place->workspace,
		.person_id = person->id,
	};
	struct effective effective;
	effective_permissions(view->snapshot, view->settings, question, report->scratch, &effective);
	for (uint32_t held = 0, denied = 0; held < effective.permission_count || denied < effective.denied_count;) {
		if (denied == effective.denied_count ||
		    (held < effective.permission_count &&
		     strcmp(effective.permissions[held].name, effective.denied[denied].name) < 0))
			fill_held(&row, &effective.permissions[held++]);
		else
			fill_denied(&row, &effective.denied[denied++]);
		row.chain = first_chain(report, question, place, row.permission);
		if (!report->visitor->found(report->visitor->context, &row))
			return false;
	}
	return true;
}

/* ---- The whole ---- */

void report_walk(const struct list_view *view, const struct report_visitor *visitor)
{
	struct report report = {.view = view, .visitor = visitor, .names = arena_new(), .scratch = arena_new()};
	bool goes_on = true;
	find_places(&report);
	find_people(&report);
	for (uint32_t i = 0; goes_on && i < report.place_count; i++)
		for (uint32_t j = 0; goes_on && j < report.person_count; j++) {
			goes_on = report_person(&report, &report.places[i], &report.people[j]);
			arena_reset(report.scratch);
		}
	arena_free(report.scratch);
	arena_free(report.names);
}

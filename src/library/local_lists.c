/* Lists of names and the matrix, on a snapshot. */
#include "library/local.h"

#include <string.h>

#include "decide/effective.h"
#include "decide/matrix.h"
#include "decide/members.h"
#include "decide/names.h"
#include "decide/search.h"
#include "json/problem_details.h"

/* A list on its way into {"results":[{"id":…}]}. */
struct listing {
	struct list_view view;
	struct question question;
	struct arena *arena;
	struct json_writer *json;
};

static void write_id(struct listing *listing, const char *id)
{
	json_write_object(listing->json, NULL);
	json_write_string(listing->json, "id", id);
	json_write_end(listing->json);
}

/* ---- searches ---- */

static bool found(void *context, const char *id, node_id node)
{
	(void)node;
	write_id(context, id);
	return true;
}

static void list_subjects(struct listing *listing)
{
	const struct search_visitor visitor = {listing, found};

	search_subjects(listing->view.snapshot, listing->view.settings, &listing->question, NODE_NONE, &visitor);
}

static void list_resources(struct listing *listing)
{
	const struct search_visitor visitor = {listing, found};

	search_resources(listing->view.snapshot, listing->view.settings, &listing->question, NODE_NONE, &visitor);
}

static void list_workspaces(struct listing *listing)
{
	listing->question.action.name = "workspace.read";
	listing->question.resource.type = "workspace";
	list_resources(listing);
}

/* ---- places ---- */

static const char *place_name(const struct question *question)
{
	for (size_t i = 0; question->context && i < question->context->count; i++)
		if (strcmp(question->context->members[i].name, "workspace") == 0)
			return question->context->members[i].value.string;
	return NULL;
}

static struct name_found find_place(const struct listing *listing)
{
	return name_find(listing->view.snapshot, NAMED_PLACE, place_name(&listing->question));
}

static void found_member(void *context, const struct listed_member *member)
{
	write_id(context, member->user.id);
}

static void list_members(struct listing *listing)
{
	const struct members_of of = {.place = find_place(listing).node};
	const struct member_visitor visitor = {listing, found_member};
	struct list_page page = LIST_WHOLE;
	struct people_set candidates = {.everybody = false};

	members_find(&listing->view, &of, &candidates);
	members_list(&listing->view, &of, &candidates, &page, &visitor);
	people_set_release(&candidates);
}

static void list_roles(struct listing *listing)
{
	struct matrix matrix;

	matrix_of(&listing->view, find_place(listing).node, listing->arena, &matrix);
	for (uint32_t i = 0; i < matrix.role_count; i++)
		write_id(listing, name_of(listing->view.snapshot, NAMED_ROLE, matrix.roles[i], listing->arena));
}

/* ---- who and what the question names ---- */

/* Is the place there, if one is named? */
static enum reason check_place(const struct listing *listing)
{
	return place_name(&listing->question) ? find_place(listing).reason : REASON_GRANTED;
}

/* Are subject and place there?  Whether she may do anything is another question. */
static enum reason check_subject(const struct listing *listing)
{
	struct effective effective;

	effective_permissions(listing->view.snapshot, listing->view.settings, &listing->question, listing->arena, &effective);
	return problem_details_status(effective.reason) != 0 ? effective.reason : REASON_GRANTED;
}

static const struct list_row {
	enum reason (*check)(const struct listing *listing);
	void (*list)(struct listing *listing);
} list_rows[DIRGATE_LISTINGS] = {
	[DIRGATE_SUBJECTS] = {check_place, list_subjects},
	[DIRGATE_RESOURCES] = {check_subject, list_resources},
	[DIRGATE_WORKSPACES] = {check_subject, list_workspaces},
	[DIRGATE_MEMBERS] = {check_place, list_members},
	[DIRGATE_ROLES] = {check_place, list_roles},
};

/* ---- the whole ---- */

static struct listing listing_of(struct dirgate *gate, const struct local_state *state, const struct asked *asked,
                                 struct arena *arena, struct json_writer *json)
{
	return (struct listing){
		.view = {state->snapshot, local_decide_settings(gate), asked->question.at},
		.question = asked->question,
		.arena = arena,
		.json = json,
	};
}

int local_list(struct dirgate *gate, enum dirgate_listing listing, const struct asked *asked, struct arena *arena,
               struct text *json, struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct json_writer writer = {.out = json};
	struct listing whole = listing_of(gate, &state, asked, arena, &writer);
	enum reason reason = state.cannot_decide;

	(void)why;
	if (reason == REASON_NO_GRANT)
		reason = list_rows[listing].check(&whole);
	if (reason == REASON_GRANTED) {
		json_write_object(&writer, NULL);
		json_write_array(&writer, "results");
		list_rows[listing].list(&whole);
		json_write_end(&writer);
		json_write_end(&writer);
	} else {
		local_write_problem(state.snapshot, &asked->question, reason, &writer);
	}
	snapshot_drop(state.snapshot);
	return 0;
}

static void write_matrix(struct listing *listing, node_id place)
{
	struct json_writer *json = listing->json;
	struct matrix matrix;

	matrix_of(&listing->view, place, listing->arena, &matrix);
	json_write_object(json, NULL);
	json_write_array(json, "roles");
	for (uint32_t i = 0; i < matrix.role_count; i++)
		json_write_string(json, NULL, name_of(listing->view.snapshot, NAMED_ROLE, matrix.roles[i], listing->arena));
	json_write_end(json);
	json_write_strings(json, "permissions", matrix.permissions, matrix.permission_count);
	json_write_array(json, "cells");
	for (uint32_t i = 0; i < matrix.role_count; i++) {
		json_write_array(json, NULL);
		for (uint32_t k = 0; k < matrix.permission_count; k++)
			json_write_string(json, NULL,
			                  matrix_cell_name((enum matrix_cell)matrix.cells[i * matrix.permission_count + k]));
		json_write_end(json);
	}
	json_write_end(json);
	json_write_end(json);
}

int local_matrix(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
                 struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct json_writer writer = {.out = json};
	struct listing whole = listing_of(gate, &state, asked, arena, &writer);
	struct name_found place = {.reason = state.cannot_decide};

	(void)why;
	if (place.reason == REASON_NO_GRANT)
		place = find_place(&whole);
	if (place.reason == REASON_GRANTED)
		write_matrix(&whole, place.node);
	else
		local_write_problem(state.snapshot, &asked->question, place.reason, &writer);
	snapshot_drop(state.snapshot);
	return 0;
}

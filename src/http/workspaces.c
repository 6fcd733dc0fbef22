/* Workspaces: lists, one workspace, its members, its matrix. */
#include <string.h>

#include "http/handlers.h"
#include "http/lists.h"

static node_id begin_place(struct list_answer *answer, struct request *request, const char *permission)
{
	if (!request_may(request, permission) || !lists_begin(answer, request))
		return NODE_NONE;
	return lists_find(answer, NAMED_PLACE, request_place(request, "workspace"), CALLER_WORKSPACE_READ);
}

void workspaces_search(struct request *request)
{
	struct list_answer answer;
	node_id organization;

	if (!request_may(request, CALLER_WORKSPACE_READ) || !lists_begin(&answer, request) ||
	    !lists_organization(&answer, &organization))
		return;
	lists_open(&answer);
	workspaces_write(&answer.writer, organization, &answer.page);
	lists_close(&answer);
}

void workspaces_show(struct request *request)
{
	struct list_answer answer;
	node_id place = begin_place(&answer, request, CALLER_WORKSPACE_READ);

	if (place == NODE_NONE)
		return;
	lists_open(&answer);
	if (entry_is(snapshot_entry(answer.view.snapshot, place), KIND_WORKSPACE))
		workspace_write(&answer.writer, place, request->arena);
	else
		organization_write(&answer.writer, place, request->arena);
	json_write_end(&answer.json);
}

/* ---- members ---- */

/* False: the request was refused. */
static bool read_include(struct request *request, bool *organization)
{
	const char *include = request_parameter(request, "include");

	*organization = include != NULL;
	if (!include || strcmp(include, "organization") == 0)
		return true;
	reply_refuse(&request->reply, REFUSAL_MALFORMED, "query parameter include: organization, or nothing");
	return false;
}

static void write_members(struct list_answer *answer, const struct members_of *of)
{
	if (lists_want_csv(answer->request)) {
		members_write_csv(&answer->writer, of, answer->candidates, &answer->page, lists_open_csv(answer));
		lists_close_csv(answer);
		return;
	}
	lists_open(answer);
	members_write(&answer->writer, of, answer->candidates, &answer->page);
	lists_close(answer);
}

/* The export is a permission of its own. */
void workspaces_members(struct request *request)
{
	const char *permission = lists_want_csv(request) ? CALLER_MEMBERS_EXPORT : CALLER_MEMBERS_READ;
	struct list_answer answer;
	struct members_of of;

	if (!read_include(request, &of.organization))
		return;
	of.place = begin_place(&answer, request, permission);
	if (of.place == NODE_NONE)
		return;
	if (!answer.resumed)
		members_find(&answer.view, &of, answer.candidates);
	write_members(&answer, &of);
}

/* ---- the matrix ---- */

void workspaces_matrix(struct request *request)
{
	struct list_answer answer;
	node_id place = begin_place(&answer, request, CALLER_QUERY);

	if (place == NODE_NONE)
		return;
	if (lists_want_csv(request)) {
		matrix_write_csv(&answer.writer, place, request->arena, lists_open_csv(&answer));
		return;
	}
	lists_open(&answer);
	matrix_write(&answer.writer, place, request->arena);
	json_write_end(&answer.json);
}

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

static void write_workspaces(struct list_answer *answer, const struct list_of *of)
{
	workspaces_write(&answer->writer, of->node, &answer->page);
}

void workspaces_search(struct request *request)
{
	static const struct table_shape shape = {{"workspaces"},
		{{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"description", "description"}, {"color", "color"},
		 {"status", "status"}, {"visibility", "visibility"}, {"join", "join"}, {"created", "created"},
		 {"isolated", "isolated"}, {"default", "default"}, {"organization", "organization"}, {"parent", "parent"},
		 {"owners", "owners"}, {"members", "counts.members"}, {"pending", "counts.pending"}}};
	struct list_answer answer;
	struct list_of of = {.query = NULL};

	if (request_may(request, CALLER_WORKSPACE_READ) && lists_begin(&answer, request) &&
	    lists_organization(&answer, &of.node))
		lists_answer(&answer, &shape, write_workspaces, &of);
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

static void write_members(struct list_answer *answer, const struct list_of *of)
{
	const struct members_of members = {of->node, of->organization};

	members_write(&answer->writer, &members, answer->candidates, &answer->page);
}

/* The export is a permission of its own. */
void workspaces_members(struct request *request)
{
	static const struct table_shape shape = {{"members"},
		{{"kind", "kind"}, {"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"mail", "mail"}, {"status", "status"},
		 {"access", "access"}, {"restrictions", "restrictions"}, {"access_restrictions", "access.restrictions"},
		 {"until", "access.until"}, {"last_seen", "last_seen"}, {"online", "online"}}};
	const char *permission = lists_want_csv(request) ? CALLER_MEMBERS_EXPORT : CALLER_MEMBERS_READ;
	struct list_answer answer;
	struct list_of of = {.query = NULL};

	if (!read_include(request, &of.organization))
		return;
	of.node = begin_place(&answer, request, permission);
	if (of.node == NODE_NONE)
		return;
	if (!answer.resumed)
		members_find(&answer.view, &(struct members_of){of.node, of.organization}, answer.candidates);
	lists_answer(&answer, &shape, write_members, &of);
}

/* ---- the matrix ---- */

void workspaces_matrix(struct request *request)
{
	struct list_answer answer;
	node_id place = begin_place(&answer, request, CALLER_QUERY);

	if (place == NODE_NONE)
		return;
	if (lists_want_csv(request)) {
		matrix_write_csv(&answer.writer, place, request->arena, reply_csv(&request->reply, 200));
		return;
	}
	lists_open(&answer);
	matrix_write(&answer.writer, place, request->arena);
	json_write_end(&answer.json);
}

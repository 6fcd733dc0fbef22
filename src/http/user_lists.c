/* Users: lists, one user, where she can go, what she holds there. */
#include "http/handlers.h"
#include "http/lists.h"

/* Begins an answer about the user of the path; NODE_NONE: refused. */
static node_id begin_user(struct list_answer *answer, struct request *request, const char *permission)
{
	if (!request_may(request, permission) || !lists_begin(answer, request))
		return NODE_NONE;
	return lists_find(answer, NAMED_USER, request_place(request, "user"), CALLER_USERS_READ);
}

static void write_users(struct list_answer *answer, const struct list_of *of)
{
	users_write(&answer->writer, of->node, of->query, &answer->page);
}

void users_search(struct request *request)
{
	static const struct table_shape shape = {{"users"},
		{{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"mail", "mail"}, {"status", "status"}, {"online", "online"},
		 {"last_seen", "last_seen"}, {"avatar", "avatar"}}};
	struct list_of of = {.query = request_parameter(request, "q")};
	struct list_answer answer;

	if (request_may(request, CALLER_USERS_READ) && lists_begin(&answer, request) &&
	    lists_organization(&answer, &of.node))
		lists_answer(&answer, &shape, write_users, &of);
}

void users_show(struct request *request)
{
	struct list_answer answer;
	node_id user = begin_user(&answer, request, CALLER_USERS_READ);

	if (user == NODE_NONE)
		return;
	lists_open(&answer);
	user_profile_write(&answer.writer, user, request->arena);
	json_write_end(&answer.json);
}

static void write_workspaces(struct list_answer *answer, const struct list_of *of)
{
	user_workspaces_write(&answer->writer, of->node, &answer->page);
}

void users_workspaces(struct request *request)
{
	static const struct table_shape shape = {{"workspaces"},
		{{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"color", "color"}, {"roles", "roles"}}};
	struct list_answer answer;
	const struct list_of of = {.node = begin_user(&answer, request, CALLER_QUERY)};

	if (of.node != NODE_NONE)
		lists_answer(&answer, &shape, write_workspaces, &of);
}

static void write_claims(struct list_answer *answer, const struct list_of *of)
{
	user_claims_write(&answer->writer, of->node, &answer->page);
}

void users_claims(struct request *request)
{
	static const struct table_shape shape = {{"organizations", "workspaces"},
		{{"place", "id"}, {"roles", "roles"}, {"permissions", "permissions"}, {"conditional", "conditional"}}};
	struct list_answer answer;
	const struct list_of of = {.node = begin_user(&answer, request, CALLER_QUERY)};

	if (of.node != NODE_NONE)
		lists_answer(&answer, &shape, write_claims, &of);
}

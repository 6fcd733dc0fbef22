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

void users_search(struct request *request)
{
	struct list_answer answer;
	node_id organization;

	if (!request_may(request, CALLER_USERS_READ) || !lists_begin(&answer, request) ||
	    !lists_organization(&answer, &organization))
		return;
	lists_open(&answer);
	users_write(&answer.writer, organization, request_parameter(request, "q"), &answer.page);
	lists_close(&answer);
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

void users_workspaces(struct request *request)
{
	struct list_answer answer;
	node_id user = begin_user(&answer, request, CALLER_QUERY);

	if (user == NODE_NONE)
		return;
	lists_open(&answer);
	user_workspaces_write(&answer.writer, user, &answer.page);
	lists_close(&answer);
}

void users_claims(struct request *request)
{
	struct list_answer answer;
	node_id user = begin_user(&answer, request, CALLER_QUERY);

	if (user == NODE_NONE)
		return;
	lists_open(&answer);
	user_claims_write(&answer.writer, user, &answer.page);
	lists_close(&answer);
}

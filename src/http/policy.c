/* The policy as data: roles, restrictions, groups, the organization. */
#include "http/handlers.h"
#include "http/lists.h"

static void answer_kind(struct request *request,
                        void (*write)(const struct list_writer *writer, node_id organization, struct list_page *page))
{
	struct list_answer answer;
	node_id organization;

	if (!request_may(request, CALLER_QUERY) || !lists_begin(&answer, request) ||
	    !lists_organization(&answer, &organization))
		return;
	lists_open(&answer);
	write(&answer.writer, organization, &answer.page);
	lists_close(&answer);
}

void policy_roles(struct request *request)
{
	answer_kind(request, roles_write);
}

void policy_restrictions(struct request *request)
{
	answer_kind(request, restrictions_write);
}

void policy_group(struct request *request)
{
	struct list_answer answer;
	node_id group;

	if (!request_may(request, CALLER_TEAMS_READ) || !lists_begin(&answer, request))
		return;
	group = lists_find(&answer, NAMED_GROUP, request_place(request, "group"), CALLER_TEAMS_READ);
	if (group == NODE_NONE)
		return;
	if (!answer.resumed)
		group_find_members(&answer.view, group, answer.candidates);
	lists_open(&answer);
	group_write(&answer.writer, group, answer.candidates, request->arena, &answer.page);
	lists_close(&answer);
}

void policy_organization(struct request *request)
{
	struct list_answer answer;
	node_id organization;

	if (!request_may(request, CALLER_ORGANIZATION_READ) || !lists_begin(&answer, request))
		return;
	organization = lists_one_organization(&answer);
	if (organization == NODE_NONE)
		return;
	lists_open(&answer);
	organization_write(&answer.writer, organization, request->arena);
	json_write_end(&answer.json);
}

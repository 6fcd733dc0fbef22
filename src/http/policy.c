/* The policy as data: roles, restrictions, groups, the organization. */
#include "http/handlers.h"
#include "http/lists.h"

static void answer_kind(struct request *request, const struct table_shape *shape,
                        void (*write)(struct list_answer *answer, const struct list_of *of))
{
	struct list_answer answer;
	struct list_of of = {.query = NULL};

	if (request_may(request, CALLER_QUERY) && lists_begin(&answer, request) && lists_organization(&answer, &of.node))
		lists_answer(&answer, shape, write, &of);
}

static void write_roles(struct list_answer *answer, const struct list_of *of)
{
	roles_write(&answer->writer, of->node, &answer->page);
}

void policy_roles(struct request *request)
{
	static const struct table_shape shape = {{"roles"},
		{{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"rank", "rank"}, {"description", "description"},
		 {"keep_holder", "keep_holder"}, {"inherits", "inherits"}, {"may_assign", "may_assign"},
		 {"requires_plan", "requires_plan"}, {"permissions", "permissions"}, {"optional", "optional"},
		 {"on_organization", "on_organization"}, {"deny", "deny"}, {"ceiling", "ceiling"}}};

	answer_kind(request, &shape, write_roles);
}

static void write_restrictions(struct list_answer *answer, const struct list_of *of)
{
	restrictions_write(&answer->writer, of->node, &answer->page);
}

void policy_restrictions(struct request *request)
{
	static const struct table_shape shape = {{"restrictions"},
		{{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"description", "description"}, {"restricts", "restricts"},
		 {"obligations", "obligations"}, {"applies_to", "applies_to"}, {"requires_plan", "requires_plan"}}};

	answer_kind(request, &shape, write_restrictions);
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

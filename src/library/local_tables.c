/* Tables, on a snapshot: what the gateway's lists say, all pages in one. */
#include "json/lists.h"
#include "json/problem_details.h"
#include "library/local.h"
#include "library/topics.h"

/* A table on its way into JSON. */
struct making {
	struct list_view view;
	struct json_writer json;
	struct list_writer writer;
	const struct dirgate_table_query *query;
	const struct question *question;
	node_id node; /* what the query names; NODE_NONE: all organizations */
	struct arena *arena;
	struct list_page page;
};

static void write_users(struct making *making)
{
	users_write(&making->writer, making->node, making->query->search, &making->page);
}

static void write_user(struct making *making)
{
	user_profile_write(&making->writer, making->node, making->arena);
}

static void write_user_workspaces(struct making *making)
{
	user_workspaces_write(&making->writer, making->node, &making->page);
}

static void write_claims(struct making *making)
{
	user_claims_write(&making->writer, making->node, &making->page);
}

static void write_workspaces(struct making *making)
{
	workspaces_write(&making->writer, making->node, &making->page);
}

static void write_members(struct making *making)
{
	const struct members_of of = {.place = making->node, .organization = making->query->around};
	struct people_set candidates = {.everybody = false};

	members_find(&making->view, &of, &candidates);
	members_write(&making->writer, &of, &candidates, &making->page);
	people_set_release(&candidates);
}

static void write_matrix(struct making *making)
{
	matrix_write(&making->writer, making->node, making->arena);
}

static void write_roles(struct making *making)
{
	roles_write(&making->writer, making->node, &making->page);
}

static void write_restrictions(struct making *making)
{
	restrictions_write(&making->writer, making->node, &making->page);
}

static void write_group(struct making *making)
{
	struct people_set candidates = {.everybody = false};

	group_find_members(&making->view, making->node, &candidates);
	group_write(&making->writer, making->node, &candidates, making->arena, &making->page);
	people_set_release(&candidates);
}

static void write_organization(struct making *making)
{
	organization_write(&making->writer, making->node, making->arena);
}

static void write_subjects(struct making *making)
{
	search_write(&making->writer, SEARCH_SUBJECTS, making->question, SEARCH_TELLS_NEAR, &making->page);
}

static void write_resources(struct making *making)
{
	search_write(&making->writer, SEARCH_RESOURCES, making->question, SEARCH_TELLS_NEAR, &making->page);
}

static void write_actions(struct making *making)
{
	search_write(&making->writer, SEARCH_ACTIONS, making->question, SEARCH_TELLS_NEAR, &making->page);
}

static const struct table_maker {
	enum named kind; /* of the query's name, or of its organization */
	void (*write)(struct making *making);
} table_makers[DIRGATE_TOPICS] = {
	[DIRGATE_USERS] = {NAMED_ORGANIZATION, write_users},
	[DIRGATE_USER] = {NAMED_USER, write_user},
	[DIRGATE_USER_WORKSPACES] = {NAMED_USER, write_user_workspaces},
	[DIRGATE_USER_CLAIMS] = {NAMED_USER, write_claims},
	[DIRGATE_WORKSPACES] = {NAMED_ORGANIZATION, write_workspaces},
	[DIRGATE_MEMBERS] = {NAMED_PLACE, write_members},
	[DIRGATE_MATRIX] = {NAMED_PLACE, write_matrix},
	[DIRGATE_ROLES] = {NAMED_ORGANIZATION, write_roles},
	[DIRGATE_RESTRICTIONS] = {NAMED_ORGANIZATION, write_restrictions},
	[DIRGATE_GROUP] = {NAMED_GROUP, write_group},
	[DIRGATE_ORGANIZATION] = {NAMED_ORGANIZATION, write_organization},
	[DIRGATE_SUBJECTS] = {NAMED_ORGANIZATION, write_subjects},
	[DIRGATE_RESOURCES] = {NAMED_ORGANIZATION, write_resources},
	[DIRGATE_ACTIONS] = {NAMED_ORGANIZATION, write_actions},
};

/* What the query names, in *name; without an organization it is all of them, or the only one. */
static struct name_found find(const struct snapshot *snapshot, enum dirgate_topic topic,
                              const struct dirgate_table_query *query, const char **name)
{
	if (topics[topic].after) {
		*name = query->name;
		return name_find(snapshot, table_makers[topic].kind, *name);
	}
	*name = topics[topic].takes & TOPIC_ORGANIZATION ? query->organization : NULL;
	if (!*name && topic != DIRGATE_ORGANIZATION)
		return (struct name_found){REASON_GRANTED, NODE_NONE, NODE_NONE};
	return organization_find(snapshot, *name);
}

/* All of it is one page. */
static void write_page(struct making *making)
{
	json_write_object(&making->json, "page");
	json_write_string(&making->json, "next_token", "");
	json_write_end(&making->json);
}

/* As the gateway does, with `page` first in a search, last in a list. */
static void write_table(struct making *making, enum dirgate_topic topic)
{
	bool pages = (topics[topic].takes & TOPIC_PAGES) != 0, search = (topics[topic].takes & TOPIC_QUESTION) != 0;

	json_write_object(&making->json, NULL);
	if (pages && search)
		write_page(making);
	table_makers[topic].write(making);
	if (pages && !search)
		write_page(making);
	json_write_end(&making->json);
}

int local_table(struct dirgate *gate, enum dirgate_topic topic, const struct table_asked *asked, struct arena *arena,
                struct text *json, struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct name_found found = {.reason = state.cannot_decide};
	struct making making = {
		.view = {state.snapshot, local_decide_settings(gate), asked->asked.question.at},
		.json = {.out = json},
		.query = asked->query,
		.question = &asked->asked.question,
		.arena = arena,
		.page = LIST_WHOLE,
	};
	const char *name = NULL;

	(void)why;
	making.writer = (struct list_writer){.entries = {&making.json, state.snapshot, true}, .view = &making.view};
	if (state.cannot_decide != REASON_NO_GRANT) {
		problem_details_write_reason(&making.json, state.cannot_decide);
	} else if ((found = find(state.snapshot, topic, asked->query, &name)).reason != REASON_GRANTED) {
		name_problem_write(&making.writer.entries, table_makers[topic].kind, name, &found, true);
	} else {
		making.node = found.node;
		write_table(&making, topic);
	}
	snapshot_drop(state.snapshot);
	return 0;
}

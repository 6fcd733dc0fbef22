#include "library/topics.h"

#include <errno.h>
#include <string.h>

#include "json/json_value.h"

const struct topic topics[DIRGATE_TOPICS] = {
	[DIRGATE_USERS] = {"/v1/users", NULL, TOPIC_SEARCH | TOPIC_ORGANIZATION | TOPIC_PAGES, 0, {{"users"},
	                   {{"id", "id"}, {"name", "name"}, {"mail", "mail"}, {"status", "status"}}}},
	[DIRGATE_USER] = {"/v1/users", "", 0, 0, {{NULL},
	                  {{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"mail", "mail"}, {"status", "status"}, {"plan", "plan"},
	                   {"groups", "groups"}, {"roles of the organization", "roles"}}}},
	[DIRGATE_USER_WORKSPACES] = {"/v1/users", "/workspaces", TOPIC_PAGES, 0, {{"workspaces"},
	                             {{"id", "id"}, {"name", "name"}, {"roles", "roles"}}}},
	[DIRGATE_USER_CLAIMS] = {"/v1/users", "/claims", TOPIC_PAGES, 0, {{"organizations", "workspaces"},
	                         {{"place", "id"}, {"roles", "roles"}, {"permissions", "permissions"},
	                          {"conditional", "conditional"}}}},
	[DIRGATE_WORKSPACES] = {"/v1/workspaces", NULL, TOPIC_ORGANIZATION | TOPIC_PAGES, 0, {{"workspaces"},
	                        {{"id", "id"}, {"name", "name"}, {"status", "status"}, {"visibility", "visibility"},
	                         {"join", "join"}, {"members", "counts.members"}, {"pending", "counts.pending"},
	                         {"owners", "owners"}}}},
	[DIRGATE_MEMBERS] = {"/v1/workspaces", "/members", TOPIC_AROUND | TOPIC_PAGES, 0, {{"members"},
	                     {{"id", "id"}, {"kind", "kind"}, {"name", "name"}, {"mail", "mail"}, {"status", "status"},
	                      {"access", "access"}, {"restrictions", "restrictions"}, {"last seen", "last_seen"}}}},
	[DIRGATE_MATRIX] = {"/v1/workspaces", "/matrix", 0, 0, {{"permissions"}, {{"permission", "name"}}}},
	[DIRGATE_ROLES] = {"/v1/roles", NULL, TOPIC_ORGANIZATION | TOPIC_PAGES, 0, {{"roles"},
	                   {{"id", "id"}, {"name", "name"}, {"rank", "rank"}, {"inherits", "inherits"},
	                    {"may assign", "may_assign"}, {"permissions", "permissions"}, {"optional", "optional"},
	                    {"deny", "deny"}}}},
	[DIRGATE_RESTRICTIONS] = {"/v1/restrictions", NULL, TOPIC_ORGANIZATION | TOPIC_PAGES, 0, {{"restrictions"},
	                          {{"id", "id"}, {"name", "name"}, {"restricts", "restricts"},
	                           {"obligations", "obligations"}, {"applies to", "applies_to"}}}},
	[DIRGATE_GROUP] = {"/v1/groups", "", TOPIC_PAGES, 0, {{NULL},
	                   {{"id", "id"}, {"dn", "dn"}, {"name", "name"}, {"description", "description"}, {"dynamic", "dynamic"},
	                    {"groups", "groups"}, {"bindings", "bindings"}, {"members", "members"}}}},
	[DIRGATE_ORGANIZATION] = {"/v1/organization", NULL, TOPIC_ORGANIZATION, 0, {{NULL},
	                          {{"id", "id"}, {"name", "name"}, {"workspaces", "counts.workspaces"},
	                           {"active people", "counts.active"}, {"pending", "counts.pending"},
	                           {"deactivated", "counts.deactivated"}, {"default role", "default_role"},
	                           {"seats by plan", "plans"}}}},
	[DIRGATE_SUBJECTS] = {"/access/v1/search/subject", NULL, TOPIC_QUESTION | TOPIC_PAGES, QUESTION_NEEDS_ACTION,
	                      {{"results"}, {{"id", "id"}}}},
	[DIRGATE_RESOURCES] = {"/access/v1/search/resource", NULL, TOPIC_QUESTION | TOPIC_PAGES,
	                       QUESTION_NEEDS_SUBJECT | QUESTION_NEEDS_ACTION | QUESTION_NEEDS_RESOURCE_TYPE,
	                       {{"results"}, {{"id", "id"}}}},
	[DIRGATE_ACTIONS] = {"/access/v1/search/action", NULL, TOPIC_QUESTION | TOPIC_PAGES, QUESTION_NEEDS_SUBJECT,
	                     {{"results"}, {{"name", "name"}}}},
};

int topic_read(enum dirgate_topic topic, const struct dirgate_table_query *query, struct arena *arena,
               struct table_asked *asked, struct error *why)
{
	static const struct dirgate_question nothing;
	unsigned needs = topics[topic].takes & TOPIC_QUESTION ? topics[topic].needs : QUESTION_TAKES_NO_JSON;

	*asked = (struct table_asked){.query = query};
	if (topics[topic].after && (!query->name || query->name[0] == '\0'))
		return error_set(why, -EINVAL, "the question has no name: say whose, or of what");
	return question_read(query->question ? query->question : &nothing, needs, arena, &asked->asked, why);
}

/* ---- pages ---- */

static const struct value *rows_of(const struct value *page, const char *name, enum value_kind kind)
{
	const struct value *rows = json_value_member(page, name);

	return rows && rows->kind == kind ? rows : NULL;
}

/* The member `name` of all pages, each an array or each an object. */
static struct value joined(const struct value *const *pages, size_t page_count, const char *name, enum value_kind kind,
                           struct arena *arena)
{
	struct value whole = {.kind = kind};
	struct value *items = NULL;
	struct member *members = NULL;

	for (size_t i = 0; i < page_count; i++)
		whole.count += rows_of(pages[i], name, kind) ? rows_of(pages[i], name, kind)->count : 0;
	if (kind == VALUE_ARRAY)
		whole.items = items = arena_array(arena, whole.count, sizeof(*items));
	else
		whole.members = members = arena_array(arena, whole.count, sizeof(*members));
	for (size_t i = 0; i < page_count; i++) {
		const struct value *rows = rows_of(pages[i], name, kind);

		for (size_t k = 0; rows && k < rows->count; k++)
			if (items)
				*items++ = rows->items[k];
			else
				*members++ = rows->members[k];
	}
	return whole;
}

/* A group is one thing of which the members come page by page. */
static bool has_rows(const struct topic *topic, const char *name)
{
	for (size_t i = 0; i < 2 && topic->shape.rows[i]; i++)
		if (strcmp(topic->shape.rows[i], name) == 0)
			return true;
	return !topic->shape.rows[0] && strcmp(name, "members") == 0;
}

const struct value *topic_join(const struct topic *topic, const struct value *const *pages, size_t count,
                               struct arena *arena)
{
	const struct value *last = pages[count - 1];
	struct value *whole = arena_alloc(arena, sizeof(*whole));
	struct member *members = arena_array(arena, last->count, sizeof(*members));

	*whole = (struct value){.kind = VALUE_OBJECT, .count = last->count, .members = members};
	for (size_t i = 0; last->kind == VALUE_OBJECT && i < last->count; i++) {
		enum value_kind kind = last->members[i].value.kind;

		members[i] = last->members[i];
		if ((kind == VALUE_ARRAY || kind == VALUE_OBJECT) && has_rows(topic, last->members[i].name))
			members[i].value = joined(pages, count, last->members[i].name, kind, arena);
	}
	return whole;
}

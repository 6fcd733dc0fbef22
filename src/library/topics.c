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

static struct value joined(const struct value *first, const struct value *next, struct arena *arena)
{
	size_t count = first->count + next->count;
	struct value whole = {.kind = first->kind, .count = count};
	struct value *items = arena_array(arena, count, sizeof(*items));
	struct member *members = arena_array(arena, count, sizeof(*members));

	for (size_t i = 0; i < count; i++) {
		const struct value *from = i < first->count ? first : next;
		size_t at = i < first->count ? i : i - first->count;

		if (from->kind == VALUE_ARRAY)
			items[i] = from->items[at];
		else
			members[i] = from->members[at];
	}
	whole.items = whole.kind == VALUE_ARRAY ? items : NULL;
	whole.members = whole.kind == VALUE_OBJECT ? members : NULL;
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

const struct value *topic_join(const struct topic *topic, const struct value *before, const struct value *page,
                               struct arena *arena)
{
	struct value *whole;
	struct member *members;

	if (!before)
		return page;
	whole = arena_alloc(arena, sizeof(*whole));
	members = arena_array(arena, page->count, sizeof(*members));
	*whole = (struct value){.kind = VALUE_OBJECT, .count = page->count, .members = members};
	for (size_t i = 0; i < page->count; i++) {
		const struct value *rows = json_value_member(before, page->members[i].name), *next = &page->members[i].value;

		members[i] = page->members[i];
		if (rows && rows->kind == next->kind && (next->kind == VALUE_ARRAY || next->kind == VALUE_OBJECT) &&
		    has_rows(topic, page->members[i].name))
			members[i].value = joined(rows, next, arena);
	}
	return whole;
}

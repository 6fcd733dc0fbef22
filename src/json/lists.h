/* Lists as JSON.  Pure.  http/README.md has the shapes. */
#ifndef JSON_LISTS_H
#define JSON_LISTS_H

#include "decide/lists/groups.h"
#include "decide/lists/matrix.h"
#include "decide/lists/members.h"
#include "decide/lists/names.h"
#include "decide/lists/places.h"
#include "decide/lists/search.h"
#include "decide/lists/users.h"
#include "json/explanation.h"

struct list_writer {
	struct explanation_writer entries; /* .full: DNs, and paths */
	const struct list_view *view;
	/* When the gateway itself saw a decision about a person, INSTANT_MIN: never; NULL: nobody watches. */
	instant (*seen)(void *context, const struct entry *person);
	void *seen_context;
};
#define LIST_ONLINE (5 * 60 * INSTANT_SECOND) /* "online": seen no longer ago */

/* Each writes members of an object that is open; a list, and fills page->next and page->more. */
void users_write(const struct list_writer *writer, node_id organization, const char *query, struct list_page *page);
void user_profile_write(const struct list_writer *writer, node_id user, struct arena *arena);
void user_workspaces_write(const struct list_writer *writer, node_id user, struct list_page *page);
void user_claims_write(const struct list_writer *writer, node_id user, struct list_page *page);
/* What resource_filter said. */
void resource_filter_write(struct json_writer *json, enum truth truth, const struct filter *filter, enum reason reason);

void workspaces_write(const struct list_writer *writer, node_id organization, struct list_page *page);
void workspace_write(const struct list_writer *writer, node_id place, struct arena *arena);
void members_write(const struct list_writer *writer, const struct members_of *of, const struct people_set *candidates,
                   struct list_page *page);
void matrix_write(const struct list_writer *writer, node_id place, struct arena *arena);
void roles_write(const struct list_writer *writer, node_id organization, struct list_page *page);
void restrictions_write(const struct list_writer *writer, node_id organization, struct list_page *page);
void group_write(const struct list_writer *writer, node_id group, const struct people_set *candidates, struct arena *arena,
                 struct list_page *page);
void organization_write(const struct list_writer *writer, node_id organization, struct arena *arena);

/* A search, as AuthZEN has it: "results", and if the caller wants to know whether all that the question names is there, a
 * "context" with "reason" and, of a name that leads nowhere, what a problem says. */
enum search_tells {
	SEARCH_TELLS_RESULTS = 0,
	SEARCH_TELLS_REASON,
	SEARCH_TELLS_NEAR /* and which name is near to it */
};
void search_write(const struct list_writer *writer, enum search_kind kind, const struct question *question,
                  enum search_tells tells, struct list_page *page);

/* RFC 4180, with a header row, as its columns are roles; writer->entries.json is not used.  Other lists: table.h. */
void matrix_write_csv(const struct list_writer *writer, node_id place, struct arena *arena, struct text *out);

/* Problem details for a name that leads nowhere (404), or to two entries (409): what was looked for, the two, and what is
 * near if the caller may see that it is there. */
unsigned name_problem_status(const struct name_found *found);
void name_problem_write(const struct explanation_writer *writer, enum named kind, const char *name,
                        const struct name_found *found, bool near);
/* From "detail" on, into an object that is open. */
void name_problem_write_members(const struct explanation_writer *writer, enum named kind, const char *name,
                                const struct name_found *found, bool near);

#endif

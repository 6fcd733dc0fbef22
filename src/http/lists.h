/* Lists over HTTP: one page of an answer, from the request to the token of the next. */
#ifndef HTTP_LISTS_H
#define HTTP_LISTS_H

#include "http/request.h"
#include "json/lists.h"
#include "json/table.h"

struct list_answer {
	struct request *request;
	struct list_view view;
	struct list_page page;
	bool resumed;                 /* a later page: the candidates are there */
	struct people_set *candidates; /* kept for the pages that follow */
	struct json_writer json;
	struct list_writer writer;
};

#define LISTS_EXPORT_ROWS  100000 /* the most in a page of CSV */
#define LISTS_EXPORT_LOOKS 1000000
#define LISTS_PART_ROWS    1000   /* that are made at once of a CSV without a limit */

/* Which page of which list is asked for. */
struct list_wish {
	uint64_t question;       /* a number for everything that is asked but the page */
	instant at;              /* the time that is asked about */
	bool timed;              /* it is another one than now */
	const char *token;       /* NULL: the first page */
	const char *token_place; /* where the token stands, for messages */
	uint32_t limit, looks;   /* a limit larger than allowed is made smaller by who asks */
};

/* Takes the state, or with a token the snapshot on which the list began.  False: the request was refused. */
bool lists_begin_page(struct list_answer *answer, struct request *request, const struct list_wish *wish);
/* The same, by the parameters `token`, `limit`, `at`. */
bool lists_begin(struct list_answer *answer, struct request *request);

/* Numbers for questions: start with LISTS_HASH.  The order of an object's members does not count; NULL is a value. */
#define LISTS_HASH UINT64_C(14695981039346656037)
uint64_t lists_hash(uint64_t hash, const char *text);
uint64_t lists_hash_value(uint64_t hash, const struct value *value);

/* Opens the object of an answer in JSON. */
void lists_open(struct list_answer *answer);
/* Writes "page", once the page was read. */
void lists_write_page(struct list_answer *answer);
/* The same, and ends the object. */
void lists_close(struct list_answer *answer);

bool lists_want_csv(const struct request *request); /* does the client ask for text/csv? */

/* What a list is of, as far as it is asked for. */
struct list_of {
	node_id node;
	const char *query;
	bool organization;
};
/* Answers with a page in JSON; or in CSV, with the columns of the shape: whole, part by part, or with the parameter `limit`
 * a page that names the next one in a Link header (RFC 8288).  `write` writes one page into an object that is open. */
void lists_answer(struct list_answer *answer, const struct table_shape *shape,
                  void (*write)(struct list_answer *answer, const struct list_of *of), const struct list_of *of);

/* The same of something else than pages: `write` writes what comes after `*position` and moves it; false: that was all. */
void lists_answer_csv(struct request *request, const struct table_shape *shape,
                      bool (*write)(void *context, struct json_writer *json, uint64_t *position), void *context);

/* Refuses a name that leads nowhere, or to two, with what is near for those who have the permission. */
void lists_refuse_name(struct request *request, const struct snapshot *snapshot, enum named kind, const char *name,
                       const struct name_found *found, const char *permission);

/* The entry that a name leads to.  NODE_NONE: the request was refused, with what is near for who may see that. */
node_id lists_find(struct list_answer *answer, enum named kind, const char *name, const char *permission);
/* That of the parameter `organization`; absent: NODE_NONE, for all of them.  False: refused. */
bool lists_organization(struct list_answer *answer, node_id *organization);
/* The same, but absent: the only one there is. */
node_id lists_one_organization(struct list_answer *answer);

#endif

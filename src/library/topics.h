/* What can be shown as a table: where a gateway has it, and which columns people see. */
#ifndef LIBRARY_TOPICS_H
#define LIBRARY_TOPICS_H

#include "json/table.h"
#include "library/question.h"

#define TOPIC_PAGE_ROWS   "1000" /* that are asked for at once; the most that a gateway gives */

enum topic_takes {
	TOPIC_SEARCH = 1,
	TOPIC_ORGANIZATION = 2,
	TOPIC_AROUND = 4,
	TOPIC_PAGES = 8, /* the gateway gives it page by page */
	TOPIC_QUESTION = 16, /* it is a search: the question is sent */
};

struct topic {
	const char *path, *after; /* the name is between them; NULL: it takes none */
	unsigned takes;           /* enum topic_takes */
	unsigned needs;           /* enum question_need, of the question */
	struct table_shape shape;
};
extern const struct topic topics[DIRGATE_TOPICS];

/* Reads what a table is asked for with; points into the query and the arena.  Negative: something is missing or wrong. */
int topic_read(enum dirgate_topic topic, const struct dirgate_table_query *query, struct arena *arena,
               struct table_asked *asked, struct error *why);

/* The pages of a table, one or more, as one: the rows of all, the rest as the last one says it.  In the arena. */
const struct value *topic_join(const struct topic *topic, const struct value *const *pages, size_t count,
                               struct arena *arena);

#endif

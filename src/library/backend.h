/* Where answers come from: one table of functions for each kind.  An LDIF file, a directory and a gateway answer in the
 * same JSON; result.h makes of it what include/dirgate.h promises, so that all three say the same. */
#ifndef LIBRARY_BACKEND_H
#define LIBRARY_BACKEND_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "decide/decide.h"

#include "dirgate.h"

#define BACKEND_JSON_MAX (64u * 1024 * 1024) /* octets of one answer, as the gateway has it */

/* A question as the evaluator takes it (question.h). */
struct asked {
	struct question question; /* `explain` as asked for */
	bool timed;               /* the time was given, else it is now */
};

/* What a table is asked for with. */
struct table_asked {
	const struct dirgate_table_query *query;
	struct asked asked; /* the query's question; of topics without one only the time counts */
};

/* Each of the first five appends one JSON text in the form of the gateway's answer (src/http/README.md), also when that
 * is a problem: for reasons such as "unknown-subject" or "stale", which are answers.  Any thread, many at once.
 * Negative: it could not be asked. */
struct backend {
	int (*decide)(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
	              struct error *why);
	int (*permissions)(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
	                   struct error *why);
	int (*filter)(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
	              struct error *why);
	int (*table)(struct dirgate *gate, enum dirgate_topic topic, const struct table_asked *asked, struct arena *arena,
	             struct text *json, struct error *why);
	int (*lint)(struct dirgate *gate, struct arena *arena, struct text *json, struct error *why);
	/* As dirgate_report. */
	int (*report)(struct dirgate *gate, int (*found)(void *context, const struct dirgate_report_row *row), void *context,
	              struct error *why);
	/* `name` stands for the LDIF in messages.  Negative: nothing was changed, or it cannot be. */
	int (*apply)(struct dirgate *gate, const char *ldif, const char *name, struct error *why);
	int (*reset)(struct dirgate *gate, struct error *why);
	void (*free)(struct dirgate *gate);
};

/* A kind's own struct begins with this one. */
struct dirgate {
	const struct backend *backend;
};

/* Makes a message for the caller (`why` may be NULL); returns NULL. */
void *backend_fail(const struct error *error, char **why);

#endif

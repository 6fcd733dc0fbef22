/* What a caller gets, made of the gateway's JSON.  Each result is one arena: the struct, what it points to, and the
 * text itself. */
#ifndef LIBRARY_RESULT_H
#define LIBRARY_RESULT_H

#include "library/backend.h"

/* Reads a text (which has not overflowed).  Negative: it is no such answer. */
int result_answer(const struct text *json, struct dirgate_answer **answer, struct error *why);
int result_permissions(const struct text *json, struct dirgate_permissions **permissions, struct error *why);
int result_filter(const struct text *json, struct dirgate_filter **filter, struct error *why);
int result_table(const struct text *json, enum dirgate_topic topic, struct dirgate_table **table, struct error *why);
int result_findings(const struct text *json, struct dirgate_findings **findings, struct error *why);

void result_free(void *result); /* any of them; NULL is allowed */

/* ---- Between the files of result*.c ---- */

/* The arena of a result stands right before it. */
struct result {
	struct arena *arena;
	const struct value *root; /* the parsed text */
	const char *json;
};
/* Parses; the caller owns result->arena from then on when it is 0. */
int result_begin(const struct text *json, struct result *result, struct error *why);
void *result_alloc(const struct result *result, size_t size); /* the struct that the caller gets */
int result_refuse(struct result *result, const char *what, struct error *why); /* frees it; negative */

const char *result_string(const struct value *object, const char *name);  /* NULL: there is none */
const char *result_text(const struct value *object, const char *name);    /* "" then */
const char *result_dn(const struct value *object, const char *name);      /* of an entry that is a member; or NULL */
/* The items of an array that is a member, 0 if there is none. */
size_t result_items(const struct value *object, const char *name, const struct value **items);
size_t result_strings(const struct result *result, const struct value *object, const char *name,
                      const char *const **strings);
/* Of a list: one that is there has no reason, a problem has one. */
const char *result_reason_of(const struct value *object);
enum dirgate_outcome result_outcome(const char *reason);
enum reason result_reason(const char *code); /* REASON_COUNT: not one that is known here */

#endif

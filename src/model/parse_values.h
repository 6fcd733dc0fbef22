/* Reading the values of an entry that is being parsed: each reader says what was found, draws nothing but the plain
 * reading of it, and reports what is broken.  Internal to model/parse*.c.
 *
 * Names of attributes are canonical and outlive the entry (literals, or interned). */
#ifndef MODEL_PARSE_VALUES_H
#define MODEL_PARSE_VALUES_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/entry.h"
#include "model/parse.h"
#include "model/parse_schema.h"
#include "model/policy.h"
#include "model/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTRY_PROBLEMS_MAX 1000 /* of one entry; the last then says that there are more */
#define PROBLEM_VALUE_MAX 200   /* octets of a value in a report */

/* One entry on its way from a record. */
struct parser {
	const struct parse_context *context;
	struct arena *arena;      /* the entry's: what stays */
	struct arena *scratch;    /* gone when the entry is parsed */
	struct entry *entry;      /* `attributes` is filled in before any kind is parsed */
	uint32_t classes;         /* bits, 1 << enum schema_class */
	struct problem *problems; /* in scratch while they grow */
	uint32_t problem_count;
	uint32_t problem_room;
};

static inline bool parser_has_class(const struct parser *parser, enum schema_class class)
{
	return (parser->classes & (1u << class)) != 0;
}

/* Reports a problem.  `value` and `detail` are copied and may be NULL. */
void parser_report(struct parser *parser, enum problem_code code, const char *attribute, const char *value,
                   const char *detail);

/* What a reader found. */
enum found { FOUND_BROKEN = 0, FOUND_NOTHING, FOUND_VALUE };

bool read_present(const struct parser *parser, const char *attribute);

/* Of a SINGLE-VALUE attribute: broken if there are several values, or if it is no text. */
enum found read_text(struct parser *parser, const char *attribute, const char **text);
/* RFC 4517 section 3.3.3: TRUE or FALSE, in any case. */
enum found read_boolean(struct parser *parser, const char *attribute, bool *value);
/* RFC 4517 section 3.3.16, leading zeros allowed; broken outside of `least` and `most`. */
enum found read_integer(struct parser *parser, const char *attribute, int64_t least, int64_t most, int64_t *value);
/* RFC 4517 section 3.3.13 */
enum found read_time(struct parser *parser, const char *attribute, instant *at);
/* The text, or NULL where there is none or it is broken. */
const char *read_optional_text(struct parser *parser, const char *attribute);
/* An integer that is not negative, in plain decimal; NULL where there is none or it is broken. */
const char *read_decimal(struct parser *parser, const char *attribute);

struct keyword { const char *name; int value; }; /* a list of them ends with the name NULL */
int read_keyword(struct parser *parser, const char *attribute, const struct keyword *keywords, int absent, int broken);

struct reference read_reference(struct parser *parser, const char *attribute);
struct references read_references(const struct parser *parser, const char *attribute);
struct references references_join(struct parser *parser, struct references a, struct references b);

/* Sorts out doubles and keeps the order of first appearance.  Returns how many are left. */
uint32_t nodes_unique(node_id *nodes, uint32_t count, struct arena *scratch);

/* Reads a whole number: digits, perhaps after a '-'.  False if it is none or does not fit. */
bool integer_parse(const char *text, int64_t *value);
/* Splits at the first space.  Returns whether a pattern stands before it (else *pattern is left alone); *rest is what
 * follows, NULL if there is no space. */
bool pattern_split(struct arena *arena, const char *text, const char **pattern, const char **rest);

/* All values that are text; the others are reported. */
struct strings read_strings(struct parser *parser, const char *attribute);
/* All values as patterns, a broken one as `broken`. */
struct strings read_patterns(struct parser *parser, const char *attribute, enum problem_code code, const char *broken);

/* Calls `each` for every value, in their order; those that are no text are reported and come as NULL. */
void read_each(struct parser *parser, const char *attribute, void *into,
               void (*each)(struct parser *parser, void *into, const char *text));

/* "PATTERN" or "PATTERN SP FILTER" (FILTER_OF_REQUEST), and what becomes of a broken one. */
enum broken_rule {
	BROKEN_LOST = 0, /* it is not there */
	BROKEN_WIDE,     /* filter broken: the pattern without filter; pattern broken: "*" without filter */
};
struct rules read_rules(struct parser *parser, const char *attribute, enum problem_code code, enum broken_rule broken);

/* The parsers of kinds; each makes its part of the entry (policy.h). */
void organization_parse(struct parser *parser);
void workspace_parse(struct parser *parser);
void role_parse(struct parser *parser);
void restriction_parse(struct parser *parser);
void binding_parse(struct parser *parser);
void group_rule_parse(struct parser *parser);
void role_set_parse(struct parser *parser);
void plan_parse(struct parser *parser);
void resource_parse(struct parser *parser);
void invitation_parse(struct parser *parser);
void group_parse(struct parser *parser);
void person_parse(struct parser *parser);

/* The site's person_ids, the default filled in; NULL-terminated if fewer than PERSON_IDS_MAX. */
const char *const *person_ids(const struct model_settings *settings);

#endif

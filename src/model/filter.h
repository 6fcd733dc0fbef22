/* Filters in values: the grammar of RFC 4515 with & | ! and the items = (equality, presence, substrings) >= <=; no ~=,
 * no extensible matching, no spaces between parts.  Names are runs of letters, digits and "_-." (libldap's own parser
 * refuses '_', so this one is ours).  Evaluation has three values: what is not known is Undefined, and Undefined never
 * allows. */
#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "model/value.h"

#include <stddef.h>
#include <stdint.h>

#define FILTER_DEPTH_MAX 100
#define FILTER_LENGTH_MAX 65536 /* octets */

enum truth { TRUTH_FALSE = 0, TRUTH_UNDEFINED, TRUTH_TRUE };

/* What the names of a filter mean. */
enum filter_language {
	/* Over a request (dgPermission and its like): X and resource.X, action.X, context.X, subject.X; a value may be a
	 * reference $user.X, $workspace.X or $now. */
	FILTER_OF_REQUEST = 0,
	/* Over the entry of a person (dgMemberFilter, memberURL, nsRoleFilter, person_filter): attribute names, without
	 * references; a name with a dot is an attribute name like any other. */
	FILTER_OF_ENTRY,
};

enum filter_space { SPACE_RESOURCE = 0, SPACE_ACTION, SPACE_CONTEXT, SPACE_SUBJECT, SPACE_ENTRY };
enum filter_reference { REFERENCE_NONE = 0, REFERENCE_USER, REFERENCE_WORKSPACE, REFERENCE_NOW,
	/* Never in a filter: asks a source for what $user.NAME may be besides, though that is not certain. */
	REFERENCE_USER_MAYBE };
enum filter_operator { FILTER_AND = 0, FILTER_OR, FILTER_NOT, FILTER_EQUAL, FILTER_PRESENT, FILTER_SUBSTRINGS,
	FILTER_AT_LEAST, FILTER_AT_MOST };

/* A node of a parsed filter; immutable, lives in the arena that it was parsed into. */
struct filter {
	enum filter_operator operator;
	/* AND, OR, NOT */
	uint32_t count;                  /* NOT: 1; an empty AND is TRUE, an empty OR is FALSE (RFC 4526) */
	const struct filter *const *parts;
	/* items */
	enum filter_space space;
	const char *name;                /* without the prefix of its space; as written */
	enum filter_reference reference; /* of EQUAL, AT_LEAST, AT_MOST */
	const char *value;               /* unescaped; for a reference the NAME in $user.NAME ("" for $now) */
	uint32_t substring_count;        /* parts between the stars: [0] is the initial and [last] the final one, "" if none */
	const char *const *substrings;   /* unescaped */
};

/* Parses a NUL-terminated text.  Returns 0; or 1 with `why` (what, at which octet, counted from 1).
 *
 * Refused besides what the language has no words for: values that are not UTF-8 text or hold a NUL (RFC 4515 could
 * write them, but they would equal nothing), two stars in a row, '$' elsewhere than at the start of a reference (of a
 * request; of an entry: at the start of a value).  Prefixes, user, workspace and now ignore case. */
int filter_parse(const char *text, enum filter_language language, struct arena *arena, const struct filter **filter,
                 struct error *why);

/* Appends the filter in RFC 4515 form, escaped, references as $user.X, names with their prefix (bare for entries, and
 * for resource.X unless X has a dot).  Parsing that gives an equal filter.  filter_unknown becomes a constant, as
 * filter_settle has it. */
void filter_print(const struct filter *filter, struct text *out);

/* What is known of a name at the moment of a question. */
enum known {
	KNOWN_NOT = 0, /* the caller may simply not have said: an item about it is Undefined */
	KNOWN_ABSENT,  /* known to have no value: an item about it is FALSE */
	KNOWN_VALUES,  /* the values are in the list */
	KNOWN_LATER,   /* only for filter_reduce: it belongs to a resource that is not chosen yet; the item stays */
	KNOWN_NEVER,   /* Undefined as well, and no caller could say it */
};

struct value_list {
	size_t count;
	const struct value *values; /* borrowed from whoever answers, until the evaluation ends */
};

/* Where the values come from.  The functions may allocate in memory of their own context. */
struct filter_source {
	void *context;
	enum known (*values)(void *context, enum filter_space space, const char *name, struct value_list *list);
	/* The values count by their texts (value.h).  Never KNOWN_LATER; KNOWN_NOT, KNOWN_ABSENT and a list without texts
	 * all make the item Undefined, whatever is known of its name, so that its negation opens nothing.  An item that is
	 * FALSE, but would not be with a value of REFERENCE_USER_MAYBE, is Undefined, too. */
	enum known (*reference)(void *context, enum filter_reference reference, const char *name, struct value_list *list);
};

/* Evaluates.  Any pair of values that matches makes an item TRUE.  An array in the list stands for its items, a null
 * for no value; no values at all are KNOWN_ABSENT.  An item >= or <= that no pair makes TRUE is Undefined if the order
 * of a pair is; an item = if a value of its name cannot be compared, as it has no normal form (name.h) or is too long a
 * DN.  A JSON number has the substrings of its decimal form.  If the result is Undefined, and `missing` is not NULL,
 * *missing is an item that was Undefined because its name is KNOWN_NOT, and for no other reason (else it is left
 * alone). */
enum truth filter_evaluate(const struct filter *filter, const struct filter_source *source,
                           const struct filter **missing);

/* Evaluates what is known and keeps what is KNOWN_LATER: items that stay have their references replaced by the values
 * (an OR of them).  Returns TRUTH_* when nothing stays, with *rest = NULL; otherwise TRUTH_UNDEFINED with *rest the
 * remaining filter, in `arena` (it may share nodes with `filter`).  What is Undefined beside something that stays is
 * kept as `filter_unknown`, so that for every resource evaluating the rest gives exactly what evaluating the whole
 * does, all three values: a rest may be negated and joined. */
enum truth filter_reduce(const struct filter *filter, const struct filter_source *source, struct arena *arena,
                         const struct filter **rest);

/* Building blocks for joining rests; they simplify the constants below away, join AND into AND and OR into OR, and
 * change none of the three values.  Never NULL, neither in nor out.  filter_join is for FILTER_AND and FILTER_OR. */
const struct filter *filter_join(enum filter_operator operator, const struct filter *const *parts, size_t count,
                                 struct arena *arena);
const struct filter *filter_and(const struct filter *a, const struct filter *b, struct arena *arena);
const struct filter *filter_or(const struct filter *a, const struct filter *b, struct arena *arena);
const struct filter *filter_not(const struct filter *a, struct arena *arena);
extern const struct filter filter_always;  /* an empty AND: prints as (&) */
extern const struct filter filter_never;   /* an empty OR: prints as (|) */
extern const struct filter filter_unknown; /* Undefined for every resource; known by its address */

/* The last step, when all is joined: the filter that is TRUE for exactly the same resources, without filter_unknown.
 * That never allows: where it stands it becomes (|), under a NOT (&).  Where the result is a constant, it is
 * &filter_always or &filter_never. */
const struct filter *filter_settle(const struct filter *filter, struct arena *arena);

/* Calls `visit` for every item, for lists of the names that a policy uses. */
void filter_visit(const struct filter *filter, void (*visit)(void *context, const struct filter *item), void *context);

#endif

/* Policy tests: expectations in YAML (dirgate(1), "Policy tests"), read and run. */
#ifndef CLI_POLICY_TEST_H
#define CLI_POLICY_TEST_H

#include "base/arena.h"
#include "base/error.h"
#include "base/yaml.h"
#include "cli/printer.h"
#include "dirgate.h"

#include <stdbool.h>
#include <stddef.h>

#define POLICY_FILE_MAX  16777216 /* octets */
#define POLICY_LISTS_MAX 65536    /* items of a list in a file */

/* ---- what a file says; all of it is in one arena ---- */

struct policy_strings {
	bool given;
	size_t count;
	const char *const *items; /* NULL-terminated */
};

/* The parts that were written; which of them fit to a step is checked when it is read. */
struct policy_want {
	const char *word;   /* "allow", "deny", "cannot-decide"; of a cell or a permission: "yes" … */
	const char *deny;   /* a reason */
	struct policy_strings allow;    /* obligations, exactly */
	struct policy_strings exact;    /* ids, in any order */
	struct policy_strings contains, absent;
	const char *count;  /* decimal */
};

enum policy_step_kind { POLICY_ASK = 0, POLICY_LIST, POLICY_CHANGE, POLICY_UNDO, POLICY_TIME };

struct policy_step {
	enum policy_step_kind kind;
	size_t line;
	const char *label;                 /* rules and name */
	struct dirgate_question question;  /* of what is asked or listed */
	const struct policy_listing *listing; /* policy_lists.c; of a list */
	const char *role, *permission;     /* of one cell, or one permission */
	const char *ldif;                  /* its lines have the numbers that they have in the file */
	struct policy_want want;
};

struct policy_file {
	const char *path;
	struct policy_strings load; /* paths, as the process sees them */
	const struct policy_step *steps;
	size_t count;
};

/* Reads a file.  Negative: FILE:LINE and what is wrong there. */
int policy_read(const char *path, struct arena *arena, struct policy_file *file, struct error *why);

/* A mapping as a JSON object (dirgate(1), "Policy tests", says what its values mean).  Negative with what is wrong, and
 * in which line. */
int policy_json(const struct yaml *node, struct arena *arena, const char **json, size_t *line, struct error *why);

/* ---- running ---- */

/* What a list is of: a table, in policy_lists.c. */
struct policy_listing {
	const char *name;  /* the key in `list` */
	size_t place;      /* where in a step the key's value goes */
	struct policy_need { const char *name; size_t place; } needs[3]; /* the other keys that must be there */
	/* What is there, NULL-terminated, in memory of `arena`; or the word for the one cell or permission that is asked for.
	 * 0; POLICY_REFUSED: a deny, *word is its reason; negative with *why. */
	int (*get)(struct dirgate *gate, const struct policy_step *step, struct arena *arena, struct policy_strings *got,
	           const char **word, char **why);
};
#define POLICY_REFUSED 1
extern const struct policy_listing policy_listings[];
extern const size_t policy_listing_count;

const char *policy_step_text(const struct policy_step *step, size_t place); /* what stands there; NULL: nothing */

/* The first key that the step's listing needs, and that is not there; NULL: nothing is missing. */
const char *policy_listing_missing(const struct policy_step *step);

struct policy_tally {
	size_t run, failed;
};

/* Runs the steps, and prints what comes of them as TAP.  Negative: a change could not be made, or nothing could be asked;
 * *why says so, what would follow has no meaning. */
int policy_run(const struct policy_file *file, struct dirgate *gate, struct printer *out, struct policy_tally *tally,
               char **why);

/* ask.c: the outcome, its reason and the ways to it, as explain prints them. */
void answer_print(const struct dirgate_answer *answer, struct printer *out);

#endif

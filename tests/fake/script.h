/* The script of the fake server: lines that say what it is and what it does wrong.  README.md has the language. */
#ifndef FAKE_SCRIPT_H
#define FAKE_SCRIPT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define FAKE_RULES_MAX 64
#define FAKE_STEPS_MAX 64
#define FAKE_HIDDEN_MAX 16
#define FAKE_WORDS_MAX 80

struct fake_action; /* steps.h */

struct fake_step {
	const struct fake_action *action;
	char *argument; /* "": none */
};

struct fake_steps {
	struct fake_step items[FAKE_STEPS_MAX];
	size_t count;
};

/* "on KIND [after=N] [skip=N] [times=N] STEP...". */
struct fake_rule {
	char *kind;
	long after; /* entries */
	long skip;  /* operations that are spared */
	long times; /* operations that are struck; -1: all */
	struct fake_steps steps;
};

struct fake_plan {
	char *kind;
	struct fake_steps steps;
};

enum fake_cookie { FAKE_COOKIE_OPENLDAP = 0, FAKE_COOKIE_389, FAKE_COOKIE_NONE };

struct fake_settings {
	enum fake_cookie cookie; /* how it looks; also whether there is a contextCSN (OpenLDAP alone) */
	char *cookie_text;       /* always this one; NULL: of the last change */
	long page;               /* entries of a page, and of a search without pages (then result 4); 0: all */
	long range;              /* values of an attribute (";range="); 0: all */
	long round;              /* entries of a round of DirSync; 0: all */
	bool mute;               /* changes are told to nobody */
	char *hidden[FAKE_HIDDEN_MAX]; /* what is at and below these DNs is not shown: rights that are missing */
	size_t hidden_count;
};

struct fake_script {
	struct fake_settings settings;
	struct fake_rule rules[FAKE_RULES_MAX];
	size_t rule_count;
	struct fake_plan plans[FAKE_RULES_MAX];
	size_t plan_count;
};

/* A line as words; blanks in "double quotes" are none, a word that begins with # is the first of a comment.  Returns how many, negative: too many.  The words point into `line`,
 * which is changed. */
int fake_words(char *line, char *words[FAKE_WORDS_MAX]);

/* The lines set, on, plan, clear; `words` without the first. */
int fake_script_set(struct fake_script *script, char **words, size_t count, struct error *why);
int fake_script_on(struct fake_script *script, char **words, size_t count, struct error *why);
int fake_script_plan(struct fake_script *script, char **words, size_t count, struct error *why);
int fake_script_clear(struct fake_script *script, char **words, size_t count, struct error *why);
int fake_steps_read(char **words, size_t count, struct fake_steps *steps, struct error *why);

#endif

/* The command line: one table of options, of which the parser and --help are made; the manual and the shell completion
 * are held against it by a test. */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "dirgate.h"

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_LINE_LIST_MAX 64 /* of an option that may be given again */

/* Which options belong together; a command takes some of the groups. */
enum option_group {
	OPTIONS_ALWAYS = 1,   /* with every command, and without */
	OPTIONS_SOURCE = 2,   /* where to ask */
	OPTIONS_SUBJECT = 4,  /* about somebody, somewhere, at some time */
	OPTIONS_RESOURCE = 8, /* on something */
	OPTIONS_LINT = 16,
	OPTIONS_TEST = 32,
	OPTIONS_SEARCH = 64,
	OPTIONS_ORGANIZATION = 128,
	OPTIONS_MEMBERS = 256,
	OPTIONS_TABLE = 512, /* how it is printed */
	OPTIONS_FILTER = 1024,
	OPTIONS_JSON = 2048, /* whatever else a question carries */
	OPTIONS_FAIL_ON = 4096,
	OPTIONS_WATCH = 8192
};

enum severity_limit { FAIL_ON_ERROR = 0, FAIL_ON_WARNING, FAIL_ON_NOTE, FAIL_ON_COUNT };
extern const char *const severity_names[FAIL_ON_COUNT]; /* "error" … */

/* What was said.  Texts are borrowed from argv, or are in the arena. */
struct command_line {
	struct arena *arena; /* owned */
	const struct command *command; /* NULL: none was named */
	bool help, version, json;
	const char *const *files; /* of a command that takes one or more; NULL-terminated */
	/* where to ask */
	const char *url;
	const char *ldif[COMMAND_LINE_LIST_MAX + 1];
	size_t ldif_count;
	struct dirgate_directory directory;
	const char *replicas[COMMAND_LINE_LIST_MAX + 1]; /* its further servers */
	size_t replica_count;
	/* what */
	struct dirgate_question question; /* its lists are these */
	struct dirgate_property properties[COMMAND_LINE_LIST_MAX];
	const char *roles[COMMAND_LINE_LIST_MAX + 1];
	size_t role_count;
	bool csv;
	struct dirgate_table_query query; /* but for its name, which is question.subject */
	enum severity_limit fail_on;
	bool rules;
	int changes; /* watch: how many are enough; 0: never */
};

struct option_row {
	enum option_group group;
	char letter;          /* 0: none */
	const char *name;     /* the long one */
	const char *argument; /* NULL: it has none */
	const char *help;
	/* Negative with what is wrong with the value. */
	int (*take)(struct command_line *line, const struct option_row *row, const char *value, struct error *why);
	size_t offset;        /* of what it sets in a struct command_line, if `take` needs it */
};
extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Reads the arguments of main; line->arena is to be freed by command_line_release whatever the outcome.  Negative: what
 * is wrong, and that --help helps. */
int command_line_read(struct command_line *line, int argc, char **argv, struct error *why);
void command_line_release(struct command_line *line);

/* --help, of one command or of all (NULL). */
void command_line_help(const struct command *command, struct text *out);

#endif

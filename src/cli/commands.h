/* The table of commands. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command_line.h"
#include "cli/printer.h"
#include "dirgate.h"

#include <stddef.h>

enum exit_status { STATUS_YES = 0, STATUS_NO = 1, STATUS_CANNOT_DECIDE = 2, STATUS_FAILURE = 3 };
#define COMMANDS_STATUSES "0 yes, 1 no, 2 it cannot be decided, 3 wrong usage or failure"

#define COMMAND_MANY ((size_t)-1)
#define COMMAND_PERHAPS ((size_t)-2)

enum source_use {
	SOURCE_OPENED = 0, /* `gate` is what was named, opened */
	SOURCE_OPTIONAL,   /* likewise, NULL if nothing was named; DIRGATE_URL does not count */
	SOURCE_NAMED       /* it must be named, the command opens it in its own way; `gate` is NULL */
};

struct command {
	const char *name;
	const char *arguments;   /* "USER ACTION"; "" if there are none */
	size_t argument_count;   /* COMMAND_MANY: one or more, in line->files; COMMAND_PERHAPS: one or none */
	const char *summary;     /* for the list of commands */
	const char *help;        /* sentences */
	unsigned groups;         /* of options that it takes, enum option_group */
	enum source_use source;
	/* Asks and prints; returns an exit status, STATUS_FAILURE with *why set. */
	enum exit_status (*run)(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
};
extern const struct command commands[];
extern const size_t command_count;

const struct command *commands_find(const char *name); /* NULL: there is none */

/* ask.c */
enum exit_status command_check(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
enum exit_status command_explain(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* filter.c */
enum exit_status command_filter(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* permissions.c */
enum exit_status command_permissions(const struct command_line *line, struct dirgate *gate, struct printer *out,
                                     char **why);
/* lint.c */
enum exit_status command_lint(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* lists.c: all that are tables, by the command's name */
enum exit_status command_list(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
enum exit_status command_who(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* report.c */
enum exit_status command_report(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* probe.c */
enum exit_status command_probe(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* watch.c */
enum exit_status command_watch(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);
/* test.c */
enum exit_status command_test(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why);

/* The whole program: reads the command line, opens what is to be asked, runs the command.  Messages go to `errors`. */
enum exit_status commands_run(int argc, char **argv, struct printer *out, struct printer *errors);

#endif

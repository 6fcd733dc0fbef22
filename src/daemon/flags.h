/* The command line.  Its options are rows of options.c: some say what the program shall do (struct command), the others
 * are settings, kept as they were written until config.c applies them. */
#ifndef DAEMON_FLAGS_H
#define DAEMON_FLAGS_H

#include "base/error.h"
#include "daemon/options.h"

#include <stdbool.h>
#include <stddef.h>

#define FLAGS_MAX 128 /* settings on one command line */

struct command {
	const char *config; /* NULL: the default file, if it is there and no source is named */
	bool check, help, version, verbose;
	int64_t manual;     /* 0; 5 or 8: print that part of the manual */
};

struct flag {
	const struct option_row *option; /* a row below options_top */
	const char *written;         /* borrowed from argv; "yes" if the flag has no argument */
};

struct flags {
	struct command command;
	struct flag settings[FLAGS_MAX]; /* in the order of the command line */
	size_t count;
	struct arena *arena;
};

/* Negative: `why` says what is wrong with the command line.  To be released in any case. */
int flags_read(int argc, char **argv, struct flags *flags, struct error *why);
void flags_release(struct flags *flags);

/* Calls `visit` for every option of a table, and of the tables in it, that the command line knows. */
void flags_visit(const struct option_table *table, void (*visit)(void *context, const struct option_row *option),
                 void *context);

#endif

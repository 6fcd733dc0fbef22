/* The table of options: what the configuration and the command line may say.  The reader (config.c), the flags
 * (flags.c), --help and the manual (manual.c) are written on it; nothing else lists options. */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "daemon/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is stored at the offset: a text for the first ones, int64_t for numbers, bool, or the struct of `table`. */
enum option_type {
	OPTION_TEXT = 0,
	OPTION_NAME,     /* letters, digits, '-', '_' and '.' */
	OPTION_DN,
	OPTION_FILTER,   /* over entries of people */
	OPTION_ZONE,     /* of the time zone database */
	OPTION_PATH,     /* of a file or folder that can be read */
	OPTION_SECRET,   /* … and that others cannot read */
	OPTION_BOOLEAN,
	OPTION_NUMBER,
	OPTION_MODE,     /* octal permissions */
	OPTION_DURATION, /* nanoseconds; written with a unit */
	OPTION_SIZE,     /* octets */
	OPTION_CHOICE,   /* the number of one of `words` */
	OPTION_GROUP,    /* more options, in `table` */
	OPTION_TYPES
};

/* When a change of it in the file takes effect. */
enum option_change {
	CHANGE_AT_ONCE = 0, /* with SIGHUP */
	CHANGE_INDEX,       /* with SIGHUP, once a new index was read beside the old one */
	CHANGE_RESTART,     /* when the gateway is started again */
};

#define OPTION_ROWS_MAX 64 /* of one table */

struct option_table;

struct option_row {
	const char *name; /* the key; NULL ends a table */
	const char *help; /* sentences; NULL: for those who build dirgate, shown nowhere */
	enum option_type type;
	size_t list_max;      /* 0: one value; else a list of at most so many, or one value that stands for a list of one */
	size_t offset;
	int64_t least, most;  /* of numbers, durations and sizes */
	const char *fallback; /* as it would be written; lists with ", "; NULL: none */
	const char *const *words; /* of a choice, NULL-terminated */
	const struct option_table *table; /* of a group */
	enum option_change change;
	bool needed;          /* in the file */
	/* On the command line. */
	char letter;          /* 0: none */
	const char *flag;     /* the long name; NULL: none */
	const char *argument; /* what stands after it, in words; NULL: nothing */
};

struct option_table {
	const char *path;  /* "sources[].bind"; "" for the topmost */
	const char *about; /* a sentence for the manual */
	size_t size;       /* of the struct that it fills */
	const struct option_row *options;
};

extern const struct option_table options_top;     /* struct settings */
extern const struct option_table options_command; /* struct command (flags.h): what only the command line has */

const struct option_row *options_find(const struct option_table *table, const char *name); /* NULL: none */
/* The known name that is nearest to what was written, or NULL when nothing is near. */
const char *options_nearest(const struct option_table *table, const char *name);

/* What is written for a value, for people: "duration", "yes | no". */
void option_print_type(const struct option_row *option, struct text *out);

/* Reads one value of an option that is no group, as it is written, into `target` (for a list: one of its items).
 * A path that is not absolute begins at `folder` (NULL: where the process is).  Texts are copied into `arena`.
 * Negative with what is wrong, the option's name not named. */
int option_read(const struct option_row *option, const char *written, const char *folder, struct arena *arena, void *target,
                struct error *why);

/* Sets one option, or every option of a table, to its fallback, or to nothing. */
void option_clear(const struct option_row *option, struct arena *arena, void *settings);
void options_clear(const struct option_table *table, struct arena *arena, void *settings);

/* Makes room for one more item of a list, zeroed (a struct of a group is cleared), and returns it; a list of texts
 * stays NULL-terminated.  NULL: it is full. */
void *option_append(const struct option_row *option, struct arena *arena, void *settings);

/* Prints all that is set of a table, so that equal settings give equal texts. */
void options_print(const struct option_table *table, const void *settings, struct text *out);

/* Calls `visit` for each topmost option of which the two settings say different things. */
void options_compare(const struct option_table *table, const void *a, const void *b,
                     void (*visit)(void *context, const struct option_row *option), void *context);

#endif

/* LDIF (RFC 2849): a streaming reader over files and memory.
 *
 * A reader yields raw records: a DN line and the lines below it, unfolded and decoded, each with its place.  They may be
 * content (an entry) or a change (changetype:); ldif_entry turns a content record into an entry for the index and
 * refuses changes.  Values in UTF-8 that the grammar wants in base64 are taken as they stand, as the OpenLDAP tools do.
 * URL values (attr:< file:...) are refused: a policy file must not make the gateway read other files.
 *
 * Every error says file:line, what is wrong there, and what to do. */
#ifndef DIRECTORY_LDIF_H
#define DIRECTORY_LDIF_H

#include "base/arena.h"
#include "base/error.h"
#include "model/entry.h"

#include <stdbool.h>
#include <stddef.h>

#define LDIF_VALUE_MAX  16777216  /* octets of one line once it is unfolded */
#define LDIF_RECORD_MAX 268435456 /* octets of one record: a group of a million members fits */
#define LDIF_LINES_MAX  4194304   /* lines of one record */
#define LDIF_NAMES_MAX  1024      /* different attributes of one entry */

struct ldif_reader; /* opaque */

/* One line "name: value", decoded.  In a change record also the separator "-" (name "-", no value). */
struct ldif_line {
	const char *name;  /* as written, options included; NUL-terminated */
	const char *value; /* decoded octets and a NUL, which `length` does not count */
	size_t length;
	size_t number;     /* of the line in its file, from 1 */
};

struct ldif_record {
	const char *file;    /* as given to ldif_open_*; lives as long as the reader */
	size_t number;       /* of the line with the DN */
	const char *dn;      /* NUL-terminated; not empty, not looked into */
	bool change;         /* a change record: `lines` begin with control: or changetype: */
	struct ldif_line *lines; /* without the dn: line; at least one */
	size_t count;
};

/* Opens a file, or octets in memory that must outlive the reader; `name` stands for the file in messages.  NULL with
 * `why` when the file cannot be opened. */
struct ldif_reader *ldif_open_file(const char *path, struct error *why);
struct ldif_reader *ldif_open_memory(const char *name, const char *octets, size_t length);
void ldif_close(struct ldif_reader *reader);

/* The next record, in memory of `arena`.  0: there is one; LDIF_END: no more; negative: the file is broken there (and
 * the reader is at its end). */
#define LDIF_END 1
int ldif_next(struct ldif_reader *reader, struct arena *arena, struct ldif_record *record, struct error *why);

/* A content record as the index takes it: the lines of one attribute description together, in order of first sight.
 * Memory of `arena`, pointing into `record`.  Negative for a change record. */
int ldif_entry(const struct ldif_record *record, struct arena *arena, struct record *entry, struct error *why);

/* Where the files of a path are: the file itself, or every *.ldif below a directory, sorted by name; what begins with
 * a dot is left out, symbolic links are followed.  Negative: unreadable, too deep or too many, or no *.ldif at all. */
#define LDIF_FILES_MAX 65536
#define LDIF_DEPTH_MAX 32
struct ldif_files {
	char **paths;
	size_t count;
};
int ldif_files_find(const char *const *paths, size_t count, struct ldif_files *files, struct error *why);
void ldif_files_release(struct ldif_files *files);

/* Reads files whole, calling `take` for each entry (memory valid during the call; negative ends the reading and is
 * passed on).  Two entries with equal DNs are an error of the source that names both places. */
typedef int ldif_take(void *context, const struct record *entry, struct error *why);
int ldif_read(const struct ldif_files *files, ldif_take *take, void *context, struct error *why);

#endif

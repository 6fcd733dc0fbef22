/* A journal as a file that is being written: under a name of its own until it is put in its place.  Internal to the
 * journal; one thread uses it. */
#ifndef DIRECTORY_JOURNAL_FILE_H
#define DIRECTORY_JOURNAL_FILE_H

#include "base/error.h"
#include "directory/follower/journal_block.h"

#include <stdbool.h>

#define JOURNAL_NAME_MAX (SOURCE_NAME_MAX + 16) /* octets of a file's name */

/* Opens the folder that journals are in: it must be this user's (or root's), and nobody else may write in it.  Returns
 * the descriptor, negative with what to do about it. */
int journal_folder_open(const char *path, struct error *why);

/* Zeroed but for `file`, which is -1: none. */
struct journal_file {
	int file;
	uint64_t sum;    /* of the last block */
	uint64_t octets; /* in the file */
};

bool journal_file_is_open(const struct journal_file *file);
/* Makes an empty journal of that name, mode 0600, in the place of what is left over there.  Negative: it cannot be
 * written, or another process writes it. */
int journal_file_start(struct journal_file *file, int folder, const char *name, const struct journal_head *head,
                       struct error *why);
int journal_file_write(struct journal_file *file, enum journal_kind kind, const struct text *payload, struct error *why);
/* Everything is on the disk before the file gets the other name. */
int journal_file_rename(struct journal_file *file, int folder, const char *from, const char *to, struct error *why);
bool journal_file_is_at(const struct journal_file *file, int folder, const char *name);
void journal_file_close(struct journal_file *file); /* none is allowed */

#endif

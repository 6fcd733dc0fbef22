/* Is what was read of a server worth being taken for its content?  A broken directory, or one that this identity may not
 * read, never looks like one without policy. */
#ifndef DIRECTORY_READ_CHECK_H
#define DIRECTORY_READ_CHECK_H

#include "base/error.h"
#include "directory/server/session.h"
#include "model/entry.h"

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: nothing was read. */
struct read_check {
	uint64_t entries, ours; /* ours: of a class of the schema */
};

void read_check_count(struct read_check *check, const struct record *record);
/* Negative: no entry was read, or (unless `without_policy`) none of ours; `why` says what to do. */
int read_check_result(const struct read_check *check, const struct session *session, const char *base,
                      bool without_policy, struct error *why);

#endif

/* A set of objects.  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_GUIDS_H
#define DIRECTORY_DIRSYNC_GUIDS_H

#include "directory/dirsync/dirsync_changes.h"
#include "directory/dirsync/dirsync_message.h"

#include <stdbool.h>
#include <stddef.h>

#define DIRSYNC_GUIDS_MAX DIRSYNC_REPORTS_MAX

/* Zeroed: empty. */
struct dirsync_guids {
	struct dirsync_guid *items; /* sorted once settled */
	bool *found;                /* of each, once settled */
	size_t count, capacity;
	bool overflowed; /* one found no room */
};

void dirsync_guids_add(struct dirsync_guids *guids, const struct dirsync_guid *guid);
void dirsync_guids_settle(struct dirsync_guids *guids); /* after the last one was added: sorts, and marks none as found */
bool dirsync_guids_has(const struct dirsync_guids *guids, const struct dirsync_guid *guid); /* of a settled set */
void dirsync_guids_mark(struct dirsync_guids *guids, const struct dirsync_guid *guid);      /* as found, if it is in it */
void dirsync_guids_release(struct dirsync_guids *guids);

#endif

/* Entries of a domain controller, read by ordinary searches into bundles: all, page by page, or those with some GUIDs.
 * An entry with more values than the server sends at once is read in parts.  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_ENTRIES_H
#define DIRECTORY_DIRSYNC_ENTRIES_H

#include "directory/dirsync/dirsync_asked.h"
#include "directory/dirsync/dirsync_link.h"
#include "directory/dirsync/dirsync_message.h"
#include "directory/follower/feed.h"
#include "directory/server/entry_reader.h"
#include "directory/server/read_check.h"

#include <stdbool.h>
#include <stddef.h>

struct dirsync_entries {
	/* The caller's. */
	const struct dirsync_link *link;
	const char *base;
	const struct dirsync_asked *asked;
	/* Each entry, once it is in the bundle that is being filled; the record lives as long as that.  NULL: nobody asks. */
	void (*entry)(void *context, const struct dirsync_guid *guid, const struct record *record);
	/* A bundle that is full, or the last one. */
	void (*hand_over)(void *context, struct bundle *bundle);
	void *context;
	size_t octets_max; /* of values in a bundle, or 0: as the bundle says */
	/* Zeroed by the caller. */
	struct entry_reader reader;
	struct bundle *bundle;
	size_t octets, in_bundle;
	struct dirsync_guid *partial; /* entries that came with a part of their values */
	size_t partial_count, partial_capacity;
	struct read_check check; /* of what was put */
};

/* Reads a page of everything below the base.  *cookie: zeroed at first, then what the page before left; its value is to
 * be freed by ber_memfree.  DIRSYNC_LAST_PAGE: there are no more. */
#define DIRSYNC_LAST_PAGE 1
int dirsync_entries_page(struct dirsync_entries *entries, struct berval *cookie, struct error *why);
/* Reads those of these objects that are below the base and mean something. */
int dirsync_entries_fetch(struct dirsync_entries *entries, const struct dirsync_guid *guids, size_t count,
                          struct error *why);
/* Does any entry matter that is at or below this object, wherever that is?  More than a page of them do. */
#define DIRSYNC_ANY_BELOW 1
struct dirsync_probe {
	bool (*matters)(void *context, const char *key, const char *dn);
	void *context;
};
int dirsync_entries_below(const struct dirsync_entries *entries, const struct dirsync_guid *guid,
                          const struct dirsync_probe *probe, struct error *why);
/* Puts into the bundles that nothing has this key any more. */
void dirsync_entries_remove(struct dirsync_entries *entries, const struct dirsync_guid *guid);
void dirsync_entries_flush(struct dirsync_entries *entries); /* hands the last bundle over */
void dirsync_entries_release(struct dirsync_entries *entries);

#endif

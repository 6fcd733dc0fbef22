/* Which objects have changed: the DirSync searches.  What they are now is read by ordinary searches
 * (dirsync_entries.h).  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_CHANGES_H
#define DIRECTORY_DIRSYNC_CHANGES_H

#include "directory/dirsync/dirsync_link.h"
#include "directory/dirsync/dirsync_message.h"

#include <stdbool.h>
#include <stddef.h>

#define DIRSYNC_REPORTS_MAX 65536

struct dirsync_report {
	struct dirsync_guid guid;
	bool made;    /* it is new */
	bool moved;   /* it was there under another name, or had been deleted */
	bool deleted;
};

/* Zeroed: none. */
struct dirsync_reports {
	struct dirsync_report *items; /* in the order of coming, an object as often as it was reported */
	size_t count, capacity;
	bool overflowed; /* some found no room */
};
void dirsync_reports_add(struct dirsync_reports *reports, const struct dirsync_report *report);
void dirsync_reports_append(struct dirsync_reports *reports, const struct dirsync_reports *more);
void dirsync_reports_clear(struct dirsync_reports *reports);
void dirsync_reports_release(struct dirsync_reports *reports);

/* How far the changes have been read.  Zeroed: nowhere; then dirsync_changes_skip comes first. */
struct dirsync_changes {
	struct berval cookie; /* in memory only: a new connection begins anew */
	char **attributes;    /* NULL-terminated, the caller's: changes of others are not reported */
	bool members;         /* who came into a group or left it is reported, too, as his memberOf changes */
};

/* Steps over all that is there now. */
int dirsync_changes_skip(const struct dirsync_link *link, const char *context, struct dirsync_changes *changes,
                         struct error *why);
/* Appends what has changed since the last time. */
int dirsync_changes_read(const struct dirsync_link *link, const char *context, struct dirsync_changes *changes,
                         struct dirsync_reports *reports, struct error *why);
void dirsync_changes_release(struct dirsync_changes *changes);

#endif

/* The source "dirsync": a domain controller of Active Directory, or Samba's.  It is read whole by a paged search and
 * followed by the DirSync control, which says what has changed; a second connection is told that something has (MS-ADTS
 * section 3.1.1.3.4.1.9), so that no change waits for the next question.  README.md has the whole story. */
#ifndef DIRECTORY_DIRSYNC_H
#define DIRECTORY_DIRSYNC_H

#include "directory/follower/source.h"
#include "directory/server/server_options.h"

struct dirsync_options {
	struct server_options server;
	unsigned interval_ms; /* at most between two questions what has changed; 0: 5000 */
};

/* Everything is copied.  NULL with `why`: the options are wrong. */
struct source *dirsync_new(const struct dirsync_options *options, struct error *why);

#endif

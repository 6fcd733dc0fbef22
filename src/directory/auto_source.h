/* The source "auto": a server that is asked what it is, and is then followed in the way that suits it best.
 *
 * It is asked by the source's own thread at the first connection: a server that is down at the start is waited for.  What
 * it is then said to be (source_status, kind) it stays until the source ends. */
#ifndef DIRECTORY_AUTO_SOURCE_H
#define DIRECTORY_AUTO_SOURCE_H

#include "directory/follower/source.h"
#include "directory/server/server_options.h"

/* The same server in each way, all of the same name. */
struct auto_kinds {
	struct source *content_sync; /* where RFC 4533 is offered, for this base and to this identity */
	struct source *dirsync;      /* Active Directory; NULL: it cannot be followed */
	struct source *poll;         /* everywhere else */
};

/* `server` says how to ask; it is copied.  The kinds are taken over, also when they are not all there: then it is NULL,
 * and `why`, if poll and content_sync are, says what is wrong. */
struct source *auto_source_new(const struct server_options *server, const struct auto_kinds *kinds, struct error *why);

#endif

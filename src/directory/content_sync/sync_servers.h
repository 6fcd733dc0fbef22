/* Which server is followed next: all of a source's are tried in the order of their health, each on a thread of its own
 * (background.h), and one that is behind what is published is not taken.  Internal to content synchronization; used by
 * the source's thread. */
#ifndef DIRECTORY_SYNC_SERVERS_H
#define DIRECTORY_SYNC_SERVERS_H

#include "base/error.h"
#include "directory/content_sync/heartbeat.h"
#include "directory/content_sync/sync_stream.h"
#include "directory/follower/feed.h"
#include "directory/follower/name_set.h"
#include "directory/server/session.h"

#include <stdbool.h>

struct sync_servers; /* opaque */

/* What is pointed to is copied. */
struct sync_servers *sync_servers_new(const struct session_options *session, const struct sync_stream_options *stream,
                                      const struct heartbeat_options *heartbeat);
void sync_servers_free(struct sync_servers *servers); /* does not wait for a server */

/* A server that was reached, both connections open.  Zeroed: none. */
struct sync_reached {
	struct sync_stream *stream;  /* whose search was not sent yet */
	struct heartbeat *heartbeat;
	struct name_set names;       /* attributes that its policy names, if they were asked for */
};
void sync_reached_release(struct sync_reached *reached);

/* Goes on with looking for a server, or begins to.  SERVERS_LOOKING: not yet.  0: *reached is the caller's; it is not
 * behind what the feed has published; or all that can be reached are, and it is the one that is furthest ahead of those that
 * may be believed all the same (feed_compare).  Negative: none can be taken, `why` says of each what is wrong. */
#define SERVERS_LOOKING 1
int sync_servers_look(struct sync_servers *servers, struct feed *feed, bool names, struct sync_reached *reached,
                      struct error *why);
bool sync_servers_looking(const struct sync_servers *servers);
int sync_servers_descriptor(const struct sync_servers *servers); /* for poll(2) while it is looking; else -1 */
void sync_servers_stop(struct sync_servers *servers);            /* stops looking; returns at once */
void sync_servers_failed(struct sync_servers *servers, const struct sync_stream *stream); /* it was lost */
void sync_servers_behind(struct sync_servers *servers, const struct sync_stream *stream); /* it turned out to be */

#endif

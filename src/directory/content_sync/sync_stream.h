/* One refreshAndPersist search on a connection of its own: it is read whole, then its changes are.  Internal to content
 * synchronization; used by the source's thread. */
#ifndef DIRECTORY_SYNC_STREAM_H
#define DIRECTORY_SYNC_STREAM_H

#include "base/clock.h"
#include "base/error.h"
#include "directory/follower/feed.h"
#include "directory/follower/position.h"
#include "directory/server/selection.h"
#include "directory/server/session.h"

#include <stdbool.h>

struct sync_stream; /* opaque */

struct sync_stream_options {
	const char *base;
	bool without_policy; /* the server need not know our schema */
};

/* Connects to the i-th server of the options, and asks it whether it can do what is needed: content synchronization, and our schema. */
int sync_stream_open(const struct session_options *session, unsigned i, const struct sync_stream_options *options,
                     struct sync_stream **stream, struct error *why);
void sync_stream_close(struct sync_stream *stream); /* NULL is allowed */

/* Sends the search: from now on what comes is part of a whole read of the feed (which feed_begin began). */
int sync_stream_search(struct sync_stream *stream, const struct selection *selection, struct error *why);

/* Hands what has arrived over to the feed.  STREAM_MORE: there may be more, call again soon.  Negative: it is lost, or
 * what came is not to be trusted. */
#define STREAM_MORE 1
int sync_stream_pump(struct sync_stream *stream, struct feed *feed, struct error *why);

/* The refresh has ended: all that was there has come.  What comes goes on being part of the whole read until
 * sync_stream_follow says that the read was committed. */
bool sync_stream_is_complete(const struct sync_stream *stream);
void sync_stream_follow(struct sync_stream *stream);
/* A complete stream that is worth committing: something of ours was there.  Negative: not. */
int sync_stream_check(const struct sync_stream *stream, struct error *why);

const struct position *sync_stream_position(const struct sync_stream *stream); /* as the cookies say */
const struct name_set *sync_stream_attributes(const struct sync_stream *stream); /* that were asked for */
const struct session *sync_stream_session(const struct sync_stream *stream);
instant sync_stream_begun_at(const struct sync_stream *stream); /* clock_monotonic: when the search was sent */
instant sync_stream_heard_at(const struct sync_stream *stream); /* clock_monotonic: when the server said something last */

#endif

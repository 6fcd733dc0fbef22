/* What a polling source reads on one connection: everything, what was changed, the list of ids.  Internal to polling;
 * used by the source's thread.  README.md says what each of them can and cannot see. */
#ifndef DIRECTORY_POLL_READER_H
#define DIRECTORY_POLL_READER_H

#include "base/clock.h"
#include "base/error.h"
#include "directory/follower/feed.h"
#include "directory/poll/change_times.h"
#include "directory/server/server_options.h"
#include "directory/server/session.h"

#include <stdbool.h>

#define POLL_ROWS_MAX  1000 /* entries that a list found different are read one by one; more, and all is read */
#define POLL_LISTS_MAX 3    /* after a whole read, until all that they have could be read */

struct poll_reader; /* opaque */

/* How far a connection had come, for the next one; zeroed: there was none. */
struct poll_past {
	unsigned uri; /* its index */
	bool paged;   /* the server gives pages */
	struct change_times times;
};

/* Connects, and looks whether the server knows our schema (unless it need not).  The options and `past` are borrowed for
 * the reader's life. */
int poll_reader_open(const struct server_options *options, instant overlap, const struct poll_past *past,
                     struct session_health *health, struct feed *feed, struct poll_reader **reader, struct error *why);
void poll_reader_close(struct poll_reader *reader); /* NULL is allowed */
void poll_reader_past(const struct poll_reader *reader, struct poll_past *past);
const struct session *poll_reader_session(const struct poll_reader *reader);

/* Outcomes of what follows, besides 0 (done) and negative (lost, or not to be trusted). */
#define POLL_BUSY      1 /* another source is reading itself whole: again in a moment */
#define POLL_HELD_BACK 2 /* too much would be removed: again at once, to confirm it */
#define POLL_AGAIN     3 /* entries came and went meanwhile: again soon; nothing was proven */
#define POLL_WHOLE     4 /* so much is different that all is to be read */
#define POLL_BEHIND    5 /* the server is older than what is published, as far as is known; `why` says by how much */

/* Everything, which proves the index as fresh as its begin.  `reconcile` as for feed_begin. */
int poll_reader_whole(struct poll_reader *reader, struct feed *feed, bool reconcile, struct error *why);

/* What was stamped with a time of change since the last read.  It proves nothing: what is gone, moved with what is above
 * it, or stamped late is not seen. */
int poll_reader_changes(struct poll_reader *reader, struct feed *feed, struct error *why);

/* What was changed, then the list of ids, and what it finds different: together they prove the index as fresh as
 * their begin. */
int poll_reader_pair(struct poll_reader *reader, struct feed *feed, struct error *why);

/* Does the server tell when entries were changed, and find them by it?  If not, only whole reads are of use.  Known after
 * the first whole read, or better after a pair. */
bool poll_reader_sees_changes(const struct poll_reader *reader);

#endif

/* Reaching a server: connecting, binding, and the first questions, which may all block, on a thread that is left behind
 * when the source has to end.  For sources that have nothing else to do meanwhile. */
#ifndef DIRECTORY_SERVER_REACH_H
#define DIRECTORY_SERVER_REACH_H

#include "base/error.h"
#include "directory/follower/feed.h"
#include "directory/follower/name_set.h"
#include "directory/server/server_options.h"
#include "directory/server/session.h"

#include <stdbool.h>

/* What is asked besides. */
#define REACH_SCHEMA 1u /* whether it knows our classes; if it does not, that is an error */
#define REACH_NAMES  2u /* which attributes of people its policy names */
#define REACH_ROOT   4u /* what its root entry (RFC 4512 section 5.1) says that it is */

struct server_reached {
	struct session *session;
	struct name_set names;
	bool active_directory; /* or Samba as one */
	bool content_sync;     /* it lists the control of RFC 4533; the database may lack it all the same */
};
void server_reached_release(struct server_reached *reached);

/* Negative: none could be reached, or is as it must be; or the feed is to stop (-ECANCELED), which does not wait for any
 * server. */
int server_reach(const struct server_options *server, unsigned questions, struct session_health *health,
                 struct feed *feed, struct server_reached *reached, struct error *why);

#endif

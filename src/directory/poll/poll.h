/* The source "poll": any LDAP server, asked again and again.  Each `interval` for what was changed (modifyTimestamp), each
 * `ids` for the list of all ids, which shows what is gone and what was moved; only both together prove that the index
 * is as the directory is.  A server that does not tell when entries were changed is read whole each interval.
 *
 * Snapshot tokens: the counter "time" is the time of change (modifyTimestamp, of the server's clock) until which
 * everything is in the index.  README.md says how it is known. */
#ifndef DIRECTORY_POLL_H
#define DIRECTORY_POLL_H

#include "directory/follower/source.h"
#include "directory/server/server_options.h"

struct poll_options {
	struct server_options server;
	unsigned interval_ms;  /* between two searches for changes, at most ids_ms; 0: 5000 */
	unsigned overlap_ms;   /* so much earlier than the last change is asked for; 0: 5000, and 1000 at least.  More by a
	                          second than clocks of servers differ, changes take, and replication lags */
	unsigned ids_ms;       /* between two lists of ids, hence the age that the index may have; 0: 30000 */
};

/* How often to read the list of ids where the index may be so old: ids_ms. */
unsigned poll_ids_within(instant max_staleness);

/* Everything is copied.  NULL with `why`: the options are wrong. */
struct source *poll_new(const struct poll_options *options, struct error *why);

#endif

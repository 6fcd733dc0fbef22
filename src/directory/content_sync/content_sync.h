/* The source "content-sync": an LDAP server with Content Synchronization (RFC 4533; OpenLDAP's syncprov overlay), read
 * and followed by one refreshAndPersist search.
 *
 * One search with one OR filter and an explicit list of attributes, so that the server's cookie says how far everything
 * has come.  The cookie serves tokens only: after any loss all is read again beside the index.  README.md has the
 * life of a source and why libldap's ldap_sync_* is not used. */
#ifndef DIRECTORY_CONTENT_SYNC_H
#define DIRECTORY_CONTENT_SYNC_H

#include "directory/follower/source.h"
#include "directory/server/server_options.h"

struct content_sync_options {
	struct server_options server;
	unsigned heartbeat_ms;       /* between two proofs of freshness; 0: 1000 */
	unsigned heartbeat_limit_ms; /* a server that does not answer one for so long is given up; 0: 5000 */
};

/* Everything is copied.  NULL with `why`: the options are wrong. */
struct source *content_sync_new(const struct content_sync_options *options, struct error *why);

#endif

/* The source "content-sync": an LDAP server with Content Synchronization (RFC 4533; OpenLDAP's syncprov overlay), read
 * and followed by one refreshAndPersist search.
 *
 * One search with one OR filter and an explicit list of attributes, so that the server's cookie says how far everything
 * has come.  The cookie serves tokens only: after any loss all is read again beside the index.  README.md has the
 * life of a source and why libldap's ldap_sync_* is not used. */
#ifndef DIRECTORY_CONTENT_SYNC_H
#define DIRECTORY_CONTENT_SYNC_H

#include "directory/session.h"
#include "directory/source.h"
#include "model/snapshot.h"

#define CONTENT_SYNC_ATTRIBUTES_MAX 256

struct content_sync_options {
	const char *name;                         /* of the source */
	const struct session_options *session;
	const char *base;                         /* DN below which everything is */
	const struct model_settings *settings;    /* person_filter and person_ids decide what is asked for; NULL: defaults */
	const char *attributes[CONTENT_SYNC_ATTRIBUTES_MAX]; /* further attributes of people to read; NULL-terminated */
	unsigned heartbeat_ms;     /* between two proofs of freshness; 0: 1000 */
	unsigned heartbeat_limit_ms; /* a server that does not answer one for so long is given up; 0: 5000 */
	unsigned reconcile_s;      /* at most between two whole reads that look for changes the server did not tell; 0: 3600 */
	unsigned connection_age_s; /* at most for a connection, then it is renewed, by a whole read too; 0: as reconcile_s */
	unsigned behind_limit_ms;  /* how long all servers must have been behind what is published before what they say is
	                              believed (source.h); 0: 60000 */
	bool without_policy;       /* the server need not know our schema: people and groups only */
};

/* Everything is copied.  NULL with `why`: the options are wrong. */
struct source *content_sync_new(const struct content_sync_options *options, struct error *why);

#endif

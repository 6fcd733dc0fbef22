/* What all sources that are LDAP servers want to know.  A source's own options hold one. */
#ifndef DIRECTORY_SERVER_OPTIONS_H
#define DIRECTORY_SERVER_OPTIONS_H

#include "directory/follower/source.h"
#include "directory/server/session.h"
#include "model/snapshot.h"

#include <stdbool.h>

struct server_options {
	const char *name;                      /* of the source */
	const struct session_options *session;
	const char *base;                      /* DN below which everything is */
	const struct model_settings *settings; /* person_filter and person_ids decide what is asked for; NULL: defaults */
	const char *attributes[SOURCE_ATTRIBUTES_MAX]; /* further attributes of people to read; NULL-terminated */
	bool without_policy;                   /* the server need not know our schema: people and groups only */
	unsigned reconcile_s;      /* at most between two whole reads that look for changes the server did not tell; 0: 3600 */
	unsigned connection_age_s; /* at most for a connection, then it is renewed, and all is read; 0: as reconcile_s */
	unsigned behind_limit_ms;  /* how long all servers must have been behind what is published before what they say is
	                              believed (source.h); 0: 60000 */
};

/* Negative with what is wrong, before anything is connected. */
int server_options_check(const struct server_options *options, struct error *why);
/* Copies with all texts, to be freed by server_options_free. */
struct server_options *server_options_copy(const struct server_options *options);
void server_options_free(struct server_options *options); /* NULL is allowed */

/* What every source that is a server begins with. */
void server_source_init(struct source *source, const struct source_operations *operations,
                        const struct server_options *options);
/* At most between two whole reads, connections being renewed with them. */
instant server_reconcile(const struct server_options *options);
/* Is a connection opened at that moment (clock_monotonic) to be renewed with the whole read that is made now?  If not, it
 * would be too old before the next one. */
bool server_connection_is_old(const struct server_options *options, instant opened_at);

#endif

/* A site: one configuration in force, and the index that follows its sources.
 *
 * Requests hold the site that they began with; when the configuration is read again the next one gets another.  Two
 * sites share an index if only what CHANGE_AT_ONCE says has changed between them. */
#ifndef DAEMON_SITE_H
#define DAEMON_SITE_H

#include "daemon/config.h"
#include "decide/decide.h"
#include "directory/follower/follower.h"

struct site; /* opaque, counted */

/* Who is told when the index has come further, on a thread that does nothing else. */
struct site_watcher {
	void (*progressed)(void *context); /* NULL: nobody */
	void *context;                     /* outlives the index */
};

/* What becomes of the state directory, if there is one. */
enum site_memory {
	SITE_APART = 0, /* neither read nor written */
	SITE_KEPT,      /* written */
	SITE_RESUMED,   /* … and the index begins with what is there */
};

/* Both take over the configuration, also when they fail, and return a site that the caller holds.
 * Starts following the sources.  NULL with `why`: a source cannot be made of its options. */
struct site *site_new(struct config *config, enum site_memory memory, const struct site_watcher *watcher, struct error *why);
/* Other settings over the index of a site that there is. */
struct site *site_renew(struct site *site, struct config *config);

struct site *site_acquire(struct site *site); /* returns it */
/* The last one ends threads and connections, which may take a while: whoever serves requests must not be the last. */
void site_drop(struct site *site);
bool site_is_mine(const struct site *site); /* nobody but the caller holds it */

const struct settings *site_settings(const struct site *site);
const struct decide_settings *site_decide_settings(const struct site *site);
struct follower *site_follower(const struct site *site);

/* May questions be answered in this state of the index?  REASON_NO_GRANT: yes; else why not. */
enum reason site_freshness(const struct site *site, const struct follower_state *state);

/* The first source of LDIF files that could not be read at all: a mistake that waiting does not mend.  False: none. */
bool site_find_broken_files(const struct site *site, struct source_status *status);

#endif

/* The follower: several sources, one index.
 *
 * It runs each source on a thread of its own, applies what they hand over on one writer thread, freezes, publishes and
 * wakes who waits.  Life: follower_new -> follower_add ... -> follower_start -> (questions) -> follower_free.
 *
 *   - Nothing is published before every required source has been read whole once.
 *   - A source that breaks keeps what the index has of it, with its age; a whole read is built beside what is published
 *     and replaces it at once when it is complete, or not at all.
 *   - A whole read that would remove more than `removal_share` of a source's people, memberships, bindings or entries (and
 *     more than `removal_floor`) is held back, made again, and only believed when the second one says the same.
 *   - Changes are obeyed as they come, however many they are; when they remove as much within a minute that is told, and
 *     the source is read whole to make sure.
 *   - A server that goes away ends no program: sources are deaf to SIGPIPE on their threads.
 *   - When the policy names an attribute of people that a source was not asked for, that source is read again with the
 *     attribute, and the new policy is published together with it. */
#ifndef DIRECTORY_FOLLOWER_H
#define DIRECTORY_FOLLOWER_H

#include "base/clock.h"
#include "base/error.h"
#include "directory/follower/source.h"
#include "model/published.h"

#include <stdbool.h>
#include <stddef.h>

#define FOLLOWER_SOURCES_MAX 32 /* at most BUILDER_SOURCES_MAX */
#define FOLLOWER_TOKEN_MAX   8192 /* octets of a snapshot token, with the NUL */

struct follower; /* opaque */

struct follower_options {
	const struct model_settings *settings; /* copied; NULL: all defaults */
	struct published *published;           /* where snapshots go; must outlive the follower, which alone sets it */
	const char *state_directory; /* where sources are kept on the disk (journal.h), until the start; NULL: nowhere */
	bool resume;                 /* begin with what is kept there */
	unsigned removal_share;                /* percent; 0: 20 */
	unsigned removal_floor;                /* of a kind; 0: 50 */
	/* Called on the writer thread after each publication, to find out what changed (`before` is NULL the first time);
	 * must be short: changes wait meanwhile.  NULL: nobody asks. */
	void (*changed)(void *context, const struct snapshot *before, const struct snapshot *after, const char *token);
	/* Called after publications, also of those that only come further; on a thread of its own, for which neither writer
	 * nor sources wait: several publications may be told as one.  NULL: nobody asks. */
	void (*progressed)(void *context);
	void *context; /* of both */
};

struct follower *follower_new(const struct follower_options *options);

/* Adds a source, before the start; the follower owns it from now on, also when it refuses (negative: a name that is not
 * valid or taken, or too many).  The order of adding is the source number in the index.  A source that is not
 * `required` may be missing without making the index incomplete or stale. */
int follower_add(struct follower *follower, struct source *source, bool required, struct error *why);

/* Negative: a thread could not be made, or the state directory is not fit. */
int follower_start(struct follower *follower, struct error *why);
void follower_reload(struct follower *follower); /* every source reads itself whole again (SIGHUP); returns at once */
void follower_free(struct follower *follower);   /* ends all threads and connections; NULL is allowed */

/* ---- Questions, from any thread; none of them waits for LDAP ---- */

struct follower_state {
	bool complete;     /* something is published: all required sources were read whole */
	instant proven_at; /* clock_monotonic: what is published was equal to all required sources at this moment; its age is
	                      clock_monotonic() - proven_at.  0 unless complete */
	size_t required;   /* sources */
	size_t following;  /* of these, how many are in state following */
};

/* The current snapshot (to be dropped; NULL before the first) together with its state and its own token, also when an
 * older state was believed.  `token` may be NULL; else it has room for FOLLOWER_TOKEN_MAX. */
const struct snapshot *follower_acquire(struct follower *follower, struct follower_state *state, char *token);
void follower_state(struct follower *follower, struct follower_state *state);
/* How many sources there are; source i, in the order of adding. */
size_t follower_count(const struct follower *follower);
void follower_source(struct follower *follower, size_t i, struct source_status *status);

/* Waits until what is published has reached a token, at most until `deadline` (clock_monotonic).
 * A token is what follower_acquire gave (here or at another gateway that follows the same servers), a part of it
 * "NAME:POSITION", or a bare entryCSN as `ldapmodify -e postread=entryCSN` prints it, which is looked for in every
 * source that knows its server id.  Counters of sources that are not configured here are an error. */
#define FOLLOWER_NOT_YET   1 /* the deadline came first */
#define FOLLOWER_BAD_TOKEN 2 /* `why` says what is wrong with it */
int follower_wait(struct follower *follower, const char *token, instant deadline, struct error *why);
/* The same of a token `have` that follower_acquire gave, at once: for what is answered from its snapshot. */
int follower_compare(const struct follower *follower, const char *have, const char *wanted, struct error *why);

/* Waits for the first publication, at most until `deadline` (clock_monotonic): 0; FOLLOWER_NOT_YET; FOLLOWER_FAILED as
 * soon as a required source has failed, with its error (it goes on trying all the same). */
#define FOLLOWER_FAILED 3
int follower_wait_complete(struct follower *follower, instant deadline, struct error *why);

#endif

/* What the index has of one source, kept on the disk while it is followed: SOURCE.index in a folder, which
 * journal_load.h reads at the next start.  Written on a thread of its own, for which nobody waits: when the disk is full,
 * broken or too slow, the journal is given up, and made anew with the next whole read.  Internal to the follower.
 *
 * A whole read goes into SOURCE.index.new, which becomes SOURCE.index.ready when it is complete, and takes the place of
 * SOURCE.index once it is proven when it was true; what is changed is appended.  A mark is written when a proof comes, at most each second, behind all changes that the proof is
 * about, so that what a file says up to a mark is never older than the mark. */
#ifndef DIRECTORY_JOURNAL_H
#define DIRECTORY_JOURNAL_H

#include "directory/follower/follower_parts.h"

#define JOURNAL_QUEUE_MAX    134217728 /* octets that wait for the disk; more, and the journal is given up */
#define JOURNAL_APPENDED_MAX 67108864  /* octets of changes behind a whole read that was smaller; then another one is asked for … */
#define JOURNAL_APPENDED_END 4         /* … and at so many times that size the journal is given up */

struct journal; /* opaque */

struct journal_options {
	int folder;           /* journal_folder_open; must outlive the journal */
	const char *source;   /* its name */
	const char *identity; /* of the source (source.h) */
	const char *asked;    /* of servers, whatever the policy names */
	/* Called on the journal's thread: the source should be read whole again, so that the journal becomes shorter. */
	void (*too_long)(void *context);
	void *context;
};

/* Texts are copied.  NULL: no thread could be made. */
struct journal *journal_new(const struct journal_options *options, struct error *why);
void journal_free(struct journal *journal); /* writes what waits; NULL is allowed */

/* ---- On the writer's thread ---- */

/* A bundle that has been applied, in that order; it is the journal's now.  A commit that was not taken comes as
 * STEP_ABANDON. */
void journal_take(struct journal *journal, struct bundle *bundle);

/* ---- On any thread ---- */

/* All bundles taken so far had been published when the source was proven to be as they say at that moment
 * (clock_monotonic). */
void journal_prove(struct journal *journal, instant at);

void journal_look(struct journal *journal, enum source_journal *state, struct error *why);

#endif

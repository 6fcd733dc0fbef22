/* What a source is written on: bundles of changes that it hands to the writer, and what it is asked to do.  Each feed
 * is used by its source's thread alone.
 *
 * A source reads itself whole between feed_begin and feed_commit: those bundles go into an index beside the one that is
 * published, and replace it when the commit succeeds.  All other bundles are changes to what is published; they may go
 * on during a whole read (of an older connection, say), and end with the commit. */
#ifndef DIRECTORY_FEED_H
#define DIRECTORY_FEED_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "directory/follower/name_set.h"
#include "directory/follower/position.h"
#include "model/entry.h"

#include <stdbool.h>
#include <stddef.h>

/* ---- Bundles ---- */

#define BUNDLE_CHANGES_MAX 256
#define BUNDLE_OCTETS_MAX  1048576 /* from there on a bundle is full; one entry more may be in it, however large */

struct bundle; /* opaque */

struct bundle *bundle_new(void);
void bundle_free(struct bundle *bundle);
struct arena *bundle_arena(struct bundle *bundle); /* memory that lives as long as the bundle */
/* A record, whose memory is the arena's or that of an object kept. */
void bundle_put(struct bundle *bundle, const struct record *record);
void bundle_remove(struct bundle *bundle, const char *key);
void bundle_seen(struct bundle *bundle, const char *key); /* in a whole read: it is there and unchanged */
/* The bundle lets go of the object (of so many octets) when it is freed, on any thread. */
void bundle_keep(struct bundle *bundle, void *object, void (*let_go)(void *object), size_t octets);
/* With this bundle the source has come so far. */
void bundle_position(struct bundle *bundle, const struct position *position);
bool bundle_is_empty(const struct bundle *bundle);
bool bundle_is_full(const struct bundle *bundle);

/* ---- Handing over ---- */

struct feed; /* opaque */

/* Begins a whole read.  `reconcile`: the index should be as the source is already, what differs is counted as repaired.
 * FEED_BUSY: another source is at it, try again in a moment. */
#define FEED_BUSY 1
int feed_begin(struct feed *feed, bool reconcile);
/* Hands a bundle over (the feed owns it), as part of the whole read or as a change.  Waits while too many are queued. */
void feed_push(struct feed *feed, struct bundle *bundle, bool whole);
/* What is known of a whole read at its end. */
struct feed_whole {
	const struct position *position;
	const struct name_set *covered; /* attributes of people that were asked for; NULL: all */
	instant begun;                  /* clock_monotonic: it proves that the index is as fresh as this */
	const char *server;             /* its address or path */
	bool authoritative;             /* what was read is the truth, whatever its position says: files are what they are */
};

/* Ends the whole read: what was not seen in it is dropped, and the source counts as followed.  Waits for the writer.
 * Afterwards the read is over, in any case.
 * FEED_HELD_BACK: it would have removed too much, read again to confirm it.
 * FEED_BEHIND: it is older than what is published; `why` says by how much.  Try again, another server first: once that has
 * gone on for the source's behind_limit it is believed (see feed_compare).  Negative: entries could not be put. */
#define FEED_HELD_BACK 2
#define FEED_BEHIND    3
int feed_commit(struct feed *feed, const struct feed_whole *whole, struct error *why);
/* Would a whole read of `server` at this position be older than what is published?  Asked before a server is read, so that a better
 * one can be looked for.  0: no.  FEED_BEHIND: yes.  FEED_WENT_BACK: yes, but it has been so for behind_limit, and a
 * commit would be believed.  FEED_LOST_COUNT: yes, but it is the server that was followed last, which may have lost count
 * of its changes when it was killed: a commit is taken if it differs in nothing from what is published, else that is
 * FEED_BEHIND.  `why` and *lag (may be NULL) say by how much.  The time counts while the source is not
 * followed, from the first answer that it is until one that is 0, a commit or feed_unreachable. */
#define FEED_WENT_BACK 4
#define FEED_LOST_COUNT 5
int feed_compare(struct feed *feed, const char *server, const struct position *position, struct position_lag *lag,
                 struct error *why);
/* No server answers at all: for how long they have been behind is not known any more. */
void feed_unreachable(struct feed *feed);
void feed_abandon(struct feed *feed); /* ends the whole read without consequences */
/* At the moment `at` (clock_monotonic) the source was at `position`: once what is published has come there, it is
 * proven to be as fresh.  A zeroed position: what was pushed before this call is all there was. */
void feed_prove(struct feed *feed, const struct position *position, instant at);
/* How far what was pushed as changes has come (or what was committed last). */
void feed_position(struct feed *feed, struct position *position);

/* ---- What others see of the source ---- */

/* Until the next commit: "failed" before the first one, else "lost". */
void feed_lost(struct feed *feed, const struct error *why);
void feed_warn(struct feed *feed, const struct error *why);
void feed_kind(struct feed *feed, const char *kind); /* what it turned out to be; static text */
void feed_count_reference(struct feed *feed);
void feed_count_reconnect(struct feed *feed);

/* ---- What the source is asked ---- */

#define FEED_STOP   1u /* end; stays asked */
#define FEED_RELOAD 2u /* read whole again */
#define FEED_WIDEN  4u /* the policy names attributes that were not asked for: read whole again with them */

/* Takes what was asked since the last call. */
unsigned feed_requests(struct feed *feed);
int feed_descriptor(const struct feed *feed);             /* readable when something was asked, for poll(2) */
bool feed_stopping(struct feed *feed);
/* Waits until something is asked, at most so long. */
void feed_pause(struct feed *feed, unsigned milliseconds);
/* The attributes of people that the policy names. */
void feed_wanted(struct feed *feed, struct name_set *wanted);

#endif

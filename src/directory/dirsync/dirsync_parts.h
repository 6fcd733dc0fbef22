/* What the files of the source "dirsync" share: dirsync.c (connection, times), dirsync_whole.c (reading whole),
 * dirsync_round.c (changes).  Internal to them. */
#ifndef DIRECTORY_DIRSYNC_PARTS_H
#define DIRECTORY_DIRSYNC_PARTS_H

#include "directory/dirsync/dirsync.h"
#include "directory/dirsync/dirsync_asked.h"
#include "directory/dirsync/dirsync_changes.h"
#include "directory/dirsync/dirsync_entries.h"
#include "directory/dirsync/dirsync_guids.h"
#include "directory/dirsync/dirsync_link.h"
#include "directory/dirsync/dirsync_server.h"
#include "directory/dirsync/dirsync_wake.h"
#include "directory/follower/feed.h"
#include "directory/follower/position.h"

#include <stdbool.h>

struct dirsync {
	struct source source; /* first */
	struct server_options *server;
	instant interval;
};

/* A whole read on its way. */
struct dirsync_whole {
	bool going;
	struct dirsync_asked asked;
	struct dirsync_entries entries;
	struct berval page;            /* cookie of the next one */
	struct dirsync_reports dirty;  /* what was reported since it began */
	struct dirsync_guids again;    /* the same: what is read again */
	struct position position;      /* of the server when it began */
	instant begun;
	unsigned restarts;             /* in a row, because something was moved meanwhile */
};

struct dirsync_run {
	const struct dirsync *source;
	struct feed *feed;
	struct session_health health;
	struct dirsync_link link;       /* session NULL: no connection */
	struct dirsync_server server;
	struct dirsync_wake *wake;      /* NULL: changes are found by the interval alone */
	bool following;                 /* this connection was read whole, and what changes can be handed over */
	bool loaded;                    /* some connection was: what the policy names is known */
	struct dirsync_asked asked;     /* of what is followed */
	struct dirsync_changes changes;
	struct dirsync_reports pending; /* reported, and not in the index yet */
	struct dirsync_whole whole;
};

/* Asks what has changed: adds to `pending`, and to what a whole read on its way has to read again. */
int dirsync_observe(struct dirsync_run *run, struct error *why);

/* ---- reading whole (dirsync_whole.c) ---- */

/* FEED_BUSY: another source is at it. */
int dirsync_whole_begin(struct dirsync_run *run, struct error *why);
/* Reads on, a page at a time.  0: there is more.  DIRSYNC_AGAIN: it was in vain, begin anew.  Negative: it failed, or
 * what came cannot be believed or put. */
#define DIRSYNC_COMMITTED 1
#define DIRSYNC_AGAIN     2
int dirsync_whole_step(struct dirsync_run *run, struct error *why);
void dirsync_whole_abandon(struct dirsync_run *run); /* if one is going */

/* ---- changes (dirsync_round.c) ---- */

/* Asks what has changed, reads it, hands it over, and proves that the index is as fresh as the question.
 * DIRSYNC_READ_WHOLE: more has changed, or moved, than can be handed over at once. */
#define DIRSYNC_READ_WHOLE 1
int dirsync_round(struct dirsync_run *run, struct error *why);

#endif

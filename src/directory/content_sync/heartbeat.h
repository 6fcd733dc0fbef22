/* A second connection that asks a server again and again how far it has come (contextCSN): it finds a server that hangs
 * and proves that an index is fresh when nothing changes.  Internal to content synchronization. */
#ifndef DIRECTORY_HEARTBEAT_H
#define DIRECTORY_HEARTBEAT_H

#include "base/clock.h"
#include "base/error.h"
#include "directory/follower/position.h"
#include "directory/server/session.h"

struct heartbeat; /* opaque */

struct heartbeat_options {
	unsigned interval_ms;
	unsigned limit_ms; /* for an answer */
};

/* Connects to the i-th server of the options.  `base` is where the followed entries are. */
int heartbeat_open(const struct session_options *session, unsigned i, const char *base,
                   const struct heartbeat_options *options, struct heartbeat **heartbeat, struct error *why);
void heartbeat_close(struct heartbeat *heartbeat); /* NULL is allowed */

/* Asks if it is time, and takes an answer if there is one.  `reached`: how far the followed stream has come.
 * HEARTBEAT_ANSWER: at the moment *at (clock_monotonic; when it was asked) the server was at *position, which is empty if
 * it does not say.  HEARTBEAT_BEHIND: who answers was behind the stream when it was asked, so that the answer proves
 * nothing (one address that leads to several servers); `why` says so.  Negative: lost, or no answer in time. */
#define HEARTBEAT_ANSWER 1
#define HEARTBEAT_BEHIND 2
int heartbeat_beat(struct heartbeat *heartbeat, const struct position *reached, struct position *position, instant *at,
                   struct error *why);

/* The same, once, and waits for the answer: how far is the server?  Empty also if it refuses to say.  Negative: lost, or no
 * answer in time. */
int heartbeat_position(struct heartbeat *heartbeat, struct position *position, struct error *why);

int heartbeat_descriptor(const struct heartbeat *heartbeat);  /* for poll(2) */
instant heartbeat_due(const struct heartbeat *heartbeat);     /* when to call heartbeat_beat at the latest */

#endif

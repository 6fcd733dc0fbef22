/* Requests that wait until the index has come to what they demand (Dirgate-At-Least).  No thread stands still for them:
 * their connections are suspended, and resumed when the index has come there, or when their time is over, or at the end.
 * What was resumed is answered as if it were asked anew; it may wait again. */
#ifndef HTTP_WAITING_H
#define HTTP_WAITING_H

#include "base/clock.h"
#include "base/error.h"
#include "http/backend.h"

#include <stdbool.h>

/* One of them; the caller's, and left alone by him from waiting_add until it was resumed. */
struct waiter {
	void *connection;   /* what `suspend` and `resume` are called with */
	const char *token;  /* what it waits for; borrowed */
	instant until;      /* clock_monotonic */
	struct waiter *next, **link; /* link: what points to it; NULL: it does not wait */
};

struct waiting; /* opaque: the list, and a thread that looks at the clock for it */

/* `most` may wait at once.  The backend must outlive it.  `suspend` is called in waiting_add; `resume` on any thread, once
 * for each that was suspended.  NULL with `why`: no thread could be started. */
struct waiting *waiting_new(const struct http_backend *backend, unsigned most, void (*suspend)(void *connection),
                            void (*resume)(void *connection), struct error *why);
/* False: as many wait as may, or the end has come; it was not suspended. */
bool waiting_add(struct waiting *waiting, struct waiter *waiter);
void waiting_end(struct waiting *waiting);  /* resumes all; from now on nobody waits */
void waiting_free(struct waiting *waiting); /* after waiting_end, once nobody adds any more; NULL is allowed */

#endif

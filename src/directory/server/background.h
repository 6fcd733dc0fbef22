/* Work that may block (names, connecting, TLS, Kerberos) on a thread of its own: who needs it goes on meanwhile, and who
 * must end leaves it behind without waiting.  Work that was left behind ends by its own time limits and cleans up, or with
 * the process, which then must not run the destructors of the libraries that the work is in (base/process.h). */
#ifndef DIRECTORY_BACKGROUND_H
#define DIRECTORY_BACKGROUND_H

#include "base/error.h"

#include <stdbool.h>

struct background; /* opaque */

struct background_work {
	/* On the thread; touches nothing but the context.  Asks background_abandoned between its steps. */
	int (*run)(void *context, const struct background *background, struct error *why);
	void (*let_go)(void *context); /* of work that was abandoned: the context has no other owner any more */
};

/* `work` outlives everything; the context is the thread's until background_end has taken the result.  NULL: no thread
 * could be made; the context is the caller's. */
struct background *background_begin(const struct background_work *work, void *context, struct error *why);
int background_descriptor(const struct background *background); /* readable when the work is done, for poll(2) */
/* BACKGROUND_GOING, or what the work returned; then the background is freed, and the context the caller's again. */
#define BACKGROUND_GOING 1
int background_end(struct background *background, struct error *why);
void background_abandon(struct background *background); /* returns at once; NULL is allowed */
bool background_abandoned(const struct background *background); /* for the work itself */

#endif

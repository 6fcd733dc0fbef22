/* The snapshot that questions are answered from.  Build beside, publish with one pointer, free after readers leave:
 * all of it is here.  Readers never wait for the writer nor for each other. */
#ifndef MODEL_PUBLISHED_H
#define MODEL_PUBLISHED_H

#include "model/snapshot.h"

struct published; /* opaque */

struct published *published_new(void); /* nothing is published yet */
void published_free(struct published *published);

/* The current snapshot, held for the caller (snapshot_drop), or NULL before the first.  Any thread. */
const struct snapshot *published_acquire(struct published *published);

/* Makes `snapshot` the current one; takes over the caller's hold.  One thread.  Old snapshots are freed by this
 * thread, here or in a later call, never by a reader. */
void published_set(struct published *published, struct snapshot *snapshot);

#endif

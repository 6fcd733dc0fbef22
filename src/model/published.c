/* A reader is inside the read side of liburcu only between loading the pointer and counting itself as a holder; the
 * writer, having changed the pointer, waits until nobody is there any more.  From then on an old snapshot is reached
 * only by those who hold it, and when this list is the last of them the writer may free it. */
#include "model/published.h"

#include "base/memory.h"
#include "model/index.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <urcu-bp.h>

struct retired {
	struct snapshot *snapshot;
	struct retired *next;
};

struct published {
	_Atomic(struct snapshot *) current;
	struct retired *retired; /* the writer's */
};

struct published *published_new(void)
{
	struct published *published = memory_alloc(sizeof(*published));

	atomic_init(&published->current, NULL);
	return published;
}

const struct snapshot *published_acquire(struct published *published)
{
	const struct snapshot *snapshot;

	rcu_read_lock();
	snapshot = atomic_load_explicit(&published->current, memory_order_acquire);
	if (snapshot)
		snapshot_acquire(snapshot);
	rcu_read_unlock();
	return snapshot;
}

static void retire(struct published *published, struct snapshot *snapshot)
{
	struct retired *retired = memory_alloc(sizeof(*retired));

	*retired = (struct retired){ snapshot, published->retired };
	published->retired = retired;
}

/* Frees those that no reader holds; all of them, when `all` says that there are no readers. */
static void sweep(struct published *published, bool all)
{
	struct retired **link = &published->retired, *retired;

	while ((retired = *link)) {
		if (!all && !snapshot_has_one_holder(retired->snapshot)) {
			link = &retired->next;
			continue;
		}
		*link = retired->next;
		snapshot_drop(retired->snapshot);
		free(retired);
	}
}

void published_set(struct published *published, struct snapshot *snapshot)
{
	struct snapshot *old = atomic_exchange_explicit(&published->current, snapshot, memory_order_acq_rel);

	if (old) {
		synchronize_rcu();
		retire(published, old);
	}
	sweep(published, false);
}

void published_free(struct published *published)
{
	if (!published)
		return;
	published_set(published, NULL);
	sweep(published, true);
	free(published);
}

/* What differs between two snapshots, entry by entry: what was added, changed, renamed, removed.
 *
 * Between two states of one builder it costs what changed, however large they are: what they share is passed over.  Of any
 * others it is right too, but looks at every entry. */
#ifndef MODEL_DIFFERENCE_H
#define MODEL_DIFFERENCE_H

#include "model/snapshot.h"

#include <stddef.h>

enum difference_kind {
	DIFFERENCE_REMOVED = 0,
	DIFFERENCE_RENAMED, /* it stands at another DN, and may say something else too; of a source without stable ids it is
	                       removed and added */
	DIFFERENCE_CHANGED,
	DIFFERENCE_ADDED,
	DIFFERENCE_KINDS
};

/* The entries are those of the two snapshots. */
struct difference_item {
	enum difference_kind kind;
	const struct entry *before; /* NULL: added */
	const struct entry *after;  /* NULL: removed */
	char *order;                /* its normal DN, by which it is sorted */
};

/* In the order of kinds, each by its normal DN (of a removed entry where it was, of all others where it is). */
struct difference {
	size_t count;
	struct difference_item *items;
};

/* `before` NULL: nothing was there.  Release it before the snapshots are dropped. */
void difference_make(const struct snapshot *before, const struct snapshot *after, struct difference *difference);
void difference_release(struct difference *difference);

#endif

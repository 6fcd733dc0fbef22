/* A persistent vector: a dense map from small numbers to pointers, copy-on-write like keyset.h, with the same rules
 * about freezing, counting and threads.  The items are counted objects of the caller. */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include <stddef.h>
#include <stdint.h>

struct vector_node; /* opaque */

/* How the vector holds its items.  Both may be called from any thread that copies or releases the vector. */
struct vector_items {
	void (*hold)(void *item);
	void (*let_go)(void *item);
};

/* Initialise with vector_init; copy only with vector_copy. */
struct vector {
	const struct vector_items *items; /* static */
	struct vector_node *root;
	uint32_t levels;
};

void vector_init(struct vector *vector, const struct vector_items *items);
void vector_release(struct vector *vector);
void vector_copy(struct vector *to, const struct vector *from); /* O(1); `to` must be initialised and empty */
void *vector_get(const struct vector *vector, uint32_t index);  /* NULL where nothing was set; borrowed */
/* Takes over the caller's hold on the item; NULL: none. */
void vector_set(struct vector *vector, uint32_t index, void *item);

/* Calls `found` for each index at which two vectors have different items (one of them perhaps NULL), in ascending order.
 * What they share is passed over: between a vector and what came of a copy of it the cost follows the changes. */
void vector_compare(const struct vector *before, const struct vector *after,
                    void (*found)(void *context, uint32_t index, void *before, void *after), void *context);

#endif

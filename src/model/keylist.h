/* A growing list of 64-bit keys, and the difference of two.  Internal to model/. */
#ifndef MODEL_KEYLIST_H
#define MODEL_KEYLIST_H

#include <stddef.h>
#include <stdint.h>

/* A zeroed list is empty. */
struct keylist {
	uint64_t *keys;
	size_t count, capacity;
};

void keylist_release(struct keylist *list);
void keylist_add(struct keylist *list, uint64_t key);
void keylist_sort(struct keylist *list); /* ascending, each key once */

/* Calls `only_a` for each key that only the first list has, `only_b` for those that only the second has.  Both lists
 * are sorted. */
void keylist_compare(const struct keylist *a, const struct keylist *b, void (*only_a)(void *context, uint64_t key),
                     void (*only_b)(void *context, uint64_t key), void *context);

#endif

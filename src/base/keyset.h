/* A persistent ordered set of 64-bit keys (a copy-on-write B+ tree).
 *
 * "Persistent" in the sense of data structures: a frozen set never changes; a change makes a new set that shares all
 * but the O(log n) nodes on its path with the old one.  Nodes are counted, atomically, so that sets may be copied and
 * dropped from any thread.  One writer at a time works on one `struct keyset`; frozen copies may be read by anyone.
 *
 * Why: every relation of the index (who is a member of what, who is below whom, which name means which entry) is a set
 * of such keys, read in order from a prefix.  One structure serves them all, snapshots of it cost nothing. */
#ifndef BASE_KEYSET_H
#define BASE_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keyset_node; /* opaque */

/* A zeroed keyset is empty.  A value: copy it only with keyset_copy. */
struct keyset {
	struct keyset_node *root;
	uint64_t count;
};

void keyset_release(struct keyset *set);                        /* lets go of the nodes; empty afterwards */
void keyset_copy(struct keyset *to, const struct keyset *from); /* O(1): shares all nodes; `to` must be empty */
bool keyset_add(struct keyset *set, uint64_t key);              /* false: it was there already */
bool keyset_remove(struct keyset *set, uint64_t key);           /* false: it was not there */
bool keyset_has(const struct keyset *set, uint64_t key);

#define KEYSET_DEPTH_MAX 16 /* levels; with at least 16 keys a node that is 16^16 keys */

/* Walks keys in ascending order.  Lives on the caller's stack, owns nothing; the set must not change meanwhile. */
struct keyset_cursor {
	const struct keyset_node *path[KEYSET_DEPTH_MAX];
	uint16_t at[KEYSET_DEPTH_MAX];
	int depth; /* of the leaf in path; -1: at the end */
};

void keyset_seek(const struct keyset *set, uint64_t from, struct keyset_cursor *cursor); /* to the first key >= from */
bool keyset_next(struct keyset_cursor *cursor, uint64_t *key);                           /* false: no more */

size_t keyset_memory(const struct keyset *set); /* octets of all its nodes, shared ones included */

#endif

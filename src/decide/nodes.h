/* Sets of nodes, in the order of their first appearance; most are small.  Internal to decide/. */
#ifndef DECIDE_NODES_H
#define DECIDE_NODES_H

#include "base/arena.h"
#include "model/entry.h"

/* A zeroed one is empty.  A copy is for reading. */
struct nodes {
	uint32_t count, capacity;
	node_id *items;  /* may be put into another order */
	uint32_t *table; /* private: the same nodes by their hash, once they are many */
};

bool nodes_have(const struct nodes *nodes, node_id node);
bool nodes_add(struct nodes *nodes, node_id node, struct arena *arena); /* false: it was there */
void nodes_join(struct nodes *nodes, const struct nodes *more, struct arena *arena);

#endif

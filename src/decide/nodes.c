#include "decide/nodes.h"

#include <string.h>

#define LISTED_MAX 32 /* of up to so many the list itself is looked through */

/* The place of a node in the table, or the free one for it.  The table holds nodes plus one, 0 is free. */
static uint32_t *slot_of(const struct nodes *nodes, node_id node)
{
	uint32_t last = nodes->capacity * 2 - 1, slot = node * 2654435761u & last;
	while (nodes->table[slot] != 0 && nodes->table[slot] != node + 1)
		slot = (slot + 1) & last;
	return &nodes->table[slot];
}

bool nodes_have(const struct nodes *nodes, node_id node)
{
	if (nodes->table != NULL)
		return *slot_of(nodes, node) != 0;
	for (uint32_t i = 0; i < nodes->count; i++)
		if (nodes->items[i] == node)
			return true;
	return false;
}

static void grow(struct nodes *nodes, struct arena *arena)
{
	uint32_t capacity = nodes->capacity == 0 ? LISTED_MAX / 2 : nodes->capacity * 2;
	node_id *items = arena_array(arena, capacity, sizeof(*items));
	if (nodes->count > 0)
		memcpy(items, nodes->items, nodes->count * sizeof(*items));
	nodes->items = items;
	nodes->capacity = capacity;
	if (capacity <= LISTED_MAX)
		return;
	nodes->table = arena_array(arena, (size_t)capacity * 2, sizeof(*nodes->table));
	for (uint32_t i = 0; i < nodes->count; i++)
		*slot_of(nodes, items[i]) = items[i] + 1;
}

bool nodes_add(struct nodes *nodes, node_id node, struct arena *arena)
{
	if (nodes_have(nodes, node))
		return false;
	if (nodes->count == nodes->capacity)
		grow(nodes, arena);
	nodes->items[nodes->count++] = node;
	if (nodes->table != NULL)
		*slot_of(nodes, node) = node + 1;
	return true;
}

void nodes_join(struct nodes *nodes, const struct nodes *more, struct arena *arena)
{
	for (uint32_t i = 0; i < more->count; i++)
		nodes_add(nodes, more->items[i], arena);
}

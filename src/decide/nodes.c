#include "decide/nodes.h"

#include <string.h>

bool nodes_have(const struct nodes *nodes, node_id node)
{
	for (uint32_t i = 0; i < nodes->count; i++)
		if (nodes->items[i] == node)
			return true;
	return false;
}

bool nodes_add(struct nodes *nodes, node_id node, struct arena *arena)
{
	if (nodes_have(nodes, node))
		return false;
	if (nodes->count == nodes->capacity) {
		uint32_t capacity = nodes->capacity == 0 ? 16 : nodes->capacity * 2;
		node_id *items = arena_array(arena, capacity, sizeof(*items));
		if (nodes->count > 0)
			memcpy(items, nodes->items, nodes->count * sizeof(*items));
		nodes->items = items;
		nodes->capacity = capacity;
	}
	nodes->items[nodes->count++] = node;
	return true;
}

void nodes_join(struct nodes *nodes, const struct nodes *more, struct arena *arena)
{
	for (uint32_t i = 0; i < more->count; i++)
		nodes_add(nodes, more->items[i], arena);
}

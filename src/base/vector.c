/* A tree of fixed depth: six bits of the index choose the slot at each level.  Who may change a node in place is told
 * at the head of keyset.c: its count and those of all nodes above it are 1. */
#include "base/vector.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

#define SLOT_BITS  6
#define SLOTS      (1U << SLOT_BITS)
#define LEVELS_MAX 6 /* 36 bits: more than an index has */

struct vector_node {
	_Atomic uint32_t holders;
	uint32_t used;      /* slots that are not NULL; never 0 between two calls */
	void *slots[SLOTS]; /* at level 0 items, above nodes */
};

static unsigned slot_of(uint32_t index, uint32_t level)
{
	return (index >> (level * SLOT_BITS)) & (SLOTS - 1);
}

/* Whether a tree of so many levels has a place for the index. */
static bool covers(uint32_t levels, uint32_t index)
{
	return (uint64_t)index >> (levels * SLOT_BITS) == 0 && levels > 0;
}

static struct vector_node *node_new(void)
{
	struct vector_node *node = memory_alloc(sizeof(*node));

	atomic_init(&node->holders, 1);
	return node;
}

static struct vector_node *node_hold(struct vector_node *node)
{
	uint32_t holders = atomic_fetch_add_explicit(&node->holders, 1, memory_order_relaxed);

	assert(holders > 0 && holders < UINT32_MAX);
	return node;
}

static void node_drop(struct vector_node *node, uint32_t level, const struct vector_items *items)
{
	/* Release: what this thread read or wrote is done before the count falls; acquire: whoever frees comes after. */
	if (atomic_fetch_sub_explicit(&node->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (unsigned i = 0; i < SLOTS && node->used > 0; i++) {
		if (!node->slots[i])
			continue;
		node->used--;
		if (level > 0)
			node_drop(node->slots[i], level - 1, items);
		else
			items->let_go(node->slots[i]);
	}
	free(node);
}

/* A copy that holds all that the node holds, but for one slot, which is empty in the copy. */
static struct vector_node *node_copy_without(const struct vector_node *node, uint32_t level, unsigned slot,
                                             const struct vector_items *items)
{
	struct vector_node *copy = node_new();

	for (unsigned i = 0; i < SLOTS; i++) {
		if (!node->slots[i] || i == slot)
			continue;
		if (level > 0)
			node_hold(node->slots[i]);
		else
			items->hold(node->slots[i]);
		copy->slots[i] = node->slots[i];
		copy->used++;
	}
	return copy;
}

/* Puts `content` (or nothing) into a slot.  Returns the node, or a copy of it if it is not owned, in which case the
 * caller lets go of the node; NULL when the node has nothing left and the caller is to let go of it. */
static struct vector_node *node_put(struct vector_node *node, bool owned, uint32_t level, unsigned slot, void *content,
                                    const struct vector_items *items)
{
	if (!content && node->used == (node->slots[slot] ? 1U : 0U))
		return NULL;
	if (!owned) {
		node = node_copy_without(node, level, slot, items);
	} else if (node->slots[slot]) {
		if (level > 0)
			node_drop(node->slots[slot], level - 1, items);
		else
			items->let_go(node->slots[slot]);
		node->used--;
	}
	node->slots[slot] = content;
	if (content)
		node->used++;
	return node;
}

/* Sets an item below the node, and returns what node_put returns.  `owned`: the path above may be changed in place. */
static struct vector_node *node_set(struct vector_node *node, bool owned, uint32_t level, uint32_t index, void *item,
                                    const struct vector_items *items)
{
	unsigned slot = slot_of(index, level);
	struct vector_node *child, *changed;

	owned = owned && atomic_load_explicit(&node->holders, memory_order_acquire) == 1;
	if (level == 0)
		return node_put(node, owned, level, slot, item, items);
	child = node->slots[slot];
	if (!child)
		changed = node_set(node_new(), true, level - 1, index, item, items);
	else
		changed = node_set(child, owned, level - 1, index, item, items);
	return changed == child ? node : node_put(node, owned, level, slot, changed, items);
}

void vector_init(struct vector *vector, const struct vector_items *items)
{
	*vector = (struct vector){.items = items};
}

void vector_release(struct vector *vector)
{
	if (vector->root)
		node_drop(vector->root, vector->levels - 1, vector->items);
	vector_init(vector, vector->items);
}

void vector_copy(struct vector *to, const struct vector *from)
{
	assert(!to->root && to->items == from->items);
	if (from->root)
		to->root = node_hold(from->root);
	to->levels = from->levels;
}

void *vector_get(const struct vector *vector, uint32_t index)
{
	void *found = vector->root;

	if (!covers(vector->levels, index))
		return NULL;
	for (uint32_t level = vector->levels; found && level > 0; level--)
		found = ((struct vector_node *)found)->slots[slot_of(index, level - 1)];
	return found;
}

/* Puts nodes on top until the tree has a place for the index. */
static void vector_grow(struct vector *vector, uint32_t index)
{
	struct vector_node *above;

	if (!vector->root) {
		vector->root = node_new();
		vector->levels = 1;
	}
	while (!covers(vector->levels, index)) {
		assert(vector->levels < LEVELS_MAX);
		above = node_new();
		above->slots[0] = vector->root;
		above->used = 1;
		vector->root = above;
		vector->levels++;
	}
}

void vector_set(struct vector *vector, uint32_t index, void *item)
{
	struct vector_node *old, *root;

	if (!item && !vector_get(vector, index))
		return;
	vector_grow(vector, index);
	old = vector->root;
	root = node_set(old, true, vector->levels - 1, index, item, vector->items);
	if (root == old)
		return;
	node_drop(old, vector->levels - 1, vector->items);
	vector->root = root;
	if (!root)
		vector->levels = 0;
}

/* ---- two of them ---- */

struct comparison {
	void (*found)(void *context, uint32_t index, void *before, void *after);
	void *context;
};

/* A part of a tree: a node of that level, or nothing. */
struct part {
	struct vector_node *node;
	uint32_t level;
};

/* What a part has in a slot, as seen from `level`: a lower tree stands in the first slots of all levels above it. */
static void *part_slot(const struct part *part, uint32_t level, unsigned slot)
{
	if (!part->node)
		return NULL;
	if (part->level < level)
		return slot == 0 ? part->node : NULL;
	return part->node->slots[slot];
}

static struct part part_below(const struct part *part, uint32_t level, void *node)
{
	return (struct part){node, part->level < level ? part->level : level - 1};
}

static void compare_parts(const struct comparison *comparison, const struct part *before, const struct part *after,
                          uint32_t level, uint32_t first)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		void *old = part_slot(before, level, i), *new = part_slot(after, level, i);
		uint32_t index = first + (i << (level * SLOT_BITS));

		if (old == new)
			continue;
		if (level == 0) {
			comparison->found(comparison->context, index, old, new);
		} else {
			struct part below = part_below(before, level, old), other = part_below(after, level, new);

			compare_parts(comparison, &below, &other, level - 1, index);
		}
	}
}

void vector_compare(const struct vector *before, const struct vector *after,
                    void (*found)(void *context, uint32_t index, void *before, void *after), void *context)
{
	const struct comparison comparison = {found, context};
	const struct part old = {before->root, before->root ? before->levels - 1 : 0};
	const struct part new = {after->root, after->root ? after->levels - 1 : 0};

	if (old.node != new.node)
		compare_parts(&comparison, &old, &new, old.level > new.level ? old.level : new.level, 0);
}

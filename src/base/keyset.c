/* A B+ tree whose nodes are counted.
 *
 * A node may be changed in place only if nobody else can reach it: its count is 1, and so are the counts of all nodes
 * above it.  Every change walks down carrying that knowledge (`owned`), changes or replaces the leaf, and on its way
 * back up puts the replacement into each parent, which is copied first if it was not owned.
 *
 * A leaf keeps its keys as distances from a base, all in as many octets as the widest of them needs: keys of one leaf
 * are neighbours, so that a few octets do for most.  A branch keeps, for each child but the first, the bound that
 * divides it from the child before: keys of child i are at least bounds[i] and less than bounds[i + 1]. */
#include "base/keyset.h"

#include <assert.h>
#include <endian.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define NODE_MAX      64 /* keys of a leaf, children of a branch */
#define NODE_MIN      16 /* a node that shrinks below this joins a neighbour */
#define NODE_JOINED   48 /* ... if the two together have at most this many: the next addition must not split it again */
#define CAPACITY_STEP 16 /* the room for keys of a leaf grows by this many */
#define WIDTH_MAX     8  /* octets of a key in a leaf */

struct keyset_node {
	_Atomic uint32_t holders;
	uint8_t level;    /* 0: a leaf */
	uint8_t count;    /* of keys or children; never 0 between two calls */
	uint8_t capacity; /* leaf: room for keys */
	uint8_t width;    /* leaf: octets of each key */
};

struct leaf {
	struct keyset_node node;
	uint64_t base;          /* not above the first key */
	unsigned char octets[]; /* capacity * width, little-endian, ascending; and padding, see leaf_distance */
};

struct branch {
	struct keyset_node node;
	uint64_t bounds[NODE_MAX]; /* the first is not used */
	struct keyset_node *children[NODE_MAX];
};

/* What a node that was too full gives to its parent. */
struct split {
	struct keyset_node *right; /* NULL: it was not too full */
	uint64_t bound;            /* between the node and `right` */
};

/* ---- holding ---- */

static struct keyset_node *node_hold(struct keyset_node *node)
{
	uint32_t holders = atomic_fetch_add_explicit(&node->holders, 1, memory_order_relaxed);

	assert(holders > 0 && holders < UINT32_MAX);
	return node;
}

static struct branch *as_branch(struct keyset_node *node)
{
	return (struct branch *)node;
}

static struct leaf *as_leaf(struct keyset_node *node)
{
	return (struct leaf *)node;
}

static const struct branch *as_const_branch(const struct keyset_node *node)
{
	return (const struct branch *)node;
}

static const struct leaf *as_const_leaf(const struct keyset_node *node)
{
	return (const struct leaf *)node;
}

static void node_drop(struct keyset_node *node)
{
	/* Release: what this thread read or wrote is done before the count falls; acquire: whoever frees comes after. */
	if (atomic_fetch_sub_explicit(&node->holders, 1, memory_order_acq_rel) != 1)
		return;
	if (node->level > 0)
		for (unsigned i = 0; i < node->count; i++)
			node_drop(as_branch(node)->children[i]);
	free(node);
}

/* Whether the one who holds the node by an owned path may change it in place.  Acquire pairs with the release of
 * those who let go of it. */
static bool node_is_single(struct keyset_node *node)
{
	return atomic_load_explicit(&node->holders, memory_order_acquire) == 1;
}

/* ---- leaves ---- */

static uint64_t width_mask(unsigned width)
{
	return UINT64_MAX >> (64 - 8 * width);
}

/* One load or store of eight octets serves every width; hence the padding at the end of a leaf. */
static inline uint64_t leaf_distance(const unsigned char *at, uint64_t mask)
{
	uint64_t octets;

	memcpy(&octets, at, sizeof(octets));
	return le64toh(octets) & mask;
}

static void leaf_put(struct leaf *leaf, unsigned index, uint64_t key)
{
	uint64_t mask = width_mask(leaf->node.width), octets;
	unsigned char *at = leaf->octets + index * leaf->node.width;

	memcpy(&octets, at, sizeof(octets));
	octets = htole64((le64toh(octets) & ~mask) | (key - leaf->base));
	memcpy(at, &octets, sizeof(octets));
}

static inline uint64_t leaf_key(const struct leaf *leaf, unsigned index)
{
	unsigned width = leaf->node.width;

	return leaf->base + leaf_distance(leaf->octets + index * width, width_mask(width));
}

/* How many keys of the leaf are below `key`. */
static inline unsigned leaf_rank(const struct leaf *leaf, uint64_t key)
{
	unsigned width = leaf->node.width, left = leaf->node.count, rank = 0;
	uint64_t mask = width_mask(width), distance = key - leaf->base;

	if (key < leaf->base)
		return 0;
	while (left > 1) {
		unsigned half = left / 2;

		rank += leaf_distance(leaf->octets + (rank + half - 1) * width, mask) < distance ? half : 0;
		left -= half;
	}
	return rank + (leaf_distance(leaf->octets + rank * width, mask) < distance);
}

static bool leaf_has_at(const struct leaf *leaf, unsigned index, uint64_t key)
{
	return index < leaf->node.count && leaf_key(leaf, index) == key;
}

static size_t leaf_size(unsigned capacity, unsigned width)
{
	return sizeof(struct leaf) + (size_t)capacity * width + WIDTH_MAX - width;
}

static struct keyset_node *leaf_new(const uint64_t *keys, unsigned count)
{
	uint64_t span = keys[count - 1] - keys[0], spare;
	unsigned width = 1, capacity = (count / CAPACITY_STEP + 1) * CAPACITY_STEP;
	struct leaf *leaf;

	while (span > width_mask(width))
		width++;
	if (capacity > NODE_MAX)
		capacity = NODE_MAX;
	leaf = memory_alloc(leaf_size(capacity, width));
	atomic_init(&leaf->node.holders, 1);
	leaf->node.count = (uint8_t)count;
	leaf->node.capacity = (uint8_t)capacity;
	leaf->node.width = (uint8_t)width;

	/* What the width can express beyond the span is left on both sides, for keys that come later. */
	spare = (width_mask(width) - span) / 2;
	leaf->base = keys[0] - (keys[0] < spare ? keys[0] : spare);
	for (unsigned i = 0; i < count; i++)
		leaf_put(leaf, i, keys[i]);
	return &leaf->node;
}

static unsigned leaf_read(const struct leaf *leaf, uint64_t *keys)
{
	for (unsigned i = 0; i < leaf->node.count; i++)
		keys[i] = leaf_key(leaf, i);
	return leaf->node.count;
}

/* Where to cut a full leaf into which the `index`th of `count` keys is about to go.  Keys often come in ascending
 * order, over all or behind a common prefix: then the left part is not touched again and stays full. */
static unsigned split_point(unsigned index, unsigned count)
{
	return index == count - 1 ? count - 1 : count / 2;
}

static struct keyset_node *leaf_add_by_copy(const struct leaf *leaf, unsigned index, uint64_t key, struct split *split)
{
	uint64_t keys[NODE_MAX + 1];
	unsigned count = leaf_read(leaf, keys) + 1, left = count;

	memmove(keys + index + 1, keys + index, (count - 1 - index) * sizeof(*keys));
	keys[index] = key;
	if (count > NODE_MAX) {
		left = split_point(index, count);
		split->right = leaf_new(keys + left, count - left);
		/* The lowest bound that is true: what comes between the two parts goes right, where there is room. */
		split->bound = keys[left - 1] + 1;
	}
	return leaf_new(keys, left);
}

static struct keyset_node *leaf_add(struct leaf *leaf, bool owned, uint64_t key, struct split *split)
{
	unsigned index = leaf_rank(leaf, key), width = leaf->node.width, count = leaf->node.count;
	unsigned char *at = leaf->octets + index * width;

	if (leaf_has_at(leaf, index, key))
		return NULL;
	if (!owned || count == leaf->node.capacity || key < leaf->base || key - leaf->base > width_mask(width))
		return leaf_add_by_copy(leaf, index, key, split);
	memmove(at + width, at, (count - index) * width);
	leaf_put(leaf, index, key);
	leaf->node.count++;
	return &leaf->node;
}

/* The last key is never removed from a leaf, as a leaf is never empty: its parent removes the leaf. */
static struct keyset_node *leaf_remove_at(struct leaf *leaf, bool owned, unsigned index)
{
	uint64_t keys[NODE_MAX];
	unsigned width = leaf->node.width, count = leaf->node.count;
	unsigned char *at = leaf->octets + index * width;

	if (owned) {
		memmove(at, at + width, (count - 1 - index) * width);
		leaf->node.count--;
		return &leaf->node;
	}
	leaf_read(leaf, keys);
	memmove(keys + index, keys + index + 1, (count - 1 - index) * sizeof(*keys));
	return leaf_new(keys, count - 1);
}

/* ---- branches ---- */

static struct branch *branch_new(unsigned level)
{
	struct branch *branch = memory_alloc(sizeof(*branch));

	assert(level < KEYSET_DEPTH_MAX);
	atomic_init(&branch->node.holders, 1);
	branch->node.level = (uint8_t)level;
	return branch;
}

/* The index of the child where `key` belongs: the last one whose bound is not above it. */
static inline unsigned branch_find(const struct branch *branch, uint64_t key)
{
	unsigned left = branch->node.count, index = 0;

	while (left > 1) {
		unsigned half = left / 2;

		index += branch->bounds[index + half] <= key ? half : 0;
		left -= half;
	}
	return index;
}

/* Takes over the caller's hold on `child`. */
static void branch_append(struct branch *branch, uint64_t bound, struct keyset_node *child)
{
	branch->bounds[branch->node.count] = bound;
	branch->children[branch->node.count++] = child;
}

static void branch_append_held(struct branch *to, const struct branch *from, unsigned begin, unsigned end)
{
	for (unsigned i = begin; i < end; i++)
		branch_append(to, from->bounds[i], node_hold(from->children[i]));
}

/* The branch itself if it may be changed, else a copy; the copy holds its children, the caller lets go of the branch. */
static struct branch *branch_writable(struct branch *branch, bool owned)
{
	struct branch *copy;

	if (owned)
		return branch;
	copy = branch_new(branch->node.level);
	branch_append_held(copy, branch, 0, branch->node.count);
	return copy;
}

/* Takes over the caller's hold on `child`, and lets go of the one that was there unless it is the same. */
static void branch_replace(struct branch *branch, unsigned index, struct keyset_node *child)
{
	struct keyset_node *old = branch->children[index];

	if (old == child)
		return;
	branch->children[index] = child;
	node_drop(old);
}

static void branch_insert(struct branch *branch, unsigned index, uint64_t bound, struct keyset_node *child)
{
	unsigned behind = branch->node.count - index;

	memmove(branch->bounds + index + 1, branch->bounds + index, behind * sizeof(*branch->bounds));
	memmove(branch->children + index + 1, branch->children + index, behind * sizeof(*branch->children));
	branch->bounds[index] = bound;
	branch->children[index] = child;
	branch->node.count++;
}

/* Lets go of the child. */
static void branch_remove(struct branch *branch, unsigned index)
{
	struct keyset_node *child = branch->children[index];
	unsigned behind = branch->node.count - index - 1;

	memmove(branch->bounds + index, branch->bounds + index + 1, behind * sizeof(*branch->bounds));
	memmove(branch->children + index, branch->children + index + 1, behind * sizeof(*branch->children));
	branch->node.count--;
	node_drop(child);
}

/* Puts into a full, writable branch one child more; its upper part becomes split->right. */
static void branch_split(struct branch *branch, unsigned index, const struct split *more, bool last,
                         struct split *split)
{
	unsigned count = branch->node.count;
	/* Only the last branch of its level is left full behind: in the middle, such splits would make thin branches. */
	unsigned left = last && index == count ? count : count / 2;
	struct branch *right = branch_new(branch->node.level);

	for (unsigned i = left; i < count; i++)
		branch_append(right, branch->bounds[i], branch->children[i]);
	branch->node.count = (uint8_t)left;
	if (index >= left)
		branch_insert(right, index - left, more->bound, more->right);
	else
		branch_insert(branch, index, more->bound, more->right);
	split->right = &right->node;
	split->bound = right->bounds[0];
}

/* ---- adding ---- */

static struct keyset_node *node_add(struct keyset_node *node, bool owned, bool last, uint64_t key, struct split *split);

static struct keyset_node *branch_add(struct branch *branch, bool owned, bool last, uint64_t key, struct split *split)
{
	unsigned index = branch_find(branch, key), count = branch->node.count;
	struct split below = {0};
	struct keyset_node *child = node_add(branch->children[index], owned, last && index == count - 1, key, &below);

	if (!child)
		return NULL;
	branch = branch_writable(branch, owned);
	branch_replace(branch, index, child);
	if (below.right && count == NODE_MAX)
		branch_split(branch, index + 1, &below, last, split);
	else if (below.right)
		branch_insert(branch, index + 1, below.bound, below.right);
	return &branch->node;
}

/* Adds the key below `node`.  Returns the node, or the one to put in its place, which the caller then holds; NULL if
 * the key is there already.  `owned`: the path above may be changed in place; `last`: nothing is to the right. */
static struct keyset_node *node_add(struct keyset_node *node, bool owned, bool last, uint64_t key, struct split *split)
{
	owned = owned && node_is_single(node);
	if (node->level > 0)
		return branch_add(as_branch(node), owned, last, key, split);
	return leaf_add(as_leaf(node), owned, key, split);
}

static void keyset_set_root(struct keyset *set, struct keyset_node *root)
{
	struct keyset_node *old = set->root;

	if (old == root)
		return;
	set->root = root;
	if (old)
		node_drop(old);
}

bool keyset_add(struct keyset *set, uint64_t key)
{
	struct split split = {0};
	struct keyset_node *root;
	struct branch *above;

	if (!set->root) {
		set->root = leaf_new(&key, 1);
		set->count = 1;
		return true;
	}
	root = node_add(set->root, true, true, key, &split);
	if (!root)
		return false;
	keyset_set_root(set, root);
	if (split.right) {
		above = branch_new(root->level + 1U);
		branch_append(above, 0, root);
		branch_append(above, split.bound, split.right);
		set->root = &above->node;
	}
	set->count++;
	return true;
}

/* ---- removing ---- */

/* A new node with all that two neighbours have; they are left as they are. */
static struct keyset_node *node_join(const struct keyset_node *left, const struct keyset_node *right, uint64_t bound)
{
	uint64_t keys[NODE_JOINED];
	struct branch *joined;
	unsigned count;

	if (left->level == 0) {
		count = leaf_read(as_const_leaf(left), keys);
		count += leaf_read(as_const_leaf(right), keys + count);
		return leaf_new(keys, count);
	}
	joined = branch_new(left->level);
	branch_append_held(joined, as_const_branch(left), 0, left->count);
	branch_append_held(joined, as_const_branch(right), 0, right->count);
	joined->bounds[left->count] = bound;
	return &joined->node;
}

/* Joins a child that became small with the neighbour that has less, if the two fit into one. */
static void branch_join_child(struct branch *branch, unsigned index)
{
	struct keyset_node **children = branch->children;
	unsigned last = branch->node.count - 1U;
	unsigned left = index;

	if (children[index]->count >= NODE_MIN || last == 0)
		return;
	if (index == last || (index > 0 && children[index - 1]->count < children[index + 1]->count))
		left = index - 1;
	if (children[left]->count + children[left + 1]->count > NODE_JOINED)
		return;
	branch_replace(branch, left, node_join(children[left], children[left + 1], branch->bounds[left + 1]));
	branch_remove(branch, left + 1);
}

/* What became of a node from which a key was to be removed. */
enum removal { REMOVAL_NOTHING, REMOVAL_DONE, REMOVAL_EMPTIED };

static enum removal node_remove(struct keyset_node **node, bool owned, uint64_t key);

static enum removal leaf_remove(struct keyset_node **node, bool owned, uint64_t key)
{
	struct leaf *leaf = as_leaf(*node);
	unsigned index = leaf_rank(leaf, key);

	if (!leaf_has_at(leaf, index, key))
		return REMOVAL_NOTHING;
	if (leaf->node.count == 1)
		return REMOVAL_EMPTIED;
	*node = leaf_remove_at(leaf, owned, index);
	return REMOVAL_DONE;
}

static enum removal branch_remove_key(struct keyset_node **node, bool owned, uint64_t key)
{
	struct branch *branch = as_branch(*node);
	unsigned index = branch_find(branch, key);
	struct keyset_node *child = branch->children[index];
	enum removal removal = node_remove(&child, owned, key);

	if (removal == REMOVAL_NOTHING || (removal == REMOVAL_EMPTIED && branch->node.count == 1))
		return removal;
	branch = branch_writable(branch, owned);
	if (removal == REMOVAL_EMPTIED) {
		branch_remove(branch, index);
	} else {
		branch_replace(branch, index, child);
		branch_join_child(branch, index);
	}
	*node = &branch->node;
	return REMOVAL_DONE;
}

/* Removes the key below *node, which becomes the one to put in its place (held by the caller) or stays the same;
 * REMOVAL_EMPTIED changes nothing and asks the caller to let go of the whole node. */
static enum removal node_remove(struct keyset_node **node, bool owned, uint64_t key)
{
	owned = owned && node_is_single(*node);
	return (*node)->level > 0 ? branch_remove_key(node, owned, key) : leaf_remove(node, owned, key);
}

bool keyset_remove(struct keyset *set, uint64_t key)
{
	struct keyset_node *root = set->root;
	enum removal removal = root ? node_remove(&root, true, key) : REMOVAL_NOTHING;

	if (removal == REMOVAL_NOTHING)
		return false;
	keyset_set_root(set, removal == REMOVAL_EMPTIED ? NULL : root);
	while (set->root && set->root->level > 0 && set->root->count == 1)
		keyset_set_root(set, node_hold(as_branch(set->root)->children[0]));
	set->count--;
	return true;
}

/* ---- the whole ---- */

void keyset_release(struct keyset *set)
{
	keyset_set_root(set, NULL);
	set->count = 0;
}

void keyset_copy(struct keyset *to, const struct keyset *from)
{
	assert(!to->root);
	if (from->root)
		to->root = node_hold(from->root);
	to->count = from->count;
}

static size_t node_memory(const struct keyset_node *node)
{
	size_t octets = sizeof(struct branch);

	if (node->level == 0)
		return leaf_size(node->capacity, node->width);
	for (unsigned i = 0; i < node->count; i++)
		octets += node_memory(as_const_branch(node)->children[i]);
	return octets;
}

size_t keyset_memory(const struct keyset *set)
{
	return set->root ? node_memory(set->root) : 0;
}

/* ---- reading ---- */

bool keyset_has(const struct keyset *set, uint64_t key)
{
	const struct keyset_node *node = set->root;

	if (!node)
		return false;
	while (node->level > 0)
		node = as_const_branch(node)->children[branch_find(as_const_branch(node), key)];
	return leaf_has_at(as_const_leaf(node), leaf_rank(as_const_leaf(node), key), key);
}

void keyset_seek(const struct keyset *set, uint64_t from, struct keyset_cursor *cursor)
{
	const struct keyset_node *node = set->root;
	unsigned index;

	cursor->depth = -1;
	while (node) {
		index = node->level > 0 ? branch_find(as_const_branch(node), from)
		                        : leaf_rank(as_const_leaf(node), from);
		cursor->depth++;
		cursor->path[cursor->depth] = node;
		cursor->at[cursor->depth] = (uint16_t)index;
		node = node->level > 0 ? as_const_branch(node)->children[index] : NULL;
	}
}

/* From the end of a leaf to the beginning of the next one; false when there is none. */
static bool cursor_next_leaf(struct keyset_cursor *cursor)
{
	int leaf = cursor->depth, depth = leaf - 1;

	while (depth >= 0 && cursor->at[depth] + 1U == cursor->path[depth]->count)
		depth--;
	if (depth < 0) {
		cursor->depth = -1;
		return false;
	}
	cursor->at[depth]++;
	for (; depth < leaf; depth++) {
		cursor->path[depth + 1] = as_const_branch(cursor->path[depth])->children[cursor->at[depth]];
		cursor->at[depth + 1] = 0;
	}
	return true;
}

bool keyset_next(struct keyset_cursor *cursor, uint64_t *key)
{
	if (cursor->depth < 0)
		return false;
	if (cursor->at[cursor->depth] == cursor->path[cursor->depth]->count && !cursor_next_leaf(cursor))
		return false;
	*key = leaf_key(as_const_leaf(cursor->path[cursor->depth]), cursor->at[cursor->depth]++);
	return true;
}

#include "model/builder_state.h"

#include "base/memory.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SPELLINGS_FIRST 512         /* powers of two */
#define SPELLINGS_MAX   (1U << 21) /* 16 MiB */
#define PENDING_MAX  (1U << 18) /* keys: 2 MiB, and as much again while they are sorted */

/* ---- making ---- */

static node_id node_id_take(struct builder *builder)
{
	if (builder->unused.count > 0)
		return (node_id)builder->unused.keys[--builder->unused.count];
	assert(builder->index.node_limit <= NODE_ID_MAX); /* half a thousand million DNs: memory ends before */
	return builder->index.node_limit++;
}

static node_id node_make(struct builder *builder, node_id parent, const struct rdn *rdn)
{
	struct index *index = &builder->index;
	node_id id = node_id_take(builder);

	vector_set(&index->nodes, id, node_new(parent, rdn));
	keyset_add(&index->keys, key_make(KEY_RDN, hash_rdn(index->setup, parent, rdn->normal), id));
	keyset_add(&index->keys, key_make(KEY_RELATION + RELATION_CHILD, parent, id));
	index->node_count++;
	keylist_add(&builder->doubtful, id);
	return id;
}

static node_id node_child(struct builder *builder, node_id parent, const struct rdn *rdn)
{
	node_id id = index_find_child(&builder->index, parent, rdn->normal);

	return id != NODE_NONE ? id : node_make(builder, parent, rdn);
}

node_id builder_node(struct builder *builder, const struct dn *dn)
{
	uint32_t left = dn->count;
	node_id id = NODE_NONE;

	if (left > 1 && index_is_dn(&builder->index, builder->guess, dn, 1)) {
		left = 1;
		id = builder->guess;
	}
	while (left > 0) {
		left--;
		if (left == 0)
			builder->guess = id;
		id = node_child(builder, id, &dn->rdns[left]);
	}
	return id;
}

/* ---- spellings ---- */

/* Two places where the node may be remembered: among the last ones whose hashes end alike. */
static uint64_t *spelling_pair(struct builder *builder, uint32_t hash)
{
	if (builder->spelling_room <= builder->index.node_count && builder->spelling_room < SPELLINGS_MAX) {
		builder->spelling_room = builder->spelling_room == 0 ? SPELLINGS_FIRST : builder->spelling_room * 4;
		free(builder->spellings);
		builder->spellings = memory_array(builder->spelling_room, sizeof(*builder->spellings));
	}
	return &builder->spellings[hash & (builder->spelling_room - 2)];
}

node_id builder_recall(struct builder *builder, const char *octets, size_t length)
{
	uint32_t hash = hash_spelling(builder->index.setup, octets, length);
	const uint64_t *known = spelling_pair(builder, hash);

	for (int i = 0; i < 2; i++)
		if (key_from(known[i]) == hash && index_is_spelled(&builder->index, key_to(known[i]), octets, length))
			return key_to(known[i]);
	return NODE_NONE;
}

void builder_remember(struct builder *builder, const char *octets, size_t length, node_id node)
{
	uint32_t hash = hash_spelling(builder->index.setup, octets, length);
	uint64_t *known = spelling_pair(builder, hash);

	if (key_from(known[0]) != hash)
		known[1] = known[0];
	known[0] = key_make(0, hash, node);
}

/* ---- giving back ---- */

static bool node_is_needed(const struct index *index, node_id id)
{
	if (index_entry(index, id))
		return true;
	for (uint32_t relation = RELATION_CHILD; relation < RELATION_KIND; relation++)
		if (index_has_any(index, KEY_RELATION + relation, id))
			return true;
	return false;
}

/* Returns the parent. */
static node_id node_give_back(struct builder *builder, node_id id)
{
	struct index *index = &builder->index;
	const struct node *node = index_node(index, id);
	node_id parent = node->parent;

	keyset_remove(&index->keys, key_make(KEY_RDN, hash_rdn(index->setup, parent, node->rdn), id));
	keyset_remove(&index->keys, key_make(KEY_RELATION + RELATION_CHILD, parent, id));
	vector_set(&index->nodes, id, NULL);
	index->node_count--;
	keylist_add(&builder->unused, id);
	return parent;
}

void builder_settle(struct builder *builder)
{
	if (builder->pending.count == 0 || builder->pending.count >= PENDING_MAX)
		builder_settle_all(builder);
}

void builder_settle_all(struct builder *builder)
{
	struct keylist *doubtful = &builder->doubtful;
	node_id id;

	builder_add_pending(builder);
	while (doubtful->count > 0) {
		id = (node_id)doubtful->keys[--doubtful->count];
		while (id != NODE_NONE && index_node(&builder->index, id) && !node_is_needed(&builder->index, id))
			id = node_give_back(builder, id);
	}
}

/* ---- moving ---- */

/* The same entry at another node: entries are immutable, so this is a new one that shares all memory with the old. */
static struct entry *entry_at(const struct entry *entry, node_id node)
{
	struct batch *batch = batch_new(sizeof(*entry), entry->batch->origin ? entry->batch->origin : entry->batch);
	struct entry *copy = arena_alloc(batch->arena, sizeof(*copy));

	memcpy(copy, entry, offsetof(struct entry, holders)); /* the count is not for reading like that */
	atomic_init(&copy->holders, 1);
	copy->node = node;
	copy->digest = entry->digest;
	copy->batch = batch;
	batch->made = 1;
	return copy;
}

/* May an entry of `source` that moves along take this place? */
static bool place_is_free(const struct builder *builder, uint16_t source, const struct entry *occupant)
{
	return !occupant || (occupant->source == source && !builder_saw(builder, occupant));
}

/* Moves the entry at `from`, if there is one, to `to`.  Returns false if it stays, and with it what is below it. */
static bool entry_moves_along(struct builder *builder, uint16_t source, node_id from, node_id to)
{
	const struct entry *entry = index_entry(&builder->index, from);
	const struct entry *occupant = index_entry(&builder->index, to);

	if (!entry)
		return true;
	if (builder_saw(builder, entry))
		builder->refresh.torn = true;
	if (entry->source != source || builder_saw(builder, entry) || !place_is_free(builder, source, occupant))
		return false;
	if (occupant)
		builder_replace(builder, occupant, NULL);
	builder_replace(builder, entry, entry_at(entry, to));
	return true;
}

/* Moves the children of `from`, and adds to `pairs` those whose own children are to follow. */
static void move_children(struct builder *builder, uint16_t source, node_id from, node_id to, struct keylist *pairs)
{
	struct keylist children = { 0 };
	struct relation_cursor cursor;
	const struct node *node;
	node_id child, target;

	index_walk(&builder->index, KEY_RELATION + RELATION_CHILD, from, NODE_NONE, &cursor);
	while (relation_next(&cursor, &child))
		keylist_add(&children, child);
	for (size_t i = 0; i < children.count; i++) {
		child = (node_id)children.keys[i];
		node = index_node(&builder->index, child);
		target = node_child(builder, to, &(struct rdn){ .normal = node->rdn, .display = node_display(node) });
		if (entry_moves_along(builder, source, child, target))
			keylist_add(pairs, key_make(0, child, target));
	}
	keylist_release(&children);
}

void builder_move_below(struct builder *builder, uint16_t source, node_id from, node_id to)
{
	struct keylist pairs = { 0 };

	if (!index_is_below(&builder->index, to, from)) /* nothing can move below itself */
		keylist_add(&pairs, key_make(0, from, to));
	for (size_t i = 0; i < pairs.count; i++)
		move_children(builder, source, key_from(pairs.keys[i]), key_to(pairs.keys[i]), &pairs);
	keylist_release(&pairs);
}

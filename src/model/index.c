#include "model/index.h"

#include "base/memory.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

static void count_up(_Atomic uint32_t *holders)
{
	uint32_t before = atomic_fetch_add_explicit(holders, 1, memory_order_relaxed);

	assert(before > 0 && before < UINT32_MAX);
}

/* Whether that was the last one.  Release: what this thread did with the object is done before the count falls;
 * acquire: whoever frees it comes after. */
static bool count_down(_Atomic uint32_t *holders)
{
	return atomic_fetch_sub_explicit(holders, 1, memory_order_acq_rel) == 1;
}

/* ---- nodes ---- */

struct node *node_new(node_id parent, const struct rdn *rdn)
{
	size_t normal = strlen(rdn->normal) + 1, display = strlen(rdn->display) + 1;
	bool spelled = strcmp(rdn->normal, rdn->display) != 0;
	struct node *node = memory_alloc(sizeof(*node) + normal + (spelled ? display : 0));

	atomic_init(&node->holders, 1);
	node->parent = parent & INT32_MAX;
	node->spelled = spelled;
	memcpy(node->rdn, rdn->normal, normal);
	if (spelled)
		memcpy(node->rdn + normal, rdn->display, display);
	return node;
}

const char *node_display(const struct node *node)
{
	return node->spelled ? node->rdn + strlen(node->rdn) + 1 : node->rdn;
}

static void node_hold(void *item)
{
	struct node *node = item;

	count_up(&node->holders);
}

static void node_drop(void *item)
{
	struct node *node = item;

	if (count_down(&node->holders))
		free(node);
}

static const struct vector_items node_items = { node_hold, node_drop };

/* ---- entries and their memory ---- */

struct batch *batch_new(size_t first, struct batch *origin)
{
	struct batch *batch = memory_alloc(sizeof(*batch));

	atomic_init(&batch->holders, 1);
	batch->arena = arena_new_sized(first);
	batch->origin = origin ? batch_hold(origin) : NULL;
	return batch;
}

struct batch *batch_hold(struct batch *batch)
{
	count_up(&batch->holders);
	return batch;
}

void batch_drop(struct batch *batch)
{
	struct batch *origin;

	while (batch && count_down(&batch->holders)) {
		origin = batch->origin;
		arena_free(batch->arena);
		free(batch);
		batch = origin;
	}
}

static void entry_hold(void *item)
{
	struct entry *entry = item;

	count_up(&entry->holders);
}

static void entry_drop(void *item)
{
	struct entry *entry = item;

	if (count_down(&entry->holders))
		batch_drop(entry->batch);
}

static const struct vector_items entry_items = { entry_hold, entry_drop };

/* ---- setup ---- */

static void settings_copy(struct model_settings *to, const struct model_settings *from, struct arena *arena)
{
	static const struct model_settings defaults = { MODEL_PERSON_FILTER, { MODEL_PERSON_IDS } };
	const char *filter = from && from->person_filter ? from->person_filter : defaults.person_filter;
	const char *const *ids = from && from->person_ids[0] ? from->person_ids : defaults.person_ids;

	to->person_filter = arena_string(arena, filter);
	for (int i = 0; i < PERSON_IDS_MAX && ids[i]; i++)
		to->person_ids[i] = arena_string(arena, ids[i]);
}

struct setup *setup_new(const struct model_settings *settings)
{
	struct setup *setup = memory_alloc(sizeof(*setup));
	ssize_t got = getrandom(&setup->seed, sizeof(setup->seed), 0);

	assert(got == sizeof(setup->seed)); /* getrandom(2): never less for up to 256 octets */
	atomic_init(&setup->holders, 1);
	setup->arena = arena_new();
	setup->atoms = atoms_new();
	settings_copy(&setup->settings, settings, setup->arena);
	if (filter_parse(setup->settings.person_filter, FILTER_OF_ENTRY, setup->arena, &setup->person_filter, NULL) != 0)
		setup->person_filter = &filter_never;
	return setup;
}

struct setup *setup_hold(struct setup *setup)
{
	count_up(&setup->holders);
	return setup;
}

void setup_drop(struct setup *setup)
{
	if (!count_down(&setup->holders))
		return;
	atoms_let_go(setup->atoms);
	arena_free(setup->arena);
	free(setup);
}

/* ---- life ---- */

void index_init(struct index *index, struct setup *setup)
{
	*index = (struct index){ .setup = setup, .node_limit = NODE_NONE + 1 };
	vector_init(&index->nodes, &node_items);
	vector_init(&index->entries, &entry_items);
}

void index_copy(struct index *to, const struct index *from)
{
	index_init(to, setup_hold(from->setup));
	vector_copy(&to->nodes, &from->nodes);
	vector_copy(&to->entries, &from->entries);
	keyset_copy(&to->keys, &from->keys);
	to->node_limit = from->node_limit;
	to->node_count = from->node_count;
	memcpy(to->kind_counts, from->kind_counts, sizeof(to->kind_counts));
	memcpy(to->sources, from->sources, sizeof(to->sources));
}

void index_release(struct index *index)
{
	keyset_release(&index->keys);
	vector_release(&index->entries);
	vector_release(&index->nodes);
	setup_drop(index->setup);
}

/* ---- hashes ---- */

static uint32_t hash_text(const struct setup *setup, uint64_t salt, const char *text)
{
	/* An odd multiplier spreads the salt over the seed. */
	return (uint32_t)XXH3_64bits_withSeed(text, strlen(text), setup->seed ^ salt * 0x9e3779b97f4a7c15u) & NODE_ID_MAX;
}

uint32_t hash_name(const struct setup *setup, const char *normal)
{
	return hash_text(setup, 0, normal);
}

uint32_t hash_rdn(const struct setup *setup, node_id parent, const char *normal)
{
	return hash_text(setup, parent, normal);
}

uint32_t hash_spelling(const struct setup *setup, const char *octets, size_t length)
{
	return (uint32_t)XXH3_64bits_withSeed(octets, length, setup->seed) & NODE_ID_MAX;
}

uint32_t hash_stable(const struct setup *setup, uint16_t source, const char *key)
{
	return hash_text(setup, source, key);
}

/* ---- looking up ---- */

void index_walk(const struct index *index, uint32_t tag, uint32_t from, node_id last, struct relation_cursor *cursor)
{
	assert(tag < KEY_TAGS);
	cursor->prefix = key_make(tag, from, 0);
	if (from > NODE_ID_MAX || last >= NODE_ID_MAX)
		cursor->keys.depth = -1; /* no such key */
	else
		keyset_seek(&index->keys, last == NODE_NONE ? cursor->prefix : cursor->prefix + last + 1, &cursor->keys);
}

bool relation_next(struct relation_cursor *cursor, node_id *node)
{
	uint64_t key;

	if (!keyset_next(&cursor->keys, &key))
		return false;
	if (key >> KEY_BITS != cursor->prefix >> KEY_BITS) {
		cursor->keys.depth = -1;
		return false;
	}
	*node = key_to(key);
	return true;
}

bool index_has_any(const struct index *index, uint32_t tag, uint32_t from)
{
	struct relation_cursor cursor;
	node_id node;

	index_walk(index, tag, from, NODE_NONE, &cursor);
	return relation_next(&cursor, &node);
}

bool index_is_child(const struct index *index, node_id id, node_id parent, const char *normal_rdn)
{
	const struct node *node = index_node(index, id);

	return node && node->parent == parent && strcmp(node->rdn, normal_rdn) == 0;
}

node_id index_find_child(const struct index *index, node_id parent, const char *normal_rdn)
{
	struct relation_cursor cursor;
	node_id id;

	index_walk(index, KEY_RDN, hash_rdn(index->setup, parent, normal_rdn), NODE_NONE, &cursor);
	while (relation_next(&cursor, &id))
		if (index_is_child(index, id, parent, normal_rdn))
			return id;
	return NODE_NONE;
}

bool index_is_dn(const struct index *index, node_id id, const struct dn *dn, uint32_t from)
{
	const struct node *node;

	for (uint32_t i = from; i < dn->count; i++) {
		node = index_node(index, id);
		if (!node || strcmp(node->rdn, dn->rdns[i].normal) != 0)
			return false;
		id = node->parent;
	}
	return id == NODE_NONE;
}

bool index_is_spelled(const struct index *index, node_id id, const char *octets, size_t length)
{
	const struct node *node = index_node(index, id);
	const char *end = octets + length, *display;
	size_t size;

	while (node) {
		display = node_display(node);
		size = strlen(display);
		if (size > (size_t)(end - octets) || memcmp(octets, display, size) != 0)
			return false;
		octets += size;
		if (node->parent == NODE_NONE)
			return octets == end;
		if (octets == end || *octets != ',')
			return false;
		octets++;
		node = index_node(index, node->parent);
	}
	return false;
}

node_id index_find_dn(const struct index *index, const struct dn *dn)
{
	node_id id = NODE_NONE;

	for (uint32_t left = dn->count; left > 0; left--) {
		id = index_find_child(index, id, dn->rdns[left - 1].normal);
		if (id == NODE_NONE)
			break;
	}
	return id;
}

node_id index_find_stable(const struct index *index, uint16_t source, const char *key)
{
	struct relation_cursor cursor;
	const struct entry *entry;
	node_id id;

	index_walk(index, KEY_STABLE, hash_stable(index->setup, source, key), NODE_NONE, &cursor);
	while (relation_next(&cursor, &id)) {
		entry = index_entry(index, id);
		if (entry->source == source && strcmp(entry->key, key) == 0)
			return id;
	}
	return NODE_NONE;
}

bool index_is_below(const struct index *index, node_id id, node_id top)
{
	const struct node *node;

	while (id != NODE_NONE && id != top) {
		node = index_node(index, id);
		id = node ? node->parent : NODE_NONE;
	}
	return id != NODE_NONE;
}

#include "model/index.h"

#include "base/memory.h"
#include "model/name.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

struct attribute_counts *counts_hold(struct attribute_counts *counts)
{
	atomic_fetch_add_explicit(&counts->holders, 1, memory_order_relaxed);
	return counts;
}

void counts_drop(struct attribute_counts *counts)
{
	if (counts && atomic_fetch_sub_explicit(&counts->holders, 1, memory_order_acq_rel) == 1)
		free(counts);
}

struct snapshot *snapshot_new(const struct index *index, uint64_t generation, struct attribute_counts *counts)
{
	struct snapshot *snapshot = memory_alloc(sizeof(*snapshot));

	atomic_init(&snapshot->holders, 1);
	snapshot->generation = generation;
	snapshot->counts = counts_hold(counts);
	index_copy(&snapshot->index, index);
	return snapshot;
}

struct snapshot *snapshot_acquire(const struct snapshot *snapshot)
{
	struct snapshot *held = (struct snapshot *)(uintptr_t)snapshot; /* constant but for the count of its holders */
	uint32_t before = atomic_fetch_add_explicit(&held->holders, 1, memory_order_relaxed);

	assert(before > 0 && before < UINT32_MAX);
	return held;
}

void snapshot_drop(const struct snapshot *snapshot)
{
	struct snapshot *held = (struct snapshot *)(uintptr_t)snapshot;

	/* Release: what this thread read is read before the count falls; acquire: whoever frees comes after. */
	if (!held || atomic_fetch_sub_explicit(&held->holders, 1, memory_order_acq_rel) != 1)
		return;
	index_release(&held->index);
	counts_drop(held->counts);
	free(held);
}

bool snapshot_has_one_holder(const struct snapshot *snapshot)
{
	return atomic_load_explicit(&snapshot->holders, memory_order_acquire) == 1;
}

uint64_t snapshot_generation(const struct snapshot *snapshot)
{
	return snapshot->generation;
}

const struct model_settings *snapshot_settings(const struct snapshot *snapshot)
{
	return &snapshot->index.setup->settings;
}

/* ---- the tree ---- */

node_id snapshot_find_dn(const struct snapshot *snapshot, const char *dn)
{
	struct arena *arena = arena_new();
	struct dn parsed;
	node_id node = NODE_NONE;

	if (dn_parse(dn, strlen(dn), arena, &parsed, NULL) == 0)
		node = index_find_dn(&snapshot->index, &parsed);
	arena_free(arena);
	return node;
}

node_id snapshot_find_key(const struct snapshot *snapshot, uint16_t source, const char *key)
{
	return index_find_stable(&snapshot->index, source, key);
}

const struct entry *snapshot_entry(const struct snapshot *snapshot, node_id node)
{
	return index_entry(&snapshot->index, node);
}

node_id snapshot_parent(const struct snapshot *snapshot, node_id node)
{
	const struct node *found = index_node(&snapshot->index, node);

	return found ? found->parent : NODE_NONE;
}

bool snapshot_is_below(const struct snapshot *snapshot, node_id node, node_id top)
{
	return index_is_below(&snapshot->index, node, top);
}

static const char *rdn_display(const struct index *index, node_id id, const struct node *node)
{
	const struct entry *entry = index_entry(index, id);

	return entry ? entry->rdn : node_display(node);
}

void snapshot_print_dn(const struct snapshot *snapshot, node_id node, struct text *out)
{
	const struct index *index = &snapshot->index;
	const struct node *found = index_node(index, node);

	while (found) {
		text_append(out, rdn_display(index, node, found));
		node = found->parent;
		found = index_node(index, node);
		if (found)
			text_append_char(out, ',');
	}
}

void snapshot_print_normal_dn(const struct snapshot *snapshot, node_id node, struct text *out)
{
	const struct node *found = index_node(&snapshot->index, node);

	while (found) {
		text_append(out, found->rdn);
		found = index_node(&snapshot->index, found->parent);
		if (found)
			text_append_char(out, ',');
	}
}

/* ---- relations ---- */

void snapshot_relation(const struct snapshot *snapshot, enum relation relation, uint32_t from,
                       struct relation_cursor *cursor)
{
	snapshot_relation_after(snapshot, relation, from, NODE_NONE, cursor);
}

void snapshot_relation_after(const struct snapshot *snapshot, enum relation relation, uint32_t from, node_id last,
                             struct relation_cursor *cursor)
{
	assert(relation < RELATION_COUNT);
	index_walk(&snapshot->index, KEY_RELATION + relation, from, last, cursor);
}

bool snapshot_related(const struct snapshot *snapshot, enum relation relation, uint32_t from, node_id to)
{
	assert(relation < RELATION_COUNT);
	return from <= NODE_ID_MAX && to <= NODE_ID_MAX &&
	       keyset_has(&snapshot->index.keys, key_make(KEY_RELATION + relation, from, to));
}

/* ---- names ---- */

void snapshot_name(const struct snapshot *snapshot, enum name_index index, const char *text, struct name_cursor *cursor)
{
	struct text normal;

	assert(index < NAME_COUNT);
	*cursor = (struct name_cursor){ .snapshot = snapshot, .index = index };
	cursor->relation.keys.depth = -1;
	text_init(&normal, NAME_LENGTH_MAX);
	if (name_normalise(text, strlen(text), &normal) == 0) {
		index_walk(&snapshot->index, KEY_NAME + index, hash_name(snapshot->index.setup, text_string(&normal)),
		           NODE_NONE, &cursor->relation);
		cursor->normal = text_detach(&normal);
	}
	text_release(&normal);
}

struct name_check {
	enum name_index index;
	const char *normal;
	bool found;
};

static void name_compare(void *context, enum name_index index, const char *text)
{
	struct name_check *check = context;

	if (index == check->index && !check->found)
		check->found = name_equal(text, check->normal);
}

/* The hash led here; does the entry have that name?  (A normal form is its own normal form.) */
static bool entry_has_name(const struct entry *entry, const struct model_settings *settings,
                           const struct name_cursor *cursor)
{
	struct name_check check = { .index = cursor->index, .normal = cursor->normal };
	struct entry_tie_visitor visitor = { .context = &check, .name = name_compare };

	entry_visit_ties(entry, settings, &visitor);
	return check.found;
}

bool name_next(struct name_cursor *cursor, node_id *node)
{
	const struct index *index = &cursor->snapshot->index;

	while (relation_next(&cursor->relation, node))
		if (entry_has_name(index_entry(index, *node), &index->setup->settings, cursor))
			return true;
	return false;
}

void name_end(struct name_cursor *cursor)
{
	free((char *)(uintptr_t)cursor->normal);
	cursor->normal = NULL;
	cursor->relation.keys.depth = -1;
}

/* ---- counts ---- */

uint32_t snapshot_count(const struct snapshot *snapshot, enum kind kind)
{
	assert(kind < KIND_COUNT);
	return snapshot->index.kind_counts[kind];
}

static int count_compare(const void *name, const void *item)
{
	const struct attribute_count *count = item;

	return strcmp(name, count->name);
}

uint32_t snapshot_people_with(const struct snapshot *snapshot, const char *attribute)
{
	const struct attribute_counts *counts = snapshot->counts;
	const struct attribute_count *found =
		bsearch(attribute, counts->items, counts->count, sizeof(*counts->items), count_compare);

	return found ? found->people : 0;
}

void snapshot_visit_named_attributes(const struct snapshot *snapshot, void (*visit)(void *context, const char *name),
                                     void *context)
{
	const struct attribute_counts *counts = snapshot->counts;

	for (uint32_t i = 0; i < counts->count; i++)
		if (counts->items[i].named > 0)
			visit(context, counts->items[i].name);
}

/* ---- measuring ---- */

static int batch_compare(const void *a, const void *b)
{
	uintptr_t one = (uintptr_t)*(struct batch *const *)a, other = (uintptr_t)*(struct batch *const *)b;

	return one < other ? -1 : one > other;
}

/* Octets of the batches; each counts once, however many entries of the snapshot are in it. */
static size_t measure_batches(const struct batch **batches, size_t count)
{
	size_t octets = 0;

	if (count > 0)
		qsort(batches, count, sizeof(const struct batch *), batch_compare);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || batches[i] != batches[i - 1])
			octets += sizeof(struct batch) + arena_size(batches[i]->arena);
	return octets;
}

void snapshot_measure(const struct snapshot *snapshot, struct snapshot_memory *memory)
{
	const struct index *index = &snapshot->index;
	const struct batch **batches = memory_array(2 * (size_t)index->node_limit, sizeof(*batches));
	const struct node *node;
	const struct entry *entry;
	size_t count = 0;

	*memory = (struct snapshot_memory){ .relations = keyset_memory(&index->keys) };
	for (node_id id = NODE_NONE + 1; id < index->node_limit; id++) {
		node = index_node(index, id);
		entry = index_entry(index, id);
		memory->nodes += sizeof(node) + sizeof(entry); /* in the vectors */
		if (node)
			memory->nodes += sizeof(*node) + (size_t)(node_display(node) - node->rdn) + strlen(node_display(node)) + 1;
		if (entry)
			batches[count++] = entry->batch;
		if (entry && entry->batch->origin)
			batches[count++] = entry->batch->origin;
	}
	memory->entries = measure_batches(batches, count);
	memory->total = memory->entries + memory->nodes + memory->relations;
	free(batches);
}

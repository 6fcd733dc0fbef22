#include "model/builder_state.h"

#include "base/memory.h"
#include "model/name.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- the keys of an entry ---- */

struct collector {
	struct builder *builder;
	struct keylist *keys;
	node_id node;
};

static void collect_relation(void *context, enum relation relation, uint32_t from)
{
	struct collector *collector = context;

	assert(relation > RELATION_CHILD && relation < RELATION_COUNT && from <= NODE_ID_MAX);
	keylist_add(collector->keys, key_make(KEY_RELATION + relation, from, collector->node));
}

static void collect_name(void *context, enum name_index index, const char *text)
{
	struct collector *collector = context;
	struct builder *builder = collector->builder;

	assert(index < NAME_COUNT);
	text_reset(&builder->normal);
	if (name_normalise(text, strlen(text), &builder->normal) == 0)
		keylist_add(collector->keys, key_make(KEY_NAME + index,
		                                      hash_name(builder->index.setup, text_string(&builder->normal)),
		                                      collector->node));
}

static void collect(struct builder *builder, const struct entry *entry, struct keylist *keys)
{
	const struct setup *setup = builder->index.setup;
	struct collector collector = { builder, keys, entry ? entry->node : NODE_NONE };
	struct entry_tie_visitor visitor = { &collector, collect_relation, collect_name };

	keys->count = 0;
	if (!entry)
		return;
	keylist_add(keys, key_make(KEY_STABLE, hash_stable(setup, entry->source, entry->key), entry->node));
	entry_visit_ties(entry, &setup->settings, &visitor);
	keylist_sort(keys);
}

void builder_add_pending(struct builder *builder)
{
	struct keylist *pending = &builder->pending;

	keylist_sort(pending);
	for (size_t i = 0; i < pending->count; i++)
		keyset_add(&builder->index.keys, pending->keys[i]);
	pending->count = 0;
}

static void key_remove(void *context, uint64_t key)
{
	struct builder *builder = context;

	builder_add_pending(builder); /* the key may be among them */
	keyset_remove(&builder->index.keys, key);
	if (key_is_reference(key))
		keylist_add(&builder->doubtful, key_from(key));
}

static void key_add(void *context, uint64_t key)
{
	struct builder *builder = context;

	/* Stable ids are looked up within a refresh, the other keys of entries are not. */
	if (builder->refresh.going && key_tag(key) != KEY_STABLE)
		keylist_add(&builder->pending, key);
	else
		keyset_add(&builder->index.keys, key);
}

/* ---- counting ---- */

static struct attribute_count *tally_of(struct tally *tally, const char *name)
{
	uint32_t number = atom_number(name), capacity = tally->capacity;
	struct attribute_count *items;

	if (number >= capacity) {
		while (number >= capacity)
			capacity = capacity == 0 ? 64 : capacity * 2;
		items = memory_array(capacity, sizeof(*items));
		if (tally->capacity > 0)
			memcpy(items, tally->items, tally->capacity * sizeof(*items));
		free(tally->items);
		tally->items = items;
		tally->capacity = capacity;
	}
	tally->changed = true;
	if (!tally->items[number].name) {
		tally->items[number].name = name;
		tally->grown = true;
	}
	return &tally->items[number];
}

void tally_init(struct tally *tally, const struct attribute_counts *counts)
{
	for (uint32_t i = 0; i < counts->count; i++)
		*tally_of(tally, counts->items[i].name) = counts->items[i];
	tally->changed = false;
	tally->grown = false;
}

static int count_compare(const void *a, const void *b)
{
	const struct attribute_count *one = a, *other = b;

	return strcmp(one->name, other->name);
}

struct attribute_counts *tally_freeze(struct tally *tally, const struct attribute_counts *last)
{
	uint32_t room = tally->grown ? tally->capacity : last->count;
	struct attribute_counts *counts = memory_alloc(sizeof(*counts) + room * sizeof(counts->items[0]));

	atomic_init(&counts->holders, 1);
	if (tally->grown) {
		for (uint32_t i = 0; i < tally->capacity; i++)
			if (tally->items[i].name)
				counts->items[counts->count++] = tally->items[i];
		qsort(counts->items, counts->count, sizeof(counts->items[0]), count_compare);
	} else {
		while (counts->count < last->count) {
			counts->items[counts->count] = tally->items[atom_number(last->items[counts->count].name)];
			counts->count++;
		}
	}
	tally->changed = false;
	tally->grown = false;
	return counts;
}

/* Adding UINT32_MAX takes one away. */
struct counting {
	struct builder *builder;
	uint32_t one;
};

static void count_named(void *context, const char *name)
{
	const struct counting *counting = context;
	struct builder *builder = counting->builder;

	tally_of(&builder->tally, atoms_intern(builder->index.setup->atoms, name))->named += counting->one;
}

static void count(struct builder *builder, const struct entry *entry, uint32_t one)
{
	struct counting counting = { builder, one };

	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		if (entry_is(entry, kind))
			builder->index.kind_counts[kind] += one;
	if (entry_is(entry, KIND_PERSON))
		for (uint32_t i = 0; i < entry->attribute_count; i++)
			tally_of(&builder->tally, entry->attributes[i].name)->people += one;
	entry_visit_named_attributes(entry, count_named, &counting);
}

/* ---- amounts ---- */

static bool key_is_membership(uint64_t key)
{
	uint32_t tag = key_tag(key);

	return tag == KEY_RELATION + RELATION_MEMBER_OF || tag == KEY_RELATION + RELATION_ROLE_HELD_BY ||
	       tag == KEY_NAME + NAME_MEMBER_UID;
}

/* What one entry is worth; `keys` are its. */
static struct amounts amounts_of(const struct entry *entry, const struct keylist *keys)
{
	struct amounts amounts = {entry != NULL, entry_is(entry, KIND_PERSON), 0, entry_is(entry, KIND_BINDING)};

	for (size_t i = 0; i < keys->count; i++)
		amounts.memberships += key_is_membership(keys->keys[i]);
	return amounts;
}

static void amount_change(uint32_t before, uint32_t after, uint32_t *there, uint32_t *lost)
{
	*there += after - before;
	if (after < before)
		*lost += before - after;
}

/* Of an entry that was renamed, or whose members were, nothing is lost: only how many they are counts. */
static void amounts_change(struct builder *builder, const struct entry *before, const struct entry *after)
{
	const uint16_t source = before ? before->source : after->source;
	const struct amounts old = amounts_of(before, &builder->before), new = amounts_of(after, &builder->after);
	struct amounts *there = &builder->index.sources[source], *lost = &builder->lost[source];

	assert(!before || !after || before->source == after->source);
	amount_change(old.entries, new.entries, &there->entries, &lost->entries);
	amount_change(old.people, new.people, &there->people, &lost->people);
	amount_change(old.memberships, new.memberships, &there->memberships, &lost->memberships);
	amount_change(old.bindings, new.bindings, &there->bindings, &lost->bindings);
}

/* ---- the whole ---- */

void builder_replace(struct builder *builder, const struct entry *before, struct entry *after)
{
	node_id old = before ? before->node : NODE_NONE, new = after ? after->node : NODE_NONE;

	collect(builder, before, &builder->before);
	collect(builder, after, &builder->after);
	amounts_change(builder, before, after);
	keylist_compare(&builder->before, &builder->after, key_remove, key_add, builder);
	if (before)
		count(builder, before, UINT32_MAX);
	if (after)
		count(builder, after, 1);
	if (old != NODE_NONE && old != new) {
		keylist_add(&builder->doubtful, old);
		if (builder_unmark_seen(builder, old) && new != NODE_NONE)
			builder_mark_seen(builder, new);
		vector_set(&builder->index.entries, old, NULL);
	}
	if (new != NODE_NONE)
		vector_set(&builder->index.entries, new, after);
}

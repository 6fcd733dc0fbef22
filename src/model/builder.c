#include "model/builder_state.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_FIRST 16384  /* octets of the memory that entries of a refresh share */
#define BATCH_ROOM  1024   /* with less left, the next entry gets a new one */
#define ALONE_FIRST 1024   /* octets for an entry on its own, to begin with */
#define ALONE_FROM  4096   /* octets of a record from which its entry is always on its own */
#define NORMAL_DN_MAX (3 * DN_LENGTH_MAX * 18) /* NFKC makes at most 18 characters of one; escaping, three octets of one */

/* ---- life ---- */

/* Ends a refresh, and lets go of memory that only so many changes at once needed. */
static void refresh_forget(struct builder *builder)
{
	free(builder->refresh.seen);
	builder->refresh = (struct refresh){ .torn = builder->refresh.torn };
	batch_drop(builder->batch);
	builder->batch = NULL;
	keylist_release(&builder->before);
	keylist_release(&builder->after);
	keylist_release(&builder->doubtful);
	keylist_release(&builder->pending);
}

/* Builders that start from snapshots do not know the ids that were given back: worth a search if they are many. */
static void find_unused(struct builder *builder)
{
	const struct index *index = &builder->index;

	if (index->node_count >= index->node_limit / 2)
		return;
	for (node_id id = index->node_limit - 1; id > NODE_NONE; id--)
		if (!index_node(index, id))
			keylist_add(&builder->unused, id);
}

struct builder *builder_new(const struct snapshot *from, const struct model_settings *settings)
{
	struct builder *builder = memory_alloc(sizeof(*builder));

	if (from) {
		index_copy(&builder->index, &from->index);
		builder->generation = from->generation;
		builder->counts = counts_hold(from->counts);
	} else {
		index_init(&builder->index, setup_new(settings));
		builder->counts = memory_alloc(sizeof(*builder->counts));
		atomic_init(&builder->counts->holders, 1);
	}
	tally_init(&builder->tally, builder->counts);
	find_unused(builder);
	text_init(&builder->normal, NORMAL_DN_MAX);
	builder->scratch = arena_new();
	builder->digest = XXH3_createState();
	assert(builder->digest);
	return builder;
}

void builder_free(struct builder *builder)
{
	if (!builder)
		return;
	XXH3_freeState(builder->digest);
	arena_free(builder->scratch);
	text_release(&builder->normal);
	refresh_forget(builder);
	keylist_release(&builder->unused);
	free(builder->spellings);
	counts_drop(builder->counts);
	free(builder->tally.items);
	index_release(&builder->index);
	free(builder);
}

struct snapshot *builder_freeze(struct builder *builder)
{
	struct attribute_counts *counts;

	builder_settle_all(builder);
	if (builder->tally.changed) {
		counts = tally_freeze(&builder->tally, builder->counts);
		counts_drop(builder->counts);
		builder->counts = counts;
	}
	return snapshot_new(&builder->index, ++builder->generation, builder->counts);
}

/* ---- storing ---- */

static void digest_octets(struct builder *builder, const void *octets, size_t length)
{
	XXH3_64bits_update(builder->digest, &length, sizeof(length));
	if (length > 0)
		XXH3_64bits_update(builder->digest, octets, length);
}

/* A hash of all that the record says but where it stands; *octets: how much that is. */
static uint64_t record_digest(struct builder *builder, const struct record *record, const struct rdn *rdn,
                              size_t *octets)
{
	XXH3_64bits_reset_withSeed(builder->digest, builder->index.setup->seed);
	digest_octets(builder, rdn->display, strlen(rdn->display));
	*octets = 0;
	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *attribute = &record->attributes[i];

		digest_octets(builder, attribute->name, strlen(attribute->name));
		XXH3_64bits_update(builder->digest, &attribute->count, sizeof(attribute->count));
		for (size_t j = 0; j < attribute->count; j++) {
			digest_octets(builder, attribute->values[j].octets, attribute->values[j].length);
			*octets += attribute->values[j].length;
		}
	}
	return XXH3_64bits_digest(builder->digest);
}

static node_id reference_node(void *context, const struct dn *dn)
{
	return builder_node(context, dn);
}

static node_id reference_recall(void *context, const char *octets, size_t length)
{
	return builder_recall(context, octets, length);
}

static void reference_remember(void *context, const char *octets, size_t length, node_id node)
{
	builder_remember(context, octets, length, node);
}

/* The memory for an entry, held for it. */
static struct batch *batch_for(struct builder *builder, size_t octets)
{
	if (!builder->refresh.going || octets >= ALONE_FROM)
		return batch_new(ALONE_FIRST, NULL);
	if (builder->batch && arena_room(builder->batch->arena) < BATCH_ROOM) {
		batch_drop(builder->batch);
		builder->batch = NULL;
	}
	if (!builder->batch)
		builder->batch = batch_new(BATCH_FIRST, NULL);
	return batch_hold(builder->batch);
}

static struct entry *entry_make(struct builder *builder, uint16_t source, const struct record *record,
                                const struct rdn *rdn, node_id node, uint64_t digest, size_t octets)
{
	const struct setup *setup = builder->index.setup;
	const struct parse_context context = {
		.atoms = setup->atoms,
		.person_filter = setup->person_filter,
		.settings = &setup->settings,
		.node_of = reference_node,
		.recall = reference_recall,
		.remember = reference_remember,
		.context = builder,
	};
	struct batch *batch = batch_for(builder, octets);
	struct entry *entry = entry_parse(&context, record, rdn, node, source, batch->arena);

	atomic_init(&entry->holders, 1);
	entry->batch = batch;
	entry->digest = digest;
	batch->made++;
	return entry;
}

/* Entries that came together but did not stay: what is left of them holds all their memory.  Reading them again is an
 * occasion to put them elsewhere. */
static bool entry_wastes(const struct builder *builder, const struct entry *entry)
{
	return builder->refresh.going &&
	       atomic_load_explicit(&entry->batch->holders, memory_order_relaxed) < entry->batch->made / 2;
}

/* Not so of what was only written again; when that was matters of what names others. */
static bool entry_says_the_same(const struct entry *old, const struct record *record, uint64_t digest)
{
	return old->digest == digest && (old->changed == record->changed || !entry_names_others(old));
}

/* ---- putting ---- */

/* Nothing is changed when this fails. */
static enum builder_outcome record_place(struct builder *builder, struct record *record, struct dn *dn,
                                         struct error *why)
{
	arena_reset(builder->scratch);
	if (dn_parse(record->dn, record->dn_length, builder->scratch, dn, why) != 0)
		return BUILDER_BAD_DN;
	if (dn->count == 0) {
		error_set(why, -EINVAL, "the empty DN is no place for an entry");
		return BUILDER_BAD_DN;
	}
	if (!record->key) {
		text_reset(&builder->normal);
		dn_normal(dn, &builder->normal);
		assert(!builder->normal.overflowed);
		record->key = arena_string(builder->scratch, text_string(&builder->normal));
	}
	return BUILDER_DONE;
}

static bool entry_gives_way(const struct builder *builder, uint16_t source, const struct entry *occupant)
{
	return builder->refresh.going && source == builder->refresh.source && occupant->source == source &&
	       !builder_saw(builder, occupant);
}

static enum builder_outcome occupied(const struct entry *occupant, uint16_t source, const struct record *record,
                                     struct error *why)
{
	error_set(why, -EEXIST,
	          "two entries have the DN \"%.*s\": %s of source %u has it, %s of source %u was to be put there",
	          (int)record->dn_length, record->dn, occupant->key, occupant->source, record->key, source);
	return BUILDER_OCCUPIED;
}

/* Puts the entry at its node, where another may give way to it; `old` is what the index has of it, NULL if nothing. */
static void put(struct builder *builder, const struct entry *old, struct entry *entry)
{
	node_id from = old ? old->node : entry->node, to = entry->node;
	const struct entry *occupant = index_entry(&builder->index, to);

	if (occupant && occupant != old)
		builder_replace(builder, occupant, NULL);
	builder_replace(builder, old, entry);
	builder_mark_seen(builder, to);
	if (from != to)
		builder_move_below(builder, entry->source, from, to);
	builder_settle(builder);
}

enum builder_outcome builder_put(struct builder *builder, uint16_t source, const struct record *record,
                                 struct error *why)
{
	const struct index *index = &builder->index;
	struct record keyed = *record;
	struct dn dn;
	enum builder_outcome outcome = record_place(builder, &keyed, &dn, why);
	const struct entry *old, *occupant;
	uint64_t digest;
	size_t octets;
	node_id node;
	bool same;

	assert(source < BUILDER_SOURCES_MAX);
	if (outcome != BUILDER_DONE)
		return outcome;
	node = builder_node(builder, &dn); /* made, if it is new, for the entry that is certain to come */
	builder_remember(builder, keyed.dn, keyed.dn_length, node);
	old = index_entry(index, index_find_stable(index, source, keyed.key));
	occupant = index_entry(index, node);
	if (occupant && occupant != old && !entry_gives_way(builder, source, occupant))
		return occupied(occupant, source, &keyed, why);
	digest = record_digest(builder, &keyed, &dn.rdns[0], &octets);
	same = old && old == occupant && entry_says_the_same(old, &keyed, digest);
	if (!same || entry_wastes(builder, old))
		put(builder, old, entry_make(builder, source, &keyed, &dn.rdns[0], node, digest, octets));
	else
		builder_mark_seen(builder, node);
	return same ? BUILDER_UNCHANGED : BUILDER_DONE;
}

int builder_remove(struct builder *builder, uint16_t source, const char *key)
{
	const struct entry *entry = index_entry(&builder->index, index_find_stable(&builder->index, source, key));

	if (!entry)
		return 1;
	builder_replace(builder, entry, NULL);
	builder_settle(builder);
	return 0;
}

/* ---- refreshing ---- */

static bool seen_bit(const struct refresh *refresh, node_id node)
{
	return node / 64 < refresh->words && (refresh->seen[node / 64] >> node % 64 & 1) != 0;
}

bool builder_saw(const struct builder *builder, const struct entry *entry)
{
	return builder->refresh.going && seen_bit(&builder->refresh, entry->node);
}

void builder_mark_seen(struct builder *builder, node_id node)
{
	struct refresh *refresh = &builder->refresh;
	const struct entry *entry = index_entry(&builder->index, node);
	size_t words = refresh->words;

	if (!refresh->going || seen_bit(refresh, node) || (entry && entry->source != refresh->source))
		return;
	if (node / 64 >= words) {
		refresh->words = node / 64 + 1 + words;
		refresh->seen = memory_resize(refresh->seen, refresh->words, sizeof(*refresh->seen));
		memset(refresh->seen + words, 0, (refresh->words - words) * sizeof(*refresh->seen));
	}
	refresh->seen[node / 64] |= (uint64_t)1 << node % 64;
	refresh->seen_count++;
}

bool builder_unmark_seen(struct builder *builder, node_id node)
{
	struct refresh *refresh = &builder->refresh;

	if (!refresh->going || !seen_bit(refresh, node))
		return false;
	refresh->seen[node / 64] &= ~((uint64_t)1 << node % 64);
	refresh->seen_count--;
	return true;
}

void builder_refresh_begin(struct builder *builder, uint16_t source)
{
	assert(source < BUILDER_SOURCES_MAX);
	builder_settle_all(builder);
	refresh_forget(builder);
	builder->refresh = (struct refresh){ .going = true, .source = source };
}

void builder_refresh_seen(struct builder *builder, const char *key)
{
	node_id node = index_find_stable(&builder->index, builder->refresh.source, key);

	if (node != NODE_NONE)
		builder_mark_seen(builder, node);
}

size_t builder_refresh_unseen(const struct builder *builder)
{
	const struct refresh *refresh = &builder->refresh;

	return refresh->going ? builder->index.sources[refresh->source].entries - refresh->seen_count : 0;
}

void builder_refresh_end(struct builder *builder)
{
	const struct refresh *refresh = &builder->refresh;
	size_t left = builder_refresh_unseen(builder);
	const struct entry *entry;

	for (node_id id = NODE_NONE + 1; left > 0; id++) {
		entry = index_entry(&builder->index, id);
		if (!entry || entry->source != refresh->source || builder_saw(builder, entry))
			continue;
		builder_replace(builder, entry, NULL);
		left--;
	}
	builder_settle_all(builder);
	refresh_forget(builder);
}

void builder_amounts(const struct builder *builder, uint16_t source, struct amounts *there, struct amounts *lost)
{
	*there = builder->index.sources[source];
	*lost = builder->lost[source];
}

bool builder_refresh_torn(const struct builder *builder)
{
	return builder->refresh.torn;
}

/* What a builder and its snapshots have in common: the tree of DNs, the entries, and one ordered set of keys.
 * Internal to model/; README.md explains the design.
 *
 * A key is a tag, a number `from` and a node `to`.  The tags are the relations (from: a node), the names (from: a hash
 * of the normal text), the children by RDN (from: a hash of parent and normal RDN) and the stable ids of the sources
 * (from: a hash of source and id).  Whoever looks up by a hash compares the text itself with what the found node says. */
#ifndef MODEL_INDEX_H
#define MODEL_INDEX_H

#include "base/arena.h"
#include "base/keyset.h"
#include "base/vector.h"
#include "model/builder.h"
#include "model/dn.h"
#include "model/entry.h"
#include "model/filter.h"
#include "model/parse.h"
#include "model/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- Keys ---- */

#define KEY_BITS 29 /* of `from` and of `to` */
#define NODE_ID_MAX ((node_id)((1u << KEY_BITS) - 1))

enum key_tag {
	KEY_RELATION = 0,                        /* + enum relation */
	KEY_NAME = RELATION_COUNT,               /* + enum name_index */
	KEY_RDN = (int)KEY_NAME + (int)NAME_COUNT, /* hash of parent and normal RDN -> node */
	KEY_STABLE,                              /* hash of source and stable id -> node with that entry */
	KEY_TAGS
};
_Static_assert(KEY_TAGS <= 1 << (64 - 2 * KEY_BITS), "a tag has six bits");

static inline uint64_t key_make(uint32_t tag, uint32_t from, uint32_t to)
{
	return (uint64_t)tag << (2 * KEY_BITS) | (uint64_t)from << KEY_BITS | to;
}

static inline uint32_t key_tag(uint64_t key)
{
	return (uint32_t)(key >> (2 * KEY_BITS));
}

static inline uint32_t key_from(uint64_t key)
{
	return (uint32_t)(key >> KEY_BITS) & NODE_ID_MAX;
}

static inline uint32_t key_to(uint64_t key)
{
	return (uint32_t)key & NODE_ID_MAX;
}

/* Is `from` of this key a node (and not the number of a kind, nor a hash)? */
static inline bool key_is_reference(uint64_t key)
{
	return key_tag(key) > RELATION_CHILD && key_tag(key) < RELATION_KIND;
}
_Static_assert(RELATION_KIND + 2 == RELATION_COUNT && RELATION_DYNAMIC + 1 == RELATION_COUNT,
               "the relations from nodes come first");

/* ---- Nodes: one RDN below a parent.  Immutable and counted; whether it has an entry is kept beside it. ---- */

struct node {
	_Atomic uint32_t holders;
	uint32_t parent : 31; /* NODE_NONE above the topmost RDN */
	uint32_t spelled : 1; /* the RDN was written otherwise than its normal form: that spelling follows the NUL */
	char rdn[];           /* the normal form, NUL-terminated */
};

struct node *node_new(node_id parent, const struct rdn *rdn);
const char *node_display(const struct node *node);

/* ---- Memory of entries: parsed in batches, so that a small entry costs no more than what it says. ---- */

struct batch {
	_Atomic uint32_t holders; /* one for each of its entries, and the builder while it fills it */
	uint32_t made;            /* how many entries were ever put in; the builder's */
	struct arena *arena;
	struct batch *origin;     /* of an entry that was moved: the memory that it shares with what it was before */
};

struct batch *batch_new(size_t first, struct batch *origin); /* held by the caller; holds the origin */
struct batch *batch_hold(struct batch *batch);
void batch_drop(struct batch *batch);

/* ---- What never changes while the index lives: shared by a builder, its copies and all their snapshots. ---- */

struct setup {
	_Atomic uint32_t holders;
	uint64_t seed; /* of all hashes: nobody outside can aim at collisions */
	struct model_settings settings; /* defaults filled in */
	const struct filter *person_filter;
	struct atoms *atoms;
	struct arena *arena; /* of the settings */
};

struct setup *setup_new(const struct model_settings *settings); /* NULL: the defaults */
struct setup *setup_hold(struct setup *setup);
void setup_drop(struct setup *setup);

/* ---- The index ---- */

struct index {
	struct setup *setup;
	struct vector nodes;   /* node_id -> struct node */
	struct vector entries; /* node_id -> struct entry */
	struct keyset keys;
	node_id node_limit;    /* ids at and above it were never given */
	uint32_t node_count;   /* ids in use */
	uint32_t kind_counts[KIND_COUNT];
	struct amounts sources[BUILDER_SOURCES_MAX]; /* what is there of each */
};

void index_init(struct index *index, struct setup *setup); /* takes over the hold on `setup` */
void index_copy(struct index *to, const struct index *from);
void index_release(struct index *index);

static inline const struct node *index_node(const struct index *index, node_id id)
{
	return vector_get(&index->nodes, id);
}

static inline struct entry *index_entry(const struct index *index, node_id id)
{
	return vector_get(&index->entries, id);
}

uint32_t hash_name(const struct setup *setup, const char *normal);
uint32_t hash_rdn(const struct setup *setup, node_id parent, const char *normal);
uint32_t hash_spelling(const struct setup *setup, const char *octets, size_t length);
uint32_t hash_stable(const struct setup *setup, uint16_t source, const char *key);

/* Is the node that child of `parent`? */
bool index_is_child(const struct index *index, node_id id, node_id parent, const char *normal_rdn);
node_id index_find_child(const struct index *index, node_id parent, const char *normal_rdn);
node_id index_find_dn(const struct index *index, const struct dn *dn);
/* The node, if it is the one of the part of the DN that begins at rdns[from]. */
bool index_is_dn(const struct index *index, node_id id, const struct dn *dn, uint32_t from);
/* Is the text, octet for octet, how the RDNs of the node and of those above it were written first, joined by ','?  Then
 * it is a DN, and the node's. */
bool index_is_spelled(const struct index *index, node_id id, const char *octets, size_t length);
node_id index_find_stable(const struct index *index, uint16_t source, const char *key); /* NODE_NONE: no such entry */
bool index_is_below(const struct index *index, node_id id, node_id top);                /* or is itself `top` */
bool index_has_any(const struct index *index, uint32_t tag, uint32_t from);

/* Walks the keys with that tag and from, after the node `last`. */
void index_walk(const struct index *index, uint32_t tag, uint32_t from, node_id last, struct relation_cursor *cursor);

/* ---- How many people have an attribute, and how often the policy names it; immutable, counted ---- */

struct attribute_count {
	const char *name; /* interned */
	uint32_t people;
	uint32_t named;
};

struct attribute_counts {
	_Atomic uint32_t holders;
	uint32_t count;
	struct attribute_count items[]; /* sorted by name */
};

/* ---- A snapshot is an index that nobody changes any more. ---- */

struct snapshot {
	_Atomic uint32_t holders;
	uint64_t generation;
	struct index index;
	struct attribute_counts *counts;
};

struct snapshot *snapshot_new(const struct index *index, uint64_t generation, struct attribute_counts *counts);
bool snapshot_has_one_holder(const struct snapshot *snapshot);

struct attribute_counts *counts_hold(struct attribute_counts *counts);
void counts_drop(struct attribute_counts *counts);

#endif

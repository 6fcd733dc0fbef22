/* The inside of a builder, for the files that it is made of:
 *   builder.c       what the outside calls: putting, removing, refreshing, freezing
 *   builder_tree.c  nodes: making, moving what is below one, giving back those that nobody needs
 *   builder_ties.c  one entry in the place of another: its keys and counts
 * Internal to model/. */
#ifndef MODEL_BUILDER_STATE_H
#define MODEL_BUILDER_STATE_H

#include "model/builder.h"
#include "model/index.h"
#include "model/keylist.h"

#include <xxhash.h>

/* Counts by the number of the attribute's atom. */
struct tally {
	struct attribute_count *items; /* name: NULL until it was counted once */
	uint32_t capacity;
	bool changed; /* since the last freeze */
	bool grown;   /* by a name that the last frozen counts do not have */
};

struct refresh {
	bool going;
	bool torn;
	uint16_t source;
	uint32_t seen_count;
	uint64_t *seen; /* a bit for each node with an entry that was seen */
	size_t words;
};

struct builder {
	struct index index;
	uint64_t generation;
	struct amounts lost[BUILDER_SOURCES_MAX];
	struct tally tally;
	struct attribute_counts *counts; /* as frozen last */
	struct refresh refresh;
	struct batch *batch;        /* that entries of a refresh go into; NULL: none is open */
	node_id guess;              /* the parent of the DN that was looked up last: the next one often has the same */
	uint64_t *spellings;        /* hashes of DNs as they were written last, with their nodes; see builder_recall */
	uint32_t spelling_room;     /* a power of two, or 0 */
	struct keylist pending;     /* keys of a refresh that are not in the index yet: many at once, in order, go faster */
	struct keylist unused;      /* ids of nodes that were given back */
	struct keylist doubtful;    /* nodes that may not be needed any more: see builder_settle */
	struct keylist before, after; /* keys of two entries, while they are compared */
	struct text normal;
	struct arena *scratch;      /* for the length of one call */
	XXH3_state_t *digest;
};

/* ---- builder_tree.c ---- */

node_id builder_node(struct builder *builder, const struct dn *dn); /* made if it is new; NODE_NONE for the empty DN */

/* Most references are to DNs that were met before and are written as they were then: those need no parsing.  A node is
 * recalled only if the text is, octet for octet, how its RDNs were written first.  NODE_NONE: parse the text. */
node_id builder_recall(struct builder *builder, const char *octets, size_t length);
void builder_remember(struct builder *builder, const char *octets, size_t length, node_id node);

/* Moves the entries of `source` below `from` to the same places below `to`. */
void builder_move_below(struct builder *builder, uint16_t source, node_id from, node_id to);

/* Puts pending keys into the index and gives back the doubtful nodes that nothing refers to, with those above them that
 * were only there for them; after a change of a refresh only when much has come together. */
void builder_settle(struct builder *builder);
void builder_settle_all(struct builder *builder);

/* ---- builder_ties.c ---- */

/* Puts `after` (whose hold it takes over) in the place of `before`, which need not be at the same node; either may be
 * NULL.  Only what differs between them changes the index.  Nodes that lost something become doubtful. */
void builder_replace(struct builder *builder, const struct entry *before, struct entry *after);
void builder_add_pending(struct builder *builder);

void tally_init(struct tally *tally, const struct attribute_counts *counts);
struct attribute_counts *tally_freeze(struct tally *tally, const struct attribute_counts *last);

/* ---- builder.c ---- */

bool builder_saw(const struct builder *builder, const struct entry *entry); /* in the refresh that is going on */
void builder_mark_seen(struct builder *builder, node_id node);
bool builder_unmark_seen(struct builder *builder, node_id node); /* was it marked? */

#endif

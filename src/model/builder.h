/* The mutable side of the index.  One thread works on a builder; what it freezes is for everybody.
 *
 * Life: builder_new -> (builder_put | builder_remove)* -> builder_freeze -> more changes -> builder_freeze ...
 * A change costs what its entry weighs.  A refresh (reading a source whole) puts every entry between
 * builder_refresh_begin and builder_refresh_end, which drops what was not seen. */
#ifndef MODEL_BUILDER_H
#define MODEL_BUILDER_H

#include "base/error.h"
#include "model/entry.h"
#include "model/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct builder; /* opaque */

#define BUILDER_SOURCES_MAX 64

/* Starts from a snapshot (NULL: from nothing, with these settings, copied; NULL settings: all defaults).  Several
 * builders may start from one snapshot: each is a copy of its own, which is what "what if" asks.  With a person_filter
 * that does not parse nobody is a person; whoever reads settings checks it (filter_parse) and says so. */
struct builder *builder_new(const struct snapshot *from, const struct model_settings *settings);
void builder_free(struct builder *builder);

enum builder_outcome {
	BUILDER_DONE = 0,
	BUILDER_UNCHANGED, /* the same entry at the same place was there */
	BUILDER_OCCUPIED,  /* another entry has this DN, and it was seen in the same refresh (or no refresh is going on):
	                      nothing was changed; `why` names both */
	BUILDER_BAD_DN,    /* the record's DN does not parse: nothing was changed */
};

/* Puts one entry: new, changed, or moved (the key is known at another DN; then the entries of this source that the index
 * holds below the old DN move along, as a subtree rename sends one message for its top; during a refresh only those
 * that it has not seen, the others stand where it saw them).  A moved entry displaces one of its source that is left
 * over at its new place, never one of another source.  The source's number is the caller's, below BUILDER_SOURCES_MAX. */
enum builder_outcome builder_put(struct builder *builder, uint16_t source, const struct record *record,
                                 struct error *why);

/* Removes the entry with this key (nothing happens when there is none: 1). */
int builder_remove(struct builder *builder, uint16_t source, const char *key);

/* Reading a source whole.  Only one at a time in a builder; to begin anew forgets one that was not ended.  An entry that
 * was not seen yet gives way to one that is put at its DN. */
void builder_refresh_begin(struct builder *builder, uint16_t source);
void builder_refresh_seen(struct builder *builder, const char *key); /* present, unchanged (RFC 4533 present phase) */
size_t builder_refresh_unseen(const struct builder *builder);        /* how many entries _end would drop */
void builder_refresh_end(struct builder *builder);
/* Was an entry found at a new DN after entries below its old one had been seen there?  Then the source changed while it
 * was read, or something else took the old DN: another refresh makes sure. */
bool builder_refresh_torn(const struct builder *builder);

/* How much there is of a source, and how much of it changes have taken away since the builder was made: entries that were
 * removed or are no people or bindings any more, members that a group or binding names fewer than before.  What was
 * added does not count against what is lost. */
struct amounts {
	uint32_t entries, people, memberships, bindings;
};
void builder_amounts(const struct builder *builder, uint16_t source, struct amounts *there, struct amounts *lost);

/* The state of this moment.  The caller holds it (snapshot_drop). */
struct snapshot *builder_freeze(struct builder *builder);

#endif

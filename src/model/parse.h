/* From a record to an entry: the only place that knows attribute and class names of the schema.  Internal to model/. */
#ifndef MODEL_PARSE_H
#define MODEL_PARSE_H

#include "base/arena.h"
#include "model/dn.h"
#include "model/entry.h"
#include "model/filter.h"
#include "model/snapshot.h"

/* Attribute names, interned: equal names are equal pointers, which live as long as the atoms.  Grows only; any number
 * of threads may read names that they hold while one adds (the table itself is only touched by builders, under its own
 * lock, so that copies of a builder can work beside each other). */
struct atoms; /* opaque, counted: shared by a builder and all its snapshots */
struct atoms *atoms_new(void);
struct atoms *atoms_hold(struct atoms *atoms);
void atoms_let_go(struct atoms *atoms);
const char *atoms_intern(struct atoms *atoms, const char *canonical);
uint32_t atom_number(const char *interned); /* from 0, in the order of their first use */

/* What parsing needs from outside. */
struct parse_context {
	struct atoms *atoms;
	const struct filter *person_filter; /* FILTER_OF_ENTRY */
	const struct model_settings *settings;
	/* The node of a DN, made if it is new. */
	node_id (*node_of)(void *context, const struct dn *dn);
	/* Both or none: the node of a DN that was written like this before (NODE_NONE: not known), which spares parsing it;
	 * and what to recall for the next time. */
	node_id (*recall)(void *context, const char *octets, size_t length);
	void (*remember)(void *context, const char *octets, size_t length, node_id node);
	void *context;
};

/* Parses one record that stands at `node` with the leaf RDN `rdn`.  Everything of the entry, itself included, is in
 * `arena`, which is the caller's to keep as long as the entry.  Never fails: what is broken is in
 * entry->problems.  Every node that the entry keeps is the `from` of at least one of its relations (entry_visit_ties):
 * by that the index knows that the node is still needed. */
struct entry *entry_parse(const struct parse_context *context, const struct record *record, const struct rdn *rdn,
                          node_id node, uint16_t source, struct arena *arena);

/* Everything by which an entry can be found or is tied to others, one call each: the index is the sum of these over
 * all entries, which is why a change to one entry costs what the entry weighs.
 *   relation: from `from` (a node, or a number as documented in snapshot.h) to the entry's node
 *   name:     the text as written, to be normalised by the receiver
 * Either function may be NULL: then nothing of that sort is visited, and no time is spent on it. */
struct entry_tie_visitor {
	void *context;
	void (*relation)(void *context, enum relation relation, uint32_t from);
	void (*name)(void *context, enum name_index index, const char *text);
};
void entry_visit_ties(const struct entry *entry, const struct model_settings *settings,
                      const struct entry_tie_visitor *visitor);

/* The names of attributes that the entry's filters and references may read: of people ($user.X, subject.X,
 * dgMemberFilter, memberURL, nsRoleFilter), of resources (X, resource.X) and of workspaces ($workspace.X); canonical. */
void entry_visit_named_attributes(const struct entry *entry, void (*visit)(void *context, const char *name),
                                  void *context);

#endif

/* Who is a member: the groups that a subject is in, directly or through groups, and the bindings that name the subject
 * or one of those groups.  Internal to decide/.
 *
 * Membership has three values, since filters have.  A membership that is only possible (a filter was Undefined) gives
 * nothing, but limits count it. */
#ifndef DECIDE_MEMBERSHIP_H
#define DECIDE_MEMBERSHIP_H

#include "base/arena.h"
#include "model/filter.h"
#include "model/policy.h"
#include "model/snapshot.h"

#define STEP_NONE UINT32_MAX

/* One node of the closure.  steps[0] is the subject itself. */
struct step {
	node_id node;
	uint32_t from; /* the step that it was reached from; STEP_NONE for the subject */
	bool certain;
};

/* A binding that names a step of the closure, or whose dgMemberFilter takes the subject. */
struct member_binding {
	node_id node;
	uint32_t from; /* the step that it names */
	bool certain;
};

struct membership {
	uint32_t count;
	struct step *steps;
	uint32_t binding_count;
	struct member_binding *bindings; /* each binding once, by the first certain way to it */
	/* private: open addressing over `steps` and over `bindings` */
	uint32_t step_slots, binding_slots;
	uint32_t *step_table, *binding_table;
	uint32_t step_capacity, binding_capacity;
};

/* Fills the closure of a person, or of a group if `as_group` (`node` has such an entry; it may be both).  `extra` are
 * groups that a trusted caller adds.  All memory is in `arena`. */
void membership_find(const struct snapshot *snapshot, node_id node, bool as_group, const node_id *extra,
                     uint32_t extra_count, struct arena *arena, struct membership *membership);

/* The step of a node, or NULL. */
const struct step *membership_step(const struct membership *membership, node_id node);

/* The groups on the way from the subject to `from`, the subject left out, in order. */
uint32_t membership_path(const struct membership *membership, uint32_t from, struct arena *arena,
                         const node_id **groups);

/* A filter over the entry of a person: an attribute that she lacks is FALSE, one that no person has is Undefined. */
enum truth person_matches(const struct snapshot *snapshot, const struct entry *person, const struct filter *filter,
                          struct arena *arena);

/* The values of an attribute of an entry as filters see them; KNOWN_ABSENT if it has none. */
enum known entry_values(const struct snapshot *snapshot, const struct entry *entry, const char *name,
                        struct arena *arena, struct value_list *list);

/* The DN of a node as text in `arena`. */
const char *node_dn(const struct snapshot *snapshot, node_id node, struct arena *arena);

/* Is `uid` the uid of exactly one of the people that an entry of `organization` (NODE_NONE: a common one) can mean by
 * it?  Then that person, else NODE_NONE; *shared says that there are several. */
node_id person_by_uid(const struct snapshot *snapshot, node_id organization, const char *uid, bool *shared);

#endif

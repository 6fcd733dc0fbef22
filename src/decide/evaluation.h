/* One evaluation: who asks what, where, resolved once; every part of the evaluator reads it.  Internal to decide/.
 *
 * The parts, in the order in which a question meets them:
 *   subject.h     who it is               place.h      where it is
 *   resource.h    what it is about        membership.h which groups and bindings name the subject
 *   standing.h    what the subject holds in a place      roles.h  what a role brings
 *   grant.h       what would give it      limit.h      what takes it away all the same
 *   administration.h  the further rules of built-in actions */
#ifndef DECIDE_EVALUATION_H
#define DECIDE_EVALUATION_H

#include "decide/decide.h"
#include "decide/membership.h"
#include "decide/place.h"

struct standing;

struct evaluation {
	const struct snapshot *snapshot;
	const struct decide_settings *settings;
	const struct question *question;
	struct arena *arena;

	/* the subject */
	node_id subject;
	const struct entry *subject_entry;
	bool by_group;                   /* the subject is a group: no implicit bindings */
	struct organizations home;       /* whose people include the subject; of a group, its own organization */
	struct membership membership;

	/* the place */
	node_id place;
	const struct entry *place_entry;
	node_id organization;
	const struct entry *organization_entry;
	bool at_organization;            /* the place is the organization */
	enum place_state place_state;

	/* the resource */
	node_id resource;                /* NODE_NONE: the directory does not keep it */
	const struct entry *resource_entry;
	bool resource_later;             /* its properties are not known yet (resource filter) */

	const struct standing *standing_here; /* of the place, once check.h has been asked */

	/* the roles that the request activates */
	bool all_active;
	uint32_t active_count;
	const node_id *active;
};

/* Resolves subject, resource and place, in this order; the first that fails is the reason.  REASON_GRANTED: all three
 * are there.  `action` decides whether the question is asked on the organization; NULL: it stays at the place. */
enum reason evaluation_begin(struct evaluation *evaluation, const struct snapshot *snapshot,
                             const struct decide_settings *settings, const struct question *question,
                             const char *action, struct arena *arena);

/* The same with a resource whose properties come later: only its type is known (NODE_NONE, nothing is looked up). */
enum reason evaluation_begin_later(struct evaluation *evaluation, const struct snapshot *snapshot,
                                   const struct decide_settings *settings, const struct question *question,
                                   const char *action, struct arena *arena);

/* The same evaluation in another place, which exists. */
void evaluation_move(struct evaluation *evaluation, node_id place);

/* Is the action always asked on the organization that the place belongs to? */
bool action_at_organization(const char *action);

/* Is `name` in a NULL-terminated list, as names are equal? */
bool list_has_name(const char *const *list, const char *name);

#endif

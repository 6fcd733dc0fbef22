/* What a role brings: inheritance, plans, activation, separation of duty.  Internal to decide/. */
#ifndef DECIDE_ROLES_H
#define DECIDE_ROLES_H

#include "decide/standing.h"

/* One role on the way down from a binding, with the stops met so far. */
struct role_path {
	const struct role_path *above; /* NULL: the binding gives this role itself */
	node_id node;
	const struct role *role;
	unsigned stops;                /* DUTY and PLAN pass on to what is inherited */
};

/* Visits every role that a holding brings, each at most once for each different set of stops.  Paths live in the
 * evaluation's arena. */
void roles_walk(struct evaluation *evaluation, const struct standing *standing, const struct holding *holding,
                void (*visit)(void *context, const struct role_path *path), void *context);

/* Does everything that the role inherits exist, as roles that may be referred to? */
bool role_sound(const struct snapshot *snapshot, node_id role, struct arena *arena);

/* Is it a role that entries of `organization` may refer to? */
bool role_allowed(const struct snapshot *snapshot, node_id organization, node_id role);

/* Do the plans of the organization or of the subject meet what a role or restriction requires? */
bool plan_met(const struct evaluation *evaluation, node_id entry, bool required, const struct references *plans);

/* Fills standing->active, and standing->struck with the sets of which more than dgMaximum are held: "no role of the set
 * grants", held or not. */
void roles_strike(struct evaluation *evaluation, struct standing *standing);

/* Roles of the set at `node` that count at once when exactly the roles of `given` are held (static counting). */
uint32_t role_set_count(const struct snapshot *snapshot, node_id node, const node_id *given, uint32_t count,
                        struct arena *arena);

/* Does a set count in places of the organization?  Its own, and one that no organization encloses. */
bool role_set_concerns(const struct snapshot *snapshot, node_id set, node_id organization);

/* Is `role` named by `references`, either itself or as one of the roles below a container? */
bool references_role(const struct snapshot *snapshot, const struct references *references, node_id role);

#endif

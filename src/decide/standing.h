/* Where a subject stands in one place: every binding that names the subject and reaches the place, the implicit ones
 * included, each with what stops it; and the roles that separation of duty strikes.  Internal to decide/. */
#ifndef DECIDE_STANDING_H
#define DECIDE_STANDING_H

#include "decide/evaluation.h"
#include "decide/nodes.h"

/* What keeps a binding or a role from granting; several at once.  None of them lifts a limit, but where it says so. */
enum stop {
	STOP_DUTY = 1 << 0,
	STOP_INACTIVE = 1 << 1,
	STOP_PLAN = 1 << 2,
	STOP_TIME = 1 << 3,     /* lifts the binding's limits, too */
	STOP_DISABLED = 1 << 4, /* lifts the binding's limits, too */
	STOP_BROKEN = 1 << 5,
	STOP_PENDING = 1 << 6,
	STOP_PLACE = 1 << 7,    /* the workspace or organization is disabled */
};

/* The reason of exactly one stop; REASON_GRANTED for none, REASON_NO_GRANT for several. */
enum reason stop_reason(unsigned stops);

struct holding {
	enum binding_origin origin;
	node_id binding;               /* see struct chain */
	const struct binding *parsed;  /* of ORIGIN_ENTRY, else NULL */
	uint32_t from;                 /* step of the membership; STEP_NONE: implicit, by nobody's name */
	uint32_t role_count;
	const node_id *roles;          /* that may be referred to and exist */
	const struct references *restricted_by; /* NULL: none */
	unsigned stops;                /* of the binding itself, STOP_PLACE aside */
	bool grants;                   /* the subject is certainly a member, and its scope reaches the place soundly */
	bool limits;                   /* roles' dgDeny and dgCeiling, or restrictions that narrow all, act here */
	bool narrows;                  /* a binding without dgGrantsRole */
	bool by_organization;          /* reaches the place through a scope that is the whole organization */
	instant until;
};

struct standing {
	node_id place;
	node_id organization;
	enum place_state state;
	uint32_t count;
	struct holding *holdings;
	struct nodes active;   /* roles held that the request activates, with all they inherit; unless it activates all */
	struct nodes struck;   /* role sets of which too many roles are held: none of their roles grants */
};

/* Fills the standing of the evaluation's subject in `place`, a workspace or organization. */
void standing_find(struct evaluation *evaluation, node_id place, struct standing *standing);

/* The stops of a holding for one action: its own, and the place's.  "In a disabled workspace only bindings on the
 * organization hold, and only for workspace.* and members.*.  In a disabled organization nothing holds." */
unsigned holding_stops(const struct standing *standing, const struct holding *holding, const char *action);

/* Does a binding at `node` with this scope reach `place`?  For grants; with its broken values made good (for limits);
 * through the organization. */
struct reach { bool grants, limits, by_organization; };
struct reach scope_reach(const struct snapshot *snapshot, node_id node, const struct references *scope,
                         bool scope_present, node_id place);

/* Do bindings on `workspace` hold in `place`?  In itself and in those nested below, until one is isolated. */
bool workspace_reaches(const struct snapshot *snapshot, node_id workspace, node_id place);

/* "dgDefaultWorkspace + dgDefaultRole: every active person of the organization holds that role there": in the place, too? */
bool default_reaches(const struct snapshot *snapshot, node_id place);

/* "dgPublicRole: every active person known to the gateway holds it in a public workspace of a public organization." */
bool publicity_reaches(const struct snapshot *snapshot, node_id place);

/* Is it an invitation, or a request, that still waits?  And for which places? */
bool invitation_waits(const struct entry *entry, instant at);
struct reach invitation_reach(const struct snapshot *snapshot, node_id node, node_id place);

/* The workspaces in which bindings of the subject could give something on the organization; calls `visit` for each,
 * once. */
void standing_visit_workspaces(struct evaluation *evaluation,
                               void (*visit)(void *context, node_id workspace), void *context);

#endif

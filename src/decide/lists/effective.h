/* Effective permissions: what a user may do in a place, all of it, and the resource filter of one action. */
#ifndef DECIDE_EFFECTIVE_H
#define DECIDE_EFFECTIVE_H

#include "decide/decide.h"
#include "model/filter.h"

/* A role held at the place, with the way it came. */
struct held_role {
	node_id role;
	struct chain chain;  /* to this role; `stop` says if it grants nothing at the moment (time, plan, duty …) */
	instant until;       /* the binding's dgNotAfter, INSTANT_MAX: none */
};

struct effective_permission {
	const char *name;             /* of the catalogue */
	bool conditional;
	const struct filter *filter;  /* conditional: what is left over the resource's properties */
	uint32_t obligation_count;
	const char *const *obligations;
	instant until;                /* when it ends by time alone, INSTANT_MAX: never that is known */
};

struct effective {
	enum reason reason;           /* REASON_GRANTED, or why nothing can be said (unknown-subject …) */
	node_id subject, place, organization;
	uint32_t role_count;
	const struct held_role *roles;
	uint32_t permission_count;    /* held, by name */
	const struct effective_permission *permissions;
	uint32_t denied_count;        /* names that a grant would give and a limit takes away */
	const struct denied { const char *name; struct limit limit; } *denied;
	uint32_t ceiling_count;       /* roles held that have ceilings */
	const node_id *ceilings;
};

/* `question->action` is ignored; subject, context (workspace, active_roles) and `at` count.  The resource is the place. */
void effective_permissions(const struct snapshot *snapshot, const struct decide_settings *settings,
                           const struct question *question, struct arena *arena, struct effective *effective);

/* The resource filter of one action on resources of `question->resource.type` whose properties are not known yet (the
 * id is ignored).  Returns TRUTH_TRUE: always, TRUTH_FALSE: never (with *reason), TRUTH_UNDEFINED: *filter decides.
 * For any resource, the filter's verdict equals the check's.  Administrative actions have no resource filter: 1 in
 * *administrative and TRUTH_FALSE. */
enum truth resource_filter(const struct snapshot *snapshot, const struct decide_settings *settings,
                           const struct question *question, struct arena *arena, const struct filter **filter,
                           enum reason *reason, bool *administrative);

/* The catalogue of an organization: every literal permission name in its policy and the common one, dgKnownPermission,
 * and the built-in names; sorted, without doubles. */
struct catalogue { uint32_t count; const char *const *names; const char *const *labels; };
void catalogue_of(const struct snapshot *snapshot, node_id organization, struct arena *arena,
                  struct catalogue *catalogue);
bool action_is_administrative(const char *name); /* one of the built-in names */

#endif

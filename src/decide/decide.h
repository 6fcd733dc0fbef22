/* Questions and answers: the evaluator's public face for the layers above.
 *
 * A decision is a pure function of a frozen snapshot, the site's settings and the question, time included: no I/O, no
 * locks, no clock.  Everything that an answer points to lives in the arena that was passed, or in the snapshot; both
 * must outlive it. */
#ifndef DECIDE_DECIDE_H
#define DECIDE_DECIDE_H

#include "base/arena.h"
#include "base/clock.h"
#include "decide/reason.h"
#include "model/snapshot.h"
#include "model/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the site says about questions.  Lists are NULL-terminated; NULL means the default. */
struct decide_settings {
	const char *const *subject_types;              /* further types that name people, beside user, identity, account, service */
	const char *const *trusted_subject_properties; /* properties of the subject that callers may state: none */
	const char *const *caller_properties;          /* … of a resource kept in the directory, where it lacks them: none */
	const char *const *writable_attributes;        /* of users.update: givenName, sn, displayName, title, dgHasPlan */
};
extern const struct decide_settings decide_defaults;

/* AuthZEN's entities.  `properties` and `context` are objects or NULL; all of it is borrowed. */
struct subject_ref { const char *type, *id; const struct value *properties; };
struct action_ref { const char *name; const struct value *properties; };
struct resource_ref { const char *type, *id; const struct value *properties; };

struct question {
	struct subject_ref subject;
	struct action_ref action;
	struct resource_ref resource;
	const struct value *context; /* workspace, active_roles, and whatever filters read as context.X */
	instant at;
	/* What the directory layer says of the snapshot's age; REASON_NO_GRANT (zero): fresh enough. */
	enum reason cannot_decide;
	bool explain; /* fill answer.explanation */
};

/* How much is said in the properties and the context: members and items, those inside others too.  Filters look through all
 * of it for every name that they read, so this bounds what a decision costs. */
#define QUESTION_VALUES_MAX 1000
size_t question_values(const struct question *question);

/* Checks what AuthZEN leaves to us: no more is said than QUESTION_VALUES_MAX, the resource's type and id have a normal form
 * (name.h), no two members of the properties or of the context have equal names, context.workspace and resource.properties.workspace are strings (or
 * null), context.active_roles is an array of strings (or null).  Returns 0, or 1 with `why`: a malformed request (400). */
int question_check(const struct question *question, struct error *why);

/* ---- Explanation: the chain as data, from the same evaluation ---- */

enum binding_origin {
	ORIGIN_ENTRY = 0, /* a dgBinding or dgBoundGroup entry */
	ORIGIN_OWNER,     /* `owner` of a workspace and dgOwnerRole; `binding` is the workspace */
	ORIGIN_RULE,      /* a dgGroupRule; `binding` is the rule, the last of `groups` the group that fits */
	ORIGIN_DEFAULT,   /* dgDefaultWorkspace and dgDefaultRole; `binding` is the organization */
	ORIGIN_PUBLIC,    /* dgPublicRole; `binding` is the organization */
	ORIGIN_INVITATION /* waiting; `binding` is the dgInvitation */
};

/* One way by which the subject holds, or nearly held, what was asked. */
struct chain {
	enum reason stop;          /* REASON_GRANTED, or the step that stopped it */
	enum binding_origin origin;
	uint32_t group_count;      /* subject -> groups[0] -> groups[1] … -> binding */
	const node_id *groups;
	node_id binding;
	node_id workspace;         /* where it holds: the place, or for an organization permission the workspace it is
	                              held in */
	uint32_t role_count;       /* roles[0] is given by the binding, each next one inherited from the one before */
	const node_id *roles;
	const char *attribute;     /* dgPermission, dgOrganizationPermission, … of the last role (or of the binding) */
	const char *value;         /* … and its value, as in the directory */
	node_id restriction;       /* the restriction that took it away, or NODE_NONE */
	const char *restriction_value; /* … and its dgRestricts value */
};

/* One limit that stopped a grant. */
struct limit {
	enum reason reason;    /* ABOVE_CEILING, FORBIDDEN_HERE, EXPLICIT_DENY */
	node_id entry;         /* the role, workspace or organization that says so */
	node_id binding;       /* through which the role is held (NODE_NONE for FORBIDDEN_HERE) */
	const char *attribute; /* dgCeiling, dgForbidden, dgDeny */
	const char *value;     /* NULL for a ceiling: none of its values matches */
};

struct explanation {
	node_id subject, place, organization, resource; /* NODE_NONE where not found */
	uint32_t chain_count;
	const struct chain *chains; /* granted ones first, then by nearness, then by binding DN */
	uint32_t limit_count;
	const struct limit *limits;
	node_id rule_entry;     /* for administrative rules: the entry that names the reason (a role, a set …) */
	instant until;          /* when an allow ends by time, INSTANT_MAX: never that is known */
};

struct answer {
	enum outcome outcome;
	enum reason reason;
	node_id subject;                  /* NODE_NONE: not found */
	const char *missing;              /* REASON_MISSING_PROPERTY: a property to send, e.g. "owner", "context.ip" */
	uint32_t obligation_count;        /* with an allow; sorted, without doubles */
	const char *const *obligations;
	const struct explanation *explanation; /* NULL unless asked for */
};

/* Decides.  `snapshot` may be NULL only if question->cannot_decide says why. */
void decide(const struct snapshot *snapshot, const struct decide_settings *settings, const struct question *question,
            struct arena *arena, struct answer *answer);

#endif

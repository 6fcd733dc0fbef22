/* Outcomes and reason codes.  The codes are public and closed: applications branch on them. */
#ifndef DECIDE_REASON_H
#define DECIDE_REASON_H

/* Three results are three values: a zeroed outcome denies, and what could not be decided is never rendered as a deny. */
enum outcome { OUTCOME_DENY = 0, OUTCOME_ALLOW, OUTCOME_CANNOT_DECIDE };

enum reason {
	REASON_NO_GRANT = 0,
	REASON_GRANTED,
	/* who, what, where */
	REASON_UNKNOWN_SUBJECT,
	REASON_AMBIGUOUS_SUBJECT,
	REASON_SUBJECT_INACTIVE,
	REASON_AMBIGUOUS_RESOURCE,
	REASON_NOT_IN_WORKSPACE,
	REASON_UNKNOWN_WORKSPACE,
	REASON_AMBIGUOUS_WORKSPACE,
	REASON_AMBIGUOUS_ORGANIZATION,
	/* the nearest miss, nearest first; REASON_NO_GRANT is the farthest */
	REASON_MISSING_PROPERTY,
	REASON_RESTRICTED,
	REASON_CONDITION_NOT_MET,
	REASON_SEPARATION_OF_DUTY,
	REASON_NOT_ACTIVATED,
	REASON_PLAN_REQUIRED,
	REASON_OUTSIDE_TIME,
	REASON_BINDING_DISABLED,
	REASON_BROKEN_DATA,
	REASON_PENDING,
	REASON_WORKSPACE_DISABLED,
	/* limits */
	REASON_ABOVE_CEILING,
	REASON_FORBIDDEN_HERE,
	REASON_EXPLICIT_DENY,
	/* administrative rules */
	REASON_MAY_NOT_ASSIGN,
	REASON_SELF_CHANGE,
	REASON_NOT_APPLICABLE,
	REASON_VIA_GROUP,
	REASON_LAST_HOLDER,
	REASON_DEFAULT_WORKSPACE,
	REASON_STILL_ACTIVE,
	REASON_NO_SEAT,
	REASON_IMMUTABLE_ATTRIBUTE,
	REASON_UNKNOWN_TARGET,
	/* cannot decide */
	REASON_STALE,
	REASON_NOT_LOADED,
	REASON_NOT_FRESH_ENOUGH,
	REASON_COUNT
};

const char *reason_code(enum reason reason);    /* "no-grant" … */
const char *reason_meaning(enum reason reason); /* one sentence for people, without names of entries */
const char *outcome_name(enum outcome outcome); /* "deny", "allow", "cannot-decide" */

#endif

/* What is wrong in the data: collected, reported, never fatal.  Codes are public (the table is problem.c's, as
 * a page decide/LINT.md); the consequence of each is written where the value is parsed or used. */
#ifndef MODEL_PROBLEM_H
#define MODEL_PROBLEM_H

#include "model/entry.h"

enum severity { SEVERITY_ERROR = 0, SEVERITY_WARNING, SEVERITY_NOTE };

enum problem_code {
	PROBLEM_BAD_PERMISSION = 0,
	PROBLEM_BAD_DENY,
	PROBLEM_BAD_CEILING,
	PROBLEM_BAD_FORBIDDEN,
	PROBLEM_BAD_RESTRICTS,
	PROBLEM_BAD_OBLIGATION,
	PROBLEM_BAD_REFERENCE,
	PROBLEM_BAD_TIME,
	PROBLEM_BAD_BOOLEAN,
	PROBLEM_BAD_INTEGER,
	PROBLEM_BAD_FILTER,
	PROBLEM_BAD_KEYWORD,
	PROBLEM_BAD_PROPERTY,
	PROBLEM_BAD_NAME_PATTERN,
	PROBLEM_BAD_KNOWN_PERMISSION,
	PROBLEM_BAD_ACCOUNT_STATE,
	PROBLEM_SECOND_VALUE,
	PROBLEM_MISSING_VALUE,
	PROBLEM_SECOND_KIND,
	PROBLEM_NOT_TEXT,
	PROBLEM_TOO_MANY,
	/* Found by looking at several entries, or at the time (decide/lint/lint.h). */
	PROBLEM_DANGLING_MEMBER,
	PROBLEM_NOT_A_MEMBER,
	PROBLEM_AMBIGUOUS_MEMBER,
	PROBLEM_MEMBER_CAME_LATER,
	PROBLEM_NO_SUCH_ROLE,
	PROBLEM_NO_SUCH_RESTRICTION,
	PROBLEM_NO_SUCH_PLAN,
	PROBLEM_NO_SUCH_WORKSPACE,
	PROBLEM_NO_SUCH_REFERENCE,
	PROBLEM_FOREIGN_REFERENCE,
	PROBLEM_NO_SCOPE,
	PROBLEM_UNENCLOSED,
	PROBLEM_NOT_OPTIONAL,
	PROBLEM_DUPLICATE_ID,
	PROBLEM_EMPTY_REFERENCE,
	PROBLEM_UNKNOWN_ATTRIBUTE,
	PROBLEM_CYCLE,
	PROBLEM_UNMATCHED_PATTERN,
	PROBLEM_MISSPELT_PERMISSION,
	PROBLEM_EVERYTHING_IN_WORKSPACE,
	PROBLEM_UNHELD_ROLE,
	PROBLEM_NO_OWNER,
	PROBLEM_OWNER_WITHOUT_ROLE,
	PROBLEM_NO_HOLDER,
	PROBLEM_SEPARATION_OF_DUTY,
	PROBLEM_SEVERAL_LEVELS,
	PROBLEM_BELOW_MINIMUM,
	PROBLEM_RESTRICTION_NOT_MEANT,
	PROBLEM_PLAN_NOT_HELD,
	PROBLEM_SEATS_EXCEEDED,
	PROBLEM_EXPIRED,
	PROBLEM_NEVER_IN_FORCE,
	PROBLEM_NOT_UNIQUE,
	PROBLEM_BIG_GROUP,
	/* Found by looking at the server itself (library/server_lint.c), never in a snapshot. */
	PROBLEM_UNSEEN_CHANGES,
	PROBLEM_ANONYMOUS_READS,
	PROBLEM_PASSWORDS_READABLE,
	PROBLEM_POLICY_WRITABLE,
	PROBLEM_COUNT
};

struct problem {
	enum problem_code code;
	const char *attribute; /* canonical name, or NULL */
	const char *value;     /* the value concerned (shortened past 200 octets), or NULL */
	const char *detail;    /* what is wrong with it, a clause without a full stop, or NULL */
};

/* The row of a code in the table of all of them. */
struct problem_info {
	const char *code;      /* "bad-permission": public */
	enum severity severity;
	const char *finds;     /* what is there that should not be, a phrase with a capital and a full stop */
	const char *meaning;   /* what it means for decisions, one sentence */
	const char *remedy;    /* what to do, one sentence */
};
const struct problem_info *problem_info(enum problem_code code);

const char *severity_name(enum severity severity); /* "error" … */

#endif

/* What is wrong in the data: collected, reported, never fatal.  Codes are public (the table is problem.c's and
 * schema/README.md's "Broken data"); the consequence of each is written where the value is parsed or used. */
#ifndef MODEL_PROBLEM_H
#define MODEL_PROBLEM_H

#include "model/entry.h"

enum severity { SEVERITY_ERROR = 0, SEVERITY_WARNING, SEVERITY_NOTE };

enum problem_code {
	PROBLEM_BAD_PERMISSION = 0, /* a value of dgPermission, dgOptionalPermission, dgOrganizationPermission */
	PROBLEM_BAD_DENY,           /* dgDeny */
	PROBLEM_BAD_CEILING,
	PROBLEM_BAD_FORBIDDEN,
	PROBLEM_BAD_RESTRICTS,
	PROBLEM_BAD_OBLIGATION,
	PROBLEM_BAD_REFERENCE,      /* a DN-valued attribute whose value is no DN */
	PROBLEM_BAD_TIME,           /* dgNotBefore, dgNotAfter, dgDuring */
	PROBLEM_BAD_BOOLEAN,
	PROBLEM_BAD_INTEGER,
	PROBLEM_BAD_FILTER,         /* dgMemberFilter, memberURL, nsRoleFilter */
	PROBLEM_BAD_KEYWORD,        /* dgStatus, dgVisibility, dgJoin, dgPhase */
	PROBLEM_BAD_PROPERTY,
	PROBLEM_BAD_NAME_PATTERN,
	PROBLEM_BAD_KNOWN_PERMISSION,
	PROBLEM_BAD_ACCOUNT_STATE,  /* userAccountControl, accountExpires, nsAccountLock, shadowExpire, loginDisabled */
	PROBLEM_SECOND_VALUE,       /* of a SINGLE-VALUE attribute */
	PROBLEM_MISSING_VALUE,      /* an attribute that the class must have */
	PROBLEM_SECOND_KIND,        /* both organization and workspace: it is an organization; both binding and group: it
	                               is a binding */
	PROBLEM_NOT_TEXT,           /* a value of a dg attribute that is not UTF-8 */
	PROBLEM_TOO_MANY,           /* more attributes or problems than an entry may have */
	/* Found by looking at several entries (decide/lint.h). */
	PROBLEM_DANGLING_MEMBER,
	PROBLEM_NOT_A_MEMBER,       /* a member DN that names neither a person nor a group */
	PROBLEM_AMBIGUOUS_MEMBER,   /* a memberUid that two people share */
	PROBLEM_NO_SUCH_ROLE,
	PROBLEM_NO_SUCH_RESTRICTION,
	PROBLEM_NO_SUCH_PLAN,
	PROBLEM_NO_SUCH_WORKSPACE,
	PROBLEM_NO_SUCH_REFERENCE,  /* any other reference that names nothing */
	PROBLEM_FOREIGN_REFERENCE,  /* into another organization */
	PROBLEM_NO_SCOPE,           /* a binding that holds nowhere */
	PROBLEM_UNENCLOSED,         /* a workspace that no organization encloses */
	PROBLEM_NOT_OPTIONAL,       /* dgPermission on a binding that no optional permission of its roles covers */
	PROBLEM_DUPLICATE_ID,
	PROBLEM_EMPTY_REFERENCE,    /* a dgRoleMember or dgMayAssign container with no role in it */
	PROBLEM_UNKNOWN_ATTRIBUTE,  /* a filter names an attribute that no person has */
	PROBLEM_CYCLE,
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
	const char *meaning;   /* what it means for decisions, one sentence */
	const char *remedy;    /* what to do, one sentence */
};
const struct problem_info *problem_info(enum problem_code code);

#endif

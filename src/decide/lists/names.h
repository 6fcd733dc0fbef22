/* Names as lists use them: the shortest one that leads back to an entry, what a name leads to, and what is near to one that
 * leads nowhere. */
#ifndef DECIDE_NAMES_H
#define DECIDE_NAMES_H

#include "decide/lists/list.h"

enum named {
	NAMED_USER = 0,
	NAMED_PLACE,        /* a workspace, else an organization */
	NAMED_ORGANIZATION,
	NAMED_GROUP,
	NAMED_ROLE,
	NAMED_RESTRICTION,
	NAMED_PLAN,
};

/* The id if it is unambiguous, else "organization/id" if that is, else the DN: a name that can be asked about.  In the
 * arena, or in the snapshot. */
const char *name_of(const struct snapshot *snapshot, enum named kind, node_id node, struct arena *arena);

/* What a name led to: REASON_GRANTED with `node`; or unknown-subject, ambiguous-subject (users, groups), unknown-workspace,
 * ambiguous-workspace (places), ambiguous-organization, unknown-target (all else, ambiguous or not). */
struct name_found {
	enum reason reason;
	node_id node, second; /* the two that share an ambiguous name */
};
struct name_found name_find(const struct snapshot *snapshot, enum named kind, const char *name);

/* The organization that a question is about: the one named, or with NULL the only one there is. */
struct name_found organization_find(const struct snapshot *snapshot, const char *name);

/* The name that was probably meant by one that leads nowhere (base/nearest.h), or NULL.  Of the first NEAR_LOOKS entries. */
#define NEAR_LOOKS 50000
const char *name_near(const struct snapshot *snapshot, enum named kind, const char *name, struct arena *arena);

/* Which name of a question led nowhere, or to two, if this was the reason: the name, its kind and what was found.  False: none
 * by itself. */
struct name_missed {
	enum named kind;
	const char *name;
	struct name_found found;
};
bool name_of_question(const struct snapshot *snapshot, const struct question *question, enum reason reason,
                      struct name_missed *missed);

const char *named_word(enum named kind); /* "user", "workspace" … */

#endif

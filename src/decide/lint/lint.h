/* Lint: what is wrong in the data, entry by entry, between entries, and at a time.  model/problem.h has the table of rules,
 * LINT.md shows it. */
#ifndef DECIDE_LINT_H
#define DECIDE_LINT_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/problem.h"
#include "model/snapshot.h"

struct finding {
	struct problem problem; /* whose attribute is spelled as its schema has it */
	node_id entry;   /* whose problem it is */
	node_id other;   /* the entry or empty DN that it is about, or NODE_NONE */
};

/* Calls `visit` for every finding, in no order; strings live until the next call.  `at` is for what expires and for who is
 * active.  What each person holds is looked at in every place: seconds for 100,000 people. */
void lint(const struct snapshot *snapshot, instant at,
          void (*visit)(void *context, const struct finding *finding), void *context);

#endif

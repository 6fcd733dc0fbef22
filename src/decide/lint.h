/* Lint: what is wrong in the data, entry by entry and between entries (model/problem.h has the codes). */
#ifndef DECIDE_LINT_H
#define DECIDE_LINT_H

#include "base/arena.h"
#include "model/problem.h"
#include "model/snapshot.h"

struct finding {
	struct problem problem;
	node_id entry;   /* whose problem it is */
	node_id other;   /* the entry or empty DN that it is about, or NODE_NONE */
};

/* Calls `visit` for every finding, by entry in the order of node ids; strings live until the next call. */
void lint(const struct snapshot *snapshot, void (*visit)(void *context, const struct finding *finding), void *context);

#endif

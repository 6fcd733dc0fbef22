/* The chain as data, from the evaluation that decided; never rebuilt.  Internal to decide/. */
#ifndef DECIDE_EXPLAIN_H
#define DECIDE_EXPLAIN_H

#include "decide/check.h"

/* The way from the subject through a holding down to a role (NULL: to the binding only). */
struct chain chain_of(struct evaluation *evaluation, const struct standing *standing, const struct holding *holding,
                      const struct role_path *path);

/* Everything that the check looked at.  `check` may be NULL: the question ended before (subject, resource, place). */
const struct explanation *explain(struct evaluation *evaluation, const struct check *check, node_id rule_entry);

#endif

/* What filters see of a question: the resource, the action, the context, the subject, the place, the time.  Internal to
 * decide/. */
#ifndef DECIDE_FACTS_H
#define DECIDE_FACTS_H

#include "decide/evaluation.h"
#include "model/filter.h"

/* A source over the evaluation; valid as long as it. */
struct filter_source facts_of(struct evaluation *evaluation);

/* How a question would name the property that an item reads: "owner", "context.ip"; for a reference without value
 * "$user.manager". */
const char *facts_name(const struct filter *item, struct arena *arena);

/* Of several properties that are missing always the same one is named, in whatever order the data came.  `other` may be
 * NULL: none yet. */
bool facts_before(const struct filter *item, const struct filter *other);

#endif

/* What takes a permission away although something grants it, in the order of the contract: ceilings, what is forbidden
 * there, denies.  Internal to decide/. */
#ifndef DECIDE_LIMIT_H
#define DECIDE_LIMIT_H

#include "decide/standing.h"
#include "model/filter.h"

/* The first limit of the roles held in `standing` (ceilings before `forbidden` before denies), and of the place if
 * `here`.  Returns REASON_GRANTED when none acts, else *limit says which. */
enum reason limit_find(struct evaluation *evaluation, const struct standing *standing, const char *action, bool here,
                       struct limit *limit);

/* For a resource whose properties come later: the filter that a resource must pass (filter_never: none may). */
const struct filter *limit_filter(struct evaluation *evaluation, const struct standing *standing, const char *action,
                                  bool here);

#endif

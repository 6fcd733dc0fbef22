/* Grants and limits of one action in one evaluation: everything but finding the subject and the administrative rules.
 * Internal to decide/. */
#ifndef DECIDE_CHECK_H
#define DECIDE_CHECK_H

#include "decide/grant.h"
#include "decide/limit.h"

struct check {
	enum reason reason;               /* REASON_GRANTED: a grant stands and no limit takes it away */
	const struct filter *missing;     /* REASON_MISSING_PROPERTY: the item, else NULL */
	struct standing *standing;        /* of the place */
	struct candidates candidates;     /* all that were looked at … */
	enum reason *reasons;             /* … what became of each … */
	struct weight *weights;           /* … and why */
	struct limit limit;               /* for the limits' reasons */
	struct texts obligations;         /* sorted; only for REASON_GRANTED */
};

/* `standing` is the place's (standing_find), so that several actions can be asked on one. */
void check_action(struct evaluation *evaluation, struct standing *standing, const char *action, struct check *check);

/* Fills check->obligations for the candidates whose reason is REASON_GRANTED. */
void check_obligations(struct evaluation *evaluation, const char *action, struct check *check);

/* The same as a filter over a resource whose properties come later: for every resource, it is TRUE exactly if
 * check_action would say REASON_GRANTED.  If it is filter_never, *reason says why. */
const struct filter *check_filter(struct evaluation *evaluation, struct standing *standing, const char *action,
                                  enum reason *reason);

#endif

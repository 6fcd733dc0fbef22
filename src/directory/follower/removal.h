/* When so much of a source goes away at once that a broken directory is more likely than a true change.  Internal to the
 * follower. */
#ifndef DIRECTORY_REMOVAL_H
#define DIRECTORY_REMOVAL_H

#include "base/text.h"
#include "model/builder.h"

#include <stdbool.h>

struct removal_limits {
	unsigned share; /* percent of what was there, of each kind of its own … */
	unsigned floor; /* … if it is more than so many */
};

/* Is what was lost of what was there `before` too much, in any kind? */
bool removal_is_too_much(const struct removal_limits *limits, const struct amounts *before, const struct amounts *lost);
/* Do two readings say the same?  Each kind's loss may differ by a tenth, or by 10. */
bool removal_agrees(const struct amounts *one, const struct amounts *other);
/* Appends "200 of 300 people, 50 of 60 memberships": the kinds of which there is too much. */
void removal_print(const struct removal_limits *limits, const struct amounts *before, const struct amounts *lost,
                   struct text *out);

#endif

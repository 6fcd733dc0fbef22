/* When to try again after a failure: later each time, up to a limit, and never all gateways at once. */
#ifndef DIRECTORY_RETRY_H
#define DIRECTORY_RETRY_H

#include "base/clock.h"

#define RETRY_FIRST (INSTANT_SECOND / 10)  /* doubled with each failure in a row … */
#define RETRY_MAX   (10 * INSTANT_SECOND)  /* … up to here */

/* Between half of it and the whole, by chance. */
instant retry_jitter(instant time);
/* How long to wait after so many failures in a row, of which the first is 0. */
instant retry_wait(unsigned failures);

#endif

/* Since when to ask for changes: what follows from the times of change (modifyTimestamp) that a server has shown.
 *
 * They are the server's, and are compared with each other only.  Our clock measures how long something took, never
 * what time it is.  An overlap allows for changes that were seen late: a time has whole seconds, clocks of servers
 * that write side by side differ, and a change is seen when it has been made, not when it was stamped. */
#ifndef DIRECTORY_CHANGE_TIMES_H
#define DIRECTORY_CHANGE_TIMES_H

#include "base/clock.h"

#include <stdbool.h>

struct change_times {
	instant overlap;  /* at least a second */
	bool known;       /* the server has shown a time */
	instant last;     /* the latest of all */
	instant last_at;  /* clock_monotonic: it had been shown by then */
	instant covered;  /* all that was stamped until then has been read, if it was there when the last read began;
	                     INSTANT_MIN: not known */
};

void change_times_init(struct change_times *times, instant overlap);

/* A read that began and ended at these moments (clock_monotonic), was complete, and had every change since what
 * change_times_since said when it began (or everything).  `latest`: of the times it showed; INSTANT_MIN: it showed none. */
void change_times_read(struct change_times *times, instant begun, instant ended, instant latest);

/* Another connection to the same server had come there.  It counts again if the server still shows what it showed. */
void change_times_inherit(struct change_times *times, const struct change_times *before);

/* What is stamped at this time or later may have been missed so far.  Only if `known`. */
instant change_times_since(const struct change_times *times);

#define CHANGE_TIME_SIZE 24
/* GeneralizedTime (RFC 4517 section 3.3.13) without a fraction, which is cut off: "20261121173926Z". */
void change_time_print(instant time, char text[CHANGE_TIME_SIZE]);

#endif

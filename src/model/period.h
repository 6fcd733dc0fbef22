/* Recurring windows (dgDuring): "Mon-Fri 08:00-18:00", "Sat,Sun 22:00-06:00".
 *
 * Days are Mon Tue Wed Thu Fri Sat Sun in any case, single, in ranges (which may wrap: "Fri-Mon") and in lists; one
 * space; then HH:MM-HH:MM, the start included, the end not; 24:00 is allowed as an end.  An end before the start wraps
 * over midnight and counts to the day that it starts on; one at the start is no window (a whole day is 00:00-24:00). */
#ifndef MODEL_PERIOD_H
#define MODEL_PERIOD_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct period {
	uint8_t days;   /* bit 0 is Monday */
	uint16_t from;  /* minutes after midnight */
	uint16_t until; /* 1 to 1440; < from: on the next day */
};

/* Returns 0, or 1 when the text is no window. */
int period_parse(const char *text, struct period *period);

/* Is `at` inside, in the time zone of the process (TZ; the gateway sets it once, at start)? */
bool period_covers(const struct period *period, instant at);

#endif

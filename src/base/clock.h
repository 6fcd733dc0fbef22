/* Time.  Decisions take time as an argument; only the outermost layers read a clock. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted; covers the years 1678 to 2261. */
typedef int64_t instant;
#define INSTANT_SECOND ((instant)1000000000)
#define INSTANT_MIN    INT64_MIN /* before any time */
#define INSTANT_MAX    INT64_MAX /* after any time */

instant clock_now(void);       /* the wall clock */
instant clock_monotonic(void); /* for durations and timeouts; its zero means nothing */

/* Both read as far as nanoseconds; a leap second is the first second of the next day, as in POSIX; times outside of
 * `instant` become INSTANT_MIN + 1 or INSTANT_MAX - 1. */

/* RFC 3339 section 5.6 date-time ("2026-11-21T09:00:00.5+01:00").  Returns 0, or 1 when it is none. */
int clock_parse_rfc3339(const char *text, instant *at);
/* RFC 4517 section 3.3.13 GeneralizedTime ("20261121090000Z", with fraction, offset, or without minutes/seconds).
 * Returns 0, or 1 when it is none. */
int clock_parse_generalized(const char *text, instant *at);
/* UTC, "2026-11-21T09:00:00Z" (with a fraction only if there is one).  `out` has room for 40 octets. */
void clock_format_rfc3339(instant at, char out[40]);

#endif

#include "directory/change_times.h"

#include <time.h>

void change_times_init(struct change_times *times, instant overlap)
{
	*times = (struct change_times){
		.overlap = overlap > INSTANT_SECOND ? overlap : INSTANT_SECOND,
		.last = INSTANT_MIN,
		.settled = INSTANT_MIN,
	};
}

/* Had all that was stamped until `last` been made when a read began?  The server's clock showed `last` at last_at, or
 * something later. */
static bool last_is_past(const struct change_times *times, instant begun)
{
	return begun - times->last_at >= times->overlap;
}

void change_times_read(struct change_times *times, instant begun, instant ended, instant latest)
{
	if (times->known && last_is_past(times, begun))
		times->settled = times->last;
	if (latest > times->last) {
		times->known = true;
		times->last = latest;
		times->last_at = ended;
	}
	times->span = ended - begun;
}

instant change_times_covered(const struct change_times *times)
{
	instant covered;

	if (!times->known)
		return INSTANT_MIN;
	/* What the last read was too early for came after its begin, when the server's clock was at most `span` behind
	 * what it has shown. */
	covered = times->last - times->overlap - times->span - INSTANT_SECOND;
	return covered > times->settled ? covered : times->settled;
}

instant change_times_since(const struct change_times *times)
{
	return change_times_covered(times) + INSTANT_SECOND;
}

void change_time_print(instant time, char text[CHANGE_TIME_SIZE])
{
	time_t seconds = (time_t)(time / INSTANT_SECOND - (time % INSTANT_SECOND < 0));
	struct tm civil;

	gmtime_r(&seconds, &civil);
	strftime(text, CHANGE_TIME_SIZE, "%Y%m%d%H%M%SZ", &civil);
}

#include "directory/poll/change_times.h"

#include <time.h>

void change_times_init(struct change_times *times, instant overlap)
{
	*times = (struct change_times){
		.overlap = overlap > INSTANT_SECOND ? overlap : INSTANT_SECOND,
		.last = INSTANT_MIN,
		.covered = INSTANT_MIN,
	};
}

static void cover(struct change_times *times, instant until)
{
	if (until > times->covered)
		times->covered = until;
}

void change_times_read(struct change_times *times, instant begun, instant ended, instant latest)
{
	/* The server's clock had shown `last` so long before: what it stamped until then had been made. */
	if (times->known && begun - times->last_at >= times->overlap)
		cover(times, times->last);
	if (latest > times->last) {
		times->known = true;
		times->last = latest;
		times->last_at = ended;
	}
	/* What the read was too early for was made after its begin.  Then the server's clock was behind what it has shown
	 * by no more than the read took. */
	if (times->known)
		cover(times, times->last - times->overlap - (ended - begun) - INSTANT_SECOND);
}

void change_times_inherit(struct change_times *times, const struct change_times *before)
{
	if (times->known && before->known && times->last >= before->last)
		cover(times, before->covered);
}

instant change_times_since(const struct change_times *times)
{
	return times->covered + INSTANT_SECOND;
}

void change_time_print(instant time, char text[CHANGE_TIME_SIZE])
{
	time_t seconds = (time_t)(time / INSTANT_SECOND - (time % INSTANT_SECOND < 0));
	struct tm civil;

	gmtime_r(&seconds, &civil);
	strftime(text, CHANGE_TIME_SIZE, "%Y%m%d%H%M%SZ", &civil);
}

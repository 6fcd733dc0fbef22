/* Windows: what parses is within its bounds, and covers as much of a week as its days and times say. */
#include <assert.h>
#include <stdint.h>

#include "base/memory.h"
#include "model/period.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	char *text = memory_octets(octets, length);
	struct period period;
	int minutes, covered = 0, days;

	setenv("TZ", "UTC0", 1);
	if (period_parse(text, &period) == 0) {
		assert(period.days > 0 && period.days < 128 && period.from < 1440 && period.until > 0 && period.until <= 1440);
		for (int minute = 0; minute < 7 * 1440; minute++)
			covered += period_covers(&period, (instant)minute * 60 * INSTANT_SECOND);
		days = __builtin_popcount(period.days);
		minutes = period.until - period.from;
		/* A whole day from one time to the same time next day is the longest: windows never overlap. */
		assert(covered == days * (minutes > 0 ? minutes : minutes + 1440));
	}
	free(text);
	return 0;
}

#include "directory/server/retry.h"

#include <sys/random.h>

instant retry_jitter(instant time)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint32_t)clock_monotonic();
	return time / 2 + time / 2 * (random % 1024) / 1024;
}

instant retry_wait(unsigned failures)
{
	instant wait = RETRY_FIRST;

	for (unsigned i = 0; i < failures && wait < RETRY_MAX; i++)
		wait *= 2;
	return retry_jitter(wait < RETRY_MAX ? wait : RETRY_MAX);
}

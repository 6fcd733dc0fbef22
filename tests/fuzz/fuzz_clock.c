/* Both notations of time: what is read can be written, and what was written is read as the same time. */
#include <assert.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	int (*const parsers[])(const char *, instant *) = {clock_parse_rfc3339, clock_parse_generalized};
	char *text = memory_octets(octets, length), written[40];
	instant at, again;

	for (int i = 0; i < 2; i++) {
		if (parsers[i](text, &at) != 0)
			continue;
		clock_format_rfc3339(at, written);
		assert(clock_parse_rfc3339(written, &again) == 0 && again == at);
	}
	free(text);
	return 0;
}

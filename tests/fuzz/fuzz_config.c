/* A configuration from anywhere: it is taken, or refused with words; nothing hangs, however its aliases are tied. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct flags flags;
	struct complaints complaints;
	char *text = memory_octets(data, size);
	struct config *config;

	complaints_init(&complaints);
	config = config_read_text(&flags, "fuzz.yaml", "/nowhere", text, &complaints);
	assert((config != NULL) == (complaints.count == 0));
	assert(complaints.count == 0 || complaints.lines.length > 0 || complaints.lines.overflowed);
	complaints_release(&complaints);
	config_free(config);
	free(text);
	return 0;
}

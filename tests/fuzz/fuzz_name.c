/* Names: a normal form is its own normal form, is equal to what it was made of, and is short enough. */
#include <assert.h>
#include <stdint.h>

#include "base/memory.h"
#include "model/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	char *name = memory_octets(octets, length);
	struct text once, twice;

	text_init(&once, NAME_LENGTH_MAX);
	text_init(&twice, NAME_LENGTH_MAX);
	if (name_normalise(name, length, &once) == 0) {
		assert(!once.overflowed);
		assert(name_normalise(text_string(&once), once.length, &twice) == 0);
		assert(strcmp(text_string(&once), text_string(&twice)) == 0);
		assert(name_equal(name, text_string(&once)));
	} else {
		assert(strlen(name) < length || !name_equal(name, name));
	}
	text_release(&once);
	text_release(&twice);
	free(name);
	return 0;
}

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

__attribute__((noreturn)) static void memory_exhausted(size_t count, size_t size)
{
	log_event(LOG_LEVEL_ERROR, "out-of-memory", "count=%zu size=%zu", count, size);
	abort();
}

void *memory_alloc(size_t size)
{
	return memory_array(1, size);
}

void *memory_array(size_t count, size_t size)
{
	bool empty = count == 0 || size == 0; /* an empty array is an address too */
	void *octets = calloc(empty ? 1 : count, empty ? 1 : size);

	if (!octets)
		memory_exhausted(count, size);
	return octets;
}

void *memory_resize(void *old, size_t count, size_t size)
{
	bool empty = count == 0 || size == 0;
	void *octets = reallocarray(old, empty ? 1 : count, empty ? 1 : size);

	if (!octets)
		memory_exhausted(count, size);
	return octets;
}

char *memory_string(const char *text)
{
	return memory_octets(text, strlen(text));
}

char *memory_octets(const void *octets, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		memory_exhausted(length, 1);
	copy = memory_alloc(length + 1);
	if (length > 0)
		memcpy(copy, octets, length);
	return copy;
}

/* Targets of requests from anywhere: each is cut into parts, or is refused with words. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "http/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct target *target)
{
	struct text allow;

	assert(target->segment_count > 0 && target->segment_count <= TARGET_SEGMENTS_MAX);
	for (size_t i = 0; i < target->segment_count; i++)
		assert(utf8_valid(target->segments[i]));
	for (size_t i = 0; i < target->parameter_count; i++)
		assert(utf8_valid(target->parameters[i].name) && utf8_valid(target->parameters[i].value));
	text_init(&allow, 64);
	routes_find(METHOD_GET, target, &allow);
	assert(!allow.overflowed);
	text_release(&allow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *octets = arena_octets(arena, data, size), *why = NULL;
	struct target target;

	if (target_parse(octets, arena, &target, &why) == 0)
		check(&target);
	else
		assert(why != NULL);
	arena_free(arena);
	return 0;
}

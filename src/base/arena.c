#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define BLOCK_FIRST 1024   /* octets in the first block: most questions need no second one */
#define BLOCK_MAX   262144 /* blocks double up to here; a larger request gets a block of its own size */

struct block {
	struct block *older;
	size_t size; /* of octets */
	size_t used;
	alignas(max_align_t) unsigned char octets[];
};

struct arena {
	struct block *newest; /* never NULL; the last of the list is the first block */
	size_t size;          /* octets taken from the system */
};

static void arena_add_block(struct arena *arena, size_t size)
{
	struct block *block;

	assert(size <= SIZE_MAX - sizeof(*block));
	block = memory_alloc(sizeof(*block) + size);
	block->size = size;
	block->older = arena->newest;
	arena->newest = block;
	arena->size += sizeof(*block) + size;
}

struct arena *arena_new_sized(size_t first)
{
	struct arena *arena = memory_alloc(sizeof(*arena));

	arena->size = sizeof(*arena);
	arena_add_block(arena, first);
	return arena;
}

struct arena *arena_new(void)
{
	return arena_new_sized(BLOCK_FIRST);
}

void arena_reset(struct arena *arena)
{
	struct block *block;

	while ((block = arena->newest)->older) {
		arena->newest = block->older;
		arena->size -= sizeof(*block) + block->size;
		free(block);
	}
	memset(block->octets, 0, block->used);
	block->used = 0;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	free(arena->newest);
	free(arena);
}

/* Room for `size` octets, which is not 0, aligned to `step`, a power of two. */
static void *arena_take(struct arena *arena, size_t size, size_t step)
{
	struct block *block = arena->newest;
	size_t doubled, from = (block->used + step - 1) & ~(step - 1);

	assert(size <= SIZE_MAX / 2);
	if (from > block->size || size > block->size - from) {
		doubled = block->size < BLOCK_MAX / 2 ? block->size * 2 : BLOCK_MAX;
		arena_add_block(arena, size > doubled ? size : doubled);
		block = arena->newest;
		from = 0;
	}
	block->used = from + size;
	return block->octets + from; /* zeroed when the block was made or reset */
}

void *arena_alloc(struct arena *arena, size_t size)
{
	/* The largest power of two that divides the size: no type of that size, nor an array of it, is aligned to more. */
	size_t step = size & (~size + 1);

	if (size == 0)
		size = step = 1;
	if (step > alignof(max_align_t))
		step = alignof(max_align_t);
	/* Octets at the end of a struct may make the size odd; what comes before them is not larger than the size. */
	while (step < sizeof(void *) && step * 2 <= size)
		step *= 2;
	return arena_take(arena, size, step);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t octets;
	bool overflow = __builtin_mul_overflow(count, size, &octets);

	assert(!overflow);
	return arena_alloc(arena, octets);
}

char *arena_string(struct arena *arena, const char *text)
{
	return arena_octets(arena, text, strlen(text));
}

char *arena_octets(struct arena *arena, const void *octets, size_t length)
{
	char *copy;

	assert(length < SIZE_MAX / 2);
	copy = arena_take(arena, length + 1, 1);
	if (length > 0)
		memcpy(copy, octets, length);
	return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list arguments, again;
	int length;
	char *text;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(length >= 0);
	text = arena_take(arena, (size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

size_t arena_size(const struct arena *arena)
{
	return arena->size;
}

size_t arena_room(const struct arena *arena)
{
	return arena->newest->size - arena->newest->used;
}

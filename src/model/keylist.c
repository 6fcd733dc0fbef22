#include "model/keylist.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_LIST 64 /* up to here insertion is the fastest way to sort */
#define DIGITS     256

void keylist_release(struct keylist *list)
{
	free(list->keys);
	*list = (struct keylist){ 0 };
}

void keylist_add(struct keylist *list, uint64_t key)
{
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? SHORT_LIST : list->capacity * 2;
		list->keys = memory_resize(list->keys, list->capacity, sizeof(*list->keys));
	}
	list->keys[list->count++] = key;
}

static void sort_short(uint64_t *keys, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t key = keys[i];
		size_t to = i;

		for (; to > 0 && keys[to - 1] > key; to--)
			keys[to] = keys[to - 1];
		keys[to] = key;
	}
}

/* One pass of a radix sort: stable, by the octet at `shift`. */
static void sort_by_octet(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
	size_t starts[DIGITS] = { 0 }, start = 0, size;

	for (size_t i = 0; i < count; i++)
		starts[from[i] >> shift & (DIGITS - 1)]++;
	for (unsigned digit = 0; digit < DIGITS; digit++) {
		size = starts[digit];
		starts[digit] = start;
		start += size;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

/* Only the octets in which the keys differ need a pass: most of a list belongs to one relation and one entry. */
static void sort_long(struct keylist *list)
{
	uint64_t *other = memory_array(list->capacity, sizeof(*other)), *swap, differing = 0;

	for (size_t i = 1; i < list->count; i++)
		differing |= list->keys[i] ^ list->keys[0];
	for (unsigned shift = 0; shift < 64; shift += 8) {
		if ((differing >> shift & (DIGITS - 1)) == 0)
			continue;
		sort_by_octet(list->keys, other, list->count, shift);
		swap = list->keys;
		list->keys = other;
		other = swap;
	}
	free(other);
}

static bool is_sorted(const struct keylist *list)
{
	for (size_t i = 1; i < list->count; i++)
		if (list->keys[i - 1] >= list->keys[i])
			return false;
	return true;
}

void keylist_sort(struct keylist *list)
{
	size_t kept = 1;

	if (is_sorted(list))
		return;
	if (list->count <= SHORT_LIST)
		sort_short(list->keys, list->count);
	else
		sort_long(list);
	for (size_t i = 1; i < list->count; i++)
		if (list->keys[i] != list->keys[kept - 1])
			list->keys[kept++] = list->keys[i];
	list->count = kept;
}

void keylist_compare(const struct keylist *a, const struct keylist *b, void (*only_a)(void *context, uint64_t key),
                     void (*only_b)(void *context, uint64_t key), void *context)
{
	size_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		if (j == b->count || (i < a->count && a->keys[i] < b->keys[j]))
			only_a(context, a->keys[i++]);
		else if (i == a->count || b->keys[j] < a->keys[i])
			only_b(context, b->keys[j++]);
		else
			i++, j++;
	}
}

#include "directory/follower/name_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "model/dn.h"

static size_t name_set_place(const struct name_set *set, const char *name, bool *found)
{
	size_t low = 0, high = set->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(set->items[middle], name);

		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void name_set_add_canonical(struct name_set *set, const char *name)
{
	bool found;
	size_t place = name_set_place(set, name, &found);

	if (found)
		return;
	if (set->count == NAME_SET_MAX) {
		set->overflowed = true;
		return;
	}
	if (set->count == set->capacity) {
		set->capacity = set->capacity > 0 ? set->capacity * 2 : 64;
		set->items = memory_resize(set->items, set->capacity, sizeof(*set->items));
	}
	memmove(&set->items[place + 1], &set->items[place], (set->count - place) * sizeof(*set->items));
	set->items[place] = memory_string(name);
	set->count++;
}

void name_set_add(struct name_set *set, const char *name)
{
	struct arena *arena = arena_new();

	name_set_add_canonical(set, attribute_canonical(name, arena));
	arena_free(arena);
}

bool name_set_has(const struct name_set *set, const char *canonical)
{
	bool found;

	name_set_place(set, canonical, &found);
	return found;
}

void name_set_copy(struct name_set *to, const struct name_set *from)
{
	name_set_release(to);
	for (size_t i = 0; i < from->count; i++)
		name_set_add_canonical(to, from->items[i]);
	to->overflowed = from->overflowed;
}

void name_set_release(struct name_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->items[i]);
	free(set->items);
	*set = (struct name_set){0};
}

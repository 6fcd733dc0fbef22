#include "directory/dirsync/dirsync_guids.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void dirsync_guids_add(struct dirsync_guids *guids, const struct dirsync_guid *guid)
{
	if (guids->count == DIRSYNC_GUIDS_MAX) {
		guids->overflowed = true;
		return;
	}
	if (guids->count == guids->capacity) {
		guids->capacity = guids->capacity > 0 ? guids->capacity * 2 : 64;
		guids->items = memory_resize(guids->items, guids->capacity, sizeof(*guids->items));
	}
	guids->items[guids->count++] = *guid;
}

static int guid_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct dirsync_guid));
}

void dirsync_guids_settle(struct dirsync_guids *guids)
{
	size_t kept = 0;

	if (guids->count > 0)
		qsort(guids->items, guids->count, sizeof(*guids->items), guid_order);
	for (size_t i = 0; i < guids->count; i++)
		if (kept == 0 || guid_order(&guids->items[kept - 1], &guids->items[i]) != 0)
			guids->items[kept++] = guids->items[i];
	guids->count = kept;
	free(guids->found);
	guids->found = memory_array(kept + 1, sizeof(*guids->found));
}

static struct dirsync_guid *guids_find(const struct dirsync_guids *guids, const struct dirsync_guid *guid)
{
	return guids->count > 0 ? bsearch(guid, guids->items, guids->count, sizeof(*guid), guid_order) : NULL;
}

bool dirsync_guids_has(const struct dirsync_guids *guids, const struct dirsync_guid *guid)
{
	return guids_find(guids, guid) != NULL;
}

void dirsync_guids_mark(struct dirsync_guids *guids, const struct dirsync_guid *guid)
{
	const struct dirsync_guid *found = guids_find(guids, guid);

	if (found)
		guids->found[found - guids->items] = true;
}

void dirsync_guids_release(struct dirsync_guids *guids)
{
	free(guids->items);
	free(guids->found);
	*guids = (struct dirsync_guids){0};
}

#include "model/difference.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/index.h"

#define DN_MAX 1048576 /* octets of a DN in normal form */

/* An entry that stands at a place where the other snapshot has not the same one. */
struct loose {
	const struct entry *entry;
	bool after; /* it is in the later snapshot */
};

struct comparison {
	const struct snapshot *before, *after;
	struct loose *loose;
	size_t count, capacity;
};

static void loose_add(struct comparison *comparison, const struct entry *entry, bool after)
{
	if (!entry)
		return;
	if (comparison->count == comparison->capacity) {
		comparison->capacity = comparison->capacity ? 2 * comparison->capacity : 64;
		comparison->loose = memory_resize(comparison->loose, comparison->capacity, sizeof(*comparison->loose));
	}
	comparison->loose[comparison->count++] = (struct loose){entry, after};
}

static void note(void *context, uint32_t index, void *before, void *after)
{
	(void)index;
	loose_add(context, before, false);
	loose_add(context, after, true);
}

/* By source and stable id: the earlier and the later of one entry are neighbours. */
static int compare_keys(const struct loose *one, const struct loose *other)
{
	if (one->entry->source != other->entry->source)
		return one->entry->source < other->entry->source ? -1 : 1;
	return strcmp(one->entry->key, other->entry->key);
}

static int compare_loose(const void *a, const void *b)
{
	const struct loose *one = a, *other = b;
	int order = compare_keys(one, other);

	return order ? order : (int)one->after - (int)other->after;
}

static char *dn_of(const struct snapshot *snapshot, const struct entry *entry)
{
	struct text dn;

	text_init(&dn, DN_MAX);
	snapshot_print_normal_dn(snapshot, entry->node, &dn);
	return text_detach(&dn);
}

/* Digests are keyed by what the two have in common if they come of one builder; else all texts would have to be compared. */
static bool says_the_same(const struct comparison *comparison, const struct entry *before, const struct entry *after)
{
	return comparison->before->index.setup == comparison->after->index.setup && before->digest == after->digest;
}

static void item_add(struct difference *difference, enum difference_kind kind, const struct entry *before,
                     const struct entry *after, char *order)
{
	difference->items[difference->count++] = (struct difference_item){kind, before, after, order};
}

/* One entry that both have: a node id may mean another DN in each, so that the DNs decide. */
static void pair_add(const struct comparison *comparison, const struct entry *before, const struct entry *after,
                     struct difference *difference)
{
	char *from = dn_of(comparison->before, before), *to = dn_of(comparison->after, after);

	if (strcmp(from, to) != 0)
		item_add(difference, DIFFERENCE_RENAMED, before, after, to);
	else if (!says_the_same(comparison, before, after))
		item_add(difference, DIFFERENCE_CHANGED, before, after, to);
	else
		free(to);
	free(from);
}

static int compare_items(const void *a, const void *b)
{
	const struct difference_item *one = a, *other = b;

	return one->kind != other->kind ? (int)one->kind - (int)other->kind : strcmp(one->order, other->order);
}

void difference_make(const struct snapshot *before, const struct snapshot *after, struct difference *difference)
{
	const struct vector nothing = {.items = after->index.entries.items};
	struct comparison comparison = {.before = before, .after = after};

	vector_compare(before ? &before->index.entries : &nothing, &after->index.entries, note, &comparison);
	*difference = (struct difference){0};
	if (comparison.count == 0)
		return;
	qsort(comparison.loose, comparison.count, sizeof(*comparison.loose), compare_loose);
	difference->items = memory_array(comparison.count, sizeof(*difference->items));
	for (size_t i = 0; i < comparison.count; i++) {
		const struct loose *one = &comparison.loose[i], *next = one + 1;

		if (i + 1 < comparison.count && compare_keys(one, next) == 0) {
			pair_add(&comparison, one->entry, next->entry, difference);
			i++;
		} else if (one->after) {
			item_add(difference, DIFFERENCE_ADDED, NULL, one->entry, dn_of(after, one->entry));
		} else {
			item_add(difference, DIFFERENCE_REMOVED, one->entry, NULL, dn_of(before, one->entry));
		}
	}
	free(comparison.loose);
	qsort(difference->items, difference->count, sizeof(*difference->items), compare_items);
}

void difference_release(struct difference *difference)
{
	for (size_t i = 0; i < difference->count; i++)
		free(difference->items[i].order);
	free(difference->items);
	*difference = (struct difference){0};
}

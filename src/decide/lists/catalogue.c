/* The catalogue: which permissions there are in an organization. */
#include "decide/administration/administration.h"
#include "decide/lists/effective.h"
#include "decide/place.h"
#include "model/pattern.h"

#include <stdlib.h>
#include <string.h>

struct item { const char *name, *label; };

struct collection {
	const struct snapshot *snapshot;
	node_id organization;
	struct arena *arena;
	uint32_t count, capacity;
	struct item *items;
};

static void add(struct collection *collection, const char *name, const char *label)
{
	if (!permission_valid(name, strlen(name)))
		return; /* a pattern, or a broken value's stand-in */
	if (collection->count == collection->capacity) {
		uint32_t capacity = collection->capacity == 0 ? 128 : collection->capacity * 2;
		struct item *bigger = arena_array(collection->arena, capacity, sizeof(*bigger));
		if (collection->count > 0)
			memcpy(bigger, collection->items, collection->count * sizeof(*bigger));
		collection->items = bigger;
		collection->capacity = capacity;
	}
	collection->items[collection->count++] = (struct item){name, label};
}

static void add_rules(struct collection *collection, const struct rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++)
		add(collection, rules->items[i].pattern, "");
}

static void add_patterns(struct collection *collection, const struct strings *patterns)
{
	for (uint32_t i = 0; i < patterns->count; i++)
		add(collection, patterns->items[i], "");
}

static void add_role(struct collection *collection, const struct entry *entry)
{
	const struct role *role = entry->role;
	add_rules(collection, &role->permission);
	add_rules(collection, &role->optional);
	add_rules(collection, &role->organization);
	add_rules(collection, &role->deny);
	add_patterns(collection, &role->ceiling);
}

static void add_restriction(struct collection *collection, const struct entry *entry)
{
	const struct obligations *obligations = &entry->restriction->obligations;
	add_rules(collection, &entry->restriction->restricts);
	for (uint32_t i = 0; i < obligations->count; i++)
		add(collection, obligations->items[i].pattern, "");
}

static void add_binding(struct collection *collection, const struct entry *entry)
{
	add_rules(collection, &entry->binding->extra);
}

static void add_workspace(struct collection *collection, const struct entry *entry)
{
	if (entry->workspace != NULL)
		add_patterns(collection, &entry->workspace->forbidden);
}

/* Everything of that kind in the organization's policy and in the common one. */
static void add_kind(struct collection *collection, enum kind kind,
                     void (*add_entry)(struct collection *collection, const struct entry *entry))
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(collection->snapshot, RELATION_KIND, kind, &cursor);
	while (relation_next(&cursor, &node))
		if (reference_allowed(collection->snapshot, collection->organization, node))
			add_entry(collection, snapshot_entry(collection->snapshot, node));
}

static void add_organization(struct collection *collection)
{
	const struct organization *organization =
		snapshot_entry(collection->snapshot, collection->organization)->organization;
	add_patterns(collection, &organization->forbidden);
	for (uint32_t i = 0; i < organization->known_names.count; i++)
		add(collection, organization->known_names.items[i], organization->known_labels.items[i]);
}

/* By name; one with a label before those without. */
static int by_name(const void *a, const void *b)
{
	const struct item *one = a, *other = b;
	int order = strcmp(one->name, other->name);
	return order != 0 ? order : -strcmp(one->label, other->label);
}

void catalogue_of(const struct snapshot *snapshot, node_id organization, struct arena *arena,
                  struct catalogue *catalogue)
{
	struct collection collection = {.snapshot = snapshot, .organization = organization, .arena = arena};
	for (uint32_t i = 0; administration_action(i) != NULL; i++)
		add(&collection, administration_action(i), "");
	add_organization(&collection);
	add_kind(&collection, KIND_ROLE, add_role);
	add_kind(&collection, KIND_RESTRICTION, add_restriction);
	add_kind(&collection, KIND_BINDING, add_binding);
	add_kind(&collection, KIND_WORKSPACE, add_workspace);
	qsort(collection.items, collection.count, sizeof(*collection.items), by_name);
	const char **names = arena_array(arena, collection.count, sizeof(*names));
	const char **labels = arena_array(arena, collection.count, sizeof(*labels));
	*catalogue = (struct catalogue){0, names, labels};
	for (uint32_t i = 0; i < collection.count; i++) {
		if (i > 0 && strcmp(collection.items[i].name, collection.items[i - 1].name) == 0)
			continue;
		names[catalogue->count] = collection.items[i].name;
		labels[catalogue->count++] = collection.items[i].label;
	}
}

bool action_is_administrative(const char *name)
{
	for (uint32_t i = 0; administration_action(i) != NULL; i++)
		if (strcmp(administration_action(i), name) == 0)
			return true;
	return false;
}

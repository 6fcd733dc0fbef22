/* Properties that a resource calls unique, and that two workspaces share.
 *
 * A resource with dgProperty `unique=NAME` says so for its type in its whole organization: no two resources of the type
 * in different workspaces are to have the same value of NAME (a channel's number, a mailbox's address). */
#include "decide/lint/lint_rules.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

/* One property of one resource; those of all are sorted, so that equal ones come together. */
struct claim {
	node_id organization;
	const char *type, *name, *value; /* in normal form */
	node_id resource, workspace;
	const struct property *property;
};

struct claims {
	struct claim *items;
	uint32_t count;
};

static int by_name(const struct claim *one, const struct claim *other)
{
	int order;
	if (one->organization != other->organization)
		return one->organization < other->organization ? -1 : 1;
	order = strcmp(one->type, other->type);
	return order != 0 ? order : strcmp(one->name, other->name);
}

static int by_value(const void *a, const void *b)
{
	const struct claim *one = a, *other = b;
	int order = by_name(one, other);
	if (order == 0)
		order = strcmp(one->value, other->value);
	if (order == 0 && one->resource != other->resource)
		order = one->resource < other->resource ? -1 : 1;
	return order;
}

static int by_name_only(const void *a, const void *b)
{
	return by_name(a, b);
}

/* NULL: nothing is equal to it. */
static const char *normal(const struct linting *linting, const char *text)
{
	struct text out;
	const char *copy = NULL;
	text_init(&out, NAME_LENGTH_MAX);
	if (name_normalise(text, strlen(text), &out) == 0 && !out.overflowed)
		copy = arena_string(linting->kept, text_string(&out));
	text_release(&out);
	return copy;
}

/* Every property of every resource of which a `unique=` speaks (`declared`: NULL), or those that `declared` has. */
static void claims_of(const struct linting *linting, const struct entry *entry, const struct claims *declared,
                      struct claims *claims)
{
	const struct resource *resource = entry->resource;
	struct claim claim = {.organization = organization_of(linting->snapshot, entry->node), .resource = entry->node,
	                      .workspace = workspace_of(linting->snapshot, entry->node)};
	claim.type = resource->type != NULL ? normal(linting, resource->type) : NULL;
	for (uint32_t i = 0; claim.type != NULL && i < resource->count; i++) {
		const struct property *property = &resource->properties[i];
		bool declares = name_equal(property->name, "unique");
		if (declares != (declared == NULL))
			continue;
		claim.property = property;
		claim.name = normal(linting, declares ? property->value : property->name);
		claim.value = declares ? "" : normal(linting, property->value);
		if (claim.name != NULL && claim.value != NULL &&
		    (declares || bsearch(&claim, declared->items, declared->count, sizeof(claim), by_name_only) != NULL))
			claims->items[claims->count++] = claim;
	}
}

static uint32_t count_properties(const struct linting *linting)
{
	struct relation_cursor cursor;
	node_id node;
	uint32_t count = 0;
	snapshot_relation(linting->snapshot, RELATION_KIND, KIND_RESOURCE, &cursor);
	while (relation_next(&cursor, &node))
		count += snapshot_entry(linting->snapshot, node)->resource->count;
	return count;
}

static void claims_find(const struct linting *linting, uint32_t room, const struct claims *declared,
                        struct claims *claims)
{
	struct relation_cursor cursor;
	node_id node;
	*claims = (struct claims){arena_array(linting->kept, room + 1, sizeof(*claims->items)), 0};
	snapshot_relation(linting->snapshot, RELATION_KIND, KIND_RESOURCE, &cursor);
	while (relation_next(&cursor, &node))
		claims_of(linting, snapshot_entry(linting->snapshot, node), declared, claims);
	if (claims->count > 1)
		qsort(claims->items, claims->count, sizeof(*claims->items), by_value);
}

static void report_shared(struct linting *linting, const struct claim *claim, const struct claim *other)
{
	linting->entry = snapshot_entry(linting->snapshot, claim->resource);
	linting_report(linting, PROBLEM_NOT_UNIQUE, "dgProperty",
	               arena_print(linting->arena, "%s=%s", claim->property->name, claim->property->value),
	               other->resource);
}

/* Each of those that share a value is reported once, with the first that is in another workspace. */
static void report_run(struct linting *linting, const struct claim *run, uint32_t count)
{
	uint32_t elsewhere = 1;
	while (elsewhere < count && run[elsewhere].workspace == run[0].workspace)
		elsewhere++;
	for (uint32_t i = 0; elsewhere < count && i < count; i++) {
		arena_reset(linting->arena);
		report_shared(linting, &run[i], run[i].workspace == run[0].workspace ? &run[elsewhere] : &run[0]);
	}
}

void lint_unique(struct linting *linting)
{
	struct claims declared, claims;
	uint32_t room = count_properties(linting);
	claims_find(linting, room, NULL, &declared);
	if (declared.count == 0)
		return;
	claims_find(linting, room, &declared, &claims);
	for (uint32_t i = 0, next; i < claims.count; i = next) {
		for (next = i + 1; next < claims.count; next++)
			if (by_name(&claims.items[i], &claims.items[next]) != 0 ||
			    strcmp(claims.items[i].value, claims.items[next].value) != 0)
				break;
		report_run(linting, &claims.items[i], next - i);
	}
}

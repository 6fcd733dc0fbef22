/* Names that mean two entries, and names of attributes that no person has. */
#include "decide/lint/lint_rules.h"
#include "decide/membership.h"
#include "model/dn.h"
#include "model/name.h"

#include <string.h>

/* ---- Ids ---- */

/* Would a question take one for the other?  Names are looked up within an organization, or among what is common; those
 * of organizations among all, and resources are told apart by their type and the place that keeps them. */
static bool mistakable(const struct linting *linting, enum kind kind, node_id other)
{
	const struct snapshot *snapshot = linting->snapshot;
	const struct entry *mine = linting->entry, *its = snapshot_entry(snapshot, other);
	if (other == mine->node || !entry_is(its, kind))
		return false;
	if (kind == KIND_ORGANIZATION)
		return true;
	if (organization_of(snapshot, other) != linting->organization)
		return false;
	return kind != KIND_RESOURCE ||
	       (mine->resource->type != NULL && its->resource->type != NULL &&
	        name_equal(mine->resource->type, its->resource->type) &&
	        workspace_of(snapshot, other) == workspace_of(snapshot, mine->node));
}

static void check_id(const struct linting *linting, enum kind kind, enum name_index index, const char *id)
{
	struct name_cursor cursor;
	node_id other, first = NODE_NONE;
	snapshot_name(linting->snapshot, index, id, &cursor);
	while (name_next(&cursor, &other) && first == NODE_NONE)
		if (mistakable(linting, kind, other))
			first = other;
	name_end(&cursor);
	if (first != NODE_NONE)
		linting_report(linting, PROBLEM_DUPLICATE_ID, NULL, id, first);
}

/* A person's id is her dgId, else a value of the first of person_ids that she has. */
static void check_person_id(const struct linting *linting)
{
	const struct model_settings *settings = snapshot_settings(linting->snapshot);
	if (entry_attribute(linting->entry, "dgid") != NULL) {
		check_id(linting, KIND_PERSON, NAME_PERSON_DG_ID, linting->entry->id);
		return;
	}
	for (int i = 0; i < PERSON_IDS_MAX && settings->person_ids[i] != NULL; i++) {
		const char *attribute = attribute_canonical(settings->person_ids[i], linting->arena);
		if (entry_attribute(linting->entry, attribute) == NULL)
			continue;
		check_id(linting, KIND_PERSON, (enum name_index)((int)NAME_PERSON + i), linting->entry->id);
		return;
	}
}

void lint_ids(const struct linting *linting)
{
	static const struct { enum kind kind; enum name_index index; } indexes[] = {
		{KIND_ORGANIZATION, NAME_ORGANIZATION}, {KIND_WORKSPACE, NAME_WORKSPACE},
		{KIND_ROLE, NAME_ROLE},                 {KIND_RESTRICTION, NAME_RESTRICTION},
		{KIND_PLAN, NAME_PLAN},                 {KIND_GROUP, NAME_GROUP},
		{KIND_RESOURCE, NAME_RESOURCE},
	};
	if (linting->entry->id == NULL)
		return;
	if (entry_is(linting->entry, KIND_PERSON)) {
		check_person_id(linting);
		return;
	}
	for (size_t i = 0; i < sizeof(indexes) / sizeof(*indexes); i++)
		if (entry_is(linting->entry, indexes[i].kind))
			check_id(linting, indexes[i].kind, indexes[i].index, linting->entry->id);
}

/* ---- Filters ---- */

struct filter_lint {
	const struct linting *linting;
	const char *attribute; /* that holds the filter */
};

static void check_attribute(const struct filter_lint *lint, const char *name)
{
	const char *canonical = attribute_canonical(name, lint->linting->arena);
	if (snapshot_people_with(lint->linting->snapshot, canonical) == 0)
		linting_report(lint->linting, PROBLEM_UNKNOWN_ATTRIBUTE, lint->attribute, name, NODE_NONE);
}

/* `$user` has some names that are no attributes. */
static bool is_made_up(const char *name)
{
	return name_equal(name, "dn") || name_equal(name, "id") || name_equal(name, "groups");
}

static void check_item(void *context, const struct filter *item)
{
	const struct filter_lint *lint = context;
	if (item->space == SPACE_SUBJECT || item->space == SPACE_ENTRY)
		check_attribute(lint, item->name);
	if (item->reference == REFERENCE_USER && !is_made_up(item->value))
		check_attribute(lint, item->value);
}

void lint_filter(const struct linting *linting, const char *attribute, const struct filter *filter)
{
	struct filter_lint lint = {linting, attribute};
	if (filter != NULL)
		filter_visit(filter, check_item, &lint);
}

void lint_rules_of(const struct linting *linting, const char *attribute, const struct rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++)
		lint_filter(linting, attribute, rules->items[i].filter);
}

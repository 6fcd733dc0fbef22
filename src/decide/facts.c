#include "decide/facts.h"

#include "model/dn.h"
#include "model/name.h"

#include <string.h>

/* A JSON value as filters see it: arrays are several values, null and [] are known to be absent. */
static enum known from_json(const struct value *value, struct value_list *list)
{
	if (value == NULL)
		return KNOWN_NOT;
	if (value->kind == VALUE_NULL || (value->kind == VALUE_ARRAY && value->count == 0))
		return KNOWN_ABSENT;
	if (value->kind == VALUE_ARRAY)
		*list = (struct value_list){value->count, value->items};
	else
		*list = (struct value_list){1, value};
	return KNOWN_VALUES;
}

static enum known one_string(struct evaluation *evaluation, const char *string, struct value_list *list)
{
	if (string == NULL)
		return KNOWN_ABSENT;
	struct value *value = arena_alloc(evaluation->arena, sizeof(*value));
	*value = (struct value){.kind = VALUE_STRING, .string = string};
	*list = (struct value_list){1, value};
	return KNOWN_VALUES;
}

/* Both lists; either may be empty. */
static enum known join(struct evaluation *evaluation, enum known known, const struct value_list *more,
                       struct value_list *list)
{
	if (more->count == 0)
		return known;
	size_t count = known == KNOWN_VALUES ? list->count : 0;
	struct value *values = arena_array(evaluation->arena, count + more->count, sizeof(*values));
	if (count > 0)
		memcpy(values, list->values, count * sizeof(*values));
	memcpy(values + count, more->values, more->count * sizeof(*values));
	*list = (struct value_list){count + more->count, values};
	return KNOWN_VALUES;
}

/* ---- The resource ---- */

static void property_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	const struct entry *entry = evaluation->resource_entry;
	const struct resource *resource = entry_is(entry, KIND_RESOURCE) ? entry->resource : NULL;
	uint32_t most = resource != NULL ? resource->count : 0, count = 0;
	struct value *values = arena_array(evaluation->arena, most + 1, sizeof(*values));
	for (uint32_t i = 0; i < most; i++)
		if (name_equal(resource->properties[i].name, name))
			values[count++] = (struct value){.kind = VALUE_STRING, .string = resource->properties[i].value};
	*list = (struct value_list){count, values};
}

/* "Its attributes and its dgProperty values are the resource's properties, and what the caller sent is ignored (names
 * that the site lists may come from the caller where the entry lacks them)." */
static enum known kept_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	struct value_list properties;
	enum known known = entry_values(evaluation->snapshot, evaluation->resource_entry, name, evaluation->arena, list);
	property_values(evaluation, name, &properties);
	known = join(evaluation, known, &properties, list);
	if (known == KNOWN_ABSENT && list_has_name(evaluation->settings->caller_properties, name))
		return from_json(value_member(evaluation->question->resource.properties, name), list);
	return known;
}

/* What the directory keeps has one id, however it was asked for. */
static const char *resource_id(struct evaluation *evaluation)
{
	if (evaluation->resource_entry == NULL)
		return evaluation->question->resource.id;
	return evaluation->resource_entry->own_id != NULL
	               ? evaluation->resource_entry->own_id
	               : node_dn(evaluation->snapshot, evaluation->resource, evaluation->arena);
}

static enum known resource_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	const struct resource_ref *resource = &evaluation->question->resource;
	if (name_equal(name, "type") && (resource->type != NULL || !evaluation->resource_later))
		return one_string(evaluation, resource->type, list);
	if (evaluation->resource_later)
		return KNOWN_LATER;
	if (name_equal(name, "id"))
		return one_string(evaluation, resource_id(evaluation), list);
	if (evaluation->resource_entry != NULL)
		return kept_values(evaluation, name, list);
	return from_json(value_member(resource->properties, name), list);
}

/* ---- Action, context, subject ---- */

static enum known action_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	if (name_equal(name, "name"))
		return one_string(evaluation, evaluation->question->action.name, list);
	return from_json(value_member(evaluation->question->action.properties, name), list);
}

static enum known attribute_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	enum known known = entry_values(evaluation->snapshot, evaluation->subject_entry, name, evaluation->arena, list);
	if (known == KNOWN_ABSENT &&
	    snapshot_people_with(evaluation->snapshot, attribute_canonical(name, evaluation->arena)) == 0)
		return KNOWN_NEVER;
	return known;
}

/* "subject.X is an attribute of the subject's entry (a trusted property adds to it)"; a trusted one that neither the
 * entry has nor the caller said is not known. */
static enum known subject_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	enum known known = attribute_values(evaluation, name, list);
	if (!list_has_name(evaluation->settings->trusted_subject_properties, name))
		return known;
	struct value_list trusted = {0};
	enum known said = from_json(value_member(evaluation->question->subject.properties, name), &trusted);
	if (said != KNOWN_VALUES)
		return known == KNOWN_VALUES ? known : said;
	return join(evaluation, known, &trusted, list);
}

static enum known values_of(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	struct evaluation *evaluation = context;
	switch (space) {
	case SPACE_RESOURCE:
		return resource_values(evaluation, name, list);
	case SPACE_ACTION:
		return action_values(evaluation, name, list);
	case SPACE_CONTEXT:
		return from_json(value_member(evaluation->question->context, name), list);
	case SPACE_SUBJECT:
		return subject_values(evaluation, name, list);
	case SPACE_ENTRY:
		break;
	}
	return KNOWN_NEVER;
}

/* ---- References ---- */

/* "groups: DNs of all groups it is in, nested ones included, and the ids of those that belong to the place's
 * organization or are common"; or those of the groups that it is only possibly in. */
static enum known group_values(struct evaluation *evaluation, bool certain, struct value_list *list)
{
	const struct membership *membership = &evaluation->membership;
	struct value *values = arena_array(evaluation->arena, 2 * (size_t)membership->count, sizeof(*values));
	size_t count = 0;
	for (uint32_t i = evaluation->by_group ? 0 : 1; i < membership->count; i++) {
		const struct step *step = &membership->steps[i];
		const struct entry *entry = snapshot_entry(evaluation->snapshot, step->node);
		if (step->certain != certain)
			continue;
		values[count++] = (struct value){.kind = VALUE_STRING,
		                                 .string = node_dn(evaluation->snapshot, step->node, evaluation->arena)};
		if (entry->own_id != NULL &&
		    reference_allowed(evaluation->snapshot, evaluation->organization, step->node))
			values[count++] = (struct value){.kind = VALUE_STRING, .string = entry->own_id};
	}
	*list = (struct value_list){count, values};
	return count > 0 ? KNOWN_VALUES : KNOWN_ABSENT;
}

static enum known user_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	if (name_equal(name, "dn"))
		return one_string(evaluation, node_dn(evaluation->snapshot, evaluation->subject, evaluation->arena), list);
	if (name_equal(name, "id"))
		return one_string(evaluation, evaluation->by_group ? evaluation->subject_entry->own_id
		                                                   : evaluation->subject_entry->id, list);
	if (name_equal(name, "groups"))
		return group_values(evaluation, true, list);
	return attribute_values(evaluation, name, list);
}

static enum known workspace_values(struct evaluation *evaluation, const char *name, struct value_list *list)
{
	if (name_equal(name, "dn"))
		return one_string(evaluation, node_dn(evaluation->snapshot, evaluation->place, evaluation->arena), list);
	if (name_equal(name, "id"))
		return one_string(evaluation, evaluation->place_entry->own_id, list);
	return entry_values(evaluation->snapshot, evaluation->place_entry, name, evaluation->arena, list);
}

static enum known now_value(struct evaluation *evaluation, struct value_list *list)
{
	char now[40];
	clock_format_rfc3339(evaluation->question->at, now);
	return one_string(evaluation, arena_string(evaluation->arena, now), list);
}

static enum known reference_of(void *context, enum filter_reference reference, const char *name,
                               struct value_list *list)
{
	struct evaluation *evaluation = context;
	switch (reference) {
	case REFERENCE_USER:
		return user_values(evaluation, name, list);
	case REFERENCE_WORKSPACE:
		return workspace_values(evaluation, name, list);
	case REFERENCE_NOW:
		return now_value(evaluation, list);
	case REFERENCE_USER_MAYBE:
		return name_equal(name, "groups") ? group_values(evaluation, false, list) : KNOWN_ABSENT;
	case REFERENCE_NONE:
		break;
	}
	return KNOWN_NEVER;
}

struct filter_source facts_of(struct evaluation *evaluation)
{
	return (struct filter_source){evaluation, values_of, reference_of};
}

const char *facts_name(const struct filter *item, struct arena *arena)
{
	switch (item->space) {
	case SPACE_ACTION:
		return arena_print(arena, "action.%s", item->name);
	case SPACE_CONTEXT:
		return arena_print(arena, "context.%s", item->name);
	case SPACE_SUBJECT:
		return arena_print(arena, "subject.%s", item->name);
	case SPACE_RESOURCE:
	case SPACE_ENTRY:
		break;
	}
	return item->name;
}

bool facts_before(const struct filter *item, const struct filter *other)
{
	return other == NULL || item->space < other->space ||
	       (item->space == other->space && strcmp(item->name, other->name) < 0);
}

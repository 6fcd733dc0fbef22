#include "directory/server/selection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/text.h"
#include "directory/follower/record_time.h"
#include "model/filter.h"
#include "model/parse_schema.h"

/* Classes of entries that hold others and mean nothing else (RFC 4519, RFC 4524, Active Directory, 389): they are
 * followed even before anything is below them. */
static const char *const containers[] = {
	"organization", "organizationalUnit", "dcObject", "domain", "locality",
	"country",      "container",          "builtinDomain", "nsContainer",
};

/* What decisions never read, and lists show: names to search by, a link to a picture, when an entry was made, and when
 * somebody was last seen (decide/lists/users.c). */
static const char *const shown_attributes[] = {
	"givenName", "sn", "labeledURI", "createTimestamp", "whenCreated",
	"authTimestamp", "pwdLastSuccess", "lastLoginTime", "lastLogon", "lastLogonTimestamp",
};
static char time_attribute[] = RECORD_TIME_ATTRIBUTE;
static const char *const default_ids[] = {MODEL_PERSON_IDS};

/* A filter that matches whatever the given one matches, and has no negation: about a class or attribute that it does
 * not know a server answers Undefined, and the negation of that matches nothing (RFC 4511 section 4.5.1.7). */
static const struct filter *filter_widen(const struct filter *filter, struct arena *arena)
{
	const struct filter *wide;

	switch (filter->operator) {
	case FILTER_NOT:
		return &filter_always;
	case FILTER_AND:
		wide = &filter_always;
		for (uint32_t i = 0; i < filter->count; i++)
			wide = filter_and(wide, filter_widen(filter->parts[i], arena), arena);
		return wide;
	case FILTER_OR:
		wide = &filter_never;
		for (uint32_t i = 0; i < filter->count; i++)
			wide = filter_or(wide, filter_widen(filter->parts[i], arena), arena);
		return wide;
	default:
		return filter;
	}
}

static void add_item_name(void *context, const struct filter *item)
{
	name_set_add(context, item->name);
}

/* The part for people; its attributes are added to the names. */
static int people_add(const char *person_filter, struct text *filter, struct name_set *names, struct error *why)
{
	struct arena *arena = arena_new();
	const struct filter *parsed, *wide;
	int result = 0;

	if (filter_parse(person_filter, FILTER_OF_ENTRY, arena, &parsed, why)) {
		result = error_prefix(why, -EINVAL, "person_filter \"%s\": ", person_filter);
	} else {
		wide = filter_widen(parsed, arena);
		filter_visit(parsed, add_item_name, names);
		if (wide == &filter_always)
			text_append(filter, "(objectClass=*)");
		else
			filter_print(wide, filter);
	}
	arena_free(arena);
	return result;
}

static void names_fill(const struct model_settings *settings, const struct name_set *wanted, const char *const *more,
                       struct name_set *names)
{
	for (uint32_t i = 0; i < schema_attribute_count; i++)
		name_set_add(names, schema_attributes[i].spelling);
	for (size_t i = 0; i < sizeof(shown_attributes) / sizeof(*shown_attributes); i++)
		name_set_add(names, shown_attributes[i]);
	if (!settings || !settings->person_ids[0])
		for (size_t i = 0; i < sizeof(default_ids) / sizeof(*default_ids); i++)
			name_set_add(names, default_ids[i]);
	for (size_t i = 0; settings && i < PERSON_IDS_MAX && settings->person_ids[i]; i++)
		name_set_add(names, settings->person_ids[i]);
	for (size_t i = 0; i < wanted->count; i++)
		name_set_add(names, wanted->items[i]);
	for (size_t i = 0; more && more[i]; i++)
		name_set_add(names, more[i]);
}

int selection_make(const struct model_settings *settings, const struct name_set *wanted, const char *const *more,
                   struct selection *selection, struct error *why)
{
	const char *person_filter = settings && settings->person_filter ? settings->person_filter : MODEL_PERSON_FILTER;
	struct text filter;
	int result;

	*selection = (struct selection){0};
	text_init(&filter, (size_t)FILTER_LENGTH_MAX * 2);
	text_append(&filter, "(|");
	names_fill(settings, wanted, more, &selection->names);
	/* People first, as they are most: a server that looks at each entry then soon knows. */
	result = people_add(person_filter, &filter, &selection->names, why);
	for (int i = 0; i < CLASS_COUNT; i++)
		text_print(&filter, "(objectClass=%s)", schema_classes[i].name);
	for (size_t i = 0; i < sizeof(containers) / sizeof(*containers); i++)
		text_print(&filter, "(objectClass=%s)", containers[i]);
	text_append(&filter, "(hasSubordinates=TRUE))"); /* whatever holds others now; X.501 section 14.4.4 */
	if (result == 0 && filter.overflowed)
		result = error_set(why, -E2BIG, "person_filter is too long");
	if (result == 0 && selection->names.overflowed)
		result = error_set(why, -E2BIG, "more than %d attributes are to be read", NAME_SET_MAX);
	selection->filter = text_detach(&filter);
	selection->attributes = memory_array(selection->names.count + 2, sizeof(*selection->attributes));
	memcpy(selection->attributes, selection->names.items, selection->names.count * sizeof(*selection->attributes));
	if (!name_set_has(&selection->names, "modifytimestamp"))
		selection->attributes[selection->names.count] = time_attribute;
	return result;
}

void selection_release(struct selection *selection)
{
	free(selection->filter);
	free(selection->attributes);
	name_set_release(&selection->names);
	*selection = (struct selection){0};
}

#include "directory/dirsync/dirsync_ranges.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "directory/follower/record_time.h"

#define TRIES_MAX  10       /* for an entry that is changed while it is read */
#define VALUES_MAX 10000000 /* of one attribute */
#define CHANGED    2        /* the entry is another one than the part before was of */

/* ---- records ---- */

static const struct record_attribute *record_find(const struct record *record, const char *name)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcasecmp(record->attributes[i].name, name) == 0 && record->attributes[i].count > 0)
			return &record->attributes[i];
	return NULL;
}

bool dirsync_record_guid(const struct record *record, struct dirsync_guid *guid)
{
	const struct record_attribute *found = record_find(record, "objectGUID");

	return found && dirsync_guid_take(found->values[0].octets, found->values[0].length, guid);
}

/* Records are made for each entry anew; whoever made one may change it. */
static struct record_attribute *record_attribute_at(const struct record *record, size_t i)
{
	return (struct record_attribute *)(uintptr_t)&record->attributes[i];
}

static void range_drop(struct record_attribute *attribute, const struct dirsync_range *range, struct arena *arena)
{
	attribute->name = arena_octets(arena, attribute->name, range->name_length);
}

bool dirsync_record_is_whole(struct record *record, struct arena *arena)
{
	struct dirsync_range range;
	bool whole = true;

	for (size_t i = 0; i < record->count; i++) {
		struct record_attribute *attribute = record_attribute_at(record, i);

		if (!dirsync_range_parse(attribute->name, &range))
			continue;
		if (range.ends && range.first == 0)
			range_drop(attribute, &range, arena);
		else
			whole = false;
	}
	return whole;
}

void dirsync_record_trim(struct record *record, const struct dirsync_asked *asked)
{
	size_t kept = 0;

	record_take_changed(record, &asked->covered);
	for (size_t i = 0; i < record->count; i++)
		if (strcasecmp(record->attributes[i].name, "uSNChanged") != 0 || name_set_has(&asked->covered, "usnchanged"))
			*record_attribute_at(record, kept++) = record->attributes[i];
	record->count = kept;
}

/* ---- reading in parts ---- */

static void message_free(void *message)
{
	ldap_msgfree(message);
}

static int take_part(void *context, LDAPMessage *message, bool *kept, struct error *why)
{
	struct dirsync_ranged *ranged = context;
	const struct session *session = ranged->link->session;
	const struct record_attribute *usn;
	size_t octets;

	if (!entry_reader_read(ranged->reader, session_ldap(session), message, bundle_arena(ranged->bundle), &ranged->part,
	                       &octets) || !(usn = record_find(&ranged->part, "uSNChanged")))
		return error_set(why, -EPROTO, "%s: an entry cannot be decoded, or has no uSNChanged", session_uri(session));
	*kept = true;
	bundle_keep(ranged->bundle, message, message_free, octets);
	ranged->octets += octets;
	if (!ranged->found)
		snprintf(ranged->usn, sizeof(ranged->usn), "%.*s", (int)usn->values[0].length, usn->values[0].octets);
	else if (strlen(ranged->usn) != usn->values[0].length ||
	         memcmp(ranged->usn, usn->values[0].octets, usn->values[0].length) != 0)
		ranged->usn[0] = '\0';
	ranged->found = true;
	return 0;
}

/* Reads attributes of the entry into `part`.  DIRSYNC_GONE, CHANGED: see there. */
static int part_read(struct dirsync_ranged *ranged, char **attributes, struct error *why)
{
	char key[DIRSYNC_GUID_SIZE], base[DIRSYNC_GUID_SIZE + 8];
	const struct dirsync_search search = {.base = base, .scope = LDAP_SCOPE_BASE, .filter = ranged->asked->filter,
	                                      .attributes = attributes, .take = take_part, .context = ranged};
	int result;

	dirsync_guid_print(&ranged->guid, key);
	snprintf(base, sizeof(base), "<GUID=%s>", key);
	ranged->part = (struct record){0};
	result = dirsync_search(ranged->link, &search, NULL, why);
	if (result < 0)
		return result;
	if (result == DIRSYNC_NO_OBJECT || !ranged->part.attributes)
		return DIRSYNC_GONE;
	return ranged->usn[0] == '\0' ? CHANGED : 0;
}

/* The values of one attribute, as they come together. */
struct values {
	struct record_value *items;
	size_t count, capacity;
};

static void values_add(struct values *values, const struct record_attribute *attribute)
{
	size_t count = values->count + attribute->count;

	if (count > values->capacity) {
		values->capacity = count * 2;
		values->items = memory_resize(values->items, values->capacity, sizeof(*values->items));
	}
	if (attribute->count > 0)
		memcpy(values->items + values->count, attribute->values, attribute->count * sizeof(*values->items));
	values->count = count;
}

/* The next values of the attribute, in the part that was read.  False: they are not there. */
static bool values_continue(struct values *values, const struct record *part, const char *name, bool *ends)
{
	struct dirsync_range range;

	for (size_t i = 0; i < part->count; i++) {
		const struct record_attribute *attribute = &part->attributes[i];

		if (!dirsync_range_parse(attribute->name, &range) || range.first != values->count || attribute->count == 0 ||
		    strncasecmp(attribute->name, name, range.name_length) != 0 || name[range.name_length] != '\0')
			continue;
		values_add(values, attribute);
		*ends = range.ends;
		return true;
	}
	return false;
}

static int values_read(struct dirsync_ranged *ranged, const char *name, struct values *values, struct error *why)
{
	char next[200], usn[] = "uSNChanged", *attributes[] = {next, usn, NULL};
	bool ends = false;
	int result = 0;

	while (result == 0 && !ends) {
		if (values->count > VALUES_MAX || (size_t)snprintf(next, sizeof(next), "%s;range=%zu-*", name, values->count) >=
		                                      sizeof(next))
			return error_set(why, -E2BIG, "%s: an entry has more than %d values of %.100s",
			                 session_uri(ranged->link->session), VALUES_MAX, name);
		result = part_read(ranged, attributes, why);
		if (result == 0 && !values_continue(values, &ranged->part, name, &ends))
			result = CHANGED;
	}
	return result;
}

static int attribute_complete(struct dirsync_ranged *ranged, struct record_attribute *attribute, struct error *why)
{
	struct arena *arena = bundle_arena(ranged->bundle);
	struct dirsync_range range;
	struct values values = {0};
	struct record_value *items;
	int result = 0;

	if (!dirsync_range_parse(attribute->name, &range))
		return 0;
	if (range.first != 0)
		return CHANGED;
	values_add(&values, attribute);
	range_drop(attribute, &range, arena);
	if (!range.ends)
		result = values_read(ranged, attribute->name, &values, why);
	if (result == 0) {
		items = arena_array(arena, values.count, sizeof(*items));
		memcpy(items, values.items, values.count * sizeof(*items));
		attribute->values = items;
		attribute->count = values.count;
	}
	free(values.items);
	return result;
}

static int read_once(struct dirsync_ranged *ranged, struct error *why)
{
	int result;

	ranged->found = false;
	result = part_read(ranged, ranged->asked->attributes, why);
	ranged->record = ranged->part;
	for (size_t i = 0; result == 0 && i < ranged->record.count; i++)
		result = attribute_complete(ranged, record_attribute_at(&ranged->record, i), why);
	return result;
}

int dirsync_ranged_read(struct dirsync_ranged *ranged, struct error *why)
{
	int result = CHANGED;

	for (int i = 0; i < TRIES_MAX && result == CHANGED; i++)
		result = read_once(ranged, why);
	if (result == CHANGED)
		return error_set(why, -EAGAIN, "%s: \"%.*s\" has been changed each time while its values were read",
		                 session_uri(ranged->link->session), (int)ranged->record.dn_length, ranged->record.dn);
	if (result == 0)
		dirsync_record_trim(&ranged->record, ranged->asked);
	return result;
}

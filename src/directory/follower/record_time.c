#include "directory/follower/record_time.h"

#include <string.h>
#include <strings.h>

#define TIME_LENGTH_MAX 40

const struct record_value *record_value(const struct record *record, const char *name)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcasecmp(record->attributes[i].name, name) == 0)
			return record->attributes[i].count == 1 ? &record->attributes[i].values[0] : NULL;
	return NULL;
}

instant record_time(const struct record *record, const char *name)
{
	const struct record_value *value = record_value(record, name);
	char text[TIME_LENGTH_MAX];
	instant at;

	if (!value || value->length >= sizeof(text) || memchr(value->octets, '\0', value->length))
		return INSTANT_MIN;
	memcpy(text, value->octets, value->length);
	text[value->length] = '\0';
	return clock_parse_generalized(text, &at) == 0 && at >= 0 && at <= INSTANT_MAX / 2 ? at : INSTANT_MIN;
}

void record_note_changed(struct record *record)
{
	instant at = record_time(record, RECORD_TIME_ATTRIBUTE);

	if (at == INSTANT_MIN)
		at = record_time(record, "whenChanged"); /* in LDIF, Active Directory's own name for it */
	record->changed = at > 0 && at / INSTANT_SECOND <= UINT32_MAX ? (uint32_t)(at / INSTANT_SECOND) : 0;
}

void record_take_changed(struct record *record, const struct name_set *selected)
{
	struct record_attribute *attributes = (struct record_attribute *)(uintptr_t)record->attributes;
	size_t kept = 0;

	record_note_changed(record);
	if (name_set_has(selected, "modifytimestamp"))
		return;
	for (size_t i = 0; i < record->count; i++)
		if (strcasecmp(attributes[i].name, RECORD_TIME_ATTRIBUTE) != 0)
			attributes[kept++] = attributes[i];
	record->count = kept;
}

#include "directory/position.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static bool key_is_sound(const char *key, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)key[i]) && key[i] != '-')
			return false;
	return length > 0 && length < POSITION_KEY_MAX;
}

static bool value_is_sound(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)value[i]) && !strchr("#.-", value[i]))
			return false;
	return length > 0 && length < POSITION_VALUE_MAX;
}

/* The place of a key; where it would be put if it is not there. */
static uint32_t position_place(const struct position *position, const char *key, bool *found)
{
	uint32_t i = 0;
	int order = 1;

	while (i < position->count && (order = strcmp(position->items[i].key, key)) < 0)
		i++;
	*found = i < position->count && order == 0;
	return i;
}

static bool advance(struct position *position, const char *key, size_t key_length, const char *value,
                    size_t value_length)
{
	struct position_item item = {{0}, {0}};
	uint32_t place;
	bool found;

	if (!key_is_sound(key, key_length) || !value_is_sound(value, value_length))
		return false;
	memcpy(item.key, key, key_length);
	memcpy(item.value, value, value_length);
	place = position_place(position, item.key, &found);
	if (found) {
		if (strcmp(position->items[place].value, item.value) < 0)
			position->items[place] = item;
		return true;
	}
	if (position->count == POSITION_ITEMS_MAX) {
		position->full = true;
		return false;
	}
	memmove(&position->items[place + 1], &position->items[place], (position->count - place) * sizeof(item));
	position->items[place] = item;
	position->count++;
	return true;
}

bool position_advance(struct position *position, const char *key, const char *value)
{
	return advance(position, key, strlen(key), value, strlen(value));
}

void position_join(struct position *position, const struct position *other)
{
	for (uint32_t i = 0; i < other->count; i++)
		position_advance(position, other->items[i].key, other->items[i].value);
	position->full = position->full || other->full;
}

const char *position_value(const struct position *position, const char *key)
{
	bool found;
	uint32_t place = position_place(position, key, &found);

	return found ? position->items[place].value : NULL;
}

bool position_reached(const struct position *position, const struct position *wanted)
{
	for (uint32_t i = 0; i < wanted->count; i++) {
		const char *value = position_value(position, wanted->items[i].key);

		if (!value || strcmp(value, wanted->items[i].value) < 0)
			return false;
	}
	return true;
}

bool position_advance_csn(struct position *position, const char *csn, size_t length)
{
	static const char form[] = "dddddddddddddd.ddddddZ#xxxxxx#xxx#xxxxxx";

	if (length != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < length; i++)
		if (form[i] == 'd'   ? !isdigit((unsigned char)csn[i])
		    : form[i] == 'x' ? !isxdigit((unsigned char)csn[i])
		                     : csn[i] != form[i])
			return false;
	return advance(position, csn + 30, 3, csn, length);
}

void position_print(const struct position *position, struct text *out)
{
	for (uint32_t i = 0; i < position->count; i++)
		text_print(out, "%s%s=%s", i > 0 ? "," : "", position->items[i].key, position->items[i].value);
}

bool position_parse(const char *octets, size_t length, struct position *position)
{
	*position = (struct position){0};
	while (length > 0) {
		const char *comma = memchr(octets, ',', length);
		size_t item = comma ? (size_t)(comma - octets) : length;
		const char *equals = memchr(octets, '=', item);
		size_t key = equals ? (size_t)(equals - octets) : 0;

		if (!equals || !advance(position, octets, key, equals + 1, item - key - 1))
			return false;
		if (comma && ++item == length)
			return false;
		octets += item;
		length -= item;
	}
	return position->count > 0;
}

#include "directory/follower/position.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/clock.h"

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
	if (wanted->full)
		return false;
	for (uint32_t i = 0; i < wanted->count; i++) {
		const char *value = position_value(position, wanted->items[i].key);

		if (!value || strcmp(value, wanted->items[i].value) < 0)
			return false;
	}
	return true;
}

/* ---- how far behind ---- */

/* The time of a change number, or of a counter that is a time in nanoseconds.  False: it is none. */
static bool value_time(const char *value, instant *at)
{
	char stamp[POSITION_VALUE_MAX];
	size_t length = strcspn(value, "#");

	if (value[length] != '#')
		return false;
	memcpy(stamp, value, length);
	stamp[length] = '\0';
	return clock_parse_generalized(stamp, at) == 0;
}

/* How far a counter is behind; -1: nobody can say. */
static int64_t value_lag(const char *value, const char *wanted)
{
	instant at, wanted_at;

	return value && value_time(value, &at) && value_time(wanted, &wanted_at) ? wanted_at - at : -1;
}

bool position_behind(const struct position *position, const struct position *wanted, struct position_lag *lag)
{
	*lag = (struct position_lag){0};
	for (uint32_t i = 0; i < wanted->count; i++) {
		const struct position_item *item = &wanted->items[i];
		const char *value = position_value(position, item->key);
		int64_t time;

		if (strcmp(item->key, POSITION_OWN_COUNT) == 0 || (value && strcmp(value, item->value) >= 0))
			continue;
		time = value_lag(value, item->value);
		if (lag->count++ == 0 || (time < 0 && lag->time >= 0) || (lag->time >= 0 && time > lag->time)) {
			lag->time = time;
			memcpy(lag->key, item->key, sizeof(lag->key));
		}
		lag->missing += value == NULL;
	}
	return lag->count > 0;
}

static int order(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

int position_lag_compare(const struct position_lag *a, const struct position_lag *b)
{
	if (a->missing != b->missing)
		return order(a->missing, b->missing);
	return a->time != b->time ? order(a->time, b->time) : order(a->count, b->count);
}

void position_lag_print(const struct position_lag *lag, struct text *out)
{
	if (lag->missing > 0)
		text_print(out, "it knows nothing of counter %s", lag->key);
	else if (lag->time >= 0)
		text_print(out, "counter %s is %.3f s behind", lag->key, (double)lag->time / (double)INSTANT_SECOND);
	else
		text_print(out, "counter %s is behind", lag->key);
	if (lag->count > 1)
		text_print(out, " (and %u more)", lag->count - 1);
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

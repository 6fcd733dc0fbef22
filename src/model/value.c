#include "model/value_reading.h"

#include "base/arena.h"
#include "model/dn.h"
#include "model/name.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

const struct value *value_member(const struct value *object, const char *name)
{
	if (object == NULL || object->kind != VALUE_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->count; i++) {
		if (name_equal(object->members[i].name, name))
			return &object->members[i].value;
	}
	return NULL;
}

struct normal_member {
	const char *normal;
	const char *name;
};

static int normal_compare(const void *a, const void *b)
{
	return strcmp(((const struct normal_member *)a)->normal, ((const struct normal_member *)b)->normal);
}

/* Names without a normal form, which no look-up finds, are left out. */
static size_t normal_members(const struct value *object, struct normal_member *members, struct arena *arena)
{
	size_t count = 0;
	struct text normal;
	text_init(&normal, NAME_LENGTH_MAX);
	for (size_t i = 0; i < object->count; i++) {
		const char *name = object->members[i].name;
		text_reset(&normal);
		if (name_normalise(name, strlen(name), &normal) == 0)
			members[count++] = (struct normal_member){ arena_string(arena, text_string(&normal)), name };
	}
	text_release(&normal);
	return count;
}

const char *value_doubled_member(const struct value *object)
{
	if (object == NULL || object->kind != VALUE_OBJECT || object->count < 2)
		return NULL;
	struct arena *arena = arena_new();
	struct normal_member *members = arena_array(arena, object->count, sizeof(*members));
	size_t count = normal_members(object, members, arena);
	const char *doubled = NULL;
	qsort(members, count, sizeof(*members), normal_compare);
	for (size_t i = 1; i < count && doubled == NULL; i++) {
		if (normal_compare(&members[i - 1], &members[i]) == 0)
			doubled = members[i].name;
	}
	arena_free(arena);
	return doubled;
}

const char *value_member_string(const struct value *object, const char *name)
{
	const struct value *member = value_member(object, name);
	return member != NULL && member->kind == VALUE_STRING ? member->string : NULL;
}

/* Moves past a run of digits; false when there is none. */
static bool skip_digits(const char **text)
{
	size_t digits = strspn(*text, DIGITS);
	*text += digits;
	return digits > 0;
}

/* [sign] digits ["." digits] [("e" / "E") [sign] digits], and nothing else. */
static bool is_decimal(const char *text, bool *integer)
{
	text += *text == '-' || *text == '+';
	if (!skip_digits(&text))
		return false;
	*integer = *text == '\0';
	if (*text == '.') {
		text++;
		if (!skip_digits(&text))
			return false;
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '-' || *text == '+';
		if (!skip_digits(&text))
			return false;
	}
	return *text == '\0';
}

/* The process stays in the "C" locale, where strtod's decimal point is a point. */
bool text_reads_as_number(const char *text, long double *number)
{
	bool integer;
	if (strnlen(text, NUMBER_LENGTH_MAX + 1) > NUMBER_LENGTH_MAX || !is_decimal(text, &integer))
		return false;
	if (integer) {
		errno = 0;
		*number = (long double)strtoll(text, NULL, 10);
		if (errno == 0)
			return true;
	}
	*number = (long double)strtod(text, NULL);
	return isfinite(*number) != 0;
}

static bool value_number(const struct value *value, long double *number)
{
	if (value->kind == VALUE_STRING)
		return text_reads_as_number(value->string, number);
	*number = value->number;
	return value->kind == VALUE_NUMBER;
}

bool text_reads_as_time(const char *text, instant *at)
{
	if (text[0] < '0' || text[0] > '9')
		return false;
	return clock_parse_rfc3339(text, at) == 0 || clock_parse_generalized(text, at) == 0;
}

bool instant_is_limit(instant at)
{
	return at == INSTANT_MIN + 1 || at == INSTANT_MAX - 1;
}

static bool value_instant(const struct value *value, instant *at)
{
	return value->kind == VALUE_STRING && text_reads_as_time(value->string, at);
}

/* The next character of the value that runs up to `end`, in lower case, a run of spaces as one, none before the end;
 * '\0' at the end. */
static char next_plain(const char **at, const char *end)
{
	char c = *at < end ? *(*at)++ : '\0';
	if (c == ' ') {
		while (*at < end && **at == ' ')
			(*at)++;
		return *at < end ? c : '\0';
	}
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The value of the first RDN if it is written so plainly that this is all of the RDN: ASCII, nothing escaped. */
static bool plain_leaf(const char *text, const char **value, const char **end)
{
	*value = NULL;
	for (*end = text; **end != '\0' && **end != ','; (*end)++) {
		char c = **end;
		if ((unsigned char)c >= 0x80 || c == '\\' || c == '"' || c == '#' || c == '+' || c == ';')
			return false;
		if (c == '=' && *value == NULL)
			*value = *end + 1;
	}
	if (*value == NULL)
		return false;
	*value += strspn(*value, " ");
	return true;
}

/* Most pairs of DNs differ in the value of the first RDN.  Where both are plain that is seen without parsing, and then
 * neither the DNs nor the names are equal. */
static bool leaves_differ(const char *a, const char *b)
{
	const char *ends[2];
	if (!plain_leaf(a, &a, &ends[0]) || !plain_leaf(b, &b, &ends[1]))
		return false;
	char c;
	do {
		c = next_plain(&a, ends[0]);
		if (c != next_plain(&b, ends[1]))
			return true;
	} while (c != '\0');
	return false;
}

/* Do both texts name a DN?  Then *equal says whether it is the same. */
static bool are_dns(const char *a, const char *b, bool *equal)
{
	if (strchr(a, '=') == NULL || strchr(b, '=') == NULL)
		return false;
	struct arena *arena = arena_new();
	struct dn dns[2];
	bool are = dn_parse(a, strlen(a), arena, &dns[0], NULL) == 0 && dn_parse(b, strlen(b), arena, &dns[1], NULL) == 0;
	if (are)
		*equal = dn_same(&dns[0], &dns[1]);
	arena_free(arena);
	return are;
}

static bool texts_equal(const char *a, const char *b)
{
	instant times[2];
	bool equal;
	if (strcmp(a, b) == 0)
		return name_equal(a, b);
	if (text_reads_as_time(a, &times[0]) && text_reads_as_time(b, &times[1]) && !instant_is_limit(times[0]))
		return times[0] == times[1];
	if (leaves_differ(a, b))
		return false;
	if (are_dns(a, b, &equal))
		return equal;
	return name_equal(a, b);
}

const char *value_text(const struct value *value, char room[VALUE_TEXT_MAX])
{
	if (value->kind == VALUE_BOOLEAN)
		return value->boolean ? "TRUE" : "FALSE";
	if (value->kind != VALUE_NUMBER)
		return value->kind == VALUE_STRING ? value->string : NULL;
	/* Integers of 64 bits have all their digits, anything else as few as give back the double. */
	if (value->number >= -0x1p63L && value->number < 0x1p63L && value->number == (long double)(long long)value->number) {
		snprintf(room, VALUE_TEXT_MAX, "%lld", (long long)value->number);
		return room;
	}
	double number = (double)value->number;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(room, VALUE_TEXT_MAX, "%.*g", digits, number);
		if (strtod(room, NULL) == number)
			break;
	}
	return room;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_NUMBER || b->kind == VALUE_NUMBER) {
		long double numbers[2];
		return value_number(a, &numbers[0]) && value_number(b, &numbers[1]) && numbers[0] == numbers[1];
	}
	char room[VALUE_TEXT_MAX];
	const char *texts[2] = { value_text(a, room), value_text(b, room) };
	return texts[0] != NULL && texts[1] != NULL && texts_equal(texts[0], texts[1]);
}

enum value_order value_compare(const struct value *a, const struct value *b)
{
	long double numbers[2];
	if (value_number(a, &numbers[0]) && value_number(b, &numbers[1]))
		return (enum value_order)((numbers[0] > numbers[1]) - (numbers[0] < numbers[1]));
	instant times[2];
	if (value_instant(a, &times[0]) && value_instant(b, &times[1]))
		return (enum value_order)((times[0] > times[1]) - (times[0] < times[1]));
	return VALUE_UNORDERED;
}

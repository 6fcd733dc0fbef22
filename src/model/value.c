#include "model/value.h"

#include "base/arena.h"
#include "base/clock.h"
#include "model/dn.h"
#include "model/name.h"

#include <errno.h>
#include <math.h>
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
static bool text_number(const char *text, long double *number)
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
		return text_number(value->string, number);
	*number = value->number;
	return value->kind == VALUE_NUMBER;
}

static bool text_instant(const char *text, instant *at)
{
	if (strspn(text, DIGITS) < 4)
		return false;
	return clock_parse_rfc3339(text, at) == 0 || clock_parse_generalized(text, at) == 0;
}

static bool value_instant(const struct value *value, instant *at)
{
	return value->kind == VALUE_STRING && text_instant(value->string, at);
}

/* An instant that stands for all times too far away to count. */
static bool instant_is_limit(instant at)
{
	return at == INSTANT_MIN + 1 || at == INSTANT_MAX - 1;
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
	if (text_instant(a, &times[0]) && text_instant(b, &times[1]) && !instant_is_limit(times[0]))
		return times[0] == times[1];
	bool equal;
	if (are_dns(a, b, &equal))
		return equal;
	return name_equal(a, b);
}

static const char *value_text(const struct value *value)
{
	if (value->kind == VALUE_BOOLEAN)
		return value->boolean ? "TRUE" : "FALSE";
	return value->kind == VALUE_STRING ? value->string : NULL;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_NUMBER || b->kind == VALUE_NUMBER) {
		long double numbers[2];
		return value_number(a, &numbers[0]) && value_number(b, &numbers[1]) && numbers[0] == numbers[1];
	}
	const char *texts[2] = { value_text(a), value_text(b) };
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

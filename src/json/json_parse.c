/* The parser.  By hand, because it was measured: reading with Jansson, and copying from its values, took 5 µs for each
 * evaluation of a batch, this takes 1; and Jansson 2.14 takes "[1\0]" for [1].  The text is copied once, and its strings
 * are decoded in place.  tests/fuzz/fuzz_json.c holds it against Jansson. */
#include "json/json_value.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

#define PENDING_SMALL  64 /* items that wait without memory of their own */
#define DUPLICATES_FEW 16 /* members up to which each is compared with each */

/* Members and items wait here until the end of their object or array says how many they are. */
struct parser {
	char *start, *at; /* ends with a NUL, which is part of no JSON text: nothing reads beyond it */
	struct arena *arena;
	struct error *why;
	unsigned depth;
	struct member *pending;
	size_t count, capacity;
	struct member small[PENDING_SMALL];
};

static int parse_value(struct parser *parser, struct value *value);

static int refuse(const struct parser *parser, const char *what)
{
	error_set(parser->why, -EINVAL, "no JSON text: octet %zu: %s", (size_t)(parser->at - parser->start) + 1, what);
	return 1;
}

static void skip_space(struct parser *parser)
{
	while (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\r' || *parser->at == '\t')
		parser->at++;
}

/* The octet, if it comes next. */
static bool take(struct parser *parser, char octet)
{
	if (*parser->at != octet)
		return false;
	parser->at++;
	return true;
}

/* ---- strings (RFC 8259 section 7) ---- */

/* Four hexadecimal digits at `at`, or -1. */
static int32_t hex4(const char *at)
{
	int32_t code = 0;

	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
		            : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return -1;
		code = code * 16 + digit;
	}
	return code;
}

static char *put_utf8(char *out, int32_t code)
{
	if (code < 0x80) {
		*out++ = (char)code;
		return out;
	}
	if (code < 0x800) {
		*out++ = (char)(0xc0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*out++ = (char)(0xe0 | code >> 12);
		} else {
			*out++ = (char)(0xf0 | code >> 18);
			*out++ = (char)(0x80 | (code >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (code & 0x3f));
	return out;
}

/* "\uXXXX" after the 'u'; a pair of them for what is past U+FFFF (RFC 8259 section 7). */
static int parse_unicode(struct parser *parser, char **out)
{
	int32_t code = hex4(parser->at), low;

	if (code < 0)
		return refuse(parser, "four hexadecimal digits are needed");
	if (code == 0)
		return refuse(parser, "a NUL in a string");
	parser->at += 4;
	if (code >= 0xd800 && code < 0xe000) {
		low = parser->at[0] == '\\' && parser->at[1] == 'u' ? hex4(parser->at + 2) : -1;
		if (code >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
			return refuse(parser, "half of a surrogate pair");
		code = 0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00);
		parser->at += 6;
	}
	*out = put_utf8(*out, code);
	return 0;
}

static int parse_escape(struct parser *parser, char **out)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char letter = *parser->at;
	const char *found = letter == '\0' ? NULL : strchr(letters, letter);

	if (letter != 'u' && !found)
		return refuse(parser, "no such escape");
	parser->at++;
	if (letter == 'u')
		return parse_unicode(parser, out);
	*(*out)++ = meant[found - letters];
	return 0;
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* One character that is not plain. */
static int parse_special(struct parser *parser, char **out)
{
	size_t length = utf8_length(parser->at);

	if (take(parser, '\\'))
		return parse_escape(parser, out);
	if (length == 0)
		return refuse(parser, "octets that are no UTF-8");
	if (length == 1)
		return refuse(parser, "a string without end, or a control character in it");
	for (; length > 0; length--)
		*(*out)++ = *parser->at++;
	return 0;
}

/* What is decoded is never longer than what was written, so that it has room where that was. */
static int parse_string(struct parser *parser, const char **string)
{
	char *out;

	if (!take(parser, '"'))
		return refuse(parser, "a string is needed");
	*string = out = parser->at;
	for (;;) {
		while (is_plain(*parser->at))
			*out++ = *parser->at++;
		if (take(parser, '"'))
			break;
		if (parse_special(parser, &out))
			return 1;
	}
	*out = '\0';
	return 0;
}

/* ---- numbers (RFC 8259 section 6) ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One or more digits. */
static bool skip_digits(struct parser *parser)
{
	if (!is_digit(*parser->at))
		return false;
	while (is_digit(*parser->at))
		parser->at++;
	return true;
}

/* A number without fraction and exponent, from `text` to where the parser is. */
static int read_integer(struct parser *parser, const char *text, struct value *value)
{
	char *end;
	long long integer;

	errno = 0;
	integer = strtoll(text, &end, 10);
	if (errno == ERANGE)
		return refuse(parser, "an integer of more than 64 bits");
	value->number = (long double)integer;
	return 0;
}

/* The process stays in the "C" locale, where strtod's decimal point is a point. */
static int read_real(struct parser *parser, const char *text, struct value *value)
{
	double real = strtod(text, NULL);

	if (real > 1.7976931348623157e308 || real < -1.7976931348623157e308)
		return refuse(parser, "a number that is too large");
	value->number = (long double)real;
	return 0;
}

static int parse_number(struct parser *parser, struct value *value)
{
	const char *text = parser->at;
	bool real = false;

	value->kind = VALUE_NUMBER;
	take(parser, '-');
	if (!take(parser, '0') && !skip_digits(parser))
		return refuse(parser, "a value is needed");
	if (take(parser, '.')) {
		real = true;
		if (!skip_digits(parser))
			return refuse(parser, "digits are needed after the point");
	}
	if (*parser->at == 'e' || *parser->at == 'E') {
		real = true;
		parser->at++;
		if (!take(parser, '+'))
			take(parser, '-');
		if (!skip_digits(parser))
			return refuse(parser, "digits are needed in the exponent");
	}
	return real ? read_real(parser, text, value) : read_integer(parser, text, value);
}

/* ---- objects and arrays ---- */

static void grow_pending(struct parser *parser)
{
	struct member *grown;

	if (parser->count < parser->capacity)
		return;
	grown = memory_array(parser->capacity, 2 * sizeof(*grown));
	memcpy(grown, parser->pending, parser->count * sizeof(*grown));
	if (parser->pending != parser->small)
		free(parser->pending);
	parser->pending = grown;
	parser->capacity *= 2;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool many_have_duplicates(const struct member *members, size_t count)
{
	const char **names = memory_array(count, sizeof(*names));
	bool found = false;

	for (size_t i = 0; i < count; i++)
		names[i] = members[i].name;
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 1; i < count && !found; i++)
		found = strcmp(names[i - 1], names[i]) == 0;
	free(names);
	return found;
}

/* RFC 7493 section 2.3. */
static bool have_duplicates(const struct member *members, size_t count)
{
	if (count > DUPLICATES_FEW)
		return many_have_duplicates(members, count);
	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(members[i].name, members[k].name) == 0)
				return true;
	return false;
}

static int end_object(struct parser *parser, size_t first, struct value *value)
{
	size_t count = parser->count - first;
	struct member *members = arena_array(parser->arena, count, sizeof(*members));

	if (have_duplicates(parser->pending + first, count))
		return refuse(parser, "two members of one name");
	memcpy(members, parser->pending + first, count * sizeof(*members));
	*value = (struct value){.kind = VALUE_OBJECT, .count = count, .members = members};
	return 0;
}

static void end_array(struct parser *parser, size_t first, struct value *value)
{
	size_t count = parser->count - first;
	struct value *items = arena_array(parser->arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = parser->pending[first + i].value;
	*value = (struct value){.kind = VALUE_ARRAY, .count = count, .items = items};
}

/* One member or item, which waits from then on. */
static int parse_part(struct parser *parser, bool object)
{
	struct member part = {.name = NULL};

	skip_space(parser);
	if (object) {
		if (parse_string(parser, &part.name))
			return 1;
		skip_space(parser);
		if (!take(parser, ':'))
			return refuse(parser, "a colon is needed");
	}
	if (parse_value(parser, &part.value))
		return 1;
	grow_pending(parser);
	parser->pending[parser->count++] = part;
	skip_space(parser);
	return 0;
}

static int parse_parts(struct parser *parser, bool object, struct value *value)
{
	const char end = object ? '}' : ']';
	size_t first = parser->count;
	int failed = 0;

	parser->at++;
	if (++parser->depth > JSON_DEPTH_MAX)
		return refuse(parser, "nested too deeply");
	skip_space(parser);
	if (!take(parser, end)) {
		do {
			if (parse_part(parser, object))
				return 1;
		} while (take(parser, ','));
		if (!take(parser, end))
			return refuse(parser, object ? "a comma or } is needed" : "a comma or ] is needed");
	}
	if (object)
		failed = end_object(parser, first, value);
	else
		end_array(parser, first, value);
	parser->count = first;
	parser->depth--;
	return failed;
}

/* ---- values ---- */

static int parse_word(struct parser *parser, const char *word, struct value of_word, struct value *value)
{
	size_t length = strlen(word);

	if (strncmp(parser->at, word, length) != 0)
		return refuse(parser, "a value is needed");
	parser->at += length;
	*value = of_word;
	return 0;
}

static int parse_value(struct parser *parser, struct value *value)
{
	skip_space(parser);
	switch (*parser->at) {
	case '{':
	case '[':
		return parse_parts(parser, *parser->at == '{', value);
	case '"':
		value->kind = VALUE_STRING;
		return parse_string(parser, &value->string);
	case 't':
		return parse_word(parser, "true", (struct value){.kind = VALUE_BOOLEAN, .boolean = true}, value);
	case 'f':
		return parse_word(parser, "false", (struct value){.kind = VALUE_BOOLEAN}, value);
	case 'n':
		return parse_word(parser, "null", (struct value){.kind = VALUE_NULL}, value);
	default:
		return parse_number(parser, value);
	}
}

int json_value_parse(const char *octets, size_t length, struct arena *arena, const struct value **value,
                     struct error *why)
{
	struct parser parser; /* not zeroed: `small` need not be */
	struct value *root = arena_alloc(arena, sizeof(*root));
	int failed;

	parser.start = parser.at = arena_octets(arena, octets, length);
	parser.arena = arena;
	parser.why = why;
	parser.depth = 0;
	parser.pending = parser.small;
	parser.count = 0;
	parser.capacity = PENDING_SMALL;
	failed = parse_value(&parser, root);
	skip_space(&parser);
	if (!failed && parser.at != parser.start + length)
		failed = refuse(&parser, "something follows the value");
	if (parser.pending != parser.small)
		free(parser.pending);
	*value = root;
	return failed;
}

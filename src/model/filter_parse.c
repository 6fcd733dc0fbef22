#include "model/filter.h"

#include "model/name.h"

#include <errno.h>
#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."

/* A part of a group that is still open. */
struct part {
	const struct filter *filter;
	struct part *next;
};

/* An AND, OR or NOT that is still open. */
struct group {
	enum filter_operator operator;
	uint32_t count;
	struct part *first;
	struct part *last;
};

/* Every function that parses returns 0, or 1 after it has said why. */
struct parser {
	const char *start;
	const char *at;
	enum filter_language language;
	struct arena *arena;
	struct error *why;
	uint32_t depth; /* open groups */
	struct group groups[FILTER_DEPTH_MAX];
	const struct filter *whole; /* once the outermost parenthesis is closed */
};

static int refuse(const struct parser *parser, const char *what)
{
	error_set(parser->why, -EINVAL, "not a filter: %s at octet %zu", what, (size_t)(parser->at - parser->start) + 1);
	return 1;
}

/* ---- names ---- */

/* Splits a name in its space and what is left of it. */
static int resolve_name(struct parser *parser, struct filter *item)
{
	static const struct {
		const char *prefix;
		enum filter_space space;
	} spaces[] = {
		{ "resource", SPACE_RESOURCE }, { "action", SPACE_ACTION },
		{ "context", SPACE_CONTEXT },   { "subject", SPACE_SUBJECT },
	};
	const char *dot = strchr(item->name, '.');
	item->space = parser->language == FILTER_OF_ENTRY ? SPACE_ENTRY : SPACE_RESOURCE;
	if (parser->language == FILTER_OF_ENTRY || dot == NULL)
		return 0;
	const char *prefix = arena_octets(parser->arena, item->name, (size_t)(dot - item->name));
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		if (keyword_equal(prefix, spaces[i].prefix) && dot[1] != '\0') {
			item->space = spaces[i].space;
			item->name = dot + 1;
			return 0;
		}
	}
	return refuse(parser, "a dotted name that starts with none of resource, action, context and subject");
}

static int parse_name(struct parser *parser, struct filter *item)
{
	size_t length = strspn(parser->at, NAME_CHARACTERS);
	if (length == 0)
		return refuse(parser, "no name");
	item->name = arena_octets(parser->arena, parser->at, length);
	if (resolve_name(parser, item) != 0)
		return 1;
	parser->at += length;
	return 0;
}

static int parse_operator(struct parser *parser, struct filter *item)
{
	static const struct {
		const char *sign;
		enum filter_operator operator;
	} signs[] = { { "=", FILTER_EQUAL }, { ">=", FILTER_AT_LEAST }, { "<=", FILTER_AT_MOST } };
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i].sign);
		if (strncmp(parser->at, signs[i].sign, length) == 0) {
			item->operator = signs[i].operator;
			parser->at += length;
			return 0;
		}
	}
	return refuse(parser, "none of =, >= and <=");
}

/* ---- values ---- */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;
	return found != NULL ? (int)(found - digits) % 16 : -1;
}

/* Unescapes `length` octets at parser->at, which hold neither parentheses nor stars, and moves past them.
 * valueencoding = 0*(normal / escaped); escaped = ESC HEX HEX (RFC 4515 section 3). */
static int parse_octets(struct parser *parser, size_t length, const char **value)
{
	const char *from = parser->at;
	char *to = arena_alloc(parser->arena, length + 1);
	*value = to;
	for (const char *end = from + length; parser->at < end; parser->at++) {
		if (*parser->at != '\\') {
			*to++ = *parser->at;
			continue;
		}
		int high = hex_digit(parser->at[1]);
		int low = high < 0 ? -1 : hex_digit(parser->at[2]);
		if (low < 0)
			return refuse(parser, "a backslash without two hexadecimal digits");
		if (high == 0 && low == 0)
			return refuse(parser, "a NUL");
		*to++ = (char)(high * 16 + low);
		parser->at += 2;
	}
	if (name_has_form(*value))
		return 0;
	parser->at = from;
	return refuse(parser, "a value that is not UTF-8 text");
}

/* substring = [ initial ] any [ final ] (RFC 4515 section 3). */
static int parse_substrings(struct parser *parser, size_t length, uint32_t stars, struct filter *item)
{
	const char *end = parser->at + length;
	const char **substrings = arena_array(parser->arena, (size_t)stars + 1, sizeof(*substrings));
	item->operator = FILTER_SUBSTRINGS;
	item->substring_count = stars + 1;
	item->substrings = substrings;
	for (uint32_t i = 0; i <= stars; i++) {
		size_t octets = strcspn(parser->at, "*)");
		if (octets == 0 && i > 0 && i < stars)
			return refuse(parser, "two stars in a row");
		if (parse_octets(parser, octets, &substrings[i]) != 0)
			return 1;
		parser->at += parser->at < end; /* the star */
	}
	return 0;
}

/* $user.NAME, $workspace.NAME or $now; parser->at is at the '$'. */
static int parse_reference(struct parser *parser, size_t length, struct filter *item)
{
	const char *text = arena_octets(parser->arena, parser->at + 1, length - 1);
	const char *dot = strchr(text, '.');
	const char *name = dot != NULL ? dot + 1 : "";
	const char *keyword = dot != NULL ? arena_octets(parser->arena, text, (size_t)(dot - text)) : text;
	if (dot == NULL && keyword_equal(keyword, "now"))
		item->reference = REFERENCE_NOW;
	else if (*name != '\0' && name[strspn(name, NAME_CHARACTERS)] == '\0' && keyword_equal(keyword, "user"))
		item->reference = REFERENCE_USER;
	else if (*name != '\0' && name[strspn(name, NAME_CHARACTERS)] == '\0' && keyword_equal(keyword, "workspace"))
		item->reference = REFERENCE_WORKSPACE;
	else
		return refuse(parser, "none of $user.NAME, $workspace.NAME and $now (a plain '$' is written \\24)");
	item->value = name;
	parser->at += length;
	return 0;
}

/* Is there a '$' where the language wants none, or a reference? */
static bool has_dollar(const struct parser *parser, size_t length)
{
	return parser->language == FILTER_OF_ENTRY ? *parser->at == '$' : memchr(parser->at, '$', length) != NULL;
}

static int parse_dollar(struct parser *parser, size_t length, struct filter *item)
{
	if (parser->language == FILTER_OF_REQUEST && *parser->at == '$')
		return parse_reference(parser, length, item);
	parser->at = strchr(parser->at, '$');
	return refuse(parser, "a '$' that must be written \\24");
}

static int parse_value(struct parser *parser, struct filter *item)
{
	size_t length = strcspn(parser->at, "()");
	uint32_t stars = 0;
	for (size_t i = 0; i < length; i++)
		stars += parser->at[i] == '*';
	if (parser->at[length] != ')') {
		parser->at += length;
		return refuse(parser, "no closing parenthesis");
	}
	if (has_dollar(parser, length))
		return parse_dollar(parser, length, item);
	if (stars == 0)
		return parse_octets(parser, length, &item->value);
	if (item->operator != FILTER_EQUAL) {
		parser->at = strchr(parser->at, '*');
		return refuse(parser, "a star that must be written \\2a");
	}
	if (length > 1)
		return parse_substrings(parser, length, stars, item);
	item->operator = FILTER_PRESENT;
	parser->at++;
	return 0;
}

/* ---- groups ---- */

/* A filter is whole: it is the outermost one, or a part of the innermost open group. */
static int add(struct parser *parser, const struct filter *filter)
{
	if (parser->depth == 0) {
		parser->whole = filter;
		return 0;
	}
	struct group *group = &parser->groups[parser->depth - 1];
	if (group->operator == FILTER_NOT && group->count == 1)
		return refuse(parser, "a second filter after '!' ends");
	struct part *part = arena_alloc(parser->arena, sizeof(*part));
	part->filter = filter;
	if (group->last != NULL)
		group->last->next = part;
	else
		group->first = part;
	group->last = part;
	group->count++;
	return 0;
}

/* Behind '(': a group begins, or an item is read up to its ')'. */
static int read_open(struct parser *parser)
{
	static const char signs[] = { [FILTER_AND] = '&', [FILTER_OR] = '|', [FILTER_NOT] = '!', '\0' };
	if (parser->depth == FILTER_DEPTH_MAX)
		return refuse(parser, "too many levels of parentheses");
	const char *sign = *parser->at != '\0' ? strchr(signs, *parser->at) : NULL;
	if (sign != NULL) {
		parser->groups[parser->depth++] = (struct group){ .operator = (enum filter_operator)(sign - signs) };
		parser->at++;
		return 0;
	}
	struct filter *item = arena_alloc(parser->arena, sizeof(*item));
	if (parse_name(parser, item) != 0 || parse_operator(parser, item) != 0 || parse_value(parser, item) != 0)
		return 1;
	parser->at++;
	return add(parser, item);
}

/* Behind the ')' that ends a group. */
static int read_close(struct parser *parser)
{
	const struct group *group = &parser->groups[--parser->depth];
	if (group->operator == FILTER_NOT && group->count == 0)
		return refuse(parser, "no filter after '!'");
	struct filter *node = arena_alloc(parser->arena, sizeof(*node));
	const struct filter **parts = arena_array(parser->arena, group->count, sizeof(*parts));
	uint32_t count = 0;
	for (const struct part *part = group->first; part != NULL; part = part->next)
		parts[count++] = part->filter;
	*node = (struct filter){ .operator = group->operator, .count = count, .parts = parts };
	return add(parser, node);
}

int filter_parse(const char *text, enum filter_language language, struct arena *arena, const struct filter **filter,
                 struct error *why)
{
	struct parser parser = { .start = text, .at = text, .language = language, .arena = arena, .why = why };
	if (strnlen(text, FILTER_LENGTH_MAX + 1) > FILTER_LENGTH_MAX) {
		parser.at += FILTER_LENGTH_MAX;
		return refuse(&parser, "too long");
	}
	do {
		char c = *parser.at;
		if (c != '(' && (c != ')' || parser.depth == 0))
			return refuse(&parser, parser.depth > 0 ? "neither '(' nor ')'" : "no '('");
		parser.at++;
		if ((c == '(' ? read_open(&parser) : read_close(&parser)) != 0)
			return 1;
	} while (parser.depth > 0);
	if (*parser.at != '\0')
		return refuse(&parser, "something behind the filter");
	*filter = parser.whole;
	return 0;
}

#include "model/parse_values.h"

#include "model/name.h"
#include "model/pattern.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- problems ---- */

/* A copy for a report, cut before the character that would pass the limit. */
static const char *value_shortened(struct arena *arena, const char *value)
{
	size_t length = strlen(value);

	if (length <= PROBLEM_VALUE_MAX)
		return arena_string(arena, value);
	length = PROBLEM_VALUE_MAX;
	while (length > 0 && ((unsigned char)value[length] & 0xC0) == 0x80)
		length--;
	return arena_print(arena, "%.*s...", (int)length, value);
}

static bool text_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Two kinds of one entry may read the same attribute: its problems are told once. */
static bool problem_known(const struct parser *parser, const struct problem *problem)
{
	for (uint32_t i = 0; i < parser->problem_count; i++) {
		const struct problem *known = &parser->problems[i];
		if (known->code == problem->code && text_same(known->attribute, problem->attribute) &&
		    text_same(known->value, problem->value) && text_same(known->detail, problem->detail))
			return true;
	}
	return false;
}

static void problem_add(struct parser *parser, const struct problem *problem)
{
	if (parser->problem_count == parser->problem_room) {
		uint32_t room = parser->problem_room == 0 ? 4 : parser->problem_room * 2;
		struct problem *more = arena_array(parser->scratch, room, sizeof(*more));
		if (parser->problem_count > 0)
			memcpy(more, parser->problems, parser->problem_count * sizeof(*more));
		parser->problems = more;
		parser->problem_room = room;
	}
	parser->problems[parser->problem_count++] = *problem;
}

void parser_report(struct parser *parser, enum problem_code code, const char *attribute, const char *value,
                   const char *detail)
{
	struct problem problem = { .code = code, .attribute = attribute };

	if (parser->problem_count == ENTRY_PROBLEMS_MAX)
		return;
	problem.value = value != NULL ? value_shortened(parser->arena, value) : NULL;
	problem.detail = detail != NULL ? arena_string(parser->arena, detail) : NULL;
	if (problem_known(parser, &problem))
		return;
	if (parser->problem_count == ENTRY_PROBLEMS_MAX - 1)
		problem = (struct problem){ .code = PROBLEM_TOO_MANY, .detail = "further problems are not listed" };
	problem_add(parser, &problem);
}

static void report_no_text(struct parser *parser, const char *attribute)
{
	parser_report(parser, PROBLEM_NOT_TEXT, attribute, NULL, "not UTF-8, or too long");
}

/* ---- single values ---- */

bool read_present(const struct parser *parser, const char *attribute)
{
	return entry_attribute(parser->entry, attribute) != NULL;
}

enum found read_text(struct parser *parser, const char *attribute, const char **text)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, attribute);

	if (found == NULL)
		return FOUND_NOTHING;
	if (found->count != 1) {
		parser_report(parser, PROBLEM_SECOND_VALUE, attribute, found->values[1].text, NULL);
		return FOUND_BROKEN;
	}
	if (found->values[0].text == NULL) {
		report_no_text(parser, attribute);
		return FOUND_BROKEN;
	}
	*text = found->values[0].text;
	return FOUND_VALUE;
}

const char *read_optional_text(struct parser *parser, const char *attribute)
{
	const char *text;

	return read_text(parser, attribute, &text) == FOUND_VALUE ? text : NULL;
}

static const struct keyword booleans[] = { { "TRUE", true }, { "FALSE", false }, { NULL, 0 } };

static bool keyword_find(const struct keyword *keywords, const char *text, int *value)
{
	for (; keywords->name != NULL; keywords++)
		if (keyword_equal(keywords->name, text)) {
			*value = keywords->value;
			return true;
		}
	return false;
}

enum found read_boolean(struct parser *parser, const char *attribute, bool *value)
{
	const char *text;
	int number;
	enum found found = read_text(parser, attribute, &text);

	if (found != FOUND_VALUE)
		return found;
	if (!keyword_find(booleans, text, &number)) {
		parser_report(parser, PROBLEM_BAD_BOOLEAN, attribute, text, "neither TRUE nor FALSE");
		return FOUND_BROKEN;
	}
	*value = number != 0;
	return FOUND_VALUE;
}

bool integer_parse(const char *text, int64_t *value)
{
	bool negative = text[0] == '-';
	int64_t sum = 0;

	text += negative;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		int digit = *text - '0';
		if (digit < 0 || digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_sub_overflow(sum, digit, &sum)) /* kept negative, so that INT64_MIN fits */
			return false;
	}
	return negative ? (*value = sum, true) : !__builtin_sub_overflow(0, sum, value);
}

enum found read_integer(struct parser *parser, const char *attribute, int64_t least, int64_t most, int64_t *value)
{
	const char *text;
	enum found found = read_text(parser, attribute, &text);

	if (found != FOUND_VALUE)
		return found;
	if (!integer_parse(text, value)) {
		parser_report(parser, PROBLEM_BAD_INTEGER, attribute, text, "no whole number, or too large");
		return FOUND_BROKEN;
	}
	if (*value < least || *value > most) {
		parser_report(parser, PROBLEM_BAD_INTEGER, attribute, text, *value < least ? "too small" : "too large");
		return FOUND_BROKEN;
	}
	return FOUND_VALUE;
}

const char *read_decimal(struct parser *parser, const char *attribute)
{
	int64_t number;

	if (read_integer(parser, attribute, 0, INT64_MAX, &number) != FOUND_VALUE)
		return NULL;
	return arena_print(parser->arena, "%" PRId64, number);
}

enum found read_time(struct parser *parser, const char *attribute, instant *at)
{
	const char *text;
	enum found found = read_text(parser, attribute, &text);

	if (found != FOUND_VALUE)
		return found;
	if (clock_parse_generalized(text, at) != 0) {
		parser_report(parser, PROBLEM_BAD_TIME, attribute, text, "no time such as 20271231230000Z");
		return FOUND_BROKEN;
	}
	return FOUND_VALUE;
}

int read_keyword(struct parser *parser, const char *attribute, const struct keyword *keywords, int absent, int broken)
{
	const char *text;
	int value;
	enum found found = read_text(parser, attribute, &text);

	if (found == FOUND_NOTHING)
		return absent;
	if (found == FOUND_BROKEN)
		return broken;
	if (keyword_find(keywords, text, &value))
		return value;
	parser_report(parser, PROBLEM_BAD_KEYWORD, attribute, text, "not one of the words that are known here");
	return broken;
}

/* ---- references ---- */

struct reference read_reference(struct parser *parser, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, attribute);
	struct reference reference = { .present = found != NULL, .node = NODE_NONE };

	if (found == NULL)
		return reference;
	if (found->node_count + found->count > 1)
		parser_report(parser, PROBLEM_SECOND_VALUE, attribute, NULL, NULL);
	else if (found->node_count == 1)
		reference.node = found->nodes[0];
	return reference;
}

struct references read_references(const struct parser *parser, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, attribute);

	if (found == NULL)
		return (struct references){ 0 };
	return (struct references){ .count = found->node_count, .broken = found->count, .nodes = found->nodes };
}

struct numbered_node { node_id node; uint32_t at; };

static int numbered_by_node(const void *a, const void *b)
{
	const struct numbered_node *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int numbered_by_place(const void *a, const void *b)
{
	const struct numbered_node *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

uint32_t nodes_unique(node_id *nodes, uint32_t count, struct arena *scratch)
{
	uint32_t kept = 0;

	if (count < 2)
		return count;
	struct numbered_node *sorted = arena_array(scratch, count, sizeof(*sorted));
	for (uint32_t i = 0; i < count; i++)
		sorted[i] = (struct numbered_node){ .node = nodes[i], .at = i };
	qsort(sorted, count, sizeof(*sorted), numbered_by_node);
	for (uint32_t i = 0; i < count; i++)
		if (kept == 0 || sorted[kept - 1].node != sorted[i].node)
			sorted[kept++] = sorted[i];
	qsort(sorted, kept, sizeof(*sorted), numbered_by_place);
	for (uint32_t i = 0; i < kept; i++)
		nodes[i] = sorted[i].node;
	return kept;
}

struct references references_join(struct parser *parser, struct references a, struct references b)
{
	struct references joined = { .broken = a.broken + b.broken };

	if (a.count == 0 || b.count == 0) {
		joined.count = a.count + b.count;
		joined.nodes = a.count > 0 ? a.nodes : b.nodes;
		return joined;
	}
	node_id *nodes = arena_array(parser->arena, (size_t)a.count + b.count, sizeof(*nodes));
	memcpy(nodes, a.nodes, a.count * sizeof(*nodes));
	memcpy(nodes + a.count, b.nodes, b.count * sizeof(*nodes));
	joined.count = nodes_unique(nodes, a.count + b.count, parser->scratch);
	joined.nodes = nodes;
	return joined;
}

/* ---- lists ---- */

void read_each(struct parser *parser, const char *attribute, void *into,
               void (*each)(struct parser *parser, void *into, const char *text))
{
	const struct entry_attribute *found = entry_attribute(parser->entry, attribute);

	for (uint32_t i = 0; found != NULL && i < found->count; i++) {
		if (found->values[i].text == NULL)
			report_no_text(parser, attribute);
		each(parser, into, found->values[i].text);
	}
}

struct string_list {
	const char **items;
	uint32_t count;
	/* for patterns */
	const char *attribute;
	enum problem_code code;
	const char *broken;
};

static void string_list_init(struct parser *parser, struct string_list *list, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, attribute);

	*list = (struct string_list){ .attribute = attribute };
	if (found != NULL)
		list->items = arena_array(parser->arena, found->count, sizeof(*list->items));
}

static void string_add(struct parser *parser, void *into, const char *text)
{
	struct string_list *list = into;

	(void)parser;
	if (text != NULL)
		list->items[list->count++] = text;
}

struct strings read_strings(struct parser *parser, const char *attribute)
{
	struct string_list list;

	string_list_init(parser, &list, attribute);
	read_each(parser, attribute, &list, string_add);
	return (struct strings){ .count = list.count, .items = list.items };
}

static void pattern_add(struct parser *parser, void *into, const char *text)
{
	struct string_list *list = into;
	bool sound = text != NULL && pattern_valid(text, strlen(text));

	if (text != NULL && !sound)
		parser_report(parser, list->code, list->attribute, text, "no pattern");
	list->items[list->count++] = sound ? text : list->broken;
}

struct strings read_patterns(struct parser *parser, const char *attribute, enum problem_code code, const char *broken)
{
	struct string_list list;

	string_list_init(parser, &list, attribute);
	list.code = code;
	list.broken = broken;
	read_each(parser, attribute, &list, pattern_add);
	return (struct strings){ .count = list.count, .items = list.items };
}

/* ---- rules ---- */

struct rule_list {
	struct rule *items;
	uint32_t count;
	const char *attribute;
	enum problem_code code;
	enum broken_rule broken;
};

/* Returns whether the pattern is one; `rest` is what follows its space, NULL if there is none. */
bool pattern_split(struct arena *arena, const char *text, const char **pattern, const char **rest)
{
	const char *space = strchr(text, ' ');
	size_t length = space != NULL ? (size_t)(space - text) : strlen(text);

	*rest = space != NULL ? space + 1 : NULL;
	if (!pattern_valid(text, length))
		return false;
	*pattern = space != NULL ? arena_octets(arena, text, length) : text;
	return true;
}

static void rule_add(struct parser *parser, void *into, const char *text)
{
	struct rule_list *list = into;
	struct rule rule = { .text = text != NULL ? text : "", .pattern = "*" };
	const char *rest;
	struct error why = { "" };
	bool sound = text != NULL && pattern_split(parser->arena, text, &rule.pattern, &rest);

	if (text != NULL && !sound)
		parser_report(parser, list->code, list->attribute, text, "what stands before the first space is no pattern");
	if (sound && rest != NULL && filter_parse(rest, FILTER_OF_REQUEST, parser->arena, &rule.filter, &why) != 0) {
		parser_report(parser, list->code, list->attribute, text, why.text);
		rule.filter = NULL;
		sound = false;
	}
	if (sound || list->broken == BROKEN_WIDE)
		list->items[list->count++] = rule;
}

struct rules read_rules(struct parser *parser, const char *attribute, enum problem_code code, enum broken_rule broken)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, attribute);
	struct rule_list list = { .attribute = attribute, .code = code, .broken = broken };

	if (found == NULL)
		return (struct rules){ 0 };
	list.items = arena_array(parser->arena, found->count, sizeof(*list.items));
	read_each(parser, attribute, &list, rule_add);
	return (struct rules){ .count = list.count, .items = list.items };
}

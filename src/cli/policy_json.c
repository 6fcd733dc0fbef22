/* Properties and contexts of policy tests: YAML as the JSON texts that questions carry. */
#include "cli/policy_test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define JSON_MAX 1048576 /* octets; an alias that repeats itself ends here, too */
#define DIGITS "0123456789"

struct converting {
	struct text json;
	size_t *line;
	struct error *why;
};

static int refuse(const struct converting *converting, const struct yaml *node, const char *what)
{
	*converting->line = node->line;
	return error_set(converting->why, -EINVAL, "%s", what);
}

/* ---- scalars ---- */

static void write_string(struct text *json, const char *string)
{
	text_append_char(json, '"');
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\')
			text_print(json, "\\%c", *string);
		else if ((unsigned char)*string < ' ')
			text_print(json, "\\u%04x", (unsigned)*string);
		else
			text_append_char(json, *string);
	}
	text_append_char(json, '"');
}

/* Words of YAML 1.2 (section 10.3.2) that are no texts unless they are quoted; NULL: it is a text. */
static const char *word_of(const struct yaml *node)
{
	static const struct { const char *written, *json; } words[] = {
		{"~", "null"},    {"null", "null"}, {"Null", "null"},   {"NULL", "null"},   {"true", "true"},
		{"True", "true"}, {"TRUE", "true"}, {"false", "false"}, {"False", "false"}, {"FALSE", "false"},
	};

	for (size_t i = 0; node->plain && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].written, node->text) == 0)
			return words[i].json;
	return NULL;
}

static bool skip_digits(const char **text)
{
	size_t count = strspn(*text, DIGITS);

	*text += count;
	return count > 0;
}

/* A number as JSON has it (RFC 8259, section 6). */
static bool is_number(const char *text, bool integer)
{
	text += *text == '-';
	if ((text[0] == '0' && strspn(text, DIGITS) > 1) || !skip_digits(&text))
		return false;
	if (integer)
		return *text == '\0';
	if (*text == '.' && (text++, !skip_digits(&text)))
		return false;
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '-' || *text == '+';
		if (!skip_digits(&text))
			return false;
	}
	return *text == '\0';
}

static int convert_tagged(struct converting *converting, const struct yaml *node)
{
	bool integer = strcmp(node->tag, "tag:yaml.org,2002:int") == 0;

	if (node->kind != YAML_KIND_SCALAR || (!integer && strcmp(node->tag, "tag:yaml.org,2002:float") != 0))
		return refuse(converting, node, "a tag that is not known here: !!int and !!float are");
	if (strlen(node->text) != node->length || !is_number(node->text, integer))
		return refuse(converting, node, "no number as JSON has it, such as !!int 100 or !!float 2.5");
	text_append(&converting->json, node->text);
	return 0;
}

static int convert_scalar(struct converting *converting, const struct yaml *node)
{
	const char *word = word_of(node);

	if (strlen(node->text) != node->length)
		return refuse(converting, node, "a NUL stands in it");
	if (node->plain && node->length == 0)
		return refuse(converting, node, "nothing stands there: write null for what is known to be absent");
	if (word)
		text_append(&converting->json, word);
	else
		write_string(&converting->json, node->text);
	return 0;
}

/* ---- what has parts ---- */

static int convert(struct converting *converting, const struct yaml *node, unsigned depth);

static int convert_key(struct converting *converting, const struct yaml *mapping, size_t index)
{
	const struct yaml *key = mapping->pairs[index].key;

	if (key->kind != YAML_KIND_SCALAR || key->length == 0 || strlen(key->text) != key->length)
		return refuse(converting, key, "a name is one word");
	for (size_t i = 0; i < index; i++)
		if (strcmp(mapping->pairs[i].key->text, key->text) == 0)
			return refuse(converting, key, "a name that is given already: several values are a list");
	write_string(&converting->json, key->text);
	text_append_char(&converting->json, ':');
	return 0;
}

static int convert(struct converting *converting, const struct yaml *node, unsigned depth)
{
	bool mapping = node->kind == YAML_KIND_MAPPING;
	int result = 0;

	if (node->tag)
		return convert_tagged(converting, node);
	if (node->kind == YAML_KIND_SCALAR)
		return convert_scalar(converting, node);
	if (depth == DIRGATE_NESTING_MAX)
		return refuse(converting, node, "nested too deeply");
	text_append_char(&converting->json, mapping ? '{' : '[');
	for (size_t i = 0; i < node->count && result == 0; i++) {
		if (i > 0)
			text_append_char(&converting->json, ',');
		if (mapping)
			result = convert_key(converting, node, i);
		if (result == 0)
			result = convert(converting, mapping ? node->pairs[i].value : node->items[i], depth + 1);
		if (result == 0 && converting->json.overflowed)
			result = refuse(converting, node, "longer than a question may be");
	}
	text_append_char(&converting->json, mapping ? '}' : ']');
	return result;
}

int policy_json(const struct yaml *node, struct arena *arena, const char **json, size_t *line, struct error *why)
{
	struct converting converting = {.line = line, .why = why};
	int result;

	text_init(&converting.json, JSON_MAX);
	result = node->kind == YAML_KIND_MAPPING ? convert(&converting, node, 0)
	                                         : refuse(&converting, node, "names with values are wanted here");
	if (result == 0)
		*json = arena_string(arena, text_string(&converting.json));
	text_release(&converting.json);
	return result;
}

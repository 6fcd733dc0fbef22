#include "parsed.h"

#include "base/memory.h"
#include "model/dn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 2048
#define TEXT_MAX 1000000

/* ---- records ---- */

struct lines {
	struct record record;
	size_t count;
	struct record_value values[LINES_MAX];
	struct record_attribute attributes[LINES_MAX];
};

/* Pairs of hexadecimal digits to octets, in place. */
static size_t octets_of_hex(char *hex)
{
	size_t length = strlen(hex) / 2;

	for (size_t i = 0; i < length; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
		hex[i] = (char)strtoul(pair, NULL, 16);
	}
	return length;
}

static void lines_add(struct lines *lines, const char *name, const char *value, size_t length)
{
	struct record *record = &lines->record;

	if (strcmp(name, "dn") == 0) {
		record->dn = value;
		record->dn_length = length;
	} else if (strcmp(name, "key") == 0) {
		record->key = value;
	} else {
		assert(lines->count < LINES_MAX);
		struct record_attribute *last = record->count > 0 ? &lines->attributes[record->count - 1] : NULL;
		if (last == NULL || strcmp(last->name, name) != 0) {
			last = &lines->attributes[record->count++];
			*last = (struct record_attribute){ .name = name, .values = &lines->values[lines->count] };
		}
		lines->values[lines->count++] = (struct record_value){ value, length };
		last->count++;
	}
}

static void lines_read(struct lines *lines, char *text)
{
	lines->record.dn = "cn=x,o=acme";
	lines->record.dn_length = strlen(lines->record.dn);
	lines->record.attributes = lines->attributes;
	while (*text != '\0') {
		char *end = text + strcspn(text, "\n"), *colon = strchr(text, ':');
		bool more = *end != '\0';
		assert(colon != NULL && colon < end);
		*end = '\0';
		*colon = '\0';
		bool hex = colon[1] == ':';
		char *value = colon + (hex ? 2 : 1);
		value += *value == ' ';
		lines_add(lines, text, value, hex ? octets_of_hex(value) : strlen(value));
		text = more ? end + 1 : end;
	}
}

static node_id node_of(void *context, const struct dn *dn)
{
	struct parsed *parsed = context;
	struct text normal;

	text_init(&normal, TEXT_MAX);
	dn_normal(dn, &normal);
	for (uint32_t i = 0; i < parsed->node_count; i++)
		if (strcmp(parsed->nodes[i], text_string(&normal)) == 0) {
			text_release(&normal);
			return i + 1;
		}
	assert(parsed->node_count < PARSED_NODES_MAX);
	parsed->nodes[parsed->node_count++] = text_detach(&normal);
	return parsed->node_count;
}

static const struct entry *record_parse(struct parsed *parsed, const struct record *record)
{
	struct arena *scratch = arena_new();
	const char *person = parsed->settings.person_filter ? parsed->settings.person_filter : MODEL_PERSON_FILTER;
	struct parse_context context = {
		.atoms = parsed->atoms, .settings = &parsed->settings, .node_of = node_of, .context = parsed,
	};
	struct dn dn;
	int wrong = filter_parse(person, FILTER_OF_ENTRY, scratch, &context.person_filter, NULL);

	assert(wrong == 0);
	wrong = dn_parse(record->dn, record->dn_length, scratch, &dn, NULL);
	assert(wrong == 0);
	parsed->entry = entry_parse(&context, record, &dn.rdns[0], node_of(parsed, &dn), 7, parsed->arena);
	arena_free(scratch);
	return parsed->entry;
}

const struct entry *parsed_make(struct parsed *parsed, const char *text)
{
	struct lines *lines = memory_alloc(sizeof(*lines));
	char *copy = memory_string(text);

	if (parsed->atoms == NULL) {
		parsed->atoms = atoms_new();
		parsed->arena = arena_new();
	}
	lines_read(lines, copy);
	record_parse(parsed, &lines->record);
	free(copy);
	free(lines);
	return parsed->entry;
}

void parsed_release(struct parsed *parsed)
{
	for (uint32_t i = 0; i < parsed->node_count; i++)
		free(parsed->nodes[i]);
	arena_free(parsed->arena);
	atoms_let_go(parsed->atoms);
	*parsed = (struct parsed){ .atoms = NULL };
}

/* ---- as text ---- */

const char *parsed_dn(const struct parsed *parsed, node_id node)
{
	assert(node <= parsed->node_count);
	return node != NODE_NONE ? parsed->nodes[node - 1] : "-";
}

void parsed_print_problems(const struct parsed *parsed, struct text *out)
{
	for (uint32_t i = 0; i < parsed->entry->problem_count; i++) {
		const struct problem *problem = &parsed->entry->problems[i];
		text_print(out, "%s%s", i > 0 ? ", " : "", problem_info(problem->code)->code);
		if (problem->attribute != NULL)
			text_print(out, " %s", problem->attribute);
		if (problem->value != NULL)
			text_print(out, "=%s", problem->value);
	}
}

void parsed_print_references(const struct parsed *parsed, struct references references, struct text *out)
{
	for (uint32_t i = 0; i < references.count; i++)
		text_print(out, "%s%s", i > 0 ? " " : "", parsed_dn(parsed, references.nodes[i]));
	if (references.broken > 0)
		text_append(out, "!");
}

void parsed_print_reference(const struct parsed *parsed, struct reference reference, struct text *out)
{
	if (reference.present)
		text_append(out, reference.node != NODE_NONE ? parsed_dn(parsed, reference.node) : "!");
}

void parsed_print_filter(const struct filter *filter, struct text *out)
{
	if (filter != NULL)
		filter_print(filter, out);
	else
		text_append(out, "-");
}

void parsed_print_rules(struct rules rules, struct text *out)
{
	for (uint32_t i = 0; i < rules.count; i++) {
		text_print(out, "%s%s", i > 0 ? " " : "", rules.items[i].pattern);
		if (rules.items[i].filter != NULL)
			filter_print(rules.items[i].filter, out);
	}
}

void parsed_print_strings(struct strings strings, struct text *out)
{
	for (uint32_t i = 0; i < strings.count; i++)
		text_print(out, "%s<%s>", i > 0 ? " " : "", strings.items[i]);
}

void parsed_print_instant(instant at, struct text *out)
{
	char words[40];

	if (at == INSTANT_MIN || at == INSTANT_MAX) {
		text_append(out, at == INSTANT_MIN ? "min" : "max");
		return;
	}
	clock_format_rfc3339(at, words);
	text_append(out, words);
}

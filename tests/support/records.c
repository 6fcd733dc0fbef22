#include "records.h"

#include "base/memory.h"
#include "model/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- putting ---- */

struct lines {
	struct record record;
	size_t count; /* of values and of attributes with room for them */
	struct record_value values[RECORD_LINES_MAX];
	struct record_attribute attributes[RECORD_LINES_MAX];
};

static void lines_add(struct lines *lines, const char *name, const char *value)
{
	struct record_attribute *last = lines->record.count > 0 ? &lines->attributes[lines->record.count - 1] : NULL;

	if (strcmp(name, "dn") == 0) {
		lines->record.dn = value;
		lines->record.dn_length = strlen(value);
		return;
	}
	if (strcmp(name, "key") == 0) {
		lines->record.key = value;
		return;
	}
	if (strcmp(name, "changed") == 0) {
		lines->record.changed = (uint32_t)strtoul(value, NULL, 10);
		return;
	}
	assert(lines->count < RECORD_LINES_MAX);
	if (!last || strcmp(last->name, name) != 0) {
		last = &lines->attributes[lines->record.count++];
		*last = (struct record_attribute){ .name = name, .values = &lines->values[lines->count] };
	}
	lines->values[lines->count++] = (struct record_value){ value, strlen(value) };
	last->count++;
}

/* Cuts the text, which is changed, into lines. */
static void lines_read(struct lines *lines, char *text)
{
	while (*text != '\0' && *text != '\n') {
		char *end = text + strcspn(text, "\n"), *colon = memchr(text, ':', (size_t)(end - text));
		bool more = *end != '\0';

		assert(colon && colon[1] == ' ');
		*end = '\0';
		*colon = '\0';
		lines_add(lines, text, colon + 2);
		text = more ? end + 1 : end;
	}
	lines->record.attributes = lines->attributes;
}

enum builder_outcome record_put(struct builder *builder, uint16_t source, const char *text, struct error *why)
{
	struct lines *lines = memory_alloc(sizeof(*lines));
	char *copy = memory_string(text);
	enum builder_outcome outcome;

	lines_read(lines, copy);
	outcome = builder_put(builder, source, &lines->record, why);
	free(copy);
	free(lines);
	return outcome;
}

void records_put(struct builder *builder, uint16_t source, const char *text)
{
	while (*text != '\0') {
		const char *end = strstr(text, "\n\n");
		enum builder_outcome outcome = record_put(builder, source, text, NULL);

		assert(outcome == BUILDER_DONE || outcome == BUILDER_UNCHANGED);
		if (!end)
			return;
		text = end + 2;
	}
}

/* ---- describing ---- */

#define DESCRIPTION_MAX ((size_t)1 << 30)

struct description {
	const struct snapshot *snapshot;
	char **lines;
	size_t count, capacity;
};

static void describe(struct description *description, char *line)
{
	if (description->count == description->capacity) {
		description->capacity = description->capacity == 0 ? 256 : 2 * description->capacity;
		description->lines = memory_resize(description->lines, description->capacity, sizeof(char *));
	}
	description->lines[description->count++] = line;
}

static void line_append_dn(const struct description *description, struct text *line, node_id node)
{
	text_append(line, " <");
	snapshot_print_normal_dn(description->snapshot, node, line);
	text_append(line, ">");
}

static void describe_relation(struct description *description, enum relation relation, uint32_t from)
{
	bool of_nodes = relation < RELATION_KIND;
	struct relation_cursor cursor;
	struct text line;
	node_id to;

	text_init(&line, DESCRIPTION_MAX);
	snapshot_relation(description->snapshot, relation, from, &cursor);
	while (relation_next(&cursor, &to)) {
		assert(snapshot_related(description->snapshot, relation, from, to));
		text_print(&line, "relation %d", (int)relation);
		if (of_nodes)
			line_append_dn(description, &line, from);
		else
			text_print(&line, " %u", from);
		line_append_dn(description, &line, to);
		describe(description, text_detach(&line));
		text_init(&line, DESCRIPTION_MAX);
	}
}

struct named { struct description *description; node_id node; };

/* Every name of an entry leads back to it. */
static void describe_name(void *context, enum name_index index, const char *name)
{
	const struct named *named = context;
	struct name_cursor cursor;
	struct text line;
	node_id node;
	bool found = false;

	snapshot_name(named->description->snapshot, index, name, &cursor);
	while (name_next(&cursor, &node))
		found |= node == named->node;
	name_end(&cursor);
	text_init(&line, DESCRIPTION_MAX);
	text_print(&line, "name %d \"%s\" %s", (int)index, name, found ? "leads to" : "IS LOST:");
	line_append_dn(named->description, &line, named->node);
	describe(named->description, text_detach(&line));
}

static void describe_attribute(struct description *description, node_id node, const struct entry_attribute *attribute)
{
	struct text line;

	text_init(&line, DESCRIPTION_MAX);
	text_append(&line, "attribute of");
	line_append_dn(description, &line, node);
	text_print(&line, ": %s", attribute->name);
	for (uint32_t i = 0; i < attribute->node_count; i++)
		line_append_dn(description, &line, attribute->nodes[i]);
	for (uint32_t i = 0; i < attribute->count; i++)
		text_print(&line, " \"%s\"", attribute->values[i].text);
	describe(description, text_detach(&line));
}

static void describe_entry(struct description *description, node_id node, const struct entry *entry)
{
	struct named named = { description, node };
	struct entry_tie_visitor visitor = { .context = &named, .name = describe_name };
	struct text line;

	text_init(&line, DESCRIPTION_MAX);
	text_print(&line, "entry %s of %u, kinds %x, id %s, at %s", entry->key, entry->source, entry->kinds,
	           entry->id ? entry->id : "-", entry->node == node ? "its" : "A WRONG");
	line_append_dn(description, &line, node);
	describe(description, text_detach(&line));
	for (uint32_t i = 0; i < entry->attribute_count; i++)
		describe_attribute(description, node, &entry->attributes[i]);
	entry_visit_ties(entry, snapshot_settings(description->snapshot), &visitor);
}

static void describe_node(struct description *description, node_id node)
{
	const struct entry *entry = snapshot_entry(description->snapshot, node);
	struct text line, dn;

	text_init(&line, DESCRIPTION_MAX);
	text_init(&dn, DESCRIPTION_MAX);
	snapshot_print_normal_dn(description->snapshot, node, &dn);
	text_print(&line, "node%s", snapshot_find_dn(description->snapshot, text_string(&dn)) == node ? "" : " LOST");
	line_append_dn(description, &line, node);
	text_release(&dn);
	describe(description, text_detach(&line));
	for (enum relation relation = RELATION_CHILD; relation < RELATION_KIND; relation++)
		describe_relation(description, relation, node);
	if (entry)
		describe_entry(description, node, entry);
}

/* What has no place of its own: how many keys of each sort there are, and the counts. */
static void describe_counts(struct description *description)
{
	const struct snapshot *snapshot = description->snapshot;
	uint64_t tags[KEY_TAGS] = { 0 }, key;
	struct keyset_cursor cursor;
	struct text line;

	keyset_seek(&snapshot->index.keys, 0, &cursor);
	while (keyset_next(&cursor, &key))
		tags[key_tag(key)]++;
	text_init(&line, DESCRIPTION_MAX);
	text_append(&line, "keys");
	for (int i = 0; i < KEY_TAGS; i++)
		text_print(&line, " %llu", (unsigned long long)tags[i]);
	text_append(&line, ", kinds");
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		text_print(&line, " %u", snapshot_count(snapshot, kind));
	text_print(&line, ", nodes %u, people with", snapshot->index.node_count);
	for (uint32_t i = 0; i < snapshot->counts->count; i++)
		if (snapshot->counts->items[i].people > 0 || snapshot->counts->items[i].named > 0)
			text_print(&line, " %s=%u/%u", snapshot->counts->items[i].name,
			           snapshot_people_with(snapshot, snapshot->counts->items[i].name),
			           snapshot->counts->items[i].named);
	describe(description, text_detach(&line));
}

static int line_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *description_end(struct description *description)
{
	struct text all;

	qsort(description->lines, description->count, sizeof(char *), line_compare);
	text_init(&all, DESCRIPTION_MAX);
	for (size_t i = 0; i < description->count; i++) {
		text_print(&all, "%s\n", description->lines[i]);
		free(description->lines[i]);
	}
	free(description->lines);
	assert(!all.overflowed);
	return text_detach(&all);
}

char *snapshot_describe(const struct snapshot *snapshot)
{
	struct description description = { .snapshot = snapshot };

	describe_relation(&description, RELATION_CHILD, NODE_NONE);
	for (node_id node = NODE_NONE + 1; node < snapshot->index.node_limit; node++)
		if (index_node(&snapshot->index, node))
			describe_node(&description, node);
	for (uint32_t kind = 0; kind < KIND_COUNT; kind++)
		describe_relation(&description, RELATION_KIND, kind);
	describe_relation(&description, RELATION_DYNAMIC, 0);
	describe_relation(&description, RELATION_DYNAMIC, 1);
	describe_counts(&description);
	return description_end(&description);
}

#include "daemon/config_yaml.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

struct reading {
	yaml_document_t document;
	const char *file, *folder;
	struct arena *arena;
	struct complaints *complaints;
};

/* A mapping that is being read: by which table, into which struct. */
struct level {
	const struct option_table *table;
	void *settings;
	size_t seen[OPTION_ROWS_MAX]; /* the line where each option of the table was given; 0: not yet */
};

static struct place place_of(const struct reading *reading, const yaml_node_t *node)
{
	return (struct place){reading->file, node->start_mark.line + 1};
}

/* A scalar as a C string; NULL (with a complaint) when it is none. */
static const char *scalar_of(struct reading *reading, const yaml_node_t *node, const char *name)
{
	const char *text = node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;

	if (!text)
		complain(reading->complaints, place_of(reading, node), "%s: one value is wanted here", name);
	else if (strlen(text) != node->data.scalar.length)
		complain(reading->complaints, place_of(reading, node), "%s: a NUL stands in it", name);
	else
		return text;
	return NULL;
}

static void read_mapping(struct reading *reading, const yaml_node_t *node, struct level *level);

static void read_group(struct reading *reading, const yaml_node_t *node, const struct option_row *option,
                       void *settings)
{
	struct level level = {.table = option->table, .settings = settings};

	/* What stands in a list begins with its place, see settings.h. */
	if (option->list_max > 0)
		*(struct place *)settings = place_of(reading, node);
	read_mapping(reading, node, &level);
}

static void read_one(struct reading *reading, const yaml_node_t *node, const struct option_row *option, void *target)
{
	struct error why;
	const char *text;

	if (option->table) {
		read_group(reading, node, option, target);
		return;
	}
	text = scalar_of(reading, node, option->name);
	if (text && option_read(option, text, reading->folder, reading->arena, target, &why) < 0)
		complain(reading->complaints, place_of(reading, node), "%s: %s", option->name, why.text);
}

static void read_item(struct reading *reading, const yaml_node_t *node, const struct option_row *option, void *settings)
{
	void *item = option_append(option, reading->arena, settings);

	if (item)
		read_one(reading, node, option, item);
	else
		complain(reading->complaints, place_of(reading, node), "%s: more than %zu", option->name,
		         option->list_max);
}

static void read_option(struct reading *reading, const yaml_node_t *node, const struct option_row *option,
                        void *settings)
{
	if (option->list_max == 0) {
		read_one(reading, node, option, (char *)settings + option->offset);
		return;
	}
	*(struct list *)(void *)((char *)settings + option->offset) = (struct list){0};
	if (node->type != YAML_SEQUENCE_NODE) {
		read_item(reading, node, option, settings);
		return;
	}
	for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
		read_item(reading, yaml_document_get_node(&reading->document, *item), option, settings);
}

static void refuse_key(struct reading *reading, const yaml_node_t *key, const char *name,
                       const struct option_table *table)
{
	const char *nearest = options_nearest(table, name);
	struct text what;

	text_init(&what, 1000);
	text_print(&what, "unknown key \"%.80s\"%s%s", name, table->path[0] != '\0' ? " in " : "", table->path);
	if (nearest)
		text_print(&what, "; did you mean \"%s\"?", nearest);
	else
		for (const struct option_row *option = table->options; option->name; option++)
			text_print(&what, "%s%s", option == table->options ? "; known are " : ", ", option->name);
	complain(reading->complaints, place_of(reading, key), "%s", text_string(&what));
	text_release(&what);
}

static void read_pair(struct reading *reading, const yaml_node_t *key, const yaml_node_t *value, struct level *level)
{
	const char *name = scalar_of(reading, key, "a key");
	const struct option_row *option = name ? options_find(level->table, name) : NULL;
	size_t *seen = option ? &level->seen[option - level->table->options] : NULL;

	if (name && !option)
		refuse_key(reading, key, name, level->table);
	if (!option)
		return;
	if (*seen > 0) {
		complain(reading->complaints, place_of(reading, key), "%s: given already in line %zu",
		         name, *seen);
		return;
	}
	assert(option - level->table->options < OPTION_ROWS_MAX);
	*seen = key->start_mark.line + 1;
	read_option(reading, value, option, level->settings);
}

/* As deep as the tables are, and no deeper: an alias that names what is around it ends here, too. */
static void read_mapping(struct reading *reading, const yaml_node_t *node, struct level *level)
{
	const struct option_row *options = level->table->options;

	if (node->type != YAML_MAPPING_NODE) {
		complain(reading->complaints, place_of(reading, node), "%s%skeys with values are wanted here",
		         level->table->path, level->table->path[0] != '\0' ? ": " : "");
		return;
	}
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
		read_pair(reading, yaml_document_get_node(&reading->document, pair->key),
		          yaml_document_get_node(&reading->document, pair->value), level);
	for (size_t i = 0; options[i].name; i++)
		if (options[i].needed && level->seen[i] == 0)
			complain(reading->complaints, place_of(reading, node), "the key \"%s\" is missing in %s",
			         options[i].name, level->table->path);
}

static void refuse_syntax(struct reading *reading, const yaml_parser_t *parser)
{
	bool reader = parser->error == YAML_READER_ERROR; /* not text in UTF-8 or UTF-16: it knows the octet only */

	complain(reading->complaints, (struct place){reading->file, reader ? 0 : parser->problem_mark.line + 1},
	         "no YAML: %s%s%s", parser->problem ? parser->problem : "it cannot be read", parser->context ? " " : "",
	         parser->context ? parser->context : "");
}

/* The one document that there may be; what comes after it is refused. */
static void read_documents(struct reading *reading, yaml_parser_t *parser, const struct option_table *table,
                           void *settings)
{
	struct level level = {.table = table, .settings = settings};
	yaml_document_t second;
	const yaml_node_t *root;

	if (!yaml_parser_load(parser, &reading->document)) {
		refuse_syntax(reading, parser);
		return;
	}
	root = yaml_document_get_root_node(&reading->document);
	if (root)
		read_mapping(reading, root, &level);
	yaml_document_delete(&reading->document);
	if (!root)
		return;
	if (!yaml_parser_load(parser, &second)) {
		refuse_syntax(reading, parser);
		return;
	}
	if (yaml_document_get_root_node(&second))
		complain(reading->complaints, (struct place){reading->file, second.start_mark.line + 1},
		         "a second document begins here; only one is read");
	yaml_document_delete(&second);
}

void config_yaml_read(const char *file, const char *folder, const char *text, size_t length,
                      const struct option_table *table, struct arena *arena, void *settings,
                      struct complaints *complaints)
{
	struct reading reading = {.file = file, .folder = folder, .arena = arena, .complaints = complaints};
	yaml_parser_t parser;

	if (!yaml_parser_initialize(&parser)) {
		complain(complaints, (struct place){file, 0}, "no memory to read it");
		return;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	read_documents(&reading, &parser, table, settings);
	yaml_parser_delete(&parser);
}

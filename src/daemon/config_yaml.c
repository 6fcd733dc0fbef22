#include "daemon/config_yaml.h"

#include <assert.h>
#include <string.h>

#include "base/yaml.h"

struct reading {
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

static struct place place_of(const struct reading *reading, const struct yaml *node)
{
	return (struct place){reading->file, node->line};
}

/* A scalar as a C string; NULL (with a complaint) when it is none. */
static const char *scalar_of(struct reading *reading, const struct yaml *node, const char *name)
{
	const char *text = node->kind == YAML_KIND_SCALAR ? node->text : NULL;

	if (!text)
		complain(reading->complaints, place_of(reading, node), "%s: one value is wanted here", name);
	else if (strlen(text) != node->length)
		complain(reading->complaints, place_of(reading, node), "%s: a NUL stands in it", name);
	else
		return text;
	return NULL;
}

static void read_mapping(struct reading *reading, const struct yaml *node, struct level *level);

static void read_group(struct reading *reading, const struct yaml *node, const struct option_row *option,
                       void *settings)
{
	struct level level = {.table = option->table, .settings = settings};

	/* What stands in a list begins with its place, see settings.h. */
	if (option->list_max > 0)
		*(struct place *)settings = place_of(reading, node);
	read_mapping(reading, node, &level);
}

static void read_one(struct reading *reading, const struct yaml *node, const struct option_row *option, void *target)
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

static void read_item(struct reading *reading, const struct yaml *node, const struct option_row *option, void *settings)
{
	void *item = option_append(option, reading->arena, settings);

	if (item)
		read_one(reading, node, option, item);
	else
		complain(reading->complaints, place_of(reading, node), "%s: more than %zu", option->name,
		         option->list_max);
}

static void read_option(struct reading *reading, const struct yaml *node, const struct option_row *option,
                        void *settings)
{
	if (option->list_max == 0) {
		read_one(reading, node, option, (char *)settings + option->offset);
		return;
	}
	*(struct list *)(void *)((char *)settings + option->offset) = (struct list){0};
	if (node->kind != YAML_KIND_SEQUENCE) {
		read_item(reading, node, option, settings);
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_item(reading, node->items[i], option, settings);
}

static void refuse_key(struct reading *reading, const struct yaml *key, const char *name,
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

static void read_pair(struct reading *reading, const struct yaml *key, const struct yaml *value, struct level *level)
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
	*seen = key->line;
	read_option(reading, value, option, level->settings);
}

/* As deep as the tables are, and no deeper: an alias that names what is around it ends here, too. */
static void read_mapping(struct reading *reading, const struct yaml *node, struct level *level)
{
	const struct option_row *options = level->table->options;

	if (node->kind != YAML_KIND_MAPPING) {
		complain(reading->complaints, place_of(reading, node), "%s%skeys with values are wanted here",
		         level->table->path, level->table->path[0] != '\0' ? ": " : "");
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_pair(reading, node->pairs[i].key, node->pairs[i].value, level);
	for (size_t i = 0; options[i].name; i++)
		if (options[i].needed && level->seen[i] == 0)
			complain(reading->complaints, place_of(reading, node), "the key \"%s\" is missing in %s",
			         options[i].name, level->table->path);
}

void config_yaml_read(const char *file, const char *folder, const char *text, size_t length,
                      const struct option_table *table, struct arena *arena, void *settings,
                      struct complaints *complaints)
{
	struct reading reading = {.file = file, .folder = folder, .arena = arena, .complaints = complaints};
	struct level level = {.table = table, .settings = settings};
	struct arena *tree = arena_new();
	const struct yaml *root;
	struct error why;
	size_t line;
	int result = yaml_read(text, length, tree, &root, &line, &why);

	if (root)
		read_mapping(&reading, root, &level);
	if (result != 0)
		complain(complaints, (struct place){file, line}, "%s", why.text);
	arena_free(tree);
}

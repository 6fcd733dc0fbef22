/* What is done with whole tables of options: looking up, filling, comparing. */
#include "daemon/options.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/nearest.h"

#define FALLBACK_MAX 512

const struct option_row *options_find(const struct option_table *table, const char *name)
{
	for (const struct option_row *option = table->options; option->name; option++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}

const char *options_nearest(const struct option_table *table, const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const struct option_row *option = table->options; option->name; option++)
		nearest_look(&nearest, option->name);
	return nearest_found(&nearest);
}

/* ---- filling ---- */

static size_t option_size(const struct option_row *option)
{
	if (option->type == OPTION_GROUP)
		return option->table->size;
	if (option->type == OPTION_BOOLEAN)
		return sizeof(bool);
	return option->type < OPTION_BOOLEAN ? sizeof(const char *) : sizeof(int64_t);
}

static void *place_of(const struct option_row *option, const void *settings)
{
	return (char *)(uintptr_t)settings + option->offset;
}

void *option_append(const struct option_row *option, struct arena *arena, void *settings)
{
	struct list *list = place_of(option, settings);
	size_t size = option_size(option);
	void *item;

	if (list->count == option->list_max)
		return NULL;
	if (!list->items) /* one more than there may be: the last stays zero */
		list->items = arena_array(arena, option->list_max + 1, size);
	item = (char *)list->items + list->count++ * size;
	if (option->table)
		options_clear(option->table, arena, item);
	return item;
}

/* The fallback is part of the program: if it cannot be read, the table is wrong. */
static void read_fallback(const struct option_row *option, const char *written, struct arena *arena, void *target)
{
	int result = option_read(option, written, NULL, arena, target, NULL);

	assert(result == 0);
	(void)result;
}

static void read_fallback_list(const struct option_row *option, struct arena *arena, void *settings)
{
	const char *rest = option->fallback;

	while (rest) {
		const char *comma = strstr(rest, ", ");
		size_t length = comma ? (size_t)(comma - rest) : strlen(rest);

		read_fallback(option, arena_octets(arena, rest, length), arena, option_append(option, arena, settings));
		rest = comma ? comma + 2 : NULL;
	}
}

void option_clear(const struct option_row *option, struct arena *arena, void *settings)
{
	void *place = place_of(option, settings);

	if (option->list_max > 0) {
		*(struct list *)place = (struct list){0};
		read_fallback_list(option, arena, settings);
		return;
	}
	memset(place, 0, option_size(option));
	if (option->table)
		options_clear(option->table, arena, place);
	else if (option->fallback)
		read_fallback(option, option->fallback, arena, place);
}

void options_clear(const struct option_table *table, struct arena *arena, void *settings)
{
	memset(settings, 0, table->size);
	for (const struct option_row *option = table->options; option->name; option++)
		option_clear(option, arena, settings);
}

/* ---- comparing ---- */

static bool tables_equal(const struct option_table *table, const void *a, const void *b);

static bool values_equal(const struct option_row *option, const void *a, const void *b)
{
	const char *const *texts[2] = {a, b};

	if (option->table)
		return tables_equal(option->table, a, b);
	if (option->type >= OPTION_BOOLEAN)
		return memcmp(a, b, option_size(option)) == 0;
	return *texts[0] && *texts[1] ? strcmp(*texts[0], *texts[1]) == 0 : *texts[0] == *texts[1];
}

static bool options_equal(const struct option_row *option, const void *a, const void *b)
{
	const struct list *lists[2] = {place_of(option, a), place_of(option, b)};
	size_t size = option_size(option);

	if (option->list_max == 0)
		return values_equal(option, lists[0], lists[1]);
	if (lists[0]->count != lists[1]->count)
		return false;
	for (size_t i = 0; i < lists[0]->count; i++)
		if (!values_equal(option, (char *)lists[0]->items + i * size, (char *)lists[1]->items + i * size))
			return false;
	return true;
}

static bool tables_equal(const struct option_table *table, const void *a, const void *b)
{
	for (const struct option_row *option = table->options; option->name; option++)
		if (!options_equal(option, a, b))
			return false;
	return true;
}

void options_compare(const struct option_table *table, const void *a, const void *b,
                     void (*visit)(void *context, const struct option_row *option), void *context)
{
	for (const struct option_row *option = table->options; option->name; option++)
		if (!options_equal(option, a, b))
			visit(context, option);
}

/* ---- printing ---- */

/* Texts with their length, so that none can be taken for two. */
static void value_print(const struct option_row *option, const void *value, struct text *out)
{
	const char *const *string = value;

	if (option->table)
		options_print(option->table, value, out);
	else if (option->type == OPTION_BOOLEAN)
		text_print(out, " %d", *(const bool *)value);
	else if (option->type > OPTION_BOOLEAN)
		text_print(out, " %" PRId64, *(const int64_t *)value);
	else if (*string)
		text_print(out, " %zu:%s", strlen(*string), *string);
}

void options_print(const struct option_table *table, const void *settings, struct text *out)
{
	for (const struct option_row *option = table->options; option->name; option++) {
		const struct list *list = place_of(option, settings);

		text_print(out, "%s=(", option->name);
		if (option->list_max == 0)
			value_print(option, list, out);
		for (size_t i = 0; option->list_max > 0 && i < list->count; i++)
			value_print(option, (char *)list->items + i * option_size(option), out);
		text_append(out, ")");
	}
}

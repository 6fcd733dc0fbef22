/* Filters, in both languages: printing and parsing again gives the same print, and a reduced filter says what the whole
 * one says.  The first octets of the input, before a NUL if there is one, choose what is known. */
#include <assert.h>
#include <stdint.h>

#include "base/memory.h"
#include "model/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* What is known of a name depends on its first letter and on the input. */
struct world {
	const char *choices;
	bool later;
};

static const struct value values[] = {
	{.kind = VALUE_STRING, .string = "a"},
	{.kind = VALUE_STRING, .string = "CN=A, o=b"},
	{.kind = VALUE_NUMBER, .number = 1},
	{.kind = VALUE_STRING, .string = "20261121090000Z"},
	{.kind = VALUE_BOOLEAN, .boolean = true},
	{.kind = VALUE_NULL},
	{.kind = VALUE_OBJECT},
};
#define VALUES (sizeof(values) / sizeof(values[0]))

static enum known choose(const struct world *world, const char *name, struct value_list *list)
{
	size_t count = strlen(world->choices);
	unsigned char choice = count > 0 ? (unsigned char)world->choices[(unsigned char)name[0] % count] : 0;

	*list = (struct value_list){choice / 4 % (VALUES + 1), values};
	return (enum known)(choice % 3);
}

static enum known world_values(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	const struct world *world = context;

	if (world->later && (space == SPACE_RESOURCE || space == SPACE_ENTRY))
		return KNOWN_LATER;
	return choose(world, name, list);
}

static enum known world_reference(void *context, enum filter_reference reference, const char *name,
                                  struct value_list *list)
{
	return choose(context, reference == REFERENCE_NOW ? "n" : name, list);
}

static void check_reduction(const struct filter *filter, struct world *world, struct arena *arena)
{
	const struct filter_source source = {world, world_values, world_reference};
	const struct filter *rest;
	enum truth reduced, whole;

	world->later = true;
	reduced = filter_reduce(filter, &source, arena, &rest);
	world->later = false;
	whole = filter_evaluate(filter, &source, NULL);
	assert((rest ? filter_evaluate(rest, &source, NULL) : reduced) == whole);
	if (rest)
		assert((filter_evaluate(filter_settle(rest, arena), &source, NULL) == TRUTH_TRUE) ==
		       (whole == TRUTH_TRUE));
}

static void check(const char *text, enum filter_language language, struct world *world, struct arena *arena)
{
	const struct filter *filter, *again;
	struct error why = {""};
	struct text once, twice;

	if (filter_parse(text, language, arena, &filter, &why) != 0) {
		assert(why.text[0] != '\0');
		return;
	}
	text_init(&once, (size_t)4 * FILTER_LENGTH_MAX);
	text_init(&twice, once.maximum);
	filter_print(filter, &once);
	if (once.length <= FILTER_LENGTH_MAX) {
		assert(filter_parse(text_string(&once), language, arena, &again, &why) == 0);
		filter_print(again, &twice);
		assert(strcmp(text_string(&once), text_string(&twice)) == 0);
	}
	check_reduction(filter, world, arena);
	text_release(&once);
	text_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	char *input = memory_octets(octets, length);
	size_t first = strlen(input);
	const char *text = first < length ? input + first + 1 : input;
	struct world world = {.choices = first < length ? input : "\1\6\2\12"};
	struct arena *arena = arena_new();

	check(text, FILTER_OF_REQUEST, &world, arena);
	check(text, FILTER_OF_ENTRY, &world, arena);
	arena_free(arena);
	free(input);
	return 0;
}

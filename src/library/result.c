#include "library/result.h"

#include <errno.h>
#include <string.h>

#include "json/json_value.h"

#define HEADER_SIZE 16 /* of struct result_header, with the alignment of whatever follows */

struct result_header {
	_Alignas(HEADER_SIZE) struct arena *arena;
};
_Static_assert(sizeof(struct result_header) == HEADER_SIZE, "what follows is aligned");

int result_begin(const struct text *json, struct result *result, struct error *why)
{
	*result = (struct result){.arena = arena_new()};
	result->json = arena_octets(result->arena, text_string(json), json->length);
	if (json_value_parse(result->json, json->length, result->arena, &result->root, why))
		return result_refuse(result, "JSON", why);
	if (result->root->kind != VALUE_OBJECT)
		return result_refuse(result, "a JSON object", why);
	return 0;
}

void *result_alloc(const struct result *result, size_t size)
{
	/* A size that is a multiple of the header's is what the arena aligns for it. */
	size_t whole = (size + HEADER_SIZE - 1) / HEADER_SIZE * HEADER_SIZE;
	struct result_header *header = arena_alloc(result->arena, sizeof(*header) + whole);

	header->arena = result->arena;
	return header + 1;
}

int result_refuse(struct result *result, const char *what, struct error *why)
{
	arena_free(result->arena);
	return error_set(why, -EPROTO, "the answer is not %s: is this a dirgate gateway, and not an older one?", what);
}

void result_free(void *result)
{
	if (result)
		arena_free(((struct result_header *)result - 1)->arena);
}

/* ---- members ---- */

const char *result_string(const struct value *object, const char *name)
{
	const struct value *value = json_value_member(object, name);

	return value && value->kind == VALUE_STRING ? value->string : NULL;
}

const char *result_text(const struct value *object, const char *name)
{
	const char *string = result_string(object, name);

	return string ? string : "";
}

const char *result_dn(const struct value *object, const char *name)
{
	return result_string(json_value_member(object, name), "dn");
}

size_t result_items(const struct value *object, const char *name, const struct value **items)
{
	const struct value *value = json_value_member(object, name);

	if (!value || value->kind != VALUE_ARRAY)
		return 0;
	*items = value->items;
	return value->count;
}

size_t result_strings(const struct result *result, const struct value *object, const char *name,
                      const char *const **strings)
{
	const struct value *items = NULL;
	size_t count = result_items(object, name, &items), filled = 0;
	const char **list = arena_array(result->arena, count, sizeof(*list));

	for (size_t i = 0; i < count; i++)
		if (items[i].kind == VALUE_STRING)
			list[filled++] = items[i].string;
	*strings = list;
	return filled;
}

enum reason result_reason(const char *code)
{
	for (enum reason reason = 0; reason < REASON_COUNT; reason++)
		if (strcmp(reason_code(reason), code) == 0)
			return reason;
	return REASON_COUNT;
}

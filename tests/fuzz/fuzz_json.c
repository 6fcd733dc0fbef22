/* JSON from anywhere, beside Jansson: both take the same texts, and read the same values in them. */
#include <assert.h>
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "json/json_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const json_t *json, const struct value *value)
{
	const struct member *members = value->members;

	switch (value->kind) {
	case VALUE_NULL:
		assert(json_is_null(json));
		break;
	case VALUE_BOOLEAN:
		assert(value->boolean ? json_is_true(json) : json_is_false(json));
		break;
	case VALUE_NUMBER:
		assert(json_is_integer(json) ? value->number == (long double)json_integer_value(json)
		                             : value->number == (long double)json_real_value(json));
		break;
	case VALUE_STRING:
		assert(strlen(value->string) == json_string_length(json));
		assert(strcmp(value->string, json_string_value(json)) == 0);
		break;
	case VALUE_ARRAY:
		assert(json_array_size(json) == value->count);
		for (size_t i = 0; i < value->count; i++)
			check(json_array_get(json, i), &value->items[i]);
		break;
	case VALUE_OBJECT:
		assert(json_object_size(json) == value->count);
		for (size_t i = 0; i < value->count; i++)
			check(json_object_get(json, members[i].name), &members[i].value);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const struct value *value;
	struct error why = {""};
	int failed = json_value_parse((const char *)data, size, arena, &value, &why);
	json_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

	assert(failed == (why.text[0] != '\0'));
	if (!failed) {
		assert(json != NULL);
		check(json, value);
	} else {
		/* Jansson nests deeper, and passes over a NUL that follows a number. */
		assert(json == NULL || strstr(why.text, "nested") || memchr(data, '\0', size));
	}
	json_decref(json);
	arena_free(arena);
	return 0;
}

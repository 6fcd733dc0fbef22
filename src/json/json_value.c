#include "json/json_value.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static int json_refuse(struct error *why, const char *what)
{
	error_set(why, -EINVAL, "%s", what);
	return 1;
}

static int json_convert(json_t *json, unsigned depth, struct arena *arena, struct value *value, struct error *why);

static int json_convert_array(json_t *json, unsigned depth, struct arena *arena, struct value *value,
                              struct error *why)
{
	size_t count = json_array_size(json);
	struct value *items = arena_array(arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++)
		if (json_convert(json_array_get(json, i), depth, arena, &items[i], why))
			return 1;
	value->kind = VALUE_ARRAY;
	value->count = count;
	value->items = items;
	return 0;
}

static int json_convert_object(json_t *json, unsigned depth, struct arena *arena, struct value *value,
                               struct error *why)
{
	struct member *members = arena_array(arena, json_object_size(json), sizeof(*members));
	size_t count = 0;
	const char *name;
	json_t *item;

	json_object_foreach(json, name, item) {
		members[count].name = arena_string(arena, name);
		if (json_convert(item, depth, arena, &members[count].value, why))
			return 1;
		count++;
	}
	value->kind = VALUE_OBJECT;
	value->count = count;
	value->members = members;
	return 0;
}

static int json_convert(json_t *json, unsigned depth, struct arena *arena, struct value *value, struct error *why)
{
	if ((json_is_array(json) || json_is_object(json)) && ++depth > JSON_DEPTH_MAX)
		return json_refuse(why, "the JSON text is nested too deeply");
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return json_convert_object(json, depth, arena, value, why);
	case JSON_ARRAY:
		return json_convert_array(json, depth, arena, value, why);
	case JSON_STRING:
		value->kind = VALUE_STRING;
		value->string = arena_octets(arena, json_string_value(json), json_string_length(json));
		return 0;
	case JSON_INTEGER:
		value->kind = VALUE_NUMBER;
		value->number = (long double)json_integer_value(json);
		return 0;
	case JSON_REAL:
		value->kind = VALUE_NUMBER;
		value->number = (long double)json_real_value(json);
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		value->kind = VALUE_BOOLEAN;
		value->boolean = json_is_true(json);
		return 0;
	case JSON_NULL:
		break;
	}
	value->kind = VALUE_NULL;
	return 0;
}

int json_value_parse(const char *octets, size_t length, struct arena *arena, const struct value **value,
                     struct error *why)
{
	struct value *root = arena_alloc(arena, sizeof(*root));
	json_error_t error;
	json_t *json;
	int outcome;

	if (memchr(octets, '\0', length)) /* Jansson 2.14 passes over one that follows a number */
		return json_refuse(why, "a NUL in the JSON text");
	json = json_loadb(octets, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!json) {
		error_set(why, -EINVAL, "no JSON text: line %d, column %d: %s", error.line, error.column, error.text);
		return 1;
	}
	outcome = json_convert(json, 0, arena, root, why);
	json_decref(json);
	*value = root;
	return outcome;
}

const struct value *json_value_member(const struct value *object, const char *name)
{
	if (!object || object->kind != VALUE_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->count; i++)
		if (strcmp(object->members[i].name, name) == 0)
			return object->members[i].value.kind == VALUE_NULL ? NULL : &object->members[i].value;
	return NULL;
}

static void write_items(struct json_writer *writer, const char *name, const struct value *value)
{
	json_write_array(writer, name);
	for (size_t i = 0; i < value->count; i++)
		json_value_write(writer, NULL, &value->items[i]);
	json_write_end(writer);
}

static void write_members(struct json_writer *writer, const char *name, const struct value *value)
{
	json_write_object(writer, name);
	for (size_t i = 0; i < value->count; i++)
		json_value_write(writer, value->members[i].name, &value->members[i].value);
	json_write_end(writer);
}

void json_value_write(struct json_writer *writer, const char *name, const struct value *value)
{
	char room[VALUE_TEXT_MAX];

	switch (value->kind) {
	case VALUE_NULL:
		json_write_null(writer, name);
		break;
	case VALUE_BOOLEAN:
		json_write_boolean(writer, name, value->boolean);
		break;
	case VALUE_NUMBER:
		json_write_literal(writer, name, value_text(value, room));
		break;
	case VALUE_STRING:
		json_write_string(writer, name, value->string);
		break;
	case VALUE_ARRAY:
		write_items(writer, name, value);
		break;
	case VALUE_OBJECT:
		write_members(writer, name, value);
		break;
	}
}

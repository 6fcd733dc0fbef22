#include "json/json_value.h"

#include <string.h>

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

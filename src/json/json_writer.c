#include "json/json_writer.h"

#include <assert.h>
#include <inttypes.h>

#include "base/utf8.h"

static void write_escape(struct text *out, char character)
{
	switch (character) {
	case '"':
		text_append(out, "\\\"");
		break;
	case '\\':
		text_append(out, "\\\\");
		break;
	case '\n':
		text_append(out, "\\n");
		break;
	case '\t':
		text_append(out, "\\t");
		break;
	default:
		text_print(out, "\\u%04x", (unsigned)character);
	}
}

static void write_quoted(struct text *out, const char *string)
{
	const char *from = string, *at = string;

	text_append_char(out, '"');
	while (*at != '\0') {
		size_t length = utf8_length(at);

		if (length > 1 || (length == 1 && *at >= 0x20 && *at != '"' && *at != '\\')) {
			at += length;
			continue;
		}
		text_append_octets(out, from, (size_t)(at - from));
		if (length == 0)
			text_append(out, "\xef\xbf\xbd"); /* U+FFFD */
		else
			write_escape(out, *at);
		from = ++at;
	}
	text_append_octets(out, from, (size_t)(at - from));
	text_append_char(out, '"');
}

/* The comma before, and the name. */
static void write_begin(struct json_writer *writer, const char *name)
{
	uint64_t bit = UINT64_C(1) << writer->depth;

	assert(writer->depth == 0 || !(writer->arrays & bit) == (name != NULL));
	if (writer->occupied & bit)
		text_append_char(writer->out, ',');
	writer->occupied |= bit;
	if (name) {
		write_quoted(writer->out, name);
		text_append_char(writer->out, ':');
	}
}

static void write_open(struct json_writer *writer, const char *name, bool array)
{
	uint64_t bit;

	write_begin(writer, name);
	assert(writer->depth + 1 < JSON_WRITER_DEPTH_MAX);
	bit = UINT64_C(1) << ++writer->depth;
	writer->occupied &= ~bit;
	writer->arrays = array ? writer->arrays | bit : writer->arrays & ~bit;
	text_append_char(writer->out, array ? '[' : '{');
}

void json_write_object(struct json_writer *writer, const char *name)
{
	write_open(writer, name, false);
}

void json_write_array(struct json_writer *writer, const char *name)
{
	write_open(writer, name, true);
}

void json_write_end(struct json_writer *writer)
{
	assert(writer->depth > 0);
	text_append_char(writer->out, writer->arrays & (UINT64_C(1) << writer->depth) ? ']' : '}');
	writer->depth--;
}

void json_write_string(struct json_writer *writer, const char *name, const char *string)
{
	write_begin(writer, name);
	write_quoted(writer->out, string);
}

void json_write_optional(struct json_writer *writer, const char *name, const char *string)
{
	if (string)
		json_write_string(writer, name, string);
}

void json_write_number(struct json_writer *writer, const char *name, int64_t number)
{
	write_begin(writer, name);
	text_print(writer->out, "%" PRId64, number);
}

void json_write_literal(struct json_writer *writer, const char *name, const char *literal)
{
	write_begin(writer, name);
	text_append(writer->out, literal);
}

void json_write_members(struct json_writer *writer, const struct text *object)
{
	uint64_t bit = UINT64_C(1) << writer->depth;

	writer->out->overflowed |= object->overflowed;
	if (object->overflowed || object->length <= 2) /* {} */
		return;
	if (writer->occupied & bit)
		text_append_char(writer->out, ',');
	writer->occupied |= bit;
	text_append_octets(writer->out, text_string(object) + 1, object->length - 2);
}

void json_write_null(struct json_writer *writer, const char *name)
{
	json_write_literal(writer, name, "null");
}

void json_write_boolean(struct json_writer *writer, const char *name, bool boolean)
{
	json_write_literal(writer, name, boolean ? "true" : "false");
}

void json_write_instant(struct json_writer *writer, const char *name, instant at)
{
	char text[40];

	clock_format_rfc3339(at, text);
	json_write_string(writer, name, text);
}

void json_write_strings(struct json_writer *writer, const char *name, const char *const *strings, uint32_t count)
{
	json_write_array(writer, name);
	for (uint32_t i = 0; i < count; i++)
		json_write_string(writer, NULL, strings[i]);
	json_write_end(writer);
}

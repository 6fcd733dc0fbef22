#include "directory/ldif/ldif.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/follower/record_time.h"
#include "directory/ldif/ldif_input.h"
#include "model/name.h"

#define SHOWN_MAX 60 /* octets of a broken line in a message */

struct ldif_reader {
	struct ldif_input input;
	char *name;
	bool begun;              /* past the place where "version: 1" may stand */
	bool ended;
	struct ldif_line *lines; /* of the record being read */
	size_t count, capacity;
	size_t size;             /* octets of the record so far */
};

static struct ldif_reader *reader_new(const char *name)
{
	struct ldif_reader *reader = memory_alloc(sizeof(*reader));

	reader->name = memory_string(name);
	return reader;
}

struct ldif_reader *ldif_open_file(const char *path, struct error *why)
{
	struct ldif_reader *reader = reader_new(path);

	if (ldif_input_open(&reader->input, path, why) < 0) {
		ldif_close(reader);
		return NULL;
	}
	return reader;
}

struct ldif_reader *ldif_open_memory(const char *name, const char *octets, size_t length)
{
	struct ldif_reader *reader = reader_new(name);

	ldif_input_memory(&reader->input, octets, length);
	return reader;
}

void ldif_close(struct ldif_reader *reader)
{
	if (!reader)
		return;
	ldif_input_close(&reader->input);
	free(reader->lines);
	free(reader->name);
	free(reader);
}

static int reader_next(struct ldif_reader *reader, struct error *why)
{
	int result = ldif_input_next(&reader->input, why);

	if (result < 0)
		return error_prefix(why, result, "%s:%zu: ", reader->name, reader->input.line_number);
	return result;
}

/* ---- one line ---- */

static int digit_of_base64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 section 4, with all of its padding and nothing between the digits.  Decodes into `out`, which has room for
 * three quarters of `length`.  False: it is none. */
static bool base64_decode(const char *text, size_t length, char *out, size_t *out_length)
{
	size_t padding = 0, n = 0;

	if (length % 4 != 0)
		return false;
	while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < length; i += 4) {
		uint32_t group = 0;
		size_t digits = i + 4 == length ? 4 - padding : 4;

		for (size_t k = 0; k < 4; k++) {
			int digit = k < digits ? digit_of_base64(text[i + k]) : 0;

			if (digit < 0)
				return false;
			group = group << 6 | (uint32_t)digit;
		}
		if ((digits < 4 && (group & 0xff) != 0) || (digits < 3 && (group & 0xffff) != 0))
			return false; /* bits that belong to no octet */
		for (size_t k = 0; k + 1 < digits; k++)
			out[n++] = (char)(unsigned char)(group >> (16 - 8 * k));
	}
	*out_length = n;
	return true;
}

/* RFC 2849 AttributeDescription; '_' is not in it, but in names of some servers. */
static bool name_is_sound(const char *name, size_t length)
{
	if (length == 0 || !isalnum((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.;", name[i]))
			return false;
	return true;
}

static int line_error(const struct ldif_reader *reader, struct error *why, const char *problem)
{
	const char *line = text_string(&reader->input.line);
	int shown = reader->input.line.length > SHOWN_MAX ? SHOWN_MAX : (int)reader->input.line.length;

	return error_set(why, -EINVAL, "%s:%zu: \"%.*s%s\": %s", reader->name, reader->input.line_number, shown, line,
	                 reader->input.line.length > SHOWN_MAX ? "..." : "", problem);
}

/* The value after "name:", decoded into the arena. */
static int line_value(const struct ldif_reader *reader, const char *value, size_t length, struct arena *arena,
                      struct ldif_line *line, struct error *why)
{
	bool base64 = length > 0 && value[0] == ':';

	if (length > 0 && value[0] == '<')
		return line_error(reader, why, "values from URLs are not read; put the value itself here, in base64 after \"::\"");
	if (base64)
		value++, length--;
	while (length > 0 && value[0] == ' ')
		value++, length--;
	if (!base64) {
		if (memchr(value, '\0', length) || memchr(value, '\r', length))
			return line_error(reader, why, "a control character (NUL or CR); write the value in base64 after \"::\"");
		line->value = arena_octets(arena, value, length);
		line->length = length;
		return 0;
	}
	char *decoded = arena_alloc(arena, length / 4 * 3 + 1);

	if (!base64_decode(value, length, decoded, &line->length))
		return line_error(reader, why, "not base64 after \"::\" (RFC 4648, padded with \"=\"); "
		                               "a value in plain text has one colon before it");
	line->value = decoded;
	return 0;
}

/* Takes the line apart that the input holds. */
static int line_parse(const struct ldif_reader *reader, struct arena *arena, struct ldif_line *line, struct error *why)
{
	const struct text *text = &reader->input.line;
	const char *colon = memchr(text->octets, ':', text->length);
	size_t name_length = colon ? (size_t)(colon - text->octets) : 0;

	line->number = reader->input.line_number;
	if (text->octets[0] == ' ')
		return line_error(reader, why, "a continuation (it begins with a space), but nothing stands before it; "
		                               "remove the space or the empty line above");
	if (text->length == 1 && text->octets[0] == '-') {
		line->name = "-";
		line->value = "";
		line->length = 0;
		return 0;
	}
	if (!colon)
		return line_error(reader, why, "no colon; write \"attribute: value\", or begin the line with a space if it goes on "
		                               "from the one above");
	if (!name_is_sound(text->octets, name_length))
		return line_error(reader, why, "what stands before the colon is no name of an attribute");
	line->name = arena_octets(arena, text->octets, name_length);
	return line_value(reader, colon + 1, text->length - name_length - 1, arena, line, why);
}

/* ---- one record ---- */

/* Goes to the first line of the next record; "version: 1" is taken on the way. */
static int record_find(struct ldif_reader *reader, struct error *why)
{
	const struct text *text = &reader->input.line;
	int result;

	while ((result = reader_next(reader, why)) == 0) {
		if (text->length == 0 || text->octets[0] == '#')
			continue;
		if (reader->begun || text->length < 8 || strncasecmp(text->octets, "version:", 8) != 0)
			break;
		reader->begun = true;
		if (strspn(text->octets + 8, " ") + 9 != text->length || text->octets[text->length - 1] != '1')
			return line_error(reader, why, "only version 1 of LDIF (RFC 2849) is known; write \"version: 1\"");
	}
	reader->begun = true;
	return result;
}

static int record_begin(struct ldif_reader *reader, struct arena *arena, struct ldif_record *record, struct error *why)
{
	struct ldif_line line;
	int result = line_parse(reader, arena, &line, why);

	if (result < 0)
		return result;
	if (!keyword_equal(line.name, "dn"))
		return line_error(reader, why, "an entry begins with its name; write \"dn: ...\" above, or remove the empty line "
		                               "if this belongs to the entry before it");
	if (line.length == 0)
		return line_error(reader, why, "an entry needs a name; the root of the server (an empty one) cannot be loaded");
	if (memchr(line.value, '\0', line.length))
		return line_error(reader, why, "a NUL in a name");
	*record = (struct ldif_record){.file = reader->name, .number = line.number, .dn = line.value};
	reader->count = 0;
	reader->size = reader->input.line.length;
	return 0;
}

static int record_add(struct ldif_reader *reader, struct arena *arena, struct error *why)
{
	if (reader->count == LDIF_LINES_MAX)
		return line_error(reader, why, "too many lines in one entry");
	reader->size += reader->input.line.length;
	if (reader->size > LDIF_RECORD_MAX)
		return line_error(reader, why, "too many octets in one entry");
	if (reader->count == reader->capacity) {
		reader->capacity = reader->capacity > 0 ? reader->capacity * 2 : 32;
		reader->lines = memory_resize(reader->lines, reader->capacity, sizeof(*reader->lines));
	}
	return line_parse(reader, arena, &reader->lines[reader->count++], why);
}

/* The lines below the DN, up to an empty one. */
static int record_body(struct ldif_reader *reader, struct arena *arena, struct ldif_record *record, struct error *why)
{
	int result;

	while ((result = reader_next(reader, why)) == 0 && reader->input.line.length > 0)
		if (reader->input.line.octets[0] != '#' && (result = record_add(reader, arena, why)) < 0)
			break;
	if (result < 0)
		return result;
	if (reader->count == 0)
		return error_set(why, -EINVAL, "%s:%zu: nothing follows the name \"%s\"; an entry has at least an objectClass",
		                 reader->name, record->number, record->dn);
	record->count = reader->count;
	record->lines = arena_array(arena, record->count, sizeof(*record->lines));
	memcpy(record->lines, reader->lines, record->count * sizeof(*record->lines));
	record->change = keyword_equal(record->lines[0].name, "changetype") || keyword_equal(record->lines[0].name, "control");
	return 0;
}

int ldif_next(struct ldif_reader *reader, struct arena *arena, struct ldif_record *record, struct error *why)
{
	int result = reader->ended ? LDIF_END : record_find(reader, why);

	if (result == 0)
		result = record_begin(reader, arena, record, why);
	if (result == 0)
		result = record_body(reader, arena, record, why);
	if (result != 0)
		reader->ended = true;
	return result;
}

/* ---- content ---- */

static int content_error(const struct ldif_record *record, const struct ldif_line *line, struct error *why,
                         const char *problem)
{
	return error_set(why, -EINVAL, "%s:%zu: \"%s\": %s", record->file, line->number, line->name, problem);
}

/* Which attribute of the list a line belongs to; `*count` when it is a new one.  `guess` is looked at first: the values
 * of a large group follow each other. */
static size_t attribute_place(const struct record_attribute *attributes, size_t count, size_t guess, const char *name)
{
	if (guess < count && keyword_equal(attributes[guess].name, name))
		return guess;
	for (size_t i = 0; i < count; i++)
		if (keyword_equal(attributes[i].name, name))
			return i;
	return count;
}

/* Names the attributes, counts their values, and notes in `places` which line belongs to which. */
static int content_count(const struct ldif_record *record, struct record_attribute *attributes, uint32_t *places,
                         struct record *entry, struct error *why)
{
	size_t place = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct ldif_line *line = &record->lines[i];

		if (line->name[0] == '-')
			return content_error(record, line, why, "separates changes, but this is an entry; remove the line");
		if (keyword_equal(line->name, "changetype"))
			return content_error(record, line, why, "changes are not read here, only entries; load what they lead to");
		if (keyword_equal(line->name, "dn"))
			return content_error(record, line, why, "a second name; put an empty line before each entry");
		place = attribute_place(attributes, entry->count, place, line->name);
		if (place == LDIF_NAMES_MAX)
			return content_error(record, line, why, "too many different attributes in one entry");
		if (place == entry->count)
			attributes[entry->count++].name = line->name;
		attributes[place].count++;
		places[i] = (uint32_t)place;
	}
	return 0;
}

int ldif_entry(const struct ldif_record *record, struct arena *arena, struct record *entry, struct error *why)
{
	size_t names = record->count < LDIF_NAMES_MAX ? record->count : LDIF_NAMES_MAX;
	struct record_attribute *attributes = arena_array(arena, names, sizeof(*attributes));
	struct record_value *values = arena_array(arena, record->count, sizeof(*values));
	uint32_t *places = arena_array(arena, record->count, sizeof(*places));
	int result;

	*entry = (struct record){.dn = record->dn, .dn_length = strlen(record->dn), .attributes = attributes};
	if (record->change)
		return content_error(record, &record->lines[0], why, "changes are not read here, only entries; load what they "
		                                                     "lead to");
	if ((result = content_count(record, attributes, places, entry, why)) < 0)
		return result;
	for (size_t i = 0; i < entry->count; i++) {
		attributes[i].values = values;
		values += attributes[i].count;
		attributes[i].count = 0;
	}
	for (size_t i = 0; i < record->count; i++) {
		struct record_attribute *attribute = &attributes[places[i]];
		struct record_value *value = (struct record_value *)attribute->values + attribute->count++;

		value->octets = record->lines[i].value;
		value->length = record->lines[i].length;
	}
	record_note_changed(entry);
	return 0;
}

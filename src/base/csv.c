#include "base/csv.h"

#include <string.h>

static bool is_formula(const char *cell)
{
	char first = cell[strspn(cell, " ")];

	return first != '\0' && strchr("=+-@\t\r\n", first) != NULL;
}

/* RFC 4180 section 2, rules 5 to 7. */
static bool needs_quotes(const char *cell)
{
	return cell[strcspn(cell, ",\"\r\n")] != '\0' || cell[0] == ' ' || (cell[0] != '\0' && cell[strlen(cell) - 1] == ' ');
}

void csv_write(struct csv_writer *writer, const char *cell)
{
	const char *text = cell ? cell : "";
	bool quoted = needs_quotes(text);

	if (writer->occupied)
		text_append_char(writer->out, ',');
	writer->occupied = true;
	text_append(writer->out, quoted ? "\"" : "");
	text_append(writer->out, is_formula(text) ? "'" : "");
	for (size_t part; *text != '\0'; text += part) {
		part = strcspn(text, "\"");
		if (part == 0)
			text_append_char(writer->out, '"'); /* doubled */
		part += part == 0;
		text_append_octets(writer->out, text, part);
	}
	text_append(writer->out, quoted ? "\"" : "");
}

void csv_write_row(struct csv_writer *writer, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		csv_write(writer, cells[i]);
	csv_write_end(writer);
}

void csv_write_end(struct csv_writer *writer)
{
	text_append(writer->out, "\r\n");
	writer->occupied = false;
}

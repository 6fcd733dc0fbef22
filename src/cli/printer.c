#include "cli/printer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"

#define GAP       2       /* columns between two of a table */
#define CELL_MIN  12      /* a column is not cut below that */

static const char *const style_codes[STYLE_COUNT] = {
	[STYLE_BOLD] = "\033[1m",  [STYLE_DIM] = "\033[2m",    [STYLE_GOOD] = "\033[32m",
	[STYLE_BAD] = "\033[31m",  [STYLE_DOUBT] = "\033[33m",
};

void printer_init(struct printer *printer, FILE *file)
{
	const char *no_colour = getenv("NO_COLOR");
	struct winsize size = {0};

	*printer = (struct printer){.file = file};
	if (!isatty(fileno(file)))
		return;
	printer->colour = !no_colour || no_colour[0] == '\0';
	if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0)
		printer->width = size.ws_col;
}

bool printer_broken(struct printer *printer)
{
	return fflush(printer->file) != 0 || ferror(printer->file);
}

void printer_write(struct printer *printer, const char *text)
{
	fputs(text, printer->file);
}

void printer_write_line(struct printer *printer, const char *text)
{
	printer_write(printer, text);
	printer_write(printer, "\n");
}

/* Octets of the character at `text` that may be shown; 0: it must not be.  C1 controls are U+0080 to U+009F. */
static size_t shown_length(const char *text)
{
	size_t length = utf8_length(text);
	const unsigned char *octets = (const unsigned char *)text;

	if ((length == 1 && (octets[0] < 0x20 || octets[0] == 0x7f)) ||
	    (length == 2 && octets[0] == 0xc2 && octets[1] < 0xa0))
		return 0;
	return length;
}

/* Writes at most `columns` characters, the last one "…" if there are more. */
static void write_clean(FILE *file, const char *text, size_t columns, bool newlines)
{
	for (; *text != '\0' && columns > 0; columns--) {
		size_t length = *text == '\n' && newlines ? 1 : shown_length(text), step = length > 0 ? length : 1;

		if (columns == 1 && text[step] != '\0') {
			fputs("…", file);
			return;
		}
		if (length > 0)
			fwrite(text, 1, length, file);
		else
			fputc('?', file);
		text += step;
	}
}

static void write_styled(struct printer *printer, enum style style, const char *text, size_t columns, bool newlines)
{
	bool styled = printer->colour && style_codes[style] != NULL;

	if (styled)
		fputs(style_codes[style], printer->file);
	write_clean(printer->file, text, columns, newlines);
	if (styled)
		fputs("\033[0m", printer->file);
}

void printer_print(struct printer *printer, enum style style, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	assert(length >= 0); /* it fails only without memory */
	write_styled(printer, style, text, SIZE_MAX, true);
	free(text);
}

/* ---- tables ---- */

void table_init(struct table *table, size_t column_count)
{
	assert(column_count <= TABLE_COLUMNS_MAX);
	*table = (struct table){.column_count = column_count};
}

void table_add(struct table *table, enum style style, const char *text)
{
	if (table->cell_count == table->capacity) {
		table->capacity = table->capacity ? 2 * table->capacity : 64;
		table->cells = memory_resize(table->cells, table->capacity, sizeof(*table->cells));
	}
	table->cells[table->cell_count++] = (struct table_cell){memory_string(text ? text : ""), style};
}

static size_t columns_of(const char *text)
{
	size_t columns = 0;

	for (; *text != '\0'; columns++) {
		size_t length = shown_length(text);

		text += length > 0 ? length : 1;
	}
	return columns;
}

/* The widths of columns; 0: all of its cells but the title are empty. */
static void measure(const struct table *table, size_t widths[TABLE_COLUMNS_MAX])
{
	memset(widths, 0, TABLE_COLUMNS_MAX * sizeof(*widths));
	for (size_t i = table->column_count; i < table->cell_count; i++) {
		size_t columns = columns_of(table->cells[i].text), *width = &widths[i % table->column_count];

		*width = columns > *width ? columns : *width;
	}
	for (size_t i = 0; i < table->column_count && i < table->cell_count; i++) {
		size_t columns = columns_of(table->cells[i].text);

		widths[i] = widths[i] > 0 && columns > widths[i] ? columns : widths[i];
	}
}

/* Takes columns from the widest ones until the line fits. */
static void shrink(size_t widths[TABLE_COLUMNS_MAX], size_t most)
{
	size_t total = 0, widest = 0;

	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
		total += widths[i] > 0 ? widths[i] + GAP : 0;
	for (; total > most + GAP; total--) {
		for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
			widest = widths[i] > widths[widest] ? i : widest;
		if (widths[widest] <= CELL_MIN)
			return;
		widths[widest]--;
	}
}

static void print_row(const struct table *table, const struct table_cell *cells, const size_t *widths,
                      struct printer *printer)
{
	size_t pending = 0; /* spaces that are due before the next cell with text */

	for (size_t i = 0; i < table->column_count; i++) {
		size_t columns = columns_of(cells[i].text);

		if (widths[i] == 0)
			continue;
		columns = columns > widths[i] ? widths[i] : columns;
		if (columns > 0) {
			fprintf(printer->file, "%*s", (int)pending, "");
			write_styled(printer, cells[i].style, cells[i].text, columns, false);
			pending = 0;
		}
		pending += widths[i] - columns + GAP;
	}
	fputc('\n', printer->file);
}

void table_print(struct table *table, struct printer *printer)
{
	size_t widths[TABLE_COLUMNS_MAX];

	measure(table, widths);
	if (printer->width > 0)
		shrink(widths, printer->width);
	for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count)
		print_row(table, &table->cells[i], widths, printer);
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	table_init(table, table->column_count);
}

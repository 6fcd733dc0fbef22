/* Printing for people: colours on a terminal, tables whose columns fit.  Texts from a directory may hold anything:
 * control characters, and octets that are no UTF-8, come out as '?'. */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum style { STYLE_PLAIN = 0, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_DOUBT, STYLE_COUNT };

struct printer {
	FILE *file;
	bool colour;
	size_t width; /* columns; 0: as many as it takes */
};

/* On a terminal: its width, and colours unless NO_COLOR is set in the environment (https://no-color.org). */
void printer_init(struct printer *printer, FILE *file);
bool printer_broken(struct printer *printer); /* something could not be written */

void printer_print(struct printer *printer, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4))); /* newlines are kept */
void printer_write(struct printer *printer, const char *text); /* as it is */
void printer_write_line(struct printer *printer, const char *text);

/* ---- tables ---- */

#define TABLE_COLUMNS_MAX 64

struct table {
	size_t column_count, cell_count, capacity;
	struct table_cell { char *text; enum style style; } *cells; /* row after row */
};

void table_init(struct table *table, size_t column_count);
void table_add(struct table *table, enum style style, const char *text); /* the next cell; copied, NULL is empty */
/* The first row is the titles.  Columns are as wide as their cells, those with nothing below the title are left out.
 * Where a terminal is too narrow the widest are cut, which shows.  Releases the table. */
void table_print(struct table *table, struct printer *printer);

#endif

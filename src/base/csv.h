/* Comma-separated values (RFC 4180), for spreadsheets. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/text.h"

/* Appends cells and ends of rows to a text; start with {.out = text}. */
struct csv_writer {
	struct text *out;
	bool occupied; /* the row has a cell already */
};

/* A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line break, spaces before it not
 * counted) gets an apostrophe in front, which makes it text there.  NULL is an empty cell. */
void csv_write(struct csv_writer *writer, const char *cell);
void csv_write_row(struct csv_writer *writer, const char *const *cells, size_t count); /* and its end */
void csv_write_end(struct csv_writer *writer); /* of the row */

#endif

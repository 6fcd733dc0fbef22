/* Lists in JSON as rows of texts: for people, and for spreadsheets.  Pure. */
#ifndef JSON_TABLE_H
#define JSON_TABLE_H

#include "base/csv.h"
#include "model/value.h"

#define TABLE_SHAPE_COLUMNS_MAX 16

struct table_shape {
	const char *rows[2]; /* members of the answer that hold rows: arrays, or objects by id; none: one row, the answer */
	struct table_column {
		const char *title;
		const char *path; /* of the member, steps separated by dots; in an array that of each item is meant */
	} columns[TABLE_SHAPE_COLUMNS_MAX + 1];
};

/* Calls `visit` for each row; `id` is the name of a row that is a member of an object by id, else NULL. */
struct table_visitor {
	void *context;
	void (*visit)(void *context, const char *id, const struct value *row);
};
void table_rows(const struct table_shape *shape, const struct value *answer, const struct table_visitor *visitor);

/* Appends what a row has at a path, in few words; `id` as above. */
void table_print_cell(const struct value *row, const char *id, const char *path, struct text *out);
/* The same of a whole value. */
void table_print_value(const struct value *value, struct text *out);

/* RFC 4180: the titles, and the rows of an answer.  A cell has at most TABLE_CELL_MAX octets; one that is longer makes the
 * output overflow. */
#define TABLE_CELL_MAX (1024u * 1024)
void table_write_titles(const struct table_shape *shape, struct csv_writer *csv);
void table_write_rows(const struct table_shape *shape, const struct value *answer, struct csv_writer *csv);

#endif

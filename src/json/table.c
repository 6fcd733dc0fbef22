#include "json/table.h"

#include <string.h>

#include "decide/reason.h"
#include "json/json_value.h"

/* ---- one cell ---- */

static const char *string_of(const struct value *object, const char *name)
{
	const struct value *value = json_value_member(object, name);

	return value && value->kind == VALUE_STRING ? value->string : NULL;
}

static const char *text_of(const struct value *object, const char *name)
{
	const char *string = string_of(object, name);

	return string ? string : "";
}

static void print_items(const struct value *array, const char *between, struct text *out)
{
	for (size_t i = 0; i < array->count; i++) {
		text_append(out, i > 0 ? between : "");
		table_print_value(&array->items[i], out);
	}
}

/* " via berlin > agents": the groups and the binding of a chain. */
static void print_path(const struct value *path, struct text *out)
{
	const struct value *groups = json_value_member(path, "groups"), *binding = json_value_member(path, "binding");

	if (!binding)
		return;
	text_append(out, " via ");
	if (groups && groups->kind == VALUE_ARRAY && groups->count > 0) {
		print_items(groups, " > ", out);
		text_append(out, " > ");
	}
	table_print_value(binding, out);
}

static void print_seats(const struct value *plan, struct text *out)
{
	const struct value *used = json_value_member(plan, "used"), *seats = json_value_member(plan, "seats");

	if (!used)
		return;
	text_append(out, " ");
	table_print_value(used, out);
	if (seats) {
		text_append(out, " of ");
		table_print_value(seats, out);
	}
}

/* An entry by its id, else its DN; what has a role or a plan, by that, with the rest that matters of it. */
static void print_object(const struct value *object, struct text *out)
{
	static const char *const names[] = {"role", "plan"};
	const char *id = text_of(object, "id"), *stop = string_of(object, "stop");
	const struct value *place = json_value_member(object, "place");

	text_append(out, id[0] != '\0' ? id : text_of(object, "dn"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && id[0] == '\0'; i++)
		if (json_value_member(object, names[i]))
			table_print_value(json_value_member(object, names[i]), out);
	if (place) {
		text_append(out, " in ");
		table_print_value(place, out);
	}
	if (id[0] == '\0')
		print_path(json_value_member(object, "path"), out);
	print_seats(object, out);
	if (stop && strcmp(stop, reason_code(REASON_GRANTED)) != 0)
		text_print(out, " (%s)", stop);
}

void table_print_value(const struct value *value, struct text *out)
{
	char room[VALUE_TEXT_MAX];
	const char *text;

	if (value->kind == VALUE_ARRAY)
		print_items(value, ", ", out);
	else if (value->kind == VALUE_OBJECT)
		print_object(value, out);
	else if (value->kind == VALUE_BOOLEAN)
		text_append(out, value->boolean ? "yes" : "no");
	else if ((text = value_text(value, room)))
		text_append(out, text);
}

/* ---- rows ---- */

static bool is_empty(const struct value *value)
{
	return value->kind == VALUE_NULL || (value->kind == VALUE_ARRAY && value->count == 0);
}

/* `occupied`: something was printed already. */
static void print_at(const struct value *value, const char *path, bool *occupied, struct text *out)
{
	size_t length = strcspn(path, ".");
	char step[32];

	if (!value || is_empty(value) || length >= sizeof(step))
		return;
	if (*path == '\0') {
		text_append(out, *occupied ? ", " : "");
		table_print_value(value, out);
		*occupied = true;
	} else if (value->kind == VALUE_ARRAY) {
		for (size_t i = 0; i < value->count; i++)
			print_at(&value->items[i], path, occupied, out);
	} else {
		memcpy(step, path, length);
		step[length] = '\0';
		print_at(json_value_member(value, step), path + length + (path[length] == '.'), occupied, out);
	}
}

void table_print_cell(const struct value *row, const char *id, const char *path, struct text *out)
{
	bool occupied = false;

	if (id && strcmp(path, "id") == 0)
		text_append(out, id);
	else
		print_at(row, path, &occupied, out);
}

void table_rows(const struct table_shape *shape, const struct value *answer, const struct table_visitor *visitor)
{
	if (!shape->rows[0])
		visitor->visit(visitor->context, NULL, answer);
	for (size_t i = 0; i < 2 && shape->rows[i]; i++) {
		const struct value *rows = json_value_member(answer, shape->rows[i]);

		for (size_t k = 0; rows && k < rows->count; k++)
			if (rows->kind == VALUE_ARRAY)
				visitor->visit(visitor->context, NULL, &rows->items[k]);
			else
				visitor->visit(visitor->context, rows->members[k].name, &rows->members[k].value);
	}
}

/* ---- CSV ---- */

struct csv_rows {
	const struct table_shape *shape;
	struct csv_writer *csv;
	struct text cell;
};

static void write_row(void *context, const char *id, const struct value *row)
{
	struct csv_rows *rows = context;

	for (const struct table_column *column = rows->shape->columns; column->title; column++) {
		text_reset(&rows->cell);
		table_print_cell(row, id, column->path, &rows->cell);
		rows->csv->out->overflowed |= rows->cell.overflowed;
		csv_write(rows->csv, text_string(&rows->cell));
	}
	csv_write_end(rows->csv);
}

void table_write_titles(const struct table_shape *shape, struct csv_writer *csv)
{
	for (const struct table_column *column = shape->columns; column->title; column++)
		csv_write(csv, column->title);
	csv_write_end(csv);
}

void table_write_rows(const struct table_shape *shape, const struct value *answer, struct csv_writer *csv)
{
	struct csv_rows rows = {.shape = shape, .csv = csv};

	text_init(&rows.cell, TABLE_CELL_MAX);
	table_rows(shape, answer, &(struct table_visitor){&rows, write_row});
	text_release(&rows.cell);
}

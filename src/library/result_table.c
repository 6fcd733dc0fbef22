/* Tables, as the texts that people read. */
#include <string.h>

#include "json/json_value.h"
#include "json/problem_details.h"
#include "library/result.h"
#include "library/topics.h"

#define CELL_MAX (1024u * 1024) /* octets; a longer one says that it is one */

/* ---- one cell ---- */

static void print_value(const struct value *value, struct text *out);

static void print_items(const struct value *array, const char *between, struct text *out)
{
	for (size_t i = 0; i < array->count; i++) {
		text_append(out, i > 0 ? between : "");
		print_value(&array->items[i], out);
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
	print_value(binding, out);
}

static void print_seats(const struct value *plan, struct text *out)
{
	const struct value *used = json_value_member(plan, "used"), *seats = json_value_member(plan, "seats");

	if (!used)
		return;
	text_append(out, " ");
	print_value(used, out);
	if (seats) {
		text_append(out, " of ");
		print_value(seats, out);
	}
}

/* An entry by its id, else its DN; what has a role or a plan, by that, with the rest that matters of it. */
static void print_object(const struct value *object, struct text *out)
{
	static const char *const names[] = {"role", "plan"};
	const char *id = result_text(object, "id"), *stop = result_string(object, "stop");
	const struct value *place = json_value_member(object, "place");

	text_append(out, id[0] != '\0' ? id : result_text(object, "dn"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && id[0] == '\0'; i++)
		if (json_value_member(object, names[i]))
			print_value(json_value_member(object, names[i]), out);
	if (place) {
		text_append(out, " in ");
		print_value(place, out);
	}
	if (id[0] == '\0')
		print_path(json_value_member(object, "path"), out);
	print_seats(object, out);
	if (stop && strcmp(stop, reason_code(REASON_GRANTED)) != 0)
		text_print(out, " (%s)", stop);
}

static void print_value(const struct value *value, struct text *out)
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

static const struct value *follow(const struct value *object, const char *path)
{
	char step[32];

	while (object && *path != '\0') {
		size_t length = strcspn(path, ".");

		if (length >= sizeof(step))
			return NULL;
		memcpy(step, path, length);
		step[length] = '\0';
		object = json_value_member(object, step);
		path += length + (path[length] == '.');
	}
	return object;
}

/* ---- rows ---- */

struct table_builder {
	const struct result *result;
	const struct topic *topic;
	const struct value *roles; /* further columns of a matrix, or NULL */
	size_t fixed, columns, rows;
	const char **cells;
	struct text cell;
};

static void add_cell(struct table_builder *builder, size_t column, const struct value *value, const char *text)
{
	text_reset(&builder->cell);
	if (value)
		print_value(value, &builder->cell);
	else
		text_append(&builder->cell, text);
	builder->cells[builder->rows * builder->columns + column] =
		builder->cell.overflowed ? "(too long: see the JSON)"
	                             : arena_string(builder->result->arena, text_string(&builder->cell));
}

/* `id`: of a member of an object by id, else NULL. */
static void add_row(struct table_builder *builder, const char *id, const struct value *row)
{
	const struct value *cells = NULL;
	size_t count = result_items(row, "cells", &cells);

	for (size_t i = 0; i < builder->fixed; i++) {
		const char *path = builder->topic->columns[i].path;
		bool by_id = id && strcmp(path, "id") == 0;

		add_cell(builder, i, by_id ? NULL : follow(row, path), by_id ? id : "");
	}
	for (size_t i = builder->fixed; i < builder->columns; i++)
		add_cell(builder, i, i - builder->fixed < count ? &cells[i - builder->fixed] : NULL, "");
	builder->rows++;
}

static const struct value *rows_of(const struct table_builder *builder, size_t index)
{
	const char *name = builder->topic->rows[index];
	const struct value *rows = name ? json_value_member(builder->result->root, name) : NULL;

	return rows && (rows->kind == VALUE_ARRAY || rows->kind == VALUE_OBJECT) ? rows : NULL;
}

static void add_rows(struct table_builder *builder, const struct value *rows)
{
	for (size_t i = 0; rows && i < rows->count; i++)
		if (rows->kind == VALUE_ARRAY)
			add_row(builder, NULL, &rows->items[i]);
		else
			add_row(builder, rows->members[i].name, &rows->members[i].value);
}

static void build(struct table_builder *builder)
{
	const struct value *first = rows_of(builder, 0), *second = rows_of(builder, 1);
	size_t rows = builder->topic->rows[0] ? (first ? first->count : 0) + (second ? second->count : 0) : 1;

	builder->cells = arena_array(builder->result->arena, rows * builder->columns, sizeof(*builder->cells));
	text_init(&builder->cell, CELL_MAX);
	if (!builder->topic->rows[0])
		add_row(builder, NULL, builder->result->root);
	add_rows(builder, first);
	add_rows(builder, second);
	text_release(&builder->cell);
}

/* ---- the whole ---- */

static struct table_builder builder_of(const struct result *result, enum dirgate_topic topic)
{
	struct table_builder builder = {.result = result, .topic = &topics[topic]};
	const struct value *roles = json_value_member(result->root, "roles");

	while (builder.topic->columns[builder.fixed].title)
		builder.fixed++;
	if (topic == DIRGATE_MATRIX && roles && roles->kind == VALUE_ARRAY)
		builder.roles = roles;
	builder.columns = builder.fixed + (builder.roles ? builder.roles->count : 0);
	return builder;
}

static const char *const *titles_of(const struct table_builder *builder)
{
	const char **titles = arena_array(builder->result->arena, builder->columns, sizeof(*titles));

	for (size_t i = 0; i < builder->columns; i++)
		titles[i] = i < builder->fixed ? builder->topic->columns[i].title
		                               : result_text(&builder->roles->items[i - builder->fixed], "id");
	return titles;
}

/* An empty table is an answer, too: of somebody who is there and may do nothing at the moment. */
static enum dirgate_outcome outcome_of(const char *reason)
{
	return problem_details_status(result_reason(reason)) == 0 ? DIRGATE_ALLOW : result_outcome(reason);
}

int result_table(const struct text *json, enum dirgate_topic topic, struct dirgate_table **table, struct error *why)
{
	const char *first = topics[topic].rows[0] ? topics[topic].rows[0] : "id";
	const struct value *said; /* a search says in its context why it found nothing */
	struct table_builder builder;
	struct dirgate_table *made;
	struct result result;
	int outcome = result_begin(json, &result, why);

	if (outcome < 0)
		return outcome;
	if (!json_value_member(result.root, first) && !result_string(result.root, "reason"))
		return result_refuse(&result, "a table", why);
	made = result_alloc(&result, sizeof(*made));
	said = json_value_member(result.root, "context") ? json_value_member(result.root, "context") : result.root;
	*made = (struct dirgate_table){.reason = result_reason_of(said), .json = result.json};
	made->outcome = outcome_of(made->reason);
	made->meaning = reason_meaning(result_reason(made->reason));
	made->detail = result_string(said, "detail");
	made->single = !topics[topic].rows[0];
	builder = builder_of(&result, topic);
	made->column_count = builder.columns;
	made->columns = titles_of(&builder);
	if (made->outcome == DIRGATE_ALLOW)
		build(&builder);
	made->row_count = builder.rows;
	made->cells = builder.cells;
	*table = made;
	return 0;
}

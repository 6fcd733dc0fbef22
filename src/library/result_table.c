/* Tables, as the texts that people read. */
#include "json/json_value.h"
#include "json/problem_details.h"
#include "library/result.h"
#include "library/topics.h"

struct table_builder {
	const struct result *result;
	const struct topic *topic;
	const struct value *roles; /* further columns of a matrix, or NULL */
	size_t fixed, columns, rows;
	const char **cells;
	struct text cell;
};

/* ---- rows ---- */

static void count_row(void *context, const char *id, const struct value *row)
{
	size_t *count = context;

	(void)id;
	(void)row;
	++*count;
}

static void end_cell(struct table_builder *builder, size_t column)
{
	builder->cells[builder->rows * builder->columns + column] =
		builder->cell.overflowed ? "(too long: see the JSON)"
	                             : arena_string(builder->result->arena, text_string(&builder->cell));
	text_reset(&builder->cell);
}

static void add_row(void *context, const char *id, const struct value *row)
{
	struct table_builder *builder = context;
	const struct value *cells = NULL;
	size_t count = result_items(row, "cells", &cells);

	for (size_t i = 0; i < builder->fixed; i++) {
		table_print_cell(row, id, builder->topic->shape.columns[i].path, &builder->cell);
		end_cell(builder, i);
	}
	for (size_t i = builder->fixed; i < builder->columns; i++) {
		if (i - builder->fixed < count)
			table_print_value(&cells[i - builder->fixed], &builder->cell);
		end_cell(builder, i);
	}
	builder->rows++;
}

static void build(struct table_builder *builder)
{
	const struct table_shape *shape = &builder->topic->shape;
	const struct value *root = builder->result->root;
	size_t rows = 0;

	table_rows(shape, root, &(struct table_visitor){&rows, count_row});
	builder->cells = arena_array(builder->result->arena, rows * builder->columns, sizeof(*builder->cells));
	text_init(&builder->cell, TABLE_CELL_MAX);
	table_rows(shape, root, &(struct table_visitor){builder, add_row});
	text_release(&builder->cell);
}

/* ---- the whole ---- */

static struct table_builder builder_of(const struct result *result, enum dirgate_topic topic)
{
	struct table_builder builder = {.result = result, .topic = &topics[topic]};
	const struct value *roles = json_value_member(result->root, "roles");

	while (builder.topic->shape.columns[builder.fixed].title)
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
		titles[i] = i < builder->fixed ? builder->topic->shape.columns[i].title
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
	const char *first = topics[topic].shape.rows[0] ? topics[topic].shape.rows[0] : "id";
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
	made->single = !topics[topic].shape.rows[0];
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

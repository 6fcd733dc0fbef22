/* users, members, roles …: what the directory has, and who may do something, as tables. */
#include "cli/commands.h"

#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"

#define CSV_ROW_MAX (16u * 1024 * 1024) /* octets */

static const struct {
	const char *command;
	enum dirgate_topic all, of_one; /* of_one: with an argument */
} lists[] = {
	{"users", DIRGATE_USERS, DIRGATE_USERS},
	{"user", DIRGATE_USER, DIRGATE_USER},
	{"workspaces", DIRGATE_WORKSPACES, DIRGATE_USER_WORKSPACES},
	{"members", DIRGATE_MEMBERS, DIRGATE_MEMBERS},
	{"matrix", DIRGATE_MATRIX, DIRGATE_MATRIX},
	{"roles", DIRGATE_ROLES, DIRGATE_ROLES},
	{"restrictions", DIRGATE_RESTRICTIONS, DIRGATE_RESTRICTIONS},
	{"group", DIRGATE_GROUP, DIRGATE_GROUP},
	{"organization", DIRGATE_ORGANIZATION, DIRGATE_ORGANIZATION},
	{"claims", DIRGATE_USER_CLAIMS, DIRGATE_USER_CLAIMS},
};

static enum dirgate_topic topic_of(const struct command_line *line)
{
	size_t i = 0;

	while (strcmp(lists[i].command, line->command->name) != 0)
		i++;
	return line->question.subject ? lists[i].of_one : lists[i].all;
}

static enum style style_of(const char *cell)
{
	if (strcmp(cell, "yes") == 0)
		return STYLE_GOOD;
	if (strcmp(cell, "no") == 0)
		return STYLE_DIM;
	return strcmp(cell, "conditional") == 0 || strcmp(cell, "optional") == 0 ? STYLE_DOUBT : STYLE_PLAIN;
}

/* One thing: a line for each of its columns. */
static void print_single(const struct dirgate_table *table, struct printer *out)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->cells[i][0] != '\0') {
			printer_print(out, STYLE_BOLD, "%s: ", table->columns[i]);
			printer_print(out, STYLE_PLAIN, "%s\n", table->cells[i]);
		}
}

static void print_rows(const struct dirgate_table *table, struct printer *out)
{
	size_t cells = table->row_count * table->column_count;
	struct table shown;

	table_init(&shown, table->column_count);
	for (size_t i = 0; i < table->column_count; i++)
		table_add(&shown, STYLE_BOLD, table->columns[i]);
	for (size_t i = 0; i < cells; i++)
		table_add(&shown, style_of(table->cells[i]), table->cells[i]);
	table_print(&shown, out);
}

static void print_table(const struct dirgate_table *table, struct printer *out)
{
	if (table->row_count == 0)
		printer_write(out, "None.\n");
	else if (table->single)
		print_single(table, out);
	else
		print_rows(table, out);
}

static enum exit_status print_csv(const struct dirgate_table *table, struct printer *out, char **why)
{
	struct csv_writer csv = {.out = NULL};
	struct text row;
	bool whole = true;

	text_init(&row, CSV_ROW_MAX);
	csv.out = &row;
	for (size_t i = 0; i <= table->row_count && whole; i++) {
		text_reset(&row);
		for (size_t k = 0; k < table->column_count; k++)
			csv_write(&csv, i == 0 ? table->columns[k] : table->cells[(i - 1) * table->column_count + k]);
		csv_write_end(&csv);
		whole = !row.overflowed;
		if (whole)
			printer_write(out, text_string(&row));
	}
	text_release(&row);
	if (!whole)
		*why = memory_string("a row is longer than 16 MiB: the list ends before it");
	return whole ? STATUS_YES : STATUS_FAILURE;
}

static const enum exit_status statuses[] = {
	[DIRGATE_DENY] = STATUS_NO,
	[DIRGATE_ALLOW] = STATUS_YES,
	[DIRGATE_CANNOT_DECIDE] = STATUS_CANNOT_DECIDE,
};

static enum exit_status print_answer(const struct command_line *line, const struct dirgate_table *table,
                                     struct printer *out, char **why)
{
	if (line->json) {
		printer_write_line(out, table->json);
	} else if (table->outcome != DIRGATE_ALLOW) {
		printer_print(out, STYLE_BAD, "%s: %s\n", table->reason, table->detail ? table->detail : table->meaning);
	} else if (line->csv) {
		return print_csv(table, out, why);
	} else if (table->column_count > TABLE_COLUMNS_MAX) {
		*why = memory_string("the table has more columns than can be shown: ask with --json");
		return STATUS_FAILURE;
	} else {
		print_table(table, out);
	}
	return statuses[table->outcome];
}

static enum exit_status list(const struct command_line *line, struct dirgate *gate, enum dirgate_topic topic,
                             const struct dirgate_table_query *query, struct printer *out, char **why)
{
	struct dirgate_table *table;
	enum exit_status status;

	if (line->csv && line->json) {
		*why = memory_string("either --csv or --json");
		return STATUS_FAILURE;
	}
	table = dirgate_table(gate, topic, query, why);
	if (!table)
		return STATUS_FAILURE;
	status = print_answer(line, table, out, why);
	dirgate_table_free(table);
	return status;
}

enum exit_status command_list(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct dirgate_table_query query = line->query;

	query.name = line->question.subject;
	if (query.organization && query.name) {
		*why = memory_string("--organization goes without a user: she can enter what she can enter");
		return STATUS_FAILURE;
	}
	return list(line, gate, topic_of(line), &query, out, why);
}

enum exit_status command_who(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct dirgate_question question = line->question;
	const struct dirgate_table_query query = {.question = &question};

	question.action = question.subject; /* the one argument */
	question.subject = NULL;
	return list(line, gate, DIRGATE_SUBJECTS, &query, out, why);
}

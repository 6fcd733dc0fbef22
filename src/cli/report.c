/* report: the whole truth, row after row, for spreadsheets and for programs. */
#include "cli/commands.h"

#include <stdio.h>

#include "base/csv.h"
#include "base/memory.h"

#define ROW_MAX (4u * 1024 * 1024) /* octets */

struct writing {
	struct printer *out;
	bool json;
	size_t rows;
	struct text text;
	struct csv_writer csv;
};

static int write_csv(struct writing *writing, const char *const *cells, size_t count)
{
	text_reset(&writing->text);
	csv_write_row(&writing->csv, cells, count);
	printer_write(writing->out, text_string(&writing->text));
	return writing->text.overflowed ? 1 : 0;
}

static int write_titles(struct writing *writing)
{
	static const char *const titles[] = {"organization", "workspace", "person",     "person_dn", "permission", "state",
	                                     "detail",       "role",      "binding_dn", "groups",    "until"};

	return write_csv(writing, titles, sizeof(titles) / sizeof(titles[0]));
}

/* Ends the report when nobody takes the output any more. */
static int row_found(void *context, const struct dirgate_report_row *row)
{
	const char *const cells[] = {row->organization, row->workspace, row->person,     row->person_dn,
	                             row->permission,   row->state,     row->detail,     row->role,
	                             row->binding_dn,   row->groups,    row->until};
	struct writing *writing = context;
	int result = 0;

	if (writing->json) {
		printer_write(writing->out, writing->rows > 0 ? "," : "[");
		printer_write(writing->out, row->json);
	} else {
		result = writing->rows == 0 ? write_titles(writing) : 0;
		result |= write_csv(writing, cells, sizeof(cells) / sizeof(cells[0]));
	}
	writing->rows++;
	return ferror(writing->out->file) ? 1 : result;
}

enum exit_status command_report(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct writing writing = {.out = out, .json = line->json};
	int result;

	if (line->csv && line->json) {
		*why = memory_string("either --csv or --json");
		return STATUS_FAILURE;
	}
	text_init(&writing.text, ROW_MAX);
	writing.csv.out = &writing.text;
	result = dirgate_report(gate, row_found, &writing, why);
	if (result == 0 && line->json)
		printer_write(out, writing.rows > 0 ? "]\n" : "[]\n");
	else if (result == 0 && writing.rows == 0)
		write_titles(&writing);
	if (writing.text.overflowed)
		*why = memory_string("a row is too long to be written: the report is not complete");
	text_release(&writing.text);
	return result == 0 ? STATUS_YES : STATUS_FAILURE;
}

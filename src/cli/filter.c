/* filter: on which resources somebody may do something. */
#include "cli/commands.h"

#include <string.h>

static const struct { enum style style; enum exit_status status; } outcomes[] = {
	[DIRGATE_DENY] = {STYLE_BAD, STATUS_NO},
	[DIRGATE_ALLOW] = {STYLE_GOOD, STATUS_YES},
	[DIRGATE_CANNOT_DECIDE] = {STYLE_DOUBT, STATUS_CANNOT_DECIDE},
};

static void print_filter(const struct dirgate_filter *filter, struct printer *out)
{
	if (filter->outcome != DIRGATE_ALLOW || !filter->result) {
		printer_print(out, outcomes[filter->outcome].style, "%s%s%s", filter->result ? filter->result : "",
		              filter->result ? ": " : "", filter->reason);
		printer_print(out, STYLE_PLAIN, ": %s\n", filter->meaning);
	} else if (strcmp(filter->result, "filter") == 0) {
		printer_print(out, STYLE_DOUBT, "%s\n", filter->filter ? filter->filter : "too long to be shown: see --json");
	} else {
		printer_print(out, STYLE_GOOD, "%s\n", filter->result);
	}
}

enum exit_status command_filter(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct dirgate_filter *filter = dirgate_filter(gate, &line->question, why);
	enum exit_status status;

	if (!filter)
		return STATUS_FAILURE;
	status = outcomes[filter->outcome].status;
	if (line->json)
		printer_write_line(out, filter->json);
	else
		print_filter(filter, out);
	dirgate_filter_free(filter);
	return status;
}

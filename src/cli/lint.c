/* lint: what is wrong in the directory. */
#include "cli/commands.h"

#include <string.h>

static const enum style severity_styles[FAIL_ON_COUNT] = {STYLE_BAD, STYLE_DOUBT, STYLE_DIM};

/* FAIL_ON_COUNT: a severity that is not known here. */
static enum severity_limit severity_of(const struct dirgate_finding *finding)
{
	enum severity_limit severity = 0;

	while (severity < FAIL_ON_COUNT && strcmp(severity_names[severity], finding->severity) != 0)
		severity++;
	return severity;
}

static void print_finding(const struct dirgate_finding *finding, struct printer *out)
{
	enum severity_limit severity = severity_of(finding);

	printer_print(out, severity < FAIL_ON_COUNT ? severity_styles[severity] : STYLE_PLAIN, "%s: %s", finding->severity,
	              finding->code);
	printer_print(out, STYLE_BOLD, "  %s\n", finding->dn);
	if (finding->attribute)
		printer_print(out, STYLE_PLAIN, "  %s%s%s%s%s\n", finding->attribute, finding->value ? ": " : "",
		              finding->value ? finding->value : "", finding->detail ? ": " : "",
		              finding->detail ? finding->detail : "");
	else if (finding->detail)
		printer_print(out, STYLE_PLAIN, "  %s\n", finding->detail);
	printer_print(out, STYLE_PLAIN, "  %s\n  %s\n\n", finding->meaning, finding->remedy);
}

static void print_counts(const struct dirgate_findings *findings, const size_t counts[FAIL_ON_COUNT],
                         struct printer *out)
{
	if (findings->total == 0)
		printer_print(out, STYLE_GOOD, "Nothing is wrong.\n");
	else
		printer_print(out, STYLE_PLAIN, "%zu error%s, %zu warning%s, %zu note%s\n", counts[FAIL_ON_ERROR],
		              counts[FAIL_ON_ERROR] == 1 ? "" : "s", counts[FAIL_ON_WARNING],
		              counts[FAIL_ON_WARNING] == 1 ? "" : "s", counts[FAIL_ON_NOTE],
		              counts[FAIL_ON_NOTE] == 1 ? "" : "s");
	if (findings->total > findings->count)
		printer_print(out, STYLE_DOUBT, "and %zu more, which are not shown\n", findings->total - findings->count);
}

enum exit_status command_lint(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct dirgate_findings *findings = dirgate_lint(gate, why);
	size_t counts[FAIL_ON_COUNT + 1] = {0}, grave = 0;

	if (!findings)
		return STATUS_FAILURE;
	for (size_t i = 0; i < findings->count; i++) {
		counts[severity_of(&findings->items[i])]++;
		if (!line->json)
			print_finding(&findings->items[i], out);
	}
	for (enum severity_limit severity = 0; severity <= line->fail_on; severity++)
		grave += counts[severity];
	if (line->json)
		printer_write_line(out, findings->json);
	else
		print_counts(findings, counts, out);
	dirgate_findings_free(findings);
	return grave > 0 ? STATUS_NO : STATUS_YES;
}

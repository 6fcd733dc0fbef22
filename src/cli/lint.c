/* lint: what is wrong in the directory. */
#include "cli/commands.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const enum style styles[FAIL_ON_COUNT] = {STYLE_BAD, STYLE_DOUBT, STYLE_DIM};

/* FAIL_ON_COUNT: a severity that is not known here. */
static enum severity_limit severity_of(const struct dirgate_finding *finding)
{
	enum severity_limit severity = 0;

	while (severity < FAIL_ON_COUNT && strcmp(severity_names[severity], finding->severity) != 0)
		severity++;
	return severity;
}

static void print_count(enum severity_limit severity, size_t count, enum style style, struct printer *out)
{
	printer_print(out, style, "%zu %s%s", count, severity_names[severity], count == 1 ? "" : "s");
}

/* ---- findings of one severity: by code, what it means once ---- */

static void print_place(const struct dirgate_finding *finding, struct printer *out)
{
	printer_print(out, STYLE_PLAIN, "    %s\n", finding->dn);
	if (!finding->attribute && !finding->value && !finding->detail)
		return;
	printer_print(out, STYLE_DIM, "      %s%s%s%s%s\n", finding->attribute ? finding->attribute : "",
	              finding->attribute && finding->value ? ": " : "", finding->value ? finding->value : "",
	              finding->detail && (finding->attribute || finding->value) ? ": " : "",
	              finding->detail ? finding->detail : "");
}

/* All findings of the code of the first, which are printed with it. */
static void print_code(const struct dirgate_finding *items, bool *printed, size_t count, enum style style,
                       struct printer *out)
{
	printer_print(out, STYLE_PLAIN, "  ");
	printer_print(out, style, "%s", items->code);
	printer_print(out, STYLE_PLAIN, ": %s\n  %s\n", items->meaning, items->remedy);
	for (size_t i = 0; i < count; i++)
		if (!printed[i] && strcmp(items[i].code, items->code) == 0) {
			print_place(&items[i], out);
			printed[i] = true;
		}
	printer_print(out, STYLE_PLAIN, "\n");
}

static void print_severity(const struct dirgate_finding *items, size_t count, enum severity_limit severity,
                           struct printer *out)
{
	bool *printed = memory_array(count, sizeof(*printed));

	print_count(severity, count, styles[severity], out);
	printer_print(out, STYLE_PLAIN, "\n\n");
	for (size_t i = 0; i < count; i++)
		if (!printed[i])
			print_code(&items[i], &printed[i], count - i, styles[severity], out);
	free(printed);
}

/* ---- all ---- */

static void print_summary(const struct dirgate_findings *findings, const size_t counts[FAIL_ON_COUNT],
                          struct printer *out)
{
	const char *between = "";

	if (counts[FAIL_ON_ERROR] + counts[FAIL_ON_WARNING] == 0) {
		printer_print(out, STYLE_GOOD, "Nothing is wrong.");
		between = " ";
	}
	for (enum severity_limit severity = 0; severity < FAIL_ON_COUNT; severity++) {
		if (counts[severity] == 0)
			continue;
		printer_print(out, STYLE_PLAIN, "%s", between);
		print_count(severity, counts[severity], STYLE_PLAIN, out);
		between = ", ";
	}
	printer_print(out, STYLE_PLAIN, "\n");
	if (findings->total > findings->count)
		printer_print(out, STYLE_DOUBT, "and %zu more, which are not shown\n", findings->total - findings->count);
}

static void print_all(const struct dirgate_findings *findings, const size_t counts[FAIL_ON_COUNT], struct printer *out)
{
	const struct dirgate_finding *items = findings->items;

	for (enum severity_limit severity = 0; severity < FAIL_ON_COUNT; severity++) {
		if (counts[severity] > 0)
			print_severity(items, counts[severity], severity, out);
		items += counts[severity];
	}
	print_summary(findings, counts, out);
}

/* ---- the rules ---- */

static void print_rules(enum severity_limit severity, struct printer *out)
{
	struct dirgate_lint_rule rule;

	for (size_t i = 0; dirgate_lint_rule(i, &rule); i++)
		if (strcmp(rule.severity, severity_names[severity]) == 0) {
			printer_print(out, STYLE_BOLD, "\n### %s\n\n", rule.code);
			printer_print(out, STYLE_PLAIN, "%s\n\n- What it means: %s\n- What to do: %s\n", rule.finds, rule.meaning,
			              rule.remedy);
		}
}

static enum exit_status print_page(const struct command_line *line, struct printer *out, char **why)
{
	static const char *const titles[FAIL_ON_COUNT] = {"Errors", "Warnings", "Notes"};

	if (line->json) {
		*why = memory_string("--rules prints a page, which has no --json");
		return STATUS_FAILURE;
	}
	for (enum severity_limit severity = 0; severity < FAIL_ON_COUNT; severity++) {
		printer_print(out, STYLE_BOLD, "%s## %s\n", severity == 0 ? "" : "\n", titles[severity]);
		print_rules(severity, out);
	}
	return STATUS_YES;
}

enum exit_status command_lint(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct dirgate_findings *findings;
	size_t counts[FAIL_ON_COUNT + 1] = {0}, grave = 0;

	if (line->rules)
		return print_page(line, out, why);
	if (!(findings = dirgate_lint(gate, why)))
		return STATUS_FAILURE;
	for (size_t i = 0; i < findings->count; i++)
		counts[severity_of(&findings->items[i])]++;
	for (enum severity_limit severity = 0; severity <= line->fail_on; severity++)
		grave += counts[severity];
	if (line->json)
		printer_write_line(out, findings->json);
	else
		print_all(findings, counts, out);
	dirgate_findings_free(findings);
	return grave > 0 ? STATUS_NO : STATUS_YES;
}

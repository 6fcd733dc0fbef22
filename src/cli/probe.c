/* probe: does a server give what is needed, and what to paste where it does not. */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define REMEDIES_MAX (4u * 1024 * 1024) /* octets */
#define STATES       4
#define FOUND_COLUMN 26

static const struct shown {
	const char *word;
	enum style style;
} shown[STATES] = {
	[DIRGATE_PROBE_FAILED] = {"FAILED", STYLE_BAD},
	[DIRGATE_PROBE_WARNING] = {"warning", STYLE_DOUBT},
	[DIRGATE_PROBE_OK] = {"ok", STYLE_GOOD},
	[DIRGATE_PROBE_NOT_APPLICABLE] = {"-", STYLE_DIM},
};

struct probing {
	struct printer *out;
	bool json;
	char *server;         /* whose findings were printed last */
	size_t counts[STATES];
	struct text remedies; /* at the end, as they may be pasted: not indented */
};

/* ---- findings ---- */

static size_t word_length(const char *text)
{
	return strcspn(text, " ");
}

/* Words below one another from a column on, where the terminal is narrow. */
static void print_wrapped(struct printer *out, const char *text, enum style style, size_t column)
{
	size_t at = column;

	while (*text) {
		size_t length = word_length(text), blank = text[length] == ' ';

		if (out->width > column + 20 && at > column && at + length > out->width) {
			printer_print(out, STYLE_PLAIN, "\n%*s", (int)column, "");
			at = column;
		}
		printer_print(out, style, "%.*s%s", (int)length, text, blank ? " " : "");
		at += length + blank;
		text += length + blank;
	}
	printer_print(out, STYLE_PLAIN, "\n");
}

static void print_server(struct probing *probing, const char *server)
{
	if (probing->server && strcmp(probing->server, server) == 0)
		return;
	printer_print(probing->out, STYLE_PLAIN, "%s", probing->server ? "\n" : "");
	printer_print(probing->out, STYLE_BOLD, "%s\n", server[0] != '\0' ? server : "All of them together");
	free(probing->server);
	probing->server = memory_string(server);
}

static void keep_remedy(struct probing *probing, const struct dirgate_probe_finding *finding)
{
	if (!finding->remedy)
		return;
	text_print(&probing->remedies, "\n# %s%s%s\n%s", finding->check, finding->server[0] != '\0' ? " of " : "",
	           finding->server, finding->remedy);
}

static int print_finding(void *context, const struct dirgate_probe_finding *finding)
{
	struct probing *probing = context;
	struct printer *out = probing->out;
	const struct shown *state = &shown[finding->state];

	probing->counts[finding->state]++;
	if (probing->json) {
		printer_write_line(out, finding->json);
	} else {
		print_server(probing, finding->server);
		printer_print(out, STYLE_PLAIN, "  ");
		printer_print(out, state->style, "%-8s ", state->word);
		printer_print(out, STYLE_PLAIN, "%-*s", FOUND_COLUMN - 11, finding->check);
		print_wrapped(out, finding->found, finding->state == DIRGATE_PROBE_NOT_APPLICABLE ? STYLE_DIM : STYLE_PLAIN,
		              FOUND_COLUMN);
		keep_remedy(probing, finding);
	}
	fflush(out->file);
	return ferror(out->file) ? 1 : 0;
}

/* ---- the end ---- */

static void print_remedies(const struct probing *probing)
{
	const char *text = text_string(&probing->remedies);

	if (*text == '\0')
		return;
	printer_print(probing->out, STYLE_BOLD, "\n# What to do: lines to paste, after a look at names in CAPITALS\n");
	printer_print(probing->out, STYLE_PLAIN, "%s", text);
	if (probing->remedies.overflowed)
		printer_print(probing->out, STYLE_DOUBT, "# there is more than can be shown: mend this first\n");
}

static void print_summary(const struct probing *probing)
{
	size_t failed = probing->counts[DIRGATE_PROBE_FAILED], warnings = probing->counts[DIRGATE_PROBE_WARNING];

	printer_print(probing->out, STYLE_PLAIN, "\n");
	if (failed > 0)
		printer_print(probing->out, STYLE_BAD, "%zu failed", failed);
	if (warnings > 0)
		printer_print(probing->out, STYLE_DOUBT, "%s%zu warning%s", failed > 0 ? ", " : "", warnings,
		              warnings == 1 ? "" : "s");
	if (failed + warnings == 0)
		printer_print(probing->out, STYLE_GOOD, "All that is needed is there.");
	printer_print(probing->out, STYLE_PLAIN, "\n");
}

enum exit_status command_probe(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct probing probing = {.out = out, .json = line->json};
	size_t grave;
	int result;

	(void)gate;
	if (line->ldif_count > 0) {
		*why = memory_string("probe looks at servers (-H), or asks a gateway (-s); for what is wrong in LDIF files see lint");
		return STATUS_FAILURE;
	}
	text_init(&probing.remedies, REMEDIES_MAX);
	if (line->url)
		result = dirgate_probe_gateway(line->url, print_finding, &probing, why);
	else
		result = dirgate_probe(&line->directory, NULL, print_finding, &probing, why);
	if (result == 0 && !line->json) {
		print_summary(&probing);
		print_remedies(&probing);
	}
	text_release(&probing.remedies);
	free(probing.server);
	grave = probing.counts[DIRGATE_PROBE_FAILED];
	grave += line->fail_on >= FAIL_ON_WARNING ? probing.counts[DIRGATE_PROBE_WARNING] : 0;
	return result != 0 ? STATUS_FAILURE : grave > 0 ? STATUS_NO : STATUS_YES;
}

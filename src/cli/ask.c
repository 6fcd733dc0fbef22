/* check and explain: one question, and its reasons. */
#include "cli/commands.h"

#include <string.h>

#include "cli/policy_test.h"

/* ---- the outcome ---- */

static const struct { const char *word; enum style style; enum exit_status status; } outcomes[] = {
	[DIRGATE_DENY] = {"deny", STYLE_BAD, STATUS_NO},
	[DIRGATE_ALLOW] = {"allow", STYLE_GOOD, STATUS_YES},
	[DIRGATE_CANNOT_DECIDE] = {"cannot decide", STYLE_DOUBT, STATUS_CANNOT_DECIDE},
};

static void print_outcome(const struct dirgate_answer *answer, struct printer *out)
{
	printer_print(out, outcomes[answer->outcome].style, "%s", outcomes[answer->outcome].word);
	printer_print(out, STYLE_PLAIN, " (%s): %s\n", answer->reason, answer->meaning);
	if (answer->missing)
		printer_print(out, STYLE_PLAIN, "  missing: %s\n", answer->missing);
	for (size_t i = 0; i < answer->obligation_count; i++)
		printer_print(out, STYLE_PLAIN, "  obligation: %s\n", answer->obligations[i]);
	if (answer->until)
		printer_print(out, STYLE_PLAIN, "  until: %s\n", answer->until);
}

/* ---- the ways ---- */

/* What a step is called.  A role below a role is inherited by it. */
static const struct { const char *kind, *words; } step_words[] = {
	{"group", "member of"},      {"binding", "binding"},
	{"owner", "owner of"},       {"rule", "group rule"},
	{"default", "default workspace of"}, {"public", "public role of"},
	{"invitation", "invitation"}, {"role", "role"},
	{"value", ""},               {"restriction", "restricted by"},
	{"entry", "stopped by"},
};

static const char *words_of(const struct dirgate_step *steps, size_t i)
{
	if (i > 0 && strcmp(steps[i].kind, "role") == 0 && strcmp(steps[i - 1].kind, "role") == 0)
		return "inherits";
	for (size_t row = 0; row < sizeof(step_words) / sizeof(step_words[0]); row++)
		if (strcmp(steps[i].kind, step_words[row].kind) == 0)
			return step_words[row].words;
	return steps[i].kind;
}

static void print_step(const struct dirgate_step *steps, size_t i, struct printer *out)
{
	const struct dirgate_step *step = &steps[i];
	const char *words = words_of(steps, i);
	bool restriction = strcmp(step->kind, "restriction") == 0;

	if (i == 0) {
		printer_print(out, STYLE_BOLD, "  %s\n", step->dn ? step->dn : step->text);
		return;
	}
	printer_print(out, STYLE_DIM, "%*s└ %s%s", (int)(2 * i), "", words, words[0] != '\0' ? " " : "");
	printer_print(out, restriction ? STYLE_BAD : STYLE_PLAIN, "%s", step->dn ? step->dn : step->text);
	if (restriction)
		printer_print(out, STYLE_PLAIN, " (%s)", step->text);
	printer_write(out, "\n");
}

static void print_chain(const struct dirgate_answer *answer, const struct dirgate_chain *chain, struct printer *out)
{
	bool granted = strcmp(chain->reason, "granted") == 0;

	printer_write(out, "\n");
	if (!granted)
		printer_print(out, STYLE_BAD, "  stopped (%s): %s\n", chain->reason, chain->meaning);
	else if (answer->outcome != DIRGATE_ALLOW)
		printer_print(out, STYLE_DIM, "  this alone would give it\n");
	for (size_t i = 0; i < chain->step_count; i++)
		print_step(chain->steps, i, out);
}

/* With an allow, what came near as well is of no interest. */
static void print_chains(const struct dirgate_answer *answer, struct printer *out)
{
	for (size_t i = 0; i < answer->chain_count; i++)
		if (answer->outcome != DIRGATE_ALLOW || strcmp(answer->chains[i].reason, "granted") == 0)
			print_chain(answer, &answer->chains[i], out);
}

void answer_print(const struct dirgate_answer *answer, struct printer *out)
{
	print_outcome(answer, out);
	print_chains(answer, out);
}

/* ---- the commands ---- */

static enum exit_status finish(const struct command_line *line, struct dirgate_answer *answer, struct printer *out)
{
	enum exit_status status;

	if (!answer)
		return STATUS_FAILURE;
	status = outcomes[answer->outcome].status;
	if (line->json)
		printer_write_line(out, answer->json);
	else
		answer_print(answer, out);
	dirgate_answer_free(answer);
	return status;
}

enum exit_status command_check(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	return finish(line, dirgate_ask(gate, &line->question, why), out);
}

enum exit_status command_explain(const struct command_line *line, struct dirgate *gate, struct printer *out,
                                 char **why)
{
	return finish(line, dirgate_explain(gate, &line->question, why), out);
}

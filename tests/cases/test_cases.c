/* Decisions as data: reads every tests/cases/NAME.case (or those named as arguments) and asks what it says.
 *
 *   # a comment                        load FILE.ldif        a new world, from a file beside it
 *   ldif … end                         entries added to the world, or put in the place of others
 *   at TIME                            of the questions that follow (RFC 3339); zone TZ: the gateway's time zone
 *   trust NAMES, accept NAMES, writable NAMES    settings: trusted_subject_properties, caller_properties,
 *                                      writable_attributes
 *   may QUESTION [: OBLIGATION; …]     an allow, with exactly these obligations
 *   cannot QUESTION : REASON [NAME]    a deny; NAME is the property that is missing
 *   why RDN > RDN > … [= VALUE]        one chain of the last answer: groups, binding, roles, and the value
 *   by RDN                             the entry that names the reason of the last answer
 *   filter QUESTION : FILTER           the resource filter: "always", "never REASON" or what is left
 *   who QUESTION : IDS; which QUESTION : IDS; what QUESTION : NAMES    searches for subjects, resources, actions
 *   lint RDN CODE [VALUE]              a finding; lint RDN none: that the entry has none
 *
 * A question is written as tests/support/world.h says. */
#include "../support/world.h"

#include "base/memory.h"
#include "base/text.h"
#include "decide/lint/lint.h"
#include "decide/lists/effective.h"
#include "decide/lists/search.h"

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/cases/"
#define NAMES_MAX 16

struct run {
	const char *file;
	unsigned line;
	struct world world;
	bool open;
	struct answer last;
	const char *names[4][NAMES_MAX + 1]; /* of the settings */
	unsigned count, failed;
};

static void broken(const struct run *run, const char *why)
{
	printf("Bail out! %s:%u: %s\n", run->file, run->line, why);
	exit(1);
}

static void result(struct run *run, bool good, const char *text, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void result(struct run *run, bool good, const char *text, const char *format, ...)
{
	printf("%sok %u - %s:%u: %s\n", good ? "" : "not ", ++run->count, run->file, run->line, text);
	if (good)
		return;
	va_list arguments;
	run->failed++;
	va_start(arguments, format);
	printf("# ");
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
}

static char *read_file(const struct run *run, const char *path)
{
	FILE *file = fopen(path, "r");
	struct text text;
	char part[4096];
	size_t length;
	if (file == NULL)
		broken(run, path);
	text_init(&text, 1 << 24);
	while ((length = fread(part, 1, sizeof(part), file)) > 0)
		text_append_octets(&text, part, length);
	fclose(file);
	return text.length > 0 ? text_detach(&text) : memory_string("");
}

/* ---- Lines ---- */

/* Cuts "QUESTION : WANTED" in two; *wanted is "" where nothing is wanted. */
static void cut(char *text, const char **wanted)
{
	char *at = NULL;
	*wanted = "";
	for (char *found = strstr(text, " : "); found != NULL; found = strstr(found + 1, " : "))
		at = found;
	if (at == NULL)
		return;
	*wanted = at + 3;
	while (**wanted == ' ')
		(*wanted)++;
	while (at > text && at[-1] == ' ')
		at--;
	*at = '\0';
}

static void read_question(struct run *run, const char *text, struct question *question)
{
	const char *wrong = world_question(&run->world, text, question);
	if (wrong != NULL)
		broken(run, wrong);
}

static void ask(struct run *run, const char *text)
{
	struct question question;
	read_question(run, text, &question);
	question.explain = true;
	decide(run->world.snapshot, &run->world.settings, &question, run->world.arena, &run->last);
}

static const char *obligations_text(struct run *run)
{
	struct text text;
	text_init(&text, 65536);
	for (uint32_t i = 0; i < run->last.obligation_count; i++)
		text_print(&text, "%s%s", i > 0 ? "; " : "", run->last.obligations[i]);
	const char *copy = arena_string(run->world.arena, text_string(&text));
	text_release(&text);
	return copy;
}

static void line_may(struct run *run, char *text)
{
	const char *wanted;
	char *whole = arena_string(run->world.arena, text);
	cut(text, &wanted);
	ask(run, text);
	const char *got = obligations_text(run);
	result(run, run->last.outcome == OUTCOME_ALLOW && strcmp(got, wanted) == 0, whole, "got %s %s",
	       reason_code(run->last.reason), got);
}

static void line_cannot(struct run *run, char *text)
{
	const char *wanted;
	char *whole = arena_string(run->world.arena, text);
	cut(text, &wanted);
	ask(run, text);
	const char *got = run->last.missing != NULL && strchr(wanted, ' ') != NULL
	                          ? arena_print(run->world.arena, "%s %s", reason_code(run->last.reason), run->last.missing)
	                          : reason_code(run->last.reason);
	result(run, run->last.outcome == OUTCOME_DENY && strcmp(got, wanted) == 0, whole, "got %s", got);
}

/* ---- Explanations ---- */

static void chain_text(struct run *run, const struct chain *chain, bool with_value, struct text *text)
{
	for (uint32_t i = 0; i < chain->group_count; i++)
		text_print(text, "%s > ", world_rdn(&run->world, chain->groups[i]));
	text_append(text, world_rdn(&run->world, chain->binding));
	for (uint32_t i = 0; i < chain->role_count; i++)
		text_print(text, " > %s", world_rdn(&run->world, chain->roles[i]));
	if (with_value)
		text_print(text, " = %s", chain->value);
}

static void line_why(struct run *run, char *text)
{
	struct text chain, all;
	bool good = false;
	text_init(&chain, 65536);
	text_init(&all, 65536);
	const struct explanation *explanation = run->last.explanation;
	for (uint32_t i = 0; explanation != NULL && i < explanation->chain_count; i++) {
		text_reset(&chain);
		chain_text(run, &explanation->chains[i], strstr(text, " = ") != NULL, &chain);
		good = good || strcmp(text_string(&chain), text) == 0;
		text_print(&all, " [%s: %s]", reason_code(explanation->chains[i].stop), text_string(&chain));
	}
	result(run, good, text, "got%s", text_string(&all));
	text_release(&chain);
	text_release(&all);
}

static void line_by(struct run *run, char *text)
{
	node_id node = run->last.explanation != NULL ? run->last.explanation->rule_entry : NODE_NONE;
	if (node == NODE_NONE && run->last.explanation != NULL && run->last.explanation->limit_count > 0)
		node = run->last.explanation->limits[0].entry;
	const char *got = world_rdn(&run->world, node);
	result(run, strcmp(got, text) == 0, text, "got %s", got);
}

/* ---- Filters and searches ---- */

static void line_filter(struct run *run, char *text)
{
	const char *wanted, *got = "always";
	char *whole = arena_string(run->world.arena, text);
	struct question question;
	const struct filter *filter;
	enum reason reason;
	bool administrative;
	cut(text, &wanted);
	read_question(run, text, &question);
	enum truth truth = resource_filter(run->world.snapshot, &run->world.settings, &question, run->world.arena, &filter,
	                                   &reason, &administrative);
	struct text printed;
	text_init(&printed, 65536);
	if (truth == TRUTH_UNDEFINED) {
		filter_print(filter, &printed);
		got = text_string(&printed);
	} else if (truth == TRUTH_FALSE) {
		got = arena_print(run->world.arena, "never %s", administrative ? "administrative" : reason_code(reason));
	}
	result(run, strcmp(got, wanted) == 0, whole, "got %s", got);
	text_release(&printed);
}

static void add_found(void *context, const char *id, node_id node)
{
	struct text *text = context;
	(void)node;
	text_print(text, "%s%s", text->length > 0 ? " " : "", id);
}

static void line_search(struct run *run, char *text, enum search_kind search)
{
	struct list_page page = LIST_WHOLE;
	const char *wanted;
	char *whole = arena_string(run->world.arena, text);
	struct question question;
	struct text got;
	const struct search_visitor visitor = {&got, add_found};
	cut(text, &wanted);
	read_question(run, text, &question);
	text_init(&got, 65536);
	if (search == SEARCH_SUBJECTS)
		search_subjects(run->world.snapshot, &run->world.settings, &question, &page, &visitor);
	else if (search == SEARCH_RESOURCES)
		search_resources(run->world.snapshot, &run->world.settings, &question, &page, &visitor);
	else
		search_actions(run->world.snapshot, &run->world.settings, &question, &page, &visitor);
	result(run, strcmp(text_string(&got), wanted) == 0, whole, "got %s", text_string(&got));
	text_release(&got);
}

static void line_who(struct run *run, char *text)
{
	line_search(run, text, SEARCH_SUBJECTS);
}

static void line_which(struct run *run, char *text)
{
	line_search(run, text, SEARCH_RESOURCES);
}

static void line_what(struct run *run, char *text)
{
	line_search(run, text, SEARCH_ACTIONS);
}

/* ---- Lint ---- */

struct looking { struct run *run; const char *rdn, *code, *value; bool found; struct text all; };

static void finding_met(void *context, const struct finding *finding)
{
	struct looking *looking = context;
	const char *code = problem_info(finding->problem.code)->code;
	const char *value = finding->problem.value != NULL ? finding->problem.value : "";
	if (strcmp(world_rdn(&looking->run->world, finding->entry), looking->rdn) != 0)
		return;
	text_print(&looking->all, " [%s %s]", code, value);
	if (strcmp(code, looking->code) == 0 && (looking->value == NULL || strcmp(value, looking->value) == 0))
		looking->found = true;
}

static void line_lint(struct run *run, char *text)
{
	struct looking looking = {.run = run};
	char *whole = arena_string(run->world.arena, text), *rest = text;
	text_init(&looking.all, 65536);
	looking.rdn = strsep(&rest, " ");
	looking.code = strsep(&rest, " ");
	looking.value = rest;
	if (looking.code == NULL)
		broken(run, "lint RDN CODE [VALUE]");
	lint(run->world.snapshot, run->world.at, finding_met, &looking);
	bool good = strcmp(looking.code, "none") == 0 ? looking.all.length == 0 : looking.found;
	result(run, good, whole, "got%s", text_string(&looking.all));
	text_release(&looking.all);
}

/* ---- Worlds and settings ---- */

static void add_ldif(struct run *run, const char *name, const char *ldif)
{
	if (run->open)
		world_add(&run->world, name, ldif);
	else
		world_open(&run->world, name, ldif);
	run->open = true;
}

static void line_load(struct run *run, char *text)
{
	char path[256];
	if (run->open)
		world_close(&run->world);
	run->open = false;
	snprintf(path, sizeof(path), FOLDER "%s", text);
	char *ldif = read_file(run, path);
	add_ldif(run, text, ldif);
	free(ldif);
}

static void line_at(struct run *run, char *text)
{
	if (clock_parse_rfc3339(text, &run->world.at) != 0)
		broken(run, "no time");
}

static void line_zone(struct run *run, char *text)
{
	(void)run;
	setenv("TZ", text, 1);
	tzset();
}

static const char *const *names_of(struct run *run, char *text, size_t which)
{
	char *rest = arena_string(run->world.arena, text);
	size_t count = 0;
	for (char *name; count < NAMES_MAX && (name = strsep(&rest, " ")) != NULL;)
		if (*name != '\0')
			run->names[which][count++] = name;
	run->names[which][count] = NULL;
	return run->names[which];
}

static void line_trust(struct run *run, char *text)
{
	run->world.settings.trusted_subject_properties = names_of(run, text, 0);
}

static void line_accept(struct run *run, char *text)
{
	run->world.settings.caller_properties = names_of(run, text, 1);
}

static void line_writable(struct run *run, char *text)
{
	run->world.settings.writable_attributes = names_of(run, text, 2);
}

static const struct { const char *word; void (*run)(struct run *run, char *text); } words[] = {
	{"may", line_may},     {"cannot", line_cannot}, {"why", line_why},     {"by", line_by},
	{"filter", line_filter}, {"who", line_who},     {"which", line_which}, {"what", line_what},
	{"lint", line_lint},   {"load", line_load},     {"at", line_at},       {"zone", line_zone},
	{"trust", line_trust}, {"accept", line_accept}, {"writable", line_writable},
};

static void run_line(struct run *run, char *line)
{
	char *rest = line;
	const char *word = strsep(&rest, " ");
	while (rest != NULL && *rest == ' ')
		rest++;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].word, word) == 0) {
			words[i].run(run, rest != NULL ? rest : line + strlen(line));
			return;
		}
	broken(run, word);
}

static char *trimmed(char *line)
{
	while (*line == ' ' || *line == '\t')
		line++;
	size_t length = strlen(line);
	while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		line[--length] = '\0';
	return line;
}

static void run_file(struct run *run, const char *path)
{
	char *content = read_file(run, path), *rest = content;
	struct text ldif;
	bool in_ldif = false;
	run->file = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	run->line = 0;
	text_init(&ldif, 1 << 24);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		run->line++;
		char *words_of_line = in_ldif ? line : trimmed(line);
		if (in_ldif && strcmp(line, "end") == 0) {
			add_ldif(run, run->file, text_string(&ldif));
			in_ldif = false;
		} else if (in_ldif) {
			text_print(&ldif, "%s\n", line);
		} else if (strcmp(words_of_line, "ldif") == 0) {
			text_reset(&ldif);
			in_ldif = true;
		} else if (*words_of_line != '\0' && *words_of_line != '#') {
			run_line(run, words_of_line);
		}
	}
	if (in_ldif)
		broken(run, "ldif without end");
	if (run->open)
		world_close(&run->world);
	run->open = false;
	text_release(&ldif);
	free(content);
}

int main(int count, char **arguments)
{
	struct run run = {.file = "", .count = 0};
	glob_t found = {0};
	char utc[] = "UTC";
	if (count < 2 && glob(FOLDER "*.case", 0, NULL, &found) != 0)
		broken(&run, "no cases in " FOLDER);
	for (int i = 1; i < count; i++) {
		line_zone(&run, utc);
		run_file(&run, arguments[i]);
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		line_zone(&run, utc);
		run_file(&run, found.gl_pathv[i]);
	}
	globfree(&found);
	printf("1..%u\n", run.count);
	return run.failed > 0;
}

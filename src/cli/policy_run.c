/* Policy tests, run: what was wanted against what is answered, as TAP. */
#include "cli/policy_test.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define LIST_SHOWN_MAX 4096 /* octets of a list in a report */

/* One step on its way: what is wrong goes to `report`, as lines. */
struct running {
	const struct policy_step *step;
	struct dirgate *gate;
	struct printer *report;
	struct arena *arena;
	char **why;
};

#define STEP_FAILED 1 /* it was answered otherwise */

/* ---- questions ---- */

static const char *const outcome_words[] = {
	[DIRGATE_DENY] = "deny", [DIRGATE_ALLOW] = "allow", [DIRGATE_CANNOT_DECIDE] = "cannot-decide",
};

static void print_list(struct printer *out, const char *before, const struct policy_strings *strings, const char *after)
{
	struct text list;

	text_init(&list, LIST_SHOWN_MAX);
	for (size_t i = 0; i < strings->count && !list.overflowed; i++)
		text_print(&list, "%s%s", i > 0 ? ", " : "", strings->items[i]);
	printer_print(out, STYLE_PLAIN, "%s[%s%s]%s", before, text_string(&list), list.overflowed ? ", and more" : "", after);
	text_release(&list);
}

static bool has(const struct policy_strings *strings, const char *item)
{
	for (size_t i = 0; i < strings->count; i++)
		if (strcmp(strings->items[i], item) == 0)
			return true;
	return false;
}

/* Obligations have no doubles: as many, and each is wanted. */
static bool answer_fits(const struct policy_want *want, const struct dirgate_answer *answer)
{
	const struct policy_strings obligations = {true, answer->obligation_count, answer->obligations};

	if (want->word)
		return strcmp(want->word, outcome_words[answer->outcome]) == 0;
	if (want->deny)
		return answer->outcome == DIRGATE_DENY && strcmp(want->deny, answer->reason) == 0;
	if (answer->outcome != DIRGATE_ALLOW || want->allow.count != obligations.count)
		return false;
	for (size_t i = 0; i < obligations.count; i++)
		if (!has(&want->allow, obligations.items[i]))
			return false;
	return true;
}

static void print_want(struct printer *out, const struct policy_want *want)
{
	if (want->word)
		printer_print(out, STYLE_PLAIN, "wanted: %s\n", want->word);
	if (want->deny)
		printer_print(out, STYLE_PLAIN, "wanted: deny (%s)\n", want->deny);
	if (want->allow.given)
		print_list(out, "wanted: allow, with the obligations ", &want->allow, "\n");
}

/* The explanation is another question, and asked only here. */
static void print_answer(const struct running *running, const struct dirgate_answer *answer)
{
	struct dirgate_answer *explained = dirgate_explain(running->gate, &running->step->question, NULL);

	print_want(running->report, &running->step->want);
	printer_write(running->report, "got: ");
	answer_print(explained ? explained : answer, running->report);
	dirgate_answer_free(explained);
}

static int run_ask(const struct running *running)
{
	struct dirgate_answer *answer = dirgate_ask(running->gate, &running->step->question, running->why);
	bool fits;

	if (!answer)
		return -EIO;
	fits = answer_fits(&running->step->want, answer);
	if (!fits)
		print_answer(running, answer);
	dirgate_answer_free(answer);
	return fits ? 0 : STEP_FAILED;
}

/* ---- lists ---- */

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct policy_strings sorted(const struct policy_strings *strings, struct arena *arena)
{
	const char **items = arena_array(arena, strings->count + 1, sizeof(*items));

	if (strings->count > 0) {
		memcpy(items, strings->items, strings->count * sizeof(*items));
		qsort(items, strings->count, sizeof(*items), compare);
	}
	return (struct policy_strings){true, strings->count, items};
}

/* Those of `some` that are in `all`, or that are not; both are sorted. */
static struct policy_strings select_items(const struct policy_strings *some, const struct policy_strings *all, bool in,
                                          struct arena *arena)
{
	const char **items = arena_array(arena, some->count + 1, sizeof(*items));
	struct policy_strings selected = {true, 0, items};

	for (size_t i = 0; i < some->count; i++)
		if ((bsearch(&some->items[i], all->items, all->count, sizeof(*items), compare) != NULL) == in)
			items[selected.count++] = some->items[i];
	return selected;
}

/* Says what is wrong, if there is anything. */
static bool check_items(const struct running *running, const struct policy_strings *some,
                        const struct policy_strings *all, bool in, const char *words)
{
	struct policy_strings wrong = select_items(some, all, in, running->arena);

	if (wrong.count > 0)
		print_list(running->report, words, &wrong, "\n");
	return wrong.count == 0;
}

static bool list_fits(const struct running *running, const struct policy_strings *got)
{
	const struct policy_want *want = &running->step->want;
	const struct policy_strings exact = sorted(&want->exact, running->arena);
	const struct policy_strings contains = sorted(&want->contains, running->arena);
	const struct policy_strings absent = sorted(&want->absent, running->arena);
	bool fits = check_items(running, &contains, got, false, "missing: ");

	fits &= check_items(running, &absent, got, true, "not wanted: ");
	if (want->exact.given) {
		fits &= check_items(running, &exact, got, false, "missing: ");
		fits &= check_items(running, got, &exact, false, "not wanted: ");
	}
	if (want->count && strtoul(want->count, NULL, 10) != got->count) {
		printer_print(running->report, STYLE_PLAIN, "wanted: %s of them\n", want->count);
		fits = false;
	}
	return fits;
}

static bool word_fits(const struct running *running, const char *wanted, const char *got, bool refused)
{
	if (wanted && strcmp(wanted, got) == 0)
		return true;
	print_want(running->report, &running->step->want);
	printer_print(running->report, STYLE_PLAIN, refused ? "got: deny (%s)\n" : "got: %s\n", got);
	return false;
}

static int run_list(const struct running *running)
{
	const struct policy_want *want = &running->step->want;
	struct policy_strings got = {0};
	const char *word = NULL;
	bool fits;
	int result = running->step->listing->get(running->gate, running->step, running->arena, &got, &word, running->why);

	if (result < 0)
		return -EIO;
	if (result == POLICY_REFUSED) {
		fits = word_fits(running, want->deny, word, true);
	} else if (word) {
		fits = word_fits(running, want->word, word, false);
	} else {
		got = sorted(&got, running->arena);
		fits = !want->deny && !want->word && list_fits(running, &got);
		if (!fits) {
			print_want(running->report, want);
			print_list(running->report, "got: ", &got, "\n");
		}
	}
	return fits ? 0 : STEP_FAILED;
}

/* ---- TAP ---- */

/* '#' begins a directive, '\' escapes (TAP 14). */
static void print_point(struct printer *out, const struct policy_tally *tally, bool passed, const char *label)
{
	struct text escaped;

	text_init(&escaped, 2 * strlen(label));
	for (; *label != '\0'; label++)
		text_print(&escaped, "%s%c", *label == '#' || *label == '\\' ? "\\" : "", *label == '\n' ? ' ' : *label);
	printer_print(out, passed ? STYLE_PLAIN : STYLE_BAD, "%sok %zu - %s\n", passed ? "" : "not ", tally->run,
	              text_string(&escaped));
	text_release(&escaped);
}

/* The lines of a report, each as a comment. */
static void print_report(struct printer *out, const struct policy_file *file, const struct policy_step *step,
                         const char *lines)
{
	printer_print(out, STYLE_DIM, "# %s:%zu\n", file->path, step->line);
	for (size_t length; *lines != '\0'; lines += length + (lines[length] == '\n')) {
		length = strcspn(lines, "\n");
		if (length > 0)
			printer_print(out, STYLE_PLAIN, "#   %.*s\n", (int)length, lines);
	}
}

/* ---- steps ---- */

/* What could not be asked, with the place where it stands. */
static int fail_at(const struct policy_file *file, const struct running *running)
{
	char *words = *running->why;
	struct error why;

	error_set(&why, -EIO, "%s:%zu: %s", file->path, running->step->line, words ? words : "it could not be asked");
	*running->why = memory_string(why.text);
	free(words);
	return -EIO;
}

/* One that is answered: a point of TAP. */
static int run_point(const struct policy_file *file, struct running *running, struct printer *out,
                     struct policy_tally *tally)
{
	char *lines = NULL;
	size_t length;
	FILE *memory = open_memstream(&lines, &length);
	struct printer report;
	int result;

	assert(memory); /* it fails only without memory */
	printer_init(&report, memory);
	running->report = &report;
	result = running->step->kind == POLICY_ASK ? run_ask(running) : run_list(running);
	fclose(memory);
	if (result >= 0) {
		tally->run++;
		tally->failed += result == STEP_FAILED;
		print_point(out, tally, result == 0, running->step->label);
	}
	if (result == STEP_FAILED)
		print_report(out, file, running->step, lines);
	free(lines);
	return result < 0 ? fail_at(file, running) : 0;
}

static int run_step(const struct policy_file *file, struct running *running, struct printer *out,
                    struct policy_tally *tally)
{
	switch (running->step->kind) {
	case POLICY_ASK:
	case POLICY_LIST:
		return run_point(file, running, out, tally);
	case POLICY_CHANGE:
		return dirgate_apply(running->gate, running->step->ldif, file->path, running->why);
	case POLICY_UNDO:
		return dirgate_reset(running->gate, running->why);
	case POLICY_TIME:
		break;
	}
	return 0;
}

int policy_run(const struct policy_file *file, struct dirgate *gate, struct printer *out, struct policy_tally *tally,
               char **why)
{
	struct running running = {.gate = gate, .arena = arena_new(), .why = why};
	int result = 0;

	for (size_t i = 0; i < file->count && result == 0; i++) {
		running.step = &file->steps[i];
		result = run_step(file, &running, out, tally);
		arena_reset(running.arena);
	}
	arena_free(running.arena);
	return result;
}

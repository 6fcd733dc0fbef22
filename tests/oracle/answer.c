/* Answers questions over an LDIF file with the evaluator, for comparison with another one that shares no code.
 *
 *   answer LDIFFILE <questions
 *
 * The first line of the input: {"options": {"trusted_subject_properties": […], "caller_properties": […],
 * "writable_attributes": […], "subject_types": […], "time_zone": "Europe/Berlin"}}, all of them optional.  Each line
 * after it is an AuthZEN evaluation request; each is answered by a line
 * {"outcome":"allow|deny|malformed|cannot-decide","reason":"…","obligations":[…]}. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "decide/decide.h"
#include "http/authzen.h"
#include "json/json_value.h"
#include "json/json_writer.h"
#include "../support/loaded.h"

#define ANSWER_MAX 1048576 /* octets of a line of output */

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "answer: %s: %s\n", what, why);
	exit(2);
}

/* NULL, the default, where the option is not there. */
static const char *const *strings_of(const struct value *options, const char *name, struct arena *arena)
{
	const struct value *list = json_value_member(options, name);
	const char **strings;

	if (!list)
		return NULL;
	if (list->kind != VALUE_ARRAY)
		fail(name, "an array is needed");
	strings = arena_array(arena, list->count + 1, sizeof(*strings));
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind != VALUE_STRING)
			fail(name, "an array of strings is needed");
		strings[i] = list->items[i].string;
	}
	return strings;
}

static void read_options(const char *line, size_t length, struct arena *arena, struct decide_settings *settings)
{
	const struct value *value, *options, *zone;
	struct error why = {""};

	if (json_value_parse(line, length, arena, &value, &why))
		fail("first line", why.text);
	options = json_value_member(value, "options");
	*settings = (struct decide_settings){
		.subject_types = strings_of(options, "subject_types", arena),
		.trusted_subject_properties = strings_of(options, "trusted_subject_properties", arena),
		.caller_properties = strings_of(options, "caller_properties", arena),
		.writable_attributes = strings_of(options, "writable_attributes", arena),
	};
	zone = json_value_member(options, "time_zone");
	if (zone && zone->kind == VALUE_STRING)
		setenv("TZ", zone->string, 1);
	tzset();
}

static void print_answer(const char *outcome, const char *reason, const struct answer *answer)
{
	struct text line;
	struct json_writer writer = {.out = &line};

	text_init(&line, ANSWER_MAX);
	json_write_object(&writer, NULL);
	json_write_string(&writer, "outcome", outcome);
	json_write_string(&writer, "reason", reason);
	json_write_strings(&writer, "obligations", answer->obligations, answer->obligation_count);
	json_write_end(&writer);
	if (line.overflowed)
		fail("output", "a line is too long");
	puts(text_string(&line));
	text_release(&line);
}

static void answer_line(const struct snapshot *snapshot, const struct decide_settings *settings, const char *line,
                        size_t length, struct arena *arena)
{
	struct authzen_evaluation evaluation;
	struct answer answer = {OUTCOME_DENY};
	const struct value *value;
	struct error why;

	if (json_value_parse(line, length, arena, &value, &why) ||
	    authzen_evaluation(value, clock_now(), arena, &evaluation, &why)) {
		print_answer("malformed", "", &answer);
		return;
	}
	decide(snapshot, settings, &evaluation.question, arena, &answer);
	print_answer(outcome_name(answer.outcome), reason_code(answer.reason), &answer);
}

int main(int argc, char **argv)
{
	struct arena *options = arena_new(), *arena = arena_new();
	struct decide_settings settings;
	struct error why = {""};
	struct snapshot *snapshot;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	if (argc != 2)
		fail("usage", "answer LDIFFILE <questions");
	length = getline(&line, &capacity, stdin);
	if (length < 0)
		fail("first line", "is missing");
	read_options(line, (size_t)length, options, &settings);
	snapshot = loaded_snapshot(argv[1], &why);
	if (!snapshot)
		fail(argv[1], why.text);
	while ((length = getline(&line, &capacity, stdin)) >= 0) {
		answer_line(snapshot, &settings, line, (size_t)length, arena);
		arena_reset(arena);
	}
	snapshot_drop(snapshot);
	free(line);
	arena_free(arena);
	arena_free(options);
	return 0;
}

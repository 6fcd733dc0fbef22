/* Bodies of requests from anywhere: each is a question, or is refused with words. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "http/authzen.h"
#include "json/json_value.h"
#include "json/json_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int outcome, const struct authzen_evaluation *evaluation, const struct error *why)
{
	const struct question *question = &evaluation->question;

	assert(outcome == 0 || (outcome == 1 && why->text[0] != '\0'));
	if (outcome == 1)
		return;
	assert(question->subject.type && question->subject.id && question->action.name);
	assert(question->resource.type && question->resource.id);
	assert(!question->context || question->context->kind == VALUE_OBJECT);
	for (size_t i = 0; question->context && i < question->context->count; i++)
		assert(strcmp(question->context->members[i].name, "dirgate") != 0);
}

static void check_searches(const struct value *body, struct arena *arena)
{
	for (enum search_kind kind = 0; kind < SEARCH_KINDS; kind++) {
		struct error why = {""};
		struct authzen_search search;
		int outcome = authzen_search(body, kind, 0, arena, &search, &why);

		check(outcome, &search.evaluation, &why);
		assert(outcome == 1 || !search.page_properties || search.page_properties->kind == VALUE_OBJECT);
	}
}

/* What was read as a string is written as one that reads the same. */
static void check_string(const char *string, struct arena *arena)
{
	const struct value *again;
	struct error why;
	struct text text;
	struct json_writer writer = {.out = &text};

	text_init(&text, 6 * strlen(string) + 2);
	json_write_string(&writer, NULL, string);
	assert(!text.overflowed);
	assert(json_value_parse(text_string(&text), text.length, arena, &again, &why) == 0);
	assert(strcmp(again->string, string) == 0);
	text_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct authzen_evaluation evaluation;
	struct authzen_batch batch;
	const struct value *body;
	struct error why = {""};

	if (json_value_parse((const char *)data, size, arena, &body, &why) == 0) {
		if (body->kind == VALUE_STRING)
			check_string(body->string, arena);
		check(authzen_evaluation(body, 0, arena, &evaluation, &why), &evaluation, &why);
		check_searches(body, arena);
		if (authzen_batch(body, &batch, &why) == 0)
			for (size_t i = 0; i < batch.count; i++)
				check(authzen_batch_item(&batch, i, 0, arena, &evaluation, &why), &evaluation, &why);
	} else {
		assert(why.text[0] != '\0');
	}
	arena_free(arena);
	return 0;
}

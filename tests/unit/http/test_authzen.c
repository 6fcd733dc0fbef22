/* AuthZEN requests as questions: sections 3, 4 and 7 of the specification's digest in src/http/README.md. */
#include "http/authzen.h"
#include "json/json_value.h"
#include "model/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW ((instant)1000)

#define SUBJECT  "\"subject\":{\"type\":\"user\",\"id\":\"alice\"}"
#define ACTION   "\"action\":{\"name\":\"read\"}"
#define RESOURCE "\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}"
#define WHOLE    SUBJECT "," ACTION "," RESOURCE

static int start(void **state)
{
	*state = arena_new();
	return 0;
}

static int finish(void **state)
{
	arena_free(*state);
	return 0;
}

static const struct value *json(struct arena *arena, const char *text)
{
	const struct value *value;
	struct error why = {""};

	if (json_value_parse(text, strlen(text), arena, &value, &why))
		fail_msg("no JSON: %s: %s", text, why.text);
	return value;
}

static int decode(struct arena *arena, const char *text, struct authzen_evaluation *evaluation)
{
	struct error why = {""};
	int outcome = authzen_evaluation(json(arena, text), NOW, arena, evaluation, &why);

	assert_true((outcome == 1) == (why.text[0] != '\0'));
	return outcome;
}

static void test_whole(void **state)
{
	struct authzen_evaluation evaluation;
	const struct question *question = &evaluation.question;

	assert_int_equal(decode(*state, "{" WHOLE "}", &evaluation), 0);
	assert_string_equal(question->subject.type, "user");
	assert_string_equal(question->subject.id, "alice");
	assert_null(question->subject.properties);
	assert_string_equal(question->action.name, "read");
	assert_null(question->action.properties);
	assert_string_equal(question->resource.type, "record");
	assert_string_equal(question->resource.id, "record-1");
	assert_null(question->resource.properties);
	assert_null(question->context);
	assert_true(question->at == NOW);
	assert_int_equal(question->cannot_decide, REASON_NO_GRANT);
	assert_false(question->explain || evaluation.reason || evaluation.timed);
}

static void test_accepted(void **state)
{
	static const char *const texts[] = {
		"{" WHOLE ",\"unknown\":{\"a\":[1]}}",
		"{" RESOURCE "," ACTION "," SUBJECT "}",
		"{" WHOLE ",\"context\":{}}",
		"{" WHOLE ",\"context\":null}",
		"{" WHOLE ",\"context\":{\"dirgate\":null}}",
		"{" WHOLE ",\"context\":{\"dirgate\":{}}}",
		"{" WHOLE ",\"context\":{\"dirgate\":{\"reason\":null,\"unknown\":7}}}",
		"{\"subject\":{\"type\":\"user\",\"id\":\"alice\",\"x\":1,\"properties\":null}," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":\"user\",\"id\":\"alice\",\"properties\":{}}," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":\"\",\"id\":\"\"},\"action\":{\"name\":\"\"},\"resource\":{\"type\":\"\",\"id\":\"\"}}",
	};
	struct authzen_evaluation evaluation;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (decode(*state, texts[i], &evaluation))
			fail_msg("refused: %s", texts[i]);
}

static void test_malformed(void **state)
{
	static const char *const texts[] = {
		"[]", "null", "7", "\"x\"", "{}",
		/* missing members */
		"{" ACTION "," RESOURCE "}",
		"{" SUBJECT "," RESOURCE "}",
		"{" SUBJECT "," ACTION "}",
		"{\"subject\":null," ACTION "," RESOURCE "}",
		/* missing members of members */
		"{\"subject\":{\"id\":\"alice\"}," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":\"user\"}," ACTION "," RESOURCE "}",
		"{" SUBJECT ",\"action\":{}," RESOURCE "}",
		"{" SUBJECT "," ACTION ",\"resource\":{\"id\":\"x\"}}",
		"{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"x\"}}",
		"{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"x\",\"id\":null}}",
		/* names are exact */
		"{\"Subject\":{\"type\":\"user\",\"id\":\"alice\"}," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":\"user\",\"ID\":\"alice\"}," ACTION "," RESOURCE "}",
		/* wrong kinds */
		"{\"subject\":\"alice\"," ACTION "," RESOURCE "}",
		"{\"subject\":[]," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":\"user\",\"id\":7}," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":true,\"id\":\"alice\"}," ACTION "," RESOURCE "}",
		"{\"subject\":{\"type\":\"user\",\"id\":\"alice\",\"properties\":[]}," ACTION "," RESOURCE "}",
		"{" SUBJECT ",\"action\":{\"name\":[\"read\"]}," RESOURCE "}",
		"{" SUBJECT ",\"action\":{\"name\":\"read\",\"properties\":\"x\"}," RESOURCE "}",
		"{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"x\",\"id\":\"y\",\"properties\":1}}",
		"{" WHOLE ",\"context\":[]}",
		"{" WHOLE ",\"context\":\"x\"}",
		/* our own part of the context */
		"{" WHOLE ",\"context\":{\"dirgate\":true}}",
		"{" WHOLE ",\"context\":{\"dirgate\":[]}}",
		"{" WHOLE ",\"context\":{\"dirgate\":{\"reason\":1}}}",
		"{" WHOLE ",\"context\":{\"dirgate\":{\"explain\":\"true\"}}}",
		"{" WHOLE ",\"context\":{\"dirgate\":{\"at\":\"tomorrow\"}}}",
		"{" WHOLE ",\"context\":{\"dirgate\":{\"at\":1795000000}}}",
		/* what question_check refuses */
		"{" WHOLE ",\"context\":{\"workspace\":7}}",
		"{" WHOLE ",\"context\":{\"active_roles\":\"reader\"}}",
		"{" WHOLE ",\"context\":{\"active_roles\":[1]}}",
		"{" WHOLE ",\"context\":{\"active_roles\":[],\"Active_Roles\":null}}",
		"{\"subject\":{\"type\":\"user\",\"id\":\"alice\",\"properties\":{\"a\":1,\"b\":1,\" A\":1}}," ACTION "," RESOURCE "}",
		"{" SUBJECT ",\"action\":{\"name\":\"read\",\"properties\":{\"b\":1,\"a\":1,\"B\":1}}," RESOURCE "}",
		"{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"x\",\"id\":\"y\",\"properties\":{\"owner\":1,\"Owner\":2}}}",
		"{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"x\",\"id\":\"y\",\"properties\":{\"workspace\":[]}}}",
	};
	struct authzen_evaluation evaluation;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (decode(*state, texts[i], &evaluation) != 1)
			fail_msg("taken: %s", texts[i]);
}

/* An id that is too long to be looked up is refused: it might be that of a resource with spaces behind it. */
static void test_long_id(void **state)
{
	static const char head[] = "{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"record\",\"id\":\"record-1";
	struct authzen_evaluation evaluation;
	const size_t spaces = NAME_LENGTH_MAX;
	char *text = malloc(sizeof(head) + spaces + sizeof("\"}}"));

	assert_non_null(text);
	memcpy(text, head, sizeof(head));
	memset(text + sizeof(head) - 1, ' ', spaces);
	memcpy(text + sizeof(head) - 1 + spaces, "\"}}", sizeof("\"}}"));
	assert_int_equal(decode(*state, text, &evaluation), 1);
	memcpy(text + sizeof(head) - 1 + 64, "\"}}", sizeof("\"}}"));
	assert_int_equal(decode(*state, text, &evaluation), 0);
	free(text);
}

/* {"a0":0,"a1":0…} with a list of so many items in the last member. */
static char *question_with(size_t members, size_t items)
{
	struct text text;

	text_init(&text, 1048576);
	text_append(&text, "{" WHOLE ",\"context\":{\"dirgate\":{\"reason\":true}");
	for (size_t i = 0; i < members; i++)
		text_print(&text, ",\"a%zu\":0", i);
	text_append(&text, ",\"list\":[[");
	for (size_t i = 0; i < items; i++)
		text_append(&text, i > 0 ? ",0" : "0");
	text_append(&text, "]]}}");
	return text_detach(&text);
}

/* Filters look through all that is said, for each candidate of a search again. */
static void test_many_values(void **state)
{
	static const struct { size_t members, items; int outcome; } rows[] = {
		{QUESTION_VALUES_MAX - 2, 0, 0}, {QUESTION_VALUES_MAX - 1, 0, 1}, {QUESTION_VALUES_MAX / 2, QUESTION_VALUES_MAX / 2 - 2, 0},
		{QUESTION_VALUES_MAX / 2, QUESTION_VALUES_MAX / 2 - 1, 1}, {0, 60000, 1}, {60000, 0, 1},
	};
	struct authzen_evaluation evaluation;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = question_with(rows[i].members, rows[i].items);

		assert_int_equal(decode(*state, text, &evaluation), rows[i].outcome);
		free(text);
	}
}

static void test_properties(void **state)
{
	struct authzen_evaluation evaluation;
	const struct question *question = &evaluation.question;

	assert_int_equal(decode(*state, "{\"subject\":{\"type\":\"user\",\"id\":\"a\",\"properties\":{\"role\":\"x\"}},"
	                                "\"action\":{\"name\":\"n\",\"properties\":{\"soft\":true}},"
	                                "\"resource\":{\"type\":\"r\",\"id\":\"1\",\"properties\":{\"size\":5}},"
	                                "\"context\":{\"ip\":\"10.0.0.1\"}}", &evaluation), 0);
	assert_string_equal(value_member_string(question->subject.properties, "role"), "x");
	assert_true(value_member(question->action.properties, "soft")->boolean);
	assert_true(value_member(question->resource.properties, "size")->number == 5);
	assert_string_equal(value_member_string(question->context, "ip"), "10.0.0.1");
}

static void test_wishes(void **state)
{
	struct authzen_evaluation evaluation;
	instant monday;

	assert_int_equal(clock_parse_rfc3339("2026-11-23T09:00:00+01:00", &monday), 0);
	assert_int_equal(decode(*state, "{" WHOLE ",\"context\":{\"a\":1,\"dirgate\":{\"reason\":true,"
	                                "\"at\":\"2026-11-23T09:00:00+01:00\"},\"b\":2}}", &evaluation), 0);
	assert_true(evaluation.reason && evaluation.timed && !evaluation.question.explain);
	assert_true(evaluation.question.at == monday);
	assert_int_equal(evaluation.question.context->count, 2);
	assert_null(value_member(evaluation.question.context, "dirgate"));
	assert_true(value_member(evaluation.question.context, "a")->number == 1);
	assert_true(value_member(evaluation.question.context, "b")->number == 2);

	assert_int_equal(decode(*state, "{" WHOLE ",\"context\":{\"dirgate\":{\"explain\":true}}}", &evaluation), 0);
	assert_true(evaluation.reason && evaluation.question.explain && !evaluation.timed);
	assert_int_equal(evaluation.question.context->count, 0);
}

/* ---- batches ---- */

static int decode_batch(struct arena *arena, const char *text, struct authzen_batch *batch)
{
	struct error why = {""};
	int outcome = authzen_batch(json(arena, text), batch, &why);

	assert_true((outcome == 1) == (why.text[0] != '\0'));
	return outcome;
}

static void test_batch_malformed(void **state)
{
	static const char *const texts[] = {
		"[]", "{\"evaluations\":{}}", "{\"evaluations\":\"x\"}", "{\"options\":[],\"evaluations\":[{}]}",
		"{\"options\":{\"evaluations_semantic\":\"first\"},\"evaluations\":[{}]}",
		"{\"options\":{\"evaluations_semantic\":\"Execute_All\"},\"evaluations\":[{}]}",
		"{\"options\":{\"evaluations_semantic\":1},\"evaluations\":[{}]}",
		"{\"subject\":\"alice\",\"evaluations\":[{}]}", "{\"action\":[],\"evaluations\":[{}]}",
		"{\"resource\":7,\"evaluations\":[{}]}", "{\"context\":true,\"evaluations\":[{}]}",
	};
	struct authzen_batch batch;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (decode_batch(*state, texts[i], &batch) != 1)
			fail_msg("taken: %s", texts[i]);
}

static void test_batch_single(void **state)
{
	static const char *const texts[] = {
		"{" WHOLE "}", "{" WHOLE ",\"evaluations\":[]}", "{" WHOLE ",\"evaluations\":null}",
	};
	struct authzen_batch batch;

	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(decode_batch(*state, texts[i], &batch), 0);
		assert_int_equal(batch.count, 0);
	}
}

static void test_batch_defaults(void **state)
{
	struct authzen_evaluation evaluation;
	struct authzen_batch batch;
	struct error why;

	assert_int_equal(decode_batch(*state,
		"{" SUBJECT "," ACTION ",\"context\":{\"a\":1},"
		"\"resource\":{\"type\":\"record\",\"id\":\"default\",\"properties\":{\"p\":1}},"
		"\"evaluations\":[{},{\"resource\":{\"type\":\"record\",\"id\":\"own\"}},{\"context\":{\"b\":2}},"
		"{\"resource\":null}]}", &batch), 0);
	assert_int_equal(batch.count, 4);
	assert_int_equal(batch.semantic, AUTHZEN_EXECUTE_ALL);

	assert_int_equal(authzen_batch_item(&batch, 0, NOW, *state, &evaluation, &why), 0);
	assert_string_equal(evaluation.question.resource.id, "default");
	assert_non_null(value_member(evaluation.question.resource.properties, "p"));
	assert_non_null(value_member(evaluation.question.context, "a"));

	/* An entity of an item replaces the default one whole. */
	assert_int_equal(authzen_batch_item(&batch, 1, NOW, *state, &evaluation, &why), 0);
	assert_string_equal(evaluation.question.resource.id, "own");
	assert_null(evaluation.question.resource.properties);
	assert_string_equal(evaluation.question.subject.id, "alice");

	assert_int_equal(authzen_batch_item(&batch, 2, NOW, *state, &evaluation, &why), 0);
	assert_null(value_member(evaluation.question.context, "a"));
	assert_non_null(value_member(evaluation.question.context, "b"));

	assert_int_equal(authzen_batch_item(&batch, 3, NOW, *state, &evaluation, &why), 0);
	assert_string_equal(evaluation.question.resource.id, "default");
}

/* A default that is incomplete only matters to the items that use it. */
static void test_batch_items(void **state)
{
	struct authzen_evaluation evaluation;
	struct authzen_batch batch;
	struct error why;

	assert_int_equal(decode_batch(*state,
		"{" SUBJECT "," ACTION ",\"resource\":{},\"evaluations\":[{" RESOURCE "},{},7,null,[],{\"subject\":5}]}",
		&batch), 0);
	assert_int_equal(batch.count, 6);
	assert_int_equal(authzen_batch_item(&batch, 0, NOW, *state, &evaluation, &why), 0);
	for (size_t i = 1; i < 6; i++)
		assert_int_equal(authzen_batch_item(&batch, i, NOW, *state, &evaluation, &why), 1);
}

static void test_batch_semantics(void **state)
{
	static const struct { const char *options; bool ends_on_deny, ends_on_allow; } cases[] = {
		{"{}", false, false},
		{"{\"other\":1}", false, false},
		{"{\"evaluations_semantic\":null}", false, false},
		{"{\"evaluations_semantic\":\"execute_all\"}", false, false},
		{"{\"evaluations_semantic\":\"deny_on_first_deny\"}", true, false},
		{"{\"evaluations_semantic\":\"permit_on_first_permit\"}", false, true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct authzen_batch batch;
		char text[200];

		snprintf(text, sizeof(text), "{\"options\":%s,\"evaluations\":[{}]}", cases[i].options);
		assert_int_equal(decode_batch(*state, text, &batch), 0);
		assert_int_equal(authzen_batch_ends(&batch, false), cases[i].ends_on_deny);
		assert_int_equal(authzen_batch_ends(&batch, true), cases[i].ends_on_allow);
	}
}

/* ---- searches ---- */

static int decode_search(struct arena *arena, const char *text, enum search_kind kind, struct authzen_search *search)
{
	struct error why = {""};
	int outcome = authzen_search(json(arena, text), kind, NOW, arena, search, &why);

	assert_true((outcome == 1) == (why.text[0] != '\0'));
	return outcome;
}

/* What is looked for is ignored, whatever it is. */
static void test_search(void **state)
{
	struct authzen_search search;
	const struct question *question = &search.evaluation.question;

	assert_int_equal(decode_search(*state, "{\"subject\":{\"type\":\"user\",\"id\":7}," ACTION "," RESOURCE "}",
	                               SEARCH_SUBJECTS, &search), 0);
	assert_string_equal(question->subject.type, "user");
	assert_string_equal(question->subject.id, "");
	assert_null(search.token);
	assert_null(search.limit);
	assert_int_equal(decode_search(*state, "{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"record\"},"
	                               "\"page\":{\"token\":\"t\",\"limit\":7,\"properties\":{\"a\":1},\"x\":[]}}",
	                               SEARCH_RESOURCES, &search), 0);
	assert_string_equal(question->resource.type, "record");
	assert_string_equal(question->resource.id, "");
	assert_string_equal(search.token, "t");
	assert_int_equal(*search.limit, 7);
	assert_non_null(search.page_properties);
	assert_int_equal(decode_search(*state, "{" SUBJECT ",\"action\":7," RESOURCE ",\"context\":{\"dirgate\":{\"reason\":true}},"
	                               "\"page\":{\"limit\":1e30}}", SEARCH_ACTIONS, &search), 0);
	assert_string_equal(question->action.name, "");
	assert_true(search.evaluation.reason);
	assert_true(*search.limit == UINT32_MAX);
}

static void test_search_malformed(void **state)
{
	static const struct { enum search_kind kind; const char *text; } cases[] = {
		{SEARCH_SUBJECTS, "[]"},
		{SEARCH_SUBJECTS, "{" ACTION "," RESOURCE "}"},
		{SEARCH_SUBJECTS, "{\"subject\":{\"id\":\"alice\"}," ACTION "," RESOURCE "}"},
		{SEARCH_SUBJECTS, "{" SUBJECT "," RESOURCE "}"},
		{SEARCH_SUBJECTS, "{" SUBJECT "," ACTION ",\"resource\":{\"type\":\"record\"}}"},
		{SEARCH_RESOURCES, "{\"subject\":{\"type\":\"user\"}," ACTION "," RESOURCE "}"},
		{SEARCH_RESOURCES, "{" SUBJECT "," RESOURCE "}"},
		{SEARCH_RESOURCES, "{" SUBJECT "," ACTION ",\"resource\":{}}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," ACTION "}"},
		{SEARCH_ACTIONS, "{" RESOURCE "}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"context\":7}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"page\":7}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"page\":{\"token\":7}}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"page\":{\"limit\":-1}}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"page\":{\"limit\":1.5}}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"page\":{\"limit\":\"1\"}}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"page\":{\"properties\":[]}}"},
		{SEARCH_ACTIONS, "{" SUBJECT "," RESOURCE ",\"context\":{\"workspace\":7}}"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct authzen_search search;

		assert_int_equal(decode_search(*state, cases[i].text, cases[i].kind, &search), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whole, start, finish),
		cmocka_unit_test_setup_teardown(test_accepted, start, finish),
		cmocka_unit_test_setup_teardown(test_malformed, start, finish),
		cmocka_unit_test_setup_teardown(test_long_id, start, finish),
		cmocka_unit_test_setup_teardown(test_many_values, start, finish),
		cmocka_unit_test_setup_teardown(test_properties, start, finish),
		cmocka_unit_test_setup_teardown(test_wishes, start, finish),
		cmocka_unit_test_setup_teardown(test_batch_malformed, start, finish),
		cmocka_unit_test_setup_teardown(test_batch_single, start, finish),
		cmocka_unit_test_setup_teardown(test_batch_defaults, start, finish),
		cmocka_unit_test_setup_teardown(test_batch_items, start, finish),
		cmocka_unit_test_setup_teardown(test_batch_semantics, start, finish),
		cmocka_unit_test_setup_teardown(test_search, start, finish),
		cmocka_unit_test_setup_teardown(test_search_malformed, start, finish),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* JSON texts as values, and values as JSON. */
#include "json/json_value.h"
#include "json/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static const struct value *parse(struct arena *arena, const char *text)
{
	const struct value *value = NULL;
	struct error why = {""};

	if (json_value_parse(text, strlen(text), arena, &value, &why)) {
		assert_true(why.text[0] != '\0');
		return NULL;
	}
	return value;
}

static void test_kinds(void **state)
{
	const struct value *value = parse(*state, "{\"a\":[1,-2.5,\"x\",true,false,null,{}]}");
	const struct value *list;

	assert_non_null(value);
	assert_int_equal(value->kind, VALUE_OBJECT);
	list = json_value_member(value, "a");
	assert_int_equal(list->kind, VALUE_ARRAY);
	assert_int_equal(list->count, 7);
	assert_true(list->items[0].number == 1);
	assert_true(list->items[1].number == -2.5L);
	assert_string_equal(list->items[2].string, "x");
	assert_true(list->items[3].kind == VALUE_BOOLEAN && list->items[3].boolean);
	assert_true(list->items[4].kind == VALUE_BOOLEAN && !list->items[4].boolean);
	assert_int_equal(list->items[5].kind, VALUE_NULL);
	assert_true(list->items[6].kind == VALUE_OBJECT && list->items[6].count == 0);
}

static void test_numbers_are_exact(void **state)
{
	assert_true(parse(*state, "9223372036854775807")->number == 9223372036854775807.0L);
	assert_true(parse(*state, "-9223372036854775808")->number == -9223372036854775808.0L);
	assert_true(parse(*state, "9007199254740993")->number == 9007199254740993.0L);
	assert_true(parse(*state, "1e3")->number == 1000);
	assert_null(parse(*state, "9223372036854775808"));
}

static void test_members_are_exact(void **state)
{
	const struct value *value = parse(*state, "{\"Id\":1,\"none\":null,\"id\":2}");

	assert_true(json_value_member(value, "id")->number == 2);
	assert_null(json_value_member(value, "ID"));
	assert_null(json_value_member(value, "none"));
	assert_null(json_value_member(NULL, "id"));
	assert_null(json_value_member(json_value_member(value, "id"), "id"));
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "{", "{\"a\":1,}", "[1 2]", "{'a':1}", "tru", "{} {}", "\"\\u0000\"", "{\"\\u0000\":1}",
		"{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "\"\\ud800\"", "\"\xff\"", "\"\x01\"", "01", "NaN", "+1",
		"-", "1.", ".5", "1e", "1e+", "1E400", "-1E400", "0x1", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"",
		"\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
		"\xef\xbb\xbf{}", "nul", "truex", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "{1:2}", "[1]]", "\x0c[]",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parse(*state, texts[i]))
			fail_msg("taken: %s", texts[i]);
}

static void test_strings(void **state)
{
	assert_string_equal(parse(*state, "\"gr\\u00fc\\u00DF \\u20ac \\ud83d\\ude00\"")->string,
	                    "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
	assert_string_equal(parse(*state, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")->string, "\"\\/\b\f\n\r\t");
	assert_string_equal(parse(*state, "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\x7f\"")->string,
	                    "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\x7f");
	assert_string_equal(parse(*state, " \"\" ")->string, "");
}

/* Objects and arrays of any length, duplicates found in all of them. */
static void test_many(void **state)
{
	struct text text;

	for (size_t count = 1; count < 300; count += 7) {
		text_init(&text, 100000);
		text_append_char(&text, '{');
		for (size_t i = 0; i < count; i++)
			text_print(&text, "\"m%zu\":[[],%zu],", (i * 7919) % count, i);
		assert_null(parse(*state, text_string(&text)));
		text_append(&text, "\"m\":null}");
		assert_int_equal(parse(*state, text_string(&text))->count, count + 1);
		text.octets[--text.length] = '\0';
		text_append(&text, ",\"m0\":1}");
		assert_null(parse(*state, text_string(&text)));
		text_release(&text);
	}
}

static void test_nul_octet(void **state)
{
	const struct value *value;
	struct error why;

	assert_int_equal(json_value_parse("[1\0]", 4, *state, &value, &why), 1);
	assert_int_equal(json_value_parse("\"a\0b\"", 5, *state, &value, &why), 1);
}

static void test_depth(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 3];

	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	text[2 * JSON_DEPTH_MAX] = '\0';
	assert_non_null(parse(*state, text));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	text[2 * JSON_DEPTH_MAX + 2] = '\0';
	assert_null(parse(*state, text));
}

/* ---- writing ---- */

static void test_write(void **state)
{
	static const char *const strings[] = {"a", "b"};
	struct text text;
	struct json_writer writer = {.out = &text};

	text_init(&text, 1000);
	json_write_object(&writer, NULL);
	json_write_string(&writer, "s", "x");
	json_write_number(&writer, "n", -7);
	json_write_boolean(&writer, "b", false);
	json_write_array(&writer, "l");
	json_write_object(&writer, NULL);
	json_write_end(&writer);
	json_write_number(&writer, NULL, 2);
	json_write_end(&writer);
	json_write_strings(&writer, "t", strings, 2);
	json_write_strings(&writer, "e", NULL, 0);
	json_write_instant(&writer, "at", 0);
	json_write_end(&writer);
	assert_string_equal(text_string(&text), "{\"s\":\"x\",\"n\":-7,\"b\":false,\"l\":[{},2],\"t\":[\"a\",\"b\"],"
	                                        "\"e\":[],\"at\":\"1970-01-01T00:00:00Z\"}");
	assert_non_null(parse(*state, text_string(&text)));
	text_release(&text);
}

static void test_write_strings(void **state)
{
	static const struct { const char *string, *json; } cases[] = {
		{"", "\"\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"\n\t\x01\x1f\x7f", "\"\\n\\t\\u0001\\u001f\x7f\""},
		{"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\""},
		{"a\xff" "b", "\"a\xef\xbf\xbd" "b\""},
		{"\xc3", "\"\xef\xbf\xbd\""},
		{"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text;
		struct json_writer writer = {.out = &text};

		text_init(&text, 1000);
		json_write_string(&writer, NULL, cases[i].string);
		assert_string_equal(text_string(&text), cases[i].json);
		assert_non_null(parse(*state, text_string(&text)));
		text_release(&text);
	}
}

/* What was read is written as it was. */
static void test_values_written(void **state)
{
	static const char json[] = "{\"a\":[1,-2.5,\"x\\n\",true,false,null,{}],\"b\":{\"c\":[]}}";
	struct text text;
	struct json_writer writer = {.out = &text};

	text_init(&text, 1000);
	json_value_write(&writer, NULL, parse(*state, json));
	assert_string_equal(text_string(&text), json);
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kinds, start, finish),
		cmocka_unit_test_setup_teardown(test_numbers_are_exact, start, finish),
		cmocka_unit_test_setup_teardown(test_members_are_exact, start, finish),
		cmocka_unit_test_setup_teardown(test_refused, start, finish),
		cmocka_unit_test_setup_teardown(test_strings, start, finish),
		cmocka_unit_test_setup_teardown(test_many, start, finish),
		cmocka_unit_test_setup_teardown(test_nul_octet, start, finish),
		cmocka_unit_test_setup_teardown(test_depth, start, finish),
		cmocka_unit_test_setup_teardown(test_write, start, finish),
		cmocka_unit_test_setup_teardown(test_write_strings, start, finish),
		cmocka_unit_test_setup_teardown(test_values_written, start, finish),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

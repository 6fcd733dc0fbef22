/* Lists in JSON as rows of texts. */
#include "json/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json/json_value.h"

static const struct value *json(struct arena *arena, const char *text)
{
	const struct value *value;
	struct error why = {""};

	if (json_value_parse(text, strlen(text), arena, &value, &why))
		fail_msg("no JSON: %s: %s", text, why.text);
	return value;
}

static void assert_csv(const struct table_shape *shape, const char *answer, const char *wanted)
{
	struct arena *arena = arena_new();
	struct text out;
	struct csv_writer csv = {.out = &out};

	text_init(&out, 4096);
	table_write_titles(shape, &csv);
	table_write_rows(shape, json(arena, answer), &csv);
	assert_false(out.overflowed);
	assert_string_equal(text_string(&out), wanted);
	text_release(&out);
	arena_free(arena);
}

static void test_rows(void **state)
{
	static const struct table_shape one = {{NULL}, {{"id", "id"}, {"seats", "counts.seats"}}};
	static const struct table_shape list = {{"users"}, {{"id", "id"}, {"name", "name"}}};
	static const struct table_shape by_id = {{"first", "second"}, {{"place", "id"}, {"roles", "roles"}}};

	(void)state;
	assert_csv(&one, "{\"id\":\"a\",\"counts\":{\"seats\":7}}", "id,seats\r\na,7\r\n");
	assert_csv(&list, "{\"users\":[{\"id\":\"a\",\"name\":\"A, B\"},{\"id\":\"b\"}],\"page\":{}}",
	           "id,name\r\na,\"A, B\"\r\nb,\r\n");
	assert_csv(&list, "{\"users\":[]}", "id,name\r\n");
	assert_csv(&by_id, "{\"first\":{\"acme\":{\"roles\":[\"x\",\"y\"]}},\"second\":{\"w\":{\"id\":\"no\",\"roles\":[]}}}",
	           "place,roles\r\nacme,\"x, y\"\r\nw,\r\n");
}

static void test_cells(void **state)
{
	static const struct table_shape shape = {{NULL},
		{{"access", "access"}, {"until", "access.until"}, {"restrictions", "access.restrictions"}, {"yes", "yes"}}};

	(void)state;
	assert_csv(&shape,
	           "{\"access\":[{\"role\":{\"id\":\"agent\"},\"stop\":\"pending\",\"path\":{\"groups\":[{\"id\":\"g\"}],"
	           "\"binding\":{\"dn\":\"cn=b\"}},\"restrictions\":[]},{\"role\":{\"id\":\"owner\"},\"stop\":\"granted\","
	           "\"until\":\"2027\",\"restrictions\":[{\"id\":\"r\"}]},{\"role\":{\"id\":\"x\"},\"until\":\"2028\"}],\"yes\":true}",
	           "access,until,restrictions,yes\r\n\"agent via g > cn=b (pending), owner, x\",\"2027, 2028\",r,yes\r\n");
}

/* What a spreadsheet would run is text there. */
static void test_formulas(void **state)
{
	static const struct table_shape shape = {{"users"}, {{"name", "name"}, {"more", "more"}}};

	(void)state;
	assert_csv(&shape, "{\"users\":[{\"name\":\"=1+1\",\"more\":[\"@x\",\"y\"]},{\"name\":\"-2\",\"more\":\"a=b\"}]}",
	           "name,more\r\n'=1+1,\"'@x, y\"\r\n'-2,a=b\r\n");
}

static void test_too_long(void **state)
{
	static const struct table_shape shape = {{NULL}, {{"a", "a"}}};
	struct arena *arena = arena_new();
	char *long_text = arena_alloc(arena, TABLE_CELL_MAX + 2);
	const struct member member = {"a", {.kind = VALUE_STRING, .string = long_text}};
	const struct value row = {.kind = VALUE_OBJECT, .count = 1, .members = &member};
	struct text out;

	(void)state;
	memset(long_text, 'x', TABLE_CELL_MAX + 1);
	long_text[TABLE_CELL_MAX + 1] = '\0';
	text_init(&out, 4 * TABLE_CELL_MAX);
	table_write_rows(&shape, &row, &(struct csv_writer){.out = &out});
	assert_true(out.overflowed);
	text_release(&out);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void test_empty_text(void **state)
{
	struct text text;
	char *detached;

	(void)state;
	text_init(&text, 10);
	assert_string_equal(text_string(&text), "");
	detached = text_detach(&text);
	assert_string_equal(detached, "");
	free(detached);
	text_release(&text);
}

static void test_appending(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 1000);
	text_append(&text, "a");
	text_append_char(&text, 'b');
	text_append_octets(&text, "c\0d", 3);
	text_append_octets(&text, NULL, 0);
	text_print(&text, "%d%s", 12, "e");
	assert_int_equal(text.length, 8);
	assert_memory_equal(text_string(&text), "abc\0d12e", 9);
	assert_false(text.overflowed);
	text_release(&text);
	assert_string_equal(text_string(&text), "");
	text_append(&text, "again");
	assert_string_equal(text_string(&text), "again");
	text_release(&text);
}

static void test_growing(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 100000);
	for (int i = 0; i < 100000; i++)
		text_append_char(&text, (char)('a' + i % 26));
	assert_false(text.overflowed);
	assert_int_equal(text.length, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(text_string(&text)[i], 'a' + i % 26);
	text_append_char(&text, 'x');
	assert_true(text.overflowed);
	assert_int_equal(strlen(text_string(&text)), 100000);
	text_release(&text);
}

static void test_overflow_is_remembered(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 5);
	text_append(&text, "1234");
	text_append(&text, "56");
	assert_true(text.overflowed);
	text_append(&text, "5"); /* would fit, but would not be where it belongs */
	assert_string_equal(text_string(&text), "1234");
	text_reset(&text);
	assert_false(text.overflowed);
	assert_string_equal(text_string(&text), "");
	text_print(&text, "%s", "12345");
	assert_string_equal(text_string(&text), "12345");
	assert_false(text.overflowed);
	text_print(&text, "%s", "");
	assert_false(text.overflowed);
	text_print(&text, "%d", 6);
	assert_true(text.overflowed);
	assert_string_equal(text_string(&text), "12345");
	text_release(&text);
}

static void test_maximum_of_nothing(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 0);
	text_append(&text, "");
	assert_false(text.overflowed);
	text_append(&text, "x");
	assert_true(text.overflowed);
	assert_string_equal(text_string(&text), "");
	text_release(&text);
}

static void test_detached_string_is_the_callers(void **state)
{
	struct text text;
	char *detached;

	(void)state;
	text_init(&text, 100);
	text_append(&text, "mine");
	detached = text_detach(&text);
	text_append(&text, "other");
	assert_string_equal(detached, "mine");
	assert_string_equal(text_string(&text), "other");
	free(detached);
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_text),
		cmocka_unit_test(test_appending),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_overflow_is_remembered),
		cmocka_unit_test(test_maximum_of_nothing),
		cmocka_unit_test(test_detached_string_is_the_callers),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

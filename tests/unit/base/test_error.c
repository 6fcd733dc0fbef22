#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "base/error.h"

static void test_set_returns_the_code(void **state)
{
	struct error why = {0};

	(void)state;
	assert_int_equal(error_set(&why, -EINVAL, "%s:%d: broken", "a.ldif", 12), -EINVAL);
	assert_string_equal(why.text, "a.ldif:12: broken");
	assert_int_equal(error_set(NULL, -EIO, "nobody asks"), -EIO);
	assert_int_equal(error_prefix(NULL, -EIO, "nobody asks"), -EIO);
}

static void test_message_may_quote_itself(void **state)
{
	struct error why = {0};

	(void)state;
	error_set(&why, -EIO, "inner");
	error_set(&why, -EIO, "outer: %s", why.text);
	assert_string_equal(why.text, "outer: inner");
}

static void test_prefix(void **state)
{
	struct error why = {0};

	(void)state;
	assert_int_equal(error_prefix(&why, -EIO, "%d: ", 1), -EIO);
	assert_string_equal(why.text, "1: ");
	error_set(&why, -EIO, "broken");
	error_prefix(&why, -EIO, "policy.ldif:%d: ", 3);
	assert_string_equal(why.text, "policy.ldif:3: broken");
}

static void test_long_messages_end_in_dots(void **state)
{
	struct error why = {0};

	(void)state;
	error_set(&why, -EIO, "%s%1022s", "", "x");
	assert_int_equal(strlen(why.text), 1022);
	error_prefix(&why, -EIO, "1");
	assert_int_equal(strlen(why.text), 1023);
	assert_string_equal(why.text + 1022, "x");
	error_prefix(&why, -EIO, "2");
	assert_int_equal(strlen(why.text), 1023);
	assert_int_equal(why.text[0], '2');
	assert_string_equal(why.text + 1019, " ...");

	error_set(&why, -EIO, "%2000s", "x");
	assert_int_equal(strlen(why.text), 1023);
	assert_string_equal(why.text + 1019, " ...");
	error_prefix(&why, -EIO, "%2000s", "y");
	assert_int_equal(strlen(why.text), 1023);
	assert_string_equal(why.text + 1020, "...");
	for (size_t room = 1; room <= 5; room++) {
		error_set(&why, -EIO, "abcdef");
		error_prefix(&why, -EIO, "%*s", (int)(ERROR_TEXT_MAX - 1 - room), "y");
		assert_int_equal(strlen(why.text), 1023);
		assert_string_equal(why.text + 1020, "...");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_returns_the_code),
		cmocka_unit_test(test_message_may_quote_itself),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_long_messages_end_in_dots),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "directory/follower/position.h"

static const char early[] = "20261121173926.126411Z#000000#001#000000";
static const char late[] = "20261121173926.126412Z#000000#001#000000";
static const char other[] = "20261121173926.126411Z#000000#00a#000000";

static void expect_text(const struct position *position, const char *wanted)
{
	struct position again;
	struct text text;

	text_init(&text, 10000);
	position_print(position, &text);
	assert_string_equal(text_string(&text), wanted);
	if (text.length > 0) {
		assert_true(position_parse(text.octets, text.length, &again));
		assert_true(position_reached(position, &again) && position_reached(&again, position));
	}
	text_release(&text);
}

static void test_csn(void **state)
{
	struct position position = {0};

	(void)state;
	assert_true(position_advance_csn(&position, late, strlen(late)));
	assert_true(position_advance_csn(&position, other, strlen(other)));
	assert_true(position_advance_csn(&position, early, strlen(early))); /* not backwards */
	expect_text(&position, "001=20261121173926.126412Z#000000#001#000000,00a=20261121173926.126411Z#000000#00a#000000");
	assert_string_equal(position_value(&position, "001"), late);
	assert_null(position_value(&position, "002"));
}

static void test_broken_csn(void **state)
{
	static const char *const broken[] = {
		"", "x", "20261121173926Z#000000#001#000000", "20261121173926.126411Z#000000#001#00000",
		"20261121173926.126411Z#000000#001#0000000", "2026112117392a.126411Z#000000#001#000000",
		"20261121173926.126411Z#000000#0 1#000000",
	};
	struct position position = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		assert_false(position_advance_csn(&position, broken[i], strlen(broken[i])));
	assert_int_equal(position.count, 0);
}

static void test_reached(void **state)
{
	struct position here = {0}, wanted = {0};

	(void)state;
	assert_true(position_reached(&here, &wanted)); /* nothing is asked for */
	position_advance_csn(&wanted, early, strlen(early));
	assert_false(position_reached(&here, &wanted)); /* a server that has not been heard of */
	position_advance_csn(&here, early, strlen(early));
	assert_true(position_reached(&here, &wanted));
	position_advance_csn(&wanted, late, strlen(late));
	assert_false(position_reached(&here, &wanted));
	position_advance_csn(&wanted, other, strlen(other));
	position_join(&here, &wanted);
	assert_true(position_reached(&here, &wanted));
}

static void test_parse(void **state)
{
	static const char *const broken[] = {"", ",", "a", "=b", "a=", "a=b,", "a=b,,c=d", "a=b;c=d", "a b=c", "a=b c", "a=b=c"};
	struct position position;

	(void)state;
	assert_true(position_parse("time=00017", 10, &position));
	assert_string_equal(position_value(&position, "time"), "00017");
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		if (position_parse(broken[i], strlen(broken[i]), &position))
			fail_msg("\"%s\" was taken", broken[i]);
}

static void test_limits(void **state)
{
	struct position position = {0};
	char key[POSITION_KEY_MAX + 1];

	(void)state;
	memset(key, 'k', sizeof(key));
	key[POSITION_KEY_MAX] = '\0';
	assert_false(position_advance(&position, key, "1"));
	for (int i = 0; i < POSITION_ITEMS_MAX; i++) {
		snprintf(key, sizeof(key), "%d", i);
		assert_true(position_advance(&position, key, "1"));
	}
	assert_false(position.full);
	assert_true(position_advance(&position, "7", "2"));
	assert_false(position_advance(&position, "new", "1"));
	assert_true(position.full);
	assert_false(position_reached(&position, &position));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csn),   cmocka_unit_test(test_broken_csn), cmocka_unit_test(test_reached),
		cmocka_unit_test(test_parse), cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

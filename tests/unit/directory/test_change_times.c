#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "directory/poll/change_times.h"

#define S        INSTANT_SECOND
#define BASE     (1000000 * S) /* of the server's clock; ours begins at 0 */
#define CLOCK(t) (BASE + (t)*S)

static void test_nothing_known(void **state)
{
	struct change_times times;

	(void)state;
	change_times_init(&times, 0);
	assert_int_equal(times.overlap, S);
	change_times_read(&times, 0, S, INSTANT_MIN);
	assert_false(times.known);
	assert_true(times.covered == INSTANT_MIN);
}

static void test_overlap_and_span(void **state)
{
	struct change_times times;

	(void)state;
	change_times_init(&times, 5 * S);
	/* It took 20 s: what was changed just after its begin may have escaped. */
	change_times_read(&times, 0, 20 * S, CLOCK(20));
	assert_true(times.covered == CLOCK(20 - 5 - 20 - 1));
	assert_true(change_times_since(&times) == CLOCK(20 - 5 - 20));
	change_times_read(&times, 22 * S, 23 * S, CLOCK(21));
	assert_true(change_times_since(&times) == CLOCK(21 - 5 - 1));
}

/* When nothing more comes, what came last is not asked for for ever. */
static void test_settled(void **state)
{
	struct change_times times;

	(void)state;
	change_times_init(&times, 5 * S);
	change_times_read(&times, 0, S, CLOCK(-100));
	change_times_read(&times, 3 * S, 4 * S, CLOCK(-100));
	assert_true(change_times_since(&times) == CLOCK(-100 - 5 - 1)); /* three seconds are less than the overlap */
	change_times_read(&times, 6 * S, 7 * S, CLOCK(-100));
	assert_true(times.covered == CLOCK(-100));
	assert_true(change_times_since(&times) == CLOCK(-99));
	change_times_read(&times, 12 * S, 13 * S, INSTANT_MIN);
	assert_true(change_times_since(&times) == CLOCK(-99));
	/* Something comes: not what was settled is asked for again. */
	change_times_read(&times, 20 * S, 21 * S, CLOCK(-98));
	assert_true(times.covered == CLOCK(-100));
	/* A read that finds more settles what was last before. */
	change_times_read(&times, 30 * S, 31 * S, CLOCK(-97));
	assert_true(times.covered == CLOCK(-98));
}

static void test_inherited(void **state)
{
	struct change_times before, times;

	(void)state;
	change_times_init(&before, 5 * S);
	change_times_init(&times, 5 * S);
	change_times_inherit(&times, &before);
	assert_true(times.covered == INSTANT_MIN);
	change_times_read(&before, 0, S, CLOCK(0));
	change_times_read(&before, 10 * S, 11 * S, CLOCK(0));
	assert_true(before.covered == CLOCK(0));
	change_times_read(&times, 20 * S, 21 * S, CLOCK(-1)); /* the last change is not there: an older state */
	change_times_inherit(&times, &before);
	assert_true(times.covered == CLOCK(-8));
	change_times_read(&times, 22 * S, 23 * S, CLOCK(0));
	change_times_inherit(&times, &before);
	assert_true(times.covered == CLOCK(0));
}

static void test_print(void **state)
{
	char text[CHANGE_TIME_SIZE];

	(void)state;
	change_time_print((instant)1795290666 * S + 999, text);
	assert_string_equal(text, "20261121195106Z");
	change_time_print(-1, text);
	assert_string_equal(text, "19691231235959Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_overlap_and_span),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_inherited),
		cmocka_unit_test(test_print),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

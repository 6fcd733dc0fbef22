/* Problem details (RFC 9457), and which reasons are problems. */
#include "json/problem_details.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_written(void **state)
{
	struct text text;
	struct json_writer writer = {.out = &text};

	(void)state;
	text_init(&text, 1000);
	problem_details_write(&writer, 400, "malformed", "What?", "a \"b\"");
	assert_string_equal(text_string(&text), "{\"type\":\"urn:dirgate:problem:malformed\",\"title\":\"What?\",\"status\":400,"
	                                        "\"reason\":\"malformed\",\"detail\":\"a \\\"b\\\"\"}");
	text_reset(&text);
	problem_details_write(&writer, 403, "forbidden", "No.", NULL);
	assert_null(strstr(text_string(&text), "detail"));
	text_release(&text);
}

/* Whatever leaves it undecided is a 503; a reason of a decision is no problem at all. */
static void test_statuses(void **state)
{
	unsigned undecided = 0;

	(void)state;
	for (enum reason reason = 0; reason < REASON_COUNT; reason++)
		undecided += problem_details_status(reason) == 503;
	assert_int_equal(undecided, REASON_COUNT - REASON_STALE);
	assert_int_equal(problem_details_status(REASON_UNKNOWN_SUBJECT), 404);
	assert_int_equal(problem_details_status(REASON_AMBIGUOUS_SUBJECT), 409);
	assert_int_equal(problem_details_status(REASON_NO_GRANT), 0);
	assert_int_equal(problem_details_status(REASON_GRANTED), 0);
	assert_int_equal(problem_details_status(REASON_SUBJECT_INACTIVE), 0);
	assert_int_equal(problem_details_status(REASON_COUNT), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

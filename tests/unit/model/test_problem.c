/* The table of problems is whole, and its codes are as promised. */
#include "model/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void sentence_check(const char *text)
{
	assert_non_null(text);
	assert_true(strlen(text) > 10);
	assert_true(text[0] >= 'A' && text[0] <= 'Z');
	assert_int_equal(text[strlen(text) - 1], '.');
}

static void test_rows(void **state)
{
	(void)state;
	for (int code = 0; code < PROBLEM_COUNT; code++) {
		const struct problem_info *info = problem_info((enum problem_code)code);
		assert_non_null(info->code);
		assert_int_equal(strspn(info->code, "abcdefghijklmnopqrstuvwxyz-"), strlen(info->code));
		assert_in_range(info->severity, SEVERITY_ERROR, SEVERITY_NOTE);
		sentence_check(info->meaning);
		sentence_check(info->remedy);
	}
}

static void test_codes_differ(void **state)
{
	(void)state;
	for (int a = 0; a < PROBLEM_COUNT; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(problem_info((enum problem_code)a)->code, problem_info((enum problem_code)b)->code);
}

static void test_codes(void **state)
{
	(void)state;
	static const struct { enum problem_code code; const char *name; } rows[] = {
		{ PROBLEM_BAD_PERMISSION, "bad-permission" }, { PROBLEM_SECOND_VALUE, "second-value" },
		{ PROBLEM_SECOND_KIND, "second-kind" },       { PROBLEM_TOO_MANY, "too-many" },
		{ PROBLEM_DANGLING_MEMBER, "dangling-member" }, { PROBLEM_CYCLE, "cycle" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(problem_info(rows[i].code)->code, rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_codes_differ),
		cmocka_unit_test(test_codes),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

typedef int (*parser)(const char *text, instant *at);

static void assert_time(parser parse, const char *text, const char *wanted)
{
	char found[40];
	instant at;

	if (parse(text, &at) != 0)
		fail_msg("%s is no time", text);
	clock_format_rfc3339(at, found);
	if (strcmp(found, wanted) != 0)
		fail_msg("%s is %s, not %s", text, found, wanted);
}

static void assert_no_time(parser parse, const char *text)
{
	instant at;

	if (parse(text, &at) != 1)
		fail_msg("%s passes as a time", text);
}

static void test_rfc3339(void **state)
{
	static const char *const good[][2] = {
		{"2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z"},
		{"2026-11-21t09:00:00z", "2026-11-21T09:00:00Z"},
		{"2026-11-21T09:00:00.5+01:00", "2026-11-21T08:00:00.5Z"},
		{"2026-11-21T09:00:00.120000000999-00:30", "2026-11-21T09:30:00.12Z"},
		{"1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999999Z"},
		{"1970-01-01T00:00:00+23:59", "1969-12-31T00:01:00Z"},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
		{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
		{"2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00Z"},
		{"1678-01-01T00:00:00Z", "1678-01-01T00:00:00Z"},
		{"2261-12-31T23:59:59.999999999Z", "2261-12-31T23:59:59.999999999Z"},
	};
	static const char *const bad[] = {
		"",
		"now",
		"2026-11-21",
		"2026-11-21T09:00:00",
		"2026-11-21 09:00:00Z",
		"2026-11-21T09:00Z",
		"2026-11-21T09:00:00.Z",
		"2026-11-21T09:00:00,5Z",
		"2026-11-21T09:00:00+0100",
		"2026-11-21T09:00:00+01",
		"2026-11-21T09:00:00+24:00",
		"2026-11-21T09:00:00+01:60",
		"2026-11-21T09:00:00Zx",
		" 2026-11-21T09:00:00Z",
		"2026-11-21T24:00:00Z",
		"2026-11-21T09:60:00Z",
		"2026-11-21T09:00:60Z",
		"2026-11-21T09:00:61Z",
		"2026-13-01T09:00:00Z",
		"2026-00-01T09:00:00Z",
		"2026-11-31T09:00:00Z",
		"2026-11-00T09:00:00Z",
		"2026-02-29T09:00:00Z",
		"2100-02-29T09:00:00Z",
		"26-11-21T09:00:00Z",
		"+026-11-21T09:00:00Z",
		"2026-1-21T09:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_time(clock_parse_rfc3339, good[i][0], good[i][1]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_no_time(clock_parse_rfc3339, bad[i]);
}

static void test_generalized(void **state)
{
	static const char *const good[][2] = {
		{"20261121090000Z", "2026-11-21T09:00:00Z"},       {"20261121090000.0Z", "2026-11-21T09:00:00Z"},
		{"20261121090000,25Z", "2026-11-21T09:00:00.25Z"}, {"202611210900Z", "2026-11-21T09:00:00Z"},
		{"202611210900.5Z", "2026-11-21T09:00:30Z"},       {"2026112109Z", "2026-11-21T09:00:00Z"},
		{"2026112109.25Z", "2026-11-21T09:15:00Z"},        {"20261121090000+01", "2026-11-21T08:00:00Z"},
		{"20261121090000-0530", "2026-11-21T14:30:00Z"},   {"19941216103200Z", "1994-12-16T10:32:00Z"},
		{"20161231235960Z", "2017-01-01T00:00:00Z"},
	};
	static const char *const bad[] = {
		"",
		"20261121Z",
		"20261121090000",
		"20261121090000z",
		"20261121090000.Z",
		"20261121090000+1",
		"20261121090000+010",
		"20261121090000+01000",
		"20261121090000+2400",
		"2026112109000Z",
		"202611210900000Z",
		"20261321090000Z",
		"20260229090000Z",
		"20261121240000Z",
		"20261121090060Z",
		"20261121090000ZZ",
		"2026-11-21T09:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_time(clock_parse_generalized, good[i][0], good[i][1]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_no_time(clock_parse_generalized, bad[i]);
}

static void test_times_out_of_range(void **state)
{
	instant at;

	(void)state;
	assert_int_equal(clock_parse_generalized("16010101000000.0Z", &at), 0);
	assert_true(at == INSTANT_MIN + 1);
	assert_int_equal(clock_parse_generalized("99991231235959Z", &at), 0);
	assert_true(at == INSTANT_MAX - 1);
	assert_int_equal(clock_parse_rfc3339("0000-01-01T00:00:00+23:59", &at), 0);
	assert_true(at == INSTANT_MIN + 1);
	assert_int_equal(clock_parse_rfc3339("2262-04-11T23:47:16.999999999Z", &at), 0);
	assert_true(at == INSTANT_MAX - 1);
}

static void test_every_day_there_and_back(void **state)
{
	const instant day = 86400 * INSTANT_SECOND;
	char text[40], before[40] = "";
	instant at;

	(void)state;
	for (instant days = -106000; days <= 106000; days++) {
		clock_format_rfc3339(days * day + 1, text);
		assert_true(strcmp(before, text) < 0);
		assert_int_equal(clock_parse_rfc3339(text, &at), 0);
		assert_true(at == days * day + 1);
		memcpy(before, text, sizeof(text));
	}
}

static void test_formatting_the_ends(void **state)
{
	char text[40];

	(void)state;
	clock_format_rfc3339(INSTANT_MIN, text);
	assert_string_equal(text, "1677-09-21T00:12:43.145224192Z");
	clock_format_rfc3339(INSTANT_MAX, text);
	assert_string_equal(text, "2262-04-11T23:47:16.854775807Z");
	clock_format_rfc3339(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	clock_format_rfc3339(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999999999Z");
}

static void test_reading_clocks(void **state)
{
	instant before = clock_monotonic(), now = clock_now();

	(void)state;
	assert_true(now > 1700000000 * INSTANT_SECOND);
	assert_true(clock_monotonic() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_generalized),
		cmocka_unit_test(test_times_out_of_range),
		cmocka_unit_test(test_every_day_there_and_back),
		cmocka_unit_test(test_formatting_the_ends),
		cmocka_unit_test(test_reading_clocks),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}

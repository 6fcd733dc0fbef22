/* Recurring windows. */
#include "model/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MON = 1, TUE = 2, WED = 4, THU = 8, FRI = 16, SAT = 32, SUN = 64 };

static void test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned days, from, until;
	} cases[] = {
		{ "Mon-Fri 08:00-18:00", MON | TUE | WED | THU | FRI, 480, 1080 },
		{ "Sat,Sun 22:00-06:00", SAT | SUN, 1320, 360 },
		{ "mon 00:00-24:00", MON, 0, 1440 },
		{ "Wed 22:00-00:00", WED, 1320, 1440 },
		{ "Fri-Mon 08:00-09:00", FRI | SAT | SUN | MON, 480, 540 },
		{ "Mon,Wed-Thu,Sun 00:00-00:01", MON | WED | THU | SUN, 0, 1 },
		{ "Sun-Sun 23:59-24:00", SUN, 1439, 1440 },
		{ "Mon-Sun 08:00-18:00", 127, 480, 1080 },
		{ "Tue-Mon 08:00-18:00", 127, 480, 1080 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct period period;
		assert_int_equal(period_parse(cases[i].text, &period), 0);
		assert_int_equal(period.days, cases[i].days);
		assert_int_equal(period.from, cases[i].from);
		assert_int_equal(period.until, cases[i].until);
	}
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"", " ", "Mon", "Mon ", "08:00-18:00", "Mo 08:00-18:00", "Monday 08:00-18:00", "Mon  08:00-18:00",
		" Mon 08:00-18:00", "Mon 08:00-18:00 ", "Mon, Tue 08:00-18:00", "Mon,, 08:00-18:00", "Mon, 08:00-18:00",
		"Mon- 08:00-18:00", "Mon-Tue-Wed 08:00-18:00", "Mon 8:00-18:00", "Mon 08:00-18:0", "Mon 0800-1800",
		"Mon 08:60-18:00", "Thu 09:30-09:30", "Tue 00:00-00:00", "Mon 24:00-08:00", "Mon 08:00-24:01", "Mon 08:00-25:00", "Mon 08:00", "Mon 08:00-",
		"Mon 08:00 - 18:00", "Mon -8:00-18:00", "Mon +8:00-18:00", "Mon 08:00-18:00,20:00-21:00", "M\xc3\xb6n 08:00-18:00",
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct period period;
		assert_int_equal(period_parse(cases[i], &period), 1);
	}
}

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static bool covers(const char *text, const char *at)
{
	struct period period;
	instant when;
	assert_int_equal(period_parse(text, &period), 0);
	assert_int_equal(clock_parse_rfc3339(at, &when), 0);
	return period_covers(&period, when);
}

/* 2026-11-23 is a Monday. */
static void test_covers(void **state)
{
	(void)state;
	use_zone("UTC0");
	static const struct {
		const char *text, *at;
		bool inside;
	} cases[] = {
		{ "Mon-Fri 08:00-18:00", "2026-11-23T08:00:00Z", true },
		{ "Mon-Fri 08:00-18:00", "2026-11-23T07:59:59.999999999Z", false },
		{ "Mon-Fri 08:00-18:00", "2026-11-23T17:59:59.999999999Z", true },
		{ "Mon-Fri 08:00-18:00", "2026-11-23T18:00:00Z", false },
		{ "Mon-Fri 08:00-18:00", "2026-11-28T12:00:00Z", false },
		{ "Mon 08:00-24:00", "2026-11-23T23:59:59Z", true },
		{ "Mon 08:00-24:00", "2026-11-24T00:00:00Z", false },
		{ "Sat,Sun 22:00-06:00", "2026-11-28T21:59:59Z", false }, /* Saturday */
		{ "Sat,Sun 22:00-06:00", "2026-11-28T22:00:00Z", true },
		{ "Sat,Sun 22:00-06:00", "2026-11-29T05:59:59Z", true },
		{ "Sat,Sun 22:00-06:00", "2026-11-29T06:00:00Z", false },
		{ "Sat,Sun 22:00-06:00", "2026-11-30T03:00:00Z", true },  /* Monday: of Sunday's window */
		{ "Sat,Sun 22:00-06:00", "2026-11-28T03:00:00Z", false }, /* Saturday: Friday has none */
		{ "Thu 00:00-24:00", "1970-01-01T00:00:00Z", true },
		{ "Wed 23:59-24:00", "1969-12-31T23:59:59.5Z", true }, /* before the epoch */
		{ "Thu 00:00-24:00", "1969-12-31T23:59:59.5Z", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(covers(cases[i].text, cases[i].at), cases[i].inside);
	struct period always = { 127, 0, 1440 };
	assert_true(period_covers(&always, INSTANT_MIN));
	assert_true(period_covers(&always, INSTANT_MAX));
}

/* Windows follow the clock on the wall, through both changes of the year. */
static void test_zone(void **state)
{
	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_true(covers("Mon 08:00-18:00", "2026-11-23T07:00:00Z"));
	assert_false(covers("Mon 08:00-18:00", "2026-11-23T17:00:00Z"));
	assert_true(covers("Mon 08:00-18:00", "2026-07-06T06:00:00Z"));
	assert_false(covers("Mon 08:00-18:00", "2026-07-06T16:00:00Z"));
	assert_true(covers("Tue 00:00-01:00", "2026-11-23T23:30:00Z"));
	assert_true(covers("Sun 02:00-03:00", "2026-10-25T00:30:00Z")); /* the hour that comes twice */
	assert_true(covers("Sun 02:00-03:00", "2026-10-25T01:30:00Z"));
	assert_false(covers("Sun 02:00-03:00", "2026-03-29T01:00:00Z")); /* the hour that does not come */
	use_zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

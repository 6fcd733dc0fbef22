#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A time of day and an offset from UTC as they were written, before they are known to make sense. */
struct civil {
	unsigned year, month, day, hour, minute, second;
	int64_t nanoseconds;    /* to add: the fraction, of whatever unit it was a fraction of */
	int64_t offset_seconds; /* east of UTC is positive */
};

static instant clock_read(clockid_t id)
{
	struct timespec now;
	int failed = clock_gettime(id, &now);

	assert(failed == 0);
	return (instant)now.tv_sec * INSTANT_SECOND + now.tv_nsec;
}

instant clock_now(void)
{
	return clock_read(CLOCK_REALTIME);
}

instant clock_monotonic(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `count` digits (at most 9) at *text, and past them. */
static bool read_digits(const char **text, int count, unsigned *value)
{
	*value = 0;
	for (int i = 0; i < count; i++, (*text)++) {
		if (!is_digit(**text))
			return false;
		*value = *value * 10 + (unsigned)(**text - '0');
	}
	return true;
}

/* One or more digits after the decimal sign, in billionths; digits after the ninth are below our resolution. */
static bool read_fraction(const char **text, int64_t *billionths)
{
	int64_t unit = 100000000;

	*billionths = 0;
	if (!is_digit(**text))
		return false;
	for (; is_digit(**text); (*text)++, unit /= 10)
		*billionths += unit * (**text - '0');
	return true;
}

static bool is_leap_year(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

#define DAYS_PER_ERA 146097 /* 400 years, after which the Gregorian calendar repeats itself */
#define EPOCH_DAY    719468 /* 1970-01-01, counted from 0000-03-01 */

/* Days since 1970-01-01.  Years begin in March here, so that the leap day comes last. */
static int64_t days_from_date(unsigned year, unsigned month, unsigned day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAY;
}

static void date_from_days(int64_t days, struct civil *civil)
{
	int64_t z = days + EPOCH_DAY;
	int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int64_t day_of_era = z - era * DAYS_PER_ERA;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;

	civil->day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1);
	civil->month = (unsigned)(month < 10 ? month + 3 : month - 9);
	civil->year = (unsigned)(year_of_era + era * 400 + (civil->month <= 2));
}

/* 0, or 1 when there is no such time.  A leap second, which comes last in a UTC day, is the first second of the next
 * day, as in POSIX. */
static int civil_to_instant(const struct civil *civil, instant *at)
{
	int64_t seconds;

	if (civil->month < 1 || civil->month > 12 || civil->day < 1 ||
	    civil->day > days_in_month(civil->year, civil->month) || civil->hour > 23 || civil->minute > 59 ||
	    civil->second > 60)
		return 1;
	seconds = days_from_date(civil->year, civil->month, civil->day) * 86400 + civil->hour * 3600 +
	          civil->minute * 60 + civil->second - civil->offset_seconds;
	if (civil->second == 60 && seconds % 86400 != 0)
		return 1;
	if (__builtin_mul_overflow(seconds, INSTANT_SECOND, at) ||
	    __builtin_add_overflow(*at, civil->nanoseconds, at) || *at == INSTANT_MIN || *at == INSTANT_MAX)
		*at = seconds < 0 ? INSTANT_MIN + 1 : INSTANT_MAX - 1;
	return 0;
}

/* Hours and minutes east of UTC; `sign` is '+' or '-'. */
static bool set_offset(struct civil *civil, char sign, unsigned hours, unsigned minutes)
{
	int64_t seconds = (int64_t)hours * 3600 + (int64_t)minutes * 60;

	civil->offset_seconds = sign == '-' ? -seconds : seconds;
	return hours <= 23 && minutes <= 59;
}

static bool read_literal(const char **text, char upper, char lower)
{
	if (**text != upper && **text != lower)
		return false;
	(*text)++;
	return true;
}

/* RFC 3339 section 5.6: time-offset = "Z" / time-numoffset; time-numoffset = ("+" / "-") time-hour ":" time-minute */
static bool read_offset_rfc3339(const char **text, struct civil *civil)
{
	unsigned hours, minutes;
	char sign = **text;

	if (read_literal(text, 'Z', 'z'))
		return true;
	return read_literal(text, '+', '-') && read_digits(text, 2, &hours) && read_literal(text, ':', ':') &&
	       read_digits(text, 2, &minutes) && set_offset(civil, sign, hours, minutes);
}

/* RFC 3339 section 5.6: date-time = full-date "T" full-time; the letters may be small. */
int clock_parse_rfc3339(const char *text, instant *at)
{
	struct civil civil = {0};

	if (!read_digits(&text, 4, &civil.year) || !read_literal(&text, '-', '-') ||
	    !read_digits(&text, 2, &civil.month) || !read_literal(&text, '-', '-') ||
	    !read_digits(&text, 2, &civil.day) || !read_literal(&text, 'T', 't') ||
	    !read_digits(&text, 2, &civil.hour) || !read_literal(&text, ':', ':') ||
	    !read_digits(&text, 2, &civil.minute) || !read_literal(&text, ':', ':') ||
	    !read_digits(&text, 2, &civil.second))
		return 1;
	if (read_literal(&text, '.', '.') && !read_fraction(&text, &civil.nanoseconds))
		return 1;
	if (!read_offset_rfc3339(&text, &civil) || *text != '\0')
		return 1;
	return civil_to_instant(&civil, at);
}

/* RFC 4517 section 3.3.13: g-time-zone = "Z" / g-differential; g-differential = ("-" / "+") hour [ minute ] */
static bool read_offset_generalized(const char **text, struct civil *civil)
{
	unsigned hours, minutes = 0;
	char sign = **text;

	if (read_literal(text, 'Z', 'Z'))
		return true;
	return read_literal(text, '+', '-') && read_digits(text, 2, &hours) &&
	       (**text == '\0' || read_digits(text, 2, &minutes)) && set_offset(civil, sign, hours, minutes);
}

/* RFC 4517 section 3.3.13: GeneralizedTime = century year month day hour [ minute [ second / leap-second ] ]
 * [ fraction ] g-time-zone.  The fraction is one of the last unit that is there. */
int clock_parse_generalized(const char *text, instant *at)
{
	struct civil civil = {0};
	int64_t unit_seconds = 3600;

	if (!read_digits(&text, 4, &civil.year) || !read_digits(&text, 2, &civil.month) ||
	    !read_digits(&text, 2, &civil.day) || !read_digits(&text, 2, &civil.hour))
		return 1;
	if (is_digit(*text)) {
		unit_seconds = 60;
		if (!read_digits(&text, 2, &civil.minute))
			return 1;
	}
	if (is_digit(*text)) {
		unit_seconds = 1;
		if (!read_digits(&text, 2, &civil.second))
			return 1;
	}
	if (read_literal(&text, '.', ',') && !read_fraction(&text, &civil.nanoseconds))
		return 1;
	civil.nanoseconds *= unit_seconds;
	if (!read_offset_generalized(&text, &civil) || *text != '\0')
		return 1;
	return civil_to_instant(&civil, at);
}

void clock_format_rfc3339(instant at, char out[40])
{
	int64_t nanoseconds = at % INSTANT_SECOND, seconds = at / INSTANT_SECOND;
	int64_t day_seconds;
	struct civil civil = {0};
	char fraction[16] = "";

	if (nanoseconds < 0) {
		nanoseconds += INSTANT_SECOND;
		seconds--;
	}
	day_seconds = (seconds % 86400 + 86400) % 86400;
	date_from_days((seconds - day_seconds) / 86400, &civil);
	if (nanoseconds > 0) {
		snprintf(fraction, sizeof(fraction), ".%09d", (int)nanoseconds);
		for (size_t end = strlen(fraction); fraction[end - 1] == '0'; end--)
			fraction[end - 1] = '\0';
	}
	snprintf(out, 40, "%04u-%02u-%02uT%02d:%02d:%02d%sZ", civil.year, civil.month, civil.day,
	         (int)(day_seconds / 3600), (int)(day_seconds / 60 % 60), (int)(day_seconds % 60), fraction);
}

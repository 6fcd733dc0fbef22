#include "model/period.h"

#include "model/name.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

enum { DAYS = 7, DAY_LENGTH = 3, DAY_MINUTES = 1440 };

/* The number of the day at *text, Monday being 0, or -1; moves past it. */
static int day_read(const char **text)
{
	static const char names[DAYS][DAY_LENGTH + 1] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	char word[DAY_LENGTH + 1] = "";
	if (strnlen(*text, DAY_LENGTH) < DAY_LENGTH)
		return -1;
	memcpy(word, *text, DAY_LENGTH);
	for (int day = 0; day < DAYS; day++) {
		if (keyword_equal(word, names[day])) {
			*text += DAY_LENGTH;
			return day;
		}
	}
	return -1;
}

/* One day or a range of days, which may wrap. */
static int days_read(const char **text, uint8_t *days)
{
	int first = day_read(text);
	int last = first;
	if (first >= 0 && **text == '-') {
		(*text)++;
		last = day_read(text);
	}
	if (first < 0 || last < 0)
		return 1;
	for (int day = first; day != last; day = (day + 1) % DAYS)
		*days |= (uint8_t)(1U << day);
	*days |= (uint8_t)(1U << last);
	return 0;
}

static int two_digits(const char *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	return (text[0] - '0') * 10 + (text[1] - '0');
}

/* HH:MM up to 24:00 in minutes, or -1; moves past it. */
static int time_read(const char **text)
{
	const char *at = *text;
	if (strnlen(at, 5) < 5 || at[2] != ':')
		return -1;
	int hours = two_digits(at);
	int minutes = two_digits(at + 3);
	if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > DAY_MINUTES)
		return -1;
	*text += 5;
	return hours * 60 + minutes;
}

int period_parse(const char *text, struct period *period)
{
	uint8_t days = 0;
	if (days_read(&text, &days) != 0)
		return 1;
	while (*text == ',') {
		text++;
		if (days_read(&text, &days) != 0)
			return 1;
	}
	if (*text++ != ' ')
		return 1;
	int from = time_read(&text);
	if (from < 0 || from == DAY_MINUTES || *text++ != '-')
		return 1;
	int until = time_read(&text);
	if (until < 0 || until == from || *text != '\0')
		return 1;
	/* Midnight as an end is the end of the day that the window starts on. */
	*period = (struct period){ days, (uint16_t)from, (uint16_t)(until == 0 ? DAY_MINUTES : until) };
	return 0;
}

bool period_covers(const struct period *period, instant at)
{
	time_t seconds = (time_t)(at / INSTANT_SECOND - (at % INSTANT_SECOND < 0 ? 1 : 0));
	struct tm local;
	if (localtime_r(&seconds, &local) == NULL)
		return false;
	int minute = local.tm_hour * 60 + local.tm_min;
	int today = (local.tm_wday + DAYS - 1) % DAYS;
	int yesterday = (today + DAYS - 1) % DAYS;
	bool starts_today = (period->days >> today & 1) != 0;
	bool started_yesterday = (period->days >> yesterday & 1) != 0;
	if (period->from < period->until)
		return starts_today && minute >= period->from && minute < period->until;
	return (starts_today && minute >= period->from) || (started_yesterday && minute < period->until);
}

/* Filters from text and back, for the tests of filters. */
#ifndef TESTS_MODEL_FILTERS_H
#define TESTS_MODEL_FILTERS_H

#include "model/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline const struct filter *parse(const char *text, enum filter_language language, struct arena *arena)
{
	const struct filter *filter;
	struct error why = { "" };
	if (filter_parse(text, language, arena, &filter, &why) != 0)
		fail_msg("%s: %s", text, why.text);
	return filter;
}

static inline const char *print(const struct filter *filter, struct arena *arena)
{
	struct text out;
	text_init(&out, 1000000);
	filter_print(filter, &out);
	const char *copy = arena_string(arena, text_string(&out));
	text_release(&out);
	return copy;
}

#endif

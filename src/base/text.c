#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void text_init(struct text *text, size_t maximum)
{
	assert(maximum < SIZE_MAX / 2);
	*text = (struct text){.maximum = maximum};
}

void text_release(struct text *text)
{
	free(text->octets);
	text_init(text, text->maximum);
}

void text_reset(struct text *text)
{
	if (text->octets)
		text->octets[0] = '\0';
	text->length = 0;
	text->overflowed = false;
}

/* Makes room for `more` octets and a NUL; false when they would pass the maximum, now or at an earlier append. */
static bool text_reserve(struct text *text, size_t more)
{
	size_t needed, doubled;

	if (text->overflowed || more > text->maximum - text->length) {
		text->overflowed = true;
		return false;
	}
	needed = text->length + more + 1;
	if (needed > text->capacity) {
		doubled = text->capacity < 32 ? 64 : text->capacity * 2;
		text->capacity = needed > doubled ? needed : doubled;
		if (text->capacity > text->maximum + 1)
			text->capacity = text->maximum + 1;
		text->octets = memory_resize(text->octets, text->capacity, 1);
	}
	return true;
}

void text_append(struct text *text, const char *string)
{
	text_append_octets(text, string, strlen(string));
}

void text_append_octets(struct text *text, const void *octets, size_t length)
{
	if (!text_reserve(text, length))
		return;
	if (length > 0)
		memcpy(text->octets + text->length, octets, length);
	text->length += length;
	text->octets[text->length] = '\0';
}

void text_append_char(struct text *text, char c)
{
	text_append_octets(text, &c, 1);
}

void text_print(struct text *text, const char *format, ...)
{
	va_list arguments, again;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(length >= 0);
	if (text_reserve(text, (size_t)length)) {
		vsnprintf(text->octets + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
}

const char *text_string(const struct text *text)
{
	return text->octets ? text->octets : "";
}

char *text_detach(struct text *text)
{
	char *octets = text->octets ? text->octets : memory_string("");

	text_init(text, text->maximum);
	return octets;
}

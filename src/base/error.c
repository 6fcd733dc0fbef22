#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char cut[] = "...";

/* Prints into `out` of ERROR_TEXT_MAX octets, and ends it in "..." if it did not fit. */
__attribute__((format(printf, 2, 0))) static void error_print(char *out, const char *format, va_list arguments)
{
	int length = vsnprintf(out, ERROR_TEXT_MAX, format, arguments);

	if (length >= ERROR_TEXT_MAX)
		memcpy(out + ERROR_TEXT_MAX - sizeof(cut), cut, sizeof(cut));
	else if (length < 0)
		out[0] = '\0';
}

int error_set(struct error *why, int code, const char *format, ...)
{
	va_list arguments;

	assert(code < 0);
	if (why) {
		char text[ERROR_TEXT_MAX]; /* the arguments may point into `why` itself */

		va_start(arguments, format);
		error_print(text, format, arguments);
		va_end(arguments);
		memcpy(why->text, text, strlen(text) + 1);
	}
	return code;
}

int error_prefix(struct error *why, int code, const char *format, ...)
{
	char prefix[ERROR_TEXT_MAX];
	va_list arguments;
	size_t before, length, kept;

	assert(code < 0);
	if (!why)
		return code;
	va_start(arguments, format);
	error_print(prefix, format, arguments);
	va_end(arguments);

	before = strlen(prefix);
	length = strnlen(why->text, ERROR_TEXT_MAX - 1);
	kept = length < ERROR_TEXT_MAX - 1 - before ? length : ERROR_TEXT_MAX - 1 - before;
	memmove(why->text + before, why->text, kept);
	memcpy(why->text, prefix, before);
	why->text[before + kept] = '\0';
	if (kept < length)
		memcpy(why->text + ERROR_TEXT_MAX - sizeof(cut), cut, sizeof(cut));
	return code;
}

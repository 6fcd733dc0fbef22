#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX_OCTETS 4096 /* a longer line is cut and says so; pipes write as much in one piece (PIPE_BUF) */

static _Atomic int log_level = LOG_LEVEL_WARNING;

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

static const char cut[] = " cut=true\n";

void log_set_level(enum log_level level)
{
	atomic_store(&log_level, (int)level);
}

/* What comes from outside must not begin a line of its own, nor talk to a terminal. */
static void log_clean(char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_OCTETS], now[40];
	int saved_errno = errno;
	va_list arguments;
	size_t length;
	int printed;

	if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	clock_format_rfc3339(clock_now() / INSTANT_SECOND * INSTANT_SECOND, now);
	printed = snprintf(line, sizeof(line) / 2, "time=%s level=%s event=%s%s", now, level_names[level], event,
	                   format[0] == '\0' || format[0] == ' ' ? "" : " ");
	length = printed < 0 ? 0 : (size_t)printed < sizeof(line) / 2 ? (size_t)printed : sizeof(line) / 2 - 1;

	va_start(arguments, format);
	printed = vsnprintf(line + length, sizeof(line) - length, format, arguments);
	va_end(arguments);
	if (printed > 0)
		length += (size_t)printed;

	if (length > sizeof(line) - sizeof(cut)) {
		length = sizeof(line) - sizeof(cut);
		log_clean(line, length);
		memcpy(line + length, cut, sizeof(cut));
		length += sizeof(cut) - 1;
	} else {
		log_clean(line, length);
		line[length++] = '\n';
	}
	while (write(STDERR_FILENO, line, length) < 0 && errno == EINTR)
		;
	errno = saved_errno;
}

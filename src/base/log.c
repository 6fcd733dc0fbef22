#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX_OCTETS 4096 /* a longer line is cut and says so; pipes write as much in one piece (PIPE_BUF) */

static _Atomic int log_level = LOG_LEVEL_WARNING;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows, and of writing */
static unsigned long log_lost;                                /* lines, since the last one that was written */

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

/* Where the line begins: time, level and event.  Its length, at most half of the line. */
static size_t line_begin(char line[LINE_MAX_OCTETS], enum log_level level, const char *event)
{
	char now[40];
	int printed;

	clock_format_rfc3339(clock_now() / INSTANT_SECOND * INSTANT_SECOND, now);
	printed = snprintf(line, LINE_MAX_OCTETS / 2, "time=%s level=%s event=%s", now, level_names[level], event);
	return printed < 0 ? 0 : printed < LINE_MAX_OCTETS / 2 ? (size_t)printed : LINE_MAX_OCTETS / 2 - 1;
}

/* Under the lock.  False: it would have to wait for whoever reads, as a pipe is full. */
static bool line_write(const char *line, size_t length)
{
	struct pollfd end = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&end, 1, 0) == 0)
		return false;
	while (write(STDERR_FILENO, line, length) < 0 && errno == EINTR)
		;
	return true;
}

/* Under the lock.  False: not yet. */
static bool lost_write(void)
{
	char line[LINE_MAX_OCTETS];
	size_t length = line_begin(line, LOG_LEVEL_WARNING, "log-lines-lost");

	length += (size_t)snprintf(line + length, sizeof(line) - length, " count=%lu\n", log_lost);
	if (!line_write(line, length))
		return false;
	log_lost = 0;
	return true;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_OCTETS];
	int saved_errno = errno;
	va_list arguments;
	size_t length;
	int printed;

	if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	length = line_begin(line, level, event);
	if (format[0] != '\0' && format[0] != ' ')
		line[length++] = ' ';

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
	pthread_mutex_lock(&log_lock);
	if ((log_lost > 0 && !lost_write()) || !line_write(line, length))
		log_lost++;
	pthread_mutex_unlock(&log_lock);
	errno = saved_errno;
}

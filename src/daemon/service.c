#include "daemon/service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <systemd/sd-daemon.h>

#define STATUS_MAX 256

int service_take_sockets(struct server_options *options, struct error *why)
{
	int count = sd_listen_fds(1);

	for (int i = 0; i < count; i++) {
		if (options->listener_count == SERVER_LISTENERS_MAX)
			return error_set(why, -E2BIG, "listen: more than %d sockets, those of systemd included", SERVER_LISTENERS_MAX);
		options->listeners[options->listener_count++] =
			(struct listener_options){.inherited = SD_LISTEN_FDS_START + i};
	}
	return 0;
}

void service_ready(void)
{
	sd_notify(0, "READY=1");
}

void service_reloading(void)
{
	/* sd_notify(3): a service of type notify-reload says when it began, on the monotonic clock in microseconds. */
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic() / 1000);
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void service_status(const char *format, ...)
{
	char status[STATUS_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(status, sizeof(status), format, arguments);
	va_end(arguments);
	sd_notifyf(0, "STATUS=%s", status);
}

void service_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}

unsigned service_interval(void)
{
	uint64_t microseconds = 0;

	/* Half of the time that it waits, as sd_watchdog_enabled(3) advises. */
	return sd_watchdog_enabled(0, &microseconds) > 0 ? (unsigned)(microseconds / 2000) : 0;
}

#include "daemon/listeners.h"

#include <string.h>

#include "daemon/service.h"

#define DEFAULT_ADDRESS "127.0.0.1:8080"

static const char unix_prefix[] = "unix:";

static unsigned seconds(int64_t duration)
{
	return (unsigned)(duration / INSTANT_SECOND);
}

int listeners_options(const struct settings *settings, struct server_options *options, struct error *why)
{
	const struct listener_settings *listeners = settings->listen.items;
	int result;

	*options = (struct server_options){
		.threads = (unsigned)settings->limits.threads,
		.connections = (unsigned)settings->limits.connections,
		.header_octets = (size_t)settings->limits.header,
		.body_octets = (size_t)settings->limits.body,
		.batch_items = (size_t)settings->limits.batch,
		.request_seconds = seconds(settings->limits.request_timeout),
		.idle_seconds = seconds(settings->limits.idle_timeout),
		.at_least_wait = settings->at_least_wait,
		.waiting = (unsigned)settings->limits.waiting,
	};
	for (size_t i = 0; i < settings->listen.count; i++)
		options->listeners[options->listener_count++] =
			(struct listener_options){.address = listeners[i].address, .mode = (unsigned)listeners[i].mode};
	result = service_take_sockets(options, why);
	if (result == 0 && options->listener_count == 0)
		options->listeners[options->listener_count++] = (struct listener_options){.address = DEFAULT_ADDRESS};
	return result;
}

void listeners_print(const struct server_options *options, const struct server *server, size_t listener,
                     struct text *out)
{
	const char *address = options->listeners[listener].address;
	const char *port = address ? strrchr(address, ':') : NULL;

	if (!address)
		text_append(out, "a socket of systemd");
	else if (strncmp(address, unix_prefix, sizeof(unix_prefix) - 1) == 0)
		text_print(out, "--unix-socket %s http://dirgate", address + sizeof(unix_prefix) - 1);
	else
		text_print(out, "http://%.*s:%u", (int)(port - address), address, server_port(server, listener));
}

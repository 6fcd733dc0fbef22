#include "http/server.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "http/connections.h"

#define DEFAULT_ADDRESS         "127.0.0.1:8080"
#define DEFAULT_CONNECTIONS     1000
#define DEFAULT_HEADER_OCTETS   16384
#define DEFAULT_REQUEST_SECONDS 30
#define DEFAULT_IDLE_SECONDS    75
#define DEFAULT_WAITING         256
#define GOODBYE_MAX             INSTANT_SECOND /* for answers to those that waited, at the end */
#define HEADER_OCTETS_MIN       1024
#define PART_OCTETS             32768 /* of a body that comes part by part, given to libmicrohttpd at once */

struct server {
	struct server_options options; /* defaults filled in */
	struct request_limits limits;
	const struct http_backend *backend;
	struct request_shared shared;
	struct connections *connections;
	struct waiting *waiting;
	_Atomic unsigned waited; /* requests that waited and are not answered yet */
	_Atomic uint64_t seed; /* of the next connection's request ids */
	struct listener listeners[SERVER_LISTENERS_MAX];
	struct MHD_Daemon *daemons[SERVER_LISTENERS_MAX];
};

/* ---- one request: what libmicrohttpd calls, in this order ---- */

static struct connection *connection_of(struct MHD_Connection *handle)
{
	return MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void on_connection(void *context, struct MHD_Connection *handle, void **connection_context,
                          enum MHD_ConnectionNotificationCode code)
{
	const struct caller caller = {.kind = &caller_local};
	struct server *server = context;
	struct connection *connection;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		connection_free(server->connections, *connection_context);
		return;
	}
	connection = connection_new(server->connections,
	                            MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
	request_init(&connection->request, server->backend, &server->limits, &server->shared,
	             &caller, atomic_fetch_add(&server->seed, 1));
	connection->part_seconds = server->options.request_seconds;
	connection_allow(connection, server->options.request_seconds);
	*connection_context = connection;
}

/* The target as it was sent: libmicrohttpd would decode it before cutting it into its parts. */
static void *on_target(void *context, const char *target, struct MHD_Connection *handle)
{
	(void)context;
	request_begin(&connection_of(handle)->request, target);
	return NULL; /* the access handler's context: set when the head is whole */
}

static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                const char *value, size_t value_length)
{
	(void)kind;
	request_field(context, name, name_length, value ? value : "", value_length);
	return MHD_YES;
}

/* Each part has the time of a request: a long list may take longer, a client that reads slowly may not. */
static ssize_t read_part(void *context, uint64_t position, char *octets, size_t size)
{
	struct connection *connection = context;
	struct reply *reply = &connection->request.reply;
	bool made = reply->sent == reply->body.length && reply->more;
	long length = reply_read(reply, octets, size);

	(void)position;
	if (made)
		connection_allow(connection, connection->part_seconds);
	if (length < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return length > 0 ? length : MHD_CONTENT_READER_END_OF_STREAM;
}

/* After the head of a chunked answer to HEAD libmicrohttpd 0.9.75 sends the last chunk all the same, and a client would take
 * it for the beginning of the next answer: such an answer is not chunked, and the connection ends with it. */
static struct MHD_Response *new_chunked(struct connection *connection)
{
	struct MHD_Response *response =
		MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PART_OCTETS, read_part, connection, NULL);

	if (response && connection->request.head_only)
		MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	return response;
}

/* The body lives until on_completed. */
static struct MHD_Response *new_response(struct connection *connection)
{
	const struct reply *reply = &connection->request.reply;
	const char *body = reply->fixed ? reply->fixed : text_string(&reply->body);

	if (reply->more)
		return new_chunked(connection);
	return MHD_create_response_from_buffer(strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_reply(struct MHD_Connection *handle, struct connection *connection)
{
	const struct reply *reply = &connection->request.reply;
	struct MHD_Response *response = new_response(connection);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	result = reply->type ? MHD_add_response_header(response, "Content-Type", reply->type) : MHD_YES;
	for (unsigned i = 0; i < reply->header_count && result == MHD_YES; i++)
		result = MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
	if (result == MHD_YES)
		result = MHD_queue_response(handle, reply->status, response);
	MHD_destroy_response(response);
	return result;
}

static void suspend(void *handle)
{
	MHD_suspend_connection(handle);
}

static void resume(void *handle)
{
	MHD_resume_connection(handle);
}

/* Answers now, or lets the request wait: libmicrohttpd then calls again when it was resumed. */
static enum MHD_Result answer(struct server *server, struct connection *connection, struct MHD_Connection *handle)
{
	const unsigned longer = (unsigned)(server->options.at_least_wait / INSTANT_SECOND) + 1;
	struct request *request = &connection->request;

	while (!request_answer(request)) {
		connection->waiter = (struct waiter){.connection = handle, .token = request_demand(request),
		                                     .until = request->wait_until};
		connection_allow(connection, server->options.request_seconds + longer);
		if (!connection->waited)
			atomic_fetch_add(&server->waited, 1);
		connection->waited = true;
		if (waiting_add(server->waiting, &connection->waiter))
			return MHD_YES;
		request_wait_no_more(request);
	}
	return send_reply(handle, connection);
}

/* Called first with the head, then for each part of the body, then once with neither.  An answer that is queued in the
 * first call ends the connection: only those are given there that must. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *handle, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_length,
                                  void **request_context)
{
	struct connection *connection = connection_of(handle);
	struct request *request = &connection->request;
	struct server *server = context;

	(void)url;
	if (!*request_context) {
		*request_context = request;
		connection_allow(connection, server->options.request_seconds);
		MHD_get_connection_values_n(handle, MHD_HEADER_KIND, on_field, request);
		if (request_head(request, method, version) == REQUEST_READ)
			return MHD_YES;
	} else if (*upload_length > 0) {
		if (!request_body(request, upload, *upload_length))
			return MHD_NO;
		*upload_length = 0;
		return MHD_YES;
	}
	return answer(server, connection, handle);
}

static void on_completed(void *context, struct MHD_Connection *handle, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
	struct connection *connection = connection_of(handle);
	struct server *server = context;

	(void)code;
	*request_context = NULL;
	request_end(&connection->request);
	if (connection->waited)
		atomic_fetch_sub(&server->waited, 1);
	connection->waited = false;
	connection_allow(connection, server->options.idle_seconds);
}

__attribute__((format(printf, 2, 0))) static void on_log(void *context, const char *format, va_list arguments)
{
	char line[512];

	(void)context;
	vsnprintf(line, sizeof(line), format, arguments);
	log_event(LOG_LEVEL_DEBUG, "http-library", "message=" LOG_QUOTED, line);
}

/* libmicrohttpd must leave the target alone: it is decoded once, by target.c. */
static size_t keep_escapes(void *context, struct MHD_Connection *handle, char *string)
{
	(void)context;
	(void)handle;
	return strlen(string);
}

/* ---- start and stop ---- */

static void fill_defaults(struct server_options *options)
{
	if (options->listener_count == 0)
		options->listeners[options->listener_count++] = (struct listener_options){.address = DEFAULT_ADDRESS};
	if (options->threads == 0)
		options->threads = 1;
	if (options->connections == 0)
		options->connections = DEFAULT_CONNECTIONS;
	if (options->header_octets == 0)
		options->header_octets = DEFAULT_HEADER_OCTETS;
	if (options->body_octets == 0)
		options->body_octets = REQUEST_BODY_DEFAULT;
	if (options->batch_items == 0)
		options->batch_items = REQUEST_BATCH_DEFAULT;
	if (options->request_seconds == 0)
		options->request_seconds = DEFAULT_REQUEST_SECONDS;
	if (options->idle_seconds == 0)
		options->idle_seconds = DEFAULT_IDLE_SECONDS;
	if (options->waiting == 0)
		options->waiting = DEFAULT_WAITING;
}

/* libmicrohttpd clears the whole header memory after each request: it should be no larger than need be. */
static struct MHD_Daemon *start_daemon(struct server *server, int fd)
{
	const struct server_options *options = &server->options;
	struct MHD_OptionItem pool[] = {{MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}};

	if (options->threads > 1)
		pool[0] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)options->threads, NULL};
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	                        on_request, server,
	                        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	                        MHD_OPTION_LISTEN_SOCKET, fd,
	                        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
	                        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
	                        MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
	                        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
	                        MHD_OPTION_STRICT_FOR_CLIENT, 1,
	                        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->header_octets,
	                        MHD_OPTION_CONNECTION_LIMIT, options->connections,
	                        MHD_OPTION_ARRAY, pool,
	                        MHD_OPTION_END);
}

static int start_listener(struct server *server, size_t index, struct error *why)
{
	const struct listener_options *options = &server->options.listeners[index];
	struct listener *listener = &server->listeners[index];
	const char *name = options->address ? options->address : "an inherited socket";
	int failed = listener_open(options, listener, why);

	if (failed)
		return error_prefix(why, failed, "listen: ");
	if (!listener->local)
		return error_set(why, -EPERM,
		                 "listen: %s: others than this machine can reach it, and whoever can would be trusted: "
		                 "set a loopback address (127.0.0.1:PORT, [::1]:PORT) or unix:/PATH and put a proxy "
		                 "in front of it, or set tls and authentication for it", name);
	server->daemons[index] = start_daemon(server, listener->fd);
	if (!server->daemons[index])
		return error_set(why, -EIO, "listen: %s: the HTTP library does not start", name);
	return 0;
}

int server_start(struct server **server, const struct server_options *options, const struct http_backend *backend,
                 struct error *why)
{
	struct server *started;
	uint64_t seed;
	int failed = 0;

	if (options->header_octets != 0 && options->header_octets < HEADER_OCTETS_MIN)
		return error_set(why, -EINVAL, "header memory: at least %d octets", HEADER_OCTETS_MIN);
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return error_set(why, -errno, "random numbers: %s", strerror(errno));
	assert(options->listener_count <= SERVER_LISTENERS_MAX && options->at_least_wait <= SERVER_WAIT_MAX);
	started = memory_alloc(sizeof(*started));
	started->options = *options;
	fill_defaults(&started->options);
	started->limits = (struct request_limits){started->options.body_octets, started->options.batch_items,
	                                          started->options.at_least_wait};
	started->backend = backend;
	started->shared = (struct request_shared){pages_new(), sightings_new(seed)};
	atomic_init(&started->seed, seed);
	for (size_t i = 0; i < SERVER_LISTENERS_MAX; i++)
		started->listeners[i].fd = -1;
	started->connections = connections_new(why);
	started->waiting = waiting_new(backend, started->options.waiting, suspend, resume, why);
	if (!started->connections || !started->waiting)
		failed = -EAGAIN;
	for (size_t i = 0; i < started->options.listener_count && !failed; i++)
		failed = start_listener(started, i, why);
	if (failed)
		server_stop(started);
	else
		*server = started;
	return failed;
}

/* Libmicrohttpd aborts when it is stopped while connections are suspended; and those that waited are told why not, if
 * their clients listen. */
static void end_waiting(struct server *server)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	instant until = clock_monotonic() + GOODBYE_MAX;

	if (!server->waiting)
		return;
	waiting_end(server->waiting);
	while (atomic_load(&server->waited) > 0 && clock_monotonic() < until)
		nanosleep(&moment, NULL);
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	end_waiting(server);
	for (size_t i = 0; i < SERVER_LISTENERS_MAX; i++) {
		if (server->daemons[i]) {
			MHD_stop_daemon(server->daemons[i]); /* closes the socket, too */
			server->listeners[i].fd = -1;
		}
		listener_release(&server->listeners[i]);
	}
	connections_free(server->connections);
	waiting_free(server->waiting);
	pages_free(server->shared.pages);
	sightings_free(server->shared.sightings);
	free(server);
}

uint16_t server_port(const struct server *server, size_t listener)
{
	assert(listener < server->options.listener_count);
	return server->listeners[listener].port;
}

/* The HTTP server: listens, reads requests within limits, has them answered, sends the answers. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/clock.h"
#include "base/error.h"
#include "http/backend.h"
#include "http/listener.h"

#include <stddef.h>
#include <stdint.h>

#define SERVER_LISTENERS_MAX 16
#define SERVER_WAIT_MAX      (60 * INSTANT_SECOND)

/* 0 stands for the default everywhere. */
struct server_options {
	struct listener_options listeners[SERVER_LISTENERS_MAX];
	size_t listener_count;      /* 0: 127.0.0.1:8080 */
	unsigned threads;           /* for each listener: 1 */
	unsigned connections;       /* at once, for each listener: 1000; more are closed as they come */
	size_t header_octets;       /* memory for the head of a request, at least 1024: 16384; a longer one is a 431 */
	size_t body_octets;         /* 1048576; a longer one is a 413 */
	size_t batch_items;         /* 1000; more are a 413 */
	unsigned request_seconds;   /* from the end of its head to the end of its answer, and for the first head: 30 */
	unsigned idle_seconds;      /* from one answer to the end of the next request's head: 75 */
	instant at_least_wait;      /* for what Dirgate-At-Least demands, at most SERVER_WAIT_MAX; 0: not at all */
	unsigned waiting;           /* requests that do so at once, of all listeners: 256; more are a 503 */
};

struct server; /* opaque */

/* Starts listening and answering.  The backend must outlive the server.  A listener that others than this machine can
 * reach is refused, since there callers would have to prove who they are.  Negative with `why`, which names the
 * listener and what to set; then nothing listens. */
int server_start(struct server **server, const struct server_options *options, const struct http_backend *backend,
                 struct error *why);

/* Stops listening, ends all connections, and frees the server.  NULL is allowed. */
void server_stop(struct server *server);

uint16_t server_port(const struct server *server, size_t listener); /* the TCP port that it really listens on */

#endif

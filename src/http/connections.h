/* The open connections, each with a deadline: a client that sends or reads too slowly is cut off, however busy it looks
 * (a timeout that any octet restarts would let it stay for hours). */
#ifndef HTTP_CONNECTIONS_H
#define HTTP_CONNECTIONS_H

#include "base/error.h"
#include "http/request.h"
#include "http/waiting.h"

#include <stdatomic.h>

struct connections; /* opaque: the list, and a thread that looks at it once a second */

struct connection {
	struct request request; /* the one that is going on; used again for the next */
	struct waiter waiter;   /* while the request waits */
	bool waited;            /* it did, and is not answered yet */
	struct connection *next, *previous;
	int fd;
	_Atomic instant deadline; /* on clock_monotonic */
	unsigned part_seconds;    /* for each part of a body that comes part by part */
};

struct connections *connections_new(struct error *why); /* NULL: no thread could be started */
void connections_free(struct connections *connections); /* all connections must be gone */

/* A connection whose socket is `fd`; its request is to be initialised by the caller. */
struct connection *connection_new(struct connections *connections, int fd);
/* Before the socket is closed. */
void connection_free(struct connections *connections, struct connection *connection);

/* Whatever is going on must be done within so many seconds from now. */
void connection_allow(struct connection *connection, unsigned seconds);

#endif

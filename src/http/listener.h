/* Sockets to listen on: a TCP address, a Unix socket, or one inherited from whoever started the process. */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct listener_options {
	const char *address;    /* "127.0.0.1:8080", "[::1]:8080", "localhost:8080", "unix:/run/dirgate/http.sock"; port 0:
	                           any free one.  NULL: `inherited` */
	int inherited;          /* a listening socket; taken over by listener_open when it succeeds */
	unsigned mode;          /* of a Unix socket; 0: 0660 */
};

struct listener {
	int fd;
	uint16_t port;    /* of a TCP socket */
	bool local;       /* nobody but programs on this machine can reach it */
	char *path;       /* of a Unix socket made here, owned; NULL: none */
};

/* Opens; the socket does not block and is closed on exec.  A Unix socket that a dead process left behind is replaced.
 * Negative with `why`. */
int listener_open(const struct listener_options *options, struct listener *listener, struct error *why);

/* Removes the Unix socket's file, frees the rest, and closes `fd` unless it is -1 (then somebody else has it). */
void listener_release(struct listener *listener);

#endif

#include "http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"

#define HOST_MAX     256 /* octets of a host as written */
#define DEFAULT_MODE 0660

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage storage;
};

static bool address_is_local(const union address *address)
{
	static const uint8_t mapped_127[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};

	switch (address->any.sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(address->in.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&address->in6.sin6_addr) ||
		       memcmp(&address->in6.sin6_addr, mapped_127, sizeof(mapped_127)) == 0;
	default:
		return false;
	}
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void listener_release(struct listener *listener)
{
	if (listener->path)
		unlink(listener->path);
	free(listener->path);
	listener->path = NULL;
	close_fd(&listener->fd);
}

/* What the socket is really bound to says who can reach it, not what was asked for. */
static int read_address(struct listener *listener, struct error *why)
{
	union address address;
	socklen_t length = sizeof(address);

	if (getsockname(listener->fd, &address.any, &length) != 0)
		return error_set(why, -errno, "a socket to listen on: %s", strerror(errno));
	listener->local = address_is_local(&address);
	listener->port = address.any.sa_family == AF_INET    ? ntohs(address.in.sin_port)
	                 : address.any.sa_family == AF_INET6 ? ntohs(address.in6.sin6_port)
	                                                     : 0;
	return 0;
}

static int open_inherited(int fd, struct listener *listener, struct error *why)
{
	int listening = 0, flags = fcntl(fd, F_GETFL);
	socklen_t length = sizeof(listening);

	if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || !listening)
		return error_set(why, -EINVAL, "inherited descriptor %d is not a listening socket", fd);
	if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return error_set(why, -errno, "inherited descriptor %d: %s", fd, strerror(errno));
	listener->fd = fd;
	return 0;
}

/* ---- Unix sockets ---- */

/* Does anybody listen there?  If not, a socket file is a leftover. */
static int remove_leftover(const struct sockaddr_un *address, struct error *why)
{
	struct stat status;
	bool refused;
	int fd;

	if (lstat(address->sun_path, &status) != 0)
		return errno == ENOENT ? 0 : error_set(why, -errno, "%s: %s", address->sun_path, strerror(errno));
	if (!S_ISSOCK(status.st_mode))
		return error_set(why, -EEXIST, "%s: exists and is no socket", address->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(why, -errno, "%s: %s", address->sun_path, strerror(errno));
	refused = connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 && errno == ECONNREFUSED;
	close(fd);
	if (!refused || unlink(address->sun_path) != 0)
		return error_set(why, -EADDRINUSE, "%s: in use", address->sun_path);
	return 0;
}

static int open_unix(const char *path, unsigned mode, struct listener *listener, struct error *why)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int failed;

	if (path[0] != '/' || strlen(path) >= sizeof(address.sun_path))
		return error_set(why, -EINVAL, "unix:%s: an absolute path of at most %zu octets is needed", path,
		                 sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path));
	failed = remove_leftover(&address, why);
	if (failed)
		return failed;
	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0 || bind(listener->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return error_set(why, -errno, "unix:%s: %s", path, strerror(errno));
	listener->path = memory_string(path);
	/* Nobody can connect before listen(), so the mode is right in time. */
	if (chmod(path, mode ? mode : DEFAULT_MODE) != 0 || listen(listener->fd, SOMAXCONN) != 0)
		return error_set(why, -errno, "unix:%s: %s", path, strerror(errno));
	return 0;
}

/* ---- TCP ---- */

/* HOST:PORT or [HOST]:PORT. */
static int split_address(const char *address, char host[HOST_MAX], const char **port, struct error *why)
{
	const char *colon = strrchr(address, ':');
	bool brackets = address[0] == '[' && colon && colon > address && colon[-1] == ']';
	size_t length = !colon ? 0 : (size_t)(colon - address) - (brackets ? 2 : 0);

	if (!colon || length == 0 || length >= HOST_MAX || colon[1] == '\0' ||
	    (!brackets && memchr(address, ':', length)))
		return error_set(why, -EINVAL, "%s: HOST:PORT, [HOST]:PORT or unix:/PATH is needed", address);
	memcpy(host, address + (brackets ? 1 : 0), length);
	host[length] = '\0';
	*port = colon + 1;
	return 0;
}

static int bind_tcp(const struct addrinfo *info, struct listener *listener)
{
	const int on = 1;

	listener->fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0)
		return -errno;
	if (setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    (info->ai_family == AF_INET6 &&
	     setsockopt(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) ||
	    bind(listener->fd, info->ai_addr, info->ai_addrlen) != 0 || listen(listener->fd, SOMAXCONN) != 0)
		return -errno;
	return 0;
}

static int open_tcp(const char *address, struct listener *listener, struct error *why)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *infos;
	const char *port = NULL;
	char host[HOST_MAX];
	int failed = split_address(address, host, &port, why);

	if (failed)
		return failed;
	failed = getaddrinfo(host, port, &hints, &infos);
	if (failed)
		return error_set(why, -EINVAL, "%s: %s", address, gai_strerror(failed));
	failed = bind_tcp(infos, listener);
	freeaddrinfo(infos);
	return failed ? error_set(why, failed, "%s: %s", address, strerror(-failed)) : 0;
}

int listener_open(const struct listener_options *options, struct listener *listener, struct error *why)
{
	int failed;

	*listener = (struct listener){.fd = -1};
	if (!options->address)
		failed = open_inherited(options->inherited, listener, why);
	else if (strncmp(options->address, "unix:", 5) == 0)
		failed = open_unix(options->address + 5, options->mode, listener, why);
	else
		failed = open_tcp(options->address, listener, why);
	if (!failed)
		failed = read_address(listener, why);
	if (failed)
		listener_release(listener);
	return failed;
}

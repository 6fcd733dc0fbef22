/* A small LDAP server that does what a script says, for what servers that one can have do not do: see README.md.
 *   fake_ldap [SCRIPT...] <MORE_LINES
 * The lines of the scripts are obeyed, then it listens on a free port of 127.0.0.1 and prints "ldap://127.0.0.1:PORT".  The
 * lines of its standard input are obeyed as they come, each answered with one line; it ends with its input. */
#include <arpa/inet.h>
#include <errno.h>
#include <ldap.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "steps.h"

static void fail(const char *what, const char *words)
{
	fprintf(stderr, "fake_ldap: %s: %s\n", what, words);
	_exit(1);
}

/* ---- connections ---- */

struct client {
	struct fake_server *server;
	struct fake_connection *connection;
};

static void abandon(struct fake_connection *connection)
{
	pthread_mutex_lock(&connection->lock);
	connection->followed = NULL;
	pthread_mutex_unlock(&connection->lock);
}

/* Requests are kept as long as the process: one may be followed. */
static void *client_run(void *context)
{
	struct client client = *(struct client *)context;
	struct fake_connection *connection = client.connection;
	struct fake_request *request;

	free(context);
	fake_operation_run(client.server, connection, NULL);
	while (!connection->closed && (request = fake_wire_receive(connection)) != NULL) {
		if (request->tag == LDAP_REQ_UNBIND)
			break;
		if (request->tag == LDAP_REQ_ABANDON)
			abandon(connection);
		else
			fake_operation_run(client.server, connection, request);
	}
	connection->closed = true;
	close(connection->socket);
	return NULL;
}

static void client_begin(struct fake_server *server, int socket)
{
	const int at_once = 1;
	struct client *client = memory_alloc(sizeof(*client));
	struct fake_connection *connection = memory_alloc(sizeof(*connection));
	pthread_t thread;

	setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
	connection->socket = socket;
	pthread_mutex_init(&connection->lock, NULL);
	pthread_mutex_lock(&server->lock);
	if (server->connection_count == FAKE_CONNECTIONS_MAX)
		fail("connections", "too many");
	server->connections[server->connection_count++] = connection;
	pthread_mutex_unlock(&server->lock);
	*client = (struct client){server, connection};
	if (pthread_create(&thread, NULL, client_run, client) != 0)
		fail("thread", strerror(errno));
	pthread_detach(thread);
}

struct listener {
	struct fake_server *server;
	int socket;
};

static void *listener_run(void *context)
{
	const struct listener *listener = context;
	int socket;

	while ((socket = accept(listener->socket, NULL, NULL)) >= 0 || errno == EINTR || errno == ECONNABORTED)
		if (socket >= 0)
			client_begin(listener->server, socket);
	fail("accept", strerror(errno));
	return NULL;
}

static void listener_begin(struct listener *listener)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	pthread_t thread;

	listener->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener->socket < 0 || bind(listener->socket, (struct sockaddr *)&address, size) < 0 ||
	    listen(listener->socket, 64) < 0 || getsockname(listener->socket, (struct sockaddr *)&address, &size) < 0)
		fail("listen", strerror(errno));
	if (pthread_create(&thread, NULL, listener_run, listener) != 0)
		fail("thread", strerror(errno));
	printf("ldap://127.0.0.1:%d\n", ntohs(address.sin_port));
	fflush(stdout);
}

/* ---- lines ---- */

static int do_put(struct fake_server *server, char **words, size_t count, struct error *why)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++)
		result = fake_store_put(&server->store, words[i], why);
	fake_tell(server);
	return result;
}

static int do_remove(struct fake_server *server, char **words, size_t count, struct error *why)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++)
		result = fake_store_remove(&server->store, words[i], why);
	fake_tell(server);
	return result;
}

static int do_send(struct fake_server *server, char **words, size_t count, struct error *why)
{
	struct fake_steps steps;
	int result = fake_steps_read(words, count, &steps, why);

	if (result == 0)
		fake_send_steps(server, &steps);
	return result;
}

static int script_line(struct fake_server *server, char **words, size_t count, struct error *why,
                       int (*read)(struct fake_script *, char **, size_t, struct error *))
{
	int result;

	pthread_mutex_lock(&server->lock);
	result = read(&server->script, words, count, why);
	pthread_mutex_unlock(&server->lock);
	return result;
}

static int do_set(struct fake_server *server, char **words, size_t count, struct error *why)
{
	return script_line(server, words, count, why, fake_script_set);
}

static int do_on(struct fake_server *server, char **words, size_t count, struct error *why)
{
	return script_line(server, words, count, why, fake_script_on);
}

static int do_plan(struct fake_server *server, char **words, size_t count, struct error *why)
{
	return script_line(server, words, count, why, fake_script_plan);
}

static int do_clear(struct fake_server *server, char **words, size_t count, struct error *why)
{
	return script_line(server, words, count, why, fake_script_clear);
}

static const struct line {
	const char *name;
	int (*obey)(struct fake_server *server, char **words, size_t count, struct error *why);
} lines[] = {
	{"put", do_put}, {"remove", do_remove}, {"send", do_send}, {"set", do_set},
	{"on", do_on},   {"plan", do_plan},     {"clear", do_clear},
};

static int obey(struct fake_server *server, char *text, struct error *why)
{
	char *words[FAKE_WORDS_MAX];
	int count = fake_words(text, words);

	if (count == 0)
		return 0;
	for (size_t i = 0; count > 0 && i < sizeof(lines) / sizeof(*lines); i++)
		if (strcmp(lines[i].name, words[0]) == 0)
			return lines[i].obey(server, words + 1, (size_t)count - 1, why);
	return error_set(why, -EINVAL, "this is no line of a script: %s", count > 0 ? words[0] : "too many words");
}

static void script_read(struct fake_server *server, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	struct error why;

	if (!file)
		fail(path, strerror(errno));
	while (getline(&line, &size, file) > 0)
		if (obey(server, line, &why) < 0)
			fail(path, why.text);
	free(line);
	fclose(file);
}

/* "count KIND" is the one line that answers a number. */
static void answer(struct fake_server *server, char *line)
{
	struct error why;

	if (strncmp(line, "count ", 6) == 0) {
		line[strcspn(line, "\n")] = '\0';
		printf("%ld\n", fake_count(server, line + 6));
	} else {
		puts(obey(server, line, &why) == 0 ? "ok" : why.text);
	}
	fflush(stdout);
}

int main(int count, char **arguments)
{
	struct fake_server *server = memory_alloc(sizeof(*server));
	struct listener listener = {.server = server};
	char *line = NULL;
	size_t size = 0;

	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&server->lock, NULL);
	fake_store_init(&server->store);
	for (int i = 1; i < count; i++)
		script_read(server, arguments[i]);
	listener_begin(&listener);
	while (getline(&line, &size, stdin) > 0)
		answer(server, line);
	_exit(0); /* threads use all memory to the end */
}

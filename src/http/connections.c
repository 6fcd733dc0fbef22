#include "http/connections.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"

struct connections {
	pthread_mutex_t lock; /* of the list, and of what follows; held while a socket is shut down, so that it is not closed
	                         and its number given to another meanwhile */
	pthread_cond_t changed;
	pthread_t thread;
	bool ending;
	struct connection *first;
};

static void cut_overdue(struct connections *connections)
{
	instant now = clock_monotonic();

	for (struct connection *connection = connections->first; connection; connection = connection->next)
		if (atomic_load_explicit(&connection->deadline, memory_order_relaxed) < now)
			shutdown(connection->fd, SHUT_RDWR); /* the server sees the end and closes it */
}

static void *watch(void *context)
{
	struct connections *connections = context;
	struct timespec next;

	pthread_mutex_lock(&connections->lock);
	while (!connections->ending) {
		cut_overdue(connections);
		clock_gettime(CLOCK_MONOTONIC, &next);
		next.tv_sec++;
		pthread_cond_timedwait(&connections->changed, &connections->lock, &next);
	}
	pthread_mutex_unlock(&connections->lock);
	return NULL;
}

struct connections *connections_new(struct error *why)
{
	struct connections *connections = memory_alloc(sizeof(*connections));
	pthread_condattr_t monotonic;
	int failed;

	pthread_mutex_init(&connections->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&connections->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	failed = pthread_create(&connections->thread, NULL, watch, connections);
	if (!failed)
		return connections;
	error_set(why, -failed, "a thread to watch connections: %s", strerror(failed));
	pthread_cond_destroy(&connections->changed);
	pthread_mutex_destroy(&connections->lock);
	free(connections);
	return NULL;
}

void connections_free(struct connections *connections)
{
	if (!connections)
		return;
	pthread_mutex_lock(&connections->lock);
	assert(!connections->first);
	connections->ending = true;
	pthread_cond_signal(&connections->changed);
	pthread_mutex_unlock(&connections->lock);
	pthread_join(connections->thread, NULL);
	pthread_cond_destroy(&connections->changed);
	pthread_mutex_destroy(&connections->lock);
	free(connections);
}

struct connection *connection_new(struct connections *connections, int fd)
{
	struct connection *connection = memory_alloc(sizeof(*connection));

	connection->fd = fd;
	atomic_init(&connection->deadline, INSTANT_MAX);
	pthread_mutex_lock(&connections->lock);
	connection->next = connections->first;
	if (connection->next)
		connection->next->previous = connection;
	connections->first = connection;
	pthread_mutex_unlock(&connections->lock);
	return connection;
}

void connection_free(struct connections *connections, struct connection *connection)
{
	pthread_mutex_lock(&connections->lock);
	if (connection->next)
		connection->next->previous = connection->previous;
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		connections->first = connection->next;
	pthread_mutex_unlock(&connections->lock);
	request_release(&connection->request);
	free(connection);
}

void connection_allow(struct connection *connection, unsigned seconds)
{
	atomic_store_explicit(&connection->deadline, clock_monotonic() + seconds * INSTANT_SECOND,
	                      memory_order_relaxed);
}

/* Requests that wait for the index, over real sockets: a server on an index that is where a test puts it. */
#include "http/server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/builder.h"
#include "model/published.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MILLISECOND  (INSTANT_SECOND / 1000)

/* ---- an index that has come so far ---- */

struct index {
	pthread_mutex_t lock;
	int position;  /* tokens are numbers */
	int questions; /* `reached` was asked, all in all */
	enum reason cannot_decide;
	void (*progressed)(void *watcher);
	void *watcher;
	struct published *published; /* empty */
};

static void acquire(void *context, struct http_state *state)
{
	struct index *index = context;
	char *token = malloc(16);

	assert_non_null(token);
	pthread_mutex_lock(&index->lock);
	snprintf(token, 16, "%d", index->position);
	*state = (struct http_state){
		.snapshot = published_acquire(index->published),
		.settings = &decide_defaults,
		.cannot_decide = index->cannot_decide,
		.token = token,
		.hold = token,
	};
	pthread_mutex_unlock(&index->lock);
}

static void drop(void *context, struct http_state *state)
{
	(void)context;
	snapshot_drop(state->snapshot);
	free(state->hold);
}

static enum http_reached reached(void *context, const struct http_state *state, const char *token)
{
	struct index *index = context;
	char *end;
	long wanted = strtol(token, &end, 10);

	pthread_mutex_lock(&index->lock);
	index->questions++;
	pthread_mutex_unlock(&index->lock);
	if (*end != '\0')
		return HTTP_NO_TOKEN;
	return strtol(state->token, NULL, 10) >= wanted ? HTTP_REACHED : HTTP_NOT_REACHED;
}

static void watch(void *context, void (*progressed)(void *watcher), void *watcher)
{
	struct index *index = context;

	pthread_mutex_lock(&index->lock);
	index->progressed = progressed;
	index->watcher = watcher;
	pthread_mutex_unlock(&index->lock);
}

static void advance(struct index *index, int position)
{
	void (*progressed)(void *watcher);

	pthread_mutex_lock(&index->lock);
	index->position = position;
	progressed = index->progressed;
	pthread_mutex_unlock(&index->lock);
	if (progressed)
		progressed(index->watcher);
}

static int questions(struct index *index)
{
	int count;

	pthread_mutex_lock(&index->lock);
	count = index->questions;
	pthread_mutex_unlock(&index->lock);
	return count;
}

/* ---- server and clients ---- */

struct setting {
	struct index index;
	struct http_backend backend;
	struct server *server;
};

static int start(void **state)
{
	struct setting *setting = calloc(1, sizeof(*setting));
	struct builder *builder = builder_new(NULL, NULL);

	assert_non_null(setting);
	pthread_mutex_init(&setting->index.lock, NULL);
	setting->index.position = 1;
	setting->index.published = published_new();
	published_set(setting->index.published, builder_freeze(builder));
	builder_free(builder);
	setting->backend = (struct http_backend){
		.context = &setting->index, .version = "1", .acquire = acquire, .drop = drop, .reached = reached, .watch = watch};
	*state = setting;
	return 0;
}

static void serve(struct setting *setting, instant wait, unsigned waiting, unsigned threads)
{
	const struct server_options options = {.listeners = {{.address = "127.0.0.1:0"}}, .listener_count = 1,
	                                       .threads = threads, .at_least_wait = wait, .waiting = waiting};
	struct error why;

	assert_int_equal(server_start(&setting->server, &options, &setting->backend, &why), 0);
}

static int finish(void **state)
{
	struct setting *setting = *state;

	server_stop(setting->server);
	assert_null(setting->index.progressed);
	published_free(setting->index.published);
	pthread_mutex_destroy(&setting->index.lock);
	free(setting);
	return 0;
}

static int client(const struct setting *setting)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server_port(setting->server, 0)),
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval patience = {.tv_sec = 20};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	return fd;
}

static void ask_path(int fd, const char *path, const char *token)
{
	char request[200];
	int length = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\nDirgate-At-Least: %s\r\n\r\n", path,
	                      token);

	assert_int_equal(send(fd, request, (size_t)length, MSG_NOSIGNAL), length);
}

static void ask(int fd, const char *token)
{
	ask_path(fd, "/v1/lint", token);
}

/* The status of the next answer, which may be as long as `answer` has room for; 0: the connection ended without one. */
static int status(int fd, char answer[2000])
{
	size_t length = 0, whole = SIZE_MAX;

	while (length < whole) {
		ssize_t got = recv(fd, answer + length, 1999 - length, 0);
		const char *head_end, *size;

		assert_true(got >= 0);
		if (got == 0)
			return 0;
		length += (size_t)got;
		answer[length] = '\0';
		head_end = strstr(answer, "\r\n\r\n");
		size = strcasestr(answer, "Content-Length: ");
		if (head_end && size)
			whole = (size_t)(head_end + 4 - answer) + strtoul(size + 16, NULL, 10);
	}
	return (int)strtol(answer + strlen("HTTP/1.1 "), NULL, 10);
}

static int status_of(int fd)
{
	char answer[2000];

	return status(fd, answer);
}

static bool silent(int fd, int milliseconds)
{
	char octet;

	usleep((useconds_t)milliseconds * 1000);
	return recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* ---- the tests ---- */

/* Answered when the index has come there and not before, from then on, on the same connection. */
static void test_waits_for_progress(void **state)
{
	struct setting *setting = *state;
	char answer[2000];
	int fd;

	serve(setting, 60 * INSTANT_SECOND, 0, 1);
	fd = client(setting);
	for (int i = 1; i < 50; i++) {
		char token[16];

		snprintf(token, sizeof(token), "%d", 2 * i + 1);
		ask(fd, token);
		if (i == 1)
			assert_true(silent(fd, 100));
		advance(&setting->index, 2 * i);
		if (i == 1)
			assert_true(silent(fd, 100));
		advance(&setting->index, 2 * i + 1);
		assert_int_equal(status(fd, answer), 200);
		snprintf(token, sizeof(token), "%d\r\n", 2 * i + 1);
		assert_non_null(strstr(answer, "Dirgate-Snapshot: "));
		assert_int_equal(strncmp(strstr(answer, "Dirgate-Snapshot: ") + 18, token, strlen(token)), 0);
	}
	close(fd);
}

static void test_deadline(void **state)
{
	struct setting *setting = *state;
	instant begun = clock_monotonic();
	char answer[2000];
	int fd;

	serve(setting, 300 * MILLISECOND, 0, 1);
	fd = client(setting);
	ask(fd, "7");
	assert_int_equal(status(fd, answer), 503);
	assert_in_range(clock_monotonic() - begun, 300 * MILLISECOND, 10 * INSTANT_SECOND);
	assert_non_null(strstr(answer, "\"reason\":\"not-fresh-enough\""));
	assert_non_null(strstr(answer, "Retry-After: "));
	ask(fd, "1");
	assert_int_equal(status_of(fd), 200);
	close(fd);
}

/* No thread stands still: while one waits, others are answered, and so are broken tokens and what needs no index. */
static void test_others_go_on(void **state)
{
	struct setting *setting = *state;
	int waiting, other;

	serve(setting, 60 * INSTANT_SECOND, 0, 1);
	waiting = client(setting);
	other = client(setting);
	ask(waiting, "2");
	for (int i = 0; i < 20; i++) {
		ask(other, "1");
		assert_int_equal(status_of(other), 200);
		ask(other, "nonsense");
		assert_int_equal(status_of(other), 400);
		ask_path(other, "/livez", "2");
		assert_int_equal(status_of(other), 200);
		ask_path(other, "/nothing", "2");
		assert_int_equal(status_of(other), 404);
	}
	assert_true(silent(waiting, 0));
	advance(&setting->index, 2);
	assert_int_equal(status_of(waiting), 200);
	close(waiting);
	close(other);
}

static void test_as_many_as_may(void **state)
{
	struct setting *setting = *state;
	int waiting[3], one_more;

	serve(setting, 60 * INSTANT_SECOND, COUNT(waiting), 1);
	for (size_t i = 0; i < COUNT(waiting); i++)
		ask(waiting[i] = client(setting), i == 1 ? "3" : "2");
	while (questions(&setting->index) < 6) /* when asked, and when let wait */
		usleep(1000);
	one_more = client(setting);
	ask(one_more, "2");
	assert_int_equal(status_of(one_more), 503);
	advance(&setting->index, 2);
	assert_int_equal(status_of(waiting[0]), 200);
	assert_int_equal(status_of(waiting[2]), 200);
	assert_true(silent(waiting[1], 50));
	ask(one_more, "3");
	assert_true(silent(one_more, 50));
	advance(&setting->index, 3);
	assert_int_equal(status_of(one_more), 200);
	assert_int_equal(status_of(waiting[1]), 200);
	close(one_more);
	for (size_t i = 0; i < COUNT(waiting); i++)
		close(waiting[i]);
}

/* An index that cannot decide any more is told at once, not at the end of the wait. */
static void test_cannot_decide(void **state)
{
	struct setting *setting = *state;
	char answer[2000];
	int fd;

	serve(setting, 60 * INSTANT_SECOND, 0, 1);
	fd = client(setting);
	ask(fd, "2");
	assert_true(silent(fd, 50));
	pthread_mutex_lock(&setting->index.lock);
	setting->index.cannot_decide = REASON_STALE;
	pthread_mutex_unlock(&setting->index.lock);
	advance(&setting->index, 1);
	assert_int_equal(status(fd, answer), 503);
	assert_non_null(strstr(answer, "\"reason\":\"stale\""));
	close(fd);
}

/* The end of the server is not held up by who waits, nor by who went away meanwhile; who is there is told. */
static void test_stops(void **state)
{
	struct setting *setting = *state;
	int fds[20];

	serve(setting, 60 * INSTANT_SECOND, 0, 2);
	for (size_t i = 0; i < COUNT(fds); i++)
		ask(fds[i] = client(setting), "2");
	while (questions(&setting->index) < 2 * (int)COUNT(fds))
		usleep(1000);
	for (size_t i = 0; i < COUNT(fds); i += 2)
		close(fds[i]);
	server_stop(setting->server);
	setting->server = NULL;
	for (size_t i = 1; i < COUNT(fds); i += 2) {
		assert_int_equal(status_of(fds[i]), 503);
		close(fds[i]);
	}
}

/* ---- many at once ---- */

#define CLIENTS   8
#define QUESTIONS 200

struct asking {
	struct setting *setting;
	_Atomic int *wanted; /* the highest that was asked for */
	int answered;
	pthread_t thread;
};

static void *ask_many(void *context)
{
	struct asking *asking = context;
	int fd = client(asking->setting);

	for (int i = 0; i < QUESTIONS; i++) {
		int wanted = atomic_fetch_add(asking->wanted, 1) + 1;
		char token[16];

		snprintf(token, sizeof(token), "%d", wanted);
		ask(fd, token);
		asking->answered += status_of(fd) == 200;
	}
	close(fd);
	return NULL;
}

/* Whatever the order of asking, letting wait and coming further: nobody is forgotten. */
static void test_nobody_is_forgotten(void **state)
{
	struct setting *setting = *state;
	struct asking asking[CLIENTS];
	_Atomic int wanted = 1;

	serve(setting, 60 * INSTANT_SECOND, 0, 2);
	for (size_t i = 0; i < CLIENTS; i++) {
		asking[i] = (struct asking){.setting = setting, .wanted = &wanted};
		assert_int_equal(pthread_create(&asking[i].thread, NULL, ask_many, &asking[i]), 0);
	}
	for (int position = 2; position <= CLIENTS * QUESTIONS + 1; position++) {
		while (atomic_load(&wanted) < position)
			usleep(10);
		advance(&setting->index, position);
	}
	for (size_t i = 0; i < CLIENTS; i++) {
		pthread_join(asking[i].thread, NULL);
		assert_int_equal(asking[i].answered, QUESTIONS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_waits_for_progress, start, finish),
		cmocka_unit_test_setup_teardown(test_deadline, start, finish),
		cmocka_unit_test_setup_teardown(test_others_go_on, start, finish),
		cmocka_unit_test_setup_teardown(test_as_many_as_may, start, finish),
		cmocka_unit_test_setup_teardown(test_cannot_decide, start, finish),
		cmocka_unit_test_setup_teardown(test_stops, start, finish),
		cmocka_unit_test_setup_teardown(test_nobody_is_forgotten, start, finish),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

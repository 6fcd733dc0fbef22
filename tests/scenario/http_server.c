/* The HTTP layer alone, on an LDIF file that does not change: for tests and measurements.
 *
 *   http_server [OPTION...] LDIFFILE
 *
 *   -l ADDRESS  where to listen (127.0.0.1:0)        -t N  threads
 *   -b OCTETS   the largest body                     -n N  the longest batch
 *   -m OCTETS   memory for a head                    -c N  connections
 *   -r SECONDS  for a request                        -i SECONDS  for an idle connection
 *   -s REASON   nothing can be decided: stale or not-loaded
 *
 * Prints "listening PORT", and ends when its standard input does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/server.h"
#include "model/published.h"
#include "../support/loaded.h"

struct directory {
	struct published *published;
	enum reason cannot_decide;
};

static const char token[] = "test-1";

static void acquire(void *context, struct http_state *state)
{
	const struct directory *directory = context;

	*state = (struct http_state){
		.snapshot = published_acquire(directory->published),
		.settings = &decide_defaults,
		.cannot_decide = directory->cannot_decide,
		.token = directory->cannot_decide == REASON_NOT_LOADED ? NULL : token,
	};
}

static void drop(void *context, struct http_state *state)
{
	(void)context;
	snapshot_drop(state->snapshot);
}

static enum http_reached reached(void *context, const struct http_state *state, const char *demanded)
{
	(void)context;
	if (strncmp(demanded, "test-", 5) != 0)
		return HTTP_NO_TOKEN;
	return strcmp(demanded, state->token) == 0 ? HTTP_REACHED : HTTP_NOT_REACHED;
}

/* Nothing changes here. */
static void watch(void *context, void (*progressed)(void *watcher), void *watcher)
{
	(void)context;
	(void)progressed;
	(void)watcher;
}

static void sources(void *context, void (*visit)(void *visitor, const struct http_source *source), void *visitor)
{
	const struct directory *directory = context;
	const bool loaded = directory->cannot_decide != REASON_NOT_LOADED;

	visit(visitor, &(struct http_source){
		.name = "ldif",
		.kind = "ldif",
		.state = loaded ? "following" : "loading",
		.loaded = loaded,
		.lag = -1,
		.server = "",
		.error = "",
		.warning = "",
		.last_error = "",
		.age = !loaded ? -1 : directory->cannot_decide == REASON_STALE ? 90 : 0.5,
	});
}

static enum reason reason_named(const char *name)
{
	for (enum reason reason = REASON_NO_GRANT; reason < REASON_COUNT; reason++)
		if (strcmp(reason_code(reason), name) == 0)
			return reason;
	return REASON_NOT_LOADED;
}

static void read_options(int argc, char **argv, struct server_options *options, struct directory *directory)
{
	int option;

	while ((option = getopt(argc, argv, "l:t:b:n:m:c:r:i:s:")) != -1) {
		const unsigned long number = strtoul(optarg ? optarg : "", NULL, 10);

		switch (option) {
		case 'l': options->listeners[0].address = optarg; break;
		case 't': options->threads = (unsigned)number; break;
		case 'b': options->body_octets = number; break;
		case 'n': options->batch_items = number; break;
		case 'm': options->header_octets = number; break;
		case 'c': options->connections = (unsigned)number; break;
		case 'r': options->request_seconds = (unsigned)number; break;
		case 'i': options->idle_seconds = (unsigned)number; break;
		case 's': directory->cannot_decide = reason_named(optarg); break;
		default: exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct server_options options = {.listeners = {{.address = "127.0.0.1:0"}}, .listener_count = 1};
	struct directory directory = {.published = published_new()};
	const struct http_backend backend = {&directory, "test", acquire, drop, reached, watch, sources};
	struct snapshot *snapshot;
	struct server *server;
	struct error why = {""};

	read_options(argc, argv, &options, &directory);
	snapshot = argv[optind] ? loaded_snapshot(argv[optind], &why) : NULL;
	if (snapshot)
		published_set(directory.published, snapshot);
	if (!snapshot || server_start(&server, &options, &backend, &why)) {
		fprintf(stderr, "http_server: %s\n", why.text);
		return 1;
	}
	printf("listening %u\n", (unsigned)server_port(server, 0));
	fflush(stdout);
	while (getchar() != EOF)
		;
	server_stop(server);
	published_free(directory.published);
	return 0;
}

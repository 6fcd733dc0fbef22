#include "directory/content_sync/sync_servers.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "directory/server/background.h"
#include "directory/server/policy_names.h"

/* One server, on the way to being reached.  It belongs to the thread that is at it. */
struct approach {
	struct session_options *session;
	char *base;
	bool without_policy, names_wanted;
	struct heartbeat_options heartbeat;
	unsigned index;
	struct sync_reached reached;
	struct position position; /* empty: the server does not say */
};

struct sync_servers {
	struct session_options *session;
	char *base;
	bool without_policy;
	struct heartbeat_options heartbeat;
	struct session_health health;
	/* While it is looking. */
	struct approach *approach;     /* what the thread is at; NULL: it is not looking */
	struct background *background;
	bool tried[SESSION_URIS_MAX];
	bool answered;                 /* one of them at least */
	struct approach *best;         /* the furthest ahead of those that may be believed although they are behind */
	struct position_lag best_lag;
	struct error why;              /* of all that were tried */
};

void sync_reached_release(struct sync_reached *reached)
{
	sync_stream_close(reached->stream);
	heartbeat_close(reached->heartbeat);
	name_set_release(&reached->names);
	*reached = (struct sync_reached){0};
}

/* ---- one server ---- */

static void approach_free(void *context)
{
	struct approach *approach = context;

	if (!approach)
		return;
	sync_reached_release(&approach->reached);
	session_options_free(approach->session);
	free(approach->base);
	free(approach);
}

static int approach_run(void *context, const struct background *background, struct error *why)
{
	struct approach *approach = context;
	struct sync_reached *reached = &approach->reached;
	const struct sync_stream_options options = {approach->base, approach->without_policy};
	int result = sync_stream_open(approach->session, approach->index, &options, &reached->stream, why);

	if (result == 0 && !background_abandoned(background))
		result = heartbeat_open(approach->session, approach->index, approach->base, &approach->heartbeat,
		                        &reached->heartbeat, why);
	if (result == 0 && !background_abandoned(background))
		result = heartbeat_position(reached->heartbeat, &approach->position, why);
	if (result == 0 && approach->names_wanted && !background_abandoned(background))
		policy_names_read(sync_stream_session(reached->stream), approach->base, approach->session->answer_ms,
		                  &reached->names);
	return result;
}

static const struct background_work approach_work = {.run = approach_run, .let_go = approach_free};

static struct approach *approach_new(const struct sync_servers *servers, unsigned i, bool names)
{
	struct approach *approach = memory_alloc(sizeof(*approach));

	approach->session = session_options_copy(servers->session);
	approach->base = memory_string(servers->base);
	approach->without_policy = servers->without_policy;
	approach->names_wanted = names;
	approach->heartbeat = servers->heartbeat;
	approach->index = i;
	return approach;
}

/* ---- life ---- */

struct sync_servers *sync_servers_new(const struct session_options *session, const struct sync_stream_options *stream,
                                      const struct heartbeat_options *heartbeat)
{
	struct sync_servers *servers = memory_alloc(sizeof(*servers));

	servers->session = session_options_copy(session);
	servers->base = memory_string(stream->base);
	servers->without_policy = stream->without_policy;
	servers->heartbeat = *heartbeat;
	return servers;
}

void sync_servers_stop(struct sync_servers *servers)
{
	background_abandon(servers->background); /* with the approach */
	servers->background = NULL;
	servers->approach = NULL;
	approach_free(servers->best);
	servers->best = NULL;
}

void sync_servers_free(struct sync_servers *servers)
{
	if (!servers)
		return;
	sync_servers_stop(servers);
	session_options_free(servers->session);
	free(servers->base);
	free(servers);
}

/* ---- health ---- */

void sync_servers_failed(struct sync_servers *servers, const struct sync_stream *stream)
{
	servers->health.failed_at[session_uri_index(sync_stream_session(stream))] = clock_monotonic();
}

void sync_servers_behind(struct sync_servers *servers, const struct sync_stream *stream)
{
	servers->health.behind_at[session_uri_index(sync_stream_session(stream))] = clock_monotonic();
}

static void health_good(struct sync_servers *servers, unsigned i)
{
	servers->health.failed_at[i] = servers->health.behind_at[i] = 0;
}

/* ---- looking ---- */

static void why_add(struct sync_servers *servers, const struct error *why)
{
	struct error one = *why;

	error_prefix(&one, -EIO, "%s%s", servers->why.text, servers->why.text[0] ? " | " : "");
	servers->why = one;
}

/* Begins with the next server.  Negative: none is left. */
static int next_begin(struct sync_servers *servers, bool names)
{
	int i = session_choose(servers->session, &servers->health, servers->tried);
	struct error why;

	if (i < 0)
		return -ENOENT;
	servers->tried[i] = true;
	servers->approach = approach_new(servers, (unsigned)i, names);
	servers->background = background_begin(&approach_work, servers->approach, &why);
	if (servers->background)
		return 0;
	why_add(servers, &why);
	approach_free(servers->approach);
	servers->approach = NULL;
	return -EAGAIN;
}

/* The server is behind.  If it may be believed all the same it is kept until a better one is found. */
static void put_aside(struct sync_servers *servers, struct approach *approach, const struct position_lag *lag,
                      bool believed, struct error *why)
{
	error_prefix(why, -ESTALE, "%s: ", servers->session->uris[approach->index]);
	why_add(servers, why);
	servers->health.failed_at[approach->index] = 0;
	servers->health.behind_at[approach->index] = clock_monotonic();
	if (!believed || (servers->best && position_lag_compare(&servers->best_lag, lag) <= 0)) {
		approach_free(approach);
		return;
	}
	approach_free(servers->best);
	servers->best = approach;
	servers->best_lag = *lag;
}

static void take(struct approach *approach, struct sync_reached *reached)
{
	*reached = approach->reached;
	approach->reached = (struct sync_reached){0};
	approach_free(approach);
}

/* What came of the server that the thread was at: 0 if it is taken, else the next one is to be tried. */
static int weigh(struct sync_servers *servers, struct feed *feed, int result, struct error *why,
                 struct sync_reached *reached)
{
	struct approach *approach = servers->approach;
	struct position_lag lag;
	int age = 0;

	servers->approach = NULL;
	servers->background = NULL;
	if (result < 0) {
		servers->health.failed_at[approach->index] = clock_monotonic();
		why_add(servers, why);
		approach_free(approach);
		return SERVERS_LOOKING;
	}
	servers->answered = true;
	/* A server that does not say how far it is shows it when it has been read. */
	if (approach->position.count > 0)
		age = feed_compare(feed, servers->session->uris[approach->index], &approach->position, &lag, why);
	if (age != 0) {
		put_aside(servers, approach, &lag, age != FEED_BEHIND, why);
		return SERVERS_LOOKING;
	}
	health_good(servers, approach->index);
	take(approach, reached);
	return 0;
}

/* All have been tried. */
static int round_end(struct sync_servers *servers, struct feed *feed, struct sync_reached *reached, struct error *why)
{
	if (servers->best) {
		take(servers->best, reached);
		servers->best = NULL;
		return 0;
	}
	if (!servers->answered)
		feed_unreachable(feed);
	*why = servers->why;
	return -EIO;
}

static void round_begin(struct sync_servers *servers)
{
	assert(!servers->approach && !servers->best);
	for (size_t i = 0; i < SESSION_URIS_MAX; i++)
		servers->tried[i] = false;
	servers->answered = false;
	servers->why.text[0] = '\0';
}

int sync_servers_look(struct sync_servers *servers, struct feed *feed, bool names, struct sync_reached *reached,
                      struct error *why)
{
	struct error one;
	int result;

	if (!servers->approach) {
		round_begin(servers);
	} else {
		if ((result = background_end(servers->background, &one)) == BACKGROUND_GOING)
			return SERVERS_LOOKING;
		if (weigh(servers, feed, result, &one, reached) == 0) {
			sync_servers_stop(servers);
			return 0;
		}
	}
	return next_begin(servers, names) == 0 ? SERVERS_LOOKING : round_end(servers, feed, reached, why);
}

bool sync_servers_looking(const struct sync_servers *servers)
{
	return servers->approach != NULL;
}

int sync_servers_descriptor(const struct sync_servers *servers)
{
	return servers->background ? background_descriptor(servers->background) : -1;
}

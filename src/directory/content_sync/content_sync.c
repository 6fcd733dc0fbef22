#include "directory/content_sync/content_sync.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/content_sync/heartbeat.h"
#include "directory/content_sync/sync_servers.h"
#include "directory/content_sync/sync_stream.h"
#include "directory/follower/feed.h"
#include "directory/server/retry.h"
#include "directory/server/selection.h"

#define MILLISECOND   (INSTANT_SECOND / 1000)
#define BUSY_WAIT     (10 * MILLISECOND)   /* until the turn of reading whole is asked for again */
#define CATCH_UP_MAX  (2 * INSTANT_SECOND) /* for a new connection to come as far as the old one was */

struct content_sync {
	struct source source; /* first */
	struct server_options *server;
	struct heartbeat_options heartbeat;
};

/* One run.  `current` is followed; `next` is read whole beside it and then takes its place.  At the start and after a
 * loss there is only `next`; so beginning, coming back, reconciling, renewing the connection and asking for more
 * attributes are all one way. */
struct run {
	const struct content_sync *source;
	struct feed *feed;
	struct sync_servers *servers;
	struct sync_reached current, next;
	bool searching;              /* `next` has the turn of reading whole */
	bool widening;               /* more attributes are asked for than before: all may differ */
	instant due;                 /* when `next` is to be begun */
	instant complete_at;         /* when `next` was; 0: it is not */
	instant behind_since;        /* the server has been ahead of `current` since then; 0: it is not */
	instant elsewhere_since;     /* the heartbeat's server has been behind `current` since then; 0: it is not */
	bool loaded;                 /* once at least: what the policy names is known */
	unsigned failures;           /* in a row */
};

static void retry_later(struct run *run)
{
	run->due = clock_monotonic() + retry_wait(run->failures++);
}

/* ---- the next stream ---- */

static void next_close(struct run *run)
{
	if (run->searching)
		feed_abandon(run->feed);
	run->searching = false;
	run->complete_at = 0;
	sync_servers_stop(run->servers);
	sync_reached_release(&run->next);
}

/* What was to replace the current stream cannot: with a current one that is a warning. */
static void next_given_up(struct run *run, const struct error *why)
{
	next_close(run);
	if (run->current.stream)
		feed_warn(run->feed, why);
	else
		feed_lost(run->feed, why);
	retry_later(run);
}

static void next_lost(struct run *run, const struct error *why)
{
	sync_servers_failed(run->servers, run->next.stream);
	next_given_up(run, why);
}

/* It has been read, and is older than what is published. */
static void next_behind(struct run *run, struct error *why)
{
	error_prefix(why, -ESTALE, "%s: ", session_uri(sync_stream_session(run->next.stream)));
	sync_servers_behind(run->servers, run->next.stream);
	next_given_up(run, why);
}

static void next_look(struct run *run)
{
	bool names = !run->loaded && !run->source->server->without_policy;
	struct error why;

	if (sync_servers_look(run->servers, run->feed, names, &run->next, &why) < 0)
		next_given_up(run, &why);
}

static void next_search(struct run *run)
{
	const struct server_options *server = run->source->server;
	struct name_set wanted = {0};
	struct selection selection;
	struct error why;

	if (feed_begin(run->feed, run->current.stream && !run->widening) == FEED_BUSY) {
		run->due = clock_monotonic() + BUSY_WAIT;
		return;
	}
	run->searching = true;
	feed_wanted(run->feed, &wanted);
	for (size_t i = 0; i < run->next.names.count; i++)
		name_set_add(&wanted, run->next.names.items[i]);
	if (selection_make(server->settings, &wanted, server->attributes, &selection, &why) < 0 ||
	    sync_stream_search(run->next.stream, &selection, &why) < 0)
		next_lost(run, &why);
	selection_release(&selection);
	name_set_release(&wanted);
}

/* ---- the current stream ---- */

static void current_close(struct run *run)
{
	sync_reached_release(&run->current);
	run->behind_since = run->elsewhere_since = 0;
}

static void current_lost(struct run *run, const struct error *why)
{
	sync_servers_failed(run->servers, run->current.stream);
	current_close(run);
	feed_lost(run->feed, why);
	feed_count_reconnect(run->feed);
	if (!run->next.stream && !sync_servers_looking(run->servers))
		retry_later(run);
}

/* The whole read is in the index: from now on `next` is what is followed. */
static void next_becomes_current(struct run *run)
{
	current_close(run);
	run->current = run->next;
	run->next = (struct sync_reached){0};
	run->loaded = true;
	run->searching = false;
	run->widening = false;
	run->complete_at = 0;
	run->failures = 0;
	run->due = clock_monotonic() + retry_jitter(server_reconcile(run->source->server));
	sync_stream_follow(run->current.stream);
}

static void next_commit(struct run *run)
{
	const struct sync_stream *stream = run->next.stream;
	const struct feed_whole whole = {
		.position = sync_stream_position(stream),
		.covered = sync_stream_attributes(stream),
		.begun = sync_stream_begun_at(stream),
		.server = session_uri(sync_stream_session(stream)),
	};
	struct error why;
	int result = sync_stream_check(stream, &why);

	if (result < 0) {
		next_lost(run, &why);
		return;
	}
	result = feed_commit(run->feed, &whole, &why);
	run->searching = false;
	if (result == 0) {
		next_becomes_current(run);
	} else if (result == FEED_HELD_BACK) {
		next_close(run);
		run->due = clock_monotonic();
	} else if (result == FEED_BEHIND) {
		next_behind(run, &why);
	} else {
		next_lost(run, &why);
	}
}

/* ---- the loop ---- */

/* What `next` has read may be a little behind what the current stream has told meanwhile: its own changes will tell it
 * too.  What comes of it when they do not, or when there is no current one, is said by feed_commit. */
static bool next_is_ready(struct run *run)
{
	struct position published;
	struct position_lag lag;

	if (!sync_stream_is_complete(run->next.stream))
		return false;
	if (run->complete_at == 0)
		run->complete_at = clock_monotonic();
	feed_position(run->feed, &published);
	return !run->current.stream || clock_monotonic() - run->complete_at > CATCH_UP_MAX ||
	       !position_behind(sync_stream_position(run->next.stream), &published, &lag);
}

/* Takes what has arrived of the whole read. */
static bool next_pump(struct run *run)
{
	const instant limit = (instant)run->source->server->session->answer_ms * MILLISECOND;
	struct sync_stream *stream = run->next.stream;
	struct error why;
	int result = sync_stream_pump(stream, run->feed, &why);

	if (result == 0 && !sync_stream_is_complete(stream) && clock_monotonic() - sync_stream_heard_at(stream) > limit)
		result = error_set(&why, -ETIMEDOUT, "%s: the server has said nothing for %u ms in the midst of the entries",
		                   session_uri(sync_stream_session(stream)), run->source->server->session->answer_ms);
	if (result < 0)
		next_lost(run, &why);
	else if (next_is_ready(run))
		next_commit(run);
	return result == STREAM_MORE;
}

static bool look_after_next(struct run *run)
{
	bool due = clock_monotonic() >= run->due;

	if (!run->next.stream && (due || sync_servers_looking(run->servers)))
		next_look(run);
	if (run->next.stream && !run->searching && due)
		next_search(run);
	return run->searching && next_pump(run);
}

/* Returns for how long it has been so, and 0 when it is not. */
static instant going_on(instant *since, bool so)
{
	if (!so)
		*since = 0;
	else if (*since == 0)
		*since = clock_monotonic();
	return *since == 0 ? 0 : clock_monotonic() - *since;
}

/* A server that is ahead and does not send what it has, or an address that leads to several servers: the connections are
 * renewed.  `result` and `why` are the heartbeat's. */
static int check_heartbeat(struct run *run, int result, const struct position *position, struct error *why)
{
	const instant limit = (instant)run->source->server->session->answer_ms * MILLISECOND;
	bool behind = result == HEARTBEAT_ANSWER &&
	              !position_reached(sync_stream_position(run->current.stream), position);

	if (result == HEARTBEAT_ANSWER && position->full)
		return error_set(why, -E2BIG, "%s: more than %d server ids have written here; remove those that are gone from its "
		                 "contextCSN", session_uri(sync_stream_session(run->current.stream)), POSITION_ITEMS_MAX);
	if (going_on(&run->elsewhere_since, result == HEARTBEAT_BEHIND) > limit)
		return -ESTALE;
	if (going_on(&run->behind_since, behind) > limit)
		return error_set(why, -ETIMEDOUT, "%s: the server has changes that it does not send",
		                 session_uri(sync_stream_session(run->current.stream)));
	return 0;
}

static bool look_after_current(struct run *run)
{
	struct position position;
	struct error why;
	instant at;
	int more = 0, result;

	if (!run->current.stream)
		return false;
	result = heartbeat_beat(run->current.heartbeat, sync_stream_position(run->current.stream), &position, &at, &why);
	/* After the answer: one that does not say how far the server is proves that what had arrived before it is taken. */
	if (result >= 0)
		more = sync_stream_pump(run->current.stream, run->feed, &why);
	if (more < 0)
		result = more;
	if (result == HEARTBEAT_ANSWER && (position.count > 0 || more != STREAM_MORE))
		feed_prove(run->feed, &position, at);
	if (result > 0)
		result = check_heartbeat(run, result, &position, &why);
	if (result < 0)
		current_lost(run, &why);
	return more == STREAM_MORE;
}

/* Waits until something arrives, is asked, or is due. */
static void run_wait(const struct run *run)
{
	struct pollfd files[4] = {{.fd = feed_descriptor(run->feed), .events = POLLIN}};
	instant now = clock_monotonic(), until = now + INSTANT_SECOND;
	nfds_t count = 1;

	if (sync_servers_looking(run->servers))
		files[count++] = (struct pollfd){sync_servers_descriptor(run->servers), POLLIN, 0};
	else if (run->searching)
		files[count++] = (struct pollfd){session_descriptor(sync_stream_session(run->next.stream)), POLLIN, 0};
	else if (run->due < until)
		until = run->due;
	if (run->current.stream) {
		files[count++] = (struct pollfd){session_descriptor(sync_stream_session(run->current.stream)), POLLIN, 0};
		files[count++] = (struct pollfd){heartbeat_descriptor(run->current.heartbeat), POLLIN, 0};
		if (heartbeat_due(run->current.heartbeat) < until)
			until = heartbeat_due(run->current.heartbeat);
	}
	if (run->complete_at != 0)
		until = now + BUSY_WAIT;
	poll(files, count, until > now ? (int)((until - now) / MILLISECOND) + 1 : 0);
}

static void content_sync_run(struct source *base, struct feed *feed)
{
	const struct content_sync *source = (const struct content_sync *)base;
	const struct sync_stream_options options = {source->server->base, source->server->without_policy};
	struct run run = {.source = source, .feed = feed,
	                  .servers = sync_servers_new(source->server->session, &options, &source->heartbeat)};
	unsigned requests;
	bool more;

	while (!((requests = feed_requests(feed)) & FEED_STOP)) {
		if (requests & (FEED_RELOAD | FEED_WIDEN)) {
			run.widening = run.widening || (requests & FEED_WIDEN);
			if (run.searching && (requests & FEED_WIDEN))
				next_close(&run);
			run.due = clock_monotonic();
		}
		more = look_after_next(&run);
		more = look_after_current(&run) || more;
		if (!more)
			run_wait(&run);
	}
	next_close(&run);
	current_close(&run);
	sync_servers_free(run.servers);
}

/* ---- life ---- */

static void content_sync_free(struct source *base)
{
	struct content_sync *source = (struct content_sync *)base;

	server_options_free(source->server);
	free(source);
}

static const struct source_operations content_sync_operations = {
	.kind = "content-sync",
	.run = content_sync_run,
	.free = content_sync_free,
};

static unsigned or_default(unsigned value, unsigned otherwise)
{
	return value > 0 ? value : otherwise;
}

struct source *content_sync_new(const struct content_sync_options *options, struct error *why)
{
	struct content_sync *source;

	if (server_options_check(&options->server, why) < 0)
		return NULL;
	source = memory_alloc(sizeof(*source));
	server_source_init(&source->source, &content_sync_operations, &options->server);
	source->server = server_options_copy(&options->server);
	source->heartbeat.interval_ms = or_default(options->heartbeat_ms, 1000);
	source->heartbeat.limit_ms = or_default(options->heartbeat_limit_ms, 5000);
	return &source->source;
}

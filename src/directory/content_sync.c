#include "directory/content_sync.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"
#include "directory/feed.h"
#include "directory/heartbeat.h"
#include "directory/policy_names.h"
#include "directory/selection.h"
#include "directory/sync_stream.h"
#include "model/dn.h"

#define MILLISECOND   (INSTANT_SECOND / 1000)
#define RETRY_FIRST   (100 * MILLISECOND)  /* after a loss; doubled with each further one … */
#define RETRY_MAX     (10 * INSTANT_SECOND) /* … up to here */
#define BUSY_WAIT     (10 * MILLISECOND)   /* until the turn of reading whole is asked for again */
#define CATCH_UP_MAX  (2 * INSTANT_SECOND) /* for a new connection to come as far as the old one was */

struct content_sync {
	struct source source; /* first */
	struct session_options *session;
	char *base;
	struct model_settings settings; /* strings of its own */
	char *attributes[CONTENT_SYNC_ATTRIBUTES_MAX + 1];
	struct heartbeat_options heartbeat;
	instant reconcile;
	bool without_policy;
};

/* One run.  `current` is followed; `next` is read whole beside it and then takes its place.  At the start and after a
 * loss there is only `next`; so beginning, coming back, reconciling and asking for more attributes are all one way. */
struct run {
	const struct content_sync *source;
	struct feed *feed;
	struct session_health health;
	struct sync_stream *current, *next;
	struct heartbeat *heartbeat; /* of `current` */
	bool searching;              /* `next` has the turn of reading whole */
	bool widening;               /* more attributes are asked for than before: all may differ */
	instant due;                 /* when `next` is to be begun */
	instant complete_at;         /* when `next` was; 0: it is not */
	instant behind_since;        /* the server has been ahead of `current` since then; 0: it is not */
	bool loaded;                 /* once at least: what the policy names is known */
	unsigned failures;           /* in a row */
};

/* ---- times ---- */

/* Between half of it and the whole: replicas of a gateway shall not all come at once. */
static instant jitter(instant time)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint32_t)clock_monotonic();
	return time / 2 + time / 2 * (random % 1024) / 1024;
}

static void retry_later(struct run *run)
{
	instant wait = RETRY_FIRST;

	for (unsigned i = 0; i < run->failures && wait < RETRY_MAX; i++)
		wait *= 2;
	run->failures++;
	run->due = clock_monotonic() + jitter(wait < RETRY_MAX ? wait : RETRY_MAX);
}

/* ---- the next stream ---- */

static void next_close(struct run *run)
{
	if (run->searching)
		feed_abandon(run->feed);
	run->searching = false;
	run->complete_at = 0;
	sync_stream_close(run->next);
	run->next = NULL;
}

static void server_failed(struct run *run, const struct sync_stream *stream)
{
	run->health.failed_at[session_uri_index(sync_stream_session(stream))] = clock_monotonic();
}

/* What was to replace the current stream cannot: with a current one that is a warning. */
static void next_lost(struct run *run, const struct error *why)
{
	if (run->next)
		server_failed(run, run->next);
	next_close(run);
	if (run->current)
		feed_warn(run->feed, why);
	else
		feed_lost(run->feed, why);
	retry_later(run);
}

static void next_open(struct run *run)
{
	const struct sync_stream_options options = {run->source->base, run->source->without_policy};
	struct error why;

	if (sync_stream_open(run->source->session, &run->health, &options, &run->next, &why) < 0)
		next_lost(run, &why);
}

static void next_search(struct run *run)
{
	const struct content_sync *source = run->source;
	struct name_set wanted = {0};
	struct selection selection;
	struct error why;

	if (feed_begin(run->feed, run->current && !run->widening) == FEED_BUSY) {
		run->due = clock_monotonic() + BUSY_WAIT;
		return;
	}
	run->searching = true;
	feed_wanted(run->feed, &wanted);
	if (!run->loaded && !source->without_policy)
		policy_names_read(sync_stream_session(run->next), source->base, source->session->answer_ms, &wanted);
	if (selection_make(&source->settings, &wanted, (const char *const *)source->attributes, &selection, &why) < 0 ||
	    sync_stream_search(run->next, &selection, &why) < 0)
		next_lost(run, &why);
	selection_release(&selection);
	name_set_release(&wanted);
}

/* ---- the current stream ---- */

static void current_close(struct run *run)
{
	heartbeat_close(run->heartbeat);
	run->heartbeat = NULL;
	sync_stream_close(run->current);
	run->current = NULL;
	run->behind_since = 0;
}

static void current_lost(struct run *run, const struct error *why)
{
	server_failed(run, run->current);
	current_close(run);
	feed_lost(run->feed, why);
	feed_count_reconnect(run->feed);
	if (!run->next)
		retry_later(run);
}

/* The whole read is in the index: from now on `next` is what is followed. */
static void next_becomes_current(struct run *run)
{
	const struct session *session = sync_stream_session(run->next);
	struct error why;

	current_close(run);
	run->current = run->next;
	run->loaded = true;
	run->next = NULL;
	run->searching = false;
	run->widening = false;
	run->complete_at = 0;
	run->failures = 0;
	run->due = clock_monotonic() + jitter(run->source->reconcile);
	sync_stream_follow(run->current);
	if (heartbeat_open(run->source->session, session_uri_index(session), run->source->base, &run->source->heartbeat,
	                   &run->heartbeat, &why) < 0)
		current_lost(run, &why);
}

static void next_commit(struct run *run)
{
	const struct feed_whole whole = {
		.position = sync_stream_position(run->next),
		.covered = sync_stream_attributes(run->next),
		.begun = sync_stream_begun_at(run->next),
		.server = session_uri(sync_stream_session(run->next)),
	};
	struct error why;
	int result = sync_stream_check(run->next, &why);

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
	} else {
		next_lost(run, &why);
	}
}

/* ---- the loop ---- */

/* A new connection may be to a server that is a little behind, or answer a little late: what has been published is not
 * taken back if waiting helps. */
static bool next_is_ready(struct run *run)
{
	if (!sync_stream_is_complete(run->next))
		return false;
	if (run->complete_at == 0)
		run->complete_at = clock_monotonic();
	return !run->current || clock_monotonic() - run->complete_at > CATCH_UP_MAX ||
	       position_reached(sync_stream_position(run->next), sync_stream_position(run->current));
}

static bool look_after_next(struct run *run)
{
	const instant limit = (instant)run->source->session->answer_ms * MILLISECOND;
	struct error why;
	int result;

	if (!run->next && clock_monotonic() >= run->due)
		next_open(run);
	if (run->next && !run->searching && clock_monotonic() >= run->due)
		next_search(run);
	if (!run->searching)
		return false;
	result = sync_stream_pump(run->next, run->feed, &why);
	if (result == 0 && !sync_stream_is_complete(run->next) &&
	    clock_monotonic() - sync_stream_heard_at(run->next) > limit)
		result = error_set(&why, -ETIMEDOUT, "%s: the server has said nothing for %u ms in the midst of the entries",
		                   session_uri(sync_stream_session(run->next)), run->source->session->answer_ms);
	if (result < 0)
		next_lost(run, &why);
	else if (next_is_ready(run))
		next_commit(run);
	return result == STREAM_MORE;
}

/* A server that is ahead and does not send what it has: the connection is renewed. */
static int check_behind(struct run *run, const struct position *position, struct error *why)
{
	const instant limit = (instant)run->source->session->answer_ms * MILLISECOND;
	instant now = clock_monotonic();

	if (position_reached(sync_stream_position(run->current), position))
		run->behind_since = 0;
	else if (run->behind_since == 0)
		run->behind_since = now;
	else if (now - run->behind_since > limit)
		return error_set(why, -ETIMEDOUT, "%s: the server has changes that it does not send",
		                 session_uri(sync_stream_session(run->current)));
	return 0;
}

static bool look_after_current(struct run *run)
{
	struct position position;
	struct error why;
	instant at;
	int more, result;

	if (!run->current)
		return false;
	result = more = sync_stream_pump(run->current, run->feed, &why);
	if (result >= 0)
		result = heartbeat_beat(run->heartbeat, &position, &at, &why);
	if (result == HEARTBEAT_ANSWER) {
		feed_prove(run->feed, &position, at);
		result = check_behind(run, &position, &why);
	}
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

	if (run->searching)
		files[count++] = (struct pollfd){session_descriptor(sync_stream_session(run->next)), POLLIN, 0};
	else if (run->due < until)
		until = run->due;
	if (run->current) {
		files[count++] = (struct pollfd){session_descriptor(sync_stream_session(run->current)), POLLIN, 0};
		files[count++] = (struct pollfd){heartbeat_descriptor(run->heartbeat), POLLIN, 0};
		if (heartbeat_due(run->heartbeat) < until)
			until = heartbeat_due(run->heartbeat);
	}
	if (run->complete_at != 0)
		until = now + BUSY_WAIT;
	poll(files, count, until > now ? (int)((until - now) / MILLISECOND) + 1 : 0);
}

static void content_sync_run(struct source *base, struct feed *feed)
{
	struct run run = {.source = (const struct content_sync *)base, .feed = feed};
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
}

/* ---- life ---- */

static void content_sync_free(struct source *base)
{
	struct content_sync *source = (struct content_sync *)base;

	session_options_free(source->session);
	free(source->base);
	free((char *)(uintptr_t)source->settings.person_filter);
	for (size_t i = 0; i < PERSON_IDS_MAX; i++)
		free((char *)(uintptr_t)source->settings.person_ids[i]);
	for (size_t i = 0; i < CONTENT_SYNC_ATTRIBUTES_MAX; i++)
		free(source->attributes[i]);
	free(source);
}

static const struct source_operations content_sync_operations = {
	.kind = "content-sync",
	.run = content_sync_run,
	.free = content_sync_free,
};

static int options_check(const struct content_sync_options *options, struct error *why)
{
	const struct name_set none = {0};
	struct arena *arena = arena_new();
	struct selection selection;
	struct dn dn;
	int result = 0;

	if (!source_name_valid(options->name))
		result = error_set(why, -EINVAL, "\"%s\" is no name for a source", options->name);
	else if (dn_parse(options->base, strlen(options->base), arena, &dn, why))
		result = error_prefix(why, -EINVAL, "base \"%s\" is no DN: ", options->base);
	else
		result = session_options_check(options->session, why);
	arena_free(arena);
	if (result < 0)
		return result;
	result = selection_make(options->settings, &none, NULL, &selection, why);
	selection_release(&selection);
	return result;
}

static void settings_copy(const struct model_settings *from, struct model_settings *to)
{
	if (from->person_filter)
		to->person_filter = memory_string(from->person_filter);
	for (size_t i = 0; i < PERSON_IDS_MAX && from->person_ids[i]; i++)
		to->person_ids[i] = memory_string(from->person_ids[i]);
}

static unsigned or_default(unsigned value, unsigned otherwise)
{
	return value > 0 ? value : otherwise;
}

struct source *content_sync_new(const struct content_sync_options *options, struct error *why)
{
	struct content_sync *source;

	if (options_check(options, why) < 0)
		return NULL;
	source = memory_alloc(sizeof(*source));
	source->source.operations = &content_sync_operations;
	memcpy(source->source.name, options->name, strlen(options->name) + 1);
	source->session = session_options_copy(options->session);
	source->base = memory_string(options->base);
	if (options->settings)
		settings_copy(options->settings, &source->settings);
	for (size_t i = 0; i < CONTENT_SYNC_ATTRIBUTES_MAX && options->attributes[i]; i++)
		source->attributes[i] = memory_string(options->attributes[i]);
	source->heartbeat.interval_ms = or_default(options->heartbeat_ms, 1000);
	source->heartbeat.limit_ms = or_default(options->heartbeat_limit_ms, 5000);
	source->reconcile = (instant)or_default(options->reconcile_s, 3600) * INSTANT_SECOND;
	source->without_policy = options->without_policy;
	return &source->source;
}

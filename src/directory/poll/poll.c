#include "directory/poll/poll.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/follower/feed.h"
#include "directory/poll/poll_reader.h"
#include "directory/server/retry.h"

#define MILLISECOND (INSTANT_SECOND / 1000)
#define BUSY_WAIT   (50 * MILLISECOND) /* until the turn of reading whole is asked for again */
#define IDS_MS      30000              /* between two lists of ids, if nothing else is said */
#define PAUSE_MAX   INSTANT_SECOND     /* then it is looked again whether something is due */

struct poll_source {
	struct source source; /* first */
	struct server_options *server;
	instant interval, overlap, ids;
};

struct run {
	const struct poll_source *source;
	struct feed *feed;
	struct session_health health;
	struct poll_reader *reader; /* NULL: no connection */
	struct poll_reader *old;    /* the one that `reader` renews, kept until that one has read everything; else NULL */
	instant opened_at;          /* when `reader` was */
	struct poll_past past;      /* of the one before */
	bool behind;       /* what `reader` has read was older than what is published */
	bool whole;        /* everything is to be read … */
	bool reconciling;  /* … only to look whether it is as it should be */
	bool told;         /* that the server does not tell what was changed */
	instant due;       /* when to ask again */
	instant ids_due;   /* when the list of ids is to be read again */
	instant whole_due; /* when everything is */
	unsigned failures; /* in a row */
};

/* ---- what a turn comes to ---- */

/* The new connection is of no use: on with the old one, which is renewed at the next time. */
static void renewal_give_up(struct run *run, const struct error *why)
{
	poll_reader_close(run->reader);
	run->reader = run->old;
	run->old = NULL;
	run->opened_at = clock_monotonic();
	run->whole = run->behind = run->reconciling = false;
	run->whole_due = clock_monotonic() + retry_jitter(server_reconcile(run->source->server));
	run->due = clock_monotonic();
	if (!feed_stopping(run->feed))
		feed_warn(run->feed, why);
}

static void lost(struct run *run, const struct error *why)
{
	bool stopping = feed_stopping(run->feed);

	if (run->old) {
		run->health.failed_at[session_uri_index(poll_reader_session(run->reader))] = clock_monotonic();
		renewal_give_up(run, why);
		return;
	}
	if (run->reader) {
		poll_reader_past(run->reader, &run->past);
		run->health.failed_at[session_uri_index(poll_reader_session(run->reader))] = clock_monotonic();
		if (!stopping)
			feed_count_reconnect(run->feed);
	} else {
		feed_unreachable(run->feed);
	}
	poll_reader_close(run->reader);
	run->reader = NULL;
	run->whole = true;
	run->behind = run->reconciling = false;
	run->due = clock_monotonic() + retry_wait(run->failures++);
	if (!stopping)
		feed_lost(run->feed, why);
}

/* A server that has shown its last change just now may have more of the same time on their way; after the overlap it is
 * known how far it has come.  If it is still behind then, another one is tried first. */
static void fell_behind(struct run *run, const struct error *why)
{
	if (run->behind || run->old) {
		run->health.behind_at[session_uri_index(poll_reader_session(run->reader))] = clock_monotonic();
		lost(run, why);
		return;
	}
	run->behind = run->whole = true;
	run->due = clock_monotonic() + run->source->overlap;
	feed_lost(run->feed, why);
}

/* What a server lets nobody see is said once. */
static void tell_blind(struct run *run)
{
	struct error why;

	if (run->told)
		return;
	run->told = true;
	error_set(&why, -EOPNOTSUPP, "%s: the server does not tell when entries were changed, or does not find them by it "
	          "(modifyTimestamp): all is read every %lld ms instead; let this identity read and search it, or make the "
	          "interval longer", session_uri(poll_reader_session(run->reader)),
	          (long long)(run->source->interval / MILLISECOND));
	feed_warn(run->feed, &why);
}

static void read_whole(struct run *run, instant begun)
{
	run->whole = run->behind = run->reconciling = false;
	run->failures = 0;
	poll_reader_close(run->old);
	run->old = NULL;
	run->ids_due = begun + run->source->ids;
	run->whole_due = begun + retry_jitter(server_reconcile(run->source->server));
	if (!poll_reader_sees_changes(run->reader))
		tell_blind(run);
}

/* What is to be done after a read that was not lost. */
static void settle(struct run *run, int result, instant begun, bool whole, bool pair)
{
	run->due = clock_monotonic() + run->source->interval;
	if (result == 0 && whole)
		read_whole(run, begun);
	else if (result == 0 && pair)
		run->ids_due = begun + run->source->ids;
	else if (result == POLL_BUSY)
		run->due = clock_monotonic() + BUSY_WAIT;
	else if (result == POLL_WHOLE)
		run->whole = true;
	if (result == POLL_HELD_BACK || result == POLL_WHOLE)
		run->due = clock_monotonic();
	if (result != 0 && pair) /* not before all else is */
		run->ids_due = run->due;
}

static int reader_open(struct run *run, struct error *why)
{
	const struct poll_source *source = run->source;

	run->opened_at = clock_monotonic();
	return poll_reader_open(source->server, source->overlap, &run->past, &run->health, run->feed, &run->reader, why);
}

/* Everything is to be read again, if it is time on a new connection. */
static void reconcile(struct run *run)
{
	struct error why;

	run->whole = run->reconciling = true;
	if (!server_connection_is_old(run->source->server, run->opened_at))
		return;
	poll_reader_past(run->reader, &run->past);
	run->old = run->reader;
	run->reader = NULL;
	if (reader_open(run, &why) < 0)
		renewal_give_up(run, &why);
}

static void turn(struct run *run)
{
	instant begun = clock_monotonic();
	bool whole, pair = false;
	struct error why;
	int result = 0;

	if (!run->reader)
		result = reader_open(run, &why);
	if (!run->whole && begun >= run->whole_due)
		reconcile(run);
	whole = result == 0 && (run->whole || !poll_reader_sees_changes(run->reader));
	if (whole)
		result = poll_reader_whole(run->reader, run->feed, run->reconciling, &why);
	else if (result == 0 && (pair = begun >= run->ids_due))
		result = poll_reader_pair(run->reader, run->feed, &why);
	else if (result == 0)
		result = poll_reader_changes(run->reader, run->feed, &why);
	if (result < 0)
		lost(run, &why);
	else if (result == POLL_BEHIND)
		fell_behind(run, &why);
	else
		settle(run, result, begun, whole, pair);
}

/* ---- the loop ---- */

static instant next_due(const struct run *run)
{
	return run->reader && !run->whole && run->ids_due < run->due ? run->ids_due : run->due;
}

static void wait_until(struct feed *feed, instant due)
{
	instant left = due - clock_monotonic();

	if (left > 0)
		feed_pause(feed, (unsigned)((left < PAUSE_MAX ? left : PAUSE_MAX) / MILLISECOND) + 1);
}

static void poll_run(struct source *base, struct feed *feed)
{
	struct run run = {.source = (const struct poll_source *)base, .feed = feed, .whole = true};
	unsigned requests;

	while (!((requests = feed_requests(feed)) & FEED_STOP)) {
		if (requests & (FEED_RELOAD | FEED_WIDEN)) {
			run.whole = true;
			run.due = clock_monotonic();
		}
		if (clock_monotonic() >= next_due(&run))
			turn(&run);
		wait_until(feed, next_due(&run));
	}
	poll_reader_close(run.reader);
	poll_reader_close(run.old);
}

/* ---- life ---- */

static void poll_free(struct source *base)
{
	struct poll_source *source = (struct poll_source *)base;

	server_options_free(source->server);
	free(source);
}

static const struct source_operations poll_operations = {
	.kind = "poll",
	.run = poll_run,
	.free = poll_free,
};

static instant or_default(unsigned value, unsigned otherwise)
{
	return (value > 0 ? value : otherwise) * MILLISECOND;
}

unsigned poll_ids_within(instant max_staleness)
{
	instant half = max_staleness / 2 / MILLISECOND;

	return half < 1 ? 1 : half < IDS_MS ? (unsigned)half : IDS_MS;
}

struct source *poll_new(const struct poll_options *options, struct error *why)
{
	struct poll_source *source;

	if (server_options_check(&options->server, why) < 0)
		return NULL;
	source = memory_alloc(sizeof(*source));
	server_source_init(&source->source, &poll_operations, &options->server);
	source->server = server_options_copy(&options->server);
	source->interval = or_default(options->interval_ms, 5000);
	source->overlap = or_default(options->overlap_ms, 5000);
	source->ids = or_default(options->ids_ms, IDS_MS);
	if (source->interval > source->ids)
		source->interval = source->ids;
	return &source->source;
}

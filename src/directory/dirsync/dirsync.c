#include "directory/dirsync/dirsync.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/dirsync/dirsync_parts.h"
#include "directory/server/retry.h"

#define MILLISECOND     (INSTANT_SECOND / 1000)
#define BUSY_WAIT       (10 * MILLISECOND)    /* until the turn of reading whole is asked for again */
#define ROUND_PAUSE     (200 * MILLISECOND)   /* at least between two questions, however often the server wakes us */
#define WAKE_RETRY      (60 * INSTANT_SECOND) /* until a second connection is tried again */
#define BLIND_RECONCILE (30 * INSTANT_SECOND) /* at most between two whole reads where deletions are not told */

/* When what is to be done. */
struct times {
	instant open;   /* the connection, after a loss */
	instant whole;  /* the next whole read */
	instant round;  /* the next question what has changed */
	instant wake;   /* the second connection, if there is none */
	instant opened_at; /* when the connection was */
	unsigned failures; /* in a row */
};

struct loop {
	struct dirsync_run run;
	struct times due;
};

/* ---- the connection ---- */

static void link_close(struct dirsync_run *run)
{
	dirsync_whole_abandon(run);
	run->whole.restarts = 0;
	run->following = false;
	dirsync_wake_close(run->wake);
	run->wake = NULL;
	dirsync_changes_release(&run->changes);
	run->changes = (struct dirsync_changes){0};
	dirsync_reports_release(&run->pending);
	dirsync_asked_release(&run->asked);
	dirsync_server_release(&run->server);
	session_close(run->link.session);
	run->link.session = NULL;
}

/* Whatever went wrong: the index keeps what it has, and all is read again. */
static void link_lost(struct loop *loop, const struct error *why)
{
	struct dirsync_run *run = &loop->run;

	if (feed_stopping(run->feed))
		return;
	if (run->link.session) {
		run->health.failed_at[session_uri_index(run->link.session)] = clock_monotonic();
		feed_count_reconnect(run->feed);
	} else {
		feed_unreachable(run->feed);
	}
	link_close(run);
	feed_lost(run->feed, why);
	loop->due.open = clock_monotonic() + retry_wait(loop->due.failures++);
}

static int link_open(struct dirsync_run *run, struct error *why)
{
	const struct server_options *server = run->source->server;
	int result = session_open(server->session, &run->health, &run->link.session, why);

	if (result == 0)
		result = dirsync_server_read(&run->link, server->base, server->without_policy, &run->server, why);
	return result;
}

/* Another connection to the same domain controller, which is asked on where the old one was. */
static int link_open_again(const struct dirsync_run *run, struct dirsync_link *link, struct dirsync_server *found,
                           struct error *why)
{
	const struct server_options *server = run->source->server;
	int result = session_open_at(server->session, session_uri_index(run->link.session), &link->session, why);

	if (result == 0)
		result = dirsync_server_read(link, server->base, server->without_policy, found, why);
	if (result == 0 && strcmp(found->counter, run->server.counter) != 0)
		result = error_set(why, -ESTALE, "%s: another domain controller answers there now", session_uri(link->session));
	return result;
}

/* A connection is renewed before all is read again; one that cannot be is kept, and that is tried at the next time. */
static void link_renew(struct loop *loop)
{
	struct dirsync_run *run = &loop->run;
	struct dirsync_link link = {.feed = run->feed, .answer_ms = run->link.answer_ms};
	struct dirsync_server found = {0};
	struct error why;

	if (link_open_again(run, &link, &found, &why) < 0) {
		dirsync_server_release(&found);
		session_close(link.session);
		feed_warn(run->feed, &why);
		return;
	}
	dirsync_wake_close(run->wake);
	run->wake = NULL;
	session_close(run->link.session);
	dirsync_server_release(&run->server);
	run->link = link;
	run->server = found;
	loop->due.wake = 0;
	loop->due.opened_at = clock_monotonic();
}

/* ---- what is due ---- */

static void warn_blind(const struct dirsync_run *run)
{
	struct error why;

	error_set(&why, -EACCES, "%s: this identity is not told of deletions, which are found by reading everything every %d s "
	          "only; let it list the deleted objects: dsacls \"CN=Deleted Objects,%s\" /G IDENTITY:LCRP (before it: "
	          "/takeownership)", session_uri(run->link.session), (int)(BLIND_RECONCILE / INSTANT_SECOND),
	          run->server.context);
	feed_warn(run->feed, &why);
}

static void whole_committed(struct loop *loop)
{
	struct dirsync_run *run = &loop->run;
	instant reconcile = server_reconcile(run->source->server);

	if (!run->server.shows_deletes) {
		warn_blind(run);
		reconcile = reconcile < BLIND_RECONCILE ? reconcile : BLIND_RECONCILE;
	}
	loop->due.failures = 0;
	loop->due.whole = clock_monotonic() + retry_jitter(reconcile);
	loop->due.round = clock_monotonic();
}

static void look_after_whole(struct loop *loop)
{
	struct dirsync_run *run = &loop->run;
	struct error why;
	int result = 0;

	if (!run->whole.going && clock_monotonic() >= loop->due.whole) {
		result = dirsync_whole_begin(run, &why);
		if (result == FEED_BUSY) {
			loop->due.whole = clock_monotonic() + BUSY_WAIT;
			return;
		}
	}
	if (result == 0 && run->whole.going)
		result = dirsync_whole_step(run, &why);
	if (result < 0)
		link_lost(loop, &why);
	else if (result == DIRSYNC_COMMITTED)
		whole_committed(loop);
}

/* Without it changes are found by asking alone, which is no failure. */
static void look_after_wake(struct loop *loop)
{
	struct dirsync_run *run = &loop->run;
	instant now = clock_monotonic(), soon = now + ROUND_PAUSE;
	struct error why;
	int result = 0;

	if (!run->wake && now >= loop->due.wake) {
		loop->due.wake = now + WAKE_RETRY;
		result = dirsync_wake_open(run->source->server->session, session_uri_index(run->link.session), run->server.context,
		                           &run->wake, &why);
	}
	if (result == 0 && run->wake)
		result = dirsync_wake_listen(run->wake, &why);
	if (result == DIRSYNC_CHANGED && loop->due.round > soon)
		loop->due.round = soon;
	if (result < 0) {
		dirsync_wake_close(run->wake);
		run->wake = NULL;
		feed_warn(run->feed, &why);
	}
}

static void look_after_round(struct loop *loop)
{
	struct dirsync_run *run = &loop->run;
	struct error why;
	int result;

	if (clock_monotonic() < loop->due.round)
		return;
	result = dirsync_round(run, &why);
	loop->due.round = clock_monotonic() + (run->pending.count > 0 ? ROUND_PAUSE : run->source->interval);
	if (result < 0) {
		link_lost(loop, &why);
	} else if (result == DIRSYNC_READ_WHOLE) {
		run->following = false;
		loop->due.whole = clock_monotonic();
	}
}

/* Waits until something arrives, is asked, or is due. */
static void loop_wait(const struct loop *loop)
{
	const struct dirsync_run *run = &loop->run;
	const struct times *due = &loop->due;
	struct pollfd files[2] = {{.fd = feed_descriptor(run->feed), .events = POLLIN}};
	instant now = clock_monotonic(), until = run->link.session ? due->whole : due->open;
	nfds_t count = 1;

	if (run->whole.going)
		return;
	if (run->following && due->round < until)
		until = due->round;
	if (run->following && !run->wake && due->wake < until)
		until = due->wake;
	if (run->wake)
		files[count++] = (struct pollfd){dirsync_wake_descriptor(run->wake), POLLIN, 0};
	if (until > now + INSTANT_SECOND)
		until = now + INSTANT_SECOND;
	poll(files, count, until > now ? (int)((until - now) / MILLISECOND) + 1 : 0);
}

static void loop_turn(struct loop *loop)
{
	struct dirsync_run *run = &loop->run;
	struct error why;

	if (!run->link.session && clock_monotonic() >= loop->due.open) {
		loop->due.whole = loop->due.wake = 0;
		loop->due.opened_at = clock_monotonic();
		if (link_open(run, &why) < 0)
			link_lost(loop, &why);
	}
	if (run->following && !run->whole.going && clock_monotonic() >= loop->due.whole &&
	    server_connection_is_old(run->source->server, loop->due.opened_at))
		link_renew(loop);
	if (run->link.session)
		look_after_whole(loop);
	if (run->link.session && run->following)
		look_after_wake(loop);
	if (run->link.session && run->following)
		look_after_round(loop);
}

static void dirsync_run(struct source *base, struct feed *feed)
{
	const struct dirsync *source = (const struct dirsync *)base;
	struct loop loop = {.run = {.source = source, .feed = feed,
	                            .link = {.feed = feed, .answer_ms = source->server->session->answer_ms}}};
	unsigned requests;

	while (!((requests = feed_requests(feed)) & FEED_STOP)) {
		if (requests & (FEED_RELOAD | FEED_WIDEN))
			loop.due.whole = clock_monotonic();
		if (requests & FEED_WIDEN)
			dirsync_whole_abandon(&loop.run);
		loop_turn(&loop);
		loop_wait(&loop);
	}
	link_close(&loop.run);
}

/* ---- life ---- */

static void dirsync_free(struct source *base)
{
	struct dirsync *source = (struct dirsync *)base;

	server_options_free(source->server);
	free(source);
}

static const struct source_operations dirsync_operations = {
	.kind = "dirsync",
	.run = dirsync_run,
	.free = dirsync_free,
};

static unsigned or_default(unsigned value, unsigned otherwise)
{
	return value > 0 ? value : otherwise;
}

struct source *dirsync_new(const struct dirsync_options *options, struct error *why)
{
	struct dirsync *source;

	if (server_options_check(&options->server, why) < 0)
		return NULL;
	source = memory_alloc(sizeof(*source));
	server_source_init(&source->source, &dirsync_operations, &options->server);
	source->server = server_options_copy(&options->server);
	source->interval = (instant)or_default(options->interval_ms, 5000) * MILLISECOND;
	return &source->source;
}

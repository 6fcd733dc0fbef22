#include "directory/follower/follower.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "directory/follower/follower_parts.h"
#include "directory/follower/journal.h"
#include "directory/follower/token.h"

/* ---- life ---- */

struct follower *follower_new(const struct follower_options *options)
{
	struct follower *follower = memory_alloc(sizeof(*follower));
	pthread_condattr_t attributes;

	follower->options = *options;
	follower->removal.share = options->removal_share > 0 ? options->removal_share : 20;
	follower->removal.floor = options->removal_floor > 0 ? options->removal_floor : 50;
	follower->builder = builder_new(NULL, options->settings);
	follower->journals = -1;
	follower->changes.last = &follower->changes.first;
	follower->wholes.last = &follower->wholes.first;
	pthread_mutex_init(&follower->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&follower->filled, &attributes);
	pthread_cond_init(&follower->drained, &attributes);
	pthread_cond_init(&follower->progressed, &attributes);
	pthread_condattr_destroy(&attributes);
	return follower;
}

static bool name_is_taken(const struct follower *follower, const char *name)
{
	for (size_t i = 0; i < follower->count; i++)
		if (strcmp(follower->feeds[i].source->name, name) == 0)
			return true;
	return false;
}

int follower_add(struct follower *follower, struct source *source, bool required, struct error *why)
{
	struct feed *feed = &follower->feeds[follower->count];
	int result = 0;

	assert(!follower->started);
	if (follower->count == FOLLOWER_SOURCES_MAX)
		result = error_set(why, -E2BIG, "more than %d sources", FOLLOWER_SOURCES_MAX);
	else if (!source_name_valid(source->name))
		result = error_set(why, -EINVAL, "\"%s\" is no name for a source; use letters, digits, '-', '_' and '.'",
		                   source->name);
	else if (name_is_taken(follower, source->name))
		result = error_set(why, -EEXIST, "two sources are named \"%s\"", source->name);
	if (result < 0) {
		source_free(source);
		return result;
	}
	*feed = (struct feed){.follower = follower, .source = source, .number = (uint16_t)follower->count,
	                      .required = required, .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	memcpy(feed->status.name, source->name, sizeof(feed->status.name));
	feed->status.kind = source->operations->kind;
	feed->status.required = required;
	follower->count++;
	return feed->wake >= 0 ? 0 : error_set(why, -errno, "no descriptor for a source: %s", strerror(errno));
}

/* A question to a server that has just gone would else end a program that did not think of it. */
static void ignore_broken_pipes(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &signals, NULL); /* of this thread, which ends with the source */
}

static void *feed_run(void *context)
{
	struct feed *feed = context;

	ignore_broken_pipes();
	feed->source->operations->run(feed->source, feed);
	return NULL;
}

/* Under the lock: a number that grows with each publication of something new. */
static uint64_t publications(const struct follower *follower)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < follower->count; i++)
		sum += follower->feeds[i].published;
	return sum;
}

/* Tells of progress on a thread of its own, so that the writer never waits for who is told. */
static void *teller_run(void *context)
{
	struct follower *follower = context;
	uint64_t told = 0, now;

	pthread_mutex_lock(&follower->lock);
	while (!follower->ending) {
		now = publications(follower);
		if (now == told) {
			pthread_cond_wait(&follower->progressed, &follower->lock); /* for work only: the end wakes it too */
			continue;
		}
		told = now;
		pthread_mutex_unlock(&follower->lock);
		follower->options.progressed(follower->options.context);
		pthread_mutex_lock(&follower->lock);
	}
	pthread_mutex_unlock(&follower->lock);
	return NULL;
}

int follower_start(struct follower *follower, struct error *why)
{
	int result = journals_begin(follower, why);

	if (result < 0)
		return result;
	result = pthread_create(&follower->writer, NULL, writer_run, follower);
	follower->started = result == 0;
	if (result == 0 && follower->options.progressed) {
		result = pthread_create(&follower->teller, NULL, teller_run, follower);
		follower->telling = result == 0;
	}
	for (size_t i = 0; i < follower->count && result == 0; i++) {
		struct feed *feed = &follower->feeds[i];

		result = pthread_create(&feed->thread, NULL, feed_run, feed);
		feed->started = result == 0;
	}
	return result == 0 ? 0 : error_set(why, -result, "no thread to follow with: %s", strerror(result));
}

void follower_reload(struct follower *follower)
{
	pthread_mutex_lock(&follower->lock);
	for (size_t i = 0; i < follower->count; i++)
		feed_ask(&follower->feeds[i], FEED_RELOAD);
	pthread_mutex_unlock(&follower->lock);
}

/* Sources first: they may wait for the writer. */
static void threads_end(struct follower *follower)
{
	pthread_mutex_lock(&follower->lock);
	follower->stopping = true;
	for (size_t i = 0; i < follower->count; i++)
		feed_ask(&follower->feeds[i], FEED_STOP);
	pthread_mutex_unlock(&follower->lock);
	for (size_t i = 0; i < follower->count; i++)
		if (follower->feeds[i].started)
			pthread_join(follower->feeds[i].thread, NULL);
	pthread_mutex_lock(&follower->lock);
	follower->ending = true;
	pthread_cond_signal(&follower->filled);
	pthread_cond_broadcast(&follower->progressed);
	pthread_mutex_unlock(&follower->lock);
	if (follower->started)
		pthread_join(follower->writer, NULL);
	if (follower->telling)
		pthread_join(follower->teller, NULL);
}

void follower_free(struct follower *follower)
{
	if (!follower)
		return;
	threads_end(follower);
	journals_end(follower);
	for (size_t i = 0; i < follower->count; i++) {
		struct feed *feed = &follower->feeds[i];

		source_free(feed->source);
		name_set_release(&feed->covered);
		if (feed->wake >= 0)
			close(feed->wake);
	}
	builder_free(follower->whole.builder);
	builder_free(follower->builder);
	snapshot_drop(follower->latest);
	name_set_release(&follower->wanted);
	pthread_cond_destroy(&follower->filled);
	pthread_cond_destroy(&follower->drained);
	pthread_cond_destroy(&follower->progressed);
	pthread_mutex_destroy(&follower->lock);
	free(follower);
}

/* ---- questions ---- */

/* Under the lock. */
static void state_read(const struct follower *follower, struct follower_state *state)
{
	*state = (struct follower_state){.complete = follower->complete};
	for (size_t i = 0; i < follower->count; i++) {
		const struct feed *feed = &follower->feeds[i];

		if (!feed->required)
			continue;
		if (state->required++ == 0 || feed->status.proven_at < state->proven_at)
			state->proven_at = feed->status.proven_at;
		state->following += feed->status.state == SOURCE_FOLLOWING;
	}
	if (!state->complete)
		state->proven_at = 0;
}

void follower_state(struct follower *follower, struct follower_state *state)
{
	pthread_mutex_lock(&follower->lock);
	state_read(follower, state);
	pthread_mutex_unlock(&follower->lock);
}

const struct snapshot *follower_acquire(struct follower *follower, struct follower_state *state, char *token)
{
	const struct snapshot *snapshot;

	pthread_mutex_lock(&follower->lock);
	state_read(follower, state);
	if (token)
		memcpy(token, follower->token, strlen(follower->token) + 1);
	snapshot = follower->latest ? snapshot_acquire(follower->latest) : NULL;
	pthread_mutex_unlock(&follower->lock);
	return snapshot;
}

size_t follower_count(const struct follower *follower)
{
	return follower->count;
}

void follower_source(struct follower *follower, size_t i, struct source_status *status)
{
	assert(i < follower->count);
	pthread_mutex_lock(&follower->lock);
	*status = follower->feeds[i].status;
	status->behind_since = follower->feeds[i].proof.at;
	pthread_mutex_unlock(&follower->lock);
	if (follower->feeds[i].journal)
		journal_look(follower->feeds[i].journal, &status->journal, &status->journal_error);
}

/* ---- waiting ---- */

static bool names_a_source(const void *context, const char *name, size_t length)
{
	const struct follower *follower = context;

	for (size_t i = 0; i < follower->count; i++)
		if (strlen(follower->feeds[i].source->name) == length &&
		    memcmp(follower->feeds[i].source->name, name, length) == 0)
			return true;
	return false;
}

int follower_compare(const struct follower *follower, const char *have, const char *wanted, struct error *why)
{
	switch (token_compare(have, wanted, names_a_source, follower)) {
	case 0:
		return 0;
	case TOKEN_NOT_YET:
		error_set(why, -ETIMEDOUT, "the index has not come to \"%.100s\" in time", wanted);
		return FOLLOWER_NOT_YET;
	default:
		error_set(why, -EINVAL, "\"%.100s\" is no snapshot token of this gateway's sources, nor an entryCSN", wanted);
		return FOLLOWER_BAD_TOKEN;
	}
}

/* Under the lock.  False: the deadline has come. */
static bool wait_for_progress(struct follower *follower, instant deadline)
{
	struct timespec until = {.tv_sec = deadline / INSTANT_SECOND, .tv_nsec = deadline % INSTANT_SECOND};

	return pthread_cond_timedwait(&follower->progressed, &follower->lock, &until) == 0;
}

int follower_wait(struct follower *follower, const char *token, instant deadline, struct error *why)
{
	int result;

	pthread_mutex_lock(&follower->lock);
	do
		result = follower_compare(follower, follower->token, token, why);
	while (result == FOLLOWER_NOT_YET && wait_for_progress(follower, deadline));
	pthread_mutex_unlock(&follower->lock);
	return result;
}

/* Under the lock. */
static bool has_failed(const struct follower *follower, struct error *why)
{
	for (size_t i = 0; i < follower->count; i++) {
		const struct source_status *status = &follower->feeds[i].status;

		if (!status->required || status->loaded || status->state != SOURCE_FAILED)
			continue;
		error_set(why, -EIO, "source %s: %s", status->name, status->error.text);
		return true;
	}
	return false;
}

int follower_wait_complete(struct follower *follower, instant deadline, struct error *why)
{
	int result = 0;

	pthread_mutex_lock(&follower->lock);
	while (result == 0 && !follower->complete) {
		if (has_failed(follower, why))
			result = FOLLOWER_FAILED;
		else if (!wait_for_progress(follower, deadline)) {
			error_set(why, -ETIMEDOUT, "the sources have not been read whole in time");
			result = FOLLOWER_NOT_YET;
		}
	}
	pthread_mutex_unlock(&follower->lock);
	return result;
}

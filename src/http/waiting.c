#include "http/waiting.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct waiting {
	const struct http_backend *backend;
	unsigned most;
	void (*suspend)(void *connection);
	void (*resume)(void *connection);
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows, and around `suspend` and `resume`: nobody is resumed before he is suspended */
	pthread_cond_t changed;
	bool ending;
	unsigned count;
	struct waiter *first;
};

/* ---- under the lock ---- */

static void waiter_insert(struct waiting *waiting, struct waiter *waiter)
{
	waiter->next = waiting->first;
	waiter->link = &waiting->first;
	if (waiter->next)
		waiter->next->link = &waiter->next;
	waiting->first = waiter;
	waiting->count++;
}

static void waiter_resume(struct waiting *waiting, struct waiter *waiter)
{
	*waiter->link = waiter->next;
	if (waiter->next)
		waiter->next->link = waiter->link;
	waiter->link = NULL;
	waiting->count--;
	waiting->resume(waiter->connection);
}

static bool waiter_is_over(const struct waiting *waiting, const struct http_state *state, const struct waiter *waiter)
{
	return waiting->ending || waiter->until <= clock_monotonic() || state->cannot_decide != REASON_NO_GRANT ||
	       waiting->backend->reached(waiting->backend->context, state, waiter->token) != HTTP_NOT_REACHED;
}

/* Resumes those that need not wait any more: of all, or only the first one. */
static void look(struct waiting *waiting, bool all)
{
	struct waiter *next = waiting->first;
	struct http_state state;

	if (!next)
		return;
	waiting->backend->acquire(waiting->backend->context, &state);
	do {
		struct waiter *waiter = next;

		next = all ? waiter->next : NULL;
		if (waiter_is_over(waiting, &state, waiter))
			waiter_resume(waiting, waiter);
	} while (next);
	waiting->backend->drop(waiting->backend->context, &state);
}

static instant earliest(const struct waiting *waiting)
{
	instant until = INSTANT_MAX;

	for (const struct waiter *waiter = waiting->first; waiter; waiter = waiter->next)
		until = waiter->until < until ? waiter->until : until;
	return until;
}

/* ---- the clock ---- */

static void wait_until(struct waiting *waiting, instant until)
{
	struct timespec time = {.tv_sec = until / INSTANT_SECOND, .tv_nsec = until % INSTANT_SECOND};

	if (until == INSTANT_MAX)
		pthread_cond_wait(&waiting->changed, &waiting->lock); /* for somebody who waits: the end wakes it too */
	else
		pthread_cond_timedwait(&waiting->changed, &waiting->lock, &time);
}

static void *watch(void *context)
{
	struct waiting *waiting = context;

	pthread_mutex_lock(&waiting->lock);
	while (!waiting->ending) {
		instant until = earliest(waiting);

		if (until <= clock_monotonic())
			look(waiting, true);
		else
			wait_until(waiting, until);
	}
	pthread_mutex_unlock(&waiting->lock);
	return NULL;
}

/* The index has come further; called by the backend. */
static void on_progress(void *context)
{
	struct waiting *waiting = context;

	pthread_mutex_lock(&waiting->lock);
	look(waiting, true);
	pthread_mutex_unlock(&waiting->lock);
}

/* ---- from outside ---- */

static void waiting_release(struct waiting *waiting)
{
	pthread_cond_destroy(&waiting->changed);
	pthread_mutex_destroy(&waiting->lock);
	free(waiting);
}

struct waiting *waiting_new(const struct http_backend *backend, unsigned most, void (*suspend)(void *connection),
                            void (*resume)(void *connection), struct error *why)
{
	struct waiting *waiting = memory_alloc(sizeof(*waiting));
	pthread_condattr_t monotonic;
	int failed;

	*waiting = (struct waiting){.backend = backend, .most = most, .suspend = suspend, .resume = resume};
	pthread_mutex_init(&waiting->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&waiting->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	failed = pthread_create(&waiting->thread, NULL, watch, waiting);
	if (failed) {
		error_set(why, -failed, "a thread for requests that wait: %s", strerror(failed));
		waiting_release(waiting);
		return NULL;
	}
	backend->watch(backend->context, on_progress, waiting);
	return waiting;
}

bool waiting_add(struct waiting *waiting, struct waiter *waiter)
{
	bool added;

	pthread_mutex_lock(&waiting->lock);
	added = !waiting->ending && waiting->count < waiting->most;
	if (added) {
		waiting->suspend(waiter->connection);
		waiter_insert(waiting, waiter);
		look(waiting, false); /* it may have come there between the question and now */
		pthread_cond_signal(&waiting->changed);
	}
	pthread_mutex_unlock(&waiting->lock);
	return added;
}

void waiting_end(struct waiting *waiting)
{
	/* Returns once nobody is in on_progress, nor will be. */
	waiting->backend->watch(waiting->backend->context, NULL, NULL);
	pthread_mutex_lock(&waiting->lock);
	waiting->ending = true;
	look(waiting, true);
	pthread_cond_signal(&waiting->changed);
	pthread_mutex_unlock(&waiting->lock);
	pthread_join(waiting->thread, NULL);
}

void waiting_free(struct waiting *waiting)
{
	if (!waiting)
		return;
	assert(!waiting->first);
	waiting_release(waiting);
}

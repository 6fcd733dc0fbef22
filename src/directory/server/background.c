#include "directory/server/background.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"

struct background {
	const struct background_work *work;
	void *context;
	int done;              /* eventfd */
	atomic_bool abandoned;
	/* Under the lock. */
	pthread_mutex_t lock;
	bool finished;
	int result;
	struct error why;
};

static void background_free(struct background *background)
{
	if (background->done >= 0)
		close(background->done);
	pthread_mutex_destroy(&background->lock);
	free(background);
}

/* The work is done.  Whoever comes second, this or background_abandon, cleans up. */
static void finish(struct background *background, int result, const struct error *why)
{
	const uint64_t one = 1;
	bool abandoned;

	pthread_mutex_lock(&background->lock);
	abandoned = atomic_load(&background->abandoned);
	background->finished = true;
	background->result = result;
	background->why = *why;
	if (!abandoned)
		while (write(background->done, &one, sizeof(one)) < 0 && errno == EINTR)
			;
	pthread_mutex_unlock(&background->lock);
	if (abandoned) {
		background->work->let_go(background->context);
		background_free(background);
	}
}

static void *background_run(void *context)
{
	struct background *background = context;
	struct error why = {""};

	finish(background, background->work->run(background->context, background, &why), &why);
	return NULL;
}

/* Signals are for the threads that ask for them. */
static int thread_start(struct background *background)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int result;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&thread, &attributes, background_run, background);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return result;
}

struct background *background_begin(const struct background_work *work, void *context, struct error *why)
{
	struct background *background = memory_alloc(sizeof(*background));
	int result;

	background->work = work;
	background->context = context;
	background->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&background->lock, NULL);
	result = background->done < 0 ? errno : thread_start(background);
	if (result == 0)
		return background;
	error_set(why, -result, "no thread for a connection: %s", strerror(result));
	background_free(background);
	return NULL;
}

int background_descriptor(const struct background *background)
{
	return background->done;
}

int background_end(struct background *background, struct error *why)
{
	bool finished;
	int result;

	pthread_mutex_lock(&background->lock);
	finished = background->finished;
	result = background->result;
	if (finished)
		*why = background->why;
	pthread_mutex_unlock(&background->lock);
	if (!finished)
		return BACKGROUND_GOING;
	assert(result <= 0);
	background_free(background);
	return result;
}

void background_abandon(struct background *background)
{
	bool finished;

	if (!background)
		return;
	pthread_mutex_lock(&background->lock);
	atomic_store(&background->abandoned, true);
	finished = background->finished;
	pthread_mutex_unlock(&background->lock);
	if (finished) {
		background->work->let_go(background->context);
		background_free(background);
	}
}

bool background_abandoned(const struct background *background)
{
	return atomic_load(&background->abandoned);
}

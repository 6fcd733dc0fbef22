#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "directory/follower_parts.h"

/* ---- bundles ---- */

struct bundle *bundle_new(void)
{
	struct bundle *bundle = memory_alloc(sizeof(*bundle));

	bundle->arena = arena_new();
	return bundle;
}

void bundle_free(struct bundle *bundle)
{
	if (!bundle)
		return;
	for (struct kept *kept = bundle->kept; kept; kept = kept->next)
		kept->let_go(kept->object);
	arena_free(bundle->arena);
	free(bundle);
}

struct arena *bundle_arena(struct bundle *bundle)
{
	return bundle->arena;
}

static struct change *bundle_add(struct bundle *bundle, enum change_kind kind)
{
	struct change *change;

	assert(bundle->count < BUNDLE_CHANGES_MAX);
	change = &bundle->changes[bundle->count++];
	change->kind = kind;
	return change;
}

void bundle_put(struct bundle *bundle, const struct record *record)
{
	bundle_add(bundle, CHANGE_PUT)->record = *record;
}

void bundle_remove(struct bundle *bundle, const char *key)
{
	bundle_add(bundle, CHANGE_REMOVE)->record.key = arena_string(bundle->arena, key);
}

void bundle_seen(struct bundle *bundle, const char *key)
{
	bundle_add(bundle, CHANGE_SEEN)->record.key = arena_string(bundle->arena, key);
}

void bundle_keep(struct bundle *bundle, void *object, void (*let_go)(void *object), size_t octets)
{
	struct kept *kept = arena_alloc(bundle->arena, sizeof(*kept));

	*kept = (struct kept){bundle->kept, object, let_go};
	bundle->kept = kept;
	bundle->octets += octets;
}

void bundle_position(struct bundle *bundle, const struct position *position)
{
	if (!bundle->position)
		bundle->position = arena_alloc(bundle->arena, sizeof(*bundle->position));
	position_join(bundle->position, position);
}

bool bundle_is_empty(const struct bundle *bundle)
{
	return bundle->count == 0 && !bundle->position;
}

bool bundle_is_full(const struct bundle *bundle)
{
	return bundle->count == BUNDLE_CHANGES_MAX || bundle->octets >= BUNDLE_OCTETS_MAX ||
	       arena_size(bundle->arena) >= BUNDLE_OCTETS_MAX;
}

/* ---- handing over ---- */

/* Under the lock. */
static void queue_append(struct feed *feed, struct bundle *bundle)
{
	struct queue *queue = bundle->whole ? &feed->follower->wholes : &feed->follower->changes;

	bundle->feed = feed;
	*queue->last = bundle;
	queue->last = &bundle->next;
	queue->count++;
	pthread_cond_signal(&feed->follower->filled);
}

static struct bundle *step_new(enum bundle_step step)
{
	struct bundle *bundle = bundle_new();

	bundle->step = step;
	bundle->whole = true;
	return bundle;
}

int feed_begin(struct feed *feed, bool reconcile)
{
	struct follower *follower = feed->follower;
	struct bundle *bundle;
	bool busy;

	pthread_mutex_lock(&follower->lock);
	assert(follower->reading != feed);
	busy = follower->reading != NULL;
	if (!busy) {
		follower->reading = feed;
		bundle = step_new(STEP_BEGIN);
		bundle->reconcile = reconcile;
		queue_append(feed, bundle);
	}
	pthread_mutex_unlock(&follower->lock);
	return busy ? FEED_BUSY : 0;
}

void feed_push(struct feed *feed, struct bundle *bundle, bool whole)
{
	struct follower *follower = feed->follower;

	const struct queue *queue = whole ? &follower->wholes : &follower->changes;

	pthread_mutex_lock(&follower->lock);
	assert(!whole || follower->reading == feed);
	while (queue->count >= QUEUE_MAX)
		pthread_cond_wait(&follower->drained, &follower->lock); /* the writer never waits for a source */
	bundle->whole = whole;
	if (!whole) {
		bundle->number = ++feed->pushed;
		if (bundle->position)
			position_join(&feed->position, bundle->position);
	}
	queue_append(feed, bundle);
	pthread_mutex_unlock(&follower->lock);
}

/* ---- never older ---- */

/* Under the lock.  As feed_compare. */
static int compare(struct feed *feed, const struct position *position, struct position_lag *lag, struct error *why)
{
	const instant limit = feed->source->behind_limit > 0 ? feed->source->behind_limit : SOURCE_BEHIND_LIMIT;
	struct text words;

	if (!feed->status.loaded || !position_behind(position, &feed->position, lag)) {
		*lag = (struct position_lag){0};
		feed->servers_behind_since = 0;
		return 0;
	}
	text_init(&words, 200);
	position_lag_print(lag, &words);
	error_set(why, -ESTALE, "the server is behind what is published: %s", text_string(&words));
	text_release(&words);
	if (feed->status.state == SOURCE_FOLLOWING)
		feed->servers_behind_since = 0;
	else if (feed->servers_behind_since == 0)
		feed->servers_behind_since = clock_monotonic();
	else if (clock_monotonic() - feed->servers_behind_since >= limit)
		return FEED_WENT_BACK;
	feed->status.counters.behind++;
	return FEED_BEHIND;
}

int feed_compare(struct feed *feed, const struct position *position, struct position_lag *lag, struct error *why)
{
	struct position_lag unasked;
	int result;

	pthread_mutex_lock(&feed->follower->lock);
	result = compare(feed, position, lag ? lag : &unasked, why);
	pthread_mutex_unlock(&feed->follower->lock);
	return result;
}

void feed_unreachable(struct feed *feed)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->servers_behind_since = 0;
	pthread_mutex_unlock(&feed->follower->lock);
}

/* ---- committing ---- */

/* Under the lock. */
static void end_without(struct feed *feed)
{
	queue_append(feed, step_new(STEP_ABANDON));
	feed->follower->reading = NULL;
}

int feed_commit(struct feed *feed, const struct feed_whole *whole, struct error *why)
{
	struct follower *follower = feed->follower;
	struct position_lag lag;
	struct bundle *bundle;
	int answer, age;

	pthread_mutex_lock(&follower->lock);
	assert(follower->reading == feed);
	age = whole->authoritative ? 0 : compare(feed, whole->position, &lag, why);
	if (age == FEED_BEHIND) {
		end_without(feed);
		pthread_mutex_unlock(&follower->lock);
		return FEED_BEHIND;
	}
	bundle = step_new(STEP_COMMIT);
	bundle->end = whole;
	bundle->went_back = age == FEED_WENT_BACK;
	bundle->number = ++feed->pushed;
	feed->answered = false;
	queue_append(feed, bundle);
	while (!feed->answered)
		pthread_cond_wait(&follower->drained, &follower->lock);
	answer = feed->answer;
	if (answer == 0) {
		feed->position = *whole->position;
		feed->servers_behind_since = 0;
	}
	if (answer < 0)
		*why = feed->answer_why;
	follower->reading = NULL;
	pthread_mutex_unlock(&follower->lock);
	return answer;
}

void feed_abandon(struct feed *feed)
{
	struct follower *follower = feed->follower;

	pthread_mutex_lock(&follower->lock);
	assert(follower->reading == feed);
	end_without(feed);
	pthread_mutex_unlock(&follower->lock);
}

/* ---- freshness ---- */

static bool proof_holds(const struct feed *feed, const struct proof *proof)
{
	return feed->published >= proof->number && position_reached(&feed->published_position, &proof->position);
}

void feed_settle_proof(struct feed *feed)
{
	if (feed->proof.at == 0 || !proof_holds(feed, &feed->proof))
		return;
	if (feed->status.proven_at < feed->proof.at)
		feed->status.proven_at = feed->proof.at;
	feed->proof.at = 0;
}

void feed_prove(struct feed *feed, const struct position *position, instant at)
{
	struct follower *follower = feed->follower;
	struct proof proof = {.at = at, .position = *position};

	pthread_mutex_lock(&follower->lock);
	proof.number = feed->pushed;
	/* One that waits already is the older one and comes true first: it is only replaced by one that holds now. */
	if (feed->status.loaded && !feed->untrue && (feed->proof.at == 0 || proof_holds(feed, &proof)))
		feed->proof = proof;
	feed_settle_proof(feed);
	pthread_mutex_unlock(&follower->lock);
}

void feed_position(struct feed *feed, struct position *position)
{
	pthread_mutex_lock(&feed->follower->lock);
	*position = feed->position;
	pthread_mutex_unlock(&feed->follower->lock);
}

/* ---- what others see ---- */

void feed_lost(struct feed *feed, const struct error *why)
{
	bool loaded;

	pthread_mutex_lock(&feed->follower->lock);
	loaded = feed->status.loaded;
	feed->status.error = feed->status.last_error = *why;
	feed->status.last_error_at = clock_now();
	feed->status.state = loaded ? SOURCE_LOST : SOURCE_FAILED;
	pthread_cond_broadcast(&feed->follower->progressed);
	pthread_mutex_unlock(&feed->follower->lock);
	log_event(LOG_LEVEL_WARNING, loaded ? "source-lost" : "source-failed", "source=%s why=" LOG_QUOTED,
	          feed->source->name, why->text);
}

void feed_warn(struct feed *feed, const struct error *why)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->status.warning = *why;
	pthread_mutex_unlock(&feed->follower->lock);
	log_event(LOG_LEVEL_WARNING, "source-warning", "source=%s why=" LOG_QUOTED, feed->status.name, why->text);
}

void feed_kind(struct feed *feed, const char *kind)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->status.kind = kind;
	pthread_mutex_unlock(&feed->follower->lock);
	log_event(LOG_LEVEL_INFO, "source-kind", "source=%s kind=%s", feed->source->name, kind);
}

void feed_count_reference(struct feed *feed)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->status.counters.references++;
	pthread_mutex_unlock(&feed->follower->lock);
}

void feed_count_reconnect(struct feed *feed)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->status.counters.reconnects++;
	pthread_mutex_unlock(&feed->follower->lock);
}

/* ---- what the source is asked ---- */

void feed_ask(struct feed *feed, unsigned request)
{
	const uint64_t one = 1;

	feed->requests |= request;
	while (write(feed->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

unsigned feed_requests(struct feed *feed)
{
	uint64_t count;
	unsigned requests;

	pthread_mutex_lock(&feed->follower->lock);
	requests = feed->requests;
	if (!(requests & FEED_STOP)) {
		feed->requests = 0;
		while (read(feed->wake, &count, sizeof(count)) < 0 && errno == EINTR)
			;
	}
	pthread_mutex_unlock(&feed->follower->lock);
	return requests;
}

int feed_descriptor(const struct feed *feed)
{
	return feed->wake;
}

bool feed_stopping(struct feed *feed)
{
	bool stopping;

	pthread_mutex_lock(&feed->follower->lock);
	stopping = feed->follower->stopping;
	pthread_mutex_unlock(&feed->follower->lock);
	return stopping;
}

void feed_pause(struct feed *feed, unsigned milliseconds)
{
	struct pollfd wake = {.fd = feed->wake, .events = POLLIN};

	poll(&wake, 1, (int)milliseconds);
}

void feed_wanted(struct feed *feed, struct name_set *wanted)
{
	pthread_mutex_lock(&feed->follower->lock);
	name_set_copy(wanted, &feed->follower->wanted);
	pthread_mutex_unlock(&feed->follower->lock);
}

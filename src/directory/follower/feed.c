#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "directory/follower/follower_parts.h"
#include "directory/follower/journal.h"

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

size_t bundle_octets(const struct bundle *bundle)
{
	return sizeof(*bundle) + bundle->octets + arena_size(bundle->arena);
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
	bool refused;

	const struct queue *queue = whole ? &follower->wholes : &follower->changes;

	pthread_mutex_lock(&follower->lock);
	assert(!whole || follower->reading == feed);
	while (queue->count >= QUEUE_MAX)
		pthread_cond_wait(&follower->drained, &follower->lock); /* the writer never waits for a source */
	bundle->whole = whole;
	refused = !whole && feed_refuses(feed, bundle);
	if (!whole && !refused) {
		bundle->number = ++feed->pushed;
		if (bundle->position) {
			position_join(&feed->position, bundle->position);
			position_join(&feed->followed, bundle->position);
		}
	}
	if (!refused)
		queue_append(feed, bundle);
	pthread_mutex_unlock(&follower->lock);
	if (refused)
		bundle_free(bundle);
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
	bool keeps_token;
	int answer, age;

	pthread_mutex_lock(&follower->lock);
	assert(follower->reading == feed);
	age = whole->authoritative ? 0 : feed_age(feed, whole->server, whole->position, &lag, why);
	if (age == FEED_BEHIND) {
		end_without(feed);
		pthread_mutex_unlock(&follower->lock);
		return FEED_BEHIND;
	}
	bundle = step_new(STEP_COMMIT);
	bundle->end = whole;
	bundle->age = age;
	bundle->keeps_token = keeps_token = age != FEED_WENT_BACK && !whole->authoritative &&
	                      position_behind(whole->position, &feed->position, &lag);
	bundle->number = ++feed->pushed;
	feed->answered = false;
	queue_append(feed, bundle);
	while (!feed->answered)
		pthread_cond_wait(&follower->drained, &follower->lock);
	answer = feed->answer;
	if (answer == 0) {
		if (!keeps_token)
			feed->position = *whole->position;
		feed->followed = *whole->position;
		feed->replaying = false;
		feed->servers_behind_since = 0;
	}
	feed->status.counters.behind += answer == FEED_BEHIND;
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
	if (feed->journal)
		journal_prove(feed->journal, feed->proof.at);
	feed->proof.at = 0;
}

void feed_prove(struct feed *feed, const struct position *position, instant at)
{
	struct follower *follower = feed->follower;
	struct proof proof = {.at = at, .position = *position};
	struct position_lag lag;

	pthread_mutex_lock(&follower->lock);
	proof.number = feed->pushed;
	/* A token that is ahead of the server does not say that all has come that the server has. */
	if (position_behind(&feed->followed, &feed->position, &lag) && !position_reached(&feed->followed, position))
		proof.at = 0;
	/* One that waits already is the older one and comes true first: it is only replaced by one that holds now. */
	if (feed->status.loaded && !feed->untrue && proof.at > 0 && (feed->proof.at == 0 || proof_holds(feed, &proof)))
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

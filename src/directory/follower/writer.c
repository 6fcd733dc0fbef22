#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "directory/follower/follower_parts.h"
#include "directory/follower/journal.h"

#define TURN_MAX (2 * (INSTANT_SECOND / 1000)) /* a burst is applied for so long, then published */
#define FLOOD_WINDOW (60 * INSTANT_SECOND)

/* ---- changes ---- */

static void warn(struct feed *feed, const struct error *why)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->status.warning = *why;
	pthread_mutex_unlock(&feed->follower->lock);
	log_event(LOG_LEVEL_WARNING, "entry-rejected", "source=%s why=" LOG_QUOTED, feed->status.name, why->text);
}

enum applied { APPLIED_NOTHING = 0, APPLIED_CHANGE, APPLIED_REJECTED };

static enum applied change_apply(struct builder *builder, uint16_t source, const struct change *change,
                                 struct error *why)
{
	switch (change->kind) {
	case CHANGE_REMOVE:
		return builder_remove(builder, source, change->record.key) == 0 ? APPLIED_CHANGE : APPLIED_NOTHING;
	case CHANGE_SEEN:
		builder_refresh_seen(builder, change->record.key);
		return APPLIED_NOTHING;
	case CHANGE_PUT:
		break;
	}
	switch (builder_put(builder, source, &change->record, why)) {
	case BUILDER_DONE:
		return APPLIED_CHANGE;
	case BUILDER_UNCHANGED:
		return APPLIED_NOTHING;
	case BUILDER_OCCUPIED:
	case BUILDER_BAD_DN:
		break;
	}
	return APPLIED_REJECTED;
}

static void flood_begin(const struct follower *follower, struct feed *feed)
{
	feed->flood.since = clock_monotonic();
	builder_amounts(follower->builder, feed->number, &feed->flood.before, &feed->flood.lost);
}

/* What was removed since the count began. */
static struct amounts flood_amounts(const struct follower *follower, const struct feed *feed)
{
	const struct amounts *then = &feed->flood.lost;
	struct amounts there, lost;

	builder_amounts(follower->builder, feed->number, &there, &lost);
	return (struct amounts){lost.entries - then->entries, lost.people - then->people,
	                        lost.memberships - then->memberships, lost.bindings - then->bindings};
}

/* Changes were applied that may have removed much: each is what the server says of one entry, and to withhold what was
 * revoked would be wrong; so they are obeyed, that is told, and all is read again to make sure. */
static void flood_look(struct follower *follower, struct feed *feed)
{
	struct amounts lost = flood_amounts(follower, feed);
	struct error warning;
	struct text words;

	if (!removal_is_too_much(&follower->removal, &feed->flood.before, &lost))
		return;
	text_init(&words, ERROR_TEXT_MAX / 2);
	removal_print(&follower->removal, &feed->flood.before, &lost, &words);
	error_set(&warning, -EAGAIN, "changes have removed %s within a minute; they are obeyed, and all is read again to make "
	          "sure", text_string(&words));
	log_event(LOG_LEVEL_ERROR, "many-removed", "source=%s removed=" LOG_QUOTED, feed->status.name, text_string(&words));
	text_release(&words);
	flood_begin(follower, feed);
	pthread_mutex_lock(&follower->lock);
	feed->status.counters.floods++;
	feed->status.warning = warning;
	feed_ask(feed, FEED_RELOAD);
	pthread_mutex_unlock(&follower->lock);
}

/* Changes to what is published.  An entry that has no place makes the index untrue: the source is read whole, which
 * either finds that it was no more than an order of messages, or fails with the reason. */
static void changes_apply(struct follower *follower, struct bundle *bundle)
{
	struct feed *feed = bundle->feed;
	struct error why = {""};
	uint64_t changes = 0, rejected = 0;

	if (feed->flood.since == 0 || clock_monotonic() - feed->flood.since > FLOOD_WINDOW)
		flood_begin(follower, feed);
	for (size_t i = 0; i < bundle->count; i++) {
		const struct change *change = &bundle->changes[i];
		enum applied here = change_apply(follower->builder, feed->number, change, &why), beside = APPLIED_NOTHING;

		if (follower->whole.feed && follower->whole.feed != feed)
			beside = change_apply(follower->whole.builder, feed->number, change, &why);
		changes += here == APPLIED_CHANGE;
		rejected += here == APPLIED_REJECTED || beside == APPLIED_REJECTED;
	}
	feed->applied = bundle->number;
	follower->dirty = follower->dirty || changes > 0;
	bundle->rejected = rejected > 0;
	if (rejected > 0)
		warn(feed, &why);
	pthread_mutex_lock(&follower->lock);
	feed->status.counters.changes += changes;
	feed->status.counters.rejected += rejected;
	if (rejected > 0) {
		feed->untrue = true;
		feed->proof.at = 0; /* of one that waits for this it is not true */
		feed_ask(feed, FEED_RELOAD);
	}
	if (bundle->position && !feed->untrue) /* else no token may say that it has come there */
		position_join(&feed->applied_position, bundle->position);
	pthread_mutex_unlock(&follower->lock);
	if (changes > 0)
		flood_look(follower, feed);
}

/* ---- reading whole, beside ---- */

static void whole_begin(struct follower *follower, const struct bundle *bundle)
{
	struct feed *feed = bundle->feed;
	struct snapshot *now = builder_freeze(follower->builder);
	struct amounts lost;

	assert(!follower->whole.feed);
	follower->whole = (struct whole_read){.feed = feed, .builder = builder_new(now, NULL), .reconcile = bundle->reconcile,
	                                    .applied_before = feed->applied};
	snapshot_drop(now);
	builder_refresh_begin(follower->whole.builder, feed->number);
	builder_amounts(follower->whole.builder, feed->number, &follower->whole.before, &lost);
	pthread_mutex_lock(&follower->lock);
	follower->whole.changes_before = feed->status.counters.changes;
	pthread_mutex_unlock(&follower->lock);
}

static void whole_abandon(struct follower *follower)
{
	builder_free(follower->whole.builder);
	follower->whole = (struct whole_read){0};
}

static void whole_apply(struct whole_read *whole, const struct bundle *bundle)
{
	struct error why;

	for (size_t i = 0; i < bundle->count; i++) {
		switch (change_apply(whole->builder, whole->feed->number, &bundle->changes[i], &why)) {
		case APPLIED_CHANGE:
			whole->different++;
			break;
		case APPLIED_REJECTED:
			if (whole->rejected++ == 0)
				whole->why = why;
			break;
		case APPLIED_NOTHING:
			break;
		}
		whole->seen += bundle->changes[i].kind != CHANGE_REMOVE;
	}
}

static void whole_note(struct follower *follower, const struct bundle *bundle, size_t unseen)
{
	struct feed *feed = bundle->feed;
	struct source_counters *counters = &feed->status.counters;
	uint64_t told = counters->changes - follower->whole.changes_before;
	uint64_t found = follower->whole.different + unseen;

	if (follower->whole.reconcile && found > told)
		counters->repaired += found - told;
	counters->entries = follower->whole.seen;
	counters->changes = 0;
	counters->loads++;
	counters->went_back += bundle->age == FEED_WENT_BACK;
	feed->status.loaded = true;
	feed->status.loaded_at = clock_now();
	feed->status.warning.text[0] = '\0';
	feed->untrue = false;
	feed->proof = (struct proof){.at = bundle->end->begun, .number = bundle->number};
	feed->status.state = SOURCE_FOLLOWING;
	feed->status.error.text[0] = '\0';
	snprintf(feed->status.server, sizeof(feed->status.server), "%s", bundle->end->server);
}

/* Makes sure of a read that removes too much: another one must say the same, else that one is the first. */
static bool whole_is_held_back(struct follower *follower, struct feed *feed)
{
	const struct whole_read *whole = &follower->whole;
	struct amounts there, lost;
	bool agrees;

	builder_amounts(whole->builder, feed->number, &there, &lost);
	agrees = feed->held_back && removal_agrees(&feed->held, &lost);
	feed->held_back = !agrees && removal_is_too_much(&follower->removal, &whole->before, &lost);
	feed->held = lost;
	return feed->held_back;
}

/* The answer to a commit; positive and negative ones leave the index as it is. */
static int whole_end(struct follower *follower, const struct bundle *bundle, struct error *why)
{
	struct feed *feed = bundle->feed;
	struct whole_read *whole = &follower->whole;
	size_t unseen = builder_refresh_unseen(whole->builder);

	if (whole->rejected > 0) {
		*why = whole->why;
		return error_prefix(why, -EEXIST, "%zu entries have no place in the index, the first: ", whole->rejected);
	}
	/* No change of its own may have come meanwhile, which only the other builder has. */
	if (bundle->age == FEED_LOST_COUNT && (whole->different > 0 || unseen > 0 || feed->applied != whole->applied_before))
		return FEED_BEHIND;
	builder_refresh_end(whole->builder);
	if (whole_is_held_back(follower, feed))
		return FEED_HELD_BACK;
	builder_free(follower->builder);
	follower->builder = whole->builder;
	whole->builder = NULL;
	follower->dirty = true;
	feed->applied = bundle->number;
	if (!bundle->keeps_token)
		feed->applied_position = *bundle->end->position;
	feed->covers_all = bundle->end->covered == NULL;
	if (bundle->end->covered)
		name_set_copy(&feed->covered, bundle->end->covered);
	for (size_t i = 0; i < follower->count; i++) /* the builder has its own count of what is lost */
		follower->feeds[i].flood.since = 0;
	pthread_mutex_lock(&follower->lock);
	whole_note(follower, bundle, unseen);
	pthread_mutex_unlock(&follower->lock);
	return 0;
}

static void tell_held_back(const struct follower *follower, const struct feed *feed, struct error *warning)
{
	struct text words;

	text_init(&words, ERROR_TEXT_MAX / 2);
	removal_print(&follower->removal, &follower->whole.before, &feed->held, &words);
	error_set(warning, -EAGAIN, "reading whole would remove %s; held back until a second reading says the same",
	          text_string(&words));
	log_event(LOG_LEVEL_ERROR, "refresh-held-back", "source=%s would_remove=" LOG_QUOTED " seen=%zu", feed->status.name,
	          text_string(&words), follower->whole.seen);
	text_release(&words);
}

static void tell_loaded(const struct follower *follower, const struct bundle *bundle, size_t unseen)
{
	const char *name = bundle->feed->status.name, *server = bundle->end->server;

	log_event(LOG_LEVEL_INFO, "source-loaded", "source=%s server=" LOG_QUOTED " entries=%zu removed=%zu", name, server,
	          follower->whole.seen, unseen);
	if (bundle->age == FEED_LOST_COUNT)
		log_event(LOG_LEVEL_INFO, "source-lost-count", "source=%s server=" LOG_QUOTED " why=" LOG_QUOTED, name, server,
		          "it says that it is older than what is published, and differs in nothing from it: it was killed, and has "
		          "lost count of its last changes, not the changes");
	if (bundle->age == FEED_WENT_BACK)
		log_event(LOG_LEVEL_ERROR, "source-went-back", "source=%s server=" LOG_QUOTED " why=" LOG_QUOTED, name, server,
		          "its servers have been behind what was published for behind_limit; what they say is believed now, as "
		          "of a directory that was restored from a backup");
}

/* What the committer has said is kept for the journal: the committer goes on when it has its answer. */
static void end_keep(struct bundle *bundle)
{
	struct feed_whole *end = arena_alloc(bundle->arena, sizeof(*end));
	struct position *position = arena_alloc(bundle->arena, sizeof(*position));
	struct name_set *covered = arena_alloc(bundle->arena, sizeof(*covered));

	*end = *bundle->end;
	*position = bundle->feed->applied_position; /* which is the token's, even where the server is behind that */
	end->position = position;
	end->server = arena_string(bundle->arena, end->server);
	if (end->covered) {
		covered->count = end->covered->count;
		covered->items = arena_array(bundle->arena, covered->count + 1, sizeof(*covered->items));
		for (size_t i = 0; i < covered->count; i++)
			covered->items[i] = arena_string(bundle->arena, end->covered->items[i]);
		end->covered = covered;
	}
	bundle->end = end;
}

static void whole_commit(struct follower *follower, struct bundle *bundle)
{
	struct feed *feed = bundle->feed;
	struct error why = {""}, warning;
	size_t unseen = builder_refresh_unseen(follower->whole.builder);
	int answer = whole_end(follower, bundle, &why);

	if (answer == 0)
		tell_loaded(follower, bundle, unseen);
	else if (answer == FEED_HELD_BACK)
		tell_held_back(follower, feed, &warning);
	whole_abandon(follower);
	end_keep(bundle);
	if (answer != 0)
		bundle->step = STEP_ABANDON;
	pthread_mutex_lock(&follower->lock);
	feed->answered = true;
	feed->answer = answer;
	feed->answer_why = why;
	if (answer == FEED_HELD_BACK) {
		feed->status.counters.held_back++;
		feed->status.warning = warning;
	}
	pthread_cond_broadcast(&follower->drained);
	pthread_mutex_unlock(&follower->lock);
}

/* ---- publishing ---- */

static void wanted_add(void *context, const char *name)
{
	name_set_add(context, name);
}

static bool feed_covers(const struct feed *feed, const struct name_set *wanted)
{
	if (feed->covers_all || !feed->status.loaded)
		return true;
	for (size_t i = 0; i < wanted->count; i++)
		if (!name_set_has(&feed->covered, wanted->items[i]))
			return false;
	return true;
}

/* Whether every source was asked for the attributes that the policy names; those that were not are asked to read again.
 * Without this a filter would take an attribute that was not read for one that is not there. */
static bool names_are_covered(struct follower *follower, const struct snapshot *snapshot)
{
	struct name_set wanted = {0};
	bool covered = true;

	snapshot_visit_named_attributes(snapshot, wanted_add, &wanted);
	pthread_mutex_lock(&follower->lock);
	name_set_copy(&follower->wanted, &wanted);
	for (size_t i = 0; i < follower->count; i++)
		if (!feed_covers(&follower->feeds[i], &wanted)) {
			feed_ask(&follower->feeds[i], FEED_WIDEN);
			covered = false;
		}
	pthread_mutex_unlock(&follower->lock);
	if (wanted.overflowed)
		log_event(LOG_LEVEL_ERROR, "too-many-names", "the policy names more than %d attributes", NAME_SET_MAX);
	covered = covered && !wanted.overflowed;
	name_set_release(&wanted);
	return covered;
}

static bool all_required_loaded(struct follower *follower)
{
	bool loaded = true;

	pthread_mutex_lock(&follower->lock);
	for (size_t i = 0; i < follower->count; i++)
		loaded = loaded && (follower->feeds[i].status.loaded || !follower->feeds[i].required);
	pthread_mutex_unlock(&follower->lock);
	return loaded;
}

static void token_print(const struct follower *follower, struct text *token)
{
	for (size_t i = 0; i < follower->count; i++) {
		const struct feed *feed = &follower->feeds[i];

		if (feed->applied_position.count == 0)
			continue;
		text_print(token, "%s%s:", token->length > 0 ? ";" : "", feed->status.name);
		position_print(&feed->applied_position, token);
	}
}

/* `latest` is published, and has come as far as what was applied: it and its token change together. */
static void progress_publish(struct follower *follower, const struct snapshot *latest)
{
	struct text token;

	text_init(&token, FOLLOWER_TOKEN_MAX - 1);
	token_print(follower, &token);
	pthread_mutex_lock(&follower->lock);
	follower->complete = true;
	follower->latest = latest;
	memcpy(follower->token, text_string(&token), token.length + 1);
	for (size_t i = 0; i < follower->count; i++) {
		struct feed *feed = &follower->feeds[i];

		feed->published = feed->applied;
		feed->published_position = feed->applied_position;
		feed_settle_proof(feed);
	}
	pthread_cond_broadcast(&follower->progressed);
	pthread_mutex_unlock(&follower->lock);
	text_release(&token);
}

/* The builder of a whole read has numbered its states by itself, while the other one went on: numbers only grow for those
 * who see what is published. */
static struct snapshot *index_freeze(struct follower *follower)
{
	struct snapshot *now = builder_freeze(follower->builder);

	while (follower->latest && snapshot_generation(now) <= snapshot_generation(follower->latest)) {
		snapshot_drop(now);
		now = builder_freeze(follower->builder);
	}
	return now;
}

void writer_publish(struct follower *follower)
{
	const struct snapshot *before = follower->latest, *latest = before;
	struct snapshot *now;

	if (follower->dirty) {
		now = index_freeze(follower);
		/* Names first: a source that is still to be loaded is asked for them at once. */
		if (!names_are_covered(follower, now) || !all_required_loaded(follower)) {
			snapshot_drop(now);
			return;
		}
		latest = snapshot_acquire(now);
		published_set(follower->options.published, now);
		follower->dirty = false;
	}
	if (!latest)
		return;
	progress_publish(follower, latest);
	if (before == latest)
		return;
	if (follower->options.changed)
		follower->options.changed(follower->options.context, before, latest, follower->token);
	snapshot_drop(before);
}

/* ---- the thread ---- */

/* Returns whether what is published may have changed. */
static bool bundle_apply(struct follower *follower, struct bundle *bundle)
{
	switch (bundle->step) {
	case STEP_BEGIN:
		whole_begin(follower, bundle);
		return false;
	case STEP_ABANDON:
		whole_abandon(follower);
		return false;
	case STEP_COMMIT:
		whole_commit(follower, bundle);
		return true;
	case STEP_CHANGES:
		break;
	}
	if (bundle->whole) {
		whole_apply(&follower->whole, bundle);
		return false;
	}
	changes_apply(follower, bundle);
	return true;
}

/* Before it is published, so that a proof of that comes behind it. */
static void bundle_done(struct bundle *bundle)
{
	if (bundle->feed->journal)
		journal_take(bundle->feed->journal, bundle);
	else
		bundle_free(bundle);
}

/* Under the lock. */
static struct bundle *queue_take(struct follower *follower, struct queue *queue)
{
	struct bundle *bundle = queue->first;

	if (!bundle)
		return NULL;
	queue->first = bundle->next;
	if (!queue->first)
		queue->last = &queue->first;
	if (queue->count-- == QUEUE_MAX)
		pthread_cond_broadcast(&follower->drained);
	return bundle;
}

/* The next bundle to apply, changes first.  NULL: nobody will push any more. */
static struct bundle *bundle_wait(struct follower *follower)
{
	struct bundle *bundle;

	pthread_mutex_lock(&follower->lock);
	while (!(bundle = queue_take(follower, &follower->changes)) && !(bundle = queue_take(follower, &follower->wholes)) &&
	       !follower->ending)
		pthread_cond_wait(&follower->filled, &follower->lock); /* for work only: the end wakes it too */
	pthread_mutex_unlock(&follower->lock);
	return bundle;
}

/* The next bundle if there is one; what has been changed is not kept waiting by a whole read. */
static struct bundle *bundle_more(struct follower *follower, bool touched)
{
	struct bundle *bundle;

	pthread_mutex_lock(&follower->lock);
	bundle = queue_take(follower, &follower->changes);
	if (!bundle && !touched)
		bundle = queue_take(follower, &follower->wholes);
	pthread_mutex_unlock(&follower->lock);
	return bundle;
}

void *writer_run(void *context)
{
	struct follower *follower = context;
	struct bundle *bundle;

	while ((bundle = bundle_wait(follower)) != NULL) {
		instant begun = clock_monotonic();
		bool touched = false;

		do {
			touched = bundle_apply(follower, bundle) || touched;
			bundle_done(bundle);
		} while (clock_monotonic() - begun < TURN_MAX && (bundle = bundle_more(follower, touched)) != NULL);
		if (touched)
			writer_publish(follower);
	}
	return NULL;
}

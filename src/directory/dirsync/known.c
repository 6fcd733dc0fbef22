#include "directory/dirsync/known.h"

#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "directory/follower/follower_parts.h"

#define WAIT_MAX INSTANT_SECOND /* for the writer to publish what was pushed */

struct known {
	const struct snapshot *snapshot;
	uint16_t source;
};

static bool wait_published(struct feed *feed)
{
	struct follower *follower = feed->follower;
	instant until = clock_monotonic() + WAIT_MAX;
	struct timespec deadline = {.tv_sec = until / INSTANT_SECOND, .tv_nsec = until % INSTANT_SECOND};
	bool late = false, published;

	pthread_mutex_lock(&follower->lock);
	while (follower->complete && feed->published < feed->pushed && !late)
		late = pthread_cond_timedwait(&follower->progressed, &follower->lock, &deadline) != 0;
	published = follower->complete && feed->published >= feed->pushed;
	pthread_mutex_unlock(&follower->lock);
	return published;
}

struct known *known_open(struct feed *feed)
{
	struct known *known;

	if (!wait_published(feed))
		return NULL;
	known = memory_alloc(sizeof(*known));
	known->snapshot = published_acquire(feed->follower->options.published);
	known->source = feed->number;
	return known;
}

void known_close(struct known *known)
{
	if (!known)
		return;
	snapshot_drop(known->snapshot);
	free(known);
}

bool known_has(const struct known *known, const char *key)
{
	return snapshot_find_key(known->snapshot, known->source, key) != NODE_NONE;
}

static bool has_entry_below(const struct snapshot *snapshot, node_id node)
{
	struct relation_cursor cursor;
	node_id child;

	snapshot_relation(snapshot, RELATION_CHILD, node, &cursor);
	while (relation_next(&cursor, &child))
		if (snapshot_entry(snapshot, child) || has_entry_below(snapshot, child))
			return true;
	return false;
}

bool known_has_below(const struct known *known, const char *key)
{
	node_id node = snapshot_find_key(known->snapshot, known->source, key);

	return node != NODE_NONE && has_entry_below(known->snapshot, node);
}

bool known_is_at(const struct known *known, const char *key, const char *dn)
{
	node_id node = snapshot_find_key(known->snapshot, known->source, key);

	return node != NODE_NONE && node == snapshot_find_dn(known->snapshot, dn);
}

/* ---- who refers to it ---- */

struct visit {
	const struct known *known;
	void (*found)(void *context, const char *key);
	void *context;
};

static void visit_relation(const struct visit *visit, enum relation relation, node_id node)
{
	const struct snapshot *snapshot = visit->known->snapshot;
	struct relation_cursor cursor;
	const struct entry *entry;
	node_id from;

	snapshot_relation(snapshot, relation, node, &cursor);
	while (relation_next(&cursor, &from)) {
		entry = snapshot_entry(snapshot, from);
		if (entry && entry->source == visit->known->source)
			visit->found(visit->context, entry->key);
	}
}

/* As deep as a DN is long (DN_LENGTH_MAX). */
static void visit_tree(const struct visit *visit, node_id node)
{
	struct relation_cursor cursor;
	node_id child;

	for (int relation = RELATION_CHILD + 1; relation < RELATION_KIND; relation++)
		visit_relation(visit, (enum relation)relation, node);
	snapshot_relation(visit->known->snapshot, RELATION_CHILD, node, &cursor);
	while (relation_next(&cursor, &child))
		visit_tree(visit, child);
}

void known_referrers(const struct known *known, const char *key, void (*found)(void *context, const char *key),
                     void *context)
{
	const struct visit visit = {known, found, context};
	node_id node = snapshot_find_key(known->snapshot, known->source, key);

	if (node != NODE_NONE)
		visit_tree(&visit, node);
}

void known_referrers_of_dn(const struct known *known, const char *dn, void (*found)(void *context, const char *key),
                           void *context)
{
	const struct visit visit = {known, found, context};
	node_id node = snapshot_find_dn(known->snapshot, dn);

	if (node != NODE_NONE)
		visit_tree(&visit, node);
}

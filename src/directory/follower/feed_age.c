/* How old a server is beside what is published: nothing older is published. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "directory/follower/follower_parts.h"

/* ---- before a whole read is taken ---- */

static bool is_followed(const struct feed *feed, const char *server)
{
	return strcmp(feed->status.server, server) == 0;
}

/* How far a server has to be.  One that is followed although its count is lower than the token's may not be behind itself. */
static const struct position *least(const struct feed *feed, const char *server)
{
	return feed->status.state == SOURCE_FOLLOWING && is_followed(feed, server) ? &feed->followed : &feed->position;
}

/* A server that is behind. */
static int judge(struct feed *feed, const char *server)
{
	const instant limit = feed->source->behind_limit > 0 ? feed->source->behind_limit : SOURCE_BEHIND_LIMIT;

	if (feed->status.state == SOURCE_FOLLOWING) {
		feed->servers_behind_since = 0;
		return FEED_BEHIND;
	}
	if (feed->servers_behind_since == 0)
		feed->servers_behind_since = clock_monotonic();
	else if (clock_monotonic() - feed->servers_behind_since >= limit)
		return FEED_WENT_BACK;
	return is_followed(feed, server) ? FEED_LOST_COUNT : FEED_BEHIND;
}

int feed_age(struct feed *feed, const char *server, const struct position *position, struct position_lag *lag,
             struct error *why)
{
	struct text words;
	int age;

	if (!feed->status.loaded || !position_behind(position, least(feed, server), lag)) {
		*lag = (struct position_lag){0};
		feed->servers_behind_since = 0;
		return 0;
	}
	text_init(&words, 200);
	position_lag_print(lag, &words);
	error_set(why, -ESTALE, "the server is behind what is published: %s", text_string(&words));
	text_release(&words);
	age = judge(feed, server);
	feed->status.counters.behind += age == FEED_BEHIND;
	return age;
}

int feed_compare(struct feed *feed, const char *server, const struct position *position, struct position_lag *lag,
                 struct error *why)
{
	struct position_lag unasked;
	int age;

	pthread_mutex_lock(&feed->follower->lock);
	age = feed_age(feed, server, position, lag ? lag : &unasked, why);
	pthread_mutex_unlock(&feed->follower->lock);
	return age;
}

void feed_unreachable(struct feed *feed)
{
	pthread_mutex_lock(&feed->follower->lock);
	feed->servers_behind_since = 0;
	pthread_mutex_unlock(&feed->follower->lock);
}

/* ---- while a server is followed whose count is lower than the token's ---- */

/* Does a change come from before what is published?  A counter went on, and not as far as the token. */
static bool is_replayed(const struct feed *feed, const struct position *position)
{
	for (uint32_t i = 0; i < position->count; i++) {
		const struct position_item *item = &position->items[i];
		const char *was = position_value(&feed->followed, item->key), *token = position_value(&feed->position, item->key);

		if (token && strcmp(item->value, token) < 0 && (!was || strcmp(was, item->value) < 0))
			return true;
	}
	return false;
}

bool feed_refuses(struct feed *feed, const struct bundle *bundle)
{
	static const char words[] = "the server tells changes from before what is published: it is behind, or another one "
	                            "answers at its address; all is read again";

	if (feed->replaying || bundle->count == 0 || !bundle->position || !is_replayed(feed, bundle->position))
		return feed->replaying;
	feed->replaying = feed->untrue = true;
	feed->proof.at = 0;
	feed->status.state = SOURCE_LOST;
	error_set(&feed->status.error, -ESTALE, "%s", words);
	feed->status.last_error = feed->status.error;
	feed->status.last_error_at = clock_now();
	feed_ask(feed, FEED_RELOAD);
	log_event(LOG_LEVEL_WARNING, "source-lost", "source=%s why=" LOG_QUOTED, feed->status.name, words);
	return true;
}

/* What the follower does with journals: at its start they become the index, then each source has one that is written. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "directory/follower/follower_parts.h"
#include "directory/follower/journal.h"
#include "directory/follower/journal_file.h"
#include "directory/follower/journal_load.h"
#include "directory/server/selection.h"

#define ASKED_MAX 1048576 /* octets */

/* What servers are asked for by this program, whatever the policy names. */
static int asked_print(const struct model_settings *settings, struct text *out, struct error *why)
{
	const struct name_set none = {0};
	struct selection selection;
	int result = selection_make(settings, &none, NULL, &selection, why);

	if (result == 0) {
		text_append(out, selection.filter);
		for (size_t i = 0; selection.attributes[i]; i++)
			text_print(out, " %s", selection.attributes[i]);
	}
	selection_release(&selection);
	return result;
}

/* ---- the start from what was kept ---- */

/* The source counts as one that was loaded and lost, at the time of the last mark. */
static void resume_note(struct feed *feed, struct journal_loaded *loaded)
{
	struct amounts there, lost;
	struct source_status *status = &feed->status;

	builder_amounts(feed->follower->builder, feed->number, &there, &lost);
	feed->applied_position = feed->position = feed->followed = loaded->position;
	feed->covers_all = loaded->end.covers_all;
	name_set_copy(&feed->covered, &loaded->end.covered);
	memcpy(status->server, loaded->server, sizeof(status->server));
	status->loaded = true;
	status->loaded_at = loaded->end.loaded_at;
	status->proven_at = clock_monotonic() - loaded->age;
	if (status->proven_at == 0) /* which would be never */
		status->proven_at = -1;
	status->counters.entries = there.entries;
	status->state = SOURCE_LOST;
	error_set(&status->error, -EAGAIN, "not reached yet since the start; what was kept of it on the disk is used until it is "
	          "too old");
	log_event(LOG_LEVEL_INFO, "source-resumed", "source=%s entries=%" PRIu32 " age_ms=%" PRId64 " torn=%s", status->name,
	          there.entries, loaded->age / (INSTANT_SECOND / 1000), loaded->torn ? "true" : "false");
}

/* Into a copy of the index, which is thrown away if the journal is not taken in the end. */
static void resume(struct feed *feed, const struct journal_head *expected, const struct journal_clocks *clocks)
{
	struct follower *follower = feed->follower;
	struct snapshot *now = builder_freeze(follower->builder);
	struct builder *builder = builder_new(now, NULL);
	char name[JOURNAL_NAME_MAX];
	struct journal_loaded loaded;
	struct error why;
	int result;

	snapshot_drop(now);
	snprintf(name, sizeof(name), "%s.index", feed->source->name);
	result = journal_load(follower->journals, name, expected, clocks, builder, feed->number, &loaded, &why);
	if (result == 0) {
		builder_free(follower->builder);
		follower->builder = builder;
		follower->dirty = true;
		resume_note(feed, &loaded);
	} else {
		builder_free(builder);
	}
	if (result < 0)
		log_event(LOG_LEVEL_WARNING, "journal-ignored", "source=%s file=%s why=" LOG_QUOTED, feed->source->name, name,
		          why.text);
	name_set_release(&loaded.end.covered);
}

/* ---- each source ---- */

static void too_long(void *context)
{
	struct feed *feed = context;

	pthread_mutex_lock(&feed->follower->lock);
	feed_ask(feed, FEED_RELOAD);
	pthread_mutex_unlock(&feed->follower->lock);
}

static int feed_keep(struct feed *feed, const char *asked, const struct journal_clocks *clocks, struct error *why)
{
	const struct source *source = feed->source;
	const struct journal_head expected = {DIRGATE_VERSION, source->name, source->identity, asked, ""};
	const struct journal_options options = {
		.folder = feed->follower->journals,
		.source = source->name,
		.identity = source->identity,
		.asked = asked,
		.too_long = too_long,
		.context = feed,
	};

	if (!source->identity)
		return 0;
	if (feed->follower->options.resume)
		resume(feed, &expected, clocks);
	feed->journal = journal_new(&options, why);
	return feed->journal ? 0 : -EAGAIN;
}

int journals_begin(struct follower *follower, struct error *why)
{
	struct journal_clocks clocks;
	struct snapshot *now;
	struct text asked;
	int result;

	if (!follower->options.state_directory)
		return 0;
	follower->journals = journal_folder_open(follower->options.state_directory, why);
	if (follower->journals < 0)
		return error_prefix(why, follower->journals, "state directory: ");
	journal_clocks_read(&clocks);
	text_init(&asked, ASKED_MAX);
	now = builder_freeze(follower->builder);
	result = asked_print(snapshot_settings(now), &asked, why);
	snapshot_drop(now);
	for (size_t i = 0; i < follower->count && result == 0; i++)
		result = feed_keep(&follower->feeds[i], text_string(&asked), &clocks, why);
	text_release(&asked);
	if (result == 0 && follower->dirty)
		writer_publish(follower);
	return result;
}

void journals_end(struct follower *follower)
{
	for (size_t i = 0; i < follower->count; i++) {
		journal_free(follower->feeds[i].journal);
		follower->feeds[i].journal = NULL;
	}
	if (follower->journals >= 0)
		close(follower->journals);
}

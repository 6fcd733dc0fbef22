#include "directory/ldif/ldif_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "directory/follower/feed.h"
#include "directory/ldif/ldif.h"

#define READS_MAX 5                   /* in a row, of files that change while they are read */
#define RETRY     (30 * INSTANT_SECOND) /* after a failure, even if the files look the same */

struct ldif_source {
	struct source source; /* first */
	char *paths[LDIF_SOURCE_PATHS_MAX];
	size_t count;
	unsigned watch_ms;
};

/* What shows that files have changed: a hash over their names, times, sizes and inodes.  The time of the status tells of
 * permissions, and of a content whose time was set back. */
struct appearance {
	uint64_t hash;
	int64_t newest; /* nanoseconds since 1970 */
};

static int64_t nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * INSTANT_SECOND + time->tv_nsec;
}

static void hash_octets(uint64_t *hash, const void *octets, size_t length)
{
	const unsigned char *at = octets;

	for (size_t i = 0; i < length; i++) /* FNV-1a */
		*hash = (*hash ^ at[i]) * UINT64_C(0x100000001b3);
}

static int appearance_read(const struct ldif_files *files, struct appearance *appearance, struct error *why)
{
	struct stat status;

	*appearance = (struct appearance){.hash = UINT64_C(0xcbf29ce484222325)};
	for (size_t i = 0; i < files->count; i++) {
		if (stat(files->paths[i], &status) < 0)
			return error_set(why, -errno, "%s: %s", files->paths[i], strerror(errno));
		int64_t time = nanoseconds(&status.st_mtim), changed = nanoseconds(&status.st_ctim);

		if (time > appearance->newest)
			appearance->newest = time;
		hash_octets(&appearance->hash, files->paths[i], strlen(files->paths[i]) + 1);
		hash_octets(&appearance->hash, &time, sizeof(time));
		hash_octets(&appearance->hash, &changed, sizeof(changed));
		hash_octets(&appearance->hash, &status.st_size, sizeof(status.st_size));
		hash_octets(&appearance->hash, &status.st_ino, sizeof(status.st_ino));
	}
	return 0;
}

static int source_look(const struct ldif_source *source, struct ldif_files *files, struct appearance *appearance,
                       struct error *why)
{
	int result = ldif_files_find((const char *const *)source->paths, source->count, files, why);

	if (result == 0 && (result = appearance_read(files, appearance, why)) < 0)
		ldif_files_release(files);
	return result;
}

/* ---- reading ---- */

struct reading {
	struct feed *feed;
	struct bundle *bundle;
};

static void record_copy(struct arena *arena, const struct record *from, struct record *to)
{
	struct record_attribute *attributes = arena_array(arena, from->count, sizeof(*attributes));

	*to = *from;
	to->dn = arena_octets(arena, from->dn, from->dn_length);
	to->attributes = attributes;
	for (size_t i = 0; i < from->count; i++) {
		struct record_value *values = arena_array(arena, from->attributes[i].count, sizeof(*values));

		attributes[i] = from->attributes[i];
		attributes[i].name = arena_string(arena, from->attributes[i].name);
		attributes[i].values = values;
		for (size_t k = 0; k < attributes[i].count; k++) {
			values[k] = from->attributes[i].values[k];
			values[k].octets = arena_octets(arena, values[k].octets, values[k].length);
		}
	}
}

static int take_entry(void *context, const struct record *entry, struct error *why)
{
	struct reading *reading = context;
	struct record copy;

	if (feed_stopping(reading->feed))
		return error_set(why, -ECANCELED, "stopped");
	record_copy(bundle_arena(reading->bundle), entry, &copy);
	bundle_put(reading->bundle, &copy);
	if (bundle_is_full(reading->bundle)) {
		feed_push(reading->feed, reading->bundle, true);
		reading->bundle = bundle_new();
	}
	return 0;
}

static void position_of(const struct appearance *appearance, struct position *position)
{
	char digits[24];

	*position = (struct position){0};
	snprintf(digits, sizeof(digits), "%020lld", (long long)appearance->newest);
	position_advance(position, "time", digits);
}

/* 0; FEED_HELD_BACK; negative. */
static int files_load(struct feed *feed, const char *path, const struct ldif_files *files,
                      const struct appearance *appearance, struct error *why)
{
	struct reading reading = {feed, bundle_new()};
	struct position position;
	const struct feed_whole whole = {.position = &position, .begun = clock_monotonic(), .server = path,
	                                 .authoritative = true};
	int result;

	while (feed_begin(feed, false) == FEED_BUSY)
		if (feed_pause(feed, 20), feed_stopping(feed)) {
			bundle_free(reading.bundle);
			return error_set(why, -ECANCELED, "stopped");
		}
	result = ldif_read(files, take_entry, &reading, why);
	if (result < 0) {
		bundle_free(reading.bundle);
		feed_abandon(feed);
		return result;
	}
	feed_push(feed, reading.bundle, true);
	position_of(appearance, &position);
	return feed_commit(feed, &whole, why);
}

/* Reads all, again if files changed meanwhile or if so much is gone that it has to be confirmed. */
static int source_load(const struct ldif_source *source, struct feed *feed, struct appearance *loaded,
                       struct error *why)
{
	struct appearance after;
	struct ldif_files files;
	int result;

	for (int i = 0; i < READS_MAX; i++) {
		if ((result = source_look(source, &files, loaded, why)) < 0)
			return result;
		result = files_load(feed, source->paths[0], &files, loaded, why);
		ldif_files_release(&files);
		if (result < 0)
			return result;
		if (result == FEED_HELD_BACK)
			continue;
		if ((result = source_look(source, &files, &after, why)) < 0)
			return result;
		ldif_files_release(&files);
		if (after.hash == loaded->hash)
			return 0;
	}
	return error_set(why, -EAGAIN, "%s: files change while they are read", source->paths[0]);
}

/* ---- following ---- */

/* What is known of the files between two looks. */
struct watch {
	struct appearance tried; /* as they were when they were read last */
	struct appearance last;  /* as they were at the last look */
	bool loaded;             /* that reading succeeded */
	instant tried_at;        /* clock_monotonic */
	instant true_at;         /* wall clock: when what is in force was last what the files say; 0: nothing is */
};

/* The files cannot be read, or are broken: what was read before stays in force, and people are told since when. */
static void files_lost(struct feed *feed, const struct watch *watch, struct error *why)
{
	char since[40];

	if (watch->true_at > 0) {
		clock_format_rfc3339(watch->true_at - watch->true_at % INSTANT_SECOND, since);
		error_prefix(why, -EIO, "what the files said at %s stays in force, since they cannot be read now: ", since);
	}
	feed_lost(feed, why);
}

static void source_try(const struct ldif_source *source, struct feed *feed, struct watch *watch)
{
	struct error why;
	int result;

	watch->tried = (struct appearance){0};
	watch->tried_at = clock_monotonic();
	result = source_load(source, feed, &watch->tried, &why);
	watch->last = watch->tried;
	watch->loaded = result == 0;
	if (result == 0)
		watch->true_at = clock_now();
	else if (!feed_stopping(feed))
		files_lost(feed, watch, &why);
}

/* Whether to read again: the files look otherwise than when they were read, and have for one interval (so that whoever
 * writes them is done); or the last reading failed some time ago. */
static bool source_look_again(const struct ldif_source *source, struct feed *feed, struct watch *watch)
{
	instant at = clock_monotonic();
	struct appearance now = {0};
	struct ldif_files files;
	struct position position;
	bool settled;

	if (source_look(source, &files, &now, NULL) == 0)
		ldif_files_release(&files);
	settled = now.hash == watch->last.hash;
	watch->last = now;
	if (now.hash != watch->tried.hash)
		return settled;
	if (!watch->loaded)
		return at - watch->tried_at > RETRY;
	position_of(&now, &position);
	feed_prove(feed, &position, at);
	watch->true_at = clock_now();
	return false;
}

static void ldif_source_run(struct source *base, struct feed *feed)
{
	const struct ldif_source *source = (const struct ldif_source *)base;
	struct watch watch = {.loaded = false};
	unsigned requests = FEED_RELOAD;

	while (!(requests & FEED_STOP)) {
		if ((requests & FEED_RELOAD) || source_look_again(source, feed, &watch))
			source_try(source, feed, &watch);
		feed_pause(feed, source->watch_ms);
		requests = feed_requests(feed);
	}
}

static void ldif_source_free(struct source *base)
{
	struct ldif_source *source = (struct ldif_source *)base;

	for (size_t i = 0; i < source->count; i++)
		free(source->paths[i]);
	free(source);
}

static const struct source_operations ldif_source_operations = {
	.kind = "ldif",
	.run = ldif_source_run,
	.free = ldif_source_free,
};

struct source *ldif_source_new(const struct ldif_source_options *options, struct error *why)
{
	struct ldif_source *source;

	if (!options->paths[0] || !source_name_valid(options->name)) {
		error_set(why, -EINVAL, "a source \"ldif\" needs a name and at least one path");
		return NULL;
	}
	source = memory_alloc(sizeof(*source));
	source->source.operations = &ldif_source_operations;
	memcpy(source->source.name, options->name, strlen(options->name) + 1);
	source->watch_ms = options->watch_ms > 0 ? options->watch_ms : 1000;
	while (source->count < LDIF_SOURCE_PATHS_MAX && options->paths[source->count]) {
		source->paths[source->count] = memory_string(options->paths[source->count]);
		source->count++;
	}
	return &source->source;
}

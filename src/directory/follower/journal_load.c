#include "directory/follower/journal_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "directory/follower/journal_reader.h"

/* ---- age ---- */

void journal_clocks_read(struct journal_clocks *clocks)
{
	struct timex timex = {.modes = 0};
	struct timespec awake;
	size_t length;
	char *boot = file_read("/proc/sys/kernel/random/boot_id", JOURNAL_BOOT_SIZE - 1, &length, NULL);

	clock_gettime(CLOCK_BOOTTIME, &awake);
	*clocks = (struct journal_clocks){
		.now = {.wall = clock_now(), .awake = (instant)awake.tv_sec * INSTANT_SECOND + awake.tv_nsec}};
	if (boot)
		memcpy(clocks->boot, boot, strcspn(boot, "\n"));
	free(boot);
	clocks->now.disciplined = adjtimex(&timex) >= 0 && !(timex.status & STA_UNSYNC);
}

int journal_age(const struct journal_moment *mark, const char *boot, const struct journal_clocks *clocks, instant *age,
                struct error *why)
{
	bool same = boot[0] != '\0' && strcmp(boot, clocks->boot) == 0;

	if (mark->wall < 0 || mark->awake < 0 || mark->wall > clocks->now.wall || (same && mark->awake > clocks->now.awake))
		return error_set(why, -ESTALE, "it was written in the future: the clock went back, and nobody knows how old it is");
	if (!same && !(clocks->now.disciplined && mark->disciplined))
		return error_set(why, -ESTALE, "it was written before the machine was started, and the clock is or was not synchronized: "
		                 "nobody knows how old it is");
	*age = clocks->now.wall - mark->wall;
	if (same && clocks->now.awake - mark->awake > *age)
		*age = clocks->now.awake - mark->awake;
	return 0;
}

/* ---- whose it is ---- */

static int head_check(struct journal_reader *reader, const struct journal_head *expected,
                      char boot[JOURNAL_BOOT_SIZE], struct error *why)
{
	struct journal_head head;
	int result = journal_reader_next(reader, why);

	if (result < 0)
		return result;
	if (result > 0 || reader->kind != JOURNAL_HEAD || !journal_read_head(reader->octets, reader->length, &head) ||
	    strlen(head.boot) >= JOURNAL_BOOT_SIZE)
		return error_set(why, -EBADMSG, "its beginning is broken");
	if (strcmp(head.version, expected->version) != 0)
		return error_set(why, -ESTALE, "another version wrote it: %.50s", head.version);
	if (strcmp(head.source, expected->source) != 0 || strcmp(head.identity, expected->identity) != 0 ||
	    strcmp(head.asked, expected->asked) != 0)
		return error_set(why, -ESTALE, "it was written with another configuration");
	memcpy(boot, head.boot, strlen(head.boot) + 1);
	return 0;
}

/* ---- how far it is good ---- */

struct extent {
	uint64_t begin, end; /* of what is taken: behind the head, behind the last mark */
	uint64_t before;     /* the head's sum */
	struct journal_moment mark;
	bool torn;
};

/* What may stand where. */
struct order {
	bool reading; /* within a whole read */
	bool whole;   /* one has ended */
};

static bool order_allows(struct order *order, enum journal_kind kind)
{
	switch (kind) {
	case JOURNAL_BEGIN:
		return !order->reading && (order->reading = true);
	case JOURNAL_CHANGES:
		return order->reading || order->whole;
	case JOURNAL_COMMIT:
		order->whole = order->reading;
		return order->reading && !(order->reading = false);
	case JOURNAL_MARK:
		return order->whole && !order->reading;
	case JOURNAL_NO_BLOCK:
	case JOURNAL_HEAD:
		break;
	}
	return false;
}

static int extent_find(struct journal_reader *reader, struct extent *extent, struct error *why)
{
	struct order order = {false, false};
	int result;

	*extent = (struct extent){.begin = reader->at, .before = reader->before};
	while ((result = journal_reader_next(reader, why)) == 0) {
		if (!order_allows(&order, reader->kind) ||
		    (reader->kind == JOURNAL_MARK && !journal_read_mark(reader->octets, reader->length, &extent->mark)))
			return error_set(why, -EBADMSG, "what stands before octet %llu does not belong there",
			                 (unsigned long long)reader->at);
		if (reader->kind == JOURNAL_MARK)
			extent->end = reader->at;
	}
	if (result < 0)
		return result;
	if (extent->end == 0)
		return error_set(why, -EBADMSG, "it ends before the source had been read whole");
	extent->torn = extent->end != reader->size;
	return 0;
}

/* ---- into the index ---- */

static int change_load(struct builder *builder, uint16_t source, const struct change *change, struct error *why)
{
	switch (change->kind) {
	case CHANGE_REMOVE:
		builder_remove(builder, source, change->record.key);
		return 0;
	case CHANGE_SEEN:
		builder_refresh_seen(builder, change->record.key);
		return 0;
	case CHANGE_PUT:
		break;
	}
	switch (builder_put(builder, source, &change->record, why)) {
	case BUILDER_DONE:
	case BUILDER_UNCHANGED:
		return 0;
	case BUILDER_OCCUPIED:
	case BUILDER_BAD_DN:
		break;
	}
	return error_prefix(why, -EEXIST, "an entry has no place in the index: ");
}

static int changes_load(const struct journal_reader *reader, struct arena *arena, struct builder *builder, uint16_t source,
                        struct position *position, struct error *why)
{
	struct journal_changes changes;
	int result = 0;

	if (!journal_read_changes(reader->octets, reader->length, arena, &changes))
		return error_set(why, -EBADMSG, "the entries before octet %llu are broken", (unsigned long long)reader->at);
	for (size_t i = 0; i < changes.count && result == 0; i++)
		result = change_load(builder, source, &changes.changes[i], why);
	if (changes.moved)
		position_join(position, &changes.position);
	return result;
}

static int commit_load(const struct journal_reader *reader, struct builder *builder, struct journal_loaded *loaded,
                       struct error *why)
{
	name_set_release(&loaded->end.covered);
	if (!journal_read_end(reader->octets, reader->length, &loaded->end))
		return error_set(why, -EBADMSG, "the end of a whole read is broken");
	snprintf(loaded->server, sizeof(loaded->server), "%s", loaded->end.server);
	loaded->end.server = "";
	loaded->position = loaded->end.position;
	builder_refresh_end(builder);
	return 0;
}

static int block_load(const struct journal_reader *reader, struct arena *arena, struct builder *builder, uint16_t source,
                      struct journal_loaded *loaded, struct error *why)
{
	switch (reader->kind) {
	case JOURNAL_BEGIN:
		builder_refresh_begin(builder, source);
		return 0;
	case JOURNAL_CHANGES:
		return changes_load(reader, arena, builder, source, &loaded->position, why);
	case JOURNAL_COMMIT:
		return commit_load(reader, builder, loaded, why);
	case JOURNAL_MARK:
	case JOURNAL_NO_BLOCK:
	case JOURNAL_HEAD:
		break;
	}
	return 0;
}

static int extent_load(struct journal_reader *reader, const struct extent *extent, struct builder *builder, uint16_t source,
                       struct journal_loaded *loaded, struct error *why)
{
	struct arena *arena = arena_new();
	int result = 0;

	reader->at = extent->begin;
	reader->before = extent->before;
	while (result == 0 && reader->at < extent->end) {
		result = journal_reader_next(reader, why);
		if (result == 0)
			result = block_load(reader, arena, builder, source, loaded, why);
		arena_reset(arena);
	}
	arena_free(arena);
	return result <= 0 ? result : error_set(why, -EIO, "it became shorter while it was read");
}

int journal_load_file(int file, const struct journal_head *expected, const struct journal_clocks *clocks,
                      struct builder *builder, uint16_t source, struct journal_loaded *loaded, struct error *why)
{
	char boot[JOURNAL_BOOT_SIZE];
	struct journal_reader reader;
	struct extent extent;
	int result;

	*loaded = (struct journal_loaded){.age = 0};
	if ((result = journal_reader_begin(&reader, file, why)) == 0 &&
	    (result = head_check(&reader, expected, boot, why)) == 0 &&
	    (result = extent_find(&reader, &extent, why)) == 0 &&
	    (result = journal_age(&extent.mark, boot, clocks, &loaded->age, why)) == 0)
		result = extent_load(&reader, &extent, builder, source, loaded, why);
	loaded->torn = result == 0 && extent.torn;
	journal_reader_release(&reader);
	return result;
}

/* ---- the file ---- */

static int file_check(int file, struct error *why)
{
	struct stat status;

	if (fstat(file, &status) < 0)
		return error_set(why, -errno, "%s", strerror(errno));
	if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || status.st_nlink != 1)
		return error_set(why, -EPERM, "it is no file of the gateway's own");
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return error_set(why, -EPERM, "others can read or write it: its mode must be 0600");
	return 0;
}

int journal_load(int folder, const char *name, const struct journal_head *expected, const struct journal_clocks *clocks,
                 struct builder *builder, uint16_t source, struct journal_loaded *loaded, struct error *why)
{
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), result;

	*loaded = (struct journal_loaded){.age = 0};
	if (file < 0)
		return errno == ENOENT ? JOURNAL_NONE : error_set(why, -errno, "%s", strerror(errno));
	result = file_check(file, why);
	if (result == 0)
		result = journal_load_file(file, expected, clocks, builder, source, loaded, why);
	close(file);
	return result;
}

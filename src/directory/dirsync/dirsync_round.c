/* Changes.  DirSync says which objects have changed, not what follows from it: when an entry is renamed, moved or
 * deleted, the server rewrites all that names it or something below it, without a word.  So these entries are read again,
 * too, and handed over in one bundle with what changed: nobody sees a group whose members have no entries.  And before it
 * is handed over the server is asked once more whether something was moved while it was read. */
#include "directory/dirsync/dirsync_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/dirsync/known.h"
#include "model/dn.h"

#define OBJECTS_MAX 4096        /* of one round; with more, reading whole is quicker */
#define BUNDLES_MAX 32
#define OCTETS_MAX  (64u << 20) /* in a bundle that is to be applied at once */
#define SETTLE_MAX  5           /* times that something is moved while it is read */
#define LATER       2           /* other sources have not been read yet: nobody knows what names what */

struct place {
	char key[DIRSYNC_GUID_SIZE];
	const char *dn;
};

struct gathering {
	struct dirsync_run *run;
	struct dirsync_entries entries;
	struct dirsync_guids changed;   /* what was reported, and what names it */
	struct dirsync_guids referring; /* what names the places where entries are now */
	struct dirsync_guids *adding;   /* one of these */
	bool tied;                      /* all must be applied at once */
	struct arena *arena;
	struct place *places;           /* of the entries that came */
	size_t place_count, place_capacity;
	struct bundle *bundles[BUNDLES_MAX];
	size_t bundle_count;
	bool overflowed;
};

/* ---- taking ---- */

static void bundle_gather(void *context, struct bundle *bundle)
{
	struct gathering *gathering = context;

	if (gathering->bundle_count < BUNDLES_MAX) {
		gathering->bundles[gathering->bundle_count++] = bundle;
	} else {
		bundle_free(bundle);
		gathering->overflowed = true;
	}
}

static void entry_gather(void *context, const struct dirsync_guid *guid, const struct record *record)
{
	struct gathering *gathering = context;
	struct place *place;

	if (gathering->place_count == gathering->place_capacity) {
		gathering->place_capacity = gathering->place_capacity > 0 ? gathering->place_capacity * 2 : 64;
		gathering->places = memory_resize(gathering->places, gathering->place_capacity, sizeof(*gathering->places));
	}
	place = &gathering->places[gathering->place_count++];
	dirsync_guid_print(guid, place->key);
	place->dn = arena_octets(gathering->arena, record->dn, record->dn_length);
	dirsync_guids_mark(&gathering->changed, guid);
	dirsync_guids_mark(&gathering->referring, guid);
}

static void gathering_init(struct gathering *gathering, struct dirsync_run *run)
{
	*gathering = (struct gathering){.run = run, .arena = arena_new()};
	gathering->entries = (struct dirsync_entries){.link = &run->link, .base = run->source->server->base, .asked = &run->asked,
	                                              .entry = entry_gather, .hand_over = bundle_gather,
	                                              .context = gathering, .octets_max = OCTETS_MAX};
}

static void gathering_release(struct gathering *gathering)
{
	for (size_t i = 0; i < gathering->bundle_count; i++)
		bundle_free(gathering->bundles[i]);
	dirsync_entries_release(&gathering->entries);
	dirsync_guids_release(&gathering->changed);
	dirsync_guids_release(&gathering->referring);
	free(gathering->places);
	arena_free(gathering->arena);
}

/* ---- what is concerned ---- */

static void referrer_add(void *context, const char *key)
{
	struct gathering *gathering = context;
	struct dirsync_guid guid;

	if (!dirsync_guid_parse(key, &guid))
		return;
	dirsync_guids_add(gathering->adding, &guid);
	gathering->tied = true;
}

struct surroundings {
	const struct known *known;
	const char *base;
};

static bool is_below(const char *dn, const char *base)
{
	struct arena *arena = arena_new();
	struct dn below, above;
	bool is = dn_parse(dn, strlen(dn), arena, &below, NULL) == 0 &&
	          dn_parse(base, strlen(base), arena, &above, NULL) == 0 && below.count >= above.count;

	for (uint32_t i = 0; is && i < above.count; i++)
		is = strcmp(above.rdns[i].normal, below.rdns[below.count - above.count + i].normal) == 0;
	arena_free(arena);
	return is;
}

/* An entry that the index has, or should have. */
static bool entry_matters(void *context, const char *key, const char *dn)
{
	const struct surroundings *surroundings = context;

	return known_has(surroundings->known, key) || is_below(dn, surroundings->base);
}

/* An object was renamed, moved, undeleted or deleted.  One that the index does not have may hold entries that it has, may
 * bring some with it, or come back with all that named it before it was deleted. */
static int moved_add(struct gathering *gathering, const struct known *known, const struct dirsync_report *report,
                     struct error *why)
{
	struct surroundings surroundings = {known, gathering->run->source->server->base};
	const struct dirsync_probe probe = {entry_matters, &surroundings};
	char key[DIRSYNC_GUID_SIZE];
	int result;

	dirsync_guid_print(&report->guid, key);
	if (known_has(known, key)) {
		known_referrers(known, key, referrer_add, gathering);
		gathering->tied = gathering->tied || report->moved;
		/* memberOf of whoever is in it changes, too. */
		return gathering->run->asked.members ? DIRSYNC_READ_WHOLE : 0;
	}
	if (!report->moved)
		return 0;
	result = dirsync_entries_below(&gathering->entries, &report->guid, &probe, why);
	return result == DIRSYNC_ANY_BELOW ? DIRSYNC_READ_WHOLE : result;
}

static int changed_find(struct gathering *gathering, const struct known *known, struct error *why)
{
	const struct dirsync_reports *pending = &gathering->run->pending;
	int result = 0;

	gathering->adding = &gathering->changed;
	for (size_t i = 0; i < pending->count && result == 0; i++) {
		const struct dirsync_report *report = &pending->items[i];

		dirsync_guids_add(&gathering->changed, &report->guid);
		if (report->moved || report->deleted)
			result = moved_add(gathering, known, report, why);
	}
	dirsync_guids_settle(&gathering->changed);
	if (gathering->changed.overflowed || gathering->changed.count > OBJECTS_MAX)
		return DIRSYNC_READ_WHOLE;
	return result;
}

/* What is at a place where it was not: whatever in the index names this place meant something that has gone. */
static void referring_find(struct gathering *gathering, const struct known *known)
{
	struct dirsync_guids *referring = &gathering->referring;
	size_t kept = 0;
	bool tied = gathering->tied;

	gathering->adding = referring;
	for (size_t i = 0; i < gathering->place_count; i++)
		if (!known_is_at(known, gathering->places[i].key, gathering->places[i].dn))
			known_referrers_of_dn(known, gathering->places[i].dn, referrer_add, gathering);
	for (size_t i = 0; i < referring->count; i++)
		if (!dirsync_guids_has(&gathering->changed, &referring->items[i]))
			referring->items[kept++] = referring->items[i];
	referring->count = kept;
	dirsync_guids_settle(referring);
	gathering->tied = tied || kept > 0;
}

/* ---- reading ---- */

static bool is_deleted(const struct gathering *gathering, const struct dirsync_guid *guid)
{
	const struct dirsync_reports *pending = &gathering->run->pending;
	bool deleted = false;

	for (size_t i = 0; i < pending->count; i++)
		if (memcmp(&pending->items[i].guid, guid, sizeof(*guid)) == 0)
			deleted = pending->items[i].deleted;
	return deleted;
}

/* First what has left its place: another entry may have it by now.  What holds others stays until it is put anew, as that
 * takes along what it holds. */
static void leaving_remove(struct gathering *gathering, const struct known *known)
{
	const struct dirsync_reports *pending = &gathering->run->pending;
	char key[DIRSYNC_GUID_SIZE];

	for (size_t i = 0; i < pending->count; i++) {
		const struct dirsync_report *report = &pending->items[i];

		dirsync_guid_print(&report->guid, key);
		if (is_deleted(gathering, &report->guid) || (report->moved && !known_has_below(known, key)))
			dirsync_entries_remove(&gathering->entries, &report->guid);
	}
}

/* What was not found is gone, has been moved out of the base, or means nothing any more.  What stood below it would stay
 * where nothing is. */
static int absent_remove(struct gathering *gathering, const struct known *known, const struct dirsync_guids *guids)
{
	char key[DIRSYNC_GUID_SIZE];

	for (size_t i = 0; i < guids->count; i++) {
		if (guids->found[i] || is_deleted(gathering, &guids->items[i]))
			continue;
		dirsync_guid_print(&guids->items[i], key);
		if (known_has_below(known, key))
			return DIRSYNC_READ_WHOLE;
		dirsync_entries_remove(&gathering->entries, &guids->items[i]);
	}
	return 0;
}

static int guids_read(struct gathering *gathering, const struct known *known, const struct dirsync_guids *guids,
                      struct error *why)
{
	int result = dirsync_entries_fetch(&gathering->entries, guids->items, guids->count, why);

	return result < 0 ? result : absent_remove(gathering, known, guids);
}

static int gather_with(struct gathering *gathering, const struct known *known, struct error *why)
{
	int result = changed_find(gathering, known, why);

	if (result == 0) {
		leaving_remove(gathering, known);
		result = guids_read(gathering, known, &gathering->changed, why);
	}
	if (result == 0) {
		referring_find(gathering, known);
		result = guids_read(gathering, known, &gathering->referring, why);
	}
	if (result != 0)
		return result;
	dirsync_entries_flush(&gathering->entries);
	return gathering->overflowed || (gathering->tied && gathering->bundle_count > 1) ? DIRSYNC_READ_WHOLE : 0;
}

static int gather(struct gathering *gathering, struct error *why)
{
	struct known *known = known_open(gathering->run->feed);
	int result = known ? gather_with(gathering, known, why) : LATER;

	known_close(known);
	return result;
}

/* ---- handing over ---- */

static void bundles_push(struct gathering *gathering)
{
	for (size_t i = 0; i < gathering->bundle_count; i++)
		feed_push(gathering->run->feed, gathering->bundles[i], false);
	gathering->bundle_count = 0;
}

static bool any_moved(const struct dirsync_reports *reports, size_t from)
{
	for (size_t i = from; i < reports->count; i++)
		if (reports->items[i].moved)
			return true;
	return reports->overflowed;
}

static void reports_drop(struct dirsync_reports *reports, size_t count)
{
	if (reports->count > count)
		memmove(reports->items, reports->items + count, (reports->count - count) * sizeof(*reports->items));
	reports->count -= count;
}

/* One attempt.  DIRSYNC_MOVED: something was moved meanwhile. */
#define DIRSYNC_MOVED 3
static int pending_try(struct dirsync_run *run, struct error *why)
{
	struct gathering gathering;
	size_t count = run->pending.count;
	int result;

	gathering_init(&gathering, run);
	result = gather(&gathering, why);
	if (result == 0)
		result = dirsync_observe(run, why);
	if (result == 0 && any_moved(&run->pending, count))
		result = DIRSYNC_MOVED;
	if (result == 0) {
		bundles_push(&gathering);
		reports_drop(&run->pending, count);
	}
	gathering_release(&gathering);
	return result;
}

static int pending_hand_over(struct dirsync_run *run, struct error *why)
{
	int result = DIRSYNC_MOVED;

	for (int i = 0; i < SETTLE_MAX && result == DIRSYNC_MOVED; i++)
		result = run->pending.count > OBJECTS_MAX ? DIRSYNC_READ_WHOLE : pending_try(run, why);
	return result == DIRSYNC_MOVED ? DIRSYNC_READ_WHOLE : result;
}

/* An identity that is not told of deletions cannot prove anything but by reading whole.  What a round has found, a whole
 * read on its way finds too (dirsync_observe): it is not behind for what is told here. */
static void prove(struct dirsync_run *run, const struct position *position, instant at)
{
	struct position reached;
	struct bundle *bundle;

	if (run->whole.going)
		position_join(&run->whole.position, position);
	if (!run->server.shows_deletes)
		return;
	feed_position(run->feed, &reached);
	if (!position_reached(&reached, position)) {
		bundle = bundle_new();
		bundle_position(bundle, position);
		feed_push(run->feed, bundle, false);
	}
	feed_prove(run->feed, position, at);
}

int dirsync_observe(struct dirsync_run *run, struct error *why)
{
	struct dirsync_reports reports = {0};
	int result = dirsync_changes_read(&run->link, run->server.context, &run->changes, &reports, why);

	dirsync_reports_append(&run->pending, &reports);
	if (run->whole.going)
		dirsync_reports_append(&run->whole.dirty, &reports);
	dirsync_reports_release(&reports);
	return result;
}

int dirsync_round(struct dirsync_run *run, struct error *why)
{
	const instant at = clock_monotonic();
	struct position position;
	int result = dirsync_server_position(&run->link, &run->server, &position, why);

	if (result == 0)
		result = dirsync_observe(run, why);
	if (result == 0 && run->pending.count > 0)
		result = pending_hand_over(run, why);
	if (result == 0)
		prove(run, &position, at);
	return result == LATER ? 0 : result;
}

#include "directory/poll/poll_reader.h"

#include <errno.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "directory/follower/record_time.h"
#include "directory/poll/change_times.h"
#include "directory/poll/id_table.h"
#include "directory/server/entry_id.h"
#include "directory/server/entry_reader.h"
#include "directory/server/paged_search.h"
#include "directory/server/read_check.h"
#include "directory/server/selection.h"
#include "directory/server/server_reach.h"
#include "model/dn.h"

/* A time of change that is so far ahead of our clock was not stamped by a server that can tell the time. */
#define AHEAD_MAX (3600 * INSTANT_SECOND)

struct poll_reader {
	const struct server_options *options;
	const struct poll_past *past;
	struct session *session;
	struct name_set names;      /* of attributes, which the policy named when it was reached */
	struct selection selection; /* of the last whole read */
	char **attributes;          /* the selection's, and those of ids */
	struct id_table *table;
	struct change_times times;
	struct entry_reader entries;
	bool unsearchable;          /* by the time of change */
	bool paged;                 /* the server gives pages, now or on the connection before */
};

/* ---- life ---- */

int poll_reader_open(const struct server_options *options, instant overlap, const struct poll_past *past,
                     struct session_health *health, struct feed *feed, struct poll_reader **reader, struct error *why)
{
	struct server_reached reached;
	int result = server_reach(options, options->without_policy ? 0 : REACH_SCHEMA | REACH_NAMES, health, feed, &reached,
	                          why);

	if (result < 0)
		return result;
	*reader = memory_alloc(sizeof(**reader));
	(*reader)->options = options;
	(*reader)->past = past;
	(*reader)->session = reached.session;
	(*reader)->names = reached.names;
	(*reader)->table = id_table_new();
	(*reader)->paged = past->paged && past->uri == session_uri_index(reached.session);
	change_times_init(&(*reader)->times, overlap);
	return 0;
}

void poll_reader_close(struct poll_reader *reader)
{
	if (!reader)
		return;
	selection_release(&reader->selection);
	free(reader->attributes);
	name_set_release(&reader->names);
	id_table_free(reader->table);
	entry_reader_release(&reader->entries);
	session_close(reader->session);
	free(reader);
}

void poll_reader_past(const struct poll_reader *reader, struct poll_past *past)
{
	*past = (struct poll_past){session_uri_index(reader->session), reader->paged, reader->times};
}

const struct session *poll_reader_session(const struct poll_reader *reader)
{
	return reader->session;
}

bool poll_reader_sees_changes(const struct poll_reader *reader)
{
	return reader->times.known && !reader->unsearchable;
}

/* ---- entries ---- */

/* A search whose entries are handed over. */
struct reading {
	struct poll_reader *reader;
	struct feed *feed;
	struct bundle *bundle;
	bool whole; /* as part of a whole read */
	struct read_check check;
	instant latest; /* of the times of change; INSTANT_MIN: none */
};

static void reading_begin(struct reading *reading, struct poll_reader *reader, struct feed *feed, bool whole)
{
	*reading = (struct reading){
		.reader = reader, .feed = feed, .bundle = bundle_new(), .whole = whole, .latest = INSTANT_MIN};
}

static void reading_push(struct reading *reading)
{
	if (bundle_is_empty(reading->bundle))
		bundle_free(reading->bundle);
	else
		feed_push(reading->feed, reading->bundle, reading->whole);
	reading->bundle = NULL;
}

static void message_free(void *message)
{
	ldap_msgfree(message);
}

/* What was asked for to know the entry by is not part of it, unless it was selected too. */
static void leave_out_ids(const struct poll_reader *reader, struct record *record, struct arena *arena)
{
	struct record_attribute *kept = arena_array(arena, record->count, sizeof(*kept));
	size_t count = 0;

	for (size_t i = 0; i < record->count; i++) {
		const char *name = record->attributes[i].name;

		if (!entry_id_is_attribute(name) ||
		    name_set_has(&reader->selection.names, attribute_canonical(name, arena)))
			kept[count++] = record->attributes[i];
	}
	record->attributes = kept;
	record->count = count;
}

static void note_time(struct reading *reading, instant changed)
{
	if (changed > reading->latest && changed < clock_now() + AHEAD_MAX)
		reading->latest = changed;
}

/* The bundle has the message if it returns 0. */
static int entry_put(struct reading *reading, LDAP *ldap, LDAPMessage *message, struct error *why)
{
	struct arena *arena = bundle_arena(reading->bundle);
	struct record record;
	struct entry_id id;
	size_t octets;
	int result;

	if (!entry_reader_read(&reading->reader->entries, ldap, message, arena, &record, &octets))
		return error_set(why, -EPROTO, "%s: an entry cannot be decoded", session_uri(reading->reader->session));
	if ((result = entry_id_read(&record, arena, &id, why)) < 0)
		return result;
	read_check_count(&reading->check, &record);
	note_time(reading, id.changed);
	record_note_changed(&record);
	leave_out_ids(reading->reader, &record, arena);
	record.key = id.key;
	bundle_put(reading->bundle, &record);
	bundle_keep(reading->bundle, message, message_free, octets);
	id_table_put(reading->reader->table, id.key, record.dn, record.dn_length, id.changed);
	return 0;
}

static int take_entry(void *context, LDAP *ldap, LDAPMessage *message, struct error *why)
{
	struct reading *reading = context;
	int result = entry_put(reading, ldap, message, why);

	if (result < 0)
		ldap_msgfree(message);
	else if (bundle_is_full(reading->bundle)) {
		feed_push(reading->feed, reading->bundle, reading->whole);
		reading->bundle = bundle_new();
	}
	return result;
}

static int search(struct reading *reading, const char *base, int scope, const char *filter, struct error *why)
{
	struct poll_reader *reader = reading->reader;
	const struct paged_search query = {
		.base = base,
		.scope = scope,
		.filter = filter,
		.attributes = reader->attributes,
		.answer_ms = reader->options->session->answer_ms,
		.paged = &reader->paged,
	};

	return paged_search(reader->session, reading->feed, &query, take_entry, reading, why);
}

/* ---- the list of ids ---- */

struct listing {
	struct poll_reader *reader;
	struct arena *arena;
	struct read_check check;
};

static int take_id(void *context, LDAP *ldap, LDAPMessage *message, struct error *why)
{
	struct listing *listing = context;
	struct record record;
	struct entry_id id;
	size_t octets;
	int result = 0;

	arena_reset(listing->arena);
	if (!entry_reader_read(&listing->reader->entries, ldap, message, listing->arena, &record, &octets))
		result = error_set(why, -EPROTO, "%s: an entry cannot be decoded", session_uri(listing->reader->session));
	else
		result = entry_id_read(&record, listing->arena, &id, why);
	if (result == 0) {
		read_check_count(&listing->check, &record);
		id_table_list_has(listing->reader->table, id.key, record.dn, record.dn_length, id.changed);
	}
	ldap_msgfree(message);
	return result;
}

/* The ids, and the class for the reason that read_check.h gives. */
static char **list_attributes(void)
{
	static const char class[] = "objectClass";
	size_t count = 0;
	char **names;

	while (entry_id_attributes[count])
		count++;
	names = memory_array(count + 2, sizeof(*names));
	memcpy(names, entry_id_attributes, count * sizeof(*names));
	names[count] = (char *)(uintptr_t)class;
	return names;
}

static int list_read(struct poll_reader *reader, struct feed *feed, struct error *why)
{
	struct listing listing = {.reader = reader, .arena = arena_new()};
	char **names = list_attributes();
	const struct paged_search query = {
		.base = reader->options->base,
		.scope = LDAP_SCOPE_SUBTREE,
		.filter = reader->selection.filter,
		.attributes = names,
		.answer_ms = reader->options->session->answer_ms,
		.paged = &reader->paged,
	};
	int result;

	id_table_list_begin(reader->table);
	result = paged_search(reader->session, feed, &query, take_id, &listing, why);
	if (result == 0)
		result = read_check_result(&listing.check, reader->session, reader->options->base, reader->options->without_policy,
		                           why);
	if (result == 0)
		id_table_list_end(reader->table);
	free(names);
	arena_free(listing.arena);
	return result == 0 ? 0 : result < 0 ? result : -ENOENT;
}

/* Reads what the last list found different, one by one.  *left: so many were not there any more, or not so. */
static int rows_read(struct poll_reader *reader, struct feed *feed, size_t *left, struct error *why)
{
	struct reading reading;
	struct id_row *row;
	int result = 0;

	*left = 0;
	reading_begin(&reading, reader, feed, true);
	for (size_t i = 0; result >= 0 && (row = id_table_row(reader->table, i)) != NULL; i++) {
		if (!id_row_is_to_read(row))
			continue;
		result = search(&reading, row->dn, LDAP_SCOPE_BASE, reader->selection.filter, why);
		*left += id_row_is_to_read(row);
	}
	reading_push(&reading);
	return result < 0 ? result : 0;
}

/* ---- everything ---- */

static int selection_renew(struct poll_reader *reader, struct feed *feed, struct error *why)
{
	const struct server_options *options = reader->options;
	struct name_set wanted = {0};
	size_t count, ids = 0;
	int result;

	feed_wanted(feed, &wanted);
	for (size_t i = 0; i < reader->names.count; i++)
		name_set_add(&wanted, reader->names.items[i]);
	selection_release(&reader->selection);
	result = selection_make(options->settings, &wanted, options->attributes, &reader->selection, why);
	name_set_release(&wanted);
	count = reader->selection.names.count;
	while (entry_id_attributes[ids])
		ids++;
	free(reader->attributes);
	reader->attributes = memory_array(count + ids + 1, sizeof(*reader->attributes));
	memcpy(reader->attributes, reader->selection.attributes, count * sizeof(*reader->attributes));
	memcpy(reader->attributes + count, entry_id_attributes, ids * sizeof(*reader->attributes));
	return result;
}

static int everything_read(struct poll_reader *reader, struct feed *feed, struct error *why)
{
	struct reading reading;
	instant begun = clock_monotonic();
	int result;

	id_table_free(reader->table);
	reader->table = id_table_new();
	reading_begin(&reading, reader, feed, true);
	result = search(&reading, reader->options->base, LDAP_SCOPE_SUBTREE, reader->selection.filter, why);
	reading_push(&reading);
	if (result == 0)
		result = read_check_result(&reading.check, reader->session, reader->options->base, reader->options->without_policy,
		                           why);
	if (result == 0) {
		change_times_read(&reader->times, begun, clock_monotonic(), reading.latest);
		if (reader->past->uri == session_uri_index(reader->session))
			change_times_inherit(&reader->times, &reader->past->times);
	}
	return result == 0 ? 0 : result < 0 ? result : -ENOENT;
}

/* A search that goes on while entries are moved may miss one: a list shows it. */
static int what_escaped_read(struct poll_reader *reader, struct feed *feed, struct error *why)
{
	size_t left = 1;
	int result = 0;

	for (int i = 0; i < POLL_LISTS_MAX && left > 0; i++) {
		if ((result = list_read(reader, feed, why)) < 0 || (result = rows_read(reader, feed, &left, why)) < 0)
			return result;
	}
	return left == 0 ? 0
	                 : error_set(why, -EAGAIN, "%s: entries come and go faster than they can be read; it is tried again",
	                             session_uri(reader->session));
}

/* Until which time of change everything has been read, once the list of ids has been, too. */
static void position_now(const struct poll_reader *reader, struct position *position)
{
	char text[CHANGE_TIME_SIZE];

	*position = (struct position){0};
	if (!reader->times.known)
		return;
	change_time_print(reader->times.covered, text);
	position_advance(position, "time", text);
}

static int commit(struct poll_reader *reader, struct feed *feed, const struct position *position, instant begun,
                  struct error *why)
{
	const struct feed_whole whole = {
		.position = position,
		.covered = &reader->selection.names,
		.begun = begun,
		.server = session_uri(reader->session),
	};
	int result = feed_commit(feed, &whole, why);

	if (result == FEED_BEHIND) {
		error_prefix(why, -ESTALE, "%s: ", session_uri(reader->session));
		return POLL_BEHIND;
	}
	return result == FEED_HELD_BACK ? POLL_HELD_BACK : result;
}

int poll_reader_whole(struct poll_reader *reader, struct feed *feed, bool reconcile, struct error *why)
{
	instant begun = clock_monotonic();
	struct position position;
	int result;

	if (feed_begin(feed, reconcile) == FEED_BUSY)
		return POLL_BUSY;
	if ((result = selection_renew(reader, feed, why)) < 0 || (result = everything_read(reader, feed, why)) < 0 ||
	    (result = what_escaped_read(reader, feed, why)) < 0) {
		feed_abandon(feed);
		return result;
	}
	position_now(reader, &position);
	return commit(reader, feed, &position, begun, why);
}

/* ---- what was changed ---- */

/* *found: so many. */
static int changes_read(struct poll_reader *reader, struct feed *feed, uint64_t *found, struct error *why)
{
	struct reading reading;
	struct text filter;
	char since[CHANGE_TIME_SIZE];
	instant begun = clock_monotonic();
	int result;

	change_time_print(change_times_since(&reader->times), since);
	text_init(&filter, strlen(reader->selection.filter) + 100);
	text_print(&filter, "(&(modifyTimestamp>=%s)%s)", since, reader->selection.filter);
	reading_begin(&reading, reader, feed, false);
	result = search(&reading, reader->options->base, LDAP_SCOPE_SUBTREE, text_string(&filter), why);
	text_release(&filter);
	reading_push(&reading);
	if (result == 0)
		change_times_read(&reader->times, begun, clock_monotonic(), reading.latest);
	*found = reading.check.entries;
	return result == 0 ? 0 : result < 0 ? result : -ENOENT;
}

int poll_reader_changes(struct poll_reader *reader, struct feed *feed, struct error *why)
{
	uint64_t found;

	return changes_read(reader, feed, &found, why);
}

/* ---- both, and what follows from the list ---- */

/* Is there an entry that a search for what was stamped since then should have found? */
static bool table_has_since(const struct poll_reader *reader, instant since)
{
	const struct id_row *row;

	for (size_t i = 0; (row = id_table_row(reader->table, i)) != NULL; i++)
		if (row->changed >= since && row->missed == 0 && !row->unread)
			return true;
	return false;
}

/* Hands over that these are there. */
static void seen_push(const struct poll_reader *reader, struct feed *feed)
{
	struct bundle *bundle = bundle_new();
	const struct id_row *row;

	for (size_t i = 0; (row = id_table_row(reader->table, i)) != NULL; i++) {
		if (row->put || id_row_is_gone(row))
			continue;
		bundle_seen(bundle, row->key);
		if (bundle_is_full(bundle)) {
			feed_push(feed, bundle, true);
			bundle = bundle_new();
		}
	}
	feed_push(feed, bundle, true);
}

/* Changes what the list found different, as a whole read in which all that is as it was is only mentioned.  Entries that
 * are put go first: those that were moved along with them are then where they are mentioned. */
static int differences_commit(struct poll_reader *reader, struct feed *feed, const struct position *position,
                              instant begun, struct error *why)
{
	size_t left;
	int result;

	if (feed_begin(feed, false) == FEED_BUSY)
		return POLL_BUSY;
	id_table_forget_puts(reader->table);
	result = rows_read(reader, feed, &left, why);
	if (result < 0 || left > 0) {
		feed_abandon(feed);
		id_table_undo_puts(reader->table);
		return result < 0 ? result : POLL_AGAIN;
	}
	seen_push(reader, feed);
	result = commit(reader, feed, position, begun, why);
	if (result == 0)
		id_table_drop_gone(reader->table);
	else
		id_table_undo_puts(reader->table);
	return result;
}

static void prove(struct feed *feed, const struct position *position, instant begun)
{
	const struct position nowhere = {0};
	struct bundle *bundle;

	if (position->count > 0) {
		bundle = bundle_new();
		bundle_position(bundle, position);
		feed_push(feed, bundle, false);
	}
	feed_prove(feed, &nowhere, begun);
}

int poll_reader_pair(struct poll_reader *reader, struct feed *feed, struct error *why)
{
	instant begun = clock_monotonic(), since = change_times_since(&reader->times);
	struct position position;
	struct id_tally tally;
	uint64_t found;
	int result;

	if ((result = changes_read(reader, feed, &found, why)) < 0 || (result = list_read(reader, feed, why)) < 0)
		return result;
	position_now(reader, &position);
	if (found == 0 && table_has_since(reader, since)) {
		reader->unsearchable = true;
		return POLL_WHOLE;
	}
	if (id_table_count(reader->table).missed > 0 && (result = list_read(reader, feed, why)) < 0)
		return result;
	tally = id_table_count(reader->table);
	if (tally.to_read > POLL_ROWS_MAX)
		return POLL_WHOLE;
	if (tally.to_read > 0 || tally.gone > 0)
		return differences_commit(reader, feed, &position, begun, why);
	prove(feed, &position, begun);
	return 0;
}

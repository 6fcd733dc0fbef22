/* Reading whole: the pages of an ordinary search, between two questions what has changed.  What has changed meanwhile is
 * read again; if something was moved, parts of the reading may name it as it was and others as it is, and all is read
 * anew. */
#include "directory/dirsync/dirsync_parts.h"

#include <errno.h>
#include <string.h>

#include "directory/server/policy_names.h"
#include "directory/server/selection.h"

#define RESTARTS_MAX 5

static void entries_push(void *context, struct bundle *bundle)
{
	struct dirsync_run *run = context;

	feed_push(run->feed, bundle, true);
}

static void whole_end(struct dirsync_run *run)
{
	struct dirsync_whole *whole = &run->whole;

	dirsync_entries_release(&whole->entries);
	dirsync_asked_release(&whole->asked);
	dirsync_reports_release(&whole->dirty);
	dirsync_guids_release(&whole->again);
	ber_memfree(whole->page.bv_val);
	*whole = (struct dirsync_whole){.restarts = whole->restarts};
	run->changes.attributes = run->asked.watched;
	run->changes.members = run->asked.members;
}

void dirsync_whole_abandon(struct dirsync_run *run)
{
	if (!run->whole.going)
		return;
	feed_abandon(run->feed);
	whole_end(run);
}

/* What is asked for only grows while a connection lasts: changes are told and read with it. */
static int whole_ask(struct dirsync_run *run, struct error *why)
{
	const struct server_options *server = run->source->server;
	struct name_set wanted = {0};
	int result;

	feed_wanted(run->feed, &wanted);
	for (size_t i = 0; i < run->asked.covered.count; i++)
		name_set_add(&wanted, run->asked.covered.items[i]);
	if (!run->loaded && !server->without_policy)
		policy_names_read(run->link.session, server->base, server->session->answer_ms, &wanted);
	result = dirsync_asked_make(server->settings, &wanted, server->attributes, &run->whole.asked,
	                            why);
	name_set_release(&wanted);
	run->changes.attributes = run->whole.asked.watched;
	run->changes.members = run->whole.asked.members;
	return result;
}

/* Does the policy name attributes that are not read yet?  Then every entry may be another one. */
static bool is_widening(const struct dirsync_run *run)
{
	struct name_set wanted = {0};
	bool widening = false;

	feed_wanted(run->feed, &wanted);
	for (size_t i = 0; i < wanted.count; i++)
		widening = widening || !name_set_has(&run->asked.covered, wanted.items[i]);
	name_set_release(&wanted);
	return widening;
}

int dirsync_whole_begin(struct dirsync_run *run, struct error *why)
{
	struct dirsync_whole *whole = &run->whole;
	int result;

	if (feed_begin(run->feed, run->following && !is_widening(run)) == FEED_BUSY)
		return FEED_BUSY;
	if (!run->following)
		dirsync_reports_clear(&run->pending); /* reading finds what they are about */
	whole->going = true;
	whole->begun = clock_monotonic();
	result = whole_ask(run, why);
	whole->entries = (struct dirsync_entries){.link = &run->link, .base = run->source->server->base, .asked = &whole->asked,
	                                          .hand_over = entries_push, .context = run};
	if (result == 0)
		result = dirsync_server_position(&run->link, &run->server, &whole->position, why);
	if (result == 0 && feed_compare(run->feed, session_uri(run->link.session), &whole->position, NULL, why) == FEED_BEHIND)
		result = -ESTALE;
	if (result == 0 && !run->changes.cookie.bv_val)
		result = dirsync_changes_skip(&run->link, run->server.context, &run->changes, why);
	return result;
}

/* ---- its end ---- */

/* A name that was given up and taken again while it was read may stand for the one and for the other. */
static bool is_torn(const struct dirsync_reports *reports)
{
	bool moved = false, made = false, deleted = false;

	for (size_t i = 0; i < reports->count; i++) {
		moved = moved || reports->items[i].moved;
		made = made || reports->items[i].made;
		deleted = deleted || reports->items[i].deleted;
	}
	return moved || (made && deleted) || reports->overflowed;
}

static void dirty_found(void *context, const struct dirsync_guid *guid, const struct record *record)
{
	struct dirsync_run *run = context;

	(void)record;
	dirsync_guids_mark(&run->whole.again, guid);
}

/* Reads again what has changed; what is not there now may have been put before. */
static int read_dirty(struct dirsync_run *run, struct error *why)
{
	struct dirsync_whole *whole = &run->whole;
	struct dirsync_guids *again = &whole->again;
	int result;

	for (size_t i = 0; i < whole->dirty.count; i++)
		dirsync_guids_add(again, &whole->dirty.items[i].guid);
	dirsync_guids_settle(again);
	whole->entries.entry = dirty_found;
	result = dirsync_entries_fetch(&whole->entries, again->items, again->count, why);
	for (size_t i = 0; i < again->count && result == 0; i++)
		if (!again->found[i])
			dirsync_entries_remove(&whole->entries, &again->items[i]);
	return result;
}

/* All that was reported before the last `fresh` ones is in what was read; but what names the deleted may be, too. */
static void pending_forget_read(struct dirsync_reports *pending, size_t fresh)
{
	size_t kept = 0;

	for (size_t i = 0; i < pending->count; i++)
		if (pending->items[i].deleted || i + fresh >= pending->count)
			pending->items[kept++] = pending->items[i];
	pending->count = kept;
}

static int whole_commit(struct dirsync_run *run, struct error *why)
{
	struct dirsync_whole *whole = &run->whole;
	const struct feed_whole end = {.position = &whole->position, .covered = &whole->asked.covered, .begun = whole->begun,
	                               .server = session_uri(run->link.session)};
	int result = feed_commit(run->feed, &end, why);

	whole->restarts = 0;
	if (result == 0) {
		dirsync_asked_release(&run->asked);
		run->asked = whole->asked;
		whole->asked = (struct dirsync_asked){0};
		run->following = run->loaded = true;
	}
	whole_end(run);
	if (result == FEED_BEHIND)
		return -ESTALE; /* another server may be further */
	return result == 0 ? DIRSYNC_COMMITTED : result == FEED_HELD_BACK ? DIRSYNC_AGAIN : result;
}

static int whole_again(struct dirsync_run *run, struct error *why)
{
	dirsync_whole_abandon(run);
	run->following = run->following && !run->pending.overflowed;
	if (run->whole.restarts++ < RESTARTS_MAX)
		return DIRSYNC_AGAIN;
	return error_set(why, -EAGAIN, "%s: entries were moved each time while all was read, %d times in a row",
	                 session_uri(run->link.session), RESTARTS_MAX + 1);
}

static int whole_finish(struct dirsync_run *run, struct error *why)
{
	const struct server_options *server = run->source->server;
	struct dirsync_whole *whole = &run->whole;
	size_t read;
	int result = dirsync_observe(run, why);

	read = run->pending.count;
	if (result == 0 && !is_torn(&whole->dirty) && whole->dirty.count > 0) {
		result = read_dirty(run, why);
		if (result == 0)
			result = dirsync_observe(run, why);
	}
	if (result < 0)
		return result;
	if (is_torn(&whole->dirty) || run->pending.overflowed)
		return whole_again(run, why);
	dirsync_entries_flush(&whole->entries);
	result = read_check_result(&whole->entries.check, run->link.session, server->base, server->without_policy, why);
	if (result < 0)
		return result;
	pending_forget_read(&run->pending, run->pending.count - read);
	return whole_commit(run, why);
}

int dirsync_whole_step(struct dirsync_run *run, struct error *why)
{
	int result = dirsync_entries_page(&run->whole.entries, &run->whole.page, why);

	return result == DIRSYNC_LAST_PAGE ? whole_finish(run, why) : result;
}

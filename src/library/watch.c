/* Watching: a follower of its own, whose publications are queued as pairs of snapshots; whoever takes the events makes the
 * differences, so that the follower waits for nobody. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/follower/follower.h"
#include "directory/ldif/ldif_source.h"
#include "json/json_writer.h"
#include "library/backend.h"
#include "library/directory_source.h"
#include "library/local_settings.h"
#include "model/difference.h"

#define PENDING_MAX 256                  /* publications; of more, the last two are told as one */
#define LOOK_MS     100                  /* how often to look whether a source's state is another */
#define STALENESS   (60 * INSTANT_SECOND)
#define EVENT_MAX   (4u * 1024 * 1024)   /* octets of an event */

/* What was published: from one state to the next. */
struct step {
	struct step *next;
	const struct snapshot *before, *after; /* held; before NULL: the first */
	instant at;
	char *token;
};

struct dirgate_watch {
	struct local_settings settings;
	struct published *published;
	struct follower *follower;
	struct source_status status; /* as it was told last */
	bool told;

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t filled;
	struct step *first, *last;
	size_t pending;

	struct step *step;           /* the one that is being told */
	struct difference difference;
	size_t item;                 /* the next one of it */
	struct arena *arena;         /* of the event */
	struct dirgate_event event;
};

/* ---- publications ---- */

static void step_free(struct step *step)
{
	if (!step)
		return;
	snapshot_drop(step->before);
	snapshot_drop(step->after);
	free(step->token);
	free(step);
}

static void lock(struct dirgate_watch *watch)
{
	int result = pthread_mutex_lock(&watch->lock);

	assert(result == 0);
	(void)result;
}

static void unlock(struct dirgate_watch *watch)
{
	int result = pthread_mutex_unlock(&watch->lock);

	assert(result == 0);
	(void)result;
}

/* Under the lock: the last step ends where this one does. */
static void step_extend(struct step *last, const struct snapshot *after, const char *token)
{
	snapshot_drop(last->after);
	last->after = snapshot_acquire(after);
	free(last->token);
	last->token = memory_string(token);
	last->at = clock_now();
}

/* On the follower's writer thread. */
static void note_change(void *context, const struct snapshot *before, const struct snapshot *after, const char *token)
{
	struct dirgate_watch *watch = context;
	struct step *step;

	lock(watch);
	if (watch->pending == PENDING_MAX) {
		step_extend(watch->last, after, token);
		unlock(watch);
		return;
	}
	step = memory_alloc(sizeof(*step));
	*step = (struct step){.before = before ? snapshot_acquire(before) : NULL, .after = snapshot_acquire(after),
	                      .at = clock_now(), .token = memory_string(token)};
	if (watch->last)
		watch->last->next = step;
	else
		watch->first = step;
	watch->last = step;
	watch->pending++;
	pthread_cond_signal(&watch->filled);
	unlock(watch);
}

/* The next step, waited for until `deadline`; NULL: none came. */
static struct step *step_take(struct dirgate_watch *watch, instant deadline)
{
	const struct timespec until = {.tv_sec = deadline / INSTANT_SECOND, .tv_nsec = deadline % INSTANT_SECOND};
	struct step *step;

	lock(watch);
	while (!watch->first && pthread_cond_timedwait(&watch->filled, &watch->lock, &until) == 0) {
	}
	step = watch->first;
	if (step) {
		watch->first = step->next;
		watch->last = watch->first ? watch->last : NULL;
		watch->pending--;
	}
	unlock(watch);
	return step;
}

/* ---- events ---- */

static const char *keep(struct dirgate_watch *watch, struct text *text)
{
	const char *kept = arena_string(watch->arena, text_string(text));

	text_release(text);
	return kept;
}

static const char *time_text(struct dirgate_watch *watch, instant at)
{
	char text[40];

	clock_format_rfc3339(at, text);
	return arena_string(watch->arena, text);
}

static void write_kinds(struct json_writer *json, const char *kinds)
{
	char *copy = memory_string(kinds), *rest = copy, *word;

	json_write_array(json, "kinds");
	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0')
			json_write_string(json, NULL, word);
	json_write_end(json);
	free(copy);
}

/* The event is whole but for its JSON. */
static const struct dirgate_event *event_end(struct dirgate_watch *watch)
{
	struct dirgate_event *event = &watch->event;
	struct text text;
	struct json_writer json = {.out = &text};

	text_init(&text, EVENT_MAX);
	json_write_object(&json, NULL);
	json_write_string(&json, "time", event->time);
	json_write_string(&json, "event", event->event);
	json_write_optional(&json, "source", event->source);
	json_write_optional(&json, "state", event->state);
	json_write_optional(&json, "message", event->message);
	json_write_optional(&json, "change", event->change);
	json_write_optional(&json, "dn", event->dn);
	json_write_optional(&json, "old_dn", event->old_dn);
	if (event->kinds)
		write_kinds(&json, event->kinds);
	json_write_optional(&json, "token", event->token);
	if (event->token)
		json_write_number(&json, "entries", (int64_t)event->entries);
	json_write_end(&json);
	event->json = keep(watch, &text);
	return event;
}

/* ---- a source ---- */

static bool status_differs(const struct source_status *a, const struct source_status *b)
{
	return a->state != b->state || a->counters.held_back != b->counters.held_back || a->counters.loads != b->counters.loads ||
	       strcmp(a->error.text, b->error.text) != 0 || strcmp(a->warning.text, b->warning.text) != 0 ||
	       strcmp(a->server, b->server) != 0;
}

static void print_status(const struct source_status *status, struct text *out)
{
	const char *problem = status->error.text[0] != '\0' ? status->error.text : status->warning.text;

	if (status->state == SOURCE_FOLLOWING)
		text_print(out, "%s, %s, %llu entries", status->server, status->kind, (unsigned long long)status->counters.entries);
	if (problem[0] != '\0')
		text_print(out, "%s%s", out->length > 0 ? "; " : "", problem);
}

/* What is to be told of the source; NULL: nothing is new. */
static const struct dirgate_event *look_at_source(struct dirgate_watch *watch)
{
	struct source_status status;
	struct text message;

	follower_source(watch->follower, 0, &status);
	if (watch->told && !status_differs(&status, &watch->status))
		return NULL;
	watch->status = status;
	watch->told = true;
	text_init(&message, EVENT_MAX);
	print_status(&status, &message);
	watch->event = (struct dirgate_event){
		.time = time_text(watch, clock_now()),
		.event = "source",
		.source = arena_string(watch->arena, status.name),
		.state = source_state_name(status.state),
		.message = message.length > 0 ? keep(watch, &message) : NULL,
	};
	text_release(&message);
	return event_end(watch);
}

/* ---- entries ---- */

static const char *const kind_names[KIND_COUNT] = {
	[KIND_ORGANIZATION] = "organization", [KIND_WORKSPACE] = "workspace",   [KIND_ROLE] = "role",
	[KIND_RESTRICTION] = "restriction",   [KIND_BINDING] = "binding",       [KIND_GROUP_RULE] = "group-rule",
	[KIND_ROLE_SET] = "role-set",         [KIND_PLAN] = "plan",             [KIND_RESOURCE] = "resource",
	[KIND_INVITATION] = "invitation",     [KIND_GROUP] = "group",           [KIND_PERSON] = "person",
};

static const char *const change_names[DIFFERENCE_KINDS] = {
	[DIFFERENCE_REMOVED] = "removed", [DIFFERENCE_RENAMED] = "renamed",
	[DIFFERENCE_CHANGED] = "changed", [DIFFERENCE_ADDED] = "added",
};

/* What it is now or was before, since a group that is none any more has changed as one. */
static const char *kinds_text(struct dirgate_watch *watch, const struct difference_item *item)
{
	uint32_t kinds = (item->before ? item->before->kinds : 0) | (item->after ? item->after->kinds : 0);
	struct text text;

	text_init(&text, 1024);
	for (int i = 0; i < KIND_COUNT; i++)
		if (kinds & (1u << i))
			text_print(&text, "%s%s", text.length > 0 ? " " : "", kind_names[i]);
	return keep(watch, &text);
}

static const char *dn_text(struct dirgate_watch *watch, const struct snapshot *snapshot, const struct entry *entry)
{
	struct text text;

	text_init(&text, EVENT_MAX);
	snapshot_print_dn(snapshot, entry->node, &text);
	return keep(watch, &text);
}

static const struct dirgate_event *tell_entry(struct dirgate_watch *watch, const struct difference_item *item)
{
	const struct step *step = watch->step;
	bool gone = item->kind == DIFFERENCE_REMOVED;

	watch->event = (struct dirgate_event){
		.time = time_text(watch, step->at),
		.event = "entry",
		.source = arena_string(watch->arena, watch->status.name),
		.change = change_names[item->kind],
		.dn = gone ? dn_text(watch, step->before, item->before) : dn_text(watch, step->after, item->after),
		.old_dn = item->kind == DIFFERENCE_RENAMED ? dn_text(watch, step->before, item->before) : NULL,
		.kinds = kinds_text(watch, item),
	};
	return event_end(watch);
}

static const struct dirgate_event *tell_index(struct dirgate_watch *watch)
{
	struct step *step = watch->step;

	watch->event = (struct dirgate_event){
		.time = time_text(watch, step->at),
		.event = "index",
		.source = arena_string(watch->arena, watch->status.name),
		.token = arena_string(watch->arena, step->token),
		.entries = watch->difference.count,
	};
	difference_release(&watch->difference);
	step_free(step);
	watch->step = NULL;
	return event_end(watch);
}

/* The next event of the step that is being told; NULL: there is none. */
static const struct dirgate_event *tell_step(struct dirgate_watch *watch)
{
	const struct difference *difference = &watch->difference;

	if (!watch->step)
		return NULL;
	if (watch->step->before && watch->item < difference->count)
		return tell_entry(watch, &difference->items[watch->item++]);
	return tell_index(watch);
}

static bool step_begin(struct dirgate_watch *watch, instant deadline)
{
	watch->step = step_take(watch, deadline);
	if (!watch->step)
		return false;
	difference_make(watch->step->before, watch->step->after, &watch->difference);
	watch->item = 0;
	return true;
}

const struct dirgate_event *dirgate_watch_next(struct dirgate_watch *watch, unsigned milliseconds)
{
	const instant deadline = clock_monotonic() + (instant)milliseconds * (INSTANT_SECOND / 1000);
	const struct dirgate_event *event;
	instant until;

	arena_free(watch->arena);
	watch->arena = arena_new();
	for (;;) {
		if ((event = tell_step(watch)) != NULL || (event = look_at_source(watch)) != NULL)
			return event;
		until = clock_monotonic() + LOOK_MS * (INSTANT_SECOND / 1000);
		if (!step_begin(watch, until < deadline ? until : deadline) && clock_monotonic() >= deadline)
			return look_at_source(watch);
	}
}

/* ---- life ---- */

static struct source *ldif_source(const char *const *ldif, struct error *why)
{
	struct ldif_source_options options = {.name = "ldif", .watch_ms = LOOK_MS};

	for (size_t i = 0; ldif[i]; i++) {
		if (i == LDIF_SOURCE_PATHS_MAX) {
			error_set(why, -E2BIG, "more than %d LDIF files", LDIF_SOURCE_PATHS_MAX);
			return NULL;
		}
		options.paths[i] = ldif[i];
	}
	return ldif_source_new(&options, why);
}

static void watch_init(struct dirgate_watch *watch)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&watch->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&watch->filled, &attributes);
	pthread_condattr_destroy(&attributes);
	watch->arena = arena_new();
}

static int watch_begin(struct dirgate_watch *watch, const struct dirgate_directory *directory, const char *const *ldif,
                       const struct dirgate_settings *settings, struct error *why)
{
	int result = local_settings_init(&watch->settings, settings, why);
	struct source *source;

	if (result < 0)
		return result;
	if ((directory != NULL) == (ldif != NULL))
		return error_set(why, -EINVAL, "either a directory or LDIF files can be watched");
	source = directory ? directory_source(directory, &watch->settings.model, STALENESS, why) : ldif_source(ldif, why);
	if (!source)
		return -EINVAL;
	watch->published = published_new();
	watch->follower = follower_new(&(struct follower_options){
		.settings = &watch->settings.model,
		.published = watch->published,
		.changed = note_change,
		.context = watch,
	});
	result = follower_add(watch->follower, source, true, why);
	return result < 0 ? result : follower_start(watch->follower, why);
}

struct dirgate_watch *dirgate_watch_open(const struct dirgate_directory *directory, const char *const *ldif,
                                         const struct dirgate_settings *settings, char **why)
{
	struct dirgate_watch *watch = memory_alloc(sizeof(*watch));
	struct error error;

	watch_init(watch);
	if (watch_begin(watch, directory, ldif, settings, &error) == 0)
		return watch;
	dirgate_watch_close(watch);
	return backend_fail(&error, why);
}

void dirgate_watch_close(struct dirgate_watch *watch)
{
	struct step *step;

	if (!watch)
		return;
	follower_free(watch->follower);
	published_free(watch->published);
	difference_release(&watch->difference);
	step_free(watch->step);
	while ((step = watch->first) != NULL) {
		watch->first = step->next;
		step_free(step);
	}
	pthread_cond_destroy(&watch->filled);
	pthread_mutex_destroy(&watch->lock);
	arena_free(watch->arena);
	local_settings_release(&watch->settings);
	free(watch);
}

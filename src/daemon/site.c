#include "daemon/site.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "daemon/sources.h"

/* What sites may share; freed with the last of them. */
struct site_index {
	_Atomic unsigned holders;
	struct published *published;
	struct follower *follower;
};

struct site {
	_Atomic unsigned holders;
	struct config *config;
	struct decide_settings decide;
	struct site_index *index;
};

/* ---- the index ---- */

static void index_drop(struct site_index *index)
{
	if (atomic_fetch_sub(&index->holders, 1) > 1)
		return;
	follower_free(index->follower);
	published_free(index->published);
	free(index);
}

static int index_add(struct site_index *index, const struct settings *all, const struct source_settings *settings,
                     const struct model_settings *model, struct error *why)
{
	struct source *source = sources_make(all, settings, model, why);
	int result = source ? follower_add(index->follower, source, true, why) : -1;

	if (result < 0)
		return error_prefix(why, result, "%s:%zu: source %s: ", settings->place.file, settings->place.line,
		                    settings->name);
	return 0;
}

static struct site_index *index_new(const struct settings *settings, enum site_memory memory,
                                    const struct site_watcher *watcher, struct error *why)
{
	struct site_index *index = memory_alloc(sizeof(*index));
	const struct source_settings *sources = settings->sources.items;
	struct model_settings model;
	int result = 0;

	sources_model_settings(settings, &model);
	atomic_init(&index->holders, 1);
	index->published = published_new();
	index->follower = follower_new(&(struct follower_options){
		.settings = &model,
		.published = index->published,
		.state_directory = memory == SITE_APART ? NULL : settings->state_directory,
		.resume = memory == SITE_RESUMED,
		.removal_share = (unsigned)settings->removal_share,
		.removal_floor = (unsigned)settings->removal_floor,
		.progressed = watcher->progressed,
		.context = watcher->context,
	});
	for (size_t i = 0; i < settings->sources.count && result == 0; i++)
		result = index_add(index, settings, &sources[i], &model, why);
	if (result == 0)
		result = follower_start(index->follower, why);
	if (result == 0)
		return index;
	index_drop(index);
	return NULL;
}

/* ---- the site ---- */

/* A list for the layer below, to which no list means its default; an empty one is none of its names. */
static const char *const *names_of(const struct list *list)
{
	static const char *const none[] = {NULL};

	return list->items ? list->items : none;
}

static struct site *site_over(struct site_index *index, struct config *config)
{
	struct site *site = memory_alloc(sizeof(*site));
	const struct settings *settings = &config->settings;

	atomic_init(&site->holders, 1);
	site->config = config;
	site->index = index;
	site->decide = (struct decide_settings){
		.subject_types = names_of(&settings->subject_types),
		.trusted_subject_properties = names_of(&settings->trusted_subject_properties),
		.caller_properties = names_of(&settings->caller_properties),
		.writable_attributes = names_of(&settings->writable_attributes),
	};
	return site;
}

struct site *site_new(struct config *config, enum site_memory memory, const struct site_watcher *watcher, struct error *why)
{
	struct site_index *index = index_new(&config->settings, memory, watcher, why);

	if (index)
		return site_over(index, config);
	config_free(config);
	return NULL;
}

struct site *site_renew(struct site *site, struct config *config)
{
	atomic_fetch_add(&site->index->holders, 1);
	return site_over(site->index, config);
}

struct site *site_acquire(struct site *site)
{
	atomic_fetch_add(&site->holders, 1);
	return site;
}

void site_drop(struct site *site)
{
	if (!site || atomic_fetch_sub(&site->holders, 1) > 1)
		return;
	index_drop(site->index);
	config_free(site->config);
	free(site);
}

bool site_is_mine(const struct site *site)
{
	return atomic_load(&site->holders) == 1;
}

const struct settings *site_settings(const struct site *site)
{
	return &site->config->settings;
}

const struct decide_settings *site_decide_settings(const struct site *site)
{
	return &site->decide;
}

struct follower *site_follower(const struct site *site)
{
	return site->index->follower;
}

/* ---- freshness ---- */

static bool is_files(const struct source_settings *settings)
{
	return config_source_kind(settings) == SOURCE_LDIF;
}

/* Files that were read never grow old (directory/README.md, "Files"): is there a server that must be followed and was not heard of for so long? */
static bool servers_are_stale(const struct site *site, instant limit)
{
	const struct source_settings *sources = site_settings(site)->sources.items;
	struct source_status status;

	for (size_t i = 0; i < follower_count(site->index->follower); i++) {
		if (is_files(&sources[i]))
			continue;
		follower_source(site->index->follower, i, &status);
		if (clock_monotonic() - status.proven_at > limit)
			return true;
	}
	return false;
}

enum reason site_freshness(const struct site *site, const struct follower_state *state)
{
	instant limit = site_settings(site)->max_staleness;

	if (!state->complete)
		return REASON_NOT_LOADED;
	if (clock_monotonic() - state->proven_at > limit && servers_are_stale(site, limit))
		return REASON_STALE;
	return REASON_NO_GRANT;
}

bool site_find_broken_files(const struct site *site, struct source_status *status)
{
	const struct source_settings *sources = site_settings(site)->sources.items;

	for (size_t i = 0; i < follower_count(site->index->follower); i++) {
		if (!is_files(&sources[i]))
			continue;
		follower_source(site->index->follower, i, status);
		if (status->state == SOURCE_FAILED)
			return true;
	}
	return false;
}

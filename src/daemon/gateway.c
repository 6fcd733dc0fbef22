#include "daemon/gateway.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct gateway {
	pthread_mutex_t lock; /* around the pointer */
	struct site *site;
	struct site_watcher sites;     /* tells the gateway */
	pthread_mutex_t watcher_lock;  /* held while the watcher is called; before `lock`, if both */
	struct site_watcher watcher;   /* is told by the gateway */
};

/* What a request holds. */
struct hold {
	struct site *site;
	char token[];
};

static void tell_watcher(void *context)
{
	struct gateway *gateway = context;

	pthread_mutex_lock(&gateway->watcher_lock);
	if (gateway->watcher.progressed)
		gateway->watcher.progressed(gateway->watcher.context);
	pthread_mutex_unlock(&gateway->watcher_lock);
}

struct gateway *gateway_new(void)
{
	struct gateway *gateway = memory_alloc(sizeof(*gateway));

	pthread_mutex_init(&gateway->lock, NULL);
	pthread_mutex_init(&gateway->watcher_lock, NULL);
	gateway->sites = (struct site_watcher){tell_watcher, gateway};
	return gateway;
}

const struct site_watcher *gateway_watcher(const struct gateway *gateway)
{
	return &gateway->sites;
}

void gateway_free(struct gateway *gateway)
{
	site_drop(gateway->site);
	pthread_mutex_destroy(&gateway->watcher_lock);
	pthread_mutex_destroy(&gateway->lock);
	free(gateway);
}

struct site *gateway_exchange(struct gateway *gateway, struct site *site)
{
	struct site *before;

	pthread_mutex_lock(&gateway->lock);
	before = gateway->site;
	gateway->site = site;
	pthread_mutex_unlock(&gateway->lock);
	tell_watcher(gateway);
	return before;
}

struct site *gateway_site(struct gateway *gateway)
{
	return gateway->site;
}

static struct site *gateway_acquire(struct gateway *gateway)
{
	struct site *site;

	pthread_mutex_lock(&gateway->lock);
	site = site_acquire(gateway->site);
	pthread_mutex_unlock(&gateway->lock);
	return site;
}

/* ---- the functions of the backend ---- */

static void backend_acquire(void *context, struct http_state *state)
{
	struct site *site = gateway_acquire(context);
	char token[FOLLOWER_TOKEN_MAX];
	struct follower_state follower;
	struct hold *hold;
	size_t length;

	/* First how fresh, then what: a snapshot that is fresher than was said is no lie, an older one would be. */
	follower_state(site_follower(site), &follower);
	state->cannot_decide = site_freshness(site, &follower);
	state->snapshot = follower_acquire(site_follower(site), &follower, token);
	state->settings = site_decide_settings(site);
	length = strlen(token);
	hold = memory_alloc(sizeof(*hold) + length + 1);
	hold->site = site;
	memcpy(hold->token, token, length + 1);
	state->token = state->snapshot ? hold->token : NULL;
	state->hold = hold;
}

static void backend_drop(void *context, struct http_state *state)
{
	struct hold *hold = state->hold;

	(void)context;
	snapshot_drop(state->snapshot);
	site_drop(hold->site);
	free(hold);
}

static enum http_reached backend_reached(void *context, const struct http_state *state, const char *token)
{
	const struct hold *hold = state->hold;
	struct error why;

	(void)context;
	switch (follower_compare(site_follower(hold->site), state->token ? state->token : "", token, &why)) {
	case 0:
		return HTTP_REACHED;
	case FOLLOWER_NOT_YET:
		return HTTP_NOT_REACHED;
	default:
		return HTTP_NO_TOKEN;
	}
}

static void backend_watch(void *context, void (*progressed)(void *watcher), void *watcher)
{
	struct gateway *gateway = context;

	pthread_mutex_lock(&gateway->watcher_lock);
	gateway->watcher = (struct site_watcher){progressed, watcher};
	pthread_mutex_unlock(&gateway->watcher_lock);
}

static double seconds_since(instant at)
{
	return (double)(clock_monotonic() - at) / INSTANT_SECOND;
}

/* While nobody answers, nobody knows how far the server is. */
static double lag_of(const struct source_status *status)
{
	if (status->state != SOURCE_FOLLOWING)
		return -1;
	return status->behind_since == 0 ? 0 : seconds_since(status->behind_since);
}

static void backend_show_source(const struct source_status *status,
                                void (*visit)(void *visitor, const struct http_source *source), void *visitor)
{
	const struct source_counters *counters = &status->counters;

	visit(visitor, &(struct http_source){
		.name = status->name,
		.kind = status->kind,
		.state = source_state_name(status->state),
		.loaded = status->loaded,
		.loaded_at = status->loaded_at,
		.age = status->proven_at == 0 ? -1 : seconds_since(status->proven_at),
		.lag = lag_of(status),
		.server = status->server,
		.error = status->error.text,
		.warning = status->warning.text,
		.last_error = status->last_error.text,
		.last_error_at = status->last_error_at,
		.entries = counters->entries,
		.journal = status->journal == SOURCE_JOURNAL_NONE ? NULL : source_journal_name(status->journal),
		.journal_error = status->journal_error.text,
		.counter_count = 9,
		.counters = {
			{"changes", counters->changes},
			{"loads", counters->loads},
			{"reconnects", counters->reconnects},
			{"references", counters->references},
			{"held_back", counters->held_back},
			{"repaired", counters->repaired},
			{"behind", counters->behind},
			{"went_back", counters->went_back},
			{"rejected", counters->rejected},
		},
	});
}

static void backend_sources(void *context, void (*visit)(void *visitor, const struct http_source *source),
                            void *visitor)
{
	struct site *site = gateway_acquire(context);
	struct source_status status;

	for (size_t i = 0; i < follower_count(site_follower(site)); i++) {
		follower_source(site_follower(site), i, &status);
		backend_show_source(&status, visit, visitor);
	}
	site_drop(site);
}

void gateway_backend(struct gateway *gateway, struct http_backend *backend)
{
	*backend = (struct http_backend){
		.context = gateway,
		.version = DIRGATE_VERSION,
		.acquire = backend_acquire,
		.drop = backend_drop,
		.reached = backend_reached,
		.watch = backend_watch,
		.sources = backend_sources,
	};
}

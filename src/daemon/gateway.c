#include "daemon/gateway.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct gateway {
	pthread_mutex_t lock; /* around the pointer */
	struct site *site;
};

/* What a request holds. */
struct hold {
	struct site *site;
	char token[];
};

struct gateway *gateway_new(struct site *site)
{
	struct gateway *gateway = memory_alloc(sizeof(*gateway));

	pthread_mutex_init(&gateway->lock, NULL);
	gateway->site = site;
	return gateway;
}

void gateway_free(struct gateway *gateway)
{
	site_drop(gateway->site);
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

/* What is published now has reached the token; what the request holds has, if that is the same.  If not, it is so by
 * microseconds, and the caller tries again. */
static enum http_reached backend_reached(void *context, const struct http_state *state, const char *token)
{
	const struct hold *hold = state->hold;
	struct follower *follower = site_follower(hold->site);
	struct follower_state now;
	const struct snapshot *latest;
	struct error why;
	int result = follower_wait(follower, token, clock_monotonic(), &why);

	(void)context;
	if (result != 0)
		return result == FOLLOWER_BAD_TOKEN ? HTTP_NO_TOKEN : HTTP_NOT_REACHED;
	latest = follower_acquire(follower, &now, NULL);
	snapshot_drop(latest);
	return latest == state->snapshot ? HTTP_REACHED : HTTP_NOT_REACHED;
}

static void backend_sources(void *context, void (*visit)(void *visitor, const struct http_source *source),
                            void *visitor)
{
	struct site *site = gateway_acquire(context);
	struct source_status status;

	for (size_t i = 0; i < follower_count(site_follower(site)); i++) {
		follower_source(site_follower(site), i, &status);
		visit(visitor, &(struct http_source){
			.name = status.name,
			.state = source_state_name(status.state),
			.loaded = status.loaded,
			.age = status.proven_at == 0 ? -1 : (double)(clock_monotonic() - status.proven_at) / INSTANT_SECOND,
		});
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
		.sources = backend_sources,
	};
}

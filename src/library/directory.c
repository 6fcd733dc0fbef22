/* A directory, followed as it changes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/memory.h"
#include "directory/follower/follower.h"
#include "directory/server/server_change.h"
#include "library/directory_source.h"
#include "library/local.h"
#include "library/server_lint.h"

#define WAIT_DEFAULT      30 /* seconds for the first load */
#define STALENESS_DEFAULT 60 /* seconds */
#define SEEN_PAUSE_MS     5

struct directory_gate {
	struct local local;
	struct published *published;
	struct follower *follower;
	instant staleness; /* an older snapshot decides nothing */
	struct session_options *session;
	char *base;
	struct server_changes *changes; /* NULL: the directory must not be changed */
};

static void directory_acquire(struct local *local, struct local_state *state)
{
	const struct directory_gate *gate = (const struct directory_gate *)local;
	struct follower_state follower;

	state->snapshot = follower_acquire(gate->follower, &follower, NULL);
	if (!follower.complete)
		state->cannot_decide = REASON_NOT_LOADED;
	else if (clock_monotonic() - follower.proven_at > gate->staleness)
		state->cannot_decide = REASON_STALE;
	else
		state->cannot_decide = REASON_NO_GRANT;
}

static void directory_free(struct local *local)
{
	struct directory_gate *gate = (struct directory_gate *)local;

	server_changes_free(gate->changes);
	session_options_free(gate->session);
	free(gate->base);
	follower_free(gate->follower);
	published_free(gate->published);
	free(gate);
}

/* ---- changes ---- */

/* Waits until what is published was proven to be equal to the directory after this moment. */
static int wait_until_seen(const struct directory_gate *gate, struct error *why)
{
	const struct timespec pause = {.tv_nsec = SEEN_PAUSE_MS * 1000000};
	const instant since = clock_monotonic(), deadline = since + gate->staleness;
	struct follower_state state;

	for (;;) {
		follower_state(gate->follower, &state);
		if (state.complete && state.proven_at >= since)
			return 0;
		if (clock_monotonic() > deadline)
			return error_set(why, -ETIMEDOUT, "the change was made, but has not been heard of since");
		nanosleep(&pause, NULL);
	}
}

static int directory_apply(struct local *local, const char *ldif, const char *name, struct error *why)
{
	struct directory_gate *gate = (struct directory_gate *)local;
	struct ldif_reader *reader;
	int result;

	if (!gate->changes)
		return error_set(why, -EPERM, "%s: this would change the directory, which was not allowed", name);
	reader = ldif_open_memory(name, ldif, strlen(ldif));
	result = server_changes_apply(gate->changes, reader, why);
	ldif_close(reader);
	return result < 0 ? result : wait_until_seen(gate, why);
}

static int directory_reset(struct local *local, struct error *why)
{
	struct directory_gate *gate = (struct directory_gate *)local;
	int result = gate->changes ? server_changes_undo(gate->changes, why) : 0;

	return result < 0 || !gate->changes ? result : wait_until_seen(gate, why);
}

static const struct finding *directory_lint(struct local *local, const struct snapshot *snapshot, struct arena *arena,
                                            size_t *count)
{
	const struct directory_gate *gate = (const struct directory_gate *)local;

	return server_lint(gate->session, gate->base, snapshot, arena, count);
}

static const struct local_kind directory_kind = {
	directory_acquire, directory_apply, directory_reset, directory_lint, directory_free,
};

static int follow(struct directory_gate *gate, const struct dirgate_directory *directory, struct error *why)
{
	struct session_options session;
	struct source *source;
	int result = directory_session(directory, &session, why);

	if (result < 0)
		return result;
	source = directory_source(directory, &gate->local.settings.model, gate->staleness, why);
	if (!source)
		return -EINVAL;
	gate->session = session_options_copy(&session);
	gate->base = memory_string(directory->base);
	if (directory->writable)
		gate->changes = server_changes_new(&session);
	gate->published = published_new();
	gate->follower = follower_new(&(struct follower_options){
		.settings = &gate->local.settings.model,
		.published = gate->published,
	});
	result = follower_add(gate->follower, source, true, why);
	return result < 0 ? result : follower_start(gate->follower, why);
}

static int wait_until_loaded(struct directory_gate *gate, int seconds, struct error *why)
{
	int result = follower_wait_complete(gate->follower, clock_monotonic() + seconds * INSTANT_SECOND, why);
	struct source_status status;

	if (result == FOLLOWER_FAILED)
		return -EIO;
	if (result != FOLLOWER_NOT_YET)
		return result;
	follower_source(gate->follower, 0, &status);
	if (status.error.text[0] != '\0')
		return error_set(why, -ETIMEDOUT, "%s", status.error.text);
	return error_set(why, -ETIMEDOUT, "%s was not read whole within %d seconds: allow more time, or look whether the "
	                                  "server is overloaded", status.server, seconds);
}

static int open_directory(struct directory_gate *gate, const struct dirgate_directory *directory,
                          const struct dirgate_settings *settings, struct error *why)
{
	int result;

	if (directory->wait < 0 || directory->max_staleness < 0)
		return error_set(why, -EINVAL, "a number of seconds is negative");
	result = local_settings_init(&gate->local.settings, settings, why);
	if (result == 0)
		result = follow(gate, directory, why);
	if (result == 0)
		result = wait_until_loaded(gate, directory->wait ? directory->wait : WAIT_DEFAULT, why);
	return result;
}

struct dirgate *local_open_directory(const struct dirgate_directory *directory,
                                     const struct dirgate_settings *settings, struct error *why)
{
	struct directory_gate *gate = memory_alloc(sizeof(*gate));

	gate->staleness = (directory->max_staleness > 0 ? directory->max_staleness : STALENESS_DEFAULT) * INSTANT_SECOND;
	if (open_directory(gate, directory, settings, why) < 0) {
		local_settings_release(&gate->local.settings);
		directory_free(&gate->local);
		return NULL;
	}
	local_init(&gate->local, &directory_kind);
	return &gate->local.gate;
}

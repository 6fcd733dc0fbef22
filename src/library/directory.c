/* A directory, followed as it changes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "directory/content_sync.h"
#include "directory/follower.h"
#include "library/local.h"

#define WAIT_DEFAULT      30 /* seconds for the first load */
#define STALENESS_DEFAULT 60 /* seconds */

struct directory_gate {
	struct local local;
	struct published *published;
	struct follower *follower;
	instant staleness; /* an older snapshot decides nothing */
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

	follower_free(gate->follower);
	published_free(gate->published);
	free(gate);
}

static int directory_apply(struct local *local, const char *ldif, const char *name, struct error *why)
{
	(void)local;
	(void)ldif;
	return error_set(why, -ENOTSUP, "%s: a directory is changed with ldapmodify", name);
}

static int directory_reset(struct local *local, struct error *why)
{
	(void)local;
	(void)why;
	return 0;
}

static const struct local_kind directory_kind = {
	directory_acquire, directory_apply, directory_reset, directory_free,
};

/* On ldap: the connection is in the clear unless StartTLS is asked for, as with the OpenLDAP tools. */
static struct session_options session_of(const struct dirgate_directory *directory)
{
	bool plain = strncasecmp(directory->uri, "ldap:", 5) == 0 && !directory->start_tls;

	return (struct session_options){
		.uris = {directory->uri},
		.tls = plain ? SESSION_TLS_NONE : SESSION_TLS_DEMAND,
		.ca_file = directory->ca_file,
		.mechanism = directory->mechanism,
		.bind_dn = directory->bind_dn,
		.password_file = directory->password_file,
	};
}

static int follow(struct directory_gate *gate, const struct dirgate_directory *directory, struct error *why)
{
	const struct session_options session = session_of(directory);
	const struct content_sync_options options = {
		.name = "directory",
		.session = &session,
		.base = directory->base,
		.settings = &gate->local.settings.model,
	};
	struct source *source = content_sync_new(&options, why);
	int result;

	if (!source)
		return -EINVAL;
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

	if (!directory->uri || !directory->base)
		return error_set(why, -EINVAL, "a directory needs a URI and a base DN");
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

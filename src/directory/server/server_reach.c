#include "directory/server/server_reach.h"

#include <errno.h>
#include <ldap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/dirsync/dirsync_message.h"
#include "directory/server/background.h"
#include "directory/server/policy_names.h"
#include "directory/server/sync_server.h"

#define LOOK_MS          50 /* between two looks whether the source is to end */

/* What the thread is at; its own until it has ended. */
struct attempt {
	struct server_options *server;
	unsigned questions;
	struct session_health health;
	struct server_reached reached;
};

void server_reached_release(struct server_reached *reached)
{
	session_close(reached->session);
	name_set_release(&reached->names);
	*reached = (struct server_reached){0};
}

static void attempt_free(void *context)
{
	struct attempt *attempt = context;

	server_reached_release(&attempt->reached);
	server_options_free(attempt->server);
	free(attempt);
}

/* ---- on the thread ---- */

static int root_has(const struct session *session, const char *attribute, const char *value, bool *has,
                    struct error *why)
{
	struct berval **values;
	int result = sync_server_read(session, "", attribute, &values, why);

	for (size_t i = 0; values && values[i]; i++)
		*has = *has || strcmp(values[i]->bv_val, value) == 0;
	ldap_value_free_len(values);
	return result;
}

static int ask(struct attempt *attempt, const struct background *background, struct error *why)
{
	const struct server_options *server = attempt->server;
	struct server_reached *reached = &attempt->reached;
	int result = 0;

	if (attempt->questions & REACH_ROOT)
		result = root_has(reached->session, "supportedCapabilities", DIRSYNC_CAPABILITY, &reached->active_directory, why);
	if (result == 0 && (attempt->questions & REACH_ROOT))
		result = root_has(reached->session, "supportedControl", LDAP_CONTROL_SYNC, &reached->content_sync, why);
	if (result == 0 && (attempt->questions & REACH_SCHEMA) && !background_abandoned(background))
		result = sync_server_check_schema(reached->session, why);
	if (result == 0 && (attempt->questions & REACH_NAMES) && !background_abandoned(background))
		policy_names_read(reached->session, server->base, server->session->answer_ms, &reached->names);
	return result;
}

static int attempt_run(void *context, const struct background *background, struct error *why)
{
	struct attempt *attempt = context;
	int result = session_open(attempt->server->session, &attempt->health, &attempt->reached.session, why);

	if (result < 0 || background_abandoned(background))
		return result;
	result = ask(attempt, background, why);
	if (result < 0)
		attempt->health.failed_at[session_uri_index(attempt->reached.session)] = clock_monotonic();
	return result;
}

static const struct background_work attempt_work = {.run = attempt_run, .let_go = attempt_free};

/* ---- on the source's ---- */

static int wait_for(struct background *background, struct feed *feed, struct error *why)
{
	struct pollfd done = {.fd = background_descriptor(background), .events = POLLIN};
	int result;

	while ((result = background_end(background, why)) == BACKGROUND_GOING) {
		if (feed_stopping(feed)) {
			background_abandon(background);
			return error_set(why, -ECANCELED, "stopped");
		}
		poll(&done, 1, LOOK_MS);
	}
	return result;
}

int server_reach(const struct server_options *server, unsigned questions, struct session_health *health,
                 struct feed *feed, struct server_reached *reached, struct error *why)
{
	struct attempt *attempt = memory_alloc(sizeof(*attempt));
	struct background *background;
	int result;

	attempt->server = server_options_copy(server);
	attempt->questions = questions;
	attempt->health = *health;
	background = background_begin(&attempt_work, attempt, why);
	result = background ? wait_for(background, feed, why) : -EAGAIN;
	if (result == -ECANCELED)
		return result; /* the thread has it */
	if (result == 0) {
		*reached = attempt->reached;
		attempt->reached = (struct server_reached){0};
	}
	*health = attempt->health;
	attempt_free(attempt);
	return result;
}

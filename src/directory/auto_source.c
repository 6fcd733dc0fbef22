#include "directory/auto_source.h"

#include <errno.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/follower/feed.h"
#include "directory/server/paged_search.h"
#include "directory/server/retry.h"
#include "directory/server/server_reach.h"

#define MILLISECOND (INSTANT_SECOND / 1000)

struct auto_source {
	struct source source; /* first */
	struct server_options *server;
	struct auto_kinds kinds;
};

/* ---- asking ---- */

static int take_nothing(void *context, LDAP *ldap, LDAPMessage *entry, struct error *why)
{
	(void)context;
	(void)ldap;
	(void)why;
	ldap_msgfree(entry);
	return 0;
}

/* A server lists the control although the database lacks it, or others alone may use it. */
static bool means_not_here(int code)
{
	return code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION || code == LDAP_UNWILLING_TO_PERFORM ||
	       code == LDAP_INSUFFICIENT_ACCESS;
}

/* Synchronizes the base alone, once: syncRequestValue ::= SEQUENCE { mode refreshOnly (1) } (RFC 4533 section 2.2).
 * 1: that works.  0: it is not offered there. */
static int try_content_sync(const struct auto_source *source, const struct session *session, struct feed *feed,
                            struct error *why)
{
	static char refresh_only[] = {0x30, 0x03, 0x0a, 0x01, 0x01};
	static char oid[] = LDAP_CONTROL_SYNC, no_attributes[] = LDAP_NO_ATTRS, *attributes[] = {no_attributes, NULL};
	LDAPControl control = {.ldctl_oid = oid, .ldctl_value = {sizeof(refresh_only), refresh_only}, .ldctl_iscritical = 1};
	int code;
	const struct paged_search search = {
		.base = source->server->base,
		.scope = LDAP_SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = attributes,
		.answer_ms = source->server->session->answer_ms,
		.control = &control,
		.code = &code,
	};
	int result = paged_search(session, feed, &search, take_nothing, NULL, why);

	if (result == 0 || means_not_here(code))
		return result == 0;
	return result < 0 ? result : -ENOENT;
}

/* 0 and *chosen; negative. */
static int choose(const struct auto_source *source, const struct server_reached *reached, struct feed *feed,
                  struct source **chosen, struct error *why)
{
	int result = 0;

	if (reached->active_directory && !source->kinds.dirsync)
		return error_set(why, -EOPNOTSUPP, "%s: this is Active Directory, which cannot be followed",
		                 session_uri(reached->session));
	if (!reached->active_directory && reached->content_sync)
		result = try_content_sync(source, reached->session, feed, why);
	*chosen = reached->active_directory ? source->kinds.dirsync
	          : result > 0              ? source->kinds.content_sync
	                                    : source->kinds.poll;
	return result < 0 ? result : 0;
}

static int ask(const struct auto_source *source, struct feed *feed, struct session_health *health,
               struct source **chosen, struct error *why)
{
	struct server_reached reached;
	int result = server_reach(source->server, REACH_ROOT, health, feed, &reached, why);

	if (result < 0)
		return result;
	result = choose(source, &reached, feed, chosen, why);
	if (result < 0)
		health->failed_at[session_uri_index(reached.session)] = clock_monotonic();
	server_reached_release(&reached);
	return result;
}

static void auto_run(struct source *base, struct feed *feed)
{
	const struct auto_source *source = (const struct auto_source *)base;
	struct session_health health = {.failed_at = {0}};
	struct source *chosen = NULL;
	unsigned failures = 0;
	struct error why;

	while (ask(source, feed, &health, &chosen, &why) < 0) {
		if (feed_stopping(feed))
			return;
		feed_lost(feed, &why);
		feed_pause(feed, (unsigned)(retry_wait(failures++) / MILLISECOND));
		if (feed_requests(feed) & FEED_STOP)
			return;
	}
	feed_kind(feed, chosen->operations->kind);
	chosen->operations->run(chosen, feed);
}

/* ---- life ---- */

static void kinds_free(const struct auto_kinds *kinds)
{
	source_free(kinds->content_sync);
	source_free(kinds->dirsync);
	source_free(kinds->poll);
}

static void auto_free(struct source *base)
{
	struct auto_source *source = (struct auto_source *)base;

	kinds_free(&source->kinds);
	server_options_free(source->server);
	free(source);
}

static const struct source_operations auto_operations = {
	.kind = "auto",
	.run = auto_run,
	.free = auto_free,
};

struct source *auto_source_new(const struct server_options *server, const struct auto_kinds *kinds, struct error *why)
{
	struct auto_source *source;

	if (!kinds->content_sync || !kinds->poll || server_options_check(server, why) < 0) {
		kinds_free(kinds);
		return NULL;
	}
	source = memory_alloc(sizeof(*source));
	server_source_init(&source->source, &auto_operations, server);
	source->server = server_options_copy(server);
	source->kinds = *kinds;
	return &source->source;
}

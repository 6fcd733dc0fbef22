#include "directory/auto_source.h"

#include <errno.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/feed.h"
#include "directory/paged_search.h"
#include "directory/retry.h"
#include "directory/sync_server.h"

#define MILLISECOND (INSTANT_SECOND / 1000)
#define ACTIVE_DIRECTORY "1.2.840.113556.1.4.800" /* LDAP_CAP_ACTIVE_DIRECTORY_OID: MS-ADTS section 3.1.1.3.4.3.1 */

struct auto_source {
	struct source source; /* first */
	struct server_options *server;
	struct auto_kinds kinds;
};

/* ---- asking ---- */

static int root_has(const struct session *session, const char *attribute, const char *value, struct error *why)
{
	struct berval **values;
	int result = sync_server_read(session, "", attribute, &values, why);
	int has = 0;

	for (size_t i = 0; values && values[i]; i++)
		has = has || strcmp(values[i]->bv_val, value) == 0;
	ldap_value_free_len(values);
	return result < 0 ? result : has;
}

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

static int choose(const struct auto_source *source, const struct session *session, struct feed *feed,
                  struct source **chosen, struct error *why)
{
	int result = root_has(session, "supportedCapabilities", ACTIVE_DIRECTORY, why);

	*chosen = source->kinds.dirsync;
	if (result > 0 && !*chosen)
		return error_set(why, -EOPNOTSUPP, "%s: this is Active Directory, which cannot be followed",
		                 session_uri(session));
	if (result != 0)
		return result;
	result = root_has(session, "supportedControl", LDAP_CONTROL_SYNC, why);
	if (result > 0)
		result = try_content_sync(source, session, feed, why);
	*chosen = result > 0 ? source->kinds.content_sync : source->kinds.poll;
	return result;
}

/* NULL: it could not be asked. */
static struct source *ask(const struct auto_source *source, struct feed *feed, struct session_health *health,
                          struct error *why)
{
	struct source *chosen = NULL;
	struct session *session;
	int result = session_open(source->server->session, health, &session, why);

	if (result < 0)
		return NULL;
	result = choose(source, session, feed, &chosen, why);
	if (result < 0)
		health->failed_at[session_uri_index(session)] = clock_monotonic();
	session_close(session);
	return result < 0 ? NULL : chosen;
}

static void auto_run(struct source *base, struct feed *feed)
{
	const struct auto_source *source = (const struct auto_source *)base;
	struct session_health health = {.failed_at = {0}};
	struct source *chosen = NULL;
	unsigned failures = 0;
	struct error why;

	while (!chosen && !(feed_requests(feed) & FEED_STOP)) {
		chosen = ask(source, feed, &health, &why);
		if (chosen || feed_stopping(feed))
			continue;
		feed_lost(feed, &why);
		feed_pause(feed, (unsigned)(retry_wait(failures++) / MILLISECOND));
	}
	if (!chosen)
		return;
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
	source->source.operations = &auto_operations;
	memcpy(source->source.name, server->name, strlen(server->name) + 1);
	source->server = server_options_copy(server);
	source->kinds = *kinds;
	return &source->source;
}

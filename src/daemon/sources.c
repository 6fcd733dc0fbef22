#include "daemon/sources.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/options.h"
#include "directory/auto_source.h"
#include "directory/content_sync/content_sync.h"
#include "directory/dirsync/dirsync.h"
#include "directory/ldif/ldif_source.h"
#include "directory/poll/poll.h"

#define IDENTITY_MAX 4194304 /* octets */

/* Copies a list of texts into an array of `max` that is NULL-terminated if there is room. */
static void copy_texts(const struct list *list, const char **texts, size_t max)
{
	const char *const *items = list->items;

	for (size_t i = 0; i < max; i++)
		texts[i] = i < list->count ? items[i] : NULL;
}

void sources_model_settings(const struct settings *settings, struct model_settings *model)
{
	model->person_filter = settings->person_filter;
	copy_texts(&settings->person_ids, model->person_ids, PERSON_IDS_MAX);
}

/* ---- servers ---- */

static unsigned milliseconds(int64_t duration)
{
	return (unsigned)(duration / (INSTANT_SECOND / 1000));
}

static void session_settings(const struct source_settings *settings, struct session_options *session)
{
	const struct bind_settings *bind = &settings->bind;
	const struct source_tls_settings *tls = &settings->tls;
	static const char *const mechanisms[] = {
		[BIND_EXTERNAL] = "EXTERNAL", [BIND_GSSAPI] = "GSSAPI", [BIND_SCRAM] = "SCRAM-SHA-256"};

	static const enum session_tls start[] = {
		[STARTTLS_AUTO] = SESSION_TLS_AUTO, [STARTTLS_YES] = SESSION_TLS_DEMAND, [STARTTLS_NO] = SESSION_TLS_NONE};

	*session = (struct session_options){
		.tls = start[tls->starttls],
		.verify = tls->verify == VERIFY_NO ? SESSION_VERIFY_NEVER : SESSION_VERIFY_DEMAND,
		.ca_file = tls->ca,
		.crl_file = tls->crl,
		.certificate_file = tls->certificate,
		.key_file = tls->key,
		.mechanism = mechanisms[bind->mechanism],
		.bind_dn = bind->mechanism == BIND_NONE ? NULL : bind->dn,
		.password_file = bind->password_file,
		.sasl_user = bind->user,
		.keytab = bind->keytab,
		.sasl_authzid = bind->authzid,
		.connect_ms = milliseconds(settings->connect_timeout),
		.answer_ms = milliseconds(settings->answer_timeout),
	};
	copy_texts(&settings->uri, session->uris, SESSION_URIS_MAX);
}

/* What all kinds of servers are told; the session is `session`'s to hold. */
static struct server_options server_of(const struct source_settings *settings, const struct model_settings *model,
                                       struct session_options *session)
{
	struct server_options server = {
		.name = settings->name,
		.session = session,
		.base = settings->base,
		.settings = model,
		.without_policy = !settings->policy,
		.reconcile_s = (unsigned)(settings->reconcile / INSTANT_SECOND),
		.connection_age_s = (unsigned)(settings->connection_age / INSTANT_SECOND),
		.behind_limit_ms = milliseconds(settings->behind_limit),
	};

	session_settings(settings, session);
	copy_texts(&settings->attributes, server.attributes, SOURCE_ATTRIBUTES_MAX);
	return server;
}

static struct source *make_content_sync(const struct settings *all, const struct source_settings *settings,
                                        const struct model_settings *model, struct error *why)
{
	struct session_options session;
	const struct content_sync_options options = {
		.server = server_of(settings, model, &session),
		.heartbeat_ms = milliseconds(settings->heartbeat),
		.heartbeat_limit_ms = milliseconds(settings->heartbeat_limit),
	};

	(void)all;
	return content_sync_new(&options, why);
}

static struct source *make_dirsync(const struct settings *all, const struct source_settings *settings,
                                   const struct model_settings *model, struct error *why)
{
	struct session_options session;
	const struct dirsync_options options = {
		.server = server_of(settings, model, &session),
		.interval_ms = milliseconds(settings->interval),
	};

	(void)all;
	return dirsync_new(&options, why);
}

static struct source *make_poll(const struct settings *all, const struct source_settings *settings,
                                const struct model_settings *model, struct error *why)
{
	struct session_options session;
	const struct poll_options options = {
		.server = server_of(settings, model, &session),
		.interval_ms = milliseconds(settings->interval),
		.overlap_ms = milliseconds(settings->overlap),
		.ids_ms = settings->ids_interval > 0 ? milliseconds(settings->ids_interval) : poll_ids_within(all->max_staleness),
	};

	return poll_new(&options, why);
}

static struct source *make_auto(const struct settings *all, const struct source_settings *settings,
                                const struct model_settings *model, struct error *why)
{
	struct session_options session;
	const struct server_options server = server_of(settings, model, &session);
	const struct auto_kinds kinds = {
		.content_sync = make_content_sync(all, settings, model, why),
		.dirsync = make_dirsync(all, settings, model, why),
		.poll = make_poll(all, settings, model, why),
	};

	return auto_source_new(&server, &kinds, why);
}

/* ---- files ---- */

static struct source *make_ldif(const struct settings *all, const struct source_settings *settings,
                                const struct model_settings *model, struct error *why)
{
	struct ldif_source_options options = {.name = settings->name};

	(void)all;
	(void)model;
	copy_texts(&settings->ldif, options.paths, LDIF_SOURCE_PATHS_MAX);
	return ldif_source_new(&options, why);
}

/* ---- all ---- */

/* Whatever is configured for a server may change what it shows; only equal settings are worth its journal. */
static char *identity_print(const struct settings *all, const struct source_settings *settings)
{
	const char *const *ids = all->person_ids.items;
	struct text words;

	text_init(&words, IDENTITY_MAX);
	options_print(options_find(&options_top, "sources")->table, settings, &words);
	text_print(&words, "person_filter=( %s)person_ids=(", all->person_filter);
	for (size_t i = 0; i < all->person_ids.count; i++)
		text_print(&words, " %zu:%s", strlen(ids[i]), ids[i]);
	text_append(&words, ")");
	if (!words.overflowed)
		return text_detach(&words);
	text_release(&words); /* then nothing is kept */
	return NULL;
}

struct source *sources_make(const struct settings *all, const struct source_settings *settings,
                            const struct model_settings *model, struct error *why)
{
	static struct source *(*const kinds[])(const struct settings *, const struct source_settings *,
	                                       const struct model_settings *, struct error *) = {
		[SOURCE_AUTO] = make_auto,
		[SOURCE_CONTENT_SYNC] = make_content_sync,
		[SOURCE_DIRSYNC] = make_dirsync,
		[SOURCE_POLL] = make_poll,
		[SOURCE_LDIF] = make_ldif,
	};

	struct source *source = kinds[config_source_kind(settings)](all, settings, model, why);

	if (source && config_source_kind(settings) != SOURCE_LDIF) /* files are there, or are no policy */
		source->identity = identity_print(all, settings);
	return source;
}

#include "library/directory_source.h"

#include <errno.h>

#include "directory/auto_source.h"
#include "directory/content_sync/content_sync.h"
#include "directory/dirsync/dirsync.h"
#include "directory/poll/poll.h"

#define SEEN_HEARTBEAT_MS 20 /* where changes are waited for */

int directory_session(const struct dirgate_directory *directory, struct session_options *session, struct error *why)
{
	size_t count = 1;

	if (!directory->uri || !directory->base)
		return error_set(why, -EINVAL, "a directory needs a URI and a base DN");
	*session = (struct session_options){
		.uris = {directory->uri},
		.tls = directory->start_tls ? SESSION_TLS_DEMAND : SESSION_TLS_AUTO,
		.ca_file = directory->ca_file,
		.certificate_file = directory->certificate_file,
		.key_file = directory->key_file,
		.mechanism = directory->mechanism,
		.bind_dn = directory->bind_dn,
		.password_file = directory->password_file,
		.sasl_user = directory->user,
		.keytab = directory->keytab,
	};
	for (size_t i = 0; directory->replicas && directory->replicas[i]; i++) {
		if (count == SESSION_URIS_MAX)
			return error_set(why, -E2BIG, "more than %d servers", SESSION_URIS_MAX);
		session->uris[count++] = directory->replicas[i];
	}
	return 0;
}

/* Where changes are waited for, all is done often. */
struct source *directory_source(const struct dirgate_directory *directory, const struct model_settings *settings,
                                instant staleness, struct error *why)
{
	struct session_options session;
	const struct server_options server = {
		.name = "directory",
		.session = &session,
		.base = directory->base,
		.settings = settings,
	};
	const struct content_sync_options sync = {
		.server = server,
		.heartbeat_ms = directory->writable ? SEEN_HEARTBEAT_MS : 0,
	};
	const struct poll_options poll = {
		.server = server,
		.ids_ms = directory->writable ? SEEN_HEARTBEAT_MS : poll_ids_within(staleness),
	};
	const struct dirsync_options dirsync = {.server = server, .interval_ms = directory->writable ? SEEN_HEARTBEAT_MS : 0};
	struct auto_kinds kinds = {.content_sync = NULL};

	if (directory_session(directory, &session, why) < 0)
		return NULL;
	kinds.content_sync = content_sync_new(&sync, why);
	kinds.dirsync = dirsync_new(&dirsync, why);
	kinds.poll = poll_new(&poll, why);
	return auto_source_new(&server, &kinds, why);
}

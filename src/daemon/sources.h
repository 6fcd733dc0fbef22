/* Sources as the directory layer wants them, made of what the configuration says. */
#ifndef DAEMON_SOURCES_H
#define DAEMON_SOURCES_H

#include "daemon/settings.h"
#include "directory/follower/source.h"
#include "model/snapshot.h"

void sources_model_settings(const struct settings *settings, struct model_settings *model); /* borrows the texts */

/* One of the sources of `all`.  NULL with `why`. */
struct source *sources_make(const struct settings *all, const struct source_settings *settings,
                            const struct model_settings *model, struct error *why);

#endif

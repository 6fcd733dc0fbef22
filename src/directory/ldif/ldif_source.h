/* The source "ldif": files or folders, read at start, on follower_reload, and again when they change.  Its entries are
 * keyed by DN; its position is the time of the newest file.  If reading fails the old entries stay. */
#ifndef DIRECTORY_LDIF_SOURCE_H
#define DIRECTORY_LDIF_SOURCE_H

#include "directory/follower/source.h"

#include <stddef.h>

#define LDIF_SOURCE_PATHS_MAX 64

struct ldif_source_options {
	const char *name;                         /* of the source; copied */
	const char *paths[LDIF_SOURCE_PATHS_MAX]; /* files and folders, NULL-terminated if fewer; copied */
	unsigned watch_ms;                        /* how often to look whether they changed; 0: 1000 */
};

struct source *ldif_source_new(const struct ldif_source_options *options, struct error *why); /* NULL: bad options */

#endif

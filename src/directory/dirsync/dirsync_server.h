/* What has to be known of a domain controller before it is followed.  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_SERVER_H
#define DIRECTORY_DIRSYNC_SERVER_H

#include "base/error.h"
#include "directory/dirsync/dirsync_link.h"
#include "directory/follower/position.h"

#include <stdbool.h>

struct dirsync_server {
	char *context;                 /* the root of the naming context in which the base is: DirSync is for these only */
	char counter[POSITION_KEY_MAX]; /* its invocation id: whose update sequence numbers its tokens are */
	bool shows_deletes;            /* this identity is told of deletions */
};

/* Negative: it is no domain controller, has no DirSync, or (unless `without_policy`) does not know our classes. */
int dirsync_server_read(const struct dirsync_link *link, const char *base, bool without_policy,
                        struct dirsync_server *server, struct error *why);
void dirsync_server_release(struct dirsync_server *server);

/* How far the server has come now (highestCommittedUSN). */
int dirsync_server_position(const struct dirsync_link *link, const struct dirsync_server *server,
                            struct position *position, struct error *why);

#endif

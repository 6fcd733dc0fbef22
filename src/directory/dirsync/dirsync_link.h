/* A connection to a domain controller that is asked one thing after another.  No wait is longer than the limit of an
 * answer, and each ends soon when the source is to stop.  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_LINK_H
#define DIRECTORY_DIRSYNC_LINK_H

#include "base/error.h"
#include "directory/follower/feed.h"
#include "directory/server/session.h"

#include <ldap.h>
#include <stdbool.h>

struct dirsync_link {
	struct session *session;
	struct feed *feed;  /* asked whether to stop; counts search references */
	unsigned answer_ms; /* until a server that was asked says anything */
};

struct dirsync_search {
	const char *base;
	int scope;
	const char *filter;
	char **attributes;      /* NULL-terminated */
	LDAPControl **controls; /* NULL-terminated, or NULL */
	bool count_references;
	/* Takes an entry.  *kept: the message is somebody else's now.  Negative ends the search. */
	int (*take)(void *context, LDAPMessage *message, bool *kept, struct error *why);
	void *context;
};

/* Sends the search and takes all that comes.  *answered (unless NULL): the controls of its end, to be freed by
 * ldap_controls_free, NULL if there are none.  Negative: it did not end with success, or is to stop.
 * DIRSYNC_NO_OBJECT: the base is not there. */
#define DIRSYNC_NO_OBJECT 1
int dirsync_search(const struct dirsync_link *link, const struct dirsync_search *search, LDAPControl ***answered,
                   struct error *why);

#endif

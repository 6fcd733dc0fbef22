/* Changes as LDIF (RFC 2849), made at a server, and taken back: for tests that run against a directory.
 *
 * Before each change the entry is read, so that it can be put back as the identity that binds sees it: what it may not
 * read (passwords, often) is lost with an entry that is deleted, and so is what only servers write, such as its
 * entryUUID. */
#ifndef DIRECTORY_SERVER_CHANGE_H
#define DIRECTORY_SERVER_CHANGE_H

#include "directory/ldif/ldif.h"
#include "directory/server/session.h"

struct server_changes; /* opaque; used by one thread at a time */

#define SERVER_CHANGES_MAX 65536 /* that can be taken back */

/* Nothing is connected before the first change.  Everything is copied. */
struct server_changes *server_changes_new(const struct session_options *session);
void server_changes_free(struct server_changes *changes); /* what was not taken back stays; NULL is allowed */

/* Makes the changes of all records, in order.  Negative: `why` says file:line, and what is wrong or what the server said;
 * those before it are made. */
int server_changes_apply(struct server_changes *changes, struct ldif_reader *reader, struct error *why);

/* Takes back all that was made, the last first.  Negative: `why` says where it ended; what it has not come to is still
 * there to be taken back. */
int server_changes_undo(struct server_changes *changes, struct error *why);

#endif

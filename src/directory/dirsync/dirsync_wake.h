/* The second connection, on which a domain controller says that something has changed (MS-ADTS section 3.1.1.3.4.1.9).
 * Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_WAKE_H
#define DIRECTORY_DIRSYNC_WAKE_H

#include "base/error.h"
#include "directory/server/session.h"

struct dirsync_wake; /* opaque */

/* Connects to the i-th server and asks to be told of changes below the root of the naming context. */
int dirsync_wake_open(const struct session_options *session, unsigned i, const char *context,
                      struct dirsync_wake **wake, struct error *why);
void dirsync_wake_close(struct dirsync_wake *wake); /* NULL is allowed */
int dirsync_wake_descriptor(const struct dirsync_wake *wake);
/* Takes what has arrived.  Negative: there will be no more. */
#define DIRSYNC_CHANGED 1
int dirsync_wake_listen(struct dirsync_wake *wake, struct error *why);

#endif

/* What the files of a session share: session.c (options, connecting), session_tls.c, session_bind.c. */
#ifndef DIRECTORY_SESSION_PARTS_H
#define DIRECTORY_SESSION_PARTS_H

#include <ldap.h>

#include "directory/server/session.h"

struct session {
	LDAP *ldap;
	struct session_options *options; /* its own copy */
	unsigned index; /* of the URI */
	char *uri;
};

bool session_uri_has_scheme(const char *uri, const char *scheme);

/* Is this connection to be encrypted by TLS?  Then not a word of the bind goes over it before it is. */
bool session_wants_tls(const struct session *session);
/* Connects with TLS, or does StartTLS, where session_wants_tls.  Negative with `why`: nothing may be said on this
 * connection. */
int session_start_tls(const struct session *session, struct error *why);

/* Opens a file that nobody else may use; `what` it is, for the error.  The descriptor, or negative with `why`. */
int session_secret_open(const char *path, const char *what, struct error *why);

/* Are the options about the bind whole, and do they fit together?  Negative with `why`. */
int session_bind_check(const struct session_options *options, struct error *why);
/* Proves to the server who we are.  Negative with `why`. */
int session_bind(const struct session *session, struct error *why);

#endif

/* What the files of a session share: session.c (options, connecting), session_tls.c, session_bind.c. */
#ifndef DIRECTORY_SESSION_PARTS_H
#define DIRECTORY_SESSION_PARTS_H

#include <ldap.h>

#include "directory/session.h"

struct session {
	LDAP *ldap;
	struct session_options *options; /* its own copy */
	unsigned index; /* of the URI */
	char *uri;
};

bool session_uri_has_scheme(const char *uri, const char *scheme);

/* Makes TLS ready for ldaps:, where it begins with the first operation, which is the bind; does StartTLS on ldap: if the
 * options demand TLS.  Negative with `why`; then nothing may be said on this connection. */
int session_start_tls(const struct session *session, struct error *why);
/* Proves to the server who we are.  Negative with `why`. */
int session_bind(const struct session *session, struct error *why);

#endif

/* A connection to a directory server: address, TLS, bind, time limits.  Referrals are not followed, aliases not
 * dereferenced, and no wait is without a timeout. */
#ifndef DIRECTORY_SESSION_H
#define DIRECTORY_SESSION_H

#include "base/clock.h"
#include "base/error.h"

#include <stdbool.h>

#define SESSION_URIS_MAX     16
#define SESSION_PASSWORD_MAX 1024 /* octets of a password file's content */

enum session_tls {
	SESSION_TLS_DEMAND = 0, /* ldaps:, or StartTLS on ldap:; ldapi: is a local socket and needs none */
	SESSION_TLS_AUTO,       /* likewise, but ldap: to this machine is in the clear */
	SESSION_TLS_NONE,       /* ldap: in the clear: the site says that its network may be trusted */
};

enum session_verify {
	SESSION_VERIFY_DEMAND = 0, /* the certificate must be good and be for that host */
	SESSION_VERIFY_NEVER,      /* anybody may pose as the server: for tests */
};

struct session_options {
	const char *uris[SESSION_URIS_MAX]; /* ldap://, ldaps://, ldapi://; NULL-terminated if fewer; tried in order of health */
	enum session_tls tls;
	enum session_verify verify;
	const char *ca_file;          /* PEM; NULL: the system's */
	const char *crl_file;         /* PEM, certificates that are no longer believed; NULL: none */
	const char *certificate_file; /* of this client, PEM; NULL: none */
	const char *key_file;
	/* How to bind.  mechanism NULL: simple with bind_dn and password_file, or anonymous if bind_dn is NULL. */
	const char *mechanism;        /* SASL: "EXTERNAL", "GSSAPI" or "SCRAM-SHA-256" */
	const char *bind_dn;          /* simple bind */
	const char *password_file;    /* one line; must not be readable by others; an empty password is refused */
	const char *sasl_user;        /* SCRAM: who the password belongs to; GSSAPI: the principal in the keytab, NULL: its first */
	const char *keytab;           /* GSSAPI; must not be readable by others; NULL: the tickets of the environment */
	const char *sasl_authzid;     /* authorization identity, "dn:..." or "u:..."; NULL: what follows from the bind */
	/* Limits; 0 means the default in brackets. */
	unsigned connect_ms;          /* TCP, TLS and bind, each [5000] */
	unsigned answer_ms;           /* until a server that was asked says anything [30000] */
	unsigned keepalive_idle_s;    /* until the first TCP keepalive probe [2] */
	unsigned keepalive_interval_s; /* between probes [1] */
	unsigned keepalive_probes;    /* unanswered ones until the connection is lost [2] */
};

/* Copies with all texts (one allocation chain); the copy is freed by session_options_free. */
struct session_options *session_options_copy(const struct session_options *options);
void session_options_free(struct session_options *options);
/* 0; negative with what is wrong, before anything is connected. */
int session_options_check(const struct session_options *options, struct error *why);

/* Which servers failed or were behind lately; one for each user of session_open, zeroed at first. */
struct session_health {
	instant failed_at[SESSION_URIS_MAX]; /* clock_monotonic; 0: not since it last worked */
	instant behind_at[SESSION_URIS_MAX]; /* clock_monotonic: it was behind what is known already; 0: it was not */
};
#define SESSION_HEALTH_MEMORY (300 * INSTANT_SECOND) /* what is longer ago is forgotten */

/* The healthiest server that is not in `tried`: those that neither failed nor were behind lately in the order of the
 * options, then those that were behind, then those that failed, the longest ago first.  Negative: none is left. */
int session_choose(const struct session_options *options, const struct session_health *health, const bool *tried);

struct session; /* opaque; used by one thread */

/* Connects and binds at the first server that lets it, the healthiest first.  Negative: none;
 * `why` says of each what failed, what the server said, and what to do. */
int session_open(const struct session_options *options, struct session_health *health, struct session **session,
                 struct error *why);
/* The same at one server only: the i-th of the options. */
int session_open_at(const struct session_options *options, unsigned i, struct session **session, struct error *why);
void session_close(struct session *session); /* unbinds; NULL is allowed */

const char *session_uri(const struct session *session);
unsigned session_uri_index(const struct session *session);
struct ldap *session_ldap(const struct session *session); /* libldap's LDAP, owned by the session */
int session_descriptor(const struct session *session);    /* of the connection, for poll(2); -1: none */
/* Octets were read from the descriptor that no message has used yet: poll(2) knows nothing of them. */
bool session_has_data(const struct session *session);

/* Says in `why` how an operation failed: `what` ("search below o=acme"), the result's name and the server's diagnostic.
 * `result` 0 means: ask libldap.  Returns a negative code. */
int session_error(const struct session *session, int result, const char *what, struct error *why);

#endif

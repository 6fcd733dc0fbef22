/* What the configuration says, as plain data.  Only this folder knows it: other layers get their small option structs
 * made of it (site.c, server.c).  Each struct is filled by the table of the same name in options.c. */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts (NULL-terminated, too) or structs, as the table says. */
struct list {
	void *items;
	size_t count;
};

/* Where it was written: for messages about what only the whole shows.  A struct in a list begins with it. */
struct place {
	const char *file; /* "/etc/dirgate/dirgate.yaml", or "command line" */
	size_t line;      /* from 1; 0: none */
};

enum source_kind { SOURCE_AUTO = 0, SOURCE_CONTENT_SYNC, SOURCE_DIRSYNC, SOURCE_POLL, SOURCE_LDIF };
enum bind_mechanism { BIND_AUTO = 0, BIND_NONE, BIND_SIMPLE, BIND_EXTERNAL, BIND_GSSAPI, BIND_SCRAM };
enum starttls { STARTTLS_AUTO = 0, STARTTLS_YES, STARTTLS_NO };
enum tls_verify { VERIFY_YES = 0, VERIFY_NO };

struct bind_settings {
	int64_t mechanism; /* enum bind_mechanism */
	const char *dn;
	const char *password_file;
	const char *user;
	const char *authzid;
	const char *keytab;
};

struct source_tls_settings {
	int64_t starttls; /* enum starttls */
	int64_t verify;   /* enum tls_verify */
	const char *ca, *crl, *certificate, *key;
};

struct source_settings {
	struct place place;
	const char *name;
	int64_t kind; /* enum source_kind */
	struct list ldif; /* paths */
	struct list uri;
	const char *base;
	struct bind_settings bind;
	struct source_tls_settings tls;
	bool policy;
	struct list attributes;
	int64_t heartbeat, heartbeat_limit, behind_limit, reconcile, connection_age; /* nanoseconds */
	int64_t interval, overlap, ids_interval; /* nanoseconds; ids_interval 0: what fits to max_staleness */
	int64_t connect_timeout, answer_timeout;
};

struct listener_settings {
	struct place place;
	const char *address;
	int64_t mode;
};

struct limits_settings {
	int64_t body, header; /* octets */
	int64_t batch, connections, threads, waiting;
	int64_t request_timeout, idle_timeout; /* nanoseconds */
};

struct settings {
	struct list sources; /* struct source_settings */
	struct list listen;  /* struct listener_settings */
	int64_t max_staleness, at_least_wait; /* nanoseconds */
	const char *person_filter;
	struct list person_ids;
	struct list subject_types, trusted_subject_properties, caller_properties, writable_attributes;
	const char *time_zone; /* NULL: the system's */
	int64_t log_level;     /* enum log_level */
	const char *state_directory; /* NULL: none */
	int64_t removal_share, removal_floor;
	struct limits_settings limits;
};

#endif

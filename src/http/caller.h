/* Who asks, and what that one may ask.  What a caller may ask are permissions like any other (dirgate.query,
 * dirgate.explain, dirgate.search …); each kind of caller is a table of functions. */
#ifndef HTTP_CALLER_H
#define HTTP_CALLER_H

#include <stdbool.h>

struct caller;

struct caller_kind {
	const char *name; /* for logs */
	bool (*may)(const struct caller *caller, const char *permission);
};

struct caller {
	const struct caller_kind *kind;
};

/* Whoever can open a connection to a loopback address or to a Unix socket: a program on this machine, let in by the
 * machine's own means (the socket's mode, the firewall).  May ask everything.  The server listens nowhere else without
 * a way to authenticate callers. */
extern const struct caller_kind caller_local;

static inline bool caller_may(const struct caller *caller, const char *permission)
{
	return caller->kind->may(caller, permission);
}

#define CALLER_QUERY   "dirgate.query"
#define CALLER_EXPLAIN "dirgate.explain"
#define CALLER_SEARCH  "dirgate.search"
#define CALLER_USERS_READ        "users.read"
#define CALLER_MEMBERS_READ      "members.read"
#define CALLER_MEMBERS_EXPORT    "members.export"
#define CALLER_WORKSPACE_READ    "workspace.read"
#define CALLER_TEAMS_READ        "teams.read"
#define CALLER_ORGANIZATION_READ "organization.read"

#endif

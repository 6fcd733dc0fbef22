/* What the fake server does with an operation: a plan of steps, and the rules of the script that break in.  A step is
 * one action with one argument; README.md lists them. */
#ifndef FAKE_STEPS_H
#define FAKE_STEPS_H

#include "script.h"
#include "store.h"
#include "wire.h"

#include <lber.h>
#include <pthread.h>

#define FAKE_CONNECTIONS_MAX 65536

struct fake_server {
	pthread_mutex_t lock;       /* of the script and the list; not held while something is sent */
	struct fake_script script;
	struct fake_store store;
	struct fake_connection *connections[FAKE_CONNECTIONS_MAX]; /* those that have ended too */
	size_t connection_count;
	unsigned long counts[16];   /* operations begun, by the order of fake_kinds */
};

/* One request, or a connection that begins (`request` NULL), or a "send" to a search that persists. */
struct fake_operation {
	struct fake_server *server;
	struct fake_connection *connection;
	const struct fake_request *request;
	const char *kind;
	int id;
	struct fake_settings settings;  /* as they were when it began */
	struct fake_rule *rules;        /* those that strike it */
	size_t rule_count;
	struct fake_entries entries;    /* that match, in order */
	size_t next, limit;             /* which comes next; where this page or round ends */
	long sent;                      /* entries */
	long fired_at;                  /* the rules of so many entries have struck */
	uint64_t since;                 /* DirSync: the change that its client has come to */
	uint64_t change;                /* the last one when it began */
	bool over;                      /* nothing more is to be sent */
};

struct fake_action {
	const char *name;
	void (*run)(struct fake_operation *operation, const char *argument);
};

const struct fake_action *fake_action_find(const char *name, size_t length); /* NULL: there is none */
bool fake_kind_valid(const char *kind);
long fake_count(struct fake_server *server, const char *kind); /* "open": connections; -1: no such kind */

/* All three take the lock of the connection themselves. */
void fake_operation_run(struct fake_server *server, struct fake_connection *connection, const struct fake_request *request);
void fake_send_steps(struct fake_server *server, const struct fake_steps *steps); /* to every search that persists */
void fake_tell(struct fake_server *server); /* the changes, to every search that persists and is not busy */

/* Between steps.c and operation.c; under the lock of the connection. */
void fake_tell_one(struct fake_server *server, struct fake_connection *connection);
/* The end of an operation.  `oid` and `value`: a control, or NULL; see fake_message_result. */
void fake_result_send(struct fake_operation *operation, int code, const char *text, const char *oid, BerElement *value);
bool fake_is_hidden(const struct fake_settings *settings, const char *dn);

#endif

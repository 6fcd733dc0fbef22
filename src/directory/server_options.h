/* What all sources that are LDAP servers want to know.  A source's own options hold one. */
#ifndef DIRECTORY_SERVER_OPTIONS_H
#define DIRECTORY_SERVER_OPTIONS_H

#include "directory/session.h"
#include "model/snapshot.h"

#include <stdbool.h>

#define SERVER_ATTRIBUTES_MAX 256

struct server_options {
	const char *name;                      /* of the source */
	const struct session_options *session;
	const char *base;                      /* DN below which everything is */
	const struct model_settings *settings; /* person_filter and person_ids decide what is asked for; NULL: defaults */
	const char *attributes[SERVER_ATTRIBUTES_MAX]; /* further attributes of people to read; NULL-terminated */
	bool without_policy;                   /* the server need not know our schema: people and groups only */
};

/* Negative with what is wrong, before anything is connected. */
int server_options_check(const struct server_options *options, struct error *why);
/* Copies with all texts, to be freed by server_options_free. */
struct server_options *server_options_copy(const struct server_options *options);
void server_options_free(struct server_options *options); /* NULL is allowed */

#endif

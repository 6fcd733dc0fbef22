/* What has to be known of a server before it is followed.  Internal to content synchronization. */
#ifndef DIRECTORY_SYNC_SERVER_H
#define DIRECTORY_SYNC_SERVER_H

#include "base/error.h"
#include "directory/server/session.h"

#include <ldap.h>
#include <stdbool.h>

/* Negative: the server has no content synchronization, or (unless `without_policy`) does not know our classes, in whose
 * place it would find nothing, without an error. */
int sync_server_check(const struct session *session, bool without_policy, struct error *why);

/* Negative: the server does not know our classes. */
int sync_server_check_schema(const struct session *session, struct error *why);

/* The entry that has the contextCSN of the database in which `base` is: its naming context, or the base itself where
 * the server does not say.  To be freed. */
char *sync_server_context(const struct session *session, const char *base);

/* Reads one attribute of one entry; *values to be freed by ldap_value_free_len, NULL if it is not there. */
int sync_server_read(const struct session *session, const char *dn, const char *attribute, struct berval ***values,
                     struct error *why);

#endif

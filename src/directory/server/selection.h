/* What an LDAP source asks a server for: the entries that the model knows what to do with, those that others may stand
 * below (a renamed container is told with one message), and of each the attributes that mean something. */
#ifndef DIRECTORY_SELECTION_H
#define DIRECTORY_SELECTION_H

#include "base/error.h"
#include "directory/follower/name_set.h"
#include "model/snapshot.h"

struct selection {
	char *filter;            /* RFC 4515 */
	char **attributes;       /* NULL-terminated: `names`, and when the entry was changed (record_time.h) */
	struct name_set names;
};

/* `wanted`: attributes that the policy names; `more`: NULL-terminated list of others, or NULL.  Negative: person_filter
 * is not valid.  Release it in any case. */
int selection_make(const struct model_settings *settings, const struct name_set *wanted, const char *const *more,
                   struct selection *selection, struct error *why);
void selection_release(struct selection *selection);

#endif

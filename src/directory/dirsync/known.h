/* What the index has of a source, for sources whose server does not tell everything that follows from a change: when an
 * entry is renamed or goes, Active Directory rewrites whatever names it, without a word. */
#ifndef DIRECTORY_KNOWN_H
#define DIRECTORY_KNOWN_H

#include "directory/follower/feed.h"

#include <stdbool.h>

struct known; /* opaque; used by the source's thread */

/* What is published now, if all that the source has pushed is in it; waits a little for that.  NULL: it is not (other
 * sources have not been read yet).  To be closed soon: it holds the memory of a snapshot. */
struct known *known_open(struct feed *feed);
void known_close(struct known *known); /* NULL is allowed */

bool known_has(const struct known *known, const char *key);
bool known_has_below(const struct known *known, const char *key); /* do other entries stand below it? */
bool known_is_at(const struct known *known, const char *key, const char *dn);
/* Calls `found` with the keys of the source's entries that name the entry with this key or one below it; or that name
 * what is or was at this DN or below it.  A key may come more than once. */
void known_referrers(const struct known *known, const char *key, void (*found)(void *context, const char *key),
                     void *context);
void known_referrers_of_dn(const struct known *known, const char *dn, void (*found)(void *context, const char *key),
                           void *context);

#endif

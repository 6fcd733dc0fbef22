/* One search, read in pages where the server can (RFC 2696), to its end.  For sources that ask again and again.
 *
 * The control for pages is not critical: a server that does not know it answers with all entries at once.  Only a last
 * page with the result success (0) is complete; every other result, a limit among them, is an error.  References to
 * other servers (RFC 4511 section 4.5.3) are counted in the feed and not followed. */
#ifndef DIRECTORY_PAGED_SEARCH_H
#define DIRECTORY_PAGED_SEARCH_H

#include "base/error.h"
#include "directory/follower/feed.h"
#include "directory/server/session.h"

#include <ldap.h>
#include <stdbool.h>

#define PAGED_SEARCH_PAGE      500  /* entries; Active Directory gives 1000 at most */
#define PAGED_SEARCH_EMPTY_MAX 1000 /* pages without an entry, one after the other, until the server is not believed */
#define PAGED_SEARCH_STOP_MS   100  /* it ends within so long when the feed is asked to stop */

struct paged_search {
	const char *base;
	int scope;               /* LDAP_SCOPE_SUBTREE; LDAP_SCOPE_BASE: one entry, without pages */
	const char *filter;
	char *const *attributes; /* NULL-terminated */
	unsigned answer_ms;      /* until a server that was asked must have said something */
	LDAPControl *control;    /* with LDAP_SCOPE_BASE, instead of pages; NULL: none */
	bool *paged;             /* the server is known to give pages: it must say of each whether it was the last; the
	                            search finds it out; NULL: nobody keeps it */
	int *code;               /* the server's result is put there, -1 if none came; NULL: nobody asks */
};

/* Called for each entry; the message is its own to keep or to free, whatever it returns.  Negative ends the search. */
typedef int paged_search_take(void *context, LDAP *ldap, LDAPMessage *entry, struct error *why);

/* 0: all entries have come.  PAGED_SEARCH_NO_BASE: there is no entry `base`, `why` says so.  Negative: what came is not
 * all, or the feed is to stop (-ECANCELED); after the latter the session is only good for closing. */
#define PAGED_SEARCH_NO_BASE 1
int paged_search(const struct session *session, struct feed *feed, const struct paged_search *search,
                 paged_search_take *take, void *context, struct error *why);

#endif

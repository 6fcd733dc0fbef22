#include "directory/dirsync/dirsync_link.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"

#define MILLISECOND (INSTANT_SECOND / 1000)
#define LOOK_MS     100 /* between two looks whether to stop */

/* The next message of the search.  Positive: its type. */
static int message_wait(const struct dirsync_link *link, int search, LDAPMessage **message, struct error *why)
{
	const instant limit = clock_monotonic() + (instant)link->answer_ms * MILLISECOND;
	struct timeval look = {0, LOOK_MS * 1000};
	int type;

	while ((type = ldap_result(session_ldap(link->session), search, LDAP_MSG_ONE, &look, message)) == 0) {
		if (feed_stopping(link->feed))
			return error_set(why, -ECANCELED, "%s: stopped", session_uri(link->session));
		if (clock_monotonic() > limit)
			return error_set(why, -ETIMEDOUT, "%s: the server has said nothing for %u ms", session_uri(link->session),
			                 link->answer_ms);
	}
	return type > 0 ? type : session_error(link->session, 0, "search", why);
}

static int take_result(const struct dirsync_link *link, const struct dirsync_search *search, LDAPMessage *message,
                       LDAPControl ***answered, struct error *why)
{
	char what[300];
	int code = LDAP_SUCCESS;

	if (ldap_parse_result(session_ldap(link->session), message, &code, NULL, NULL, NULL, answered, 0) != LDAP_SUCCESS)
		return error_set(why, -EPROTO, "%s: the end of a search cannot be decoded", session_uri(link->session));
	if (code == LDAP_SUCCESS)
		return 0;
	snprintf(what, sizeof(what), "search below \"%.200s\"", search->base);
	session_error(link->session, code, what, why);
	return code == LDAP_NO_SUCH_OBJECT ? DIRSYNC_NO_OBJECT : -EIO;
}

/* Takes messages until the end of the search. */
static int take_all(const struct dirsync_link *link, const struct dirsync_search *search, int id,
                    LDAPControl ***answered, struct error *why)
{
	LDAPMessage *message;
	int type, result = 0;

	while (result == 0 && (type = result = message_wait(link, id, &message, why)) > 0) {
		bool kept = false;

		result = 0;
		if (type == LDAP_RES_SEARCH_RESULT)
			result = take_result(link, search, message, answered, why);
		else if (type == LDAP_RES_SEARCH_ENTRY)
			result = search->take(search->context, message, &kept, why);
		else if (type == LDAP_RES_SEARCH_REFERENCE && search->count_references)
			feed_count_reference(link->feed);
		if (!kept)
			ldap_msgfree(message);
		if (type == LDAP_RES_SEARCH_RESULT)
			return result;
	}
	ldap_abandon_ext(session_ldap(link->session), id, NULL, NULL);
	return result;
}

int dirsync_search(const struct dirsync_link *link, const struct dirsync_search *search, LDAPControl ***answered,
                   struct error *why)
{
	LDAPControl **ending = NULL;
	int id, result;

	result = ldap_search_ext(session_ldap(link->session), search->base, search->scope, search->filter,
	                         search->attributes, 0, search->controls, NULL, NULL, LDAP_NO_LIMIT, &id);
	if (result != LDAP_SUCCESS)
		return session_error(link->session, result, "search", why);
	result = take_all(link, search, id, &ending, why);
	if (result == 0 && answered)
		*answered = ending;
	else
		ldap_controls_free(ending);
	return result;
}

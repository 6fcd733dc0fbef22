#include "directory/dirsync/dirsync_wake.h"

#include <errno.h>
#include <ldap.h>
#include <stdlib.h>

#include "base/memory.h"
#include "directory/dirsync/dirsync_message.h"

#define NOTIFICATION "1.2.840.113556.1.4.528"
#define LISTEN_MAX   10000 /* messages in one call */

struct dirsync_wake {
	struct session *session;
	int search;
};

/* The only filter that it takes is this one, and of the entries nothing is wanted.  Without the second control deletions
 * are left out. */
static int ask(struct dirsync_wake *wake, const char *context, struct error *why)
{
	LDAPControl control = {.ldctl_oid = (char *)(uintptr_t)NOTIFICATION, .ldctl_iscritical = 1};
	LDAPControl show = {.ldctl_oid = (char *)(uintptr_t)DIRSYNC_SHOW_DELETED}, *controls[] = {&control, &show, NULL};
	char name[] = "objectGUID", *attributes[] = {name, NULL};
	int result = ldap_search_ext(session_ldap(wake->session), context, LDAP_SCOPE_SUBTREE, "(objectClass=*)", attributes,
	                             0, controls, NULL, NULL, LDAP_NO_LIMIT, &wake->search);

	return result == LDAP_SUCCESS ? 0 : session_error(wake->session, result, "notification of changes", why);
}

int dirsync_wake_open(const struct session_options *session, unsigned i, const char *context,
                      struct dirsync_wake **wake, struct error *why)
{
	struct dirsync_wake *made = memory_alloc(sizeof(*made));
	int result = session_open_at(session, i, &made->session, why);

	if (result == 0)
		result = ask(made, context, why);
	if (result < 0) {
		dirsync_wake_close(made);
		return error_prefix(why, result, "second connection: ");
	}
	*wake = made;
	return 0;
}

void dirsync_wake_close(struct dirsync_wake *wake)
{
	if (!wake)
		return;
	session_close(wake->session);
	free(wake);
}

int dirsync_wake_descriptor(const struct dirsync_wake *wake)
{
	return session_descriptor(wake->session);
}

int dirsync_wake_listen(struct dirsync_wake *wake, struct error *why)
{
	LDAP *ldap = session_ldap(wake->session);
	struct timeval at_once = {0, 0};
	LDAPMessage *message;
	int type = 0, code, result = 0;

	for (int i = 0; i < LISTEN_MAX && (type = ldap_result(ldap, wake->search, LDAP_MSG_ONE, &at_once, &message)) > 0; i++) {
		if (type != LDAP_RES_SEARCH_RESULT) {
			ldap_msgfree(message);
			result = DIRSYNC_CHANGED;
			continue;
		}
		ldap_parse_result(ldap, message, &code, NULL, NULL, NULL, NULL, 1);
		return code == LDAP_SUCCESS ? error_set(why, -EIO, "%s: the server ended the notification of changes",
		                                        session_uri(wake->session))
		                            : session_error(wake->session, code, "notification of changes", why);
	}
	return type < 0 ? session_error(wake->session, 0, "notification of changes", why) : result;
}

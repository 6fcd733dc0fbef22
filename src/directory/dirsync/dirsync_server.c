#include "directory/dirsync/dirsync_server.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "directory/dirsync/dirsync_message.h"
#include "directory/server/sync_server.h"

static int check_listed(const struct session *session, const char *attribute, const char *oid, const char *remedy,
                        struct error *why)
{
	struct berval **values;
	bool listed = false;
	int result = sync_server_read(session, "", attribute, &values, why);

	if (result < 0)
		return result;
	for (size_t i = 0; values && values[i]; i++)
		listed = listed || strcmp(values[i]->bv_val, oid) == 0;
	ldap_value_free_len(values);
	return listed ? 0 : error_set(why, -EOPNOTSUPP, "%s: %s", session_uri(session), remedy);
}

/* ---- who it is, and how far it has come ---- */

static int read_one(const struct session *session, const char *dn, const char *attribute, struct berval **value,
                    struct error *why)
{
	struct berval **values;
	int result = sync_server_read(session, dn, attribute, &values, why);

	*value = result == 0 && values && values[0] ? ber_bvdup(values[0]) : NULL;
	ldap_value_free_len(values);
	if (result == 0 && !*value)
		result = error_set(why, -ENOENT, "%s: %s of \"%.200s\" cannot be read; give this identity read access to it",
		                   session_uri(session), attribute, dn);
	return result;
}

static int invocation_read(const struct session *session, char counter[POSITION_KEY_MAX], struct error *why)
{
	struct berval *name = NULL, *id = NULL;
	struct dirsync_guid guid;
	int result = read_one(session, "", "dsServiceName", &name, why);

	if (result == 0)
		result = read_one(session, name->bv_val, "invocationId", &id, why);
	if (result == 0 && !dirsync_guid_take(id->bv_val, id->bv_len, &guid))
		result = error_set(why, -EPROTO, "%s: its invocationId is no GUID", session_uri(session));
	if (result == 0)
		dirsync_guid_print(&guid, counter);
	ber_bvfree(name);
	ber_bvfree(id);
	return result;
}

int dirsync_server_position(const struct dirsync_link *link, const struct dirsync_server *server,
                            struct position *position, struct error *why)
{
	char number[POSITION_VALUE_MAX];
	struct berval *usn = NULL;
	int result = read_one(link->session, "", "highestCommittedUSN", &usn, why);

	*position = (struct position){0};
	if (result == 0) {
		snprintf(number, sizeof(number), "%020llu", strtoull(usn->bv_val, NULL, 10));
		position_advance(position, server->counter, number);
	}
	ber_bvfree(usn);
	return result;
}

/* ---- what it shows ---- */

struct looking {
	LDAP *ldap;
	bool readable;
};

static int note_entry(void *context, LDAPMessage *message, bool *kept, struct error *why)
{
	struct looking *looking = context;
	struct berval **values = ldap_get_values_len(looking->ldap, message, "objectClass");

	(void)kept;
	(void)why;
	looking->readable = values && values[0];
	ldap_value_free_len(values);
	return 0;
}

/* Who may not read and list the container of what was deleted is not told of deletions, without an error. */
static int deleted_look(const struct dirsync_link *link, struct dirsync_server *server, struct error *why)
{
	LDAPControl show = {.ldctl_oid = (char *)(uintptr_t)DIRSYNC_SHOW_DELETED, .ldctl_iscritical = 1}, *controls[] = {&show, NULL};
	char class[] = "objectClass", *attributes[] = {class, NULL};
	struct looking looking = {.ldap = session_ldap(link->session)};
	struct text base;
	struct dirsync_search search = {.scope = LDAP_SCOPE_BASE, .filter = "(objectClass=*)", .attributes = attributes,
	                                .controls = controls, .take = note_entry, .context = &looking};
	int result;

	text_init(&base, 65536);
	text_print(&base, DIRSYNC_DELETED_OBJECTS, server->context);
	search.base = text_string(&base);
	result = dirsync_search(link, &search, NULL, why);
	text_release(&base);
	server->shows_deletes = looking.readable;
	return result < 0 ? result : 0;
}

int dirsync_server_read(const struct dirsync_link *link, const char *base, bool without_policy,
                        struct dirsync_server *server, struct error *why)
{
	int result = check_listed(link->session, "supportedCapabilities", DIRSYNC_CAPABILITY,
	                          "it is no domain controller of Active Directory or Samba; use another kind of source", why);

	*server = (struct dirsync_server){0};
	if (result == 0)
		result = check_listed(link->session, "supportedControl", DIRSYNC_CONTROL,
		                      "it does not offer DirSync; use another kind of source", why);
	if (result == 0 && !without_policy)
		result = sync_server_check_schema(link->session, why);
	if (result == 0)
		result = invocation_read(link->session, server->counter, why);
	if (result < 0)
		return result;
	server->context = sync_server_context(link->session, base);
	return deleted_look(link, server, why);
}

void dirsync_server_release(struct dirsync_server *server)
{
	free(server->context);
	*server = (struct dirsync_server){0};
}

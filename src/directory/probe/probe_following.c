/* How do we hear of changes, of deletions among them, and how far the server has come? */
#include "directory/probe/probe_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/dirsync/dirsync_message.h"

/* ---- content synchronization ---- */

static const char no_sync[] = "; it can only be asked again and again: what changed is seen after seconds, what is gone after "
                              "half a minute";

static void remedy_syncprov(struct probe *probe)
{
	text_append(&probe->remedy, "# on the server, as root (the first only if the module is not loaded yet):\n");
	remedy_begin_modify(probe, "cn=module{0},cn=config", "-Y EXTERNAL -H ldapi:///");
	text_append(&probe->remedy, "add: olcModuleLoad\nolcModuleLoad: syncprov\n");
	remedy_end_modify(probe);
	text_print(&probe->remedy, "ldapadd -Y EXTERNAL -H ldapi:/// <<'END'\ndn: olcOverlay=syncprov,%s\n"
	           "objectClass: olcOverlayConfig\nobjectClass: olcSyncProvConfig\nolcOverlay: syncprov\n"
	           "olcSpCheckpoint: 1 1\n", remedy_plain(probe->database, "olcDatabase={1}mdb,cn=config"));
	remedy_end_modify(probe);
	text_append(&probe->remedy, "# or, where slapd.conf is used: moduleload syncprov; and below the \"database\": overlay "
	            "syncprov, syncprov-checkpoint 1 1\n");
}

static void remedy_389_sync(struct probe *probe, int code)
{
	text_append(&probe->remedy, "# as the Directory Manager, then restart the server:\n");
	if (code == LDAP_INSUFFICIENT_ACCESS) {
		remedy_begin_modify(probe, "oid=" LDAP_CONTROL_SYNC ",cn=features,cn=config", "-x -D \"cn=Directory Manager\" -W");
		text_print(&probe->remedy, "add: aci\naci: (targetattr=\"*\")(version 3.0; acl \"dirgate follows\"; "
		           "allow (read,search) userdn=\"ldap:///%s\";)\n", remedy_identity(probe));
		remedy_end_modify(probe);
		return;
	}
	remedy_begin_modify(probe, "cn=Retro Changelog Plugin,cn=plugins,cn=config", "-x -D \"cn=Directory Manager\" -W");
	text_append(&probe->remedy, "replace: nsslapd-pluginEnabled\nnsslapd-pluginEnabled: on\n\n"
	            "dn: cn=Content Synchronization,cn=plugins,cn=config\nchangetype: modify\n"
	            "replace: nsslapd-pluginEnabled\nnsslapd-pluginEnabled: on\n");
	remedy_end_modify(probe);
	text_append(&probe->remedy, "dsctl INSTANCE restart\n");
}

static enum probe_state not_synchronized(struct probe *probe, int code)
{
	if (code == LDAP_SUCCESS)
		text_append(&probe->found, "no content synchronization (RFC 4533)");
	else
		text_print(&probe->found, "content synchronization (RFC 4533) is refused here: %s (%d)", ldap_err2string(code),
		           code);
	text_append(&probe->found, no_sync);
	if (probe->vendor == VENDOR_OPENLDAP)
		remedy_syncprov(probe);
	else if (probe->vendor == VENDOR_389)
		remedy_389_sync(probe, code);
	else
		return PROBE_OK;
	return PROBE_WARNING;
}

/* The base alone, once: syncRequestValue ::= SEQUENCE { mode refreshOnly (1) } (RFC 4533 section 2.2). */
static int synchronize_base(struct probe *probe)
{
	static char refresh_only[] = {0x30, 0x03, 0x0a, 0x01, 0x01};
	LDAPControl control = {(char *)(uintptr_t)LDAP_CONTROL_SYNC, {sizeof(refresh_only), refresh_only}, 1};
	struct probe_search search = {.base = probe->options->base, .scope = LDAP_SCOPE_BASE, .control = &control};
	int code = probe_search(probe, &search);

	ldap_controls_free(search.controls);
	return code;
}

/* ---- Active Directory ---- */

/* A first round of it, about next to nothing. */
static int dirsync_try(struct probe *probe)
{
	const struct berval none = {0};
	LDAPControl control;
	struct probe_search search = {.base = probe->context, .scope = LDAP_SCOPE_SUBTREE, .filter = "(objectClass=domainDNS)",
	                              .control = &control};
	int code;

	if (!dirsync_request_make(&none, &control))
		return LDAP_NO_MEMORY;
	code = probe_search(probe, &search);
	ldap_controls_free(search.controls);
	ber_memfree(control.ldctl_value.bv_val);
	return code;
}

static enum probe_state follow_domain(struct probe *probe)
{
	int code = dirsync_try(probe);

	if (code == LDAP_SUCCESS) {
		text_append(&probe->found, "DirSync: changes are fetched as they happen");
		return PROBE_OK;
	}
	text_print(&probe->found, "DirSync is refused: %s (%d)", ldap_err2string(code), code);
	text_append(&probe->remedy, "# ask a writable domain controller (not port 3268), below the root of its domain\n");
	return PROBE_FAILED;
}

static void take_class(void *context, LDAP *ldap, LDAPMessage *entry)
{
	struct berval **values = ldap_get_values_len(ldap, entry, "objectClass");

	*(bool *)context = values && values[0];
	ldap_value_free_len(values);
}

/* Who may not read and list the container of what was deleted is not told of deletions, without an error. */
static bool deleted_are_seen(struct probe *probe)
{
	const char *const attributes[] = {"objectClass", NULL};
	LDAPControl control = {(char *)(uintptr_t)DIRSYNC_SHOW_DELETED, {0, NULL}, 1};
	bool seen = false;
	struct text base;
	struct probe_search search = {.scope = LDAP_SCOPE_BASE, .attributes = attributes, .control = &control,
	                              .take = take_class, .context = &seen};

	text_init(&base, 65536);
	text_print(&base, DIRSYNC_DELETED_OBJECTS, probe->context);
	search.base = text_string(&base);
	probe_search(probe, &search);
	ldap_controls_free(search.controls);
	text_release(&base);
	return seen;
}

enum probe_state probe_deletes(struct probe *probe)
{
	const char *domain = remedy_plain(probe->context, "DC=your,DC=domain");

	if (probe->vendor != VENDOR_AD) {
		text_append(&probe->found, probe->synchronizes ? "the synchronization tells of them"
		                                               : "a list of all entries is compared, again and again");
		return PROBE_NOT_APPLICABLE;
	}
	if (deleted_are_seen(probe)) {
		text_append(&probe->found, "what was deleted can be seen");
		return PROBE_OK;
	}
	text_append(&probe->found, "this account may not list Deleted Objects, and so is not told that somebody was deleted: what "
	            "the deleted may do lasts until everything is read again");
	text_print(&probe->remedy, "# on a domain controller, as a domain administrator; DOMAIN\\ACCOUNT is the gateway's:\n"
	           "dsacls \"CN=Deleted Objects,%s\" /takeownership\n"
	           "dsacls \"CN=Deleted Objects,%s\" /G DOMAIN\\ACCOUNT:LCRP\n"
	           "# Samba: add (A;;RPLCLO;;;SID-of-the-account) to the DACL of that container\n", domain, domain);
	return PROBE_WARNING;
}

enum probe_state probe_following(struct probe *probe)
{
	int code;

	if (probe->vendor == VENDOR_AD)
		return follow_domain(probe);
	if (!probe_root_has(probe, "supportedControl", LDAP_CONTROL_SYNC))
		return not_synchronized(probe, LDAP_SUCCESS);
	code = synchronize_base(probe);
	if (code != LDAP_SUCCESS)
		return not_synchronized(probe, code);
	probe->synchronizes = true;
	text_append(&probe->found, "content synchronization (RFC 4533): changes are told at once");
	return PROBE_OK;
}

/* ---- how far ---- */

void probe_position_read(struct probe *probe, struct position *position)
{
	struct berval **values = probe_values(probe, probe->context, "contextCSN");

	*position = (struct position){0};
	for (size_t i = 0; values && values[i]; i++)
		position_advance_csn(position, values[i]->bv_val, values[i]->bv_len);
	ldap_value_free_len(values);
}

static enum probe_state position_hidden(struct probe *probe)
{
	struct text who;

	if (probe->vendor != VENDOR_OPENLDAP || !probe->synchronizes) {
		text_append(&probe->found, probe->synchronizes ? "this server says it by the synchronization alone"
		                                               : "this kind of server does not say it in a way that another one does");
		return PROBE_NOT_APPLICABLE;
	}
	text_print(&probe->found, "contextCSN of %s cannot be read: how far behind the index is cannot be told, nor which "
	           "replica lags", probe->context);
	text_init(&who, 4096);
	remedy_who(probe, &who);
	remedy_openldap(probe, "olcAccess", "access", "{0}", "to dn.base=\"%s\" attrs=entry,contextCSN by %s read by * break",
	                remedy_plain(probe->context, remedy_base(probe)), text_string(&who));
	text_release(&who);
	return PROBE_WARNING;
}

enum probe_state probe_position(struct probe *probe)
{
	char *number;

	if (probe->vendor == VENDOR_AD) {
		number = probe_value(probe, "", "highestCommittedUSN");
		text_print(&probe->found, "update number %s, which each domain controller counts for itself",
		           number ? number : "unknown");
		free(number);
		return PROBE_OK;
	}
	probe_position_read(probe, &probe->position);
	if (probe->position.count == 0)
		return position_hidden(probe);
	for (uint32_t i = 0; i < probe->position.count; i++)
		text_print(&probe->found, "%sserver id %s: %.14s", i == 0 ? "" : ", ", probe->position.items[i].key,
		           probe->position.items[i].value);
	if (probe->position.full)
		text_print(&probe->found, " and more than the %d that are looked at", POSITION_ITEMS_MAX);
	return PROBE_OK;
}

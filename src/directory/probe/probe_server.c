/* Who are we there, what is it, and is the base in it? */
#include "directory/probe/probe_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/dirsync/dirsync_message.h"
#include "directory/server/sync_server.h"

/* ---- who ---- */

/* RFC 4532: "dn:" and a DN, "u:" and a name, or nothing. */
static void identity_take(struct probe *probe, const struct berval *authzid)
{
	char *text = memory_octets(authzid->bv_val ? authzid->bv_val : "", authzid->bv_len);
	size_t prefix = strncmp(text, "dn:", 3) == 0 ? 3 : strncmp(text, "u:", 2) == 0 ? 2 : 0;

	/* 389 Directory Server writes "dn: cn=…". */
	probe->identity = memory_string(text + prefix + strspn(text + prefix, " "));
	free(text);
}

enum probe_state probe_identity(struct probe *probe)
{
	struct berval *authzid = NULL;
	const char *bound = probe->options->session->bind_dn;

	if (ldap_whoami_s(session_ldap(probe->session), &authzid, NULL, NULL) == LDAP_SUCCESS && authzid)
		identity_take(probe, authzid);
	else if (!probe->options->session->mechanism)
		probe->identity = memory_string(bound ? bound : "");
	ber_bvfree(authzid);
	if (!probe->identity) {
		text_append(&probe->found, "the server does not say who this is (RFC 4532)");
		return PROBE_NOT_APPLICABLE;
	}
	if (probe->identity[0] != '\0') {
		text_append(&probe->found, probe->identity);
		return PROBE_OK;
	}
	text_append(&probe->found, "anonymous: whatever is read so, everybody in the network can read too");
	text_append(&probe->remedy, "# give the gateway an identity of its own, and bind as it: -D DN -y FILE\n");
	return PROBE_WARNING;
}

/* ---- what ---- */

static void vendor_find(struct probe *probe, const char *version)
{
	if (probe_root_has(probe, "supportedCapabilities", DIRSYNC_CAPABILITY))
		probe->vendor = VENDOR_AD;
	else if (version && strncmp(version, "389-Directory", 13) == 0)
		probe->vendor = VENDOR_389;
	else if (probe_root_has(probe, "objectClass", "OpenLDAProotDSE"))
		probe->vendor = VENDOR_OPENLDAP;
}

static void print_vendor(struct probe *probe, const char *name, const char *version)
{
	static const char *const names[] = {
		[VENDOR_OTHER] = "a server that does not say what it is",
		[VENDOR_OPENLDAP] = "OpenLDAP",
		[VENDOR_389] = "389 Directory Server",
		[VENDOR_AD] = "Active Directory",
	};

	if (probe->vendor == VENDOR_OTHER && name)
		text_append(&probe->found, name);
	else
		text_append(&probe->found, names[probe->vendor]);
	if (version)
		text_print(&probe->found, ", %s", version);
}

static void take_dn(void *context, LDAP *ldap, LDAPMessage *entry)
{
	char **database = context, *dn = ldap_get_dn(ldap, entry);

	if (!*database && dn)
		*database = memory_string(dn);
	ldap_memfree(dn);
}

/* Where the configuration of the base's database is, for who may read it. */
static char *database_find(struct probe *probe)
{
	char *database = NULL;
	struct text filter;
	struct probe_search search = {.base = "cn=config", .scope = LDAP_SCOPE_ONELEVEL, .take = take_dn, .context = &database};

	/* RFC 4515: the context is what the server said, so that it is escaped. */
	text_init(&filter, 65536);
	text_append(&filter, "(olcSuffix=");
	for (const char *at = probe->context; *at; at++)
		text_print(&filter, "\\%02x", (unsigned char)*at);
	text_append(&filter, ")");
	search.filter = text_string(&filter);
	probe_search(probe, &search);
	ldap_controls_free(search.controls);
	text_release(&filter);
	return database;
}

enum probe_state probe_vendor(struct probe *probe)
{
	struct berval **root = probe_values(probe, "", "supportedControl");
	char *name = probe_value(probe, "", "vendorName"), *version = probe_value(probe, "", "vendorVersion");
	enum probe_state state = PROBE_OK;

	vendor_find(probe, version);
	print_vendor(probe, name, version);
	if (!root) {
		text_append(&probe->found, "; its root entry cannot be read, which says what the server can do");
		if (probe->vendor == VENDOR_OTHER) {
			text_append(&probe->remedy, "# OpenLDAP: olcAccess of olcDatabase={-1}frontend,cn=config (or slapd.conf):\n"
			            "access to dn.base=\"\" by * read\n");
			state = PROBE_WARNING;
		}
	}
	ldap_value_free_len(root);
	free(name);
	free(version);
	probe->context = sync_server_context(probe->session, probe->options->base);
	if (probe->vendor == VENDOR_OPENLDAP)
		probe->database = database_find(probe);
	return state;
}

/* ---- where ---- */

static void print_contexts(struct probe *probe)
{
	struct berval **contexts = probe_values(probe, "", "namingContexts");

	for (size_t i = 0; contexts && contexts[i]; i++)
		text_print(&probe->remedy, "%s %s", i == 0 ? "# this server holds:" : ",", contexts[i]->bv_val);
	if (contexts && contexts[0])
		text_append(&probe->remedy, "\n");
	ldap_value_free_len(contexts);
}

/* What is not there, and what one may not see, look the same (RFC 4511 section 4.1.9). */
static enum probe_state base_missing(struct probe *probe, int code)
{
	text_print(&probe->found, "there is no entry %s, or it may not be seen: %s (%d)", probe->options->base,
	           ldap_err2string(code), code);
	print_contexts(probe);
	if (code == LDAP_REFERRAL) {
		text_append(&probe->remedy, "# it is on another server: give its address, referrals are not followed\n");
	} else if (probe->vendor == VENDOR_OPENLDAP) {
		remedy_openldap_read(probe, remedy_base(probe), "");
	} else if (probe->vendor == VENDOR_389) {
		remedy_389_aci(probe, "dirgate reads", "!=\"userPassword\"", "allow (read,search,compare)");
	}
	return PROBE_FAILED;
}

enum probe_state probe_base(struct probe *probe)
{
	struct probe_search search = {.base = probe->options->base, .scope = LDAP_SCOPE_BASE};
	int code = probe_search(probe, &search);

	ldap_controls_free(search.controls);
	if (code != LDAP_SUCCESS || search.entries == 0)
		return base_missing(probe, code == LDAP_SUCCESS ? LDAP_NO_SUCH_OBJECT : code);
	text_print(&probe->found, "%s is there, in the naming context %s", probe->options->base, probe->context);
	return PROBE_OK;
}

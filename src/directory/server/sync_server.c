#include "directory/server/sync_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/dn.h"
#include "model/parse_schema.h"

#define READ_SECONDS 10 /* for one entry */

int sync_server_read(const struct session *session, const char *dn, const char *attribute, struct berval ***values,
                     struct error *why)
{
	char *attributes[] = {(char *)(uintptr_t)attribute, NULL};
	struct timeval limit = {READ_SECONDS, 0};
	LDAP *ldap = session_ldap(session);
	LDAPMessage *answer = NULL, *entry;
	char what[200];
	int result;

	*values = NULL;
	result = ldap_search_ext_s(ldap, dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 0, NULL, NULL, &limit,
	                           LDAP_NO_LIMIT, &answer);
	if (result == LDAP_SUCCESS && (entry = ldap_first_entry(ldap, answer)) != NULL)
		*values = ldap_get_values_len(ldap, entry, attribute);
	ldap_msgfree(answer);
	if (result == LDAP_SUCCESS)
		return 0;
	snprintf(what, sizeof(what), "reading %s of \"%.100s\"", attribute, dn);
	return session_error(session, result, what, why);
}

static bool values_have(struct berval *const *values, const char *wanted)
{
	for (size_t i = 0; values && values[i]; i++)
		if (strcmp(values[i]->bv_val, wanted) == 0)
			return true;
	return false;
}

static int check_control(const struct session *session, struct error *why)
{
	struct berval **controls;
	int result = sync_server_read(session, "", "supportedControl", &controls, why);

	if (result < 0)
		return result;
	/* A server that hides its root entry says later whether it can. */
	if (controls && !values_have(controls, LDAP_CONTROL_SYNC))
		result = error_set(why, -EOPNOTSUPP, "%s: the server does not offer content synchronization (RFC 4533); in "
		                   "OpenLDAP load the overlay syncprov on the database, in 389 Directory Server enable its plugin",
		                   session_uri(session));
	ldap_value_free_len(controls);
	return result;
}

/* Does the definition of a class begin with an OID of ours? */
static bool definition_is_ours(const struct berval *definition)
{
	const char *at = definition->bv_val;

	at += strspn(at, "( ");
	return strncmp(at, SCHEMA_ARC ".2.", strlen(SCHEMA_ARC ".2.")) == 0;
}

int sync_server_check_schema(const struct session *session, struct error *why)
{
	struct berval **subschema, **classes;
	bool found = false;
	int result = sync_server_read(session, "", "subschemaSubentry", &subschema, why);

	if (result < 0 || !subschema)
		return result;
	result = sync_server_read(session, subschema[0]->bv_val, "objectClasses", &classes, why);
	ldap_value_free_len(subschema);
	if (result < 0 || !classes)
		return 0; /* it may be hidden; then nothing of ours among the entries is the sign */
	for (size_t i = 0; classes[i] && !found; i++)
		found = definition_is_ours(classes[i]);
	ldap_value_free_len(classes);
	return found ? 0
	             : error_set(why, -ENOENT, "%s: the server does not know the schema of dirgate, so there can be no policy; "
	                         "load it (dirgate schema --for openldap), or say that this source has people and groups only",
	                         session_uri(session));
}

int sync_server_check(const struct session *session, bool without_policy, struct error *why)
{
	int result = check_control(session, why);

	return result < 0 || without_policy ? result : sync_server_check_schema(session, why);
}

/* Is `base` this context or below it?  *depth: how many RDNs the context has. */
static bool context_holds(const struct dn *base, const char *context, size_t length, uint32_t *depth)
{
	struct arena *arena = arena_new();
	struct dn dn;
	bool holds = dn_parse(context, length, arena, &dn, NULL) == 0 && dn.count <= base->count;

	for (uint32_t i = 0; holds && i < dn.count; i++)
		holds = strcmp(dn.rdns[i].normal, base->rdns[base->count - dn.count + i].normal) == 0;
	*depth = holds ? dn.count : 0;
	arena_free(arena);
	return holds;
}

char *sync_server_context(const struct session *session, const char *base)
{
	struct arena *arena = arena_new();
	struct berval **contexts = NULL;
	const char *best = base;
	uint32_t best_depth = 0, depth;
	struct dn dn;
	char *result;

	if (dn_parse(base, strlen(base), arena, &dn, NULL) == 0 &&
	    sync_server_read(session, "", "namingContexts", &contexts, NULL) == 0)
		for (size_t i = 0; contexts && contexts[i]; i++)
			if (context_holds(&dn, contexts[i]->bv_val, contexts[i]->bv_len, &depth) && depth >= best_depth) {
				best = contexts[i]->bv_val;
				best_depth = depth;
			}
	result = memory_string(best);
	ldap_value_free_len(contexts);
	arena_free(arena);
	return result;
}

#include "directory/probe/probe_parts.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"

#define ANSWER_MS 30000 /* until a server that was asked says anything, unless the options say otherwise */

static int search_send(struct probe *probe, const struct probe_search *search, int *id)
{
	LDAPControl *controls[] = {search->control, NULL};
	const char *const none[] = {LDAP_NO_ATTRS, NULL};
	const char *const *attributes = search->attributes ? search->attributes : none;

	return ldap_search_ext(session_ldap(probe->session), search->base, search->scope,
	                       search->filter ? search->filter : "(objectClass=*)", (char **)(uintptr_t)attributes,
	                       search->names_only, controls, NULL, NULL, search->size_limit ? search->size_limit : LDAP_NO_LIMIT,
	                       id);
}

/* The result, of which the handle keeps what the server says about it. */
static int search_end(LDAP *ldap, LDAPMessage *message, struct probe_search *search)
{
	int code = LDAP_OTHER;

	ldap_parse_result(ldap, message, &code, NULL, NULL, NULL, &search->controls, 0);
	return code;
}

int probe_search(struct probe *probe, struct probe_search *search)
{
	LDAP *ldap = session_ldap(probe->session);
	unsigned limit_ms = probe->options->session->answer_ms ? probe->options->session->answer_ms : ANSWER_MS;
	LDAPMessage *message;
	int id, type, code = search_send(probe, search, &id);

	search->entries = search->references = 0;
	search->controls = NULL;
	while (code == LDAP_SUCCESS) {
		struct timeval limit = {.tv_sec = limit_ms / 1000, .tv_usec = (limit_ms % 1000) * 1000};

		type = ldap_result(ldap, id, LDAP_MSG_ONE, &limit, &message);
		if (type <= 0) {
			ldap_abandon_ext(ldap, id, NULL, NULL);
			return type == 0 ? LDAP_TIMEOUT : LDAP_SERVER_DOWN;
		}
		search->references += type == LDAP_RES_SEARCH_REFERENCE;
		search->entries += type == LDAP_RES_SEARCH_ENTRY;
		if (type == LDAP_RES_SEARCH_ENTRY && search->take)
			search->take(search->context, ldap, message);
		else if (type == LDAP_RES_SEARCH_RESULT)
			code = search_end(ldap, message, search);
		ldap_msgfree(message);
		if (type == LDAP_RES_SEARCH_RESULT)
			break;
	}
	return code;
}

/* ---- one entry ---- */

struct wanted {
	const char *attribute;
	struct berval **values;
};

static void take_values(void *context, LDAP *ldap, LDAPMessage *entry)
{
	struct wanted *wanted = context;

	if (!wanted->values)
		wanted->values = ldap_get_values_len(ldap, entry, wanted->attribute);
}

struct berval **probe_values(struct probe *probe, const char *dn, const char *attribute)
{
	struct wanted wanted = {.attribute = attribute};
	const char *const attributes[] = {attribute, NULL};
	struct probe_search search = {
		.base = dn,
		.scope = LDAP_SCOPE_BASE,
		.attributes = attributes,
		.take = take_values,
		.context = &wanted,
	};

	probe_search(probe, &search);
	ldap_controls_free(search.controls);
	return wanted.values;
}

char *probe_value(struct probe *probe, const char *dn, const char *attribute)
{
	struct berval **values = probe_values(probe, dn, attribute);
	char *value = values && values[0] ? memory_octets(values[0]->bv_val, values[0]->bv_len) : NULL;

	ldap_value_free_len(values);
	return value;
}

bool probe_root_has(struct probe *probe, const char *attribute, const char *value)
{
	struct berval **values = probe_values(probe, "", attribute);
	bool has = false;

	for (size_t i = 0; values && values[i] && !has; i++)
		has = strcasecmp(values[i]->bv_val, value) == 0;
	ldap_value_free_len(values);
	return has;
}

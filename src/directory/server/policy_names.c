#include "directory/server/policy_names.h"

#include <ldap.h>

#include "base/arena.h"
#include "base/clock.h"
#include "directory/server/entry_reader.h"
#include "model/builder.h"

/* Where filters are: policy.h has them parsed. */
static const char filter[] = "(|(objectClass=dgRole)(objectClass=dgRestriction)(objectClass=dgBinding)"
                             "(objectClass=dgBoundGroup)(objectClass=groupOfURLs)(objectClass=nsFilteredRoleDefinition))";
static const char *const attributes[] = {
	"objectClass",       "dgPermission", "dgOptionalPermission", "dgOrganizationPermission",
	"dgDeny",            "dgRestricts",  "dgMemberFilter",       "memberURL",
	"nsRoleFilter",      NULL,
};

static void add_name(void *context, const char *name)
{
	name_set_add(context, name);
}

/* An index of these entries alone knows which names they have. */
static void entry_take(LDAP *ldap, LDAPMessage *message, struct entry_reader *reader, struct builder *builder)
{
	struct arena *arena = arena_new();
	struct record record;
	size_t octets;

	if (entry_reader_read(reader, ldap, message, arena, &record, &octets))
		builder_put(builder, 0, &record, NULL);
	arena_free(arena);
}

void policy_names_read(const struct session *session, const char *base, unsigned limit_ms, struct name_set *names)
{
	struct timeval limit = {.tv_sec = limit_ms / 1000, .tv_usec = (limit_ms % 1000) * 1000};
	LDAP *ldap = session_ldap(session);
	struct builder *builder = builder_new(NULL, NULL);
	struct entry_reader reader = {0};
	struct snapshot *snapshot;
	LDAPMessage *message;
	int search = 0, type = 0;

	if (ldap_search_ext(ldap, base, LDAP_SCOPE_SUBTREE, filter, (char **)(uintptr_t)attributes, 0, NULL, NULL, NULL,
	                    LDAP_NO_LIMIT, &search) == LDAP_SUCCESS)
		while ((type = ldap_result(ldap, search, LDAP_MSG_ONE, &limit, &message)) > 0) {
			if (type == LDAP_RES_SEARCH_ENTRY)
				entry_take(ldap, message, &reader, builder);
			ldap_msgfree(message);
			if (type == LDAP_RES_SEARCH_RESULT)
				break;
		}
	if (type == 0 && search != 0)
		ldap_abandon_ext(ldap, search, NULL, NULL);
	snapshot = builder_freeze(builder);
	snapshot_visit_named_attributes(snapshot, add_name, names);
	snapshot_drop(snapshot);
	builder_free(builder);
	entry_reader_release(&reader);
}

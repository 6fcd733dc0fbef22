#include "model/parse_schema.h"

#include "model/name.h"

#include <stdlib.h>
#include <string.h>

#define BIT(kind) (1u << (kind))

/* Ours, then RFC 4519 (groupOfNames, groupOfUniqueNames, organizationalRole), RFC 2307 and its bis draft (posixGroup,
 * groupOfMembers), Netscape's groupOfURLs and roles as 389 Directory Server has them, Active Directory's group. */
const struct class_row schema_classes[CLASS_COUNT] = {
	[CLASS_ORGANIZATION] = { "dgOrganization", 1, BIT(KIND_ORGANIZATION), { NULL } },
	[CLASS_WORKSPACE] = { "dgWorkspace", 2, BIT(KIND_WORKSPACE), { NULL } },
	[CLASS_ROLE] = { "dgRole", 3, BIT(KIND_ROLE), { "cn" } },
	[CLASS_RESTRICTION] = { "dgRestriction", 4, BIT(KIND_RESTRICTION), { "cn" } },
	[CLASS_BINDING] = { "dgBinding", 5, BIT(KIND_BINDING), { "cn" } },
	[CLASS_BOUND_GROUP] = { "dgBoundGroup", 6, BIT(KIND_BINDING), { NULL } },
	[CLASS_GROUP_RULE] = { "dgGroupRule", 7, BIT(KIND_GROUP_RULE), { "cn", "dgnamepattern", "dggroupbase" } },
	[CLASS_ROLE_SET] = { "dgRoleSet", 8, BIT(KIND_ROLE_SET), { "cn", "dgrolemember", "dgmaximum" } },
	[CLASS_ACCOUNT] = { "dgAccount", 9, 0, { NULL } }, /* a person, if person_filter says so */
	[CLASS_PLAN] = { "dgPlan", 10, BIT(KIND_PLAN), { "cn" } },
	[CLASS_RESOURCE] = { "dgResource", 11, BIT(KIND_RESOURCE), { "dgid", "dgresourcetype" } },
	[CLASS_KNOWN_RESOURCE] = { "dgKnownResource", 12, BIT(KIND_RESOURCE), { "dgresourcetype" } },
	[CLASS_INVITATION] = { "dgInvitation", 13, BIT(KIND_INVITATION), { "cn", "dggrantsrole", "dgstatus" } },
	[CLASS_GROUP_OF_NAMES] = { "groupOfNames", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_GROUP_OF_MEMBERS] = { "groupOfMembers", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_GROUP_OF_UNIQUE_NAMES] = { "groupOfUniqueNames", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_POSIX_GROUP] = { "posixGroup", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_ORGANIZATIONAL_ROLE] = { "organizationalRole", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_GROUP_OF_URLS] = { "groupOfURLs", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_MANAGED_ROLE] = { "nsManagedRoleDefinition", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_FILTERED_ROLE] = { "nsFilteredRoleDefinition", 0, BIT(KIND_GROUP), { "nsrolefilter" } },
	[CLASS_NESTED_ROLE] = { "nsNestedRoleDefinition", 0, BIT(KIND_GROUP), { NULL } },
	[CLASS_AD_GROUP] = { "group", 0, BIT(KIND_GROUP), { "grouptype" } },
};

const struct attribute_row schema_attributes[] = {
	{ "accountexpires", "accountExpires", FORM_NAME, 0 },
	{ "cn", "cn", FORM_NAME, 0 },
	{ "description", "description", FORM_NAME, 0 },
	{ "dgappliesto", "dgAppliesTo", FORM_NODE, 30 },
	{ "dgceiling", "dgCeiling", FORM_EXACT, 22 },
	{ "dgcolor", "dgColor", FORM_NAME, 5 },
	{ "dgcreatorrole", "dgCreatorRole", FORM_NODE, 12 },
	{ "dgdefaultrole", "dgDefaultRole", FORM_NODE, 9 },
	{ "dgdefaultworkspace", "dgDefaultWorkspace", FORM_NODE, 8 },
	{ "dgdeny", "dgDeny", FORM_EXACT, 21 },
	{ "dgdisabled", "dgDisabled", FORM_NAME, 38 },
	{ "dgduring", "dgDuring", FORM_NAME, 37 },
	{ "dgforbidden", "dgForbidden", FORM_EXACT, 14 },
	{ "dggrantsrole", "dgGrantsRole", FORM_NODE, 31 },
	{ "dggroupbase", "dgGroupBase", FORM_NODE, 40 },
	{ "dghasplan", "dgHasPlan", FORM_NODE, 16 },
	{ "dgid", "dgId", FORM_NAME, 1 },
	{ "dginherits", "dgInherits", FORM_NODE, 23 },
	{ "dgisolated", "dgIsolated", FORM_NAME, 17 },
	{ "dgjoin", "dgJoin", FORM_NAME, 4 },
	{ "dgjoinrole", "dgJoinRole", FORM_NODE, 13 },
	{ "dgkeepholder", "dgKeepHolder", FORM_NAME, 26 },
	{ "dgknownpermission", "dgKnownPermission", FORM_EXACT, 15 },
	{ "dgmaximum", "dgMaximum", FORM_NAME, 42 },
	{ "dgmayassign", "dgMayAssign", FORM_NODE, 24 },
	{ "dgmemberfilter", "dgMemberFilter", FORM_EXACT, 32 },
	{ "dgminimum", "dgMinimum", FORM_NAME, 43 },
	{ "dgnamepattern", "dgNamePattern", FORM_EXACT, 39 },
	{ "dgnotafter", "dgNotAfter", FORM_NAME, 36 },
	{ "dgnotbefore", "dgNotBefore", FORM_NAME, 35 },
	{ "dgobligation", "dgObligation", FORM_EXACT, 29 },
	{ "dgoptionalpermission", "dgOptionalPermission", FORM_EXACT, 19 },
	{ "dgorganizationpermission", "dgOrganizationPermission", FORM_EXACT, 20 },
	{ "dgownerrole", "dgOwnerRole", FORM_NODE, 11 },
	{ "dgpeoplebase", "dgPeopleBase", FORM_NODE, 7 },
	{ "dgpermission", "dgPermission", FORM_EXACT, 18 },
	{ "dgphase", "dgPhase", FORM_NAME, 44 },
	{ "dgproperty", "dgProperty", FORM_EXACT, 47 },
	{ "dgpublicrole", "dgPublicRole", FORM_NODE, 10 },
	{ "dgrank", "dgRank", FORM_NAME, 25 },
	{ "dgrequiresplan", "dgRequiresPlan", FORM_NODE, 27 },
	{ "dgresourcetype", "dgResourceType", FORM_NAME, 46 },
	{ "dgrestrictedby", "dgRestrictedBy", FORM_NODE, 34 },
	{ "dgrestricts", "dgRestricts", FORM_EXACT, 28 },
	{ "dgrolemember", "dgRoleMember", FORM_NODE, 41 },
	{ "dgscope", "dgScope", FORM_NODE, 33 },
	{ "dgseats", "dgSeats", FORM_NAME, 45 },
	{ "dgstatus", "dgStatus", FORM_NAME, 2 },
	{ "dgtokenhash", "dgTokenHash", FORM_EXACT, 6 },
	{ "dgvisibility", "dgVisibility", FORM_NAME, 3 },
	{ "displayname", "displayName", FORM_NAME, 0 },
	{ "gidnumber", "gidNumber", FORM_NAME, 0 },
	{ "grouptype", "groupType", FORM_NAME, 0 },
	{ "logindisabled", "loginDisabled", FORM_NAME, 0 },
	{ "mail", "mail", FORM_NAME, 0 },
	{ "member", "member", FORM_NODE, 0 },
	{ "memberuid", "memberUid", FORM_NAME, 0 },
	{ "memberurl", "memberURL", FORM_EXACT, 0 },
	{ "nsaccountlock", "nsAccountLock", FORM_NAME, 0 },
	{ "nsroledn", "nsRoleDN", FORM_NODE, 0 },
	{ "nsrolefilter", "nsRoleFilter", FORM_EXACT, 0 },
	{ "nsrolescopedn", "nsRoleScopeDN", FORM_NODE, 0 },
	{ "objectclass", "objectClass", FORM_NAME, 0 },
	{ "objectguid", "objectGUID", FORM_GUID, 0 },
	{ "objectsid", "objectSid", FORM_SID, 0 },
	{ "owner", "owner", FORM_NODE, 0 },
	{ "primarygroupid", "primaryGroupID", FORM_NAME, 0 },
	{ "pwdaccountlockedtime", "pwdAccountLockedTime", FORM_NAME, 0 },
	{ "roleoccupant", "roleOccupant", FORM_NODE, 0 },
	{ "shadowexpire", "shadowExpire", FORM_NAME, 0 },
	{ "uid", "uid", FORM_NAME, 0 },
	{ "uniquemember", "uniqueMember", FORM_NODE, 0 },
	{ "useraccountcontrol", "userAccountControl", FORM_NAME, 0 },
};
const uint32_t schema_attribute_count = sizeof(schema_attributes) / sizeof(schema_attributes[0]);

/* The last arc of an OID of ours; 0 if it is no such OID. */
static unsigned long number_below(const char *oid, const char *arc)
{
	size_t length = strlen(arc);
	char *end;

	if (strncmp(oid, arc, length) != 0 || oid[length] < '1' || oid[length] > '9')
		return 0;
	unsigned long number = strtoul(oid + length, &end, 10);
	return *end == '\0' ? number : 0;
}

bool schema_class_find(const char *name, enum schema_class *found)
{
	unsigned long number = number_below(name, SCHEMA_ARC ".2.");

	for (int row = 0; row < CLASS_COUNT; row++)
		if (number != 0 ? schema_classes[row].number == number : keyword_equal(schema_classes[row].name, name)) {
			*found = (enum schema_class)row;
			return true;
		}
	return false;
}

static int row_compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct attribute_row *)row)->name);
}

const struct attribute_row *schema_attribute_find(const char *name)
{
	unsigned long number = number_below(name, SCHEMA_ARC ".1.");

	if (number == 0)
		return bsearch(name, schema_attributes, schema_attribute_count, sizeof(schema_attributes[0]), row_compare);
	for (uint32_t row = 0; row < schema_attribute_count; row++)
		if (schema_attributes[row].number == number)
			return &schema_attributes[row];
	return NULL;
}

const char *schema_attribute_spelling(const char *canonical)
{
	const struct attribute_row *row = canonical != NULL ? schema_attribute_find(canonical) : NULL;

	return row != NULL ? row->spelling : canonical;
}

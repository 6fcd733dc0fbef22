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
	{ "dgappliesto", FORM_NODE, 30 },
	{ "dgceiling", FORM_EXACT, 22 },
	{ "dgcolor", FORM_NAME, 5 },
	{ "dgcreatorrole", FORM_NODE, 12 },
	{ "dgdefaultrole", FORM_NODE, 9 },
	{ "dgdefaultworkspace", FORM_NODE, 8 },
	{ "dgdeny", FORM_EXACT, 21 },
	{ "dgdisabled", FORM_NAME, 38 },
	{ "dgduring", FORM_NAME, 37 },
	{ "dgforbidden", FORM_EXACT, 14 },
	{ "dggrantsrole", FORM_NODE, 31 },
	{ "dggroupbase", FORM_NODE, 40 },
	{ "dghasplan", FORM_NODE, 16 },
	{ "dgid", FORM_NAME, 1 },
	{ "dginherits", FORM_NODE, 23 },
	{ "dgisolated", FORM_NAME, 17 },
	{ "dgjoin", FORM_NAME, 4 },
	{ "dgjoinrole", FORM_NODE, 13 },
	{ "dgkeepholder", FORM_NAME, 26 },
	{ "dgknownpermission", FORM_EXACT, 15 },
	{ "dgmaximum", FORM_NAME, 42 },
	{ "dgmayassign", FORM_NODE, 24 },
	{ "dgmemberfilter", FORM_EXACT, 32 },
	{ "dgminimum", FORM_NAME, 43 },
	{ "dgnamepattern", FORM_EXACT, 39 },
	{ "dgnotafter", FORM_NAME, 36 },
	{ "dgnotbefore", FORM_NAME, 35 },
	{ "dgobligation", FORM_EXACT, 29 },
	{ "dgoptionalpermission", FORM_EXACT, 19 },
	{ "dgorganizationpermission", FORM_EXACT, 20 },
	{ "dgownerrole", FORM_NODE, 11 },
	{ "dgpeoplebase", FORM_NODE, 7 },
	{ "dgpermission", FORM_EXACT, 18 },
	{ "dgphase", FORM_NAME, 44 },
	{ "dgproperty", FORM_EXACT, 47 },
	{ "dgpublicrole", FORM_NODE, 10 },
	{ "dgrank", FORM_NAME, 25 },
	{ "dgrequiresplan", FORM_NODE, 27 },
	{ "dgresourcetype", FORM_NAME, 46 },
	{ "dgrestrictedby", FORM_NODE, 34 },
	{ "dgrestricts", FORM_EXACT, 28 },
	{ "dgrolemember", FORM_NODE, 41 },
	{ "dgscope", FORM_NODE, 33 },
	{ "dgseats", FORM_NAME, 45 },
	{ "dgstatus", FORM_NAME, 2 },
	{ "dgtokenhash", FORM_EXACT, 6 },
	{ "dgvisibility", FORM_NAME, 3 },
	{ "member", FORM_NODE, 0 },
	{ "memberurl", FORM_EXACT, 0 },
	{ "nsroledn", FORM_NODE, 0 },
	{ "nsrolefilter", FORM_EXACT, 0 },
	{ "nsrolescopedn", FORM_NODE, 0 },
	{ "objectguid", FORM_GUID, 0 },
	{ "objectsid", FORM_SID, 0 },
	{ "owner", FORM_NODE, 0 },
	{ "roleoccupant", FORM_NODE, 0 },
	{ "uniquemember", FORM_NODE, 0 },
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

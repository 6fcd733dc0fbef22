/* Groups, as the directory has them. */
#include "model/parse_values.h"

#include "model/member_url.h"

#include <limits.h>

/* MS-ADTS 2.2.12: the bit of groupType that makes a security group; LDAP shows the 32 bits as a signed number. */
#define AD_GROUP_SECURITY_ENABLED 0x80000000u

/* ---- members by name ---- */

/* groupOfNames, groupOfMembers and Active Directory's group have member, groupOfUniqueNames has uniqueMember (RFC 4517
 * section 3.3.21: with a bit string behind it, it is another name, and names nobody), organizationalRole roleOccupant,
 * nsNestedRoleDefinition the roles in nsRoleDN. */
static void group_members(struct parser *parser, struct group *group)
{
	group->member = references_join(parser, read_references(parser, "member"), read_references(parser, "uniquemember"));
	group->member = references_join(parser, group->member, read_references(parser, "roleoccupant"));
	if (group->nested_role)
		group->member = references_join(parser, group->member, read_references(parser, "nsroledn"));
}

/* RFC 2307 section 4: posixGroup MUST ( cn $ gidNumber ) MAY ( userPassword $ memberUid $ description ) */
static void posix_group_parse(struct parser *parser, struct group *group)
{
	group->member_uid = read_strings(parser, "memberuid");
	group->gid_number = read_decimal(parser, "gidnumber");
}

/* Without a groupType that can be read it is not known to be a security group, and gives nothing. */
static void ad_group_parse(struct parser *parser, struct group *group)
{
	int64_t type = 0;
	enum found found = read_integer(parser, "grouptype", INT32_MIN, UINT32_MAX, &type);

	group->distribution = found != FOUND_VALUE || ((uint32_t)type & AD_GROUP_SECURITY_ENABLED) == 0;
	group->sid = read_optional_text(parser, "objectsid");
}

/* ---- members by filter ---- */

struct url_list {
	struct member_url *items;
	uint32_t count;
	bool broken;
};

static void url_add(struct parser *parser, void *into, const char *text)
{
	struct url_list *list = into;
	struct member_url url = { .base = NODE_NONE };
	struct error why = { "" };
	struct dn base;

	if (text == NULL) {
		list->broken = true;
		return;
	}
	if (member_url_parse(text, parser->arena, parser->scratch, &base, &url.scope, &url.filter, &why) != 0) {
		parser_report(parser, PROBLEM_BAD_FILTER, "memberurl", text, why.text);
		list->broken = true;
		return;
	}
	url.base = parser->context->node_of(parser->context->context, &base);
	list->items[list->count++] = url;
}

static void url_group_parse(struct parser *parser, struct group *group)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, "memberurl");
	struct url_list list = { .count = 0 };

	if (found == NULL)
		return;
	list.items = arena_array(parser->arena, found->count, sizeof(*list.items));
	read_each(parser, "memberurl", &list, url_add);
	group->urls = list.items;
	group->url_count = list.count;
	group->members_unknown = list.broken;
}

/* ---- roles of 389 Directory Server ---- */

static void scoped_role_parse(struct parser *parser, struct group *group)
{
	group->scoped = true;
	group->role_scope = read_references(parser, "nsrolescopedn");
}

static void managed_role_parse(struct parser *parser, struct group *group)
{
	scoped_role_parse(parser, group);
	group->managed_role = true;
}

static void filtered_role_parse(struct parser *parser, struct group *group)
{
	const char *text;
	struct error why = { "" };

	scoped_role_parse(parser, group);
	group->filter_present = true;
	group->members_unknown = true;
	if (read_text(parser, "nsrolefilter", &text) != FOUND_VALUE)
		return;
	if (filter_parse(text, FILTER_OF_ENTRY, parser->arena, &group->filter, &why) != 0) {
		parser_report(parser, PROBLEM_BAD_FILTER, "nsrolefilter", text, why.text);
		group->filter = NULL;
		return;
	}
	group->members_unknown = false;
}

static void nested_role_parse(struct parser *parser, struct group *group)
{
	scoped_role_parse(parser, group);
	group->nested_role = true;
}

static const struct group_class {
	enum schema_class class;
	void (*parse)(struct parser *parser, struct group *group);
} group_classes[] = {
	{ CLASS_POSIX_GROUP, posix_group_parse },     { CLASS_AD_GROUP, ad_group_parse },
	{ CLASS_GROUP_OF_URLS, url_group_parse },     { CLASS_MANAGED_ROLE, managed_role_parse },
	{ CLASS_FILTERED_ROLE, filtered_role_parse }, { CLASS_NESTED_ROLE, nested_role_parse },
};

void group_parse(struct parser *parser)
{
	struct group *group = arena_alloc(parser->arena, sizeof(*group));

	for (size_t i = 0; i < sizeof(group_classes) / sizeof(group_classes[0]); i++)
		if (parser_has_class(parser, group_classes[i].class))
			group_classes[i].parse(parser, group);
	group_members(parser, group);
	parser->entry->group = group;
}

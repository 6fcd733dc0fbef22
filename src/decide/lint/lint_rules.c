/* References between entries, kind by kind. */
#include "decide/lint/lint_rules.h"

#include "decide/membership.h"
#include "decide/roles.h"
#include "model/parse_schema.h"
#include "model/pattern.h"

/* ---- One reference ---- */

/* A reference to an entry of one kind, of the same organization or common. */
static void check_node(const struct linting *linting, const char *attribute, node_id node, enum kind kind,
                       enum problem_code missing)
{
	if (!entry_is(snapshot_entry(linting->snapshot, node), kind))
		linting_report_node(linting, missing, attribute, node);
	else if (!reference_allowed(linting->snapshot, linting->organization, node))
		linting_report_node(linting, PROBLEM_FOREIGN_REFERENCE, attribute, node);
}

static void check_nodes(const struct linting *linting, const char *attribute, const struct references *references,
                        enum kind kind, enum problem_code missing)
{
	for (uint32_t i = 0; i < references->count; i++)
		check_node(linting, attribute, references->nodes[i], kind, missing);
}

static void check_roles(const struct linting *linting, const char *attribute, const struct references *roles)
{
	check_nodes(linting, attribute, roles, KIND_ROLE, PROBLEM_NO_SUCH_ROLE);
}

static void check_restrictions(const struct linting *linting, const struct references *restrictions)
{
	check_nodes(linting, "dgRestrictedBy", restrictions, KIND_RESTRICTION, PROBLEM_NO_SUCH_RESTRICTION);
}

static void check_plans(const struct linting *linting, const struct references *plans)
{
	check_nodes(linting, "dgRequiresPlan", plans, KIND_PLAN, PROBLEM_NO_SUCH_PLAN);
}

static void check_one(const struct linting *linting, const char *attribute, const struct reference *reference,
                      enum kind kind, enum problem_code missing)
{
	if (reference->node != NODE_NONE)
		check_node(linting, attribute, reference->node, kind, missing);
}

static bool has_children(const struct snapshot *snapshot, node_id node)
{
	struct relation_cursor cursor;
	node_id child;
	snapshot_relation(snapshot, RELATION_CHILD, node, &cursor);
	return relation_next(&cursor, &child);
}

/* A place in the tree: any entry, or a DN that something is below. */
static void check_bases(const struct linting *linting, const char *attribute, const struct references *bases)
{
	for (uint32_t i = 0; i < bases->count; i++) {
		node_id base = bases->nodes[i];
		if (snapshot_entry(linting->snapshot, base) == NULL && !has_children(linting->snapshot, base))
			linting_report_node(linting, PROBLEM_NO_SUCH_REFERENCE, attribute, base);
		else if (!reference_allowed(linting->snapshot, linting->organization, base))
			linting_report_node(linting, PROBLEM_FOREIGN_REFERENCE, attribute, base);
	}
}

static bool role_below(const struct snapshot *snapshot, node_id container)
{
	struct relation_cursor cursor;
	node_id role;
	snapshot_relation(snapshot, RELATION_KIND, KIND_ROLE, &cursor);
	while (relation_next(&cursor, &role))
		if (snapshot_is_below(snapshot, role, container))
			return true;
	return false;
}

/* Values that name a role, or a container of roles. */
static void check_role_places(const struct linting *linting, const char *attribute, const struct references *places)
{
	for (uint32_t i = 0; i < places->count; i++) {
		node_id node = places->nodes[i];
		if (!entry_is(snapshot_entry(linting->snapshot, node), KIND_ROLE) && !role_below(linting->snapshot, node))
			linting_report_node(linting, PROBLEM_EMPTY_REFERENCE, attribute, node);
		else if (!reference_allowed(linting->snapshot, linting->organization, node))
			linting_report_node(linting, PROBLEM_FOREIGN_REFERENCE, attribute, node);
	}
}

/* ---- Members ---- */

/* Common groups may name any people; all else stays within its organization. */
static bool member_allowed(const struct linting *linting, const struct entry *member)
{
	return reference_allowed(linting->snapshot, linting->organization, member->node) ||
	       (linting->organization == NODE_NONE && entry_is(member, KIND_PERSON));
}

/* In which of the attributes that mean members does the entry name it? */
static const char *member_attribute(const struct linting *linting, node_id member)
{
	static const char *const names[] = {"uniquemember", "roleoccupant", "nsroledn"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct entry_attribute *attribute = entry_attribute(linting->entry, names[i]);
		for (uint32_t j = 0; attribute != NULL && j < attribute->node_count; j++)
			if (attribute->nodes[j] == member)
				return schema_attribute_spelling(names[i]);
	}
	return "member";
}

/* Whoever is younger than the last change of what names her cannot have been meant, if names were given after people. */
static void check_age(const struct linting *linting, const char *attribute, const char *value, const struct entry *member)
{
	instant changed = linting->entry->changed * INSTANT_SECOND, created;
	char then[40], since[40];
	if (changed == 0 || (created = entry_created(member)) == INSTANT_MIN || created < changed + INSTANT_SECOND)
		return;
	clock_format_rfc3339(created, then);
	clock_format_rfc3339(changed, since);
	linting_report_detail(linting, PROBLEM_MEMBER_CAME_LATER, attribute, value, member->node,
	                      arena_print(linting->arena, "created %s, named since %s or before", then, since));
}

/* "A member DN that names nothing, or neither a person nor a group, is dangling." */
static void check_member(const struct linting *linting, const char *attribute, node_id member)
{
	const struct entry *entry = snapshot_entry(linting->snapshot, member);
	if (entry == NULL)
		linting_report_node(linting, PROBLEM_DANGLING_MEMBER, attribute, member);
	else if (!entry_is(entry, KIND_PERSON) && !entry_is(entry, KIND_GROUP))
		linting_report_node(linting, PROBLEM_NOT_A_MEMBER, attribute, member);
	else if (!member_allowed(linting, entry))
		linting_report_node(linting, PROBLEM_FOREIGN_REFERENCE, attribute, member);
	else
		check_age(linting, attribute, node_dn(linting->snapshot, member, linting->arena), entry);
}

static void check_members(const struct linting *linting, const struct references *members)
{
	for (uint32_t i = 0; i < members->count; i++)
		check_member(linting, member_attribute(linting, members->nodes[i]), members->nodes[i]);
}

static void check_owners(const struct linting *linting, const struct references *owners)
{
	for (uint32_t i = 0; i < owners->count; i++)
		check_member(linting, "owner", owners->nodes[i]);
}

static void check_uids(const struct linting *linting, const struct strings *uids)
{
	for (uint32_t i = 0; i < uids->count; i++) {
		bool shared;
		node_id person = person_by_uid(linting->snapshot, linting->organization, uids->items[i], &shared);
		if (person == NODE_NONE)
			linting_report(linting, shared ? PROBLEM_AMBIGUOUS_MEMBER : PROBLEM_DANGLING_MEMBER, "memberUid",
			               uids->items[i], NODE_NONE);
		else
			check_age(linting, "memberUid", uids->items[i], snapshot_entry(linting->snapshot, person));
	}
}

/* ---- Scopes ---- */

static bool is_place(const struct entry *entry)
{
	return entry_is(entry, KIND_WORKSPACE) || entry_is(entry, KIND_ORGANIZATION);
}

static void check_scope(const struct linting *linting, const struct references *scope)
{
	for (uint32_t i = 0; i < scope->count; i++) {
		node_id node = scope->nodes[i];
		if (!is_place(snapshot_entry(linting->snapshot, node)))
			linting_report_node(linting, PROBLEM_NO_SUCH_WORKSPACE, "dgScope", node);
		else if (linting->organization != organization_of(linting->snapshot, node))
			linting_report_node(linting, PROBLEM_FOREIGN_REFERENCE, "dgScope", node);
	}
}

/* ---- Circles ---- */

/* What a node refers to along one relation of its kind. */
typedef void neighbours(const struct linting *linting, node_id node, struct nodes *found);

static void inherited_roles(const struct linting *linting, node_id node, struct nodes *found)
{
	const struct entry *entry = snapshot_entry(linting->snapshot, node);
	for (uint32_t i = 0; entry_is(entry, KIND_ROLE) && i < entry->role->inherits.count; i++)
		nodes_add(found, entry->role->inherits.nodes[i], linting->arena);
}

static void member_groups(const struct linting *linting, node_id node, struct nodes *found)
{
	const struct entry *entry = snapshot_entry(linting->snapshot, node);
	for (uint32_t i = 0; entry_is(entry, KIND_GROUP) && i < entry->group->member.count; i++)
		if (entry_is(snapshot_entry(linting->snapshot, entry->group->member.nodes[i]), KIND_GROUP))
			nodes_add(found, entry->group->member.nodes[i], linting->arena);
}

/* Does the way from the entry lead back to it?  Then the last step is named. */
static void check_circle(const struct linting *linting, const char *attribute, neighbours *next)
{
	struct nodes seen = {0};
	nodes_add(&seen, linting->entry->node, linting->arena);
	for (uint32_t i = 0; i < seen.count; i++) {
		struct nodes found = {0};
		next(linting, seen.items[i], &found);
		if (nodes_have(&found, linting->entry->node)) {
			linting_report_node(linting, PROBLEM_CYCLE, attribute, seen.items[i]);
			return;
		}
		nodes_join(&seen, &found, linting->arena);
	}
}

/* ---- Kinds ---- */

void lint_organization(const struct linting *linting)
{
	const struct organization *organization = linting->entry->organization;
	const struct { const char *attribute; const struct reference *role; } roles[] = {
		{"dgDefaultRole", &organization->default_role}, {"dgPublicRole", &organization->public_role},
		{"dgOwnerRole", &organization->owner_role},     {"dgCreatorRole", &organization->creator_role},
		{"dgJoinRole", &organization->join_role},
	};
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		check_one(linting, roles[i].attribute, roles[i].role, KIND_ROLE, PROBLEM_NO_SUCH_ROLE);
	check_one(linting, "dgDefaultWorkspace", &organization->default_workspace, KIND_WORKSPACE,
	          PROBLEM_NO_SUCH_WORKSPACE);
	check_one(linting, "dgHasPlan", &organization->plan, KIND_PLAN, PROBLEM_NO_SUCH_PLAN);
	check_bases(linting, "dgPeopleBase", &organization->people_base);
}

void lint_workspace(const struct linting *linting)
{
	const struct workspace *workspace = linting->entry->workspace;
	if (linting->organization == NODE_NONE)
		linting_report(linting, PROBLEM_UNENCLOSED, NULL, NULL, NODE_NONE);
	check_one(linting, "dgJoinRole", &workspace->join_role, KIND_ROLE, PROBLEM_NO_SUCH_ROLE);
	check_owners(linting, &workspace->owner);
}

void lint_role(const struct linting *linting)
{
	const struct role *role = linting->entry->role;
	check_roles(linting, "dgInherits", &role->inherits);
	check_role_places(linting, "dgMayAssign", &role->may_assign);
	check_plans(linting, &role->requires_plan);
	check_circle(linting, "dgInherits", inherited_roles);
	lint_rules_of(linting, "dgPermission", &role->permission);
	lint_rules_of(linting, "dgOptionalPermission", &role->optional);
	lint_rules_of(linting, "dgOrganizationPermission", &role->organization);
	lint_rules_of(linting, "dgDeny", &role->deny);
}

void lint_restriction(const struct linting *linting)
{
	const struct restriction *restriction = linting->entry->restriction;
	check_roles(linting, "dgAppliesTo", &restriction->applies_to);
	check_plans(linting, &restriction->requires_plan);
	lint_rules_of(linting, "dgRestricts", &restriction->restricts);
}

/* Is the extra permission covered by an optional one of the binding's roles, or of what they inherit? */
static bool is_optional(const struct linting *linting, const struct nodes *roles, const char *pattern)
{
	for (uint32_t i = 0; i < roles->count; i++) {
		const struct entry *entry = snapshot_entry(linting->snapshot, roles->items[i]);
		for (uint32_t j = 0; entry_is(entry, KIND_ROLE) && j < entry->role->optional.count; j++)
			if (pattern_covers(entry->role->optional.items[j].pattern, pattern))
				return true;
	}
	return false;
}

static void check_extras(const struct linting *linting)
{
	const struct binding *binding = linting->entry->binding;
	struct nodes roles = {0};
	if (binding->extra.count == 0)
		return;
	for (uint32_t i = 0; i < binding->roles.count; i++)
		nodes_add(&roles, binding->roles.nodes[i], linting->arena);
	for (uint32_t i = 0; i < roles.count; i++)
		inherited_roles(linting, roles.items[i], &roles);
	for (uint32_t i = 0; i < binding->extra.count; i++)
		if (!is_optional(linting, &roles, binding->extra.items[i].pattern))
			linting_report(linting, PROBLEM_NOT_OPTIONAL, "dgPermission", binding->extra.items[i].text, NODE_NONE);
	lint_rules_of(linting, "dgPermission", &binding->extra);
}

void lint_binding(const struct linting *linting)
{
	const struct binding *binding = linting->entry->binding;
	bool nowhere = linting->organization == NODE_NONE ||
	               (!binding->scope_present && workspace_of(linting->snapshot, linting->entry->node) == NODE_NONE);
	if (nowhere)
		linting_report(linting, PROBLEM_NO_SCOPE, NULL, NULL, NODE_NONE);
	check_roles(linting, "dgGrantsRole", &binding->roles);
	check_restrictions(linting, &binding->restricted_by);
	check_scope(linting, &binding->scope);
	check_members(linting, &binding->member);
	check_uids(linting, &binding->member_uid);
	check_extras(linting);
	lint_filter(linting, "dgMemberFilter", binding->filter);
}

void lint_group_rule(const struct linting *linting)
{
	const struct group_rule *rule = linting->entry->group_rule;
	check_bases(linting, "dgGroupBase", &rule->base);
	check_restrictions(linting, &rule->restricted_by);
}

void lint_role_set(const struct linting *linting)
{
	check_role_places(linting, "dgRoleMember", &linting->entry->role_set->roles);
}

void lint_resource(const struct linting *linting)
{
	check_owners(linting, &linting->entry->resource->owner);
	if (!entry_is(linting->entry, KIND_GROUP))
		check_members(linting, &linting->entry->resource->member);
}

void lint_invitation(const struct linting *linting)
{
	const struct invitation *invitation = linting->entry->invitation;
	check_roles(linting, "dgGrantsRole", &invitation->roles);
	check_restrictions(linting, &invitation->restricted_by);
	check_scope(linting, &invitation->scope);
	check_members(linting, &invitation->member);
}

void lint_group(const struct linting *linting)
{
	const struct group *group = linting->entry->group;
	check_members(linting, &group->member);
	check_uids(linting, &group->member_uid);
	check_circle(linting, "member", member_groups);
	for (uint32_t i = 0; i < group->url_count; i++)
		lint_filter(linting, "memberURL", group->urls[i].filter);
	lint_filter(linting, "nsRoleFilter", group->filter);
}

void lint_person(const struct linting *linting)
{
	const struct reference *plan = &linting->entry->person->plan;
	if (plan->node != NODE_NONE && !entry_is(snapshot_entry(linting->snapshot, plan->node), KIND_PLAN))
		linting_report_node(linting, PROBLEM_NO_SUCH_PLAN, "dgHasPlan", plan->node);
}

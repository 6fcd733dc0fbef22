/* What is allowed to be said, and hardly meant: roles, restrictions and times that fit nothing. */
#include "decide/lint/lint_rules.h"
#include "decide/membership.h"
#include "decide/roles.h"
#include "model/pattern.h"

#include <string.h>

/* ---- Who gives a role ---- */

/* Does an organization, a workspace or an invitation give the role to whoever comes? */
static bool awaits(const struct entry *entry, node_id role)
{
	if (entry_is(entry, KIND_INVITATION))
		return entry->invitation->status != STATUS_DISABLED;
	if (entry_is(entry, KIND_WORKSPACE) && entry->workspace->join_role.node == role)
		return true;
	if (!entry_is(entry, KIND_ORGANIZATION))
		return false;
	const struct organization *organization = entry->organization;
	return organization->default_role.node == role || organization->public_role.node == role ||
	       organization->owner_role.node == role || organization->creator_role.node == role ||
	       organization->join_role.node == role;
}

static bool is_awaiting(const struct linting *linting, node_id role)
{
	struct relation_cursor cursor;
	node_id entry;
	snapshot_relation(linting->snapshot, RELATION_OTHER, role, &cursor);
	while (relation_next(&cursor, &entry))
		if (awaits(snapshot_entry(linting->snapshot, entry), role))
			return true;
	return false;
}

static bool is_bound_in_workspace(const struct linting *linting, node_id role)
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(linting->snapshot, RELATION_GIVEN_BY, role, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct binding *binding = snapshot_entry(linting->snapshot, node)->binding;
		if (!binding->scope_present && workspace_of(linting->snapshot, node) != NODE_NONE)
			return true;
		for (uint32_t i = 0; i < binding->scope.count; i++)
			if (entry_is(snapshot_entry(linting->snapshot, binding->scope.nodes[i]), KIND_WORKSPACE))
				return true;
	}
	return false;
}

/* Is that so of the role, or of one that inherits it? */
static bool role_or_heir(const struct linting *linting, node_id role,
                         bool (*is)(const struct linting *linting, node_id role))
{
	struct nodes roles = {0};
	nodes_add(&roles, role, linting->arena);
	for (uint32_t i = 0; i < roles.count; i++) {
		struct relation_cursor cursor;
		node_id heir;
		if (is(linting, roles.items[i]))
			return true;
		snapshot_relation(linting->snapshot, RELATION_INHERITED_BY, roles.items[i], &cursor);
		while (relation_next(&cursor, &heir))
			nodes_add(&roles, heir, linting->arena);
	}
	return false;
}

bool role_awaits_holders(const struct linting *linting, node_id role)
{
	return role_or_heir(linting, role, is_awaiting);
}

static bool is_everything(const struct rule *rule)
{
	return rule->filter == NULL && pattern_covers(rule->pattern, "*");
}

void lint_role_reach(const struct linting *linting)
{
	const struct role *role = linting->entry->role;
	for (uint32_t i = 0; role->ceiling.count == 0 && i < role->permission.count; i++)
		if (is_everything(&role->permission.items[i]) &&
		    (role_or_heir(linting, linting->entry->node, is_bound_in_workspace) ||
		     role_awaits_holders(linting, linting->entry->node)))
			linting_report(linting, PROBLEM_EVERYTHING_IN_WORKSPACE, "dgPermission", role->permission.items[i].text,
			               NODE_NONE);
}

/* ---- Plans ---- */

static bool people_have(const struct linting *linting, node_id plan)
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(linting->snapshot, RELATION_OTHER, plan, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *entry = snapshot_entry(linting->snapshot, node);
		if (entry_is(entry, KIND_PERSON) && entry->person->plan.node == plan &&
		    organization_has_person(linting->snapshot, linting->organization, node))
			return true;
	}
	return false;
}

static bool plan_had(const struct linting *linting, bool required, const struct references *plans)
{
	const struct entry *organization = snapshot_entry(linting->snapshot, linting->organization);
	if (!required || organization == NULL)
		return true;
	for (uint32_t i = 0; i < plans->count; i++)
		if (organization->organization->plan.node == plans->nodes[i] || people_have(linting, plans->nodes[i]))
			return true;
	return false;
}

static void check_role_plans(const struct linting *linting, const struct references *roles)
{
	for (uint32_t i = 0; i < roles->count; i++) {
		const struct entry *role = snapshot_entry(linting->snapshot, roles->nodes[i]);
		if (entry_is(role, KIND_ROLE) && !plan_had(linting, role->role->plan_required, &role->role->requires_plan))
			linting_report_node(linting, PROBLEM_PLAN_NOT_HELD, "dgGrantsRole", role->node);
	}
}

/* ---- Restrictions ---- */

static bool is_meant_for(const struct restriction *restriction, const struct references *roles)
{
	for (uint32_t i = 0; i < roles->count; i++)
		for (uint32_t j = 0; j < restriction->applies_to.count; j++)
			if (restriction->applies_to.nodes[j] == roles->nodes[i])
				return true;
	return !restriction->applies_to_present;
}

/* Of a binding without roles only each member's own roles could tell: those are asked about when it is set. */
static void check_restrictions(const struct linting *linting, const struct references *restrictions,
                               const struct references *roles)
{
	for (uint32_t i = 0; i < restrictions->count; i++) {
		const struct entry *entry = snapshot_entry(linting->snapshot, restrictions->nodes[i]);
		if (!entry_is(entry, KIND_RESTRICTION))
			continue;
		if (roles->count > 0 && !is_meant_for(entry->restriction, roles))
			linting_report_node(linting, PROBLEM_RESTRICTION_NOT_MEANT, "dgRestrictedBy", entry->node);
		if (!plan_had(linting, entry->restriction->plan_required, &entry->restriction->requires_plan))
			linting_report_node(linting, PROBLEM_PLAN_NOT_HELD, "dgRestrictedBy", entry->node);
	}
}

/* ---- Times ---- */

static void report_time(const struct linting *linting, enum problem_code code, instant at)
{
	char text[40];
	clock_format_rfc3339(at, text);
	linting_report(linting, code, "dgNotAfter", text, NODE_NONE);
}

void lint_binding_sense(const struct linting *linting)
{
	const struct binding *binding = linting->entry->binding;
	check_role_plans(linting, &binding->roles);
	check_restrictions(linting, &binding->restricted_by, &binding->roles);
	if (binding->not_after <= binding->not_before)
		report_time(linting, PROBLEM_NEVER_IN_FORCE, binding->not_after);
	else if (binding->not_after <= linting->at)
		report_time(linting, PROBLEM_EXPIRED, binding->not_after);
}

void lint_invitation_sense(const struct linting *linting)
{
	const struct invitation *invitation = linting->entry->invitation;
	check_role_plans(linting, &invitation->roles);
	check_restrictions(linting, &invitation->restricted_by, &invitation->roles);
	/* Of a broken time it is said that it is broken. */
	if (invitation->not_after <= linting->at && invitation->not_after != INSTANT_MIN)
		report_time(linting, PROBLEM_EXPIRED, invitation->not_after);
}

/* ---- Sizes ---- */

static void check_size(const struct linting *linting, const struct references *member, const struct strings *uids)
{
	if (member->count + uids->count > LINT_MEMBERS_MAX)
		linting_report_detail(linting, PROBLEM_BIG_GROUP, NULL, NULL, NODE_NONE,
		                      arena_print(linting->arena, "%u direct members", member->count + uids->count));
}

void lint_binding_size(const struct linting *linting)
{
	check_size(linting, &linting->entry->binding->member, &linting->entry->binding->member_uid);
}

void lint_group_size(const struct linting *linting)
{
	check_size(linting, &linting->entry->group->member, &linting->entry->group->member_uid);
}

/* ---- Owners ---- */

void lint_workspace_owner(const struct linting *linting)
{
	const struct references *owner = &linting->entry->workspace->owner;
	const struct entry *organization = snapshot_entry(linting->snapshot, linting->organization);
	if (organization == NULL || organization->organization->owner_role.present)
		return;
	for (uint32_t i = 0; i < owner->count; i++)
		linting_report_node(linting, PROBLEM_OWNER_WITHOUT_ROLE, "owner", owner->nodes[i]);
}

#include "decide/standing.h"

#include "decide/group_rule.h"
#include "decide/roles.h"
#include "decide/subject.h"

#include <string.h>

enum reason stop_reason(unsigned stops)
{
	switch (stops) {
	case 0:
		return REASON_GRANTED;
	case STOP_DUTY:
		return REASON_SEPARATION_OF_DUTY;
	case STOP_INACTIVE:
		return REASON_NOT_ACTIVATED;
	case STOP_PLAN:
		return REASON_PLAN_REQUIRED;
	case STOP_TIME:
		return REASON_OUTSIDE_TIME;
	case STOP_DISABLED:
		return REASON_BINDING_DISABLED;
	case STOP_BROKEN:
		return REASON_BROKEN_DATA;
	case STOP_PENDING:
		return REASON_PENDING;
	case STOP_PLACE:
		return REASON_WORKSPACE_DISABLED;
	default:
		return REASON_NO_GRANT;
	}
}

/* ---- Where a binding holds ---- */

bool workspace_reaches(const struct snapshot *snapshot, node_id workspace, node_id place)
{
	for (node_id at = workspace_of(snapshot, place); at != NODE_NONE; at = workspace_above(snapshot, at)) {
		if (at == workspace)
			return true;
		if (snapshot_entry(snapshot, at)->workspace->isolated)
			return false;
	}
	return false;
}

/* What a scope value names: a workspace or organization of the binding's own organization, or nothing. */
static bool scope_sound(const struct snapshot *snapshot, node_id organization, node_id scope)
{
	const struct entry *entry = snapshot_entry(snapshot, scope);
	return (entry_is(entry, KIND_WORKSPACE) || entry_is(entry, KIND_ORGANIZATION)) &&
	       organization_of(snapshot, scope) == organization;
}

struct reach scope_reach(const struct snapshot *snapshot, node_id node, const struct references *scope,
                         bool scope_present, node_id place)
{
	struct reach reach = {0};
	node_id organization = organization_of(snapshot, node);
	if (organization == NODE_NONE || organization_of(snapshot, place) != organization)
		return reach;
	if (!scope_present) {
		node_id enclosing = workspace_of(snapshot, node);
		reach.grants = enclosing != NODE_NONE && workspace_reaches(snapshot, enclosing, place);
		reach.limits = reach.grants;
		return reach;
	}
	bool broken = scope->broken > 0;
	for (uint32_t i = 0; i < scope->count; i++) {
		if (!scope_sound(snapshot, organization, scope->nodes[i]))
			broken = true;
		else if (scope->nodes[i] == organization)
			reach.grants = reach.by_organization = true;
		else if (workspace_reaches(snapshot, scope->nodes[i], place))
			reach.grants = true;
	}
	/* "dgScope value: lost for grants; the binding's limits hold in the whole organization" */
	reach.limits = reach.grants || broken;
	return reach;
}

/* ---- The list ---- */

struct finder {
	struct evaluation *evaluation;
	struct standing *standing;
	uint32_t capacity;
};

static struct holding *add(struct finder *finder, struct holding holding)
{
	struct standing *standing = finder->standing;
	if (standing->count == finder->capacity) {
		uint32_t capacity = finder->capacity == 0 ? 16 : finder->capacity * 2;
		struct holding *bigger = arena_array(finder->evaluation->arena, capacity, sizeof(*bigger));
		if (standing->count > 0)
			memcpy(bigger, standing->holdings, standing->count * sizeof(*bigger));
		standing->holdings = bigger;
		finder->capacity = capacity;
	}
	standing->holdings[standing->count] = holding;
	return &standing->holdings[standing->count++];
}

/* The roles that exist and may be referred to; *broken if one does not, or what it inherits does not. */
static const node_id *sound_roles(struct evaluation *evaluation, node_id organization, const struct references *roles,
                                  uint32_t *count, bool *broken)
{
	node_id *sound = arena_array(evaluation->arena, roles->count + 1, sizeof(*sound));
	*count = 0;
	*broken = roles->broken > 0;
	for (uint32_t i = 0; i < roles->count; i++) {
		if (!role_allowed(evaluation->snapshot, organization, roles->nodes[i])) {
			*broken = true;
			continue;
		}
		if (!role_sound(evaluation->snapshot, roles->nodes[i], evaluation->arena))
			*broken = true;
		sound[(*count)++] = roles->nodes[i];
	}
	return sound;
}

static bool restrictions_broken(const struct evaluation *evaluation, node_id organization,
                                const struct references *restrictions)
{
	if (restrictions->broken > 0)
		return true;
	for (uint32_t i = 0; i < restrictions->count; i++)
		if (!entry_is(snapshot_entry(evaluation->snapshot, restrictions->nodes[i]), KIND_RESTRICTION) ||
		    !reference_allowed(evaluation->snapshot, organization, restrictions->nodes[i]))
			return true;
	return false;
}

/* "From the start instant, up to but not including the end"; "any of its windows"; a broken time counts as inside. */
static bool inside_times(const struct binding *binding, instant at)
{
	if (at < binding->not_before || at >= binding->not_after)
		return false;
	if (binding->during_count == 0 || binding->during_broken)
		return true;
	for (uint32_t i = 0; i < binding->during_count; i++)
		if (period_covers(&binding->during[i], at))
			return true;
	return false;
}

static void add_binding(struct finder *finder, const struct member_binding *member)
{
	struct evaluation *evaluation = finder->evaluation;
	const struct binding *binding = snapshot_entry(evaluation->snapshot, member->node)->binding;
	struct reach reach = scope_reach(evaluation->snapshot, member->node, &binding->scope, binding->scope_present,
	                                 finder->standing->place);
	if (!reach.limits)
		return;
	bool inside = inside_times(binding, evaluation->question->at), broken;
	struct holding holding = {.origin = ORIGIN_ENTRY, .binding = member->node, .parsed = binding,
	                          .from = member->from, .restricted_by = &binding->restricted_by,
	                          .by_organization = reach.by_organization, .until = binding->not_after};
	holding.roles = sound_roles(evaluation, finder->standing->organization, &binding->roles, &holding.role_count, &broken);
	if (!inside)
		holding.stops |= STOP_TIME;
	if (binding->disabled)
		holding.stops |= STOP_DISABLED;
	if (broken || binding->broken ||
	    restrictions_broken(evaluation, finder->standing->organization, &binding->restricted_by))
		holding.stops |= STOP_BROKEN;
	holding.grants = member->certain && reach.grants && binding->gives_roles;
	holding.limits = inside && !binding->disabled;
	holding.narrows = !binding->gives_roles;
	add(finder, holding);
}

/* ---- Implicit bindings ---- */

/* A holding of one role that no binding entry gives; nothing when the role does not exist. */
static void add_implicit(struct finder *finder, enum binding_origin origin, node_id binding, uint32_t from,
                         node_id role, bool certain, const struct references *restricted_by)
{
	struct evaluation *evaluation = finder->evaluation;
	node_id organization = finder->standing->organization;
	if (!role_allowed(evaluation->snapshot, organization, role))
		return;
	node_id *roles = arena_alloc(evaluation->arena, sizeof(*roles));
	*roles = role;
	struct holding holding = {.origin = origin, .binding = binding, .from = from, .role_count = 1, .roles = roles,
	                          .restricted_by = restricted_by, .grants = certain, .limits = true,
	                          .until = INSTANT_MAX};
	if (!role_sound(evaluation->snapshot, role, evaluation->arena) ||
	    (restricted_by != NULL && restrictions_broken(evaluation, organization, restricted_by)))
		holding.stops |= STOP_BROKEN;
	add(finder, holding);
}

bool default_reaches(const struct snapshot *snapshot, node_id place)
{
	node_id node = organization_of(snapshot, place);
	const struct organization *organization = snapshot_entry(snapshot, node)->organization;
	return organization->default_role.present && scope_sound(snapshot, node, organization->default_workspace.node) &&
	       workspace_reaches(snapshot, organization->default_workspace.node, place);
}

static bool is_active_person(const struct evaluation *evaluation)
{
	return !evaluation->by_group && person_active(evaluation->subject_entry, evaluation->question->at);
}

static void add_default(struct finder *finder, const struct organization *organization)
{
	struct evaluation *evaluation = finder->evaluation;
	if (is_active_person(evaluation) && default_reaches(evaluation->snapshot, finder->standing->place) &&
	    organization_has_person(evaluation->snapshot, finder->standing->organization, evaluation->subject))
		add_implicit(finder, ORIGIN_DEFAULT, finder->standing->organization, STEP_NONE,
		             organization->default_role.node, true, NULL);
}

/* "It does not reach nested workspaces." */
bool publicity_reaches(const struct snapshot *snapshot, node_id place)
{
	const struct organization *organization =
		snapshot_entry(snapshot, organization_of(snapshot, place))->organization;
	const struct entry *entry = snapshot_entry(snapshot, place);
	return organization->public_role.present && organization->visibility == VISIBILITY_PUBLIC &&
	       entry_is(entry, KIND_WORKSPACE) && entry->workspace->visibility == VISIBILITY_PUBLIC;
}

static void add_public(struct finder *finder, const struct organization *organization)
{
	if (is_active_person(finder->evaluation) && publicity_reaches(finder->evaluation->snapshot, finder->standing->place))
		add_implicit(finder, ORIGIN_PUBLIC, finder->standing->organization, STEP_NONE, organization->public_role.node,
		             true, NULL);
}

/* "dgOwnerRole: who is named in `owner` of a workspace (a person or a group) holds this role there." */
static void add_owner(struct finder *finder, const struct organization *organization)
{
	struct evaluation *evaluation = finder->evaluation;
	const struct snapshot *snapshot = evaluation->snapshot;
	if (!organization->owner_role.present)
		return;
	for (node_id at = workspace_of(snapshot, finder->standing->place); at != NODE_NONE;
	     at = workspace_above(snapshot, at)) {
		const struct workspace *workspace = snapshot_entry(snapshot, at)->workspace;
		for (uint32_t i = 0; i < workspace->owner.count; i++) {
			const struct step *step = membership_step(&evaluation->membership, workspace->owner.nodes[i]);
			if (step == NULL)
				continue;
			bool allowed = reference_allowed(snapshot, finder->standing->organization, step->node);
			add_implicit(finder, ORIGIN_OWNER, at, (uint32_t)(step - evaluation->membership.steps),
			             organization->owner_role.node, step->certain && allowed, NULL);
		}
		if (workspace->isolated)
			return;
	}
}

/* "Turns groups named by convention into bindings." */
static void add_rules(struct finder *finder)
{
	struct evaluation *evaluation = finder->evaluation;
	const struct snapshot *snapshot = evaluation->snapshot;
	struct relation_cursor cursor;
	node_id rule;
	snapshot_relation(snapshot, RELATION_KIND, KIND_GROUP_RULE, &cursor);
	while (relation_next(&cursor, &rule)) {
		if (organization_of(snapshot, rule) != finder->standing->organization)
			continue;
		for (uint32_t i = evaluation->by_group ? 0 : 1; i < evaluation->membership.count; i++) {
			const struct step *step = &evaluation->membership.steps[i];
			struct rule_fit fit;
			if (group_rule_fit(snapshot, rule, step->node, &fit) &&
			    workspace_reaches(snapshot, fit.place, finder->standing->place))
				add_implicit(finder, ORIGIN_RULE, rule, i, fit.role, step->certain,
				             &snapshot_entry(snapshot, rule)->group_rule->restricted_by);
		}
	}
}

/* ---- Waiting ---- */

bool invitation_waits(const struct entry *entry, instant at)
{
	return entry_is(entry, KIND_INVITATION) && entry->invitation->status != STATUS_DISABLED &&
	       at < entry->invitation->not_after;
}

struct reach invitation_reach(const struct snapshot *snapshot, node_id node, node_id place)
{
	const struct invitation *invitation = snapshot_entry(snapshot, node)->invitation;
	bool scoped = invitation->scope.count + invitation->scope.broken > 0;
	struct reach reach = scope_reach(snapshot, node, &invitation->scope, scoped, place);
	/* Below the organization itself it is for the whole of it. */
	if (!scoped && workspace_of(snapshot, node) == NODE_NONE)
		reach.grants = reach.by_organization = organization_of(snapshot, node) == organization_of(snapshot, place);
	return reach;
}

static void add_invitation(void *context, node_id node, uint32_t from)
{
	struct finder *finder = context;
	struct evaluation *evaluation = finder->evaluation;
	const struct entry *entry = snapshot_entry(evaluation->snapshot, node);
	if (!invitation_waits(entry, evaluation->question->at))
		return;
	const struct invitation *invitation = entry->invitation;
	struct reach reach = invitation_reach(evaluation->snapshot, node, finder->standing->place);
	if (!reach.grants)
		return;
	bool broken;
	struct holding holding = {.origin = ORIGIN_INVITATION, .binding = node, .from = from, .grants = true,
	                          .restricted_by = &invitation->restricted_by, .until = INSTANT_MAX,
	                          .by_organization = reach.by_organization, .stops = STOP_PENDING};
	holding.roles = sound_roles(evaluation, finder->standing->organization, &invitation->roles, &holding.role_count, &broken);
	if (broken || restrictions_broken(evaluation, finder->standing->organization, &invitation->restricted_by))
		holding.stops |= STOP_BROKEN;
	add(finder, holding);
}

/* Every invitation whose member or mail means the subject, with the step of the membership.  "A reference into another
 * organization is broken data": it invites nobody. */
static void visit_invitations(const struct evaluation *evaluation,
                              void (*visit)(void *context, node_id invitation, uint32_t from), void *context)
{
	node_id node;
	for (uint32_t i = 0; i < evaluation->membership.count; i++) {
		const struct step *step = &evaluation->membership.steps[i];
		struct relation_cursor cursor;
		snapshot_relation(evaluation->snapshot, RELATION_INVITED_BY, step->node, &cursor);
		while (relation_next(&cursor, &node))
			if (reference_allowed(evaluation->snapshot, organization_of(evaluation->snapshot, node), step->node))
				visit(context, node, i);
	}
	const struct entry_attribute *mail = entry_attribute(evaluation->subject_entry, "mail");
	for (uint32_t i = 0; !evaluation->by_group && mail != NULL && i < mail->count; i++) {
		struct name_cursor cursor;
		if (mail->values[i].text == NULL)
			continue;
		snapshot_name(evaluation->snapshot, NAME_INVITED_MAIL, mail->values[i].text, &cursor);
		while (name_next(&cursor, &node))
			visit(context, node, 0);
		name_end(&cursor);
	}
}

void standing_find(struct evaluation *evaluation, node_id place, struct standing *standing)
{
	*standing = (struct standing){.place = place, .organization = organization_of(evaluation->snapshot, place),
	                              .state = place_state(evaluation->snapshot, place)};
	struct finder finder = {evaluation, standing, 0};
	const struct organization *organization = snapshot_entry(evaluation->snapshot, standing->organization)->organization;
	for (uint32_t i = 0; i < evaluation->membership.binding_count; i++)
		add_binding(&finder, &evaluation->membership.bindings[i]);
	add_owner(&finder, organization);
	add_rules(&finder);
	add_default(&finder, organization);
	add_public(&finder, organization);
	visit_invitations(evaluation, add_invitation, &finder);
	roles_strike(evaluation, standing);
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

unsigned holding_stops(const struct standing *standing, const struct holding *holding, const char *action)
{
	if (standing->state == PLACE_ENABLED)
		return holding->stops;
	if (standing->state == PLACE_WORKSPACE_DISABLED && holding->by_organization &&
	    (starts_with(action, "workspace.") || starts_with(action, "members.")))
		return holding->stops;
	return holding->stops | STOP_PLACE;
}

/* ---- Workspaces that count for the organization ---- */

struct workspaces {
	struct evaluation *evaluation;
	uint32_t count, capacity;
	node_id *nodes;
};

static void workspaces_add(struct workspaces *found, node_id workspace)
{
	for (uint32_t i = 0; i < found->count; i++)
		if (found->nodes[i] == workspace)
			return;
	if (found->count == found->capacity) {
		uint32_t capacity = found->capacity == 0 ? 16 : found->capacity * 2;
		node_id *bigger = arena_array(found->evaluation->arena, capacity, sizeof(*bigger));
		if (found->count > 0)
			memcpy(bigger, found->nodes, found->count * sizeof(*bigger));
		found->nodes = bigger;
		found->capacity = capacity;
	}
	found->nodes[found->count++] = workspace;
}

/* A workspace and all that is nested in it without being isolated. */
static void workspaces_below(struct workspaces *found, node_id top)
{
	const struct snapshot *snapshot = found->evaluation->snapshot;
	struct relation_cursor cursor;
	node_id child;
	snapshot_relation(snapshot, RELATION_CHILD, top, &cursor);
	while (relation_next(&cursor, &child)) {
		const struct entry *entry = snapshot_entry(snapshot, child);
		if (entry_is(entry, KIND_ORGANIZATION) || (entry_is(entry, KIND_WORKSPACE) && entry->workspace->isolated))
			continue;
		if (entry_is(entry, KIND_WORKSPACE))
			workspaces_add(found, child);
		workspaces_below(found, child);
	}
}

static void workspaces_from(struct workspaces *found, node_id workspace)
{
	const struct snapshot *snapshot = found->evaluation->snapshot;
	if (!entry_is(snapshot_entry(snapshot, workspace), KIND_WORKSPACE) ||
	    organization_of(snapshot, workspace) != found->evaluation->organization)
		return;
	workspaces_add(found, workspace);
	workspaces_below(found, workspace);
}

static void workspaces_of_binding(struct workspaces *found, node_id node)
{
	const struct binding *binding = snapshot_entry(found->evaluation->snapshot, node)->binding;
	if (!binding->scope_present)
		workspaces_from(found, workspace_of(found->evaluation->snapshot, node));
	for (uint32_t i = 0; i < binding->scope.count; i++)
		workspaces_from(found, binding->scope.nodes[i]);
}

/* Where somebody who waits would hold roles. */
static void workspaces_of_invitation(void *context, node_id node, uint32_t from)
{
	struct workspaces *found = context;
	(void)from;
	const struct entry *entry = snapshot_entry(found->evaluation->snapshot, node);
	if (!entry_is(entry, KIND_INVITATION))
		return;
	workspaces_from(found, workspace_of(found->evaluation->snapshot, node));
	for (uint32_t i = 0; i < entry->invitation->scope.count; i++)
		workspaces_from(found, entry->invitation->scope.nodes[i]);
}

static void workspaces_of_rules(struct workspaces *found)
{
	struct evaluation *evaluation = found->evaluation;
	struct relation_cursor cursor;
	node_id rule;
	snapshot_relation(evaluation->snapshot, RELATION_KIND, KIND_GROUP_RULE, &cursor);
	while (relation_next(&cursor, &rule)) {
		struct rule_fit fit;
		if (organization_of(evaluation->snapshot, rule) != evaluation->organization)
			continue;
		for (uint32_t i = evaluation->by_group ? 0 : 1; i < evaluation->membership.count; i++)
			if (group_rule_fit(evaluation->snapshot, rule, evaluation->membership.steps[i].node, &fit))
				workspaces_from(found, fit.place);
	}
}

void standing_visit_workspaces(struct evaluation *evaluation, void (*visit)(void *context, node_id workspace),
                               void *context)
{
	struct workspaces found = {.evaluation = evaluation};
	for (uint32_t i = 0; i < evaluation->membership.binding_count; i++)
		workspaces_of_binding(&found, evaluation->membership.bindings[i].node);
	for (uint32_t i = 0; i < evaluation->membership.count; i++) {
		struct relation_cursor cursor;
		node_id workspace;
		snapshot_relation(evaluation->snapshot, RELATION_OWNS, evaluation->membership.steps[i].node, &cursor);
		while (relation_next(&cursor, &workspace))
			workspaces_from(&found, workspace);
	}
	workspaces_of_rules(&found);
	visit_invitations(evaluation, workspaces_of_invitation, &found);
	for (uint32_t i = 0; i < found.count; i++)
		visit(context, found.nodes[i]);
}

/* Changes of groups and workspaces that are changes of membership as well: whatever rides along is asked for itself. */
#include "decide/administration/change.h"

#include <string.h>

/* An evaluation of the same actor in another place, about the membership of `id`. */
static void ask_there(const struct evaluation *evaluation, node_id place, const char *action, const char *id,
                      struct evaluation *there)
{
	struct question *question = arena_alloc(evaluation->arena, sizeof(*question));
	*question = *evaluation->question;
	question->action = (struct action_ref){.name = action};
	question->resource = (struct resource_ref){.type = "membership", .id = id};
	*there = *evaluation;
	there->question = question;
	evaluation_move(there, place);
	there->resource = NODE_NONE;
	there->resource_entry = NULL;
	there->resource_later = false;
}

/* ---- Teams ---- */

static struct finding_of team_find(const struct change *change)
{
	const struct evaluation *evaluation = change->evaluation;
	struct organizations home = {.count = 1, .nodes = {evaluation->organization}};
	struct finding_of finding = {0};
	if (evaluation->question->resource.id != NULL)
		finding = named_find(evaluation->snapshot, NAME_GROUP, KIND_GROUP, evaluation->question->resource.id, &home);
	/* Of a name that two have elsewhere nothing is said, either: nearer ones would have been found first (place.h). */
	if (finding.found != FOUND_NONE &&
	    !reference_allowed(evaluation->snapshot, evaluation->organization, finding.node))
		finding = (struct finding_of){0};
	return finding;
}

struct team {
	struct evaluation group; /* as a subject … */
	struct standing standing; /* … in the place that is being looked at */
	const char *member;      /* who is put in or taken out; the group itself when nobody is named */
	bool named;
	bool inside;             /* the member is in the group now: she is taken out */
};

/* The member leaves the group; or, nobody named, the group leaves whatever names it. */
static void team_departs(const struct team *team, struct departure *departure, struct arena *arena)
{
	const struct membership *membership = &team->group.membership;
	departure->containers = (struct nodes){0};
	nodes_add(&departure->containers, team->group.subject, arena);
	if (team->named)
		return;
	for (uint32_t i = 0; i < membership->count; i++)
		nodes_add(&departure->containers, membership->steps[i].node, arena);
	for (uint32_t i = 0; i < team->standing.count; i++)
		nodes_add(&departure->containers, team->standing.holdings[i].binding, arena);
}

/* "The same rules" as for members.assign and members.remove of the roles that the group has there. */
static enum reason team_change(struct change *change, const struct team *team, node_id place, const struct nodes *roles,
                               const char *action, bool giving)
{
	struct arena *arena = change->evaluation->arena;
	struct evaluation *there = arena_alloc(arena, sizeof(*there));
	struct standing *standing = arena_alloc(arena, sizeof(*standing));
	struct check check;
	struct change inner;
	enum reason reason;
	ask_there(change->evaluation, place, action, team->member, there);
	standing_find(there, place, standing);
	check_action(there, standing, action, &check);
	if (check.reason != REASON_GRANTED) {
		*change->entry = place;
		return check.reason;
	}
	change_begin(there, &check, TARGET_MEMBER, team->member, change->entry, &inner);
	if (giving) {
		nodes_join(&inner.given, roles, arena);
	} else {
		nodes_join(&inner.taken, roles, arena);
		nodes_join(&inner.leaving, roles, arena);
		nodes_join(&inner.ending, roles, arena);
		team_departs(team, &inner.departure, arena);
	}
	reason = change_may_assign(&inner);
	if (reason == REASON_GRANTED)
		reason = change_not_self(&inner);
	if (reason == REASON_GRANTED)
		reason = change_keeps_duty(&inner);
	return reason == REASON_GRANTED ? change_keeps_holder(&inner) : reason;
}

static enum reason team_in_place(struct change *change, struct team *team, node_id place)
{
	struct member_roles roles;
	enum reason reason = REASON_GRANTED;
	standing_find(&team->group, place, &team->standing);
	member_roles(&team->group, &team->standing, change->evaluation->arena, &roles);
	nodes_join(&roles.direct, &roles.through, change->evaluation->arena);
	if (roles.direct.count == 0)
		return REASON_GRANTED;
	if (!team->inside)
		reason = team_change(change, team, place, &roles.direct, "members.assign", true);
	if (reason == REASON_GRANTED && (team->inside || !team->named))
		reason = team_change(change, team, place, &roles.direct, "members.remove", false);
	return reason;
}

/* Does the group itself name the member, not only through another group? */
static bool is_inside(const struct change *change, node_id group)
{
	const struct step *step = change->member == NULL ? NULL : membership_step(&change->member->membership, group);
	return step != NULL && step->from == 0;
}

/* Does a binding without roles name the group, directly or through groups?  Then its restrictions are at stake. */
static bool team_is_restricted(const struct evaluation *group)
{
	for (uint32_t i = 0; i < group->membership.binding_count; i++) {
		const struct binding *binding =
			snapshot_entry(group->snapshot, group->membership.bindings[i].node)->binding;
		if (!binding->gives_roles)
			return true;
	}
	return false;
}

/* Nobody lets himself out of what restricts him, nor into what does not. */
static enum reason team_restricts_others(struct change *change, const struct team *team)
{
	node_id who = team->named ? change->found.node : team->group.subject;
	if (!team_is_restricted(&team->group) ||
	    membership_step(&change->evaluation->membership, who) == NULL)
		return REASON_GRANTED;
	*change->entry = who;
	return REASON_SELF_CHANGE;
}

/* "teams.update on a group is also members.assign or members.remove of every role bound to that group, directly or
 * through groups, in each place: the first place by DN that refuses names the reason." */
enum reason team_members_may_change(struct change *change)
{
	struct evaluation *evaluation = change->evaluation;
	struct finding_of group = team_find(change);
	struct nodes places = {0};
	struct team team = {.member = evaluation->question->resource.id};
	enum reason reason = REASON_GRANTED;
	if (group.found != FOUND_ONE)
		return REASON_GRANTED;
	const char *member = value_member_string(evaluation->question->resource.properties, "member");
	if (member != NULL) {
		team.member = member;
		team.named = true;
		team.inside = is_inside(change, group.node);
	}
	group_evaluation(evaluation, group.node, evaluation->arena, &team.group);
	member_places(&team.group, evaluation->arena, &places);
	reason = team_restricts_others(change, &team);
	for (uint32_t i = 0; i < places.count && reason == REASON_GRANTED; i++)
		reason = team_in_place(change, &team, places.items[i]);
	return reason;
}

enum reason team_is_known(struct change *change)
{
	struct finding_of group = team_find(change);
	if (group.found == FOUND_MANY)
		return REASON_AMBIGUOUS_SUBJECT;
	if (group.found == FOUND_NONE)
		return REASON_UNKNOWN_TARGET;
	return change->id == NULL ? REASON_GRANTED : change_target_known(change);
}

/* ---- A new workspace ---- */

/* What the creator will stand on in the workspace that is not there yet: bindings on the whole organization (and those
 * that limit in all of it since their scope is broken), and the role that creating it gives. */
static void standing_in_new(struct evaluation *there, const struct standing *organization, struct standing *standing)
{
	const struct reference *creator = &there->organization_entry->organization->creator_role;
	*standing = (struct standing){.organization = organization->organization, .state = organization->state};
	standing->holdings = arena_array(there->arena, organization->count + 1, sizeof(*standing->holdings));
	for (uint32_t i = 0; i < organization->count; i++)
		if (organization->holdings[i].by_organization || organization->holdings[i].limits)
			standing->holdings[standing->count++] = organization->holdings[i];
	if (role_allowed(there->snapshot, there->organization, creator->node))
		standing->holdings[standing->count++] = (struct holding){
			.origin = ORIGIN_ENTRY, .binding = there->organization, .role_count = 1, .roles = &creator->node,
			.stops = role_sound(there->snapshot, creator->node, there->arena) ? 0 : STOP_BROKEN,
			.grants = true, .limits = true, .until = INSTANT_MAX};
	roles_strike(there, standing);
}

static enum reason new_member(struct change *change, struct evaluation *there, const struct check *check,
                              const struct value *item)
{
	struct change inner;
	const char *id = value_member_string(item, "member");
	if (value_doubled_member(item) != NULL)
		return REASON_MAY_NOT_ASSIGN; /* nobody knows which role is meant */
	change_begin(there, check, TARGET_MEMBER, id, change->entry, &inner);
	change_roles_named(&inner, value_member(item, "role"), &inner.given);
	enum reason reason = change_may_assign(&inner);
	if (reason == REASON_GRANTED)
		reason = change_not_self(&inner);
	if (reason == REASON_GRANTED)
		reason = change_keeps_duty(&inner);
	return reason == REASON_GRANTED ? change_target_known(&inner) : reason;
}

/* "Members in a new workspace as members.assign (dgCreatorRole standing for the granting binding)" */
enum reason workspace_members_may_be_assigned(struct change *change)
{
	struct evaluation *evaluation = change->evaluation;
	const struct value *members = value_member(evaluation->question->resource.properties, "members");
	struct evaluation *there = arena_alloc(evaluation->arena, sizeof(*there));
	struct standing *standing = arena_alloc(evaluation->arena, sizeof(*standing));
	struct check check;
	if (members == NULL || members->kind == VALUE_NULL)
		return REASON_GRANTED;
	if (members->kind != VALUE_ARRAY)
		return REASON_UNKNOWN_TARGET;
	ask_there(evaluation, evaluation->organization, "members.assign", NULL, there);
	there->at_organization = false;
	standing_in_new(there, change->check->standing, standing);
	check_action(there, standing, "members.assign", &check);
	enum reason reason = members->count > 0 ? check.reason : REASON_GRANTED;
	for (size_t i = 0; i < members->count && reason == REASON_GRANTED; i++)
		reason = new_member(change, there, &check, &members->items[i]);
	return reason;
}

/* "Never on the organization's default workspace or one around it" */
enum reason workspace_is_not_default(struct change *change)
{
	const struct evaluation *evaluation = change->evaluation;
	node_id workspace = evaluation->organization_entry->organization->default_workspace.node;
	if (evaluation->at_organization || workspace == NODE_NONE ||
	    !snapshot_is_below(evaluation->snapshot, workspace, evaluation->place))
		return REASON_GRANTED;
	*change->entry = workspace;
	return REASON_DEFAULT_WORKSPACE;
}

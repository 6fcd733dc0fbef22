/* The rules for a change of somebody's membership. */
#include "decide/administration/change.h"
#include "decide/people.h"

#include <string.h>

/* ---- Who may give and take which roles ---- */

struct assigning {
	const struct snapshot *snapshot;
	struct arena *arena;
	const struct nodes *roles;
	struct nodes covered;
};

static void assigning_role(void *context, const struct role_path *path)
{
	struct assigning *assigning = context;
	if (path->stops != 0)
		return;
	node_id organization = organization_of(assigning->snapshot, path->node);
	for (uint32_t i = 0; i < assigning->roles->count; i++)
		if (reference_allowed(assigning->snapshot, organization, assigning->roles->items[i]) &&
		    references_role(assigning->snapshot, &path->role->may_assign, assigning->roles->items[i]))
			nodes_add(&assigning->covered, assigning->roles->items[i], assigning->arena);
}

bool holding_may_assign(struct evaluation *evaluation, const struct standing *standing, const struct holding *holding,
                        const struct nodes *roles, node_id *missing)
{
	struct assigning assigning = {evaluation->snapshot, evaluation->arena, roles, {0}};
	roles_walk(evaluation, standing, holding, assigning_role, &assigning);
	for (uint32_t i = 0; i < roles->count; i++)
		if (!nodes_have(&assigning.covered, roles->items[i])) {
			*missing = roles->items[i];
			return false;
		}
	return true;
}

/* "Every role given or taken must be among the dgMayAssign of the roles of a binding that grants him that permission
 * there." */
enum reason change_may_assign(struct change *change)
{
	const struct check *check = change->check;
	struct nodes roles = {0};
	node_id missing = NODE_NONE;
	nodes_join(&roles, &change->given, change->evaluation->arena);
	nodes_join(&roles, &change->taken, change->evaluation->arena);
	if (change->unknown_role)
		return REASON_MAY_NOT_ASSIGN;
	if (roles.count == 0)
		return REASON_GRANTED;
	for (uint32_t i = 0; i < check->candidates.count; i++) {
		const struct candidate *candidate = &check->candidates.items[i];
		if (check->reasons[i] == REASON_GRANTED &&
		    holding_may_assign(change->evaluation, candidate->standing, candidate->holding, &roles, &missing))
			return REASON_GRANTED;
	}
	*change->entry = missing;
	return REASON_MAY_NOT_ASSIGN;
}

/* "The target must not be the actor himself, nor a group that the actor is in." */
enum reason change_not_self(struct change *change)
{
	if (change->member == NULL ||
	    membership_step(&change->evaluation->membership, change->found.node) == NULL)
		return REASON_GRANTED;
	*change->entry = change->found.node;
	return REASON_SELF_CHANGE;
}

/* ---- Restrictions ---- */

static bool references_have(const struct references *references, node_id node)
{
	for (uint32_t i = 0; i < references->count; i++)
		if (references->nodes[i] == node)
			return true;
	return false;
}

/* dgAppliesTo and its plan "are asked when it is set": one that is in place is kept or lifted. */
static bool is_in_place(const struct change *change, node_id restriction)
{
	for (uint32_t i = 0; i < change->standing.count; i++) {
		const struct holding *holding = &change->standing.holdings[i];
		if (holding->origin == ORIGIN_ENTRY && references_have(&holding->parsed->restricted_by, restriction) &&
		    holding_of_place(change->member, holding, change->standing.place) &&
		    holding_is_direct(change->member, holding))
			return true;
	}
	return false;
}

/* "The role that dgAppliesTo must fit is one of those held afterwards." */
static bool applies(const struct change *change, const struct restriction *restriction)
{
	if (!restriction->applies_to_present)
		return true;
	for (uint32_t i = 0; i < restriction->applies_to.count; i++)
		if (nodes_have(&change->after, restriction->applies_to.nodes[i]) ||
		    nodes_have(&change->now.through, restriction->applies_to.nodes[i]))
			return true;
	return false;
}

static bool restriction_plan_met(const struct change *change, node_id node, const struct restriction *restriction)
{
	struct evaluation nobody = *change->evaluation;
	nobody.by_group = true; /* only the organization's plan counts for whom the directory does not know */
	return plan_met(change->member != NULL ? change->member : &nobody, node, restriction->plan_required,
	                &restriction->requires_plan);
}

static enum reason restriction_fits(struct change *change, const struct value *name)
{
	const struct evaluation *evaluation = change->evaluation;
	struct organizations home = {.count = 1, .nodes = {evaluation->organization}};
	struct finding_of finding = {0};
	if (name->kind == VALUE_STRING)
		finding = named_find(evaluation->snapshot, NAME_RESTRICTION, KIND_RESTRICTION, name->string, &home);
	if (finding.found != FOUND_ONE ||
	    !reference_allowed(evaluation->snapshot, evaluation->organization, finding.node))
		return REASON_NOT_APPLICABLE;
	const struct restriction *restriction = snapshot_entry(evaluation->snapshot, finding.node)->restriction;
	if (change->member != NULL && is_in_place(change, finding.node))
		return REASON_GRANTED;
	*change->entry = finding.node;
	if (!applies(change, restriction))
		return REASON_NOT_APPLICABLE;
	if (!restriction_plan_met(change, finding.node, restriction))
		return REASON_PLAN_REQUIRED;
	*change->entry = NODE_NONE;
	return REASON_GRANTED;
}

enum reason change_restriction_fits(struct change *change)
{
	const struct value *named = change->restrictions;
	enum reason reason = REASON_GRANTED;
	if (named == NULL || named->kind == VALUE_NULL)
		return REASON_GRANTED;
	if (named->kind != VALUE_ARRAY)
		return restriction_fits(change, named);
	for (size_t i = 0; i < named->count && reason == REASON_GRANTED; i++)
		reason = restriction_fits(change, &named->items[i]);
	return reason;
}

/* ---- Separation of duty ---- */

struct duty {
	const struct change *change;
	node_id set;
	struct arena *arena; /* for one person at a time */
};

/* The roles that a person or group holds in the place once the change has ended what it ends, by bindings that are in
 * force or will be by themselves. */
static void roles_left(const struct duty *duty, struct evaluation *member, struct nodes *roles)
{
	const struct change *change = duty->change;
	struct standing standing;
	standing_find(member, change->evaluation->place, &standing);
	for (uint32_t i = 0; i < standing.count; i++) {
		const struct holding *holding = &standing.holdings[i];
		if (holding->origin == ORIGIN_INVITATION || (holding->stops & STOP_DISABLED) != 0 ||
		    holding->until <= change->evaluation->question->at)
			continue;
		bool ends = change->leaving.count > 0 && departure_ends(&change->departure, WAYS_POSSIBLE, member, holding);
		for (uint32_t j = 0; j < holding->role_count; j++)
			if (!ends || !nodes_have(&change->leaving, holding->roles[j]))
				nodes_add(roles, holding->roles[j], duty->arena);
	}
}

static bool brings_past(const struct duty *duty, struct nodes *held)
{
	const struct snapshot *snapshot = duty->change->evaluation->snapshot;
	nodes_join(held, &duty->change->given, duty->arena);
	return role_set_count(snapshot, duty->set, held->items, held->count, duty->arena) >
	       snapshot_entry(snapshot, duty->set)->role_set->maximum;
}

static bool duty_visited(void *context, node_id person)
{
	struct duty *duty = context;
	struct evaluation member;
	struct nodes held = {0};
	arena_reset(duty->arena);
	member_evaluation(duty->change->evaluation, person, duty->arena, &member);
	/* Whoever is in a group gets the role too; the target itself does even if it is a group that gives nothing. */
	const struct step *step = membership_step(&member.membership, duty->change->found.node);
	if (step == NULL || (!step->certain && person != duty->change->found.node))
		return false;
	roles_left(duty, &member, &held);
	return brings_past(duty, &held);
}

static bool set_is_broken(struct change *change, node_id set)
{
	struct duty duty = {change, set, arena_new()};
	struct nodes held = {0};
	bool past;
	if (change->member == NULL) {
		past = brings_past(&duty, &held);
	} else {
		nodes_add(&held, change->found.node, duty.change->evaluation->arena);
		past = duty_visited(&duty, change->found.node) ||
		       people_visit(change->evaluation->snapshot, &held, duty_visited, &duty);
	}
	arena_free(duty.arena);
	return past;
}

/* Is any given role of the set?  If not, its holders need not be looked at. */
static bool gives_of_set(const struct change *change, node_id set)
{
	const struct evaluation *evaluation = change->evaluation;
	return role_set_count(evaluation->snapshot, set, change->given.items, change->given.count, evaluation->arena) > 0;
}

/* "A static dgRoleSet that a given role brings past its maximum", be it the target's or that of one of its members. */
enum reason change_keeps_duty(struct change *change)
{
	const struct snapshot *snapshot = change->evaluation->snapshot;
	struct relation_cursor cursor;
	node_id set;
	snapshot_relation(snapshot, RELATION_KIND, KIND_ROLE_SET, &cursor);
	while (change->given.count > 0 && relation_next(&cursor, &set)) {
		if (!role_set_concerns(snapshot, set, change->evaluation->organization) ||
		    snapshot_entry(snapshot, set)->role_set->dynamic || !gives_of_set(change, set) ||
		    !set_is_broken(change, set))
			continue;
		*change->entry = set;
		return REASON_SEPARATION_OF_DUTY;
	}
	return REASON_GRANTED;
}

/* ---- Taking ---- */

/* "A role that the target holds only through a group cannot be taken from him alone." */
enum reason change_not_via_group(struct change *change)
{
	if (change->stuck.count == 0)
		return REASON_GRANTED;
	*change->entry = change->stuck.items[0];
	return REASON_VIA_GROUP;
}

enum reason change_keeps_holder(struct change *change)
{
	const struct evaluation *evaluation = change->evaluation;
	for (uint32_t i = 0; i < change->ending.count; i++) {
		node_id role = change->ending.items[i];
		if (snapshot_entry(evaluation->snapshot, role)->role->keep_holder &&
		    last_holder_leaves(evaluation, evaluation->place, role, &change->departure)) {
			*change->entry = role;
			return REASON_LAST_HOLDER;
		}
	}
	return REASON_GRANTED;
}

/* ---- The target ---- */

enum reason change_target_known(struct change *change)
{
	if (change->found.found == FOUND_ONE)
		return REASON_GRANTED;
	if (change->found.found == FOUND_MANY)
		return REASON_AMBIGUOUS_SUBJECT;
	if (change->target == TARGET_INVITED && change->id != NULL && strchr(change->id, '@') != NULL)
		return REASON_GRANTED;
	return REASON_UNKNOWN_TARGET;
}

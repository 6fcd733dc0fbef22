/* What a change would end: looking for another way from a person to a binding, and for another holder of a role. */
#include "decide/administration/member.h"
#include "decide/group_rule.h"
#include "decide/people.h"

#include <string.h>

/* ---- Another way ---- */

static bool avoided(const struct departure *departure, node_id member, node_id container)
{
	return member == departure->member && nodes_have(&departure->containers, container);
}

static bool member_of(const struct snapshot *snapshot, node_id member, node_id container)
{
	return snapshot_related(snapshot, RELATION_MEMBER_OF, member, container);
}

/* Does a step lead to a group when the departure is done?  From the subject itself there are ways that no member value
 * shows (uid, gidNumber, filters …). */
static bool leads(const struct departure *departure, const struct evaluation *subject, uint32_t from, uint32_t to)
{
	const struct step *steps = subject->membership.steps;
	if (avoided(departure, steps[from].node, steps[to].node))
		return false;
	return (from == 0 && steps[to].from == 0) || member_of(subject->snapshot, steps[from].node, steps[to].node);
}

/* The steps that are still reached, as indices: the subject itself is the first. */
static struct nodes still_reached(const struct departure *departure, enum ways ways, const struct evaluation *subject)
{
	const struct membership *membership = &subject->membership;
	struct nodes reached = {0};
	nodes_add(&reached, 0, subject->arena);
	for (uint32_t i = 0; i < reached.count; i++)
		for (uint32_t to = 1; to < membership->count; to++)
			if ((membership->steps[to].certain || ways == WAYS_POSSIBLE) && !nodes_have(&reached, to) &&
			    leads(departure, subject, reached.items[i], to))
				nodes_add(&reached, to, subject->arena);
	return reached;
}

static bool filter_names(enum ways ways, const struct evaluation *subject, const struct holding *holding)
{
	node_id organization = organization_of(subject->snapshot, holding->binding);
	const struct binding *binding = holding->parsed;
	enum truth truth = TRUTH_FALSE;
	if (subject->by_group || !organization_has_person(subject->snapshot, organization, subject->subject))
		return false;
	if (binding->filter != NULL)
		truth = person_matches(subject->snapshot, subject->subject_entry, binding->filter, subject->arena);
	return truth == TRUTH_TRUE || (ways == WAYS_POSSIBLE && (truth == TRUTH_UNDEFINED || binding->filter_broken));
}

/* Does the binding still name what is at that step? */
static bool names_step(const struct departure *departure, const struct evaluation *subject,
                       const struct holding *holding, uint32_t at)
{
	node_id node = subject->membership.steps[at].node;
	if (avoided(departure, node, holding->binding))
		return false;
	switch (holding->origin) {
	case ORIGIN_ENTRY:
		if (holding->parsed->bound_group)
			return node == holding->binding;
		return member_of(subject->snapshot, node, holding->binding) ||
		       (at == 0 && holding->from == 0);
	case ORIGIN_OWNER:
		return snapshot_related(subject->snapshot, RELATION_OWNS, node, holding->binding);
	case ORIGIN_RULE:
		return at == holding->from;
	case ORIGIN_DEFAULT:
	case ORIGIN_PUBLIC:
	case ORIGIN_INVITATION:
		break;
	}
	return true;
}

bool departure_ends(const struct departure *departure, enum ways ways, const struct evaluation *subject,
                    const struct holding *holding)
{
	if (departure->gone)
		return subject->subject == departure->member;
	struct nodes reached = still_reached(departure, ways, subject);
	for (uint32_t i = 0; i < reached.count; i++)
		if (names_step(departure, subject, holding, reached.items[i]))
			return false;
	return holding->origin != ORIGIN_ENTRY || !filter_names(ways, subject, holding);
}

/* ---- The last holder ---- */

struct holders {
	const struct evaluation *evaluation;
	node_id place, role;
	const struct departure *departure;
	struct arena *arena; /* for one person at a time */
	bool now, after;
};

static bool gives(const struct holding *holding, node_id role)
{
	for (uint32_t i = 0; i < holding->role_count; i++)
		if (holding->roles[i] == role)
			return true;
	return false;
}

static bool holder_visited(void *context, node_id person)
{
	struct holders *holders = context;
	struct evaluation member;
	struct standing standing;
	if (!person_active(snapshot_entry(holders->evaluation->snapshot, person), holders->evaluation->question->at))
		return false;
	arena_reset(holders->arena);
	member_evaluation(holders->evaluation, person, holders->arena, &member);
	standing_find(&member, holders->place, &standing);
	for (uint32_t i = 0; i < standing.count && !holders->after; i++) {
		const struct holding *holding = &standing.holdings[i];
		if (!holding->grants || holding->stops != 0 || !gives(holding, holders->role) ||
		    !holding_of_place(&member, holding, holders->place))
			continue;
		holders->now = true;
		holders->after = !departure_ends(holders->departure, WAYS_CERTAIN, &member, holding);
	}
	return holders->after;
}

/* Groups whose names make them bindings to the role in that place. */
static void seeds_of_rules(const struct holders *holders, struct arena *arena, struct nodes *seeds)
{
	const struct snapshot *snapshot = holders->evaluation->snapshot;
	struct relation_cursor rules, groups;
	node_id rule, group;
	snapshot_relation(snapshot, RELATION_KIND, KIND_GROUP_RULE, &rules);
	while (relation_next(&rules, &rule)) {
		snapshot_relation(snapshot, RELATION_KIND, KIND_GROUP, &groups);
		while (relation_next(&groups, &group)) {
			struct rule_fit fit;
			if (group_rule_fit(snapshot, rule, group, &fit) && fit.role == holders->role &&
			    fit.place == holders->place)
				nodes_add(seeds, group, arena);
		}
	}
}

/* Everything that names holders of the role in that place. */
static void seeds_of_role(const struct holders *holders, struct arena *arena, struct nodes *seeds)
{
	const struct snapshot *snapshot = holders->evaluation->snapshot;
	const struct entry *place = snapshot_entry(snapshot, holders->place);
	const struct entry *organization = snapshot_entry(snapshot, organization_of(snapshot, holders->place));
	struct relation_cursor cursor;
	node_id binding;
	snapshot_relation(snapshot, RELATION_GIVEN_BY, holders->role, &cursor);
	while (relation_next(&cursor, &binding))
		if (binding_of_place(snapshot, binding, holders->place))
			nodes_add(seeds, binding, arena);
	if (entry_is(place, KIND_WORKSPACE) && organization->organization->owner_role.node == holders->role)
		for (uint32_t i = 0; i < place->workspace->owner.count; i++)
			nodes_add(seeds, place->workspace->owner.nodes[i], arena);
	seeds_of_rules(holders, arena, seeds);
}

bool last_holder_leaves(const struct evaluation *evaluation, node_id place, node_id role,
                        const struct departure *departure)
{
	struct holders holders = {evaluation, place, role, departure, arena_new(), false, false};
	struct nodes seeds = {0};
	seeds_of_role(&holders, evaluation->arena, &seeds);
	people_visit(evaluation->snapshot, &seeds, holder_visited, &holders);
	arena_free(holders.arena);
	return holders.now && !holders.after;
}

#include "decide/grant.h"

#include "decide/facts.h"
#include "model/pattern.h"

#include <stdlib.h>
#include <string.h>

/* ---- Finding candidates ---- */

struct collecting {
	struct evaluation *evaluation;
	const struct standing *standing;
	const struct holding *holding;
	const char *action;
	enum permissions permissions;
	unsigned stops; /* of the holding */
	struct candidates *candidates;
};

static void candidate_add(const struct collecting *collecting, const struct role_path *path, const struct rule *rule,
                          const struct rule *optional, const char *attribute)
{
	struct candidates *candidates = collecting->candidates;
	if (candidates->count == candidates->capacity) {
		uint32_t capacity = candidates->capacity == 0 ? 16 : candidates->capacity * 2;
		struct candidate *bigger = arena_array(collecting->evaluation->arena, capacity, sizeof(*bigger));
		if (candidates->count > 0)
			memcpy(bigger, candidates->items, candidates->count * sizeof(*bigger));
		candidates->items = bigger;
		candidates->capacity = capacity;
	}
	candidates->items[candidates->count++] = (struct candidate){
		collecting->standing, collecting->holding, path, rule, optional, attribute, collecting->stops | path->stops};
}

static void rules_matching(const struct collecting *collecting, const struct role_path *path, const struct rules *rules,
                           const char *attribute)
{
	for (uint32_t i = 0; i < rules->count; i++)
		if (pattern_matches(rules->items[i].pattern, collecting->action))
			candidate_add(collecting, path, &rules->items[i], NULL, attribute);
}

/* "What a binding to this role may add by its own dgPermission … if an optional pattern of its role covers it, under
 * both filters." */
static void extras_matching(const struct collecting *collecting, const struct role_path *path)
{
	const struct binding *binding = collecting->holding->parsed;
	for (uint32_t i = 0; binding != NULL && i < binding->extra.count; i++) {
		const struct rule *extra = &binding->extra.items[i];
		if (!pattern_matches(extra->pattern, collecting->action))
			continue;
		for (uint32_t j = 0; j < path->role->optional.count; j++)
			if (pattern_covers(path->role->optional.items[j].pattern, extra->pattern))
				candidate_add(collecting, path, extra, &path->role->optional.items[j], "dgPermission");
	}
}

static bool is_implicit(const struct holding *holding)
{
	return holding->origin == ORIGIN_DEFAULT || holding->origin == ORIGIN_PUBLIC;
}

static void role_visited(void *context, const struct role_path *path)
{
	const struct collecting *collecting = context;
	if (collecting->permissions == PERMISSIONS_HERE) {
		rules_matching(collecting, path, &path->role->permission, "dgPermission");
		extras_matching(collecting, path);
	}
	bool for_organization = collecting->permissions == PERMISSIONS_FOR_ORGANIZATION ||
	                        collecting->standing->place == collecting->standing->organization;
	if (for_organization && !is_implicit(collecting->holding))
		rules_matching(collecting, path, &path->role->organization, "dgOrganizationPermission");
}

void candidates_add(struct evaluation *evaluation, const struct standing *standing, const char *action,
                    enum permissions permissions, struct candidates *candidates)
{
	for (uint32_t i = 0; i < standing->count; i++) {
		const struct holding *holding = &standing->holdings[i];
		/* What is held on the whole organization is held on the organization itself, and looked at there. */
		if (!holding->grants || (permissions == PERMISSIONS_FOR_ORGANIZATION && holding->by_organization))
			continue;
		/* "dgOrganizationPermission of roles held in enabled workspaces" */
		bool disabled = permissions == PERMISSIONS_FOR_ORGANIZATION && standing->state != PLACE_ENABLED;
		struct collecting collecting = {evaluation, standing, holding, action, permissions,
		                                holding_stops(standing, holding, action) | (disabled ? STOP_PLACE : 0u),
		                                candidates};
		roles_walk(evaluation, standing, holding, role_visited, &collecting);
	}
}

/* "On the organization, dgOrganizationPermission of roles held in enabled workspaces of it grants too." */
struct elsewhere {
	struct evaluation *evaluation;
	const char *action;
	struct candidates *candidates;
};

static void workspace_visited(void *context, node_id workspace)
{
	const struct elsewhere *elsewhere = context;
	struct standing *standing = arena_alloc(elsewhere->evaluation->arena, sizeof(*standing));
	standing_find(elsewhere->evaluation, workspace, standing);
	candidates_add(elsewhere->evaluation, standing, elsewhere->action, PERMISSIONS_FOR_ORGANIZATION,
	               elsewhere->candidates);
}

void candidates_find(struct evaluation *evaluation, const struct standing *standing, const char *action,
                     struct candidates *candidates)
{
	candidates_add(evaluation, standing, action, PERMISSIONS_HERE, candidates);
	if (!evaluation->at_organization)
		return;
	struct elsewhere elsewhere = {evaluation, action, candidates};
	standing_visit_workspaces(evaluation, workspace_visited, &elsewhere);
}

/* ---- Restrictions ---- */

/* Something that narrows: calls back with every dgRestricts value that matches, NULL for "takes everything away"; and
 * after all those of one binding, which count as one conjunction. */
struct narrowing {
	struct evaluation *evaluation;
	const char *action;
	void *context;
	void (*narrow)(void *context, node_id restriction, const struct rule *rule);
	void (*binding_ends)(void *context); /* may be NULL */
};

/* `missing`: one that is not there takes everything away.  Not where it has stopped the whole binding already, so that
 * the reason is that, and nothing else. */
static void restrictions_visit(const struct narrowing *narrowing, const struct references *restrictions,
                               node_id organization, bool missing)
{
	const struct snapshot *snapshot = narrowing->evaluation->snapshot;
	for (uint32_t i = 0; i < restrictions->count; i++) {
		const struct entry *entry = snapshot_entry(snapshot, restrictions->nodes[i]);
		if (!entry_is(entry, KIND_RESTRICTION) ||
		    !reference_allowed(snapshot, organization, restrictions->nodes[i])) {
			if (missing)
				narrowing->narrow(narrowing->context, restrictions->nodes[i], NULL);
			continue;
		}
		const struct rules *rules = &entry->restriction->restricts;
		for (uint32_t j = 0; j < rules->count; j++)
			if (pattern_matches(rules->items[j].pattern, narrowing->action))
				narrowing->narrow(narrowing->context, restrictions->nodes[i], &rules->items[j]);
	}
	if (missing && restrictions->broken > 0)
		narrowing->narrow(narrowing->context, NODE_NONE, NULL);
	if (narrowing->binding_ends != NULL)
		narrowing->binding_ends(narrowing->context);
}

/* "The same for every binding without dgGrantsRole that the subject is a member of and whose scope covers the place:
 * its restrictions narrow all grants." */
static void narrowing_bindings(const struct narrowing *narrowing, const struct standing *standing)
{
	for (uint32_t i = 0; i < standing->count; i++)
		if (standing->holdings[i].narrows && standing->holdings[i].limits)
			restrictions_visit(narrowing, standing->holdings[i].restricted_by, standing->organization, true);
}

/* All that narrows a candidate.  A role held in a workspace is narrowed there, and where the question is asked. */
static void candidate_narrow(const struct narrowing *narrowing, const struct candidate *candidate,
                             const struct standing *here)
{
	const struct holding *holding = candidate->holding;
	if (holding->restricted_by != NULL)
		restrictions_visit(narrowing, holding->restricted_by, candidate->standing->organization,
		                   (holding->stops & STOP_BROKEN) == 0);
	narrowing_bindings(narrowing, candidate->standing);
	if (here != NULL && here != candidate->standing)
		narrowing_bindings(narrowing, here);
}

/* ---- Weighing ---- */

static enum truth and_truth(enum truth a, enum truth b)
{
	return a < b ? a : b; /* FALSE < UNDEFINED < TRUE */
}

static enum truth rule_truth(struct evaluation *evaluation, const struct rule *rule, const struct filter **missing)
{
	if (rule == NULL || rule->filter == NULL)
		return TRUTH_TRUE;
	const struct filter_source facts = facts_of(evaluation);
	return filter_evaluate(rule->filter, &facts, missing);
}

struct weighing {
	struct evaluation *evaluation;
	struct weight *weight;
	enum truth binding;           /* of one binding's restrictions so far */
	const struct filter *missing;
};

/* "Every dgRestricts that matches must have a filter and that filter must be TRUE." */
static void weigh_restriction(void *context, node_id restriction, const struct rule *rule)
{
	struct weighing *weighing = context;
	struct weight *weight = weighing->weight;
	const struct filter *missing = NULL;
	enum truth truth = rule == NULL || rule->filter == NULL ? TRUTH_FALSE
	                                                        : rule_truth(weighing->evaluation, rule, &missing);
	if (truth == TRUTH_UNDEFINED && missing != NULL && facts_before(missing, weighing->missing))
		weighing->missing = missing;
	if (truth < weight->restrictions) {
		weight->restriction = restriction;
		weight->restriction_value = rule != NULL ? rule->text : NULL;
	}
	weight->restrictions = and_truth(weight->restrictions, truth);
	weighing->binding = and_truth(weighing->binding, truth);
}

static void weigh_binding(void *context)
{
	struct weighing *weighing = context;
	struct weight *weight = weighing->weight;
	if (weighing->binding == TRUTH_UNDEFINED && weighing->missing != NULL &&
	    facts_before(weighing->missing, weight->missing))
		weight->missing = weighing->missing;
	weighing->binding = TRUTH_TRUE;
	weighing->missing = NULL;
}

void candidate_weigh(struct evaluation *evaluation, const struct candidate *candidate, const char *action,
                     struct weight *weight)
{
	*weight = (struct weight){.restrictions = TRUTH_TRUE};
	weight->condition = and_truth(rule_truth(evaluation, candidate->rule, &weight->missing),
	                              rule_truth(evaluation, candidate->optional, &weight->missing));
	if (weight->condition != TRUTH_UNDEFINED)
		weight->missing = NULL;
	struct weighing weighing = {evaluation, weight, TRUTH_TRUE, NULL};
	const struct narrowing narrowing = {evaluation, action, &weighing, weigh_restriction, weigh_binding};
	candidate_narrow(&narrowing, candidate, evaluation->standing_here);
}

enum reason candidate_reason(const struct candidate *candidate, const struct weight *weight)
{
	bool whole = weight->condition == TRUTH_TRUE && weight->restrictions == TRUTH_TRUE;
	if (candidate->stops != 0)
		return whole ? stop_reason(candidate->stops) : REASON_NO_GRANT;
	if (whole)
		return REASON_GRANTED;
	if (weight->missing != NULL)
		return REASON_MISSING_PROPERTY;
	return weight->restrictions == TRUTH_TRUE ? REASON_CONDITION_NOT_MET : REASON_RESTRICTED;
}

/* ---- The same, for a resource that comes later ---- */

struct filtering {
	struct evaluation *evaluation;
	const struct filter *filter;
};

static const struct filter *rule_filter(struct evaluation *evaluation, const struct rule *rule)
{
	if (rule == NULL || rule->filter == NULL)
		return &filter_always;
	const struct filter_source facts = facts_of(evaluation);
	const struct filter *rest = NULL;
	switch (filter_reduce(rule->filter, &facts, evaluation->arena, &rest)) {
	case TRUTH_TRUE:
		return &filter_always;
	case TRUTH_FALSE:
		return &filter_never;
	case TRUTH_UNDEFINED:
		break;
	}
	return rest != NULL ? rest : &filter_unknown;
}

static void filter_restriction(void *context, node_id restriction, const struct rule *rule)
{
	struct filtering *filtering = context;
	(void)restriction;
	const struct filter *left = rule == NULL || rule->filter == NULL ? &filter_never
	                                                                 : rule_filter(filtering->evaluation, rule);
	filtering->filter = filter_and(filtering->filter, left, filtering->evaluation->arena);
}

const struct filter *candidate_filter(struct evaluation *evaluation, const struct candidate *candidate,
                                      const char *action)
{
	if (candidate->stops != 0)
		return &filter_never;
	struct filtering filtering = {evaluation, rule_filter(evaluation, candidate->rule)};
	filtering.filter = filter_and(filtering.filter, rule_filter(evaluation, candidate->optional), evaluation->arena);
	const struct narrowing narrowing = {evaluation, action, &filtering, filter_restriction, NULL};
	candidate_narrow(&narrowing, candidate, evaluation->standing_here);
	return filtering.filter;
}

/* ---- Obligations ---- */

bool texts_add(struct texts *texts, const char *text, struct arena *arena)
{
	for (uint32_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], text) == 0)
			return false;
	if (texts->count == texts->capacity) {
		uint32_t capacity = texts->capacity == 0 ? 8 : texts->capacity * 2;
		const char **bigger = arena_array(arena, capacity, sizeof(*bigger));
		if (texts->count > 0)
			memcpy(bigger, texts->items, texts->count * sizeof(*bigger));
		texts->items = bigger;
		texts->capacity = capacity;
	}
	texts->items[texts->count++] = text;
	return true;
}

uint32_t obligations_add(struct evaluation *evaluation, const struct references *restrictions, node_id organization,
                         const char *action, struct texts *texts)
{
	uint32_t matching = 0;
	for (uint32_t i = 0; restrictions != NULL && i < restrictions->count; i++) {
		const struct entry *entry = snapshot_entry(evaluation->snapshot, restrictions->nodes[i]);
		if (!entry_is(entry, KIND_RESTRICTION) ||
		    !reference_allowed(evaluation->snapshot, organization, restrictions->nodes[i]))
			continue;
		const struct obligations *obligations = &entry->restriction->obligations;
		for (uint32_t j = 0; j < obligations->count; j++) {
			if (!pattern_matches(obligations->items[j].pattern, action))
				continue;
			texts_add(texts, obligations->items[j].text, evaluation->arena);
			matching++;
		}
	}
	return matching;
}

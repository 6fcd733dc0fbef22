#include "decide/limit.h"

#include "decide/facts.h"
#include "model/pattern.h"

/* "For each held role that has ceilings the action must match at least one of them." */
static bool under_ceiling(const struct role *role, const char *action)
{
	for (uint32_t i = 0; i < role->ceiling.count; i++)
		if (pattern_matches(role->ceiling.items[i], action))
			return true;
	return role->ceiling.count == 0;
}

/* Calls back for every role whose limits act in a standing; the callback ends the walk by returning true. */
static bool limiting_roles(const struct evaluation *evaluation, const struct standing *standing,
                           bool (*visit)(void *context, const struct holding *holding, node_id node,
                                         const struct role *role),
                           void *context)
{
	for (uint32_t i = 0; i < standing->count; i++) {
		const struct holding *holding = &standing->holdings[i];
		for (uint32_t j = 0; holding->limits && j < holding->role_count; j++)
			if (visit(context, holding, holding->roles[j],
			          snapshot_entry(evaluation->snapshot, holding->roles[j])->role))
				return true;
	}
	return false;
}

struct limiting {
	struct evaluation *evaluation;
	const char *action;
	struct limit *limit;
	const struct filter *filter;
};

static bool meets_ceiling(void *context, const struct holding *holding, node_id node, const struct role *role)
{
	struct limiting *limiting = context;
	if (under_ceiling(role, limiting->action))
		return false;
	*limiting->limit = (struct limit){REASON_ABOVE_CEILING, node, holding->binding, "dgCeiling", NULL};
	return true;
}

/* "A dgDeny that matches and whose filter is not FALSE" */
static bool meets_deny(void *context, const struct holding *holding, node_id node, const struct role *role)
{
	struct limiting *limiting = context;
	for (uint32_t i = 0; i < role->deny.count; i++) {
		const struct rule *rule = &role->deny.items[i];
		const struct filter_source facts = facts_of(limiting->evaluation);
		if (!pattern_matches(rule->pattern, limiting->action) ||
		    (rule->filter != NULL && filter_evaluate(rule->filter, &facts, NULL) == TRUTH_FALSE))
			continue;
		*limiting->limit = (struct limit){REASON_EXPLICIT_DENY, node, holding->binding, "dgDeny", rule->text};
		return true;
	}
	return false;
}

static bool forbids(const struct strings *forbidden, const char *action, node_id node, struct limit *limit)
{
	for (uint32_t i = 0; i < forbidden->count; i++)
		if (pattern_matches(forbidden->items[i], action)) {
			*limit = (struct limit){REASON_FORBIDDEN_HERE, node, NODE_NONE, "dgForbidden", forbidden->items[i]};
			return true;
		}
	return false;
}

/* "dgForbidden of the place, of the workspaces around it (isolation does not stop it) and of the organization" */
static bool forbidden_here(const struct evaluation *evaluation, const char *action, struct limit *limit)
{
	const struct snapshot *snapshot = evaluation->snapshot;
	for (node_id at = workspace_of(snapshot, evaluation->place); at != NODE_NONE; at = workspace_above(snapshot, at))
		if (forbids(&snapshot_entry(snapshot, at)->workspace->forbidden, action, at, limit))
			return true;
	return forbids(&evaluation->organization_entry->organization->forbidden, action, evaluation->organization, limit);
}

enum reason limit_find(struct evaluation *evaluation, const struct standing *standing, const char *action, bool here,
                       struct limit *limit)
{
	struct limiting limiting = {.evaluation = evaluation, .action = action, .limit = limit};
	if (limiting_roles(evaluation, standing, meets_ceiling, &limiting) ||
	    (here && forbidden_here(evaluation, action, limit)) ||
	    limiting_roles(evaluation, standing, meets_deny, &limiting))
		return limit->reason;
	return REASON_GRANTED;
}

/* ---- The same, for a resource that comes later ---- */

static bool filter_deny(void *context, const struct holding *holding, node_id node, const struct role *role)
{
	struct limiting *limiting = context;
	struct arena *arena = limiting->evaluation->arena;
	(void)holding, (void)node;
	for (uint32_t i = 0; i < role->deny.count; i++) {
		const struct rule *rule = &role->deny.items[i];
		const struct filter_source facts = facts_of(limiting->evaluation);
		const struct filter *rest = NULL;
		if (!pattern_matches(rule->pattern, limiting->action))
			continue;
		enum truth truth = rule->filter == NULL ? TRUTH_TRUE
		                                        : filter_reduce(rule->filter, &facts, arena, &rest);
		if (truth == TRUTH_FALSE)
			continue;
		/* Only what is FALSE lets the resource pass: the negation of Undefined is not TRUE. */
		const struct filter *passes = rest != NULL ? filter_not(rest, arena) : &filter_never;
		limiting->filter = filter_and(limiting->filter, passes, arena);
	}
	return false;
}

const struct filter *limit_filter(struct evaluation *evaluation, const struct standing *standing, const char *action,
                                  bool here)
{
	struct limit limit;
	struct limiting limiting = {evaluation, action, &limit, &filter_always};
	if (limiting_roles(evaluation, standing, meets_ceiling, &limiting) ||
	    (here && forbidden_here(evaluation, action, &limit)))
		return &filter_never;
	limiting_roles(evaluation, standing, filter_deny, &limiting);
	return limiting.filter;
}

#include "decide/lists/effective.h"

#include "decide/check.h"
#include "decide/lists/held.h"
#include "decide/nodes.h"

/* ---- Roles ---- */

static void list_roles(struct evaluation *evaluation, const struct standing *standing, struct effective *effective)
{
	const struct held_wish all = {true, held_by_binding, NULL};
	struct held_roles held;
	held_list(evaluation, standing, &all, &held);
	effective->role_count = held.count;
	effective->roles = held.roles;
}

static void list_ceilings(struct evaluation *evaluation, const struct standing *standing, struct effective *effective)
{
	struct nodes ceilings = {0};
	for (uint32_t i = 0; i < standing->count; i++)
		for (uint32_t j = 0; standing->holdings[i].limits && j < standing->holdings[i].role_count; j++) {
			node_id role = standing->holdings[i].roles[j];
			if (snapshot_entry(evaluation->snapshot, role)->role->ceiling.count > 0)
				nodes_add(&ceilings, role, evaluation->arena);
		}
	effective->ceiling_count = ceilings.count;
	effective->ceilings = ceilings.items;
}

/* ---- Permissions ---- */

struct asked { struct evaluation evaluation; struct standing standing; };

struct listing {
	struct asked here, organization;
	const struct decide_settings *settings;
	struct effective_permission *permissions;
	struct denied *denied;
	struct effective *effective;
};

static bool is_limit(enum reason reason)
{
	return reason == REASON_ABOVE_CEILING || reason == REASON_FORBIDDEN_HERE || reason == REASON_EXPLICIT_DENY;
}

static bool never_true(const struct filter *filter)
{
	return filter == &filter_never || filter == &filter_unknown;
}

static void add_permission(struct listing *listing, struct effective_permission permission)
{
	listing->permissions[listing->effective->permission_count++] = permission;
}

static void add_denied(struct listing *listing, const char *name, const struct limit *limit)
{
	listing->denied[listing->effective->denied_count++] = (struct denied){name, *limit};
}

/* The obligations that an allow would carry, and when it ends, as far as that is clear without the resource. */
static void describe(struct asked *asked, struct effective_permission *permission)
{
	struct evaluation *evaluation = &asked->evaluation;
	struct check check = {.standing = &asked->standing};
	candidates_find(evaluation, &asked->standing, permission->name, &check.candidates);
	check.reasons = arena_array(evaluation->arena, check.candidates.count + 1, sizeof(*check.reasons));
	permission->until = INSTANT_MIN;
	for (uint32_t i = 0; i < check.candidates.count; i++) {
		const struct candidate *candidate = &check.candidates.items[i];
		const struct filter *way = candidate_filter(evaluation, candidate, permission->name);
		if (never_true(way) || (!permission->conditional && way != &filter_always))
			continue;
		check.reasons[i] = REASON_GRANTED;
		if (candidate->holding->until > permission->until)
			permission->until = candidate->holding->until;
	}
	check_obligations(evaluation, permission->name, &check);
	permission->obligation_count = check.obligations.count;
	permission->obligations = check.obligations.items;
}

static void list_by_filter(struct listing *listing, struct asked *asked, const char *name)
{
	enum reason reason;
	const struct filter *filter = check_filter(&asked->evaluation, &asked->standing, name, &reason);
	if (never_true(filter)) {
		struct limit limit;
		if (is_limit(reason) && limit_find(&asked->evaluation, &asked->standing, name, true, &limit) == reason)
			add_denied(listing, name, &limit);
		return;
	}
	struct effective_permission permission = {.name = name, .conditional = filter != &filter_always,
	                                          .filter = filter};
	describe(asked, &permission);
	add_permission(listing, permission);
}

/* A built-in action is asked about the place itself, so that its further rules count. */
static void list_by_decision(struct listing *listing, const char *name)
{
	const struct evaluation *evaluation = &listing->here.evaluation;
	struct question question = *evaluation->question;
	struct answer answer;
	question.action = (struct action_ref){.name = name};
	question.resource.type = evaluation->at_organization ? "organization" : "workspace";
	question.resource.id = node_dn(evaluation->snapshot, evaluation->place, evaluation->arena);
	question.explain = true;
	decide(evaluation->snapshot, listing->settings, &question, evaluation->arena, &answer);
	if (answer.outcome == OUTCOME_ALLOW)
		add_permission(listing, (struct effective_permission){.name = name, .filter = &filter_always,
		                                                      .obligation_count = answer.obligation_count,
		                                                      .obligations = answer.obligations,
		                                                      .until = answer.explanation->until});
	else if (is_limit(answer.reason) && answer.explanation->limit_count > 0)
		add_denied(listing, name, &answer.explanation->limits[0]);
}

static void list_permissions(struct listing *listing)
{
	struct evaluation *evaluation = &listing->here.evaluation;
	struct catalogue catalogue;
	catalogue_of(evaluation->snapshot, evaluation->organization, evaluation->arena, &catalogue);
	listing->permissions = arena_array(evaluation->arena, catalogue.count, sizeof(*listing->permissions));
	listing->denied = arena_array(evaluation->arena, catalogue.count, sizeof(*listing->denied));
	for (uint32_t i = 0; i < catalogue.count; i++) {
		const char *name = catalogue.names[i];
		if (action_is_administrative(name))
			list_by_decision(listing, name);
		else
			list_by_filter(listing, action_at_organization(name) ? &listing->organization : &listing->here, name);
	}
	listing->effective->permissions = listing->permissions;
	listing->effective->denied = listing->denied;
}

void effective_permissions(const struct snapshot *snapshot, const struct decide_settings *settings,
                           const struct question *question, struct arena *arena, struct effective *effective)
{
	struct listing *listing = arena_alloc(arena, sizeof(*listing));
	struct question *about_place = arena_alloc(arena, sizeof(*about_place));
	*effective = (struct effective){.reason = question->cannot_decide};
	if (question->cannot_decide != REASON_NO_GRANT)
		return;
	*about_place = *question;
	about_place->action = (struct action_ref){0};
	about_place->resource = (struct resource_ref){.properties = question->resource.properties};
	struct evaluation *here = &listing->here.evaluation;
	effective->reason = evaluation_begin_later(here, snapshot, settings, about_place, NULL, arena);
	if (effective->reason != REASON_GRANTED)
		return;
	effective->subject = here->subject;
	effective->place = here->place;
	effective->organization = here->organization;
	listing->settings = settings;
	listing->effective = effective;
	listing->organization.evaluation = *here;
	evaluation_move(&listing->organization.evaluation, here->organization);
	standing_find(here, here->place, &listing->here.standing);
	standing_find(&listing->organization.evaluation, here->organization, &listing->organization.standing);
	list_roles(here, &listing->here.standing, effective);
	list_ceilings(here, &listing->here.standing, effective);
	list_permissions(listing);
}

/* ---- The resource filter ---- */

enum truth resource_filter(const struct snapshot *snapshot, const struct decide_settings *settings,
                           const struct question *question, struct arena *arena, const struct filter **filter,
                           enum reason *reason, bool *administrative)
{
	struct evaluation *evaluation = arena_alloc(arena, sizeof(*evaluation));
	struct standing *standing = arena_alloc(arena, sizeof(*standing));
	*filter = &filter_never;
	*reason = question->cannot_decide;
	*administrative = action_is_administrative(question->action.name);
	if (*administrative || question->cannot_decide != REASON_NO_GRANT)
		return TRUTH_FALSE;
	*reason = evaluation_begin_later(evaluation, snapshot, settings, question, question->action.name, arena);
	if (*reason != REASON_GRANTED)
		return TRUTH_FALSE;
	standing_find(evaluation, evaluation->place, standing);
	*filter = check_filter(evaluation, standing, question->action.name, reason);
	if (*filter == &filter_always)
		return TRUTH_TRUE;
	return *filter == &filter_never ? TRUTH_FALSE : TRUTH_UNDEFINED;
}

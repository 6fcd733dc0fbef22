#include "decide/check.h"

#include "decide/facts.h"
#include "model/pattern.h"

#include <stdlib.h>
#include <string.h>

/* ---- Limits: those of the place act on every grant, those of a workspace on what its roles give the organization ---- */

struct limits {
	struct evaluation *evaluation;
	const struct standing *here;
	const char *action;
	struct limit limit_here; /* reason REASON_GRANTED: none */
};

static void limits_begin(struct limits *limits, struct evaluation *evaluation, const struct standing *here,
                         const char *action)
{
	*limits = (struct limits){.evaluation = evaluation, .here = here, .action = action};
	limits->limit_here.reason = limit_find(evaluation, here, action, true, &limits->limit_here);
}

/* Ceilings before what is forbidden before denies, wherever they come from. */
static struct limit limit_of(const struct limits *limits, const struct candidate *candidate)
{
	struct limit there = {.reason = REASON_GRANTED};
	if (candidate->standing == limits->here)
		return limits->limit_here;
	there.reason = limit_find(limits->evaluation, candidate->standing, limits->action, false, &there);
	if (there.reason == REASON_GRANTED)
		return limits->limit_here;
	if (limits->limit_here.reason == REASON_GRANTED)
		return there;
	return there.reason < limits->limit_here.reason ? there : limits->limit_here;
}

/* Takes away what limits take away.  Returns REASON_GRANTED if a grant is left. */
static enum reason apply_limits(struct evaluation *evaluation, const char *action, struct check *check)
{
	struct limits limits;
	enum reason first = REASON_COUNT;
	limits_begin(&limits, evaluation, check->standing, action);
	for (uint32_t i = 0; i < check->candidates.count; i++) {
		if (check->reasons[i] != REASON_GRANTED)
			continue;
		struct limit limit = limit_of(&limits, &check->candidates.items[i]);
		if (limit.reason == REASON_GRANTED)
			return REASON_GRANTED;
		if (limit.reason < first) {
			first = limit.reason;
			check->limit = limit;
		}
	}
	return first;
}

/* What is left of the granting candidates once limits have acted, so that only those count that really grant. */
static void drop_limited(struct evaluation *evaluation, const char *action, struct check *check)
{
	struct limits limits;
	limits_begin(&limits, evaluation, check->standing, action);
	for (uint32_t i = 0; i < check->candidates.count; i++)
		if (check->reasons[i] == REASON_GRANTED && check->candidates.items[i].standing != check->standing)
			check->reasons[i] = limit_of(&limits, &check->candidates.items[i]).reason;
}

/* ---- Obligations ---- */

static bool narrows_all(const struct standing *standing, node_id binding)
{
	for (uint32_t i = 0; i < standing->count; i++)
		if (standing->holdings[i].binding == binding && standing->holdings[i].narrows && standing->holdings[i].limits)
			return true;
	return false;
}

/* Those of the bindings that narrow `standing`, but for those that narrow `others` (which may be NULL) as well. */
static uint32_t narrowing_obligations(struct evaluation *evaluation, const struct standing *standing,
                                      const struct standing *others, const char *action, struct texts *texts)
{
	uint32_t matching = 0;
	for (uint32_t i = 0; i < standing->count; i++) {
		const struct holding *holding = &standing->holdings[i];
		if (holding->narrows && holding->limits && !(others != NULL && narrows_all(others, holding->binding)))
			matching += obligations_add(evaluation, holding->restricted_by, standing->organization, action, texts);
	}
	return matching;
}

static int by_octets(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "Those of bindings without dgGrantsRole that match, always; of the granting bindings: if one has none that matches,
 * none, else the union of theirs.  Sorted, without doubles." */
void check_obligations(struct evaluation *evaluation, const char *action, struct check *check)
{
	struct texts always = {0}, granting = {0};
	bool free_way = false;
	narrowing_obligations(evaluation, check->standing, NULL, action, &always);
	for (uint32_t i = 0; i < check->candidates.count && !free_way; i++) {
		const struct candidate *candidate = &check->candidates.items[i];
		if (check->reasons[i] != REASON_GRANTED)
			continue;
		uint32_t matching = obligations_add(evaluation, candidate->holding->restricted_by,
		                                    candidate->standing->organization, action, &granting);
		if (candidate->standing != check->standing)
			matching += narrowing_obligations(evaluation, candidate->standing, check->standing, action, &granting);
		free_way = matching == 0;
	}
	for (uint32_t i = 0; !free_way && i < granting.count; i++)
		texts_add(&always, granting.items[i], evaluation->arena);
	if (always.count > 1)
		qsort(always.items, always.count, sizeof(*always.items), by_octets);
	check->obligations = always;
}

/* ---- The check ---- */

/* The nearest miss is the least reason in the order of the contract, but REASON_NO_GRANT is the farthest. */
static bool nearer(enum reason a, enum reason b)
{
	if (a == REASON_NO_GRANT || b == REASON_NO_GRANT)
		return b == REASON_NO_GRANT && a != REASON_NO_GRANT;
	return a < b;
}

static void weigh_all(struct evaluation *evaluation, const char *action, struct check *check)
{
	uint32_t count = check->candidates.count;
	check->reasons = arena_array(evaluation->arena, count + 1, sizeof(*check->reasons));
	check->weights = arena_array(evaluation->arena, count + 1, sizeof(*check->weights));
	for (uint32_t i = 0; i < count; i++) {
		struct weight *weight = &check->weights[i];
		candidate_weigh(evaluation, &check->candidates.items[i], action, weight);
		check->reasons[i] = candidate_reason(&check->candidates.items[i], weight);
		if (nearer(check->reasons[i], check->reason))
			check->reason = check->reasons[i];
		if (check->reasons[i] == REASON_MISSING_PROPERTY && facts_before(weight->missing, check->missing))
			check->missing = weight->missing;
	}
}

void check_action(struct evaluation *evaluation, struct standing *standing, const char *action, struct check *check)
{
	*check = (struct check){.reason = REASON_NO_GRANT, .standing = standing};
	evaluation->standing_here = standing;
	if (!permission_valid(action, strlen(action)))
		return;
	candidates_find(evaluation, standing, action, &check->candidates);
	weigh_all(evaluation, action, check);
	if (check->reason != REASON_GRANTED)
		return;
	check->reason = apply_limits(evaluation, action, check);
	if (check->reason != REASON_GRANTED)
		return;
	drop_limited(evaluation, action, check);
	check_obligations(evaluation, action, check);
}

const struct filter *check_filter(struct evaluation *evaluation, struct standing *standing, const char *action,
                                  enum reason *reason)
{
	struct candidates candidates = {0};
	struct arena *arena = evaluation->arena;
	const struct filter *grants = &filter_never;
	evaluation->standing_here = standing;
	*reason = REASON_NO_GRANT;
	if (!permission_valid(action, strlen(action)))
		return &filter_never;
	candidates_find(evaluation, standing, action, &candidates);
	for (uint32_t i = 0; i < candidates.count; i++) {
		const struct candidate *candidate = &candidates.items[i];
		const struct filter *way = candidate_filter(evaluation, candidate, action);
		if (candidate->standing != standing)
			way = filter_and(way, limit_filter(evaluation, candidate->standing, action, false), arena);
		grants = filter_or(grants, way, arena);
		enum reason miss = candidate->stops != 0 ? stop_reason(candidate->stops) : REASON_CONDITION_NOT_MET;
		if (nearer(miss, *reason))
			*reason = miss;
	}
	if (grants == &filter_never)
		return grants;
	struct limit limit;
	const struct filter *left = filter_settle(
		filter_and(grants, limit_filter(evaluation, standing, action, true), arena), arena);
	enum reason limited = limit_find(evaluation, standing, action, true, &limit);
	*reason = left != &filter_never ? REASON_GRANTED : limited != REASON_GRANTED ? limited : REASON_CONDITION_NOT_MET;
	return left;
}

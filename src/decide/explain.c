#include "decide/explain.h"

#include <stdlib.h>
#include <string.h>

struct chain chain_of(struct evaluation *evaluation, const struct standing *standing, const struct holding *holding,
                      const struct role_path *path)
{
	struct chain chain = {.stop = REASON_GRANTED, .origin = holding->origin, .binding = holding->binding,
	                      .workspace = standing->place};
	chain.group_count = membership_path(&evaluation->membership, holding->from, evaluation->arena, &chain.groups);
	for (const struct role_path *at = path; at != NULL; at = at->above)
		chain.role_count++;
	node_id *roles = arena_array(evaluation->arena, chain.role_count + 1, sizeof(*roles));
	uint32_t left = chain.role_count;
	for (const struct role_path *at = path; at != NULL; at = at->above)
		roles[--left] = at->node;
	chain.roles = roles;
	return chain;
}

/* Of several stops the one that stands first in the order of reasons. */
static enum reason first_stop(const struct candidate *candidate, const struct weight *weight)
{
	enum reason reason = candidate_reason(candidate, weight);
	if (reason != REASON_NO_GRANT)
		return reason;
	struct candidate bare = *candidate;
	bare.stops = 0;
	reason = candidate_reason(&bare, weight);
	return reason != REASON_GRANTED ? reason : stop_reason(candidate->stops & (0u - candidate->stops));
}

struct sortable { struct chain chain; const char *dn; };

static int by_nearness(const void *a, const void *b)
{
	const struct sortable *one = a, *other = b;
	if (one->chain.stop != other->chain.stop)
		return one->chain.stop < other->chain.stop ? -1 : 1;
	int order = strcmp(one->dn, other->dn);
	return order != 0 ? order : strcmp(one->chain.value, other->chain.value);
}

static const struct chain *chains_of(struct evaluation *evaluation, const struct check *check)
{
	uint32_t count = check->candidates.count;
	struct sortable *sortable = arena_array(evaluation->arena, count + 1, sizeof(*sortable));
	for (uint32_t i = 0; i < count; i++) {
		const struct candidate *candidate = &check->candidates.items[i];
		struct chain chain = chain_of(evaluation, candidate->standing, candidate->holding, candidate->path);
		chain.stop = check->reasons[i] == REASON_NO_GRANT ? first_stop(candidate, &check->weights[i])
		                                                  : check->reasons[i];
		chain.attribute = candidate->attribute;
		chain.value = candidate->rule->text;
		chain.restriction = check->weights[i].restriction;
		chain.restriction_value = check->weights[i].restriction_value;
		sortable[i] = (struct sortable){chain, node_dn(evaluation->snapshot, chain.binding, evaluation->arena)};
	}
	if (count > 1)
		qsort(sortable, count, sizeof(*sortable), by_nearness);
	struct chain *chains = arena_array(evaluation->arena, count + 1, sizeof(*chains));
	for (uint32_t i = 0; i < count; i++)
		chains[i] = sortable[i].chain;
	return chains;
}

/* An allow ends when its longest-lived grant does. */
static instant allow_until(const struct check *check)
{
	instant until = INSTANT_MIN;
	for (uint32_t i = 0; i < check->candidates.count; i++)
		if (check->reasons[i] == REASON_GRANTED && check->candidates.items[i].holding->until > until)
			until = check->candidates.items[i].holding->until;
	return until;
}

const struct explanation *explain(struct evaluation *evaluation, const struct check *check, node_id rule_entry)
{
	struct explanation *explanation = arena_alloc(evaluation->arena, sizeof(*explanation));
	*explanation = (struct explanation){.subject = evaluation->subject, .place = evaluation->place,
	                                    .organization = evaluation->organization,
	                                    .resource = evaluation->resource, .rule_entry = rule_entry,
	                                    .until = INSTANT_MAX};
	if (check == NULL)
		return explanation;
	explanation->chain_count = check->candidates.count;
	explanation->chains = chains_of(evaluation, check);
	if (check->reason == REASON_GRANTED) {
		explanation->until = allow_until(check);
	} else if (check->limit.attribute != NULL) {
		struct limit *limit = arena_alloc(evaluation->arena, sizeof(*limit));
		*limit = check->limit;
		explanation->limit_count = 1;
		explanation->limits = limit;
	}
	return explanation;
}

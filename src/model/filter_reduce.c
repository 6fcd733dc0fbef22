#include "model/filter_item.h"

#include <assert.h>

struct reduction {
	const struct filter_source *source;
	struct arena *arena;   /* of the result */
	struct arena *scratch;
};

static const struct filter *fill_each(const struct reduction *reduction, const struct filter *item,
                                      const struct value_list *operands)
{
	const struct filter **items = arena_array(reduction->scratch, operands->count, sizeof(*items));
	for (size_t i = 0; i < operands->count; i++) {
		struct filter *filled = arena_alloc(reduction->arena, sizeof(*filled));
		*filled = *item;
		filled->reference = REFERENCE_NONE;
		filled->value = arena_string(reduction->arena, operands->values[i].string);
		items[i] = filled;
	}
	return filter_join(FILTER_OR, items, operands->count, reduction->arena);
}

/* An item that stays, with each value of its reference in turn: an OR.  With what is merely possible it is never more
 * than Undefined. */
static const struct filter *fill_in(const struct reduction *reduction, const struct filter *item)
{
	struct value_list operands;
	if (item->reference == REFERENCE_NONE)
		return item;
	bool some = item_operands(item, reduction->source, reduction->scratch, &operands);
	assert(some); /* else the item would not stay */
	const struct filter *certain = fill_each(reduction, item, &operands);
	if (!item_operands_maybe(item, reduction->source, reduction->scratch, &operands))
		return certain;
	const struct filter *maybe = fill_each(reduction, item, &operands);
	return filter_or(certain, filter_and(maybe, &filter_unknown, reduction->arena), reduction->arena);
}

static const struct filter *constant(enum truth truth)
{
	static const struct filter *const constants[] = {
		[TRUTH_FALSE] = &filter_never, [TRUTH_UNDEFINED] = &filter_unknown, [TRUTH_TRUE] = &filter_always,
	};
	return constants[truth];
}

static const struct filter *reduce(const struct reduction *reduction, const struct filter *filter)
{
	if (filter == &filter_unknown)
		return filter;
	if (filter->operator == FILTER_NOT)
		return filter_not(reduce(reduction, filter->parts[0]), reduction->arena);
	if (filter->operator == FILTER_AND || filter->operator == FILTER_OR) {
		const struct filter **parts = arena_array(reduction->arena, filter->count, sizeof(*parts));
		for (uint32_t i = 0; i < filter->count; i++)
			parts[i] = reduce(reduction, filter->parts[i]);
		return filter_join(filter->operator, parts, filter->count, reduction->arena);
	}
	enum truth result;
	if (item_evaluate(filter, reduction->source, reduction->scratch, &result) == KNOWN_LATER)
		return fill_in(reduction, filter);
	return constant(result);
}

enum truth filter_reduce(const struct filter *filter, const struct filter_source *source, struct arena *arena,
                         const struct filter **rest)
{
	const struct reduction reduction = { source, arena, arena_new() };
	const struct filter *reduced = reduce(&reduction, filter);
	arena_free(reduction.scratch);
	for (enum truth truth = TRUTH_FALSE; truth <= TRUTH_TRUE; truth++) {
		if (reduced == constant(truth)) {
			*rest = NULL;
			return truth;
		}
	}
	*rest = reduced;
	return TRUTH_UNDEFINED;
}

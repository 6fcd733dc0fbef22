#include "model/filter_item.h"

#include "model/dn.h"
#include "model/name.h"
#include "model/substrings.h"

#include <string.h>

/* ---- the values of a list, one after another ---- */

/* Arrays give their items, one level deep; nulls are no values. */
struct walk {
	const struct value_list *list;
	size_t at;   /* in the list */
	size_t item; /* of the array there */
};

static struct walk walk_over(const struct value_list *list)
{
	return (struct walk){ list, 0, 0 };
}

static const struct value *walk_next(struct walk *walk)
{
	while (walk->at < walk->list->count) {
		const struct value *value = &walk->list->values[walk->at];
		if (value->kind == VALUE_ARRAY && walk->item < value->count) {
			value = &value->items[walk->item++];
			if (value->kind != VALUE_NULL)
				return value;
			continue;
		}
		walk->at++;
		walk->item = 0;
		if (value->kind != VALUE_ARRAY && value->kind != VALUE_NULL)
			return value;
	}
	return NULL;
}

static size_t values_count(const struct value_list *list)
{
	size_t count = 0;
	for (struct walk walk = walk_over(list); walk_next(&walk) != NULL;)
		count++;
	return count;
}

static const struct value **list_flatten(const struct value_list *list, size_t *count, struct arena *arena)
{
	const struct value **values = arena_array(arena, values_count(list), sizeof(*values));
	struct walk walk = walk_over(list);
	*count = 0;
	for (const struct value *value; (value = walk_next(&walk)) != NULL;)
		values[(*count)++] = value;
	return values;
}

/* ---- items ---- */

static bool reference_texts(enum filter_reference reference, const char *name, const struct filter_source *source,
                            struct arena *arena, struct value_list *operands)
{
	struct value_list list = { 0 };
	if (source->reference(source->context, reference, name, &list) != KNOWN_VALUES)
		return false;
	struct value *texts = arena_array(arena, values_count(&list), sizeof(*texts));
	*operands = (struct value_list){ 0, texts };
	struct walk walk = walk_over(&list);
	for (const struct value *value; (value = walk_next(&walk)) != NULL;) {
		char room[VALUE_TEXT_MAX];
		const char *text = value_text(value, room);
		if (text != NULL)
			texts[operands->count++] = (struct value){
				.kind = VALUE_STRING,
				.string = text == room ? arena_string(arena, text) : text,
			};
	}
	return operands->count > 0;
}

bool item_operands(const struct filter *item, const struct filter_source *source, struct arena *arena,
                   struct value_list *operands)
{
	if (item->reference != REFERENCE_NONE)
		return reference_texts(item->reference, item->value, source, arena, operands);
	struct value *own = arena_alloc(arena, sizeof(*own));
	*own = (struct value){ .kind = VALUE_STRING, .string = item->value };
	*operands = (struct value_list){ 1, own };
	return true;
}

bool item_operands_maybe(const struct filter *item, const struct filter_source *source, struct arena *arena,
                         struct value_list *operands)
{
	return item->reference == REFERENCE_USER &&
	       reference_texts(REFERENCE_USER_MAYBE, item->value, source, arena, operands);
}

/* Could it be compared?  Not without a normal form (too long, or not UTF-8), nor if it is too long a DN. */
static bool is_comparable(const char *text)
{
	return name_has_form(text) && (strnlen(text, DN_LENGTH_MAX + 1) <= DN_LENGTH_MAX || strchr(text, '=') == NULL);
}

/* None of the values matched; but some may not have been compared. */
static enum truth unmatched(const struct value_list *own)
{
	struct walk walk = walk_over(own);
	for (const struct value *value; (value = walk_next(&walk)) != NULL;) {
		if (value->kind == VALUE_STRING && !is_comparable(value->string))
			return TRUTH_UNDEFINED;
	}
	return TRUTH_FALSE;
}

static enum truth evaluate_equal(const struct value_list *own, const struct value_list *operands, struct arena *scratch)
{
	size_t counts[2];
	const struct value **a = list_flatten(own, &counts[0], scratch);
	const struct value **b = list_flatten(operands, &counts[1], scratch);
	return value_any_equal(a, counts[0], b, counts[1]) ? TRUTH_TRUE : unmatched(own);
}

static enum truth evaluate_order(enum filter_operator operator, const struct value_list *own,
                                 const struct value_list *operands)
{
	enum truth result = TRUTH_FALSE;
	struct walk walk = walk_over(own);
	for (const struct value *a; (a = walk_next(&walk)) != NULL;) {
		struct walk other = walk_over(operands);
		for (const struct value *b; (b = walk_next(&other)) != NULL;) {
			enum value_order order = value_compare(a, b);
			if (order == VALUE_SAME || order == (operator == FILTER_AT_LEAST ? VALUE_GREATER : VALUE_LESS))
				return TRUTH_TRUE;
			if (order == VALUE_UNORDERED)
				result = TRUTH_UNDEFINED;
		}
	}
	return result;
}

static enum truth evaluate_substrings(const struct filter *item, const struct value_list *own, struct arena *scratch)
{
	const struct substrings *substrings = substrings_new(item->substrings, item->substring_count, scratch);
	struct walk walk = walk_over(own);
	for (const struct value *value; (value = walk_next(&walk)) != NULL;) {
		char room[VALUE_TEXT_MAX];
		const char *text = value_text(value, room);
		if (text != NULL && substrings_match(substrings, text))
			return TRUTH_TRUE;
	}
	return unmatched(own);
}

/* An item whose name has the values `own`, which are some. */
static enum truth evaluate_known(const struct filter *item, const struct value_list *own,
                                 const struct value_list *operands, struct arena *scratch)
{
	switch (item->operator) {
	case FILTER_EQUAL:
		return evaluate_equal(own, operands, scratch);
	case FILTER_PRESENT:
		return TRUTH_TRUE;
	case FILTER_SUBSTRINGS:
		return evaluate_substrings(item, own, scratch);
	case FILTER_AT_LEAST:
	case FILTER_AT_MOST:
		return evaluate_order(item->operator, own, operands);
	default:
		return TRUTH_UNDEFINED;
	}
}

enum known item_evaluate(const struct filter *item, const struct filter_source *source, struct arena *scratch,
                         enum truth *result)
{
	struct value_list operands;
	struct value_list own = { 0 };
	*result = TRUTH_UNDEFINED;
	arena_reset(scratch);
	if (!item_operands(item, source, scratch, &operands))
		return KNOWN_NEVER;
	enum known known = source->values(source->context, item->space, item->name, &own);
	if (known == KNOWN_VALUES && values_count(&own) == 0)
		known = KNOWN_ABSENT;
	if (known == KNOWN_ABSENT)
		*result = TRUTH_FALSE;
	else if (known == KNOWN_VALUES)
		*result = evaluate_known(item, &own, &operands, scratch);
	if (known == KNOWN_VALUES && *result == TRUTH_FALSE && item_operands_maybe(item, source, scratch, &operands) &&
	    evaluate_known(item, &own, &operands, scratch) != TRUTH_FALSE)
		*result = TRUTH_UNDEFINED;
	return known;
}

/* ---- the whole ---- */

struct evaluation {
	const struct filter_source *source;
	struct arena *scratch;
};

static enum truth evaluate(const struct evaluation *evaluation, const struct filter *filter,
                           const struct filter **missing);

/* AND is the least of its parts, OR the greatest, in the order FALSE, Undefined, TRUE (Kleene's logic). */
static enum truth evaluate_group(const struct evaluation *evaluation, const struct filter *group,
                                 const struct filter **missing)
{
	enum truth decided = group->operator == FILTER_AND ? TRUTH_FALSE : TRUTH_TRUE;
	enum truth result = group->operator == FILTER_AND ? TRUTH_TRUE : TRUTH_FALSE;
	const struct filter *first = NULL;
	for (uint32_t i = 0; i < group->count && result != decided; i++) {
		const struct filter *here = NULL;
		enum truth part = evaluate(evaluation, group->parts[i], &here);
		if (part == decided || result != TRUTH_UNDEFINED)
			result = part;
		if (first == NULL)
			first = here;
	}
	if (result == TRUTH_UNDEFINED)
		*missing = first;
	return result;
}

/* Sets *missing, which is NULL, only if the result is Undefined. */
static enum truth evaluate(const struct evaluation *evaluation, const struct filter *filter,
                           const struct filter **missing)
{
	enum truth result;
	if (filter == &filter_unknown)
		return TRUTH_UNDEFINED;
	switch (filter->operator) {
	case FILTER_AND:
	case FILTER_OR:
		return evaluate_group(evaluation, filter, missing);
	case FILTER_NOT:
		return (enum truth)(TRUTH_TRUE - evaluate(evaluation, filter->parts[0], missing));
	default:
		if (item_evaluate(filter, evaluation->source, evaluation->scratch, &result) == KNOWN_NOT)
			*missing = filter;
		return result;
	}
}

enum truth filter_evaluate(const struct filter *filter, const struct filter_source *source,
                           const struct filter **missing)
{
	const struct filter *item = NULL;
	const struct evaluation evaluation = { source, arena_new() };
	enum truth result = evaluate(&evaluation, filter, &item);
	arena_free(evaluation.scratch);
	if (missing != NULL && item != NULL)
		*missing = item;
	return result;
}

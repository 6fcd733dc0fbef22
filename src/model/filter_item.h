/* Inside of the evaluation of filters: what filter_evaluate and filter_reduce share about one item. */
#ifndef MODEL_FILTER_ITEM_H
#define MODEL_FILTER_ITEM_H

#include "base/arena.h"
#include "model/filter.h"

#include <stdbool.h>

/* The values that an item compares its name's values with: its own, or those of its reference as texts (value.h), so
 * that filling them in changes nothing.  Borrowed from the item, the source and `arena`.  False: a reference that has
 * no value. */
bool item_operands(const struct filter *item, const struct filter_source *source, struct arena *arena,
                   struct value_list *operands);

/* The same for what its reference may be besides.  False: nothing. */
bool item_operands_maybe(const struct filter *item, const struct filter_source *source, struct arena *arena,
                         struct value_list *operands);

/* Evaluates an item; KNOWN_NOT or KNOWN_LATER if the source says so of its name, KNOWN_NEVER also if its reference has no
 * value; *result is TRUTH_UNDEFINED then.  Resets `scratch`. */
enum known item_evaluate(const struct filter *item, const struct filter_source *source, struct arena *scratch,
                         enum truth *result);

#endif

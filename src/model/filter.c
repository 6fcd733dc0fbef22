#include "model/filter.h"

#include "model/name.h"

#include <assert.h>
#include <string.h>

const struct filter filter_always = { .operator = FILTER_AND };
const struct filter filter_never = { .operator = FILTER_OR };
const struct filter filter_unknown = { .operator = FILTER_OR };

static bool is_constant(const struct filter *filter, enum filter_operator operator)
{
	return filter != &filter_unknown && filter->operator == operator && filter->count == 0;
}

/* ---- joining ---- */

/* The parts that `filter` is of a node of `operator`: its own if it is such a node, else itself. */
static const struct filter *const *parts_of(const struct filter *const *filter, enum filter_operator operator,
                                            size_t *count)
{
	bool inner = (*filter)->operator == operator && *filter != &filter_unknown;
	*count = inner ? (*filter)->count : 1;
	return inner ? (*filter)->parts : filter;
}

const struct filter *filter_join(enum filter_operator operator, const struct filter *const *parts, size_t count,
                                 struct arena *arena)
{
	assert(operator == FILTER_AND || operator == FILTER_OR);
	size_t most = 0;
	for (size_t i = 0; i < count; i++) {
		size_t inner;
		parts_of(&parts[i], operator, &inner);
		most += inner;
		/* An empty OR decides an AND, and the other way round. */
		if (is_constant(parts[i], operator == FILTER_AND ? FILTER_OR : FILTER_AND))
			return operator == FILTER_AND ? &filter_never : &filter_always;
	}
	const struct filter **joined = arena_array(arena, most, sizeof(*joined));
	uint32_t made = 0;
	bool unknown = false;
	for (size_t i = 0; i < count; i++) {
		size_t inner;
		const struct filter *const *from = parts_of(&parts[i], operator, &inner);
		for (size_t j = 0; j < inner; j++) {
			if (from[j] != &filter_unknown || !unknown)
				joined[made++] = from[j];
			unknown |= from[j] == &filter_unknown;
		}
	}
	if (made == 0)
		return operator == FILTER_AND ? &filter_always : &filter_never;
	if (made == 1)
		return joined[0];
	struct filter *node = arena_alloc(arena, sizeof(*node));
	*node = (struct filter){ .operator = operator, .count = made, .parts = joined };
	return node;
}

const struct filter *filter_and(const struct filter *a, const struct filter *b, struct arena *arena)
{
	return filter_join(FILTER_AND, (const struct filter *const[]){ a, b }, 2, arena);
}

const struct filter *filter_or(const struct filter *a, const struct filter *b, struct arena *arena)
{
	return filter_join(FILTER_OR, (const struct filter *const[]){ a, b }, 2, arena);
}

const struct filter *filter_not(const struct filter *a, struct arena *arena)
{
	if (a == &filter_unknown)
		return a;
	if (is_constant(a, FILTER_AND))
		return &filter_never;
	if (is_constant(a, FILTER_OR))
		return &filter_always;
	if (a->operator == FILTER_NOT)
		return a->parts[0];
	const struct filter **parts = arena_array(arena, 1, sizeof(*parts));
	struct filter *node = arena_alloc(arena, sizeof(*node));
	parts[0] = a;
	*node = (struct filter){ .operator = FILTER_NOT, .count = 1, .parts = parts };
	return node;
}

/* A filter is TRUE exactly if it is TRUE with FALSE for each Undefined that stands under an even number of NOTs, and
 * with TRUE for each other one: so it goes in Kleene's logic, by induction over "is TRUE" and "is FALSE". */
static const struct filter *settle(const struct filter *filter, bool negated, struct arena *arena)
{
	if (filter == &filter_unknown)
		return negated ? &filter_always : &filter_never;
	if (filter->operator == FILTER_NOT)
		return filter_not(settle(filter->parts[0], !negated, arena), arena);
	if (filter->operator != FILTER_AND && filter->operator != FILTER_OR)
		return filter;
	const struct filter **parts = arena_array(arena, filter->count, sizeof(*parts));
	for (uint32_t i = 0; i < filter->count; i++)
		parts[i] = settle(filter->parts[i], negated, arena);
	return filter_join(filter->operator, parts, filter->count, arena);
}

const struct filter *filter_settle(const struct filter *filter, struct arena *arena)
{
	return settle(filter, false, arena);
}

void filter_visit(const struct filter *filter, void (*visit)(void *context, const struct filter *item), void *context)
{
	if (filter->operator > FILTER_NOT)
		visit(context, filter);
	for (uint32_t i = 0; i < filter->count; i++)
		filter_visit(filter->parts[i], visit, context);
}

/* ---- printing ---- */

/* valueencoding of RFC 4515 section 3; '$' is escaped too, since it may start a reference. */
static void print_value(const char *value, struct text *out)
{
	bool utf8 = name_has_form(value);
	for (const char *at = value; *at != '\0'; at++) {
		unsigned char octet = (unsigned char)*at;
		if (strchr("*()\\$", *at) != NULL || (octet >= 0x80 && !utf8))
			text_print(out, "\\%02x", octet);
		else
			text_append_char(out, *at);
	}
}

static void print_name(const struct filter *item, struct text *out)
{
	static const char *const prefixes[] = {
		[SPACE_RESOURCE] = "resource.", [SPACE_ACTION] = "action.", [SPACE_CONTEXT] = "context.",
		[SPACE_SUBJECT] = "subject.",   [SPACE_ENTRY] = "",
	};
	if (item->space != SPACE_RESOURCE || strchr(item->name, '.') != NULL)
		text_append(out, prefixes[item->space]);
	text_append(out, item->name);
}

static void print_operand(const struct filter *item, struct text *out)
{
	switch (item->reference) {
	case REFERENCE_USER:
		text_print(out, "$user.%s", item->value);
		break;
	case REFERENCE_WORKSPACE:
		text_print(out, "$workspace.%s", item->value);
		break;
	case REFERENCE_NOW:
		text_append(out, "$now");
		break;
	case REFERENCE_NONE:
	case REFERENCE_USER_MAYBE:
		print_value(item->value, out);
		break;
	}
}

static void print_item(const struct filter *item, struct text *out)
{
	print_name(item, out);
	text_append(out, item->operator == FILTER_AT_LEAST ? ">=" : item->operator == FILTER_AT_MOST ? "<=" : "=");
	if (item->operator == FILTER_PRESENT)
		text_append_char(out, '*');
	else if (item->operator != FILTER_SUBSTRINGS)
		print_operand(item, out);
	for (uint32_t i = 0; i < item->substring_count; i++) {
		if (i > 0)
			text_append_char(out, '*');
		print_value(item->substrings[i], out);
	}
}

static void print(const struct filter *filter, bool negated, struct text *out)
{
	static const char signs[] = { [FILTER_AND] = '&', [FILTER_OR] = '|', [FILTER_NOT] = '!' };
	if (filter == &filter_unknown) {
		text_append(out, negated ? "(&)" : "(|)");
		return;
	}
	text_append_char(out, '(');
	if (filter->operator > FILTER_NOT)
		print_item(filter, out);
	else
		text_append_char(out, signs[filter->operator]);
	for (uint32_t i = 0; i < filter->count; i++)
		print(filter->parts[i], negated != (filter->operator == FILTER_NOT), out);
	text_append_char(out, ')');
}

void filter_print(const struct filter *filter, struct text *out)
{
	print(filter, false, out);
}

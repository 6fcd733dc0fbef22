/* The resource filter as JSON: as a string, and as a tree for programs that have no parser of RFC 4515. */
#include "json/list_parts.h"
#include "model/filter.h"

#define FILTER_TEXT_MAX (4u * FILTER_LENGTH_MAX)

static const char *const operator_names[] = {
	[FILTER_AND] = "and",         [FILTER_OR] = "or",
	[FILTER_NOT] = "not",         [FILTER_EQUAL] = "equal",
	[FILTER_PRESENT] = "present", [FILTER_SUBSTRINGS] = "substrings",
	[FILTER_AT_LEAST] = "at-least", [FILTER_AT_MOST] = "at-most",
};

static void write_tree(struct json_writer *json, const char *name, const struct filter *filter)
{
	json_write_object(json, name);
	json_write_string(json, "operator", operator_names[filter->operator]);
	json_write_optional(json, "name", filter->name);
	if (filter->operator == FILTER_SUBSTRINGS)
		json_write_strings(json, "parts", filter->substrings, filter->substring_count);
	else
		json_write_optional(json, "value", filter->value);
	if (!filter->name) {
		json_write_array(json, "filters");
		for (uint32_t i = 0; i < filter->count; i++)
			write_tree(json, NULL, filter->parts[i]);
		json_write_end(json);
	}
	json_write_end(json);
}

static unsigned depth_of(const struct filter *filter)
{
	unsigned deepest = 0;

	for (uint32_t i = 0; !filter->name && i < filter->count; i++) {
		unsigned depth = depth_of(filter->parts[i]);

		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

static void write_filter(struct json_writer *json, const struct filter *filter)
{
	struct text printed;

	text_init(&printed, FILTER_TEXT_MAX);
	filter_print(filter, &printed);
	if (printed.overflowed)
		json_write_boolean(json, "filter_too_long", true);
	else
		json_write_string(json, "filter", text_string(&printed));
	text_release(&printed);
	/* An object and an array for each level. */
	if (json->depth + 2 * depth_of(filter) < JSON_WRITER_DEPTH_MAX)
		write_tree(json, "tree", filter);
	else
		json_write_boolean(json, "tree_too_deep", true);
}

void resource_filter_write(struct json_writer *json, enum truth truth, const struct filter *filter, enum reason reason)
{
	static const char *const results[] = {
		[TRUTH_FALSE] = "never", [TRUTH_UNDEFINED] = "filter", [TRUTH_TRUE] = "always"};

	json_write_string(json, "result", results[truth]);
	if (truth == TRUTH_FALSE)
		json_write_string(json, "reason", reason_code(reason));
	write_filter(json, filter);
}

#include "library/question.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static struct value string_value(const char *string)
{
	return (struct value){.kind = VALUE_STRING, .string = string};
}

/* ---- properties: a name that is given several times has several values ---- */

static bool is_first(const struct dirgate_question *from, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(from->properties[i].name, from->properties[index].name) == 0)
			return false;
	return true;
}

static struct value property_value(const struct dirgate_question *from, size_t first, struct arena *arena)
{
	struct value *items = arena_array(arena, from->property_count - first, sizeof(*items));
	size_t count = 0;

	for (size_t i = first; i < from->property_count; i++)
		if (strcmp(from->properties[i].name, from->properties[first].name) == 0)
			items[count++] = string_value(from->properties[i].value);
	return count == 1 ? items[0] : (struct value){.kind = VALUE_ARRAY, .count = count, .items = items};
}

static const struct value *properties_of(const struct dirgate_question *from, struct arena *arena)
{
	struct value *object = arena_alloc(arena, sizeof(*object));
	struct member *members = arena_array(arena, from->property_count, sizeof(*members));

	*object = (struct value){.kind = VALUE_OBJECT, .members = members};
	for (size_t i = 0; i < from->property_count; i++)
		if (is_first(from, i))
			members[object->count++] =
				(struct member){from->properties[i].name, property_value(from, i, arena)};
	return object;
}

/* ---- context ---- */

static struct value strings_value(const char *const *strings, struct arena *arena)
{
	struct value *items;
	size_t count = 0;

	while (strings[count])
		count++;
	items = arena_array(arena, count, sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = string_value(strings[i]);
	return (struct value){.kind = VALUE_ARRAY, .count = count, .items = items};
}

static const struct value *context_of(const struct dirgate_question *from, struct arena *arena)
{
	struct value *object = arena_alloc(arena, sizeof(*object));
	struct member *members = arena_array(arena, 2, sizeof(*members));

	*object = (struct value){.kind = VALUE_OBJECT, .members = members};
	if (from->workspace)
		members[object->count++] = (struct member){"workspace", string_value(from->workspace)};
	if (from->active_roles)
		members[object->count++] = (struct member){"active_roles", strings_value(from->active_roles, arena)};
	return object;
}

/* ---- the whole ---- */

static const struct {
	enum question_need need;
	size_t place; /* in the question */
	const char *problem;
} needed[] = {
	{QUESTION_NEEDS_SUBJECT, offsetof(struct dirgate_question, subject),
	 "the question has no subject: say who it is about"},
	{QUESTION_NEEDS_ACTION, offsetof(struct dirgate_question, action),
	 "the question has no action: say what is to be done, such as contacts.read"},
	{QUESTION_NEEDS_WORKSPACE, offsetof(struct dirgate_question, workspace),
	 "the question has no workspace: say where"},
	{QUESTION_NEEDS_RESOURCE_TYPE, offsetof(struct dirgate_question, resource_type),
	 "the question has no type of resources: say what is looked for"},
};

static bool is_given(const struct dirgate_question *from, size_t place)
{
	const char *text = *(const char *const *)(const void *)((const char *)from + place);

	return text && text[0] != '\0';
}

static int check(const struct dirgate_question *from, unsigned needs, struct error *why)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if ((needs & needed[i].need) && !is_given(from, needed[i].place))
			return error_set(why, -EINVAL, "%s", needed[i].problem);
	for (size_t i = 0; i < from->property_count; i++)
		if (!from->properties[i].name || !from->properties[i].value)
			return error_set(why, -EINVAL, "property %zu of the resource has no name or no value", i + 1);
	return 0;
}

int question_read(const struct dirgate_question *from, unsigned needs, struct arena *arena,
                  struct asked *asked, struct error *why)
{
	int result;

	*asked = (struct asked){.timed = false};
	result = check(from, needs, why);
	if (result < 0)
		return result;
	*asked = (struct asked){
		.question = {
			.subject = {from->subject_type ? from->subject_type : "user", from->subject ? from->subject : "", NULL},
			.action = {from->action ? from->action : "", NULL},
			.resource = {from->resource_type ? from->resource_type : "",
			             from->resource_id ? from->resource_id : "", properties_of(from, arena)},
			.context = context_of(from, arena),
			.at = clock_now(),
		},
		.timed = from->at != NULL,
	};
	if (from->at && clock_parse_rfc3339(from->at, &asked->question.at))
		return error_set(why, -EINVAL, "\"%s\" is no time: write it as in RFC 3339, such as 2026-11-23T09:00:00Z",
		                 from->at);
	return question_check(&asked->question, why) ? -EINVAL : 0;
}

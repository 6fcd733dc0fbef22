#include "library/question.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "json/json_value.h"

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

/* ---- objects in JSON ---- */

enum { OF_SUBJECT, OF_ACTION, OF_RESOURCE, OF_CONTEXT, OBJECTS };

static const struct { const char *name; size_t place; } objects[OBJECTS] = {
	[OF_SUBJECT] = {"subject_properties", offsetof(struct dirgate_question, subject_properties)},
	[OF_ACTION] = {"action_properties", offsetof(struct dirgate_question, action_properties)},
	[OF_RESOURCE] = {"resource_properties", offsetof(struct dirgate_question, resource_properties)},
	[OF_CONTEXT] = {"context", offsetof(struct dirgate_question, context)},
};

static const char *text_at(const struct dirgate_question *from, size_t place)
{
	return *(const char *const *)(const void *)((const char *)from + place);
}

static bool is_deeper(const struct value *value, unsigned depth)
{
	bool deeper = false;

	if (value->kind != VALUE_ARRAY && value->kind != VALUE_OBJECT)
		return false;
	if (depth == 0)
		return true;
	for (size_t i = 0; i < value->count && !deeper; i++)
		deeper = is_deeper(value->kind == VALUE_ARRAY ? &value->items[i] : &value->members[i].value, depth - 1);
	return deeper;
}

static int object_parse(const char *name, const char *json, struct arena *arena, const struct value **object,
                        struct error *why)
{
	struct error problem = {"no object"};

	if (json_value_parse(json, strlen(json), arena, object, &problem) || (*object)->kind != VALUE_OBJECT)
		return error_set(why, -EINVAL, "%s: %s: write an object in JSON, such as {\"owner\": \"mia\"}", name, problem.text);
	if (is_deeper(*object, DIRGATE_NESTING_MAX))
		return error_set(why, -EINVAL, "%s: objects and lists inside one another are more than %d deep", name,
		                 DIRGATE_NESTING_MAX);
	return 0;
}

/* Members of both; one that both have is a mistake. */
static int object_join(const char *name, const struct value *own, const struct value *parsed, struct arena *arena,
                       const struct value **joined, struct error *why)
{
	struct value *whole = arena_alloc(arena, sizeof(*whole));
	struct member *members = arena_array(arena, own->count + parsed->count, sizeof(*members));

	*whole = (struct value){.kind = VALUE_OBJECT, .members = members};
	for (size_t i = 0; i < own->count; i++) {
		if (value_member(parsed, own->members[i].name))
			return error_set(why, -EINVAL, "%s: \"%.100s\" is given outside of it as well: leave one of the two out",
			                 name, own->members[i].name);
		members[whole->count++] = own->members[i];
	}
	for (size_t i = 0; i < parsed->count; i++)
		members[whole->count++] = parsed->members[i];
	*joined = whole;
	return 0;
}

/* What the JSON adds to `*object`, which may be NULL. */
static int object_add(const struct dirgate_question *from, int which, struct arena *arena, const struct value **object,
                      struct error *why)
{
	static const struct value nothing = {.kind = VALUE_OBJECT};
	const char *json = text_at(from, objects[which].place);
	const struct value *parsed;
	int result = json ? object_parse(objects[which].name, json, arena, &parsed, why) : 0;

	if (result < 0 || !json)
		return result;
	return object_join(objects[which].name, *object ? *object : &nothing, parsed, arena, object, why);
}

/* What a gateway is told of the question itself, and no filter reads. */
static int context_check(const struct value *context, struct error *why)
{
	for (size_t i = 0; i < context->count; i++)
		if (strcmp(context->members[i].name, "dirgate") == 0)
			return error_set(why, -EINVAL, "context: \"dirgate\" is not for callers: the question has a time (at) and "
			                               "explanations of its own");
	return 0;
}

static int objects_add(const struct dirgate_question *from, struct arena *arena, struct question *question,
                       struct error *why)
{
	const struct value **const places[OBJECTS] = {
		[OF_SUBJECT] = &question->subject.properties,
		[OF_ACTION] = &question->action.properties,
		[OF_RESOURCE] = &question->resource.properties,
		[OF_CONTEXT] = &question->context,
	};
	int result = 0;

	for (int i = 0; i < OBJECTS && result == 0; i++)
		result = object_add(from, i, arena, places[i], why);
	return result == 0 ? context_check(question->context, why) : result;
}

/* ---- the whole ---- */

static_assert(DIRGATE_VALUES_MAX == QUESTION_VALUES_MAX, "callers are told what holds");

static const struct {
	enum question_need need;
	size_t place; /* in the question */
	const char *problem;
} needed[] = {
	{QUESTION_NEEDS_SUBJECT, offsetof(struct dirgate_question, subject),
	 "the question has no subject: say who it is about"},
	{QUESTION_NEEDS_ACTION, offsetof(struct dirgate_question, action),
	 "the question has no action: say what is to be done, such as contacts.read"},
	{QUESTION_NEEDS_RESOURCE_TYPE, offsetof(struct dirgate_question, resource_type),
	 "the question has no type of resources: say what is looked for"},
};

static bool is_given(const struct dirgate_question *from, size_t place)
{
	const char *text = text_at(from, place);

	return text && text[0] != '\0';
}

static int check(const struct dirgate_question *from, unsigned needs, struct error *why)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if ((needs & needed[i].need) && !is_given(from, needed[i].place))
			return error_set(why, -EINVAL, "%s", needed[i].problem);
	for (int i = 0; i < OBJECTS && (needs & QUESTION_TAKES_NO_JSON); i++)
		if (text_at(from, objects[i].place))
			return error_set(why, -EINVAL, "%s: it would not count here: leave it out", objects[i].name);
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
	result = objects_add(from, arena, &asked->question, why);
	if (result < 0)
		return result;
	return question_check(&asked->question, why) ? -EINVAL : 0;
}

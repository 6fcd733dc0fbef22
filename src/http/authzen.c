#include "http/authzen.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "json/json_value.h"

static int malformed(struct error *why, const char *where, const char *what)
{
	error_set(why, -EINVAL, "%s: %s", where, what);
	return 1;
}

/* ---- members of known kinds ---- */

static int read_string(const struct value *object, const char *where, const char *name, const char **string,
                       struct error *why)
{
	const struct value *value = json_value_member(object, name);

	if (!value || value->kind != VALUE_STRING) {
		error_set(why, -EINVAL, "%s.%s: a string is required", where, name);
		return 1;
	}
	*string = value->string;
	return 0;
}

static int read_properties(const struct value *object, const char *where, const struct value **properties,
                           struct error *why)
{
	*properties = json_value_member(object, "properties");
	if (*properties && (*properties)->kind != VALUE_OBJECT)
		return malformed(why, where, "properties must be an object");
	return 0;
}

static int read_boolean(const struct value *object, const char *where, const char *name, bool *boolean,
                        struct error *why)
{
	const struct value *value = json_value_member(object, name);

	if (value && value->kind != VALUE_BOOLEAN) {
		error_set(why, -EINVAL, "%s.%s: true or false", where, name);
		return 1;
	}
	*boolean = value && value->boolean;
	return 0;
}

static int check_entity(const struct value *entity, const char *where, struct error *why)
{
	if (!entity)
		return malformed(why, where, "is required");
	if (entity->kind != VALUE_OBJECT)
		return malformed(why, where, "must be an object");
	return 0;
}

/* ---- the four entities ---- */

/* `sought`: its id is not asked for. */
static int read_subject(const struct value *entity, bool sought, struct subject_ref *subject, struct error *why)
{
	subject->id = "";
	if (check_entity(entity, "subject", why) ||
	    read_string(entity, "subject", "type", &subject->type, why) ||
	    (!sought && read_string(entity, "subject", "id", &subject->id, why)))
		return 1;
	return read_properties(entity, "subject", &subject->properties, why);
}

static int read_action(const struct value *entity, struct action_ref *action, struct error *why)
{
	if (check_entity(entity, "action", why) || read_string(entity, "action", "name", &action->name, why))
		return 1;
	return read_properties(entity, "action", &action->properties, why);
}

static int read_resource(const struct value *entity, bool sought, struct resource_ref *resource, struct error *why)
{
	resource->id = "";
	if (check_entity(entity, "resource", why) ||
	    read_string(entity, "resource", "type", &resource->type, why) ||
	    (!sought && read_string(entity, "resource", "id", &resource->id, why)))
		return 1;
	return read_properties(entity, "resource", &resource->properties, why);
}

static int read_wishes(const struct value *wishes, struct authzen_evaluation *evaluation, struct error *why)
{
	static const char where[] = "context.dirgate";
	const struct value *at = json_value_member(wishes, "at");

	if (wishes->kind == VALUE_NULL)
		return 0;
	if (wishes->kind != VALUE_OBJECT)
		return malformed(why, where, "must be an object");
	if (read_boolean(wishes, where, "reason", &evaluation->reason, why) ||
	    read_boolean(wishes, where, "explain", &evaluation->question.explain, why))
		return 1;
	evaluation->reason |= evaluation->question.explain;
	if (!at)
		return 0;
	if (at->kind != VALUE_STRING || clock_parse_rfc3339(at->string, &evaluation->question.at))
		return malformed(why, "context.dirgate.at", "a time as in RFC 3339");
	evaluation->timed = true;
	return 0;
}

static bool is_wishes(const struct member *member)
{
	return strcmp(member->name, "dirgate") == 0;
}

/* The context without our own member, so that no filter can read it. */
static const struct value *drop_wishes(const struct value *context, struct arena *arena)
{
	struct value *rest = arena_alloc(arena, sizeof(*rest));
	struct member *members = arena_array(arena, context->count, sizeof(*members));

	*rest = (struct value){.kind = VALUE_OBJECT, .members = members};
	for (size_t i = 0; i < context->count; i++)
		if (!is_wishes(&context->members[i]))
			members[rest->count++] = context->members[i];
	return rest;
}

static int read_context(const struct value *context, struct arena *arena, struct authzen_evaluation *evaluation,
                        struct error *why)
{
	evaluation->question.context = context;
	if (!context)
		return 0;
	if (context->kind != VALUE_OBJECT)
		return malformed(why, "context", "must be an object");
	for (size_t i = 0; i < context->count; i++)
		if (is_wishes(&context->members[i])) {
			evaluation->question.context = drop_wishes(context, arena);
			return read_wishes(&context->members[i].value, evaluation, why);
		}
	return 0;
}

/* ---- whole requests ---- */

/* An entity of `item`, or the default one; `defaults` may be NULL. */
static const struct value *entity_of(const struct value *item, const struct value *defaults, const char *name)
{
	const struct value *entity = json_value_member(item, name);

	return entity ? entity : json_value_member(defaults, name);
}

static int read_evaluation(const struct value *item, const struct value *defaults, instant now, struct arena *arena,
                           struct authzen_evaluation *evaluation, struct error *why)
{
	struct question *question = &evaluation->question;

	*evaluation = (struct authzen_evaluation){.question.at = now};
	if (read_subject(entity_of(item, defaults, "subject"), false, &question->subject, why) ||
	    read_action(entity_of(item, defaults, "action"), &question->action, why) ||
	    read_resource(entity_of(item, defaults, "resource"), false, &question->resource, why) ||
	    read_context(entity_of(item, defaults, "context"), arena, evaluation, why))
		return 1;
	return question_check(question, why);
}

int authzen_evaluation(const struct value *body, instant now, struct arena *arena,
                       struct authzen_evaluation *evaluation, struct error *why)
{
	if (check_entity(body, "body", why))
		return 1;
	return read_evaluation(body, NULL, now, arena, evaluation, why);
}

/* ---- searches ---- */

static int read_limit(const struct value *page, struct arena *arena, const uint32_t **limit, struct error *why)
{
	const struct value *value = json_value_member(page, "limit");
	uint32_t *number;

	if (!value)
		return 0;
	if (value->kind != VALUE_NUMBER || value->number < 0 || value->number != floorl(value->number))
		return malformed(why, "page.limit", "a number of results, 0 or more");
	number = arena_alloc(arena, sizeof(*number));
	*number = value->number > UINT32_MAX ? UINT32_MAX : (uint32_t)value->number;
	*limit = number;
	return 0;
}

/* Section "Pagination". */
static int read_page(const struct value *page, struct arena *arena, struct authzen_search *search, struct error *why)
{
	const struct value *token = json_value_member(page, "token");

	if (page && page->kind != VALUE_OBJECT)
		return malformed(why, "page", "must be an object");
	if (token && token->kind != VALUE_STRING)
		return malformed(why, "page.token", "must be a string");
	search->token = token ? token->string : NULL;
	if (read_limit(page, arena, &search->limit, why))
		return 1;
	return read_properties(page, "page", &search->page_properties, why);
}

int authzen_search(const struct value *body, enum search_kind kind, instant now, struct arena *arena,
                   struct authzen_search *search, struct error *why)
{
	struct question *question = &search->evaluation.question;

	*search = (struct authzen_search){.evaluation.question = {.action.name = "", .at = now}};
	if (check_entity(body, "body", why) ||
	    read_subject(json_value_member(body, "subject"), kind == SEARCH_SUBJECTS, &question->subject, why) ||
	    (kind != SEARCH_ACTIONS && read_action(json_value_member(body, "action"), &question->action, why)) ||
	    read_resource(json_value_member(body, "resource"), kind == SEARCH_RESOURCES, &question->resource, why) ||
	    read_context(json_value_member(body, "context"), arena, &search->evaluation, why) ||
	    read_page(json_value_member(body, "page"), arena, search, why))
		return 1;
	return question_check(question, why);
}

/* ---- batches ---- */

static int read_semantic(const struct value *options, enum authzen_semantic *semantic, struct error *why)
{
	static const char *const names[] = {
		[AUTHZEN_EXECUTE_ALL] = "execute_all",
		[AUTHZEN_DENY_ON_FIRST_DENY] = "deny_on_first_deny",
		[AUTHZEN_PERMIT_ON_FIRST_PERMIT] = "permit_on_first_permit",
	};
	const struct value *value = json_value_member(options, "evaluations_semantic");

	*semantic = AUTHZEN_EXECUTE_ALL;
	if (!value)
		return 0;
	for (size_t i = 0; value->kind == VALUE_STRING && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(value->string, names[i]) == 0) {
			*semantic = (enum authzen_semantic)i;
			return 0;
		}
	return malformed(why, "options.evaluations_semantic",
	                 "execute_all, deny_on_first_deny or permit_on_first_permit");
}

int authzen_batch(const struct value *body, struct authzen_batch *batch, struct error *why)
{
	static const char *const objects[] = {"subject", "action", "resource", "context", "options"};
	const struct value *items;

	*batch = (struct authzen_batch){.body = body};
	if (check_entity(body, "body", why))
		return 1;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		const struct value *value = json_value_member(body, objects[i]);

		if (value && value->kind != VALUE_OBJECT)
			return malformed(why, objects[i], "must be an object");
	}
	items = json_value_member(body, "evaluations");
	if (items && items->kind != VALUE_ARRAY)
		return malformed(why, "evaluations", "must be an array");
	if (items) {
		batch->items = items->items;
		batch->count = items->count;
	}
	return read_semantic(json_value_member(body, "options"), &batch->semantic, why);
}

int authzen_batch_item(const struct authzen_batch *batch, size_t index, instant now, struct arena *arena,
                       struct authzen_evaluation *evaluation, struct error *why)
{
	const struct value *item = &batch->items[index];

	if (item->kind != VALUE_OBJECT)
		return malformed(why, "evaluations", "each must be an object");
	return read_evaluation(item, batch->body, now, arena, evaluation, why);
}

bool authzen_batch_ends(const struct authzen_batch *batch, bool decision)
{
	return (batch->semantic == AUTHZEN_DENY_ON_FIRST_DENY && !decision) ||
	       (batch->semantic == AUTHZEN_PERMIT_ON_FIRST_PERMIT && decision);
}

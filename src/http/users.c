/* Questions about one user: what she may do, and why. */
#include <string.h>

#include "json/explanation.h"
#include "http/handlers.h"
#include "http/request.h"

static const char property_prefix[] = "property.";

/* The context of a question about a workspace, or about none (then it is the user's organization). */
static const struct value *place_context(struct request *request)
{
	const char *workspace = request_parameter(request, "workspace");
	struct value *context;
	struct member *member;

	if (!workspace)
		return NULL;
	context = arena_alloc(request->arena, sizeof(*context));
	member = arena_alloc(request->arena, sizeof(*member));
	*member = (struct member){"workspace", {.kind = VALUE_STRING, .string = workspace}};
	*context = (struct value){.kind = VALUE_OBJECT, .count = 1, .members = member};
	return context;
}

static struct question question_of(struct request *request)
{
	return (struct question){
		.subject = {.type = "user", .id = request_place(request, "user")},
		.context = place_context(request),
		.at = request->now,
	};
}

/* Who or what was asked about may not be there at all: that is no answer but an error of the request. */
static bool refuse_unknown(struct request *request, enum reason reason)
{
	switch (reason) {
	case REASON_UNKNOWN_SUBJECT:
	case REASON_UNKNOWN_WORKSPACE:
		reply_refuse_for(&request->reply, 404, reason);
		return true;
	case REASON_AMBIGUOUS_SUBJECT:
	case REASON_AMBIGUOUS_WORKSPACE:
	case REASON_AMBIGUOUS_ORGANIZATION:
		reply_refuse_for(&request->reply, 409, reason);
		return true;
	default:
		return false;
	}
}

void users_permissions(struct request *request)
{
	const struct question question = question_of(request);
	struct json_writer json = {.out = NULL};
	struct explanation_writer writer = {.json = &json};
	const struct http_state *state;
	struct effective effective;

	if (!request_may(request, CALLER_QUERY) || !(state = request_index(request)))
		return;
	effective_permissions(state->snapshot, state->settings, &question, request->arena, &effective);
	if (refuse_unknown(request, effective.reason))
		return;
	json.out = reply_json(&request->reply, 200);
	writer.snapshot = state->snapshot;
	writer.full = caller_may(&request->caller, CALLER_EXPLAIN);
	json_write_object(&json, NULL);
	effective_write(&writer, &effective);
	json_write_end(&json);
}

/* ---- why ---- */

static size_t count_values(const struct target *target, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < target->parameter_count; i++)
		count += strcmp(target->parameters[i].name, name) == 0;
	return count;
}

/* The value of property.NAME: a string, or an array when it is given several times. */
static struct value property_value(struct request *request, const char *name)
{
	const struct target *target = &request->target;
	size_t count = count_values(target, name), filled = 0;
	struct value *items = arena_array(request->arena, count, sizeof(*items));

	for (size_t i = 0; i < target->parameter_count; i++)
		if (strcmp(target->parameters[i].name, name) == 0)
			items[filled++] = (struct value){.kind = VALUE_STRING, .string = target->parameters[i].value};
	return count == 1 ? items[0] : (struct value){.kind = VALUE_ARRAY, .count = count, .items = items};
}

static const struct value *resource_properties(struct request *request)
{
	const struct target *target = &request->target;
	struct member *members = arena_array(request->arena, target->parameter_count, sizeof(*members));
	struct value *properties = arena_alloc(request->arena, sizeof(*properties));

	*properties = (struct value){.kind = VALUE_OBJECT, .members = members};
	for (size_t i = 0; i < target->parameter_count; i++) {
		const char *name = target->parameters[i].name;

		if (strncmp(name, property_prefix, strlen(property_prefix)) != 0 ||
		    target_parameter(target, name) != target->parameters[i].value)
			continue; /* no property, or seen before */
		members[properties->count++] =
			(struct member){name + strlen(property_prefix), property_value(request, name)};
	}
	return properties;
}

/* Without resource_type nothing is known of the resource. */
static struct resource_ref resource_of(struct request *request)
{
	const char *type = request_parameter(request, "resource_type"), *id = request_parameter(request, "resource_id");

	return (struct resource_ref){type ? type : "", id ? id : "", resource_properties(request)};
}

void users_explain(struct request *request)
{
	struct question question = question_of(request);
	struct json_writer json = {.out = NULL};
	struct explanation_writer writer = {.json = &json, .full = true};
	const struct http_state *state;
	struct answer answer;

	question.explain = true;
	question.action.name = request_need(request, "action");
	question.resource = resource_of(request);
	if (!question.action.name || !request_may(request, CALLER_EXPLAIN) || !(state = request_index(request)))
		return;
	decide(state->snapshot, state->settings, &question, request->arena, &answer);
	if (answer.outcome == OUTCOME_CANNOT_DECIDE)
		reply_refuse_for(&request->reply, 503, answer.reason);
	else if (!refuse_unknown(request, answer.reason)) {
		json.out = reply_json(&request->reply, 200);
		writer.snapshot = state->snapshot;
		json_write_object(&json, NULL);
		explanation_write_answer(&writer, &answer);
		json_write_end(&json);
	}
}

/* Questions about one user: what she may do, and why. */
#include <string.h>

#include "http/handlers.h"
#include "http/lists.h"
#include "http/request.h"
#include "json/explanation.h"
#include "json/problem_details.h"

static const char property_prefix[] = "property.";

/* ---- parameters as values ---- */

static size_t count_values(const struct target *target, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < target->parameter_count; i++)
		count += strcmp(target->parameters[i].name, name) == 0;
	return count;
}

/* All values of a parameter, as an array. */
static struct value array_value(struct request *request, const char *name)
{
	const struct target *target = &request->target;
	size_t count = count_values(target, name), filled = 0;
	struct value *items = arena_array(request->arena, count, sizeof(*items));

	for (size_t i = 0; i < target->parameter_count; i++)
		if (strcmp(target->parameters[i].name, name) == 0)
			items[filled++] = (struct value){.kind = VALUE_STRING, .string = target->parameters[i].value};
	return (struct value){.kind = VALUE_ARRAY, .count = count, .items = items};
}

/* ---- the question ---- */

/* What is said of the place (nothing: the user's organization) and of active roles (nothing: all). */
static const struct value *context_of(struct request *request)
{
	const char *workspace = request_parameter(request, "workspace");
	struct value *context = arena_alloc(request->arena, sizeof(*context));
	struct member *members = arena_array(request->arena, 2, sizeof(*members));

	*context = (struct value){.kind = VALUE_OBJECT, .members = members};
	if (workspace)
		members[context->count++] = (struct member){"workspace", {.kind = VALUE_STRING, .string = workspace}};
	if (request_parameter(request, "active_role"))
		members[context->count++] = (struct member){"active_roles", array_value(request, "active_role")};
	return context;
}

/* False: the request was refused. */
static bool question_of(struct request *request, struct question *question)
{
	const char *type = request_parameter(request, "subject_type");

	*question = (struct question){
		.subject = {.type = type ? type : "user", .id = request_place(request, "user")},
		.context = context_of(request),
	};
	return request_time(request, &question->at);
}

/* Nothing can be said, or who or what was asked about is not there: that is no answer but an error. */
static bool refuse_unknown(struct request *request, const struct snapshot *snapshot, const struct question *question,
                           enum reason reason)
{
	unsigned status = problem_details_status(reason);
	struct name_missed missed;

	if (status == 0)
		return false;
	if (name_of_question(snapshot, question, reason, &missed))
		lists_refuse_name(request, snapshot, missed.kind, missed.name, &missed.found,
		                  missed.kind == NAMED_PLACE ? CALLER_WORKSPACE_READ : CALLER_USERS_READ);
	else
		reply_refuse_for(&request->reply, status, reason);
	return true;
}

void users_permissions(struct request *request)
{
	struct json_writer json = {.out = NULL};
	struct explanation_writer writer = {.json = &json};
	const struct http_state *state;
	struct effective effective;
	struct question question;

	if (!request_may(request, CALLER_QUERY) || !question_of(request, &question) || !(state = request_index(request)))
		return;
	effective_permissions(state->snapshot, state->settings, &question, request->arena, &effective);
	if (refuse_unknown(request, state->snapshot, &question, effective.reason))
		return;
	json.out = reply_json(&request->reply, 200);
	writer.snapshot = state->snapshot;
	writer.full = caller_may(&request->caller, CALLER_EXPLAIN);
	json_write_object(&json, NULL);
	effective_write(&writer, &effective);
	json_write_end(&json);
}

/* ---- for which resources ---- */

/* NULL: any.  False: refused, as a workspace is the place of its own question. */
static bool read_resource_type(struct request *request, const char **type)
{
	*type = request_parameter(request, "resource_type");
	if (!*type || (strcmp(*type, "workspace") != 0 && strcmp(*type, "organization") != 0))
		return true;
	reply_refuse(&request->reply, REFUSAL_MALFORMED,
	             "query parameter resource_type: a workspace is asked about as such, or searched for");
	return false;
}

void users_filter(struct request *request)
{
	const char *action = request_need(request, "action"), *type;
	struct json_writer json = {.out = NULL};
	const struct filter *filter;
	const struct http_state *state;
	struct question question;
	bool administrative;
	enum reason reason;
	enum truth truth;

	if (!action || !read_resource_type(request, &type) || !request_may(request, CALLER_QUERY) ||
	    !question_of(request, &question) || !(state = request_index(request)))
		return;
	question.action.name = action;
	question.resource.type = type;
	truth = resource_filter(state->snapshot, state->settings, &question, request->arena, &filter, &reason,
	                        &administrative);
	if (administrative) {
		reply_refuse(&request->reply, REFUSAL_MALFORMED,
		             "query parameter action: it is about people and places, and has no resource filter");
		return;
	}
	if (refuse_unknown(request, state->snapshot, &question, reason))
		return;
	json.out = reply_json(&request->reply, 200);
	json_write_object(&json, NULL);
	resource_filter_write(&json, truth, filter, reason);
	json_write_end(&json);
}

/* ---- why ---- */

/* The value of property.NAME: a string, or an array when it is given several times. */
static struct value property_value(struct request *request, const char *name)
{
	struct value values = array_value(request, name);

	return values.count == 1 ? values.items[0] : values;
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
	struct json_writer json = {.out = NULL};
	struct explanation_writer writer = {.json = &json, .full = true};
	const char *action = request_need(request, "action");
	const struct http_state *state;
	struct question question;
	struct answer answer;
	struct error why;

	if (!action || !request_may(request, CALLER_EXPLAIN) || !question_of(request, &question) ||
	    !(state = request_index(request)))
		return;
	question.explain = true;
	question.action.name = action;
	question.resource = resource_of(request);
	if (question_check(&question, &why)) {
		reply_refuse(&request->reply, REFUSAL_MALFORMED, why.text);
		return;
	}
	decide(state->snapshot, state->settings, &question, request->arena, &answer);
	if (refuse_unknown(request, state->snapshot, &question, answer.reason))
		return;
	json.out = reply_json(&request->reply, 200);
	writer.snapshot = state->snapshot;
	json_write_object(&json, NULL);
	explanation_write_answer(&writer, &answer);
	json_write_end(&json);
}

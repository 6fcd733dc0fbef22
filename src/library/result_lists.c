/* Effective permissions, resource filters and findings. */
#include "library/result.h"

#include <stdlib.h>
#include <string.h>

#include "json/json_value.h"
#include "json/problem_details.h"

/* ---- effective permissions ---- */

static void read_roles(const struct result *result, struct dirgate_permissions *permissions)
{
	const struct value *items = NULL;
	size_t count = result_items(result->root, "roles", &items);
	struct dirgate_role *roles = arena_array(result->arena, count, sizeof(*roles));

	for (size_t i = 0; i < count; i++) {
		const char *stop = result_text(&items[i], "stop");

		roles[i] = (struct dirgate_role){
			.id = result_text(json_value_member(&items[i], "role"), "id"),
			.dn = result_dn(&items[i], "role"),
			.state = strcmp(stop, reason_code(REASON_GRANTED)) == 0 ? "held" : stop,
			.via = result_dn(json_value_member(&items[i], "path"), "binding"),
			.until = result_string(&items[i], "until"),
		};
	}
	permissions->roles = roles;
	permissions->role_count = count;
}

static struct dirgate_permission held_permission(const struct result *result, const struct value *item)
{
	struct dirgate_permission permission = {.name = result_text(item, "name"), .state = "yes"};

	permission.detail = result_string(item, "filter");
	if (json_value_member(item, "filter_too_long"))
		permission.detail = "a filter too long to be shown";
	if (permission.detail)
		permission.state = "conditional";
	permission.until = result_string(item, "until");
	permission.obligation_count = result_strings(result, item, "obligations", &permission.obligations);
	return permission;
}

static int by_name(const void *a, const void *b)
{
	const struct dirgate_permission *one = a, *other = b;

	return strcmp(one->name, other->name);
}

static void read_permissions(const struct result *result, struct dirgate_permissions *permissions)
{
	const struct value *held = NULL, *denied = NULL;
	size_t held_count = result_items(result->root, "permissions", &held);
	size_t denied_count = result_items(result->root, "denied", &denied);
	struct dirgate_permission *all = arena_array(result->arena, held_count + denied_count, sizeof(*all));

	for (size_t i = 0; i < held_count; i++)
		all[i] = held_permission(result, &held[i]);
	for (size_t i = 0; i < denied_count; i++)
		all[held_count + i] = (struct dirgate_permission){
			.name = result_text(&denied[i], "name"),
			.state = "denied",
			.detail = result_text(json_value_member(&denied[i], "limit"), "reason"),
		};
	if (held_count + denied_count > 1)
		qsort(all, held_count + denied_count, sizeof(*all), by_name);
	permissions->permissions = all;
	permissions->permission_count = held_count + denied_count;
}

enum dirgate_outcome result_outcome(const char *reason)
{
	if (strcmp(reason, reason_code(REASON_GRANTED)) == 0)
		return DIRGATE_ALLOW;
	return problem_details_status(result_reason(reason)) == 503 ? DIRGATE_CANNOT_DECIDE : DIRGATE_DENY;
}

int result_permissions(const struct text *json, struct dirgate_permissions **permissions, struct error *why)
{
	struct dirgate_permissions *made;
	struct result result;
	int outcome = result_begin(json, &result, why);

	if (outcome < 0)
		return outcome;
	if (!result_string(result.root, "reason"))
		return result_refuse(&result, "a list of permissions", why);
	made = result_alloc(&result, sizeof(*made));
	*made = (struct dirgate_permissions){
		.outcome = result_outcome(result_string(result.root, "reason")),
		.reason = result_string(result.root, "reason"),
		.subject_dn = result_dn(result.root, "subject"),
		.place_dn = result_dn(result.root, "place"),
		.json = result.json,
	};
	made->meaning = reason_meaning(result_reason(made->reason));
	read_roles(&result, made);
	read_permissions(&result, made);
	*permissions = made;
	return 0;
}

/* ---- resource filters ---- */

const char *result_reason_of(const struct value *object)
{
	const char *reason = result_string(object, "reason");

	return reason ? reason : reason_code(REASON_GRANTED);
}

int result_filter(const struct text *json, struct dirgate_filter **filter, struct error *why)
{
	struct dirgate_filter *made;
	struct result result;
	int outcome = result_begin(json, &result, why);

	if (outcome < 0)
		return outcome;
	if (!result_string(result.root, "result") && !result_string(result.root, "reason"))
		return result_refuse(&result, "a resource filter", why);
	made = result_alloc(&result, sizeof(*made));
	*made = (struct dirgate_filter){
		.reason = result_reason_of(result.root),
		.result = result_string(result.root, "result"),
		.filter = result_string(result.root, "filter"),
		.json = result.json,
	};
	made->outcome = result_outcome(made->reason);
	made->meaning = reason_meaning(result_reason(made->reason));
	*filter = made;
	return 0;
}

/* ---- findings ---- */

static struct dirgate_finding finding_of(const struct value *item)
{
	const char *dn = result_dn(item, "entry");

	return (struct dirgate_finding){
		.code = result_text(item, "code"),
		.severity = result_text(item, "severity"),
		.dn = dn ? dn : "",
		.attribute = result_string(item, "attribute"),
		.value = result_string(item, "value"),
		.detail = result_string(item, "detail"),
		.meaning = result_text(item, "meaning"),
		.remedy = result_text(item, "remedy"),
	};
}

int result_findings(const struct text *json, struct dirgate_findings **findings, struct error *why)
{
	const struct value *items = NULL, *total;
	struct dirgate_finding *list;
	struct dirgate_findings *made;
	struct result result;
	int outcome = result_begin(json, &result, why);

	if (outcome < 0)
		return outcome;
	total = json_value_member(result.root, "total");
	if (!total || total->kind != VALUE_NUMBER)
		return result_refuse(&result, "a list of findings", why);
	made = result_alloc(&result, sizeof(*made));
	made->count = result_items(result.root, "findings", &items);
	made->total = (size_t)total->number;
	made->json = result.json;
	list = arena_array(result.arena, made->count, sizeof(*list));
	for (size_t i = 0; i < made->count; i++)
		list[i] = finding_of(&items[i]);
	made->items = list;
	*findings = made;
	return 0;
}

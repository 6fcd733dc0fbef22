/* The order of a decision: cannot-decide, subject, resource, place, grants, limits, administrative rules.  The first
 * that fails answers. */
#include "decide/administration/administration.h"
#include "decide/explain.h"
#include "decide/facts.h"
#include "decide/resource.h"
#include "decide/subject.h"
#include "model/name.h"

#include <errno.h>

static const char *const default_writable[] = {"givenName", "sn", "displayName", "title", "dgHasPlan", NULL};
const struct decide_settings decide_defaults = {.writable_attributes = default_writable};

bool list_has_name(const char *const *list, const char *name)
{
	for (; list != NULL && *list != NULL; list++)
		if (name_equal(*list, name))
			return true;
	return false;
}

/* ---- The question's form ---- */

static bool absent(const struct value *value)
{
	return value == NULL || value->kind == VALUE_NULL;
}

static bool is_string(const struct value *value)
{
	return absent(value) || value->kind == VALUE_STRING;
}

static bool are_strings(const struct value *value)
{
	if (absent(value))
		return true;
	if (value->kind != VALUE_ARRAY)
		return false;
	for (size_t i = 0; i < value->count; i++)
		if (value->items[i].kind != VALUE_STRING)
			return false;
	return true;
}

static int names_check(const struct value *object, const char *what, struct error *why)
{
	const char *doubled = value_doubled_member(object);
	if (doubled == NULL)
		return 0;
	error_set(why, -EINVAL, "%s has two members whose names are equal, one of them \"%.100s\"", what, doubled);
	return 1;
}

/* What cannot be looked up is not therefore a resource that the directory does not keep. */
static int resource_check(const struct resource_ref *resource, struct error *why)
{
	if ((resource->type == NULL || name_has_form(resource->type)) &&
	    (resource->id == NULL || name_has_form(resource->id)))
		return 0;
	error_set(why, -EINVAL, "resource.type or resource.id is longer than %d octets, or not UTF-8", NAME_LENGTH_MAX);
	return 1;
}

/* Not much further than the most that there may be. */
static size_t values_inside(const struct value *value)
{
	size_t count = 0;
	if (value == NULL || (value->kind != VALUE_ARRAY && value->kind != VALUE_OBJECT))
		return 0;
	for (size_t i = 0; i < value->count && count <= QUESTION_VALUES_MAX; i++)
		count += 1 + values_inside(value->kind == VALUE_ARRAY ? &value->items[i] : &value->members[i].value);
	return count;
}

size_t question_values(const struct question *question)
{
	return values_inside(question->subject.properties) + values_inside(question->action.properties) +
	       values_inside(question->resource.properties) + values_inside(question->context);
}

int question_check(const struct question *question, struct error *why)
{
	if (question_values(question) > QUESTION_VALUES_MAX) {
		error_set(why, -EINVAL, "properties and context have more than %d values: leave out what no rule reads",
		          QUESTION_VALUES_MAX);
		return 1;
	}
	if (resource_check(&question->resource, why) != 0)
		return 1;
	if (names_check(question->subject.properties, "subject.properties", why) != 0 ||
	    names_check(question->action.properties, "action.properties", why) != 0 ||
	    names_check(question->resource.properties, "resource.properties", why) != 0 ||
	    names_check(question->context, "context", why) != 0)
		return 1;
	if (!is_string(value_member(question->resource.properties, "workspace"))) {
		error_set(why, -EINVAL, "resource.properties.workspace is not a string: give the id of a workspace");
		return 1;
	}
	if (!is_string(value_member(question->context, "workspace"))) {
		error_set(why, -EINVAL, "context.workspace is not a string: give the id of a workspace");
		return 1;
	}
	if (!are_strings(value_member(question->context, "active_roles"))) {
		error_set(why, -EINVAL, "context.active_roles is not an array of strings: give ids of roles, or leave it out");
		return 1;
	}
	return 0;
}

/* ---- Resolving ---- */

static void find_home(struct evaluation *evaluation)
{
	if (!evaluation->by_group) {
		organizations_of_person(evaluation->snapshot, evaluation->subject, &evaluation->home);
		return;
	}
	node_id organization = organization_of(evaluation->snapshot, evaluation->subject);
	evaluation->home = (struct organizations){.count = organization != NODE_NONE ? 1 : 0, .nodes = {organization}};
}

/* Each string of `value` (a string or an array of them) that names one entry of the kind. */
static uint32_t find_named(const struct evaluation *evaluation, const struct value *value, enum name_index index,
                           enum kind kind, const struct organizations *home, const node_id **nodes)
{
	const struct value *items = value, *one = value;
	size_t count = absent(value) ? 0 : 1;
	uint32_t found = 0;
	if (count == 1 && one->kind == VALUE_ARRAY) {
		items = one->items;
		count = one->count;
	}
	node_id *list = arena_array(evaluation->arena, count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		if (items[i].kind != VALUE_STRING)
			continue;
		struct finding_of finding = named_find(evaluation->snapshot, index, kind, items[i].string, home);
		if (finding.found == FOUND_ONE)
			list[found++] = finding.node;
	}
	*nodes = list;
	return found;
}

/* "A request may activate fewer roles: context.active_roles; absent or null = all, [] = none." */
static void find_active_roles(struct evaluation *evaluation)
{
	const struct value *roles = value_member(evaluation->question->context, "active_roles");
	struct organizations here = {.count = 1, .nodes = {evaluation->organization}};
	evaluation->all_active = absent(roles);
	if (!evaluation->all_active)
		evaluation->active_count = find_named(evaluation, roles, NAME_ROLE, KIND_ROLE, &here, &evaluation->active);
}

/* "A trusted `groups` adds the groups it names (ids or DNs) to those the directory knows." */
static void find_membership(struct evaluation *evaluation)
{
	const node_id *extra = NULL;
	uint32_t count = 0;
	if (list_has_name(evaluation->settings->trusted_subject_properties, "groups"))
		count = find_named(evaluation, value_member(evaluation->question->subject.properties, "groups"), NAME_GROUP,
		                   KIND_GROUP, &evaluation->home, &extra);
	membership_find(evaluation->snapshot, evaluation->subject, evaluation->by_group, extra, count, evaluation->arena,
	                &evaluation->membership);
}

static enum reason begin(struct evaluation *evaluation, const char *action)
{
	enum reason reason = subject_find(evaluation->snapshot, evaluation->settings, evaluation->question,
	                                  &evaluation->subject);
	if (reason != REASON_GRANTED)
		return reason;
	evaluation->subject_entry = snapshot_entry(evaluation->snapshot, evaluation->subject);
	evaluation->by_group = name_equal(evaluation->question->subject.type, "group");
	find_home(evaluation);
	reason = resource_find(evaluation);
	if (reason == REASON_GRANTED)
		reason = place_resolve(evaluation, action);
	if (reason != REASON_GRANTED)
		return reason;
	find_active_roles(evaluation);
	find_membership(evaluation);
	return REASON_GRANTED;
}

enum reason evaluation_begin(struct evaluation *evaluation, const struct snapshot *snapshot,
                             const struct decide_settings *settings, const struct question *question,
                             const char *action, struct arena *arena)
{
	*evaluation = (struct evaluation){.snapshot = snapshot, .settings = settings, .question = question, .arena = arena};
	return begin(evaluation, action);
}

enum reason evaluation_begin_later(struct evaluation *evaluation, const struct snapshot *snapshot,
                                   const struct decide_settings *settings, const struct question *question,
                                   const char *action, struct arena *arena)
{
	*evaluation = (struct evaluation){.snapshot = snapshot, .settings = settings, .question = question, .arena = arena,
	                                  .resource_later = true};
	return begin(evaluation, action);
}

/* ---- Deciding ---- */

static void answer_obligations(struct answer *answer, const struct check *check)
{
	answer->obligation_count = check->obligations.count;
	answer->obligations = check->obligations.items;
}

void decide(const struct snapshot *snapshot, const struct decide_settings *settings, const struct question *question,
            struct arena *arena, struct answer *answer)
{
	struct evaluation *evaluation = arena_alloc(arena, sizeof(*evaluation));
	struct standing *standing = arena_alloc(arena, sizeof(*standing));
	struct check check;
	const char *action = question->action.name;
	node_id rule_entry = NODE_NONE;
	*answer = (struct answer){.outcome = OUTCOME_DENY, .reason = REASON_NO_GRANT};
	if (question->cannot_decide != REASON_NO_GRANT) {
		answer->outcome = OUTCOME_CANNOT_DECIDE;
		answer->reason = question->cannot_decide;
		return;
	}
	answer->reason = evaluation_begin(evaluation, snapshot, settings, question, action, arena);
	answer->subject = evaluation->subject;
	if (answer->reason != REASON_GRANTED) {
		answer->explanation = question->explain ? explain(evaluation, NULL, NODE_NONE) : NULL;
		return;
	}
	standing_find(evaluation, evaluation->place, standing);
	check_action(evaluation, standing, action, &check);
	answer->reason = check.reason;
	if (check.reason == REASON_GRANTED)
		answer->reason = administration_rules(evaluation, &check, &rule_entry);
	if (answer->reason == REASON_MISSING_PROPERTY && check.missing != NULL)
		answer->missing = facts_name(check.missing, arena);
	if (answer->reason == REASON_GRANTED) {
		answer->outcome = OUTCOME_ALLOW;
		answer_obligations(answer, &check);
	}
	if (question->explain)
		answer->explanation = explain(evaluation, &check, rule_entry);
}

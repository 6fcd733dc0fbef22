/* The rules for accounts: seats, who may be deleted, what may be written. */
#include "decide/administration/change.h"
#include "decide/seats.h"
#include "model/dn.h"

#include <string.h>

static bool is_active(const struct change *change)
{
	return change->found.found == FOUND_ONE &&
	       person_active(snapshot_entry(change->evaluation->snapshot, change->found.node),
	                     change->evaluation->question->at);
}

/* ---- Deactivating and deleting ---- */

static node_id role_left_alone(struct change *change, node_id place, const struct nodes *roles,
                               const struct departure *departure)
{
	for (uint32_t i = 0; i < roles->count; i++)
		if (snapshot_entry(change->evaluation->snapshot, roles->items[i])->role->keep_holder &&
		    last_holder_leaves(change->evaluation, place, roles->items[i], departure))
			return roles->items[i];
	return NODE_NONE;
}

/* "Taking the role from the last holder … or by users.deactivate|delete: last-holder", in whatever place. */
enum reason account_keeps_holders(struct change *change)
{
	const struct departure departure = {.member = change->found.node, .gone = true};
	struct arena *arena = change->evaluation->arena;
	struct nodes places = {0};
	if (!is_active(change))
		return REASON_GRANTED;
	member_places(change->member, arena, &places);
	for (uint32_t i = 0; i < places.count && *change->entry == NODE_NONE; i++) {
		struct standing standing;
		struct member_roles roles;
		standing_find(change->member, places.items[i], &standing);
		member_roles(change->member, &standing, arena, &roles);
		nodes_join(&roles.direct, &roles.through, arena);
		*change->entry = role_left_alone(change, places.items[i], &roles.direct, &departure);
	}
	return *change->entry == NODE_NONE ? REASON_GRANTED : REASON_LAST_HOLDER;
}

/* "Only on a deactivated (by any sign of the directory) or invited account" */
enum reason account_is_not_active(struct change *change)
{
	return is_active(change) ? REASON_STILL_ACTIVE : REASON_GRANTED;
}

/* ---- Seats ---- */

struct plan_choice { bool missing; node_id node; }; /* neither: no plan */

static struct plan_choice plan_known(const struct evaluation *evaluation, const struct reference *reference)
{
	bool sound = entry_is(snapshot_entry(evaluation->snapshot, reference->node), KIND_PLAN) &&
	             reference_allowed(evaluation->snapshot, evaluation->organization, reference->node);
	return (struct plan_choice){reference->present && !sound, sound ? reference->node : NODE_NONE};
}

static struct plan_choice plan_named(const struct evaluation *evaluation, const struct value *name)
{
	struct organizations home = {.count = 1, .nodes = {evaluation->organization}};
	struct finding_of finding = {0};
	if (name->kind == VALUE_STRING)
		finding = named_find(evaluation->snapshot, NAME_PLAN, KIND_PLAN, name->string, &home);
	const struct reference reference = {true, finding.found == FOUND_ONE ? finding.node : NODE_NONE};
	return plan_known(evaluation, &reference);
}

/* "The one asked for in action.properties.value or resource.properties.plan, else the account's, else the
 * organization's."  A value of null takes the account's own away. */
static struct plan_choice plan_after(const struct change *change)
{
	const struct evaluation *evaluation = change->evaluation;
	const struct value *value = value_member(evaluation->question->action.properties, "value");
	const struct value *plan = value_member(evaluation->question->resource.properties, "plan");
	if (value != NULL && value->kind != VALUE_NULL)
		return plan_named(evaluation, value);
	if (plan != NULL && plan->kind != VALUE_NULL)
		return plan_named(evaluation, plan);
	if (value == NULL && change->member != NULL && change->member->subject_entry->person->plan.present)
		return plan_known(evaluation, &change->member->subject_entry->person->plan);
	return plan_known(evaluation, &evaluation->organization_entry->organization->plan);
}

/* Active and invited accounts of the organization that have the plan, one of them left out. */
static uint32_t seats_taken(const struct evaluation *evaluation, node_id plan, node_id but)
{
	struct relation_cursor cursor;
	node_id node;
	uint32_t taken = 0;
	snapshot_relation(evaluation->snapshot, RELATION_KIND, KIND_PERSON, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *person = snapshot_entry(evaluation->snapshot, node);
		if (node != but && seat_taken(person, evaluation->question->at) &&
		    seat_plan(evaluation->snapshot, evaluation->organization, person) == plan &&
		    organization_has_person(evaluation->snapshot, evaluation->organization, node))
			taken++;
	}
	return taken;
}

enum reason account_has_seat(struct change *change)
{
	const struct evaluation *evaluation = change->evaluation;
	struct plan_choice choice = plan_after(change);
	if (choice.missing)
		return REASON_NO_SEAT;
	if (choice.node == NODE_NONE)
		return REASON_GRANTED;
	const struct plan *plan = snapshot_entry(evaluation->snapshot, choice.node)->plan;
	node_id own = change->found.found == FOUND_ONE ? change->found.node : NODE_NONE;
	if (!plan->limited || seats_taken(evaluation, choice.node, own) < plan->seats)
		return REASON_GRANTED;
	*change->entry = choice.node;
	return REASON_NO_SEAT;
}

/* ---- Writing attributes ---- */

static const struct value *attribute_named(const struct change *change)
{
	const struct value *attribute = value_member(change->evaluation->question->action.properties, "attribute");
	return attribute == NULL || attribute->kind == VALUE_NULL ? NULL : attribute;
}

static bool same_attribute(const char *a, const char *b, struct arena *arena)
{
	return strcmp(attribute_canonical(a, arena), attribute_canonical(b, arena)) == 0;
}

enum reason account_has_seat_in_new_plan(struct change *change)
{
	const struct value *attribute = attribute_named(change);
	if (attribute == NULL || attribute->kind != VALUE_STRING ||
	    !same_attribute(attribute->string, "dgHasPlan", change->evaluation->arena))
		return REASON_GRANTED;
	return account_has_seat(change);
}

struct reading {
	const char *attribute;
	struct arena *arena;
	bool found;
};

static void reading_item(void *context, const struct filter *item)
{
	struct reading *reading = context;
	if (item->name != NULL && same_attribute(item->name, reading->attribute, reading->arena))
		reading->found = true;
}

static void reading_filter(struct reading *reading, const struct filter *filter)
{
	if (filter != NULL)
		filter_visit(filter, reading_item, reading);
}

/* Does a dgMemberFilter or memberURL (or nsRoleFilter) read the attribute?  Who writes it, writes who is a member. */
static bool members_depend_on(const struct snapshot *snapshot, const char *attribute, struct arena *arena)
{
	struct reading reading = {attribute, arena, false};
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_DYNAMIC, 1, &cursor);
	while (relation_next(&cursor, &node))
		reading_filter(&reading, snapshot_entry(snapshot, node)->binding->filter);
	snapshot_relation(snapshot, RELATION_DYNAMIC, 0, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct group *group = snapshot_entry(snapshot, node)->group;
		reading_filter(&reading, group->filter);
		for (uint32_t i = 0; i < group->url_count; i++)
			reading_filter(&reading, group->urls[i].filter);
	}
	return reading.found;
}

enum reason account_attribute_is_writable(struct change *change)
{
	const struct decide_settings *settings = change->evaluation->settings;
	const char *const *writable = settings->writable_attributes != NULL ? settings->writable_attributes
	                                                                    : decide_defaults.writable_attributes;
	const struct value *attribute = attribute_named(change);
	if (attribute == NULL || attribute->kind != VALUE_STRING)
		return REASON_IMMUTABLE_ATTRIBUTE; /* it may be any */
	for (; *writable != NULL; writable++)
		if (same_attribute(*writable, attribute->string, change->evaluation->arena))
			return members_depend_on(change->evaluation->snapshot, attribute->string, change->evaluation->arena)
			               ? REASON_IMMUTABLE_ATTRIBUTE
			               : REASON_GRANTED;
	return REASON_IMMUTABLE_ATTRIBUTE;
}

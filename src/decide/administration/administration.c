#include "decide/administration/administration.h"

#include "decide/administration/change.h"
#include "model/name.h"

#include <string.h>

/* What a question must be about for the rules to be asked. */
enum about { ABOUT_ANYTHING = 0, ABOUT_MEMBERSHIP, ABOUT_PERSON, ABOUT_GROUP };

#define RULES_MAX 6

/* Every built-in action, by name; its rules in the order in which they are tried. */
static const struct row {
	const char *action;
	enum about about;
	enum change_target target;
	void (*fill)(struct change *change);
	enum reason (*rules[RULES_MAX])(struct change *change);
} rows[] = {
	{.action = "dirgate.events"},
	{.action = "dirgate.explain"},
	{.action = "dirgate.metrics"},
	{.action = "dirgate.query"},
	{.action = "dirgate.search"},
	{"members.assign", ABOUT_MEMBERSHIP, TARGET_MEMBER, change_assign,
	 {change_may_assign, change_not_self, change_restriction_fits, change_keeps_duty, change_keeps_holder,
	  change_target_known}},
	{.action = "members.export"},
	{.action = "members.read"},
	{"members.remove", ABOUT_MEMBERSHIP, TARGET_MEMBER, change_remove,
	 {change_may_assign, change_not_self, change_not_via_group, change_keeps_holder, change_target_known}},
	{.action = "organization.read"},
	{.action = "organization.update"},
	{.action = "records.copy-in"},
	{.action = "records.copy-out"},
	{"restrictions.set", ABOUT_MEMBERSHIP, TARGET_MEMBER, change_restrict,
	 {change_may_assign, change_not_self, change_restriction_fits, change_target_known}},
	{.action = "teams.read"},
	{"teams.update", ABOUT_GROUP, TARGET_MEMBER, NULL, {team_members_may_change, team_is_known}},
	{"users.activate", ABOUT_PERSON, TARGET_ACCOUNT, NULL, {account_has_seat, change_target_known}},
	{"users.deactivate", ABOUT_PERSON, TARGET_ACCOUNT, NULL,
	 {account_keeps_holders, change_not_self, change_target_known}},
	{"users.delete", ABOUT_PERSON, TARGET_ACCOUNT, NULL,
	 {account_keeps_holders, account_is_not_active, change_not_self, change_target_known}},
	{.action = "users.export"},
	{"users.invite", ABOUT_PERSON, TARGET_INVITED, change_invite,
	 {change_may_assign, change_not_self, change_restriction_fits, change_keeps_duty, account_has_seat,
	  change_target_known}},
	{.action = "users.read"},
	{"users.update", ABOUT_PERSON, TARGET_ACCOUNT, NULL,
	 {account_has_seat_in_new_plan, account_attribute_is_writable, change_target_known}},
	{"workspace.create", ABOUT_ANYTHING, TARGET_MEMBER, NULL, {workspace_members_may_be_assigned}},
	{"workspace.delete", ABOUT_ANYTHING, TARGET_MEMBER, NULL, {workspace_is_not_default}},
	{"workspace.disable", ABOUT_ANYTHING, TARGET_MEMBER, NULL, {workspace_is_not_default}},
	{.action = "workspace.enable"},
	{.action = "workspace.read"},
	{.action = "workspace.update"},
};
#define ROW_COUNT (sizeof(rows) / sizeof(*rows))

const char *administration_action(uint32_t index)
{
	return index < ROW_COUNT ? rows[index].action : NULL;
}

static const struct row *row_of(const char *action)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].action, action) == 0)
			return &rows[i];
	return NULL;
}

static bool is_about(const struct evaluation *evaluation, enum about about)
{
	const char *type = evaluation->question->resource.type;
	if (about == ABOUT_ANYTHING)
		return true;
	if (type == NULL)
		return false;
	if (about == ABOUT_GROUP)
		return name_equal(type, "group");
	return name_equal(type, "membership") ||
	       (about == ABOUT_PERSON && type_is_person(evaluation->settings, type));
}

/* Whom it is about; nobody for a question about a place, nor for a group to which nobody is named. */
static const char *target_id(const struct evaluation *evaluation, enum about about)
{
	switch (about) {
	case ABOUT_MEMBERSHIP:
	case ABOUT_PERSON:
		return evaluation->question->resource.id;
	case ABOUT_GROUP:
		return value_member_string(evaluation->question->resource.properties, "member");
	case ABOUT_ANYTHING:
		break;
	}
	return NULL;
}

enum reason administration_rules(struct evaluation *evaluation, const struct check *check, node_id *entry)
{
	const struct row *row = row_of(evaluation->question->action.name);
	enum reason reason = REASON_GRANTED;
	struct change change;
	*entry = NODE_NONE;
	if (row == NULL || row->rules[0] == NULL || !is_about(evaluation, row->about))
		return REASON_GRANTED;
	change_begin(evaluation, check, row->target, target_id(evaluation, row->about), entry, &change);
	if (row->fill != NULL)
		row->fill(&change);
	for (size_t i = 0; i < RULES_MAX && row->rules[i] != NULL && reason == REASON_GRANTED; i++)
		reason = row->rules[i](&change);
	return reason;
}

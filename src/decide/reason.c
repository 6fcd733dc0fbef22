#include "decide/reason.h"

#include <stddef.h>

static const struct { const char *code, *meaning; } reasons[REASON_COUNT] = {
	[REASON_NO_GRANT] = {"no-grant", "nothing gives this permission there"},
	[REASON_GRANTED] = {"granted", "a role gives this permission there"},
	[REASON_UNKNOWN_SUBJECT] = {"unknown-subject", "nobody of that type has this id"},
	[REASON_AMBIGUOUS_SUBJECT] = {"ambiguous-subject", "the id names more than one"},
	[REASON_SUBJECT_INACTIVE] = {"subject-inactive", "the account is deactivated, expired or only invited"},
	[REASON_AMBIGUOUS_RESOURCE] = {"ambiguous-resource", "more than one workspace keeps a resource of that type and id"},
	[REASON_NOT_IN_WORKSPACE] = {"not-in-workspace", "the resource is kept elsewhere in the organization"},
	[REASON_UNKNOWN_WORKSPACE] = {"unknown-workspace", "no workspace or organization has this name"},
	[REASON_AMBIGUOUS_WORKSPACE] = {"ambiguous-workspace", "the name stands for more than one workspace or organization"},
	[REASON_AMBIGUOUS_ORGANIZATION] = {"ambiguous-organization", "it is not clear which organization is meant: name a workspace"},
	[REASON_MISSING_PROPERTY] = {"missing-property", "a condition reads a property that the question does not carry"},
	[REASON_RESTRICTED] = {"restricted", "a restriction takes the permission away"},
	[REASON_CONDITION_NOT_MET] = {"condition-not-met", "the condition of the permission does not hold"},
	[REASON_SEPARATION_OF_DUTY] = {"separation-of-duty", "too many roles that exclude each other are held"},
	[REASON_NOT_ACTIVATED] = {"not-activated", "the role that gives it is not among the active roles"},
	[REASON_PLAN_REQUIRED] = {"plan-required", "neither the organization's plan nor the person's includes it"},
	[REASON_OUTSIDE_TIME] = {"outside-time", "the role is not held at this time"},
	[REASON_BINDING_DISABLED] = {"binding-disabled", "the binding that gives the role is disabled"},
	[REASON_BROKEN_DATA] = {"broken-data", "the binding that gives the role is broken in the directory"},
	[REASON_PENDING] = {"pending", "the invitation or request has not been decided"},
	[REASON_WORKSPACE_DISABLED] = {"workspace-disabled", "the workspace or its organization is disabled"},
	[REASON_ABOVE_CEILING] = {"above-ceiling", "a role that is held allows no more than its ceilings"},
	[REASON_FORBIDDEN_HERE] = {"forbidden-here", "nobody may do this there"},
	[REASON_EXPLICIT_DENY] = {"explicit-deny", "a role that is held denies it"},
	[REASON_MAY_NOT_ASSIGN] = {"may-not-assign", "a role that is given or taken is not among those that may be assigned"},
	[REASON_SELF_CHANGE] = {"self-change", "nobody changes their own access"},
	[REASON_NOT_APPLICABLE] = {"not-applicable", "the restriction is not meant for that role"},
	[REASON_VIA_GROUP] = {"via-group", "the role comes through a group and cannot be taken from one member"},
	[REASON_LAST_HOLDER] = {"last-holder", "nobody would hold the role any more"},
	[REASON_DEFAULT_WORKSPACE] = {"default-workspace", "the default workspace, or one around it, stays"},
	[REASON_STILL_ACTIVE] = {"still-active", "only a deactivated or invited account can be deleted"},
	[REASON_NO_SEAT] = {"no-seat", "the plan has no free seat, or does not exist"},
	[REASON_IMMUTABLE_ATTRIBUTE] = {"immutable-attribute", "this attribute is not among those that may be written"},
	[REASON_UNKNOWN_TARGET] = {"unknown-target", "whom or what it is about does not exist"},
	[REASON_STALE] = {"stale", "the directory has not been heard from for too long"},
	[REASON_NOT_LOADED] = {"not-loaded", "a directory that is needed has not been read whole yet"},
	[REASON_NOT_FRESH_ENOUGH] = {"not-fresh-enough", "the demanded state of the directory was not reached in time"},
};

const char *reason_code(enum reason reason)
{
	return reason < REASON_COUNT ? reasons[reason].code : "no-grant";
}

const char *reason_meaning(enum reason reason)
{
	return reason < REASON_COUNT ? reasons[reason].meaning : "";
}

const char *outcome_name(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_ALLOW:
		return "allow";
	case OUTCOME_CANNOT_DECIDE:
		return "cannot-decide";
	case OUTCOME_DENY:
		break;
	}
	return "deny";
}

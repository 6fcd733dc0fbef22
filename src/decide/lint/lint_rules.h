/* What lint looks for between entries, by kind of entry.  Internal to decide/. */
#ifndef DECIDE_LINT_RULES_H
#define DECIDE_LINT_RULES_H

#include "decide/lint/lint.h"
#include "decide/nodes.h"
#include "decide/place.h"

/* One entry under the lens. */
struct linting {
	const struct snapshot *snapshot;
	const struct entry *entry;
	node_id organization; /* that encloses it */
	instant at;
	struct arena *arena;  /* of this entry */
	struct arena *kept;   /* of all */
	struct vocabulary **vocabularies; /* made so far: lint_patterns.c */
	void (*visit)(void *context, const struct finding *finding);
	void *context;
};

void linting_report(const struct linting *linting, enum problem_code code, const char *attribute, const char *value,
                    node_id other);
void linting_report_detail(const struct linting *linting, enum problem_code code, const char *attribute,
                           const char *value, node_id other, const char *detail);
/* The value is the DN of `other`. */
void linting_report_node(const struct linting *linting, enum problem_code code, const char *attribute, node_id other);

/* ---- References (lint_rules.c) ---- */

void lint_organization(const struct linting *linting);
void lint_workspace(const struct linting *linting);
void lint_role(const struct linting *linting);
void lint_restriction(const struct linting *linting);
void lint_binding(const struct linting *linting);
void lint_group_rule(const struct linting *linting);
void lint_role_set(const struct linting *linting);
void lint_resource(const struct linting *linting);
void lint_invitation(const struct linting *linting);
void lint_group(const struct linting *linting);
void lint_person(const struct linting *linting);

/* ---- Names (lint_names.c) ---- */

/* Another entry that the same short name means. */
void lint_ids(const struct linting *linting);

/* Attributes of people that a filter names, and that no person has. */
void lint_filter(const struct linting *linting, const char *attribute, const struct filter *filter);
void lint_rules_of(const struct linting *linting, const char *attribute, const struct rules *rules);

/* ---- Patterns and permissions (lint_patterns.c) ---- */

void lint_organization_patterns(const struct linting *linting);
void lint_workspace_patterns(const struct linting *linting);
void lint_role_patterns(const struct linting *linting);
void lint_restriction_patterns(const struct linting *linting);
void lint_binding_patterns(const struct linting *linting);

/* ---- What is hardly meant (lint_policy.c) ---- */

#define LINT_MEMBERS_MAX 10000 /* direct members; a group with more is reported */

void lint_role_reach(const struct linting *linting);
void lint_binding_sense(const struct linting *linting);
void lint_invitation_sense(const struct linting *linting);
void lint_binding_size(const struct linting *linting);
void lint_group_size(const struct linting *linting);
void lint_workspace_owner(const struct linting *linting);

/* Does an organization, a workspace or an invitation give the role, or one that inherits it, to whoever comes? */
bool role_awaits_holders(const struct linting *linting, node_id role);

/* ---- All together: these go through the entries themselves ---- */

void lint_people(struct linting *linting); /* what people hold, and what nobody does */
void lint_unique(struct linting *linting); /* properties that two workspaces share */

#endif

/* What lint looks for between entries, by kind of entry.  Internal to decide/. */
#ifndef DECIDE_LINT_RULES_H
#define DECIDE_LINT_RULES_H

#include "decide/lint.h"
#include "decide/place.h"

/* One entry under the lens. */
struct linting {
	const struct snapshot *snapshot;
	const struct entry *entry;
	node_id organization; /* that encloses it */
	struct arena *arena;  /* of this entry */
	void (*visit)(void *context, const struct finding *finding);
	void *context;
};

void linting_report(const struct linting *linting, enum problem_code code, const char *attribute, const char *value,
                    node_id other);

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

/* Another entry that the same short name means. */
void lint_ids(const struct linting *linting);

/* Attributes of people that a filter names, and that no person has (lint_filters.c). */
void lint_filter(const struct linting *linting, const char *attribute, const struct filter *filter);
void lint_rules_of(const struct linting *linting, const char *attribute, const struct rules *rules);

#endif

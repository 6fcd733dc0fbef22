#include "decide/lint/lint.h"

#include "decide/lint/lint_rules.h"
#include "decide/membership.h"
#include "model/parse_schema.h"

/* All entries that mean anything, each once: they are listed by kind, so the lists are merged. */
struct entries {
	const struct snapshot *snapshot;
	struct relation_cursor cursors[KIND_COUNT];
	node_id next[KIND_COUNT]; /* NODE_NONE: no more of that kind */
};

static void advance(struct entries *entries, int kind)
{
	if (!relation_next(&entries->cursors[kind], &entries->next[kind]))
		entries->next[kind] = NODE_NONE;
}

static void entries_begin(struct entries *entries, const struct snapshot *snapshot)
{
	entries->snapshot = snapshot;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		snapshot_relation(snapshot, RELATION_KIND, (uint32_t)kind, &entries->cursors[kind]);
		advance(entries, kind);
	}
}

static const struct entry *entries_next(struct entries *entries)
{
	node_id least = NODE_NONE;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (entries->next[kind] != NODE_NONE && (least == NODE_NONE || entries->next[kind] < least))
			least = entries->next[kind];
	for (int kind = 0; least != NODE_NONE && kind < KIND_COUNT; kind++)
		if (entries->next[kind] == least)
			advance(entries, kind);
	return snapshot_entry(entries->snapshot, least);
}

void linting_report_detail(const struct linting *linting, enum problem_code code, const char *attribute,
                           const char *value, node_id other, const char *detail)
{
	const struct finding finding = {{code, attribute, value, detail}, linting->entry->node, other};
	linting->visit(linting->context, &finding);
}

void linting_report(const struct linting *linting, enum problem_code code, const char *attribute, const char *value,
                    node_id other)
{
	linting_report_detail(linting, code, attribute, value, other, NULL);
}

void linting_report_node(const struct linting *linting, enum problem_code code, const char *attribute, node_id other)
{
	linting_report(linting, code, attribute, node_dn(linting->snapshot, other, linting->arena), other);
}

/* What each kind of entry is looked at for. */
static const struct { enum kind kind; void (*check)(const struct linting *linting); } rules[] = {
	{KIND_ORGANIZATION, lint_organization},
	{KIND_ORGANIZATION, lint_organization_patterns},
	{KIND_WORKSPACE, lint_workspace},
	{KIND_WORKSPACE, lint_workspace_patterns},
	{KIND_WORKSPACE, lint_workspace_owner},
	{KIND_ROLE, lint_role},
	{KIND_ROLE, lint_role_patterns},
	{KIND_ROLE, lint_role_reach},
	{KIND_RESTRICTION, lint_restriction},
	{KIND_RESTRICTION, lint_restriction_patterns},
	{KIND_BINDING, lint_binding},
	{KIND_BINDING, lint_binding_patterns},
	{KIND_BINDING, lint_binding_sense},
	{KIND_BINDING, lint_binding_size},
	{KIND_GROUP_RULE, lint_group_rule},
	{KIND_ROLE_SET, lint_role_set},
	{KIND_RESOURCE, lint_resource},
	{KIND_INVITATION, lint_invitation},
	{KIND_INVITATION, lint_invitation_sense},
	{KIND_GROUP, lint_group},
	{KIND_GROUP, lint_group_size},
	{KIND_PERSON, lint_person},
};

static void lint_entry(const struct linting *linting)
{
	for (uint32_t i = 0; i < linting->entry->problem_count; i++) {
		const struct problem *problem = &linting->entry->problems[i];
		linting_report_detail(linting, problem->code, schema_attribute_spelling(problem->attribute), problem->value,
		                      NODE_NONE, problem->detail);
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (entry_is(linting->entry, rules[i].kind))
			rules[i].check(linting);
	lint_ids(linting);
}

void lint(const struct snapshot *snapshot, instant at,
          void (*visit)(void *context, const struct finding *finding), void *context)
{
	struct entries entries;
	struct vocabulary *vocabularies = NULL;
	struct linting linting = {.snapshot = snapshot, .at = at, .visit = visit, .context = context,
	                          .arena = arena_new(), .kept = arena_new(), .vocabularies = &vocabularies};
	entries_begin(&entries, snapshot);
	while ((linting.entry = entries_next(&entries)) != NULL) {
		arena_reset(linting.arena);
		linting.organization = organization_of(snapshot, linting.entry->node);
		lint_entry(&linting);
	}
	lint_people(&linting);
	lint_unique(&linting);
	arena_free(linting.arena);
	arena_free(linting.kept);
}

/* Patterns that match nothing known, and permissions that look like another. */
#include "decide/administration/administration.h"
#include "decide/lint/lint_rules.h"
#include "decide/lists/effective.h"
#include "model/pattern.h"

#include <string.h>

/* ---- What is known ---- */

/* The words of one organization, or for what is common (NODE_NONE) those of all together. */
struct vocabulary {
	node_id organization;
	uint32_t count; /* of organizations in it */
	struct catalogue *catalogues;
	const struct strings **listed; /* dgKnownPermission */
	struct vocabulary *next;
};

static void vocabulary_add(const struct linting *linting, struct vocabulary *vocabulary, node_id organization)
{
	uint32_t i = vocabulary->count++;
	catalogue_of(linting->snapshot, organization, linting->kept, &vocabulary->catalogues[i]);
	vocabulary->listed[i] = &snapshot_entry(linting->snapshot, organization)->organization->known_names;
}

static struct vocabulary *vocabulary_new(const struct linting *linting)
{
	struct vocabulary *vocabulary = arena_alloc(linting->kept, sizeof(*vocabulary));
	bool common = linting->organization == NODE_NONE;
	uint32_t count = common ? snapshot_count(linting->snapshot, KIND_ORGANIZATION) : 1;
	*vocabulary = (struct vocabulary){.organization = linting->organization, .next = *linting->vocabularies};
	vocabulary->catalogues = arena_array(linting->kept, count + 1, sizeof(*vocabulary->catalogues));
	vocabulary->listed = arena_array(linting->kept, count + 1, sizeof(*vocabulary->listed));
	if (common) {
		struct relation_cursor cursor;
		node_id organization;
		snapshot_relation(linting->snapshot, RELATION_KIND, KIND_ORGANIZATION, &cursor);
		while (relation_next(&cursor, &organization))
			vocabulary_add(linting, vocabulary, organization);
	} else {
		vocabulary_add(linting, vocabulary, linting->organization);
	}
	return *linting->vocabularies = vocabulary;
}

static const struct vocabulary *vocabulary_of(const struct linting *linting)
{
	struct vocabulary *vocabulary = *linting->vocabularies;
	while (vocabulary != NULL && vocabulary->organization != linting->organization)
		vocabulary = vocabulary->next;
	return vocabulary != NULL ? vocabulary : vocabulary_new(linting);
}

/* ---- Patterns ---- */

static bool matches_any(const struct vocabulary *vocabulary, const char *pattern)
{
	for (uint32_t i = 0; i < vocabulary->count; i++)
		for (uint32_t j = 0; j < vocabulary->catalogues[i].count; j++)
			if (pattern_matches(pattern, vocabulary->catalogues[i].names[j]))
				return true;
	return vocabulary->count == 0;
}

/* ---- Names ---- */

static bool has_digit(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] >= '0' && text[i] <= '9')
			return true;
	return false;
}

/* Two different names of which one becomes the other by one letter more, less or changed, or by two exchanged.  Numbers
 * differ on purpose. */
static bool nearly_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b)
		a++, b++;
	size_t a_left = strlen(a), b_left = strlen(b);
	while (a_left > 0 && b_left > 0 && a[a_left - 1] == b[b_left - 1])
		a_left--, b_left--;
	if (has_digit(a, a_left) || has_digit(b, b_left))
		return false;
	if (a_left == 2 && b_left == 2)
		return a[0] == b[1] && a[1] == b[0];
	return a_left <= 1 && b_left <= 1;
}

/* The listed name or built-in action that a name resembles; NULL: none, or it is one of them itself. */
static const char *resembled(const struct vocabulary *vocabulary, const char *name)
{
	const char *near = NULL, *known;
	for (uint32_t i = 0; (known = administration_action(i)) != NULL; i++) {
		if (strcmp(known, name) == 0)
			return NULL;
		if (near == NULL && nearly_equal(known, name))
			near = known;
	}
	for (uint32_t i = 0; i < vocabulary->count; i++)
		for (uint32_t j = 0; j < vocabulary->listed[i]->count; j++) {
			known = vocabulary->listed[i]->items[j];
			if (strcmp(known, name) == 0)
				return NULL;
			if (near == NULL && nearly_equal(known, name))
				near = known;
		}
	return near;
}

static void check_pattern(const struct linting *linting, const char *attribute, const char *value, const char *pattern)
{
	const struct vocabulary *vocabulary = vocabulary_of(linting);
	const char *near;
	if (*pattern == '\0')
		return; /* a broken ceiling */
	if (!pattern_is_literal(pattern)) {
		if (!matches_any(vocabulary, pattern))
			linting_report(linting, PROBLEM_UNMATCHED_PATTERN, attribute, value, NODE_NONE);
	} else if ((near = resembled(vocabulary, pattern)) != NULL) {
		linting_report_detail(linting, PROBLEM_MISSPELT_PERMISSION, attribute, value, NODE_NONE,
		                      arena_print(linting->arena, "it resembles %s", near));
	}
}

/* ---- Where they stand ---- */

static void check_rules(const struct linting *linting, const char *attribute, const struct rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++)
		check_pattern(linting, attribute, rules->items[i].text, rules->items[i].pattern);
}

static void check_patterns(const struct linting *linting, const char *attribute, const struct strings *patterns)
{
	for (uint32_t i = 0; i < patterns->count; i++)
		check_pattern(linting, attribute, patterns->items[i], patterns->items[i]);
}

void lint_organization_patterns(const struct linting *linting)
{
	check_patterns(linting, "dgForbidden", &linting->entry->organization->forbidden);
}

void lint_workspace_patterns(const struct linting *linting)
{
	check_patterns(linting, "dgForbidden", &linting->entry->workspace->forbidden);
}

void lint_role_patterns(const struct linting *linting)
{
	const struct role *role = linting->entry->role;
	check_rules(linting, "dgPermission", &role->permission);
	check_rules(linting, "dgOptionalPermission", &role->optional);
	check_rules(linting, "dgOrganizationPermission", &role->organization);
	check_rules(linting, "dgDeny", &role->deny);
	check_patterns(linting, "dgCeiling", &role->ceiling);
}

void lint_restriction_patterns(const struct linting *linting)
{
	const struct obligations *obligations = &linting->entry->restriction->obligations;
	check_rules(linting, "dgRestricts", &linting->entry->restriction->restricts);
	for (uint32_t i = 0; i < obligations->count; i++)
		check_pattern(linting, "dgObligation", obligations->items[i].value, obligations->items[i].pattern);
}

void lint_binding_patterns(const struct linting *linting)
{
	check_rules(linting, "dgPermission", &linting->entry->binding->extra);
}

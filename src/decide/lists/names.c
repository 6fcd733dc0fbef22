#include "decide/lists/names.h"

#include "base/nearest.h"
#include "decide/membership.h"
#include "decide/subject.h"
#include "model/name.h"

#include <string.h>

static const struct organizations nowhere;

/* ---- What a name leads to ---- */

static struct finding_of find_user(const struct snapshot *snapshot, const char *name)
{
	return person_find(snapshot, name, NODE_NONE);
}

static struct finding_of find_place(const struct snapshot *snapshot, const char *name)
{
	struct finding_of finding = place_find(snapshot, name, PLACE_ONLY_WORKSPACE, &nowhere);
	return finding.found != FOUND_NONE ? finding : place_find(snapshot, name, PLACE_ONLY_ORGANIZATION, &nowhere);
}

static struct finding_of find_organization(const struct snapshot *snapshot, const char *name)
{
	return place_find(snapshot, name, PLACE_ONLY_ORGANIZATION, &nowhere);
}

static struct finding_of find_group(const struct snapshot *snapshot, const char *name)
{
	return named_find(snapshot, NAME_GROUP, KIND_GROUP, name, &nowhere);
}

static struct finding_of find_role(const struct snapshot *snapshot, const char *name)
{
	return named_find(snapshot, NAME_ROLE, KIND_ROLE, name, &nowhere);
}

static struct finding_of find_restriction(const struct snapshot *snapshot, const char *name)
{
	return named_find(snapshot, NAME_RESTRICTION, KIND_RESTRICTION, name, &nowhere);
}

static struct finding_of find_plan(const struct snapshot *snapshot, const char *name)
{
	return named_find(snapshot, NAME_PLAN, KIND_PLAN, name, &nowhere);
}

static const struct naming {
	const char *word;
	struct finding_of (*find)(const struct snapshot *snapshot, const char *name);
	enum kind kinds[2]; /* both the same if it is one */
	enum reason unknown, ambiguous;
} namings[] = {
	[NAMED_USER] = {"user", find_user, {KIND_PERSON, KIND_PERSON}, REASON_UNKNOWN_SUBJECT, REASON_AMBIGUOUS_SUBJECT},
	[NAMED_PLACE] = {"workspace", find_place, {KIND_WORKSPACE, KIND_ORGANIZATION}, REASON_UNKNOWN_WORKSPACE,
	                 REASON_AMBIGUOUS_WORKSPACE},
	[NAMED_ORGANIZATION] = {"organization", find_organization, {KIND_ORGANIZATION, KIND_ORGANIZATION},
	                        REASON_UNKNOWN_WORKSPACE, REASON_AMBIGUOUS_ORGANIZATION},
	[NAMED_GROUP] = {"group", find_group, {KIND_GROUP, KIND_GROUP}, REASON_UNKNOWN_SUBJECT, REASON_AMBIGUOUS_SUBJECT},
	[NAMED_ROLE] = {"role", find_role, {KIND_ROLE, KIND_ROLE}, REASON_UNKNOWN_TARGET, REASON_UNKNOWN_TARGET},
	[NAMED_RESTRICTION] = {"restriction", find_restriction, {KIND_RESTRICTION, KIND_RESTRICTION},
	                       REASON_UNKNOWN_TARGET, REASON_UNKNOWN_TARGET},
	[NAMED_PLAN] = {"plan", find_plan, {KIND_PLAN, KIND_PLAN}, REASON_UNKNOWN_TARGET, REASON_UNKNOWN_TARGET},
};

const char *named_word(enum named kind)
{
	return namings[kind].word;
}

struct name_found name_find(const struct snapshot *snapshot, enum named kind, const char *name)
{
	struct finding_of finding = namings[kind].find(snapshot, name);
	switch (finding.found) {
	case FOUND_ONE:
		return (struct name_found){.reason = REASON_GRANTED, .node = finding.node};
	case FOUND_MANY:
		return (struct name_found){namings[kind].ambiguous, finding.node, finding.second};
	case FOUND_NONE:
		break;
	}
	return (struct name_found){.reason = namings[kind].unknown};
}

struct name_found organization_find(const struct snapshot *snapshot, const char *name)
{
	struct name_found found = {.reason = REASON_UNKNOWN_WORKSPACE};
	struct relation_cursor cursor;
	if (name != NULL)
		return name_find(snapshot, NAMED_ORGANIZATION, name);
	snapshot_relation(snapshot, RELATION_KIND, KIND_ORGANIZATION, &cursor);
	if (relation_next(&cursor, &found.node))
		found.reason = relation_next(&cursor, &found.second) ? REASON_AMBIGUOUS_ORGANIZATION : REASON_GRANTED;
	return found;
}

/* ---- The name of an entry ---- */

static bool leads_back(const struct snapshot *snapshot, enum named kind, const char *name, node_id node)
{
	struct finding_of finding = namings[kind].find(snapshot, name);
	return finding.found == FOUND_ONE && finding.node == node;
}

static node_id organization_around(const struct snapshot *snapshot, enum named kind, node_id node)
{
	struct organizations home;
	if (kind != NAMED_USER)
		return organization_of(snapshot, node);
	organizations_of_person(snapshot, node, &home);
	return home.count > 0 ? home.nodes[0] : NODE_NONE;
}

const char *name_of(const struct snapshot *snapshot, enum named kind, node_id node, struct arena *arena)
{
	const struct entry *entry = snapshot_entry(snapshot, node);
	const char *id = kind == NAMED_USER ? entry->id : entry->own_id;
	if (id != NULL && leads_back(snapshot, kind, id, node))
		return id;
	node_id organization = organization_around(snapshot, kind, node);
	const char *of = organization != NODE_NONE ? snapshot_entry(snapshot, organization)->own_id : NULL;
	const char *qualified = id != NULL && of != NULL ? arena_print(arena, "%s/%s", of, id) : NULL;
	if (qualified != NULL && leads_back(snapshot, kind, qualified, node))
		return qualified;
	return node_dn(snapshot, node, arena);
}

/* ---- What is near ---- */

static void look_at(const struct snapshot *snapshot, enum named kind, enum kind of, struct nearest *nearest)
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_KIND, of, &cursor);
	for (uint32_t looks = 0; looks < NEAR_LOOKS && relation_next(&cursor, &node); looks++) {
		const struct entry *entry = snapshot_entry(snapshot, node);
		const char *id = kind == NAMED_USER ? entry->id : entry->own_id;
		if (id != NULL)
			nearest_look(nearest, id);
	}
}

const char *name_near(const struct snapshot *snapshot, enum named kind, const char *name, struct arena *arena)
{
	const enum kind *kinds = namings[kind].kinds;
	const char *slash = strchr(name, '/');
	struct nearest nearest;
	nearest_init(&nearest, slash != NULL && slash[1] != '\0' ? slash + 1 : name);
	look_at(snapshot, kind, kinds[0], &nearest);
	if (kinds[1] != kinds[0])
		look_at(snapshot, kind, kinds[1], &nearest);
	const char *found = nearest_found(&nearest);
	if (found == NULL)
		return NULL;
	return slash != NULL && slash[1] != '\0' ? arena_print(arena, "%.*s%s", (int)(slash + 1 - name), name, found) : found;
}

bool name_of_question(const struct snapshot *snapshot, const struct question *question, enum reason reason,
                      struct name_missed *missed)
{
	enum place_kinds kinds;
	*missed = (struct name_missed){.kind = NAMED_PLACE};
	switch (reason) {
	case REASON_UNKNOWN_SUBJECT:
	case REASON_AMBIGUOUS_SUBJECT:
		missed->kind = name_equal(question->subject.type, "group") ? NAMED_GROUP : NAMED_USER;
		missed->name = question->subject.id;
		break;
	case REASON_UNKNOWN_WORKSPACE:
	case REASON_AMBIGUOUS_WORKSPACE:
		missed->name = question_place(question, &kinds);
		break;
	default:
		break;
	}
	if (missed->name == NULL)
		return false;
	missed->found = name_find(snapshot, missed->kind, missed->name);
	return missed->found.reason == reason;
}

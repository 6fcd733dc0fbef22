#include "decide/subject.h"

#include "base/memory.h"
#include "decide/evaluation.h"
#include "model/name.h"

#include <string.h>

const char *question_place_name(const struct question *question)
{
	const char *name = value_member_string(question->resource.properties, "workspace");
	return name != NULL ? name : value_member_string(question->context, "workspace");
}

const char *question_place(const struct question *question, enum place_kinds *kinds)
{
	const char *type = question->resource.type;
	bool workspace = type != NULL && name_equal(type, "workspace");
	*kinds = PLACE_ANY;
	if (!workspace && (type == NULL || !name_equal(type, "organization")))
		return question_place_name(question);
	*kinds = workspace ? PLACE_ONLY_WORKSPACE : PLACE_ONLY_ORGANIZATION;
	return question->resource.id;
}

/* ---- People ---- */

struct people {
	const struct snapshot *snapshot;
	node_id organization; /* NODE_NONE: all people */
};

static bool people_include(const struct people *people, node_id node)
{
	return entry_is(snapshot_entry(people->snapshot, node), KIND_PERSON) &&
	       (people->organization == NODE_NONE ||
	        organization_has_person(people->snapshot, people->organization, node));
}

static struct finding_of find_by(const struct people *people, enum name_index index, const char *id)
{
	struct finding_of finding = {0};
	struct name_cursor cursor;
	node_id node;
	snapshot_name(people->snapshot, index, id, &cursor);
	/* "dgId twice on one entry: only its DN names it": then it has no id. */
	while (name_next(&cursor, &node))
		if (people_include(people, node) && snapshot_entry(people->snapshot, node)->id != NULL)
			finding_add(&finding, node);
	name_end(&cursor);
	return finding;
}

/* "DN, dgId, then the attributes of person_ids, in that order: the first that matches anybody decides." */
static struct finding_of find_among(const struct people *people, const char *id)
{
	struct finding_of finding = {0};
	node_id named = strchr(id, '=') != NULL ? snapshot_find_dn(people->snapshot, id) : NODE_NONE;
	if (named != NODE_NONE && people_include(people, named)) {
		finding_add(&finding, named);
		return finding;
	}
	finding = find_by(people, NAME_PERSON_DG_ID, id);
	const struct model_settings *settings = snapshot_settings(people->snapshot);
	for (int i = 0; finding.found == FOUND_NONE && i < PERSON_IDS_MAX && settings->person_ids[i] != NULL; i++)
		finding = find_by(people, (enum name_index)((int)NAME_PERSON + i), id);
	return finding;
}

static struct finding_of find_qualified(const struct snapshot *snapshot, const char *id)
{
	const struct organizations nowhere = {0};
	struct finding_of finding = {0};
	const char *slash = strchr(id, '/');
	if (slash == NULL || slash == id || slash[1] == '\0')
		return finding;
	char *organization = memory_octets(id, (size_t)(slash - id));
	finding = place_find(snapshot, organization, PLACE_ONLY_ORGANIZATION, &nowhere);
	free(organization);
	if (finding.found != FOUND_ONE)
		return finding;
	const struct people people = {snapshot, finding.node};
	return find_among(&people, slash + 1);
}

struct finding_of person_find(const struct snapshot *snapshot, const char *id, node_id named)
{
	const struct people ours = {snapshot, named}, all = {snapshot, NODE_NONE};
	struct finding_of finding = find_among(&ours, id);
	if (finding.found == FOUND_NONE && named != NODE_NONE)
		finding = find_among(&all, id);
	return finding.found != FOUND_NONE ? finding : find_qualified(snapshot, id);
}

bool person_active(const struct entry *person, instant at)
{
	const struct person *account = person->person;
	return account->status == STATUS_ACTIVE && account->locked_by == NULL && at < account->expires;
}

/* ---- The subject of a question ---- */

bool type_is_person(const struct decide_settings *settings, const char *type)
{
	static const char *const always[] = {"user", "identity", "account", "service", NULL};
	return list_has_name(always, type) || list_has_name(settings->subject_types, type);
}

/* The organization that the request names by its place, as far as that is clear without knowing the subject. */
static node_id named_organization(const struct snapshot *snapshot, const struct question *question)
{
	const struct organizations nowhere = {0};
	struct finding_of place = {0};
	enum place_kinds kinds;
	const char *name = question_place(question, &kinds);
	if (name != NULL)
		place = place_find(snapshot, name, kinds, &nowhere);
	return place.found == FOUND_ONE ? organization_of(snapshot, place.node) : NODE_NONE;
}

enum reason subject_find(const struct snapshot *snapshot, const struct decide_settings *settings,
                         const struct question *question, node_id *node)
{
	const struct organizations nowhere = {0};
	node_id named = named_organization(snapshot, question);
	struct organizations home = {.count = named != NODE_NONE ? 1 : 0, .nodes = {named}};
	struct finding_of finding;
	bool is_group = name_equal(question->subject.type, "group");
	if (is_group)
		finding = named_find(snapshot, NAME_GROUP, KIND_GROUP, question->subject.id,
		                     named != NODE_NONE ? &home : &nowhere);
	else if (type_is_person(settings, question->subject.type))
		finding = person_find(snapshot, question->subject.id, named);
	else
		return REASON_UNKNOWN_SUBJECT;
	if (finding.found == FOUND_NONE)
		return REASON_UNKNOWN_SUBJECT;
	if (finding.found == FOUND_MANY)
		return REASON_AMBIGUOUS_SUBJECT;
	*node = finding.node;
	const struct entry *entry = snapshot_entry(snapshot, finding.node);
	/* Of a group, too, whose entry is a person besides: bindings that name it name both. */
	if (entry_is(entry, KIND_PERSON) && !person_active(entry, question->at))
		return REASON_SUBJECT_INACTIVE;
	return REASON_GRANTED;
}

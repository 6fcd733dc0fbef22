#include "decide/search.h"

#include "decide/effective.h"
#include "decide/evaluation.h"
#include "decide/membership.h"
#include "decide/subject.h"
#include "model/name.h"

#include <string.h>

/* Every candidate is decided as if it were asked singly, in memory of its own. */
struct search {
	const struct snapshot *snapshot;
	const struct decide_settings *settings;
	struct question question; /* with the candidate filled in */
	const struct search_visitor *visitor;
	struct arena *arena;
};

static bool search_begin(struct search *search, const struct snapshot *snapshot, const struct decide_settings *settings,
                         const struct question *question, const struct search_visitor *visitor)
{
	if (question->cannot_decide != REASON_NO_GRANT)
		return false;
	*search = (struct search){snapshot, settings, *question, visitor, arena_new()};
	search->question.explain = false;
	return true;
}

static bool allowed(struct search *search, struct answer *answer)
{
	decide(search->snapshot, search->settings, &search->question, search->arena, answer);
	return answer->outcome == OUTCOME_ALLOW;
}

static bool found(const struct search *search, const char *id, node_id node)
{
	return search->visitor->found(search->visitor->context, id, node);
}

/* ---- Subjects ---- */

/* "Every id in a result is one that can be asked singly": the short one, if it leads back to the node. */
static bool name_subject(struct search *search, node_id node)
{
	const char *names[] = {snapshot_entry(search->snapshot, node)->id,
	                       node_dn(search->snapshot, node, search->arena)};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		node_id back = NODE_NONE;
		search->question.subject.id = names[i];
		if (names[i] != NULL && subject_find(search->snapshot, search->settings, &search->question, &back) ==
		                                REASON_GRANTED && back == node)
			return true;
	}
	return false;
}

void search_subjects(const struct snapshot *snapshot, const struct decide_settings *settings,
                     const struct question *question, node_id after, const struct search_visitor *visitor)
{
	struct search search;
	struct relation_cursor cursor;
	node_id node;
	bool groups = name_equal(question->subject.type, "group");
	if ((!groups && !type_is_person(settings, question->subject.type)) ||
	    !search_begin(&search, snapshot, settings, question, visitor))
		return;
	snapshot_relation_after(snapshot, RELATION_KIND, groups ? KIND_GROUP : KIND_PERSON, after, &cursor);
	for (bool more = true; more && relation_next(&cursor, &node);) {
		struct answer answer;
		arena_reset(search.arena);
		if (name_subject(&search, node) && allowed(&search, &answer))
			more = found(&search, search.question.subject.id, node);
	}
	arena_free(search.arena);
}

/* ---- Resources ---- */

/* Does the name, in this question, stand for the node, and is it an allow? */
static bool resource_allowed(struct search *search, const char *name, node_id node)
{
	struct answer answer;
	search->question.resource.id = name;
	search->question.explain = true; /* it says which resource was found */
	return name != NULL && allowed(search, &answer) && answer.explanation->resource == node;
}

static enum kind kind_of_type(const char *type)
{
	if (name_equal(type, "workspace"))
		return KIND_WORKSPACE;
	return name_equal(type, "organization") ? KIND_ORGANIZATION : KIND_RESOURCE;
}

/* "In searches context.workspace narrows to one place": a workspace, or all that an organization has.  False: nothing
 * can be found there; NODE_NONE: everywhere. */
static bool narrow(struct search *search, node_id *place)
{
	struct evaluation evaluation;
	struct question question = search->question;
	*place = NODE_NONE;
	if (question_place_name(&question) == NULL)
		return true;
	question.resource.type = question.resource.id = NULL;
	bool known = evaluation_begin_later(&evaluation, search->snapshot, search->settings, &question, NULL,
	                                    search->arena) == REASON_GRANTED;
	*place = evaluation.place;
	return known;
}

static bool is_inside(const struct search *search, node_id node, node_id place)
{
	return place == NODE_NONE || place == node || place == organization_of(search->snapshot, node);
}

static void try_resource(struct search *search, node_id node, bool *more)
{
	const char *id = snapshot_entry(search->snapshot, node)->own_id;
	const char *dn = node_dn(search->snapshot, node, search->arena);
	if (resource_allowed(search, id, node) || resource_allowed(search, dn, node))
		*more = found(search, search->question.resource.id, node);
}

void search_resources(const struct snapshot *snapshot, const struct decide_settings *settings,
                      const struct question *question, node_id after, const struct search_visitor *visitor)
{
	struct search search;
	struct relation_cursor cursor;
	node_id node, place;
	enum kind kind = kind_of_type(question->resource.type);
	if (!search_begin(&search, snapshot, settings, question, visitor))
		return;
	bool more = narrow(&search, &place);
	snapshot_relation_after(snapshot, RELATION_KIND, kind, after, &cursor);
	while (more && relation_next(&cursor, &node)) {
		arena_reset(search.arena);
		if (kind == KIND_RESOURCE || is_inside(&search, node, place))
			try_resource(&search, node, &more);
	}
	arena_free(search.arena);
}

/* ---- Actions ---- */

void search_actions(const struct snapshot *snapshot, const struct decide_settings *settings,
                    const struct question *question, const char *after, const struct search_visitor *visitor)
{
	struct search search;
	struct evaluation evaluation;
	struct catalogue catalogue;
	if (!search_begin(&search, snapshot, settings, question, visitor))
		return;
	struct arena *names = arena_new();
	bool more = evaluation_begin(&evaluation, snapshot, settings, &search.question, NULL, names) == REASON_GRANTED;
	if (more)
		catalogue_of(snapshot, evaluation.organization, names, &catalogue);
	for (uint32_t i = 0; more && i < catalogue.count; i++) {
		struct answer answer;
		if (after != NULL && strcmp(catalogue.names[i], after) <= 0)
			continue;
		arena_reset(search.arena);
		search.question.action.name = catalogue.names[i];
		if (allowed(&search, &answer))
			more = found(&search, catalogue.names[i], NODE_NONE);
	}
	arena_free(names);
	arena_free(search.arena);
}

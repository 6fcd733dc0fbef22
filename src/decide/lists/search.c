#include "decide/lists/search.h"

#include "decide/evaluation.h"
#include "decide/lists/effective.h"
#include "decide/membership.h"
#include "decide/subject.h"
#include "model/name.h"

#include <string.h>

/* Every candidate is decided as if it were asked singly, in memory of its own. */
struct search {
	const struct snapshot *snapshot;
	const struct decide_settings *settings;
	struct question question; /* with the candidate filled in */
	struct list_page *page;
	const struct search_visitor *visitor;
	struct arena *arena;
};

static void search_begin(struct search *search, const struct snapshot *snapshot, const struct decide_settings *settings,
                         const struct question *question, struct list_page *page, const struct search_visitor *visitor)
{
	*search = (struct search){snapshot, settings, *question, page, visitor, arena_new()};
	search->question.explain = false;
}

static bool allowed(struct search *search, struct answer *answer)
{
	decide(search->snapshot, search->settings, &search->question, search->arena, answer);
	return answer->outcome == OUTCOME_ALLOW;
}

static void found(const struct search *search, const char *id, node_id node)
{
	list_page_row(search->page);
	search->visitor->found(search->visitor->context, id, node);
}

/* The next candidate of a kind; false: there is none, or the page ends before it. */
static bool next_candidate(struct search *search, struct relation_cursor *cursor, node_id *node)
{
	arena_reset(search->arena);
	return relation_next(cursor, node) && list_page_look(search->page, *node);
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

/* Is the place there that the question names, whoever asks? */
static bool place_exists(const struct snapshot *snapshot, const struct question *question)
{
	const struct organizations nowhere = {0};
	enum place_kinds kinds;
	const char *name = question_place(question, &kinds);
	return name == NULL || place_find(snapshot, name, kinds, &nowhere).found != FOUND_NONE;
}

enum reason search_subjects(const struct snapshot *snapshot, const struct decide_settings *settings,
                            const struct question *question, struct list_page *page,
                            const struct search_visitor *visitor)
{
	struct search search;
	struct relation_cursor cursor;
	node_id node;
	bool groups = name_equal(question->subject.type, "group");
	if (question->cannot_decide != REASON_NO_GRANT)
		return question->cannot_decide;
	if (!groups && !type_is_person(settings, question->subject.type))
		return REASON_UNKNOWN_SUBJECT;
	if (!place_exists(snapshot, question))
		return REASON_UNKNOWN_WORKSPACE;
	search_begin(&search, snapshot, settings, question, page, visitor);
	snapshot_relation_after(snapshot, RELATION_KIND, groups ? KIND_GROUP : KIND_PERSON, (node_id)page->after, &cursor);
	while (next_candidate(&search, &cursor, &node)) {
		struct answer answer;
		if (name_subject(&search, node) && allowed(&search, &answer))
			found(&search, search.question.subject.id, node);
	}
	arena_free(search.arena);
	return REASON_GRANTED;
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

/* "In searches context.workspace narrows to one place": a workspace, or all that an organization has; NODE_NONE: everywhere.
 * REASON_GRANTED, or why nothing can be found.  Where no place is named a subject may be another one in each place: only one
 * that is nowhere is unknown. */
static enum reason narrow(struct search *search, node_id *place)
{
	struct evaluation evaluation;
	struct question question = search->question;
	enum reason reason;
	*place = NODE_NONE;
	question.resource.type = question.resource.id = NULL;
	if (question_place_name(&question) == NULL) {
		reason = subject_find(search->snapshot, search->settings, &question, place);
		*place = NODE_NONE;
		return reason == REASON_UNKNOWN_SUBJECT ? reason : REASON_GRANTED;
	}
	reason = evaluation_begin_later(&evaluation, search->snapshot, search->settings, &question, NULL, search->arena);
	*place = evaluation.place;
	return reason;
}

static bool is_inside(const struct search *search, node_id node, node_id place)
{
	return place == NODE_NONE || place == node || place == organization_of(search->snapshot, node);
}

static void try_resource(struct search *search, node_id node)
{
	const char *id = snapshot_entry(search->snapshot, node)->own_id;
	const char *dn = node_dn(search->snapshot, node, search->arena);
	if (resource_allowed(search, id, node) || resource_allowed(search, dn, node))
		found(search, search->question.resource.id, node);
}

enum reason search_resources(const struct snapshot *snapshot, const struct decide_settings *settings,
                             const struct question *question, struct list_page *page,
                             const struct search_visitor *visitor)
{
	struct search search;
	struct relation_cursor cursor;
	node_id node, place;
	enum kind kind = kind_of_type(question->resource.type);
	enum reason reason;
	if (question->cannot_decide != REASON_NO_GRANT)
		return question->cannot_decide;
	search_begin(&search, snapshot, settings, question, page, visitor);
	reason = narrow(&search, &place);
	snapshot_relation_after(snapshot, RELATION_KIND, kind, (node_id)page->after, &cursor);
	while (reason == REASON_GRANTED && next_candidate(&search, &cursor, &node))
		if (kind == KIND_RESOURCE || is_inside(&search, node, place))
			try_resource(&search, node);
	arena_free(search.arena);
	return reason;
}

/* ---- Actions ---- */

enum reason search_actions(const struct snapshot *snapshot, const struct decide_settings *settings,
                           const struct question *question, struct list_page *page,
                           const struct search_visitor *visitor)
{
	struct search search;
	struct evaluation evaluation;
	struct catalogue catalogue = {0};
	struct arena *names;
	enum reason reason;
	if (question->cannot_decide != REASON_NO_GRANT)
		return question->cannot_decide;
	search_begin(&search, snapshot, settings, question, page, visitor);
	names = arena_new();
	reason = evaluation_begin(&evaluation, snapshot, settings, &search.question, NULL, names);
	if (reason == REASON_GRANTED)
		catalogue_of(snapshot, evaluation.organization, names, &catalogue);
	for (uint64_t i = page->after; i < catalogue.count && list_page_look(page, i + 1); i++) {
		struct answer answer;
		arena_reset(search.arena);
		search.question.action.name = catalogue.names[i];
		if (allowed(&search, &answer))
			found(&search, catalogue.names[i], NODE_NONE);
	}
	arena_free(names);
	arena_free(search.arena);
	return reason;
}

/* Searches: who may do it, on what, and what may be done.  On one snapshot; every result is true if asked singly, and
 * every id in a result can be asked singly. */
#ifndef DECIDE_SEARCH_H
#define DECIDE_SEARCH_H

#include "decide/lists/list.h"

/* What is looked for. */
enum search_kind { SEARCH_SUBJECTS = 0, SEARCH_RESOURCES, SEARCH_ACTIONS, SEARCH_KINDS };

/* Called for every result, in the order of node ids, of actions by name (their node is NODE_NONE). */
struct search_visitor {
	void *context;
	void (*found)(void *context, const char *id, node_id node);
};

/* Every candidate is a decision: fewer are looked at for a page than of a list. */
#define SEARCH_LOOKS 4000

/* REASON_GRANTED, whether something was found or not; or why there is nothing to be found: the question cannot be decided, or
 * whom or what it names besides is not there. */

/* People (or groups, for subject.type "group") for whom the question is an allow.  question->subject.id is ignored. */
enum reason search_subjects(const struct snapshot *snapshot, const struct decide_settings *settings,
                            const struct question *question, struct list_page *page,
                            const struct search_visitor *visitor);

/* Resources of question->resource.type that the directory keeps (or workspaces, organizations).  Their id in the question is
 * ignored.  context.workspace and resource.properties.workspace narrow the search to what is there. */
enum reason search_resources(const struct snapshot *snapshot, const struct decide_settings *settings,
                             const struct question *question, struct list_page *page,
                             const struct search_visitor *visitor);

/* Names of the catalogue and the built-in ones.  question->action is ignored. */
enum reason search_actions(const struct snapshot *snapshot, const struct decide_settings *settings,
                           const struct question *question, struct list_page *page,
                           const struct search_visitor *visitor);

#endif

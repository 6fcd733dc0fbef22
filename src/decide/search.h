/* Searches: who may do it, on what, and what may be done.  On one snapshot; every result is true if asked singly, and
 * every id in a result can be asked singly. */
#ifndef DECIDE_SEARCH_H
#define DECIDE_SEARCH_H

#include "decide/decide.h"

/* Called for every result, in a stable order of node ids (or names).  Return false to stop (a full page): the search
 * can go on later after `last`. */
struct search_visitor {
	void *context;
	bool (*found)(void *context, const char *id, node_id node);
};

/* People (or groups, for subject.type "group") for whom the question is an allow.  question->subject.id is ignored. */
void search_subjects(const struct snapshot *snapshot, const struct decide_settings *settings,
                     const struct question *question, node_id after, const struct search_visitor *visitor);

/* Resources of question->resource.type that the directory keeps (or workspaces, organizations). */
void search_resources(const struct snapshot *snapshot, const struct decide_settings *settings,
                      const struct question *question, node_id after, const struct search_visitor *visitor);

/* Names of the catalogue and the built-in ones.  `after` is a name or NULL. */
void search_actions(const struct snapshot *snapshot, const struct decide_settings *settings,
                    const struct question *question, const char *after, const struct search_visitor *visitor);

#endif

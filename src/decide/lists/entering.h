/* Which workspaces a user can enter.  Internal to decide/. */
#ifndef DECIDE_ENTERING_H
#define DECIDE_ENTERING_H

#include "decide/evaluation.h"
#include "decide/lists/list.h"
#include "decide/standing.h"

/* One user, asked about one workspace after the other. */
struct entering {
	struct evaluation evaluation; /* of the workspace that was asked about last, in `scratch` but for the membership */
	struct standing standing;
	struct question question;
	struct arena *arena, *scratch;
	bool active; /* who is not can enter nothing */
};
void entering_init(struct entering *entering, const struct list_view *view, node_id user);
void entering_release(struct entering *entering);

/* The decision about workspace.read on that workspace, as if it were asked singly. */
bool entering_allowed(struct entering *entering, node_id workspace);

/* The next workspace of the page that the user can enter: at positions `base` + node.  False: the page ends. */
bool entering_next(struct entering *entering, struct list_page *page, uint64_t base, struct relation_cursor *cursor,
                   node_id *workspace);
void entering_seek(const struct entering *entering, const struct list_page *page, uint64_t base,
                   struct relation_cursor *cursor);

#endif

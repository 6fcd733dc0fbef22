#include "decide/lists/entering.h"

#include "decide/check.h"
#include "decide/lists/held.h"
#include "decide/subject.h"

void entering_init(struct entering *entering, const struct list_view *view, node_id user)
{
	*entering = (struct entering){.arena = arena_new(), .scratch = arena_new()};
	entering->active = person_active(snapshot_entry(view->snapshot, user), view->at);
	viewing_begin(view, user, user, entering->arena, &entering->evaluation);
	entering->question = *entering->evaluation.question;
	entering->question.action.name = "workspace.read";
	entering->question.resource = (struct resource_ref){.type = "workspace", .id = ""};
	entering->evaluation.question = &entering->question;
	entering->evaluation.arena = entering->scratch;
}

void entering_release(struct entering *entering)
{
	arena_free(entering->scratch);
	arena_free(entering->arena);
}

bool entering_allowed(struct entering *entering, node_id workspace)
{
	struct evaluation *evaluation = &entering->evaluation;
	struct check check;
	if (!entering->active || organization_of(evaluation->snapshot, workspace) == NODE_NONE)
		return false;
	arena_reset(entering->scratch);
	evaluation_move(evaluation, workspace);
	evaluation->resource = workspace;
	evaluation->resource_entry = evaluation->place_entry;
	standing_find(evaluation, workspace, &entering->standing);
	check_action(evaluation, &entering->standing, entering->question.action.name, &check);
	return check.reason == REASON_GRANTED;
}

void entering_seek(const struct entering *entering, const struct list_page *page, uint64_t base,
                   struct relation_cursor *cursor)
{
	node_id last = page->after > base ? (node_id)(page->after - base) : NODE_NONE;
	snapshot_relation_after(entering->evaluation.snapshot, RELATION_KIND, KIND_WORKSPACE, last, cursor);
}

bool entering_next(struct entering *entering, struct list_page *page, uint64_t base, struct relation_cursor *cursor,
                   node_id *workspace)
{
	while (entering->active && relation_next(cursor, workspace) && list_page_look(page, base + *workspace))
		if (entering_allowed(entering, *workspace)) {
			list_page_row(page);
			return true;
		}
	return false;
}

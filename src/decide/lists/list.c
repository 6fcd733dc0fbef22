#include "decide/lists/list.h"

#include "decide/place.h"

bool list_page_look(struct list_page *page, uint64_t position)
{
	if (page->next == 0)
		page->next = page->after;
	page->more = page->limit == 0 || page->looks == 0;
	if (page->more)
		return false;
	page->looks--;
	page->next = position;
	return true;
}

void list_page_row(struct list_page *page)
{
	if (page->limit > 0)
		page->limit--;
}

void list_kind(const struct list_view *view, enum kind kind, node_id organization, struct list_page *page,
               const struct node_visitor *visitor)
{
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation_after(view->snapshot, RELATION_KIND, kind, (node_id)page->after, &cursor);
	while (relation_next(&cursor, &node) && list_page_look(page, node)) {
		if (organization != NODE_NONE && !reference_allowed(view->snapshot, organization, node))
			continue;
		list_page_row(page);
		visitor->found(visitor->context, node);
	}
}

/* What all lists have in common: what they are read from, and pages. */
#ifndef DECIDE_LIST_H
#define DECIDE_LIST_H

#include "decide/decide.h"

/* Lists are pure functions of a frozen snapshot, the site's settings and a time, as decisions are. */
struct list_view {
	const struct snapshot *snapshot;
	const struct decide_settings *settings;
	instant at;
};

/* One page.  A list has an order that depends on the snapshot alone; a position in it is a number, greater than 0.  A page
 * ends after `limit` rows, or after so many candidates were looked at: then it may be short, or empty, and `more` says that
 * it is not the end.  So each page costs about the same, no row comes twice, and none is left out. */
struct list_page {
	uint64_t after; /* begins after this position; 0: at the beginning */
	uint32_t limit; /* rows */
	uint32_t looks; /* candidates */
	uint64_t next;  /* filled in: the position to go on after */
	bool more;      /* filled in: it goes on; false: that was all */
};
#define LIST_LIMIT_DEFAULT 100
#define LIST_LIMIT_MAX     1000
#define LIST_LOOKS         100000

/* The whole list in one page. */
#define LIST_WHOLE ((struct list_page){.limit = UINT32_MAX, .looks = UINT32_MAX})

/* Counts one more candidate, at `position`.  False: the page ends before it. */
bool list_page_look(struct list_page *page, uint64_t position);
/* Counts one more row. */
void list_page_row(struct list_page *page);

/* All entries of a kind in the order of their nodes: those that belong to `organization` or are common, all of them if it is
 * NODE_NONE. */
struct node_visitor {
	void *context;
	void (*found)(void *context, node_id node);
};
void list_kind(const struct list_view *view, enum kind kind, node_id organization, struct list_page *page,
               const struct node_visitor *visitor);

#endif

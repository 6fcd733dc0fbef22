/* One group: what it is in, what it is bound to, who is in it. */
#ifndef DECIDE_GROUPS_H
#define DECIDE_GROUPS_H

#include "decide/lists/list.h"
#include "decide/lists/users.h"
#include "decide/people.h"

struct group_binding {
	node_id place;        /* where the binding holds */
	struct chain chain;   /* the group is the subject; `stop` says if it gives nothing at the moment */
	node_id role;
};
struct group_profile {
	node_id node;
	const char *id, *name, *description;
	bool dynamic;         /* members are found by a filter */
	bool gives_nothing;   /* a distribution group, or one whose members cannot be told */
	uint32_t group_count; /* that it is in, directly or through groups */
	const node_id *groups;
	uint32_t binding_count;
	const struct group_binding *bindings;
};
void group_profile(const struct list_view *view, node_id group, struct arena *arena, struct group_profile *profile);

/* People who are certainly in it, with the groups on the way (the group itself is the last one). */
struct group_member {
	struct listed_user user;
	uint32_t path_count;
	const node_id *path;
};
struct group_visitor {
	void *context;
	void (*found)(void *context, const struct group_member *member);
};
/* `candidates` as in members.h: once for all pages. */
void group_find_members(const struct list_view *view, node_id group, struct people_set *candidates);
void group_members(const struct list_view *view, node_id group, const struct people_set *candidates,
                   struct list_page *page, const struct group_visitor *visitor);

#endif

/* Members of a place: who has which access there, by which path. */
#ifndef DECIDE_MEMBERS_H
#define DECIDE_MEMBERS_H

#include "decide/lists/list.h"
#include "decide/lists/users.h"
#include "decide/people.h"

/* Which members: those by bindings of the place itself and of the workspaces around it that reach it; with `organization`
 * those by bindings on the whole organization as well.  Of an organization: by bindings on the whole of it. */
struct members_of {
	node_id place;
	bool organization;
};

/* One way by which a role is held there.  A role that inherits others is one way. */
struct member_way {
	node_id role;
	struct chain chain;  /* groups and binding; `stop` says if it gives nothing at the moment (pending, outside-time …) */
	instant until;       /* INSTANT_MAX: none */
	uint32_t restriction_count; /* of this binding */
	const node_id *restrictions;
};

enum member_kind {
	MEMBER_PERSON = 0,
	MEMBER_INVITED,  /* a mail address that no person of the snapshot has; `user.node` is the dgInvitation */
	MEMBER_EVERYONE, /* all who come in by default or publicity: one row */
};
struct listed_member {
	enum member_kind kind;
	struct listed_user user; /* status pending: nothing but invitations; of EVERYONE and INVITED: id, mail and status only */
	uint32_t way_count;      /* at least one */
	const struct member_way *ways; /* highest rank first */
	uint32_t restriction_count;    /* that narrow all of them, by bindings without a role */
	const node_id *restrictions;
};

/* The candidates, once for all pages of a list; keep them as long as pages are read. */
void members_find(const struct list_view *view, const struct members_of *of, struct people_set *candidates);

struct member_visitor {
	void *context;
	void (*found)(void *context, const struct listed_member *member);
};
/* Everyone first, then people in the order of their nodes, each followed by nothing else; last, invited addresses. */
void members_list(const struct list_view *view, const struct members_of *of, const struct people_set *candidates,
                  struct list_page *page, const struct member_visitor *visitor);

/* How many rows there are; page->more when not all were looked at. */
struct members_count { uint32_t people, pending, everyone; };
void members_count(const struct list_view *view, const struct members_of *of, struct list_page *page,
                   struct members_count *count);

#endif

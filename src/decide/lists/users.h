/* Users, as lists show them. */
#ifndef DECIDE_USERS_H
#define DECIDE_USERS_H

#include "decide/lists/effective.h"
#include "decide/lists/list.h"

enum account_state { ACCOUNT_DEACTIVATED = 0, ACCOUNT_ACTIVE, ACCOUNT_PENDING };
enum account_state account_state(const struct entry *person, instant at);
const char *account_state_name(enum account_state state); /* "deactivated", "active", "pending" */

struct listed_user {
	node_id node;
	const char *id;     /* one that can be asked about (names.h) */
	const char *name;   /* or NULL */
	const char *mail;   /* or NULL */
	const char *avatar; /* a link: labeledURI (http or https only), or NULL */
	bool photo;         /* the entry has a jpegPhoto */
	enum account_state status;
	instant last_seen;  /* authTimestamp, pwdLastSuccess, lastLoginTime, lastLogon or lastLogonTimestamp, the latest;
	                       INSTANT_MIN: the directory does not say */
};
void user_describe(const struct list_view *view, node_id node, struct arena *arena, struct listed_user *user);

/* People of `organization` (NODE_NONE: all) of whose id, names or mail `query` is a part, as names are equal; NULL: all of
 * them.  What `found` is shown lives until it returns. */
struct user_visitor {
	void *context;
	void (*found)(void *context, const struct listed_user *user);
};
void users_list(const struct list_view *view, node_id organization, const char *query, struct list_page *page,
                const struct user_visitor *visitor);

/* ---- One user ---- */

struct user_profile {
	struct listed_user user;
	node_id plan;                  /* her own; NODE_NONE: none */
	uint32_t organization_count;   /* whose people include her */
	const node_id *organizations;
	uint32_t group_count;          /* that she certainly is in, directly first */
	const node_id *groups;
	uint32_t role_count;           /* on her organizations as a whole; the place is in the chain */
	const struct held_role *roles;
};
void user_profile(const struct list_view *view, node_id node, struct arena *arena, struct user_profile *profile);

/* The workspaces that the user can enter (workspace.read is allowed there), with the roles that bindings give her there.
 * The same as a search for resources of type workspace. */
struct entered_workspace {
	node_id workspace;
	uint32_t role_count;
	const struct held_role *roles;
};
struct workspace_visitor {
	void *context;
	void (*found)(void *context, const struct entered_workspace *workspace);
};
void user_workspaces(const struct list_view *view, node_id user, struct list_page *page,
                     const struct workspace_visitor *visitor);

/* What a list asks about the user in a place, both by DN; without action and resource.  In the arena. */
const struct question *user_question(const struct list_view *view, node_id user, node_id place, struct arena *arena);

/* ---- Claims for a token ---- */

/* What the user holds in one place, in few words. */
struct claim {
	node_id place;
	uint32_t role_count;         /* that bindings give, and that grant at the moment */
	const node_id *roles;
	uint32_t permission_count;   /* held whatever the resource is */
	const char *const *permissions;
	uint32_t conditional_count;  /* held for some resources */
	const char *const *conditional;
};
struct claim_visitor {
	void *context;
	void (*found)(void *context, const struct claim *claim);
};
/* Her organizations first, then the workspaces that she can enter; those in which she holds nothing are left out.  A page
 * ends as others do. */
void user_claims(const struct list_view *view, node_id user, struct list_page *page, const struct claim_visitor *visitor);

#endif

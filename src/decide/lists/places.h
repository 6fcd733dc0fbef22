/* Workspaces and organizations, as lists show them. */
#ifndef DECIDE_PLACES_H
#define DECIDE_PLACES_H

#include "decide/lists/list.h"
#include "model/policy.h"

struct listed_place {
	node_id node, organization;
	const char *id;          /* one that can be asked about (names.h) */
	const char *name, *description, *color; /* or NULL */
	bool disabled;           /* by itself, by what is around it, or by its organization */
	bool is_public;
	bool isolated;
	bool is_default;         /* the organization's default workspace */
	enum join join;
	node_id parent;          /* the workspace around it; NODE_NONE: none */
	instant created;         /* createTimestamp or whenCreated; INSTANT_MIN: not readable */
	uint32_t owner_count;
	const node_id *owners;   /* as `owner` names them, known entries only */
};
void place_describe(const struct list_view *view, node_id node, struct arena *arena, struct listed_place *place);

/* Workspaces of the organization (NODE_NONE: of all).  One that no organization encloses is unknown. */
void workspaces_list(const struct list_view *view, node_id organization, struct list_page *page,
                     const struct node_visitor *visitor);

/* ---- The organization ---- */

struct plan_seats {
	node_id plan;
	bool of_organization;    /* dgHasPlan of the organization itself: of everybody without an own plan */
	bool limited;
	uint32_t seats, used;
};
struct organization_overview {
	struct listed_place place;
	node_id default_workspace, default_role, plan; /* NODE_NONE: none, or not known */
	uint32_t workspaces, groups;
	uint32_t active, pending, deactivated; /* its people */
	uint32_t plan_count;     /* its own and the common ones, by DN */
	const struct plan_seats *plans;
	uint32_t without_plan;   /* active and pending people */
};
void organization_overview(const struct list_view *view, node_id organization, struct arena *arena,
                           struct organization_overview *overview);

#endif

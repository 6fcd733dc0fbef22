/* Where a user can go, and what she holds there. */
#include "decide/lists/entering.h"
#include "decide/lists/held.h"
#include "decide/lists/users.h"
#include "decide/membership.h"

void user_workspaces(const struct list_view *view, node_id user, struct list_page *page,
                     const struct workspace_visitor *visitor)
{
	const struct held_wish given = {false, held_by_binding, NULL};
	struct entering entering;
	struct relation_cursor cursor;
	node_id workspace;
	entering_init(&entering, view, user);
	entering_seek(&entering, page, 0, &cursor);
	while (entering_next(&entering, page, 0, &cursor, &workspace)) {
		struct held_roles held;
		held_list(&entering.evaluation, &entering.standing, &given, &held);
		visitor->found(visitor->context, &(struct entered_workspace){workspace, held.count, held.roles});
	}
	entering_release(&entering);
}

/* ---- Claims ---- */

const struct question *user_question(const struct list_view *view, node_id user, node_id place, struct arena *arena)
{
	struct question *question = arena_alloc(arena, sizeof(*question));
	struct member *workspace = arena_alloc(arena, sizeof(*workspace));
	struct value *context = arena_alloc(arena, sizeof(*context));
	*workspace = (struct member){"workspace", {.kind = VALUE_STRING, .string = node_dn(view->snapshot, place, arena)}};
	*context = (struct value){.kind = VALUE_OBJECT, .count = 1, .members = workspace};
	*question = (struct question){
		.subject = {.type = "user", .id = node_dn(view->snapshot, user, arena)},
		.context = context,
		.at = view->at,
	};
	return question;
}

struct claiming {
	const struct list_view *view;
	node_id user;
	struct arena *arena; /* for one place at a time */
	const struct claim_visitor *visitor;
};

/* Everything that the user may do there. */
static void ask(struct claiming *claiming, node_id place, struct effective *effective)
{
	const struct list_view *view = claiming->view;
	effective_permissions(view->snapshot, view->settings, user_question(view, claiming->user, place, claiming->arena),
	                      claiming->arena, effective);
}

static void claim_roles(struct claiming *claiming, const struct effective *effective, struct claim *claim)
{
	struct nodes roles = {0};
	for (uint32_t i = 0; i < effective->role_count; i++) {
		const struct held_role *held = &effective->roles[i];
		if (held->chain.role_count == 1 && held->chain.stop == REASON_GRANTED)
			nodes_add(&roles, held->role, claiming->arena);
	}
	claim->role_count = roles.count;
	claim->roles = roles.items;
}

static void claim_permissions(struct claiming *claiming, const struct effective *effective, struct claim *claim)
{
	const char **always = arena_array(claiming->arena, (size_t)effective->permission_count + 1, sizeof(*always));
	const char **sometimes = arena_array(claiming->arena, (size_t)effective->permission_count + 1, sizeof(*sometimes));
	for (uint32_t i = 0; i < effective->permission_count; i++) {
		const struct effective_permission *permission = &effective->permissions[i];
		if (permission->conditional)
			sometimes[claim->conditional_count++] = permission->name;
		else
			always[claim->permission_count++] = permission->name;
	}
	claim->permissions = always;
	claim->conditional = sometimes;
}

static void visit_place(struct claiming *claiming, node_id place)
{
	struct claim claim = {.place = place};
	struct effective effective;
	arena_reset(claiming->arena);
	ask(claiming, place, &effective);
	claim_roles(claiming, &effective, &claim);
	claim_permissions(claiming, &effective, &claim);
	if (claim.role_count + claim.permission_count + claim.conditional_count > 0)
		claiming->visitor->found(claiming->visitor->context, &claim);
}

/* Organizations have the first positions, workspaces those after them. */
#define WORKSPACE_POSITIONS (UINT64_C(1) << 32)

static bool visit_organizations(struct claiming *claiming, struct list_page *page)
{
	struct organizations home;
	organizations_of_person(claiming->view->snapshot, claiming->user, &home);
	for (uint64_t i = page->after; i < home.count; i++) {
		if (!list_page_look(page, i + 1))
			return false;
		list_page_row(page);
		visit_place(claiming, home.nodes[i]);
	}
	return true;
}

void user_claims(const struct list_view *view, node_id user, struct list_page *page, const struct claim_visitor *visitor)
{
	struct claiming claiming = {view, user, arena_new(), visitor};
	struct entering entering;
	struct relation_cursor cursor;
	node_id workspace;
	entering_init(&entering, view, user);
	if (entering.active && visit_organizations(&claiming, page)) {
		entering_seek(&entering, page, WORKSPACE_POSITIONS, &cursor);
		while (entering_next(&entering, page, WORKSPACE_POSITIONS, &cursor, &workspace))
			visit_place(&claiming, workspace);
	}
	entering_release(&entering);
	arena_free(claiming.arena);
}

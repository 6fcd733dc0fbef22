/* The matrix of a place: roles and permissions, as the policy says it before any binding. */
#ifndef DECIDE_MATRIX_H
#define DECIDE_MATRIX_H

#include "decide/lists/list.h"

enum matrix_cell {
	MATRIX_NO = 0,
	MATRIX_YES,
	MATRIX_OPTIONAL,    /* a dgOptionalPermission of the role, or a dgRestriction meant for the role takes it away */
	MATRIX_CONDITIONAL, /* held for the resources that a filter lets pass, or with a plan that the organization has not */
};
const char *matrix_cell_name(enum matrix_cell cell); /* "no", "yes", "optional", "conditional" */

struct matrix {
	node_id place, organization;
	uint32_t role_count;
	const node_id *roles;             /* highest dgRank first, then by name */
	uint32_t permission_count;
	const char *const *permissions;   /* by name */
	const char *const *labels;        /* "" if none */
	const unsigned char *cells;       /* enum matrix_cell; [role * permission_count + permission] */
};
/* The roles that could be held there: the organization's own and the common ones. */
void matrix_of(const struct list_view *view, node_id place, struct arena *arena, struct matrix *matrix);

#endif

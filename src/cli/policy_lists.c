/* What policy tests can list. */
#include "cli/policy_test.h"

#include <string.h>

static const char **list_new(struct arena *arena, size_t count, struct policy_strings *got)
{
	const char **items = arena_array(arena, count + 1, sizeof(*items));

	*got = (struct policy_strings){true, count, items};
	return items;
}

/* ---- permissions ---- */

/* The state of the one permission that is asked for. */
static const char *permission_state(const struct dirgate_permissions *permissions, const char *name)
{
	for (size_t i = 0; i < permissions->permission_count; i++)
		if (strcmp(permissions->permissions[i].name, name) == 0)
			return permissions->permissions[i].state;
	return "no";
}

/* Names of those that are held, conditional ones with them. */
static void permission_names(const struct dirgate_permissions *permissions, struct arena *arena,
                             struct policy_strings *got)
{
	const char **items = list_new(arena, permissions->permission_count, got);

	got->count = 0;
	for (size_t i = 0; i < permissions->permission_count; i++)
		if (strcmp(permissions->permissions[i].state, "denied") != 0)
			items[got->count++] = arena_string(arena, permissions->permissions[i].name);
}

static int get_permissions(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                           struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_permissions *permissions = dirgate_permissions(gate, &step->question, why);
	bool listed;

	if (!permissions)
		return -1;
	listed = permissions->outcome == DIRGATE_ALLOW;
	if (!listed)
		*word = arena_string(arena, permissions->reason);
	else if (step->permission)
		*word = arena_string(arena, permission_state(permissions, step->permission));
	else
		permission_names(permissions, arena, got);
	dirgate_permissions_free(permissions);
	return listed ? 0 : POLICY_REFUSED;
}

/* ---- names ---- */

static int get_names(struct dirgate *gate, enum dirgate_listing listing, const struct policy_step *step,
                     struct arena *arena, struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_names *names = dirgate_list(gate, listing, &step->question, why);
	const char **items;
	bool listed;

	if (!names)
		return -1;
	listed = names->outcome == DIRGATE_ALLOW;
	if (!listed)
		*word = arena_string(arena, names->reason);
	items = list_new(arena, names->count, got);
	for (size_t i = 0; i < names->count; i++)
		items[i] = arena_string(arena, names->ids[i]);
	dirgate_names_free(names);
	return listed ? 0 : POLICY_REFUSED;
}

static int get_members(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                       struct policy_strings *got, const char **word, char **why)
{
	return get_names(gate, DIRGATE_MEMBERS, step, arena, got, word, why);
}

static int get_workspaces(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                          struct policy_strings *got, const char **word, char **why)
{
	return get_names(gate, DIRGATE_WORKSPACES, step, arena, got, word, why);
}

static int get_who(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                   struct policy_strings *got, const char **word, char **why)
{
	return get_names(gate, DIRGATE_SUBJECTS, step, arena, got, word, why);
}

static int get_what(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                    struct policy_strings *got, const char **word, char **why)
{
	return get_names(gate, DIRGATE_RESOURCES, step, arena, got, word, why);
}

static int get_roles(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                     struct policy_strings *got, const char **word, char **why)
{
	return get_names(gate, DIRGATE_ROLES, step, arena, got, word, why);
}

/* ---- the matrix ---- */

/* One cell; a role or a permission that is not in the matrix is said to be "unknown". */
static const char *cell_of(const struct dirgate_matrix *matrix, const char *role, const char *permission)
{
	for (size_t i = 0; i < matrix->role_count; i++)
		for (size_t k = 0; k < matrix->permission_count && strcmp(matrix->roles[i], role) == 0; k++)
			if (strcmp(matrix->permissions[k], permission) == 0)
				return matrix->cells[i * matrix->permission_count + k];
	return "unknown";
}

static int get_matrix(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                      struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_matrix *matrix = dirgate_matrix(gate, &step->question, why);
	bool listed;

	(void)got;
	if (!matrix)
		return -1;
	listed = matrix->outcome == DIRGATE_ALLOW;
	*word = arena_string(arena, listed ? cell_of(matrix, step->role, step->permission) : matrix->reason);
	dirgate_matrix_free(matrix);
	return listed ? 0 : POLICY_REFUSED;
}

/* ---- the table ---- */

#define AT(member) offsetof(struct policy_step, member)

const struct policy_listing policy_listings[] = {
	{"members", AT(question.workspace), {{NULL, 0}}, get_members},
	{"workspaces", AT(question.subject), {{NULL, 0}}, get_workspaces},
	{"who", AT(question.action), {{NULL, 0}}, get_who},
	{"what", AT(question.subject), {{"action", AT(question.action)}, {"type", AT(question.resource_type)}}, get_what},
	{"permissions", AT(question.subject), {{"workspace", AT(question.workspace)}}, get_permissions},
	{"roles", AT(question.workspace), {{NULL, 0}}, get_roles},
	{"matrix", AT(question.workspace), {{"role", AT(role)}, {"permission", AT(permission)}}, get_matrix},
};
const size_t policy_listing_count = sizeof(policy_listings) / sizeof(policy_listings[0]);

const char *policy_step_text(const struct policy_step *step, size_t place)
{
	return *(const char *const *)(const void *)((const char *)step + place);
}

const char *policy_listing_missing(const struct policy_step *step)
{
	const struct policy_listing *listing = step->listing;

	for (size_t i = 0; i < sizeof(listing->needs) / sizeof(listing->needs[0]) && listing->needs[i].name; i++)
		if (!policy_step_text(step, listing->needs[i].place))
			return listing->needs[i].name;
	return NULL;
}

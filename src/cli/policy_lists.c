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

/* ---- tables ---- */

/* 0 with the table, whatever is in it; POLICY_REFUSED with the reason in *word; negative with *why. */
static int get_table(struct dirgate *gate, enum dirgate_topic topic, const struct dirgate_question *question,
                     struct arena *arena, struct dirgate_table **table, const char **word, char **why)
{
	const struct dirgate_table_query query = {.name = question->workspace, .question = question};

	*table = dirgate_table(gate, topic, &query, why);
	if (!*table)
		return -1;
	if ((*table)->outcome == DIRGATE_ALLOW)
		return 0;
	*word = arena_string(arena, (*table)->reason);
	dirgate_table_free(*table);
	return POLICY_REFUSED;
}

/* Who or what each row is about: its first cell. */
static int get_rows(struct dirgate *gate, enum dirgate_topic topic, const struct dirgate_question *question,
                    struct arena *arena, struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_table *table;
	const char **items;
	int result = get_table(gate, topic, question, arena, &table, word, why);

	if (result != 0)
		return result;
	items = list_new(arena, table->row_count, got);
	for (size_t i = 0; i < table->row_count; i++)
		items[i] = arena_string(arena, table->cells[i * table->column_count]);
	dirgate_table_free(table);
	return 0;
}

static int get_members(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                       struct policy_strings *got, const char **word, char **why)
{
	return get_rows(gate, DIRGATE_MEMBERS, &step->question, arena, got, word, why);
}

/* "Can enter": workspace.read is allowed there. */
static int get_workspaces(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                          struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_question question = step->question;

	question.action = "workspace.read";
	question.resource_type = "workspace";
	return get_rows(gate, DIRGATE_RESOURCES, &question, arena, got, word, why);
}

static int get_who(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                   struct policy_strings *got, const char **word, char **why)
{
	return get_rows(gate, DIRGATE_SUBJECTS, &step->question, arena, got, word, why);
}

static int get_what(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                    struct policy_strings *got, const char **word, char **why)
{
	return get_rows(gate, DIRGATE_RESOURCES, &step->question, arena, got, word, why);
}

/* ---- the matrix: a column for each role after that of the permissions ---- */

static int get_roles(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                     struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_table *matrix;
	const char **items;
	int result = get_table(gate, DIRGATE_MATRIX, &step->question, arena, &matrix, word, why);

	if (result != 0)
		return result;
	items = list_new(arena, matrix->column_count - 1, got);
	for (size_t i = 1; i < matrix->column_count; i++)
		items[i - 1] = arena_string(arena, matrix->columns[i]);
	dirgate_table_free(matrix);
	return 0;
}

/* One cell; a role or a permission that is not in the matrix is said to be "unknown". */
static const char *cell_of(const struct dirgate_table *matrix, const char *role, const char *permission)
{
	for (size_t i = 0; i < matrix->row_count; i++)
		for (size_t k = 1; k < matrix->column_count; k++) {
			const char *const *row = &matrix->cells[i * matrix->column_count];

			if (strcmp(row[0], permission) == 0 && strcmp(matrix->columns[k], role) == 0)
				return row[k];
		}
	return "unknown";
}

static int get_matrix(struct dirgate *gate, const struct policy_step *step, struct arena *arena,
                      struct policy_strings *got, const char **word, char **why)
{
	struct dirgate_table *matrix;
	int result = get_table(gate, DIRGATE_MATRIX, &step->question, arena, &matrix, word, why);

	(void)got;
	if (result != 0)
		return result;
	*word = arena_string(arena, cell_of(matrix, step->role, step->permission));
	dirgate_table_free(matrix);
	return 0;
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

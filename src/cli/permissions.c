/* permissions: all that somebody may do in a place. */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LIST_MAX 65536 /* octets of a cell */

static void add_titles(struct table *table, const char *const *titles)
{
	for (size_t i = 0; i < table->column_count; i++)
		table_add(table, STYLE_BOLD, titles[i]);
}

static void print_roles(const struct dirgate_permissions *permissions, struct printer *out)
{
	static const char *const titles[] = {"ROLE", "STATE", "UNTIL", "THROUGH"};
	struct table table;

	if (permissions->role_count == 0)
		return;
	table_init(&table, sizeof(titles) / sizeof(titles[0]));
	add_titles(&table, titles);
	for (size_t i = 0; i < permissions->role_count; i++) {
		const struct dirgate_role *role = &permissions->roles[i];
		bool held = strcmp(role->state, "held") == 0;

		table_add(&table, STYLE_PLAIN, role->id);
		table_add(&table, held ? STYLE_GOOD : STYLE_BAD, role->state);
		table_add(&table, STYLE_PLAIN, role->until);
		table_add(&table, STYLE_DIM, role->via);
	}
	table_print(&table, out);
	printer_write(out, "\n");
}

static enum style style_of(const char *state)
{
	if (strcmp(state, "yes") == 0)
		return STYLE_GOOD;
	return strcmp(state, "conditional") == 0 ? STYLE_DOUBT : STYLE_BAD;
}

static void add_obligations(struct table *table, const struct dirgate_permission *permission)
{
	struct text list;

	text_init(&list, LIST_MAX);
	for (size_t i = 0; i < permission->obligation_count; i++)
		text_print(&list, "%s%s", i > 0 ? "; " : "", permission->obligations[i]);
	table_add(table, STYLE_PLAIN, list.overflowed ? "too many to be shown: see --json" : text_string(&list));
	text_release(&list);
}

static void print_permissions(const struct dirgate_permissions *permissions, struct printer *out)
{
	static const char *const titles[] = {"PERMISSION", "HELD", "UNTIL", "CONDITION OR REASON", "OBLIGATIONS"};
	struct table table;

	if (permissions->permission_count == 0) {
		printer_write(out, "No permissions.\n");
		return;
	}
	table_init(&table, sizeof(titles) / sizeof(titles[0]));
	add_titles(&table, titles);
	for (size_t i = 0; i < permissions->permission_count; i++) {
		const struct dirgate_permission *permission = &permissions->permissions[i];

		table_add(&table, STYLE_PLAIN, permission->name);
		table_add(&table, style_of(permission->state), permission->state);
		table_add(&table, STYLE_PLAIN, permission->until);
		table_add(&table, STYLE_PLAIN, permission->detail);
		add_obligations(&table, permission);
	}
	table_print(&table, out);
}

static void print_all(const struct dirgate_permissions *permissions, struct printer *out)
{
	if (permissions->subject_dn && permissions->place_dn)
		printer_print(out, STYLE_BOLD, "%s\nin %s\n\n", permissions->subject_dn, permissions->place_dn);
	print_roles(permissions, out);
	print_permissions(permissions, out);
}

static const enum exit_status statuses[] = {
	[DIRGATE_DENY] = STATUS_NO,
	[DIRGATE_ALLOW] = STATUS_YES,
	[DIRGATE_CANNOT_DECIDE] = STATUS_CANNOT_DECIDE,
};

enum exit_status command_permissions(const struct command_line *line, struct dirgate *gate, struct printer *out,
                                     char **why)
{
	struct dirgate_permissions *permissions = dirgate_permissions(gate, &line->question, why);
	enum exit_status status;

	if (!permissions)
		return STATUS_FAILURE;
	status = statuses[permissions->outcome];
	if (line->json)
		printer_write_line(out, permissions->json);
	else if (status == STATUS_YES)
		print_all(permissions, out);
	else
		printer_print(out, STYLE_BAD, "%s: %s\n", permissions->reason, permissions->meaning);
	dirgate_permissions_free(permissions);
	return status;
}

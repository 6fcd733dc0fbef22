/* Every table of include/dirgate.h, of one source: its outcome, its cells, its JSON.
 *
 *   tables SOURCE          as in support/opened.h
 *
 * On the organization of examples/respondio: tests/cli/sources.sh compares what sources say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dirgate.h"
#include "../support/opened.h"

static const struct dirgate_property own[] = {{"assignee", "nadia"}, {"assignee", "x"}};
static const struct dirgate_question
	july = {.at = "2026-07-15T10:00:00Z"},
	deletes = {.action = "contacts.delete", .workspace = "support"},
	reads_own = {.action = "contacts.read", .workspace = "support", .resource_type = "contact", .resource_id = "7",
                     .properties = own, .property_count = 2},
	reads_json = {.action = "contacts.read", .workspace = "support", .resource_type = "contact", .resource_id = "7",
                      .resource_properties = "{\"assignee\":[\"nadia\"]}"},
	groups_in_july = {.action = "workspace.read", .workspace = "sales", .subject_type = "group",
                          .at = "2026-07-15T10:00:00Z"},
	deletes_nowhere = {.action = "contacts.delete", .workspace = "suport"},
	everybody = {.action = "workspace.read"},
	planets = {.action = "workspace.read", .subject_type = "planet"},
	jonas_enters = {.subject = "jonas", .action = "workspace.read", .resource_type = "workspace"},
	jonas_entered = {.subject = "jonas", .action = "workspace.read", .resource_type = "workspace",
                         .at = "2026-07-15T10:00:00Z"},
	agent_enters = {.subject = "mia", .action = "workspace.read", .resource_type = "workspace",
                        .active_roles = (const char *const[]){NULL}},
	nobody_enters = {.subject = "olivai", .action = "workspace.read", .resource_type = "workspace"},
	on_what = {.subject = "mia", .action = "organization.read", .resource_type = "organization"},
	jonas = {.subject = "jonas", .workspace = "support"}, max = {.subject = "max", .workspace = "support"};

static const struct { const char *name; enum dirgate_topic topic; struct dirgate_table_query query; } rows[] = {
	{"users", DIRGATE_USERS, {.organization = "respondio"}},
	{"some users", DIRGATE_USERS, {.search = "may"}},
	{"a user", DIRGATE_USER, {.name = "nadia"}},
	{"no user", DIRGATE_USER, {.name = "nobody"}},
	{"her workspaces", DIRGATE_USER_WORKSPACES, {.name = "jonas"}},
	{"her workspaces in July", DIRGATE_USER_WORKSPACES, {.name = "jonas", .question = &july}},
	{"her claims", DIRGATE_USER_CLAIMS, {.name = "jonas"}},
	{"her claims in July", DIRGATE_USER_CLAIMS, {.name = "jonas", .question = &july}},
	{"workspaces", DIRGATE_WORKSPACES, {.name = NULL}},
	{"members", DIRGATE_MEMBERS, {.name = "support"}},
	{"members in July", DIRGATE_MEMBERS, {.name = "sales", .question = &july}},
	{"members around", DIRGATE_MEMBERS, {.name = "labs", .around = true}},
	{"members nowhere", DIRGATE_MEMBERS, {.name = "suport"}},
	{"the matrix", DIRGATE_MATRIX, {.name = "support"}},
	{"roles", DIRGATE_ROLES, {.name = NULL}},
	{"restrictions", DIRGATE_RESTRICTIONS, {.name = NULL}},
	{"a group", DIRGATE_GROUP, {.name = "berlin"}},
	{"the organization", DIRGATE_ORGANIZATION, {.name = NULL}},
	{"who", DIRGATE_SUBJECTS, {.question = &deletes}},
	{"who, of her own", DIRGATE_SUBJECTS, {.question = &reads_own}},
	{"who, of hers in JSON", DIRGATE_SUBJECTS, {.question = &reads_json}},
	{"which groups in July", DIRGATE_SUBJECTS, {.question = &groups_in_july}},
	{"who, nowhere", DIRGATE_SUBJECTS, {.question = &deletes_nowhere}},
	{"who, in their organization", DIRGATE_SUBJECTS, {.question = &everybody}},
	{"which planets", DIRGATE_SUBJECTS, {.question = &planets}},
	{"on which workspaces", DIRGATE_RESOURCES, {.question = &jonas_enters}},
	{"on which workspaces in July", DIRGATE_RESOURCES, {.question = &jonas_entered}},
	{"on which workspaces without roles", DIRGATE_RESOURCES, {.question = &agent_enters}},
	{"on which workspaces, of nobody", DIRGATE_RESOURCES, {.question = &nobody_enters}},
	{"on which organizations", DIRGATE_RESOURCES, {.question = &on_what}},
	{"what", DIRGATE_ACTIONS, {.question = &jonas}},
	{"what, of who is not active", DIRGATE_ACTIONS, {.question = &max}},
};

static void print_table(const char *name, const struct dirgate_table *table)
{
	printf("== %s: %d %s %s\n", name, table->outcome, table->reason, table->detail ? table->detail : "");
	for (size_t i = 0; i < table->column_count; i++)
		printf("%s|", table->columns[i]);
	for (size_t i = 0; i < table->row_count * table->column_count; i++)
		printf("%s%s|", i % table->column_count == 0 ? "\n" : "", table->cells[i]);
	printf("\n%s\n", table->json);
}

int main(int argc, char **argv)
{
	char *why = NULL;
	struct dirgate *gate = opened_source(argc - 1, argv + 1, &why);

	for (size_t i = 0; gate && i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dirgate_table *table = dirgate_table(gate, rows[i].topic, &rows[i].query, &why);

		if (!table)
			break;
		print_table(rows[i].name, table);
		dirgate_table_free(table);
	}
	dirgate_close(gate);
	if (gate && !why)
		return 0;
	fprintf(stderr, "%s\n", why ? why : "tables " OPENED_USAGE);
	free(why);
	return 1;
}

/* The public library on LDIF files: what it promises in include/dirgate.h. */
#include "dirgate.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct dirgate *open_example(void)
{
	char *why = NULL;
	struct dirgate *gate = dirgate_open_ldif((const char *[]){"examples/respondio", NULL}, NULL, &why);

	if (!gate)
		fail_msg("%s", why);
	return gate;
}

static int start(void **state)
{
	*state = open_example();
	return 0;
}

static int finish(void **state)
{
	dirgate_close(*state);
	return 0;
}

/* ---- decisions ---- */

static void test_outcomes(void **state)
{
	const struct { struct dirgate_question question; enum dirgate_outcome outcome; const char *reason; } rows[] = {
		{{.subject = "mia", .action = "contacts.delete", .workspace = "support"}, DIRGATE_ALLOW, "granted"},
		{{.subject = "mia", .action = "contacts.export", .workspace = "support"}, DIRGATE_DENY, "restricted"},
		{{.subject = "lena", .action = "contacts.read", .workspace = "support"}, DIRGATE_DENY, "no-grant"},
		{{.subject = "nobody", .action = "contacts.read"}, DIRGATE_DENY, "unknown-subject"},
		{{.subject = "mia", .action = "contacts.read", .workspace = "x"}, DIRGATE_DENY, "unknown-workspace"},
		{{.subject = "nadia", .action = "contacts.read", .workspace = "support"}, DIRGATE_DENY, "missing-property"},
		{{.subject = "jonas", .action = "contacts.read", .workspace = "sales", .at = "2026-07-15T10:00:00Z"},
		 DIRGATE_ALLOW, "granted"},
		{{.subject = "jonas", .action = "contacts.read", .workspace = "sales", .at = "2027-07-15T10:00:00Z"},
		 DIRGATE_DENY, "outside-time"},
		{{.subject = "mia", .action = "contacts.delete", .workspace = "support",
		  .active_roles = (const char *[]){"agent", NULL}}, DIRGATE_DENY, "not-activated"},
		{{.subject = "mia", .action = "contacts.delete", .workspace = "support",
		  .active_roles = (const char *[]){NULL}}, DIRGATE_DENY, "not-activated"},
		{{.subject = "berlin", .subject_type = "group", .action = "workspace.read", .workspace = "support"},
		 DIRGATE_ALLOW, "granted"},
		{{.subject = "mia", .action = "contacts.delete", .resource_type = "workspace", .resource_id = "support"},
		 DIRGATE_ALLOW, "granted"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dirgate_answer *answer = dirgate_ask(*state, &rows[i].question, NULL);

		assert_non_null(answer);
		assert_int_equal(answer->outcome, rows[i].outcome);
		assert_string_equal(answer->reason, rows[i].reason);
		assert_true(answer->meaning[0] != '\0');
		assert_null(strchr(answer->json, '\n'));
		assert_int_equal(answer->chain_count, 0);
		dirgate_answer_free(answer);
	}
}

/* A property that is given twice has both values. */
static void test_properties(void **state)
{
	const struct dirgate_property properties[] = {{"assignee", "lena"}, {"team", "x"}, {"assignee", "nadia"}};
	struct dirgate_question question = {.subject = "nadia", .action = "contacts.read", .workspace = "support",
	                                    .resource_type = "contact", .resource_id = "7", .properties = properties};
	struct dirgate_answer *answer = dirgate_ask(*state, &question, NULL);

	assert_string_equal(answer->missing, "assignee");
	dirgate_answer_free(answer);
	question.property_count = 2;
	answer = dirgate_ask(*state, &question, NULL);
	assert_string_equal(answer->reason, "restricted");
	assert_null(answer->missing);
	dirgate_answer_free(answer);
	question.property_count = 3;
	answer = dirgate_ask(*state, &question, NULL);
	assert_int_equal(answer->outcome, DIRGATE_ALLOW);
	assert_int_equal(answer->obligation_count, 1);
	assert_string_equal(answer->obligations[0], "mask=phone,mail");
	dirgate_answer_free(answer);
}

/* Whatever AuthZEN lets a question carry. */
static void test_json(void **state)
{
	const struct dirgate_property owner = {"assignee", "nadia"};
	const struct { struct dirgate_question question; enum dirgate_outcome outcome; const char *reason; } rows[] = {
		{{.subject = "ines", .action = "users.update", .resource_type = "user", .resource_id = "jonas",
		  .action_properties = "{\"attribute\": \"title\"}"}, DIRGATE_ALLOW, "granted"},
		{{.subject = "ines", .action = "users.update", .resource_type = "user", .resource_id = "jonas",
		  .action_properties = "{\"attribute\": \"mail\"}"}, DIRGATE_DENY, "immutable-attribute"},
		{{.subject = "nadia", .action = "contacts.read", .workspace = "support",
		  .resource_properties = "{\"assignee\": [\"lena\", \"nadia\"]}"}, DIRGATE_ALLOW, "granted"},
		{{.subject = "nadia", .action = "contacts.read", .workspace = "support",
		  .resource_properties = "{\"assignee\": [], \"team\": null}"}, DIRGATE_DENY, "restricted"},
		{{.subject = "nadia", .action = "contacts.read", .workspace = "support", .resource_properties = "{\"assignee\": null}"},
		 DIRGATE_DENY, "missing-property"},
		{{.subject = "nadia", .action = "contacts.read", .workspace = "support", .resource_properties = "{\"size\": 3}",
		  .properties = &owner, .property_count = 1}, DIRGATE_ALLOW, "granted"},
		{{.subject = "nadia", .action = "contacts.read", .context = "{\"workspace\": \"support\", \"ip\": \"192.0.2.7\"}",
		  .resource_properties = "{\"assignee\": \"nadia\"}"}, DIRGATE_ALLOW, "granted"},
		{{.subject = "mia", .action = "contacts.delete", .workspace = "support", .context = "{\"active_roles\": []}"},
		 DIRGATE_DENY, "not-activated"},
		{{.subject = "lena", .action = "contacts.read", .workspace = "support",
		  .subject_properties = "{\"groups\": [\"berlin\"]}"}, DIRGATE_DENY, "no-grant"}, /* nobody is trusted */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *why = NULL;
		struct dirgate_answer *answer = dirgate_ask(*state, &rows[i].question, &why);

		if (!answer)
			fail_msg("%zu: %s", i, why);
		assert_string_equal(answer->reason, rows[i].reason);
		assert_int_equal(answer->outcome, rows[i].outcome);
		dirgate_answer_free(answer);
	}
}

#define EIGHT_OPEN "[[[[[[[["
#define EIGHT_SHUT "]]]]]]]]"
#define MANY_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN EIGHT_OPEN /* 56 */
#define MANY_SHUT EIGHT_SHUT EIGHT_SHUT EIGHT_SHUT EIGHT_SHUT EIGHT_SHUT EIGHT_SHUT EIGHT_SHUT

static void test_json_that_is_refused(void **state)
{
	const struct dirgate_property owner = {"Owner", "nadia"};
	const struct { struct dirgate_question question; const char *message; } rows[] = {
		{{.action_properties = "{"}, "action_properties: no JSON text: line 1, column 1"},
		{{.subject_properties = "[]"}, "subject_properties: no object: write an object in JSON"},
		{{.context = "null"}, "context: no object: write an object in JSON"},
		{{.resource_properties = "{\"owner\": null}", .properties = &owner, .property_count = 1},
		 "resource_properties: \"Owner\" is given outside of it as well: leave one of the two out"},
		{{.resource_properties = "{\"a\": 1, \"A\": 1}"}, "resource.properties has two members whose names are equal"},
		{{.context = "{\"workspace\": null}", .workspace = "support"}, "context: \"workspace\" is given outside of it as well"},
		{{.context = "{\"active_roles\": []}", .active_roles = (const char *[]){NULL}},
		 "context: \"active_roles\" is given outside of it as well"},
		{{.context = "{\"dirgate\": {\"explain\": true}}"}, "context: \"dirgate\" is not for callers"},
		{{.context = "{\"active_roles\": \"agent\"}"}, "context.active_roles is not an array of strings"},
		{{.resource_properties = "{\"workspace\": 5}"}, "resource.properties.workspace is not a string"},
		{{.context = "{\"x\": [[[[" MANY_OPEN MANY_SHUT "]]]]}"}, "context: objects and lists inside one another are more than 60"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dirgate_question question = rows[i].question;
		char *why = NULL;

		question.subject = "mia";
		question.action = "contacts.read";
		assert_null(dirgate_ask(*state, &question, &why));
		if (strncmp(why, rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s\nwanted: %s", why, rows[i].message);
		free(why);
	}
}

static void test_json_that_does_not_count(void **state)
{
	struct dirgate_question question = {.subject = "mia", .action = "contacts.read", .context = "{}"};
	char *why = NULL;

	assert_null(dirgate_permissions(*state, &question, &why));
	assert_string_equal(why, "context: it would not count here: leave it out");
	free(why);
	assert_null(dirgate_filter(*state, &question, &why));
	assert_string_equal(why, "context: it would not count here: leave it out");
	free(why);
}

static void assert_step(const struct dirgate_step *step, const char *kind, const char *dn, const char *text)
{
	assert_string_equal(step->kind, kind);
	if (dn)
		assert_string_equal(step->dn, dn);
	else
		assert_null(step->dn);
	assert_string_equal(step->text, text);
}

static void test_explanation(void **state)
{
	const struct dirgate_question question = {.subject = "mia", .action = "contacts.export", .workspace = "support"};
	struct dirgate_answer *answer = dirgate_explain(*state, &question, NULL);
	const struct dirgate_chain *chain = answer->chains;

	assert_int_equal(answer->chain_count, 1);
	assert_string_equal(chain->reason, "restricted");
	assert_true(chain->meaning[0] != '\0');
	assert_int_equal(chain->step_count, 5);
	assert_step(&chain->steps[0], "subject", "uid=mia,ou=people,o=respondio", "mia");
	assert_step(&chain->steps[1], "binding", "cn=managers,ou=support,ou=workspaces,o=respondio", "managers");
	assert_step(&chain->steps[2], "role", "cn=manager,ou=roles,o=respondio", "manager");
	assert_step(&chain->steps[3], "value", NULL, "dgPermission: contacts.*");
	assert_step(&chain->steps[4], "restriction", "cn=no-export,ou=restrictions,o=respondio", "dgRestricts: *.export");
	dirgate_answer_free(answer);
}

static void test_way_through_groups_and_until(void **state)
{
	struct dirgate_question question = {.subject = "nadia", .action = "workspace.read", .workspace = "support"};
	struct dirgate_answer *answer = dirgate_explain(*state, &question, NULL);

	assert_string_equal(answer->chains[0].reason, "granted");
	assert_step(&answer->chains[0].steps[1], "group", "cn=night,ou=groups,o=respondio", "night");
	assert_step(&answer->chains[0].steps[2], "group", "cn=berlin,ou=groups,o=respondio", "berlin");
	assert_null(answer->until);
	dirgate_answer_free(answer);
	question = (struct dirgate_question){.subject = "jonas", .action = "contacts.read", .workspace = "sales",
	                                     .at = "2026-07-15T10:00:00Z"};
	answer = dirgate_explain(*state, &question, NULL);
	assert_string_equal(answer->until, "2026-09-01T00:00:00Z");
	dirgate_answer_free(answer);
}

static void test_owner_is_a_step_of_its_own(void **state)
{
	const struct dirgate_question question = {.subject = "olivia", .action = "workspace.delete", .workspace = "support"};
	struct dirgate_answer *answer = dirgate_explain(*state, &question, NULL);

	assert_int_equal(answer->outcome, DIRGATE_ALLOW);
	assert_step(&answer->chains[0].steps[1], "owner", "ou=support,ou=workspaces,o=respondio", "support");
	dirgate_answer_free(answer);
}

/* ---- lists ---- */

static const struct dirgate_permission *find(const struct dirgate_permissions *permissions, const char *name)
{
	for (size_t i = 0; i < permissions->permission_count; i++)
		if (strcmp(permissions->permissions[i].name, name) == 0)
			return &permissions->permissions[i];
	return NULL;
}

static void test_permissions(void **state)
{
	const struct dirgate_question question = {.subject = "nadia", .workspace = "support"};
	struct dirgate_permissions *permissions = dirgate_permissions(*state, &question, NULL);

	assert_int_equal(permissions->outcome, DIRGATE_ALLOW);
	assert_string_equal(permissions->subject_dn, "uid=nadia,ou=people,o=respondio");
	assert_string_equal(permissions->place_dn, "ou=support,ou=workspaces,o=respondio");
	assert_int_equal(permissions->role_count, 1);
	assert_string_equal(permissions->roles[0].id, "agent");
	assert_string_equal(permissions->roles[0].state, "held");
	assert_string_equal(permissions->roles[0].via, "cn=agents,ou=support,ou=workspaces,o=respondio");
	assert_string_equal(find(permissions, "workspace.read")->state, "yes");
	assert_string_equal(find(permissions, "contacts.read")->state, "conditional");
	assert_non_null(strstr(find(permissions, "contacts.read")->detail, "(assignee=nadia)"));
	assert_int_equal(find(permissions, "contacts.read")->obligation_count, 1);
	assert_null(find(permissions, "contacts.delete"));
	dirgate_permissions_free(permissions);
}

static void test_no_permissions(void **state)
{
	static const struct { const char *subject, *workspace, *reason; } rows[] = {
		{"nobody", "support", "unknown-subject"},
		{"mia", "nowhere", "unknown-workspace"},
		{"max", "support", "subject-inactive"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dirgate_question question = {.subject = rows[i].subject, .workspace = rows[i].workspace};
		struct dirgate_permissions *permissions = dirgate_permissions(*state, &question, NULL);

		assert_int_equal(permissions->outcome, DIRGATE_DENY);
		assert_string_equal(permissions->reason, rows[i].reason);
		assert_int_equal(permissions->permission_count, 0);
		dirgate_permissions_free(permissions);
	}
}

static void test_lint(void **state)
{
	struct dirgate_findings *findings = dirgate_lint(*state, NULL);

	/* What has ended by now is noted; nothing is wrong. */
	assert_int_equal(findings->count, findings->total);
	for (size_t i = 0; i < findings->count; i++)
		assert_string_equal(findings->items[i].code, "expired");
	dirgate_findings_free(findings);
}

/* ---- failures ---- */

static void assert_failed(const void *result, char *why, const char *words)
{
	assert_null(result);
	assert_non_null(why);
	if (!strstr(why, words))
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	free(why);
}

/* ---- lists ---- */

static bool has_row(const struct dirgate_table *table, const char *first)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (strcmp(table->cells[i * table->column_count], first) == 0)
			return true;
	return false;
}

static void test_tables(void **state)
{
	static const struct dirgate_question
		in_support = {.action = "contacts.delete", .workspace = "support"},
		groups = {.action = "workspace.read", .workspace = "support", .subject_type = "group"},
		nowhere = {.action = "contacts.delete", .workspace = "suport"},
		mia_enters = {.subject = "mia", .action = "workspace.read", .resource_type = "workspace"},
		nobody_enters = {.subject = "nobody", .action = "workspace.read", .resource_type = "workspace"},
		mia = {.subject = "mia", .workspace = "support"}, max = {.subject = "max", .workspace = "support"},
		in_july = {.at = "2026-07-15T10:00:00Z"};
	static const struct { enum dirgate_topic topic; struct dirgate_table_query query; const char *reason, *row; } rows[] = {
		{DIRGATE_SUBJECTS, {.question = &in_support}, "granted", "mia"},
		{DIRGATE_SUBJECTS, {.question = &groups}, "granted", "berlin"},
		{DIRGATE_SUBJECTS, {.question = &nowhere}, "unknown-workspace", NULL},
		{DIRGATE_RESOURCES, {.question = &mia_enters}, "granted", "support"},
		{DIRGATE_RESOURCES, {.question = &nobody_enters}, "unknown-subject", NULL},
		{DIRGATE_ACTIONS, {.question = &mia}, "granted", "contacts.delete"},
		{DIRGATE_ACTIONS, {.question = &max}, "subject-inactive", ""},
		{DIRGATE_USERS, {.search = "mayer"}, "granted", "mia"},
		{DIRGATE_USER_WORKSPACES, {.name = "jonas"}, "granted", "support"},
		{DIRGATE_USER_WORKSPACES, {.name = "jonas", .question = &in_july}, "granted", "sales"},
		{DIRGATE_MEMBERS, {.name = "support"}, "granted", "mia"},
		{DIRGATE_MEMBERS, {.name = "x"}, "unknown-workspace", NULL},
		{DIRGATE_MATRIX, {.name = "support"}, "granted", "contacts.delete"},
		{DIRGATE_ROLES, {.organization = "respondio"}, "granted", "manager"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *why = NULL;
		struct dirgate_table *table = dirgate_table(*state, rows[i].topic, &rows[i].query, &why);

		if (!table)
			fail_msg("row %zu: %s", i, why);
		assert_string_equal(table->reason, rows[i].reason);
		assert_int_equal(table->outcome, rows[i].row ? DIRGATE_ALLOW : DIRGATE_DENY);
		if (!rows[i].row)
			assert_non_null(table->detail);
		else
			assert_int_equal(has_row(table, rows[i].row), rows[i].row[0] != '\0');
		dirgate_table_free(table);
	}
}

static void test_tables_that_are_none(void **state)
{
	static const struct dirgate_question no_action = {.workspace = "support"};
	static const struct dirgate_question no_type = {.subject = "mia", .action = "x"};
	const struct { enum dirgate_topic topic; struct dirgate_table_query query; const char *words; } rows[] = {
		{DIRGATE_SUBJECTS, {.question = NULL}, "no action"},
		{DIRGATE_SUBJECTS, {.question = &no_action}, "no action"},
		{DIRGATE_RESOURCES, {.question = &no_type}, "no type of resources"},
		{DIRGATE_ACTIONS, {.question = &no_action}, "no subject"},
		{DIRGATE_MEMBERS, {.question = &no_action}, "no name"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *why = NULL;
		const void *table = dirgate_table(*state, rows[i].topic, &rows[i].query, &why);

		assert_failed(table, why, rows[i].words);
	}
}

static void test_matrix(void **state)
{
	const struct dirgate_table_query query = {.name = "support"};
	struct dirgate_table *matrix = dirgate_table(*state, DIRGATE_MATRIX, &query, NULL);

	assert_non_null(matrix);
	assert_true(matrix->row_count > 1 && matrix->column_count > 2);
	assert_string_equal(matrix->columns[0], "permission");
	for (size_t i = 0; i < matrix->row_count; i++)
		for (size_t k = 1; k < matrix->column_count; k++)
			assert_non_null(strstr("yes no optional conditional", matrix->cells[i * matrix->column_count + k]));
	dirgate_table_free(matrix);
}

/* ---- changes ---- */

static void test_changes(void **state)
{
	static const char changes[] = "dn: cn=managers,ou=support,ou=workspaces,o=respondio\nchangetype: modify\n"
	                              "delete: member\nmember: uid=mia,ou=people,o=respondio\n-\n";
	const struct dirgate_question question = {.subject = "mia", .action = "contacts.delete", .workspace = "support"};
	const enum dirgate_outcome wanted[] = {DIRGATE_ALLOW, DIRGATE_DENY, DIRGATE_DENY, DIRGATE_ALLOW};

	for (size_t i = 0; i < 4; i++) {
		struct dirgate_answer *answer;
		char *why = NULL;

		if (i == 1)
			assert_int_equal(dirgate_apply(*state, changes, "changes", &why), 0);
		if (i == 2) {
			assert_true(dirgate_apply(*state, changes, "changes", &why) < 0);
			assert_non_null(strstr(why, "changes:4: \"uid=mia,ou=people,o=respondio\" is no value of member"));
		}
		if (i == 3)
			assert_int_equal(dirgate_reset(*state, &why), 0);
		answer = dirgate_ask(*state, &question, NULL);
		assert_int_equal(answer->outcome, wanted[i]);
		dirgate_answer_free(answer);
		free(why);
	}
}

static void test_questions_that_are_none(void **state)
{
	const struct { struct dirgate_question question; const char *words; } rows[] = {
		{{.action = "x"}, "no subject"},
		{{.subject = "mia"}, "no action"},
		{{.subject = "mia", .action = "x", .at = "tomorrow"}, "\"tomorrow\" is no time"},
		{{.subject = "mia", .action = "x", .property_count = 1, .properties = (struct dirgate_property[]){{"a", NULL}}},
		 "property 1"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *why = NULL;
		const void *answer = dirgate_ask(*state, &rows[i].question, &why);

		assert_failed(answer, why, rows[i].words);
		assert_null(dirgate_explain(*state, &rows[i].question, NULL));
	}
}

static void test_what_cannot_be_opened(void **state)
{
	const struct dirgate_settings broken = {.person_filter = "(uid=*"};
	const struct dirgate_directory nowhere = {.uri = "ldap://127.0.0.1:1", .base = "o=x"}, homeless = {.uri = "ldap://x"};
	char *why = NULL;
	const void *gate;

	(void)state;
	gate = dirgate_open_ldif((const char *[]){"/nonexistent", NULL}, NULL, &why);
	assert_failed(gate, why, "/nonexistent");
	gate = dirgate_open_ldif((const char *[]){NULL}, NULL, &why);
	assert_failed(gate, why, "no LDIF file");
	gate = dirgate_open_ldif((const char *[]){"examples/respondio", NULL}, &broken, &why);
	assert_failed(gate, why, "person_filter");
	gate = dirgate_open_directory(&nowhere, NULL, &why);
	assert_failed(gate, why, "ldap://127.0.0.1:1");
	gate = dirgate_open_directory(&homeless, NULL, &why);
	assert_failed(gate, why, "base DN");
	gate = dirgate_open_gateway("ldap://127.0.0.1", &why);
	assert_failed(gate, why, "is no address");
	gate = dirgate_open_gateway("http://", &why);
	assert_failed(gate, why, "is no address");
	dirgate_close(NULL);
	dirgate_answer_free(NULL);
	dirgate_permissions_free(NULL);
	dirgate_findings_free(NULL);
	dirgate_table_free(NULL);
}

static void test_gateway_that_is_not_there(void **state)
{
	const struct dirgate_question question = {.subject = "mia", .action = "x"};
	char *why = NULL;
	struct dirgate *gate = dirgate_open_gateway("http://127.0.0.1:1/", NULL);
	const void *answer;

	(void)state;
	assert_non_null(gate);
	answer = dirgate_ask(gate, &question, &why);
	assert_failed(answer, why, "is the gateway running");
	dirgate_close(gate);
}

static void test_settings(void **state)
{
	const struct dirgate_settings settings = {
		.person_ids = (const char *[]){"mail", NULL},
		.subject_types = (const char *[]){"agent", NULL},
		.caller_properties = (const char *[]){"x", NULL},
	};
	struct dirgate_question question = {.subject = "mia@respond.example", .subject_type = "agent",
	                                    .action = "contacts.delete", .workspace = "support"};
	struct dirgate *gate = dirgate_open_ldif((const char *[]){"examples/respondio", NULL}, &settings, NULL);
	struct dirgate_answer *answer = dirgate_ask(gate, &question, NULL);

	assert_string_equal(answer->reason, "granted");
	dirgate_answer_free(answer);
	answer = dirgate_ask(*state, &question, NULL);
	assert_string_equal(answer->reason, "unknown-subject");
	dirgate_answer_free(answer);
	dirgate_close(gate);
}

/* Which attributes can be written is the site's to say. */
static void test_writable_attributes(void **state)
{
	const struct dirgate_settings settings = {.writable_attributes = (const char *[]){"mail", NULL}};
	const struct { const char *attribute, *reason; } rows[] = {
		{"{\"attribute\": \"mail\"}", "granted"},
		{"{\"attribute\": \"title\"}", "immutable-attribute"},
		{"{\"attribute\": [\"mail\", \"title\"]}", "immutable-attribute"},
		{"{\"attribute\": null}", "immutable-attribute"},
	};
	struct dirgate *gate = dirgate_open_ldif((const char *[]){"examples/cemantica", NULL}, &settings, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dirgate_question question = {
			.subject = "adam", .action = "users.update", .resource_type = "user", .resource_id = "paul",
			.action_properties = rows[i].attribute,
		};
		struct dirgate_answer *answer = dirgate_ask(gate, &question, NULL);

		assert_string_equal(answer->reason, rows[i].reason);
		dirgate_answer_free(answer);
	}
	dirgate_close(gate);
}

/* ---- threads ---- */

#define THREADS 4
#define ROUNDS  200

static void *ask_often(void *gate)
{
	const struct dirgate_question question = {.subject = "mia", .action = "contacts.delete", .workspace = "support"};
	uintptr_t allowed = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct dirgate_answer *answer = dirgate_explain(gate, &question, NULL);

		allowed += answer->outcome == DIRGATE_ALLOW;
		dirgate_answer_free(answer);
	}
	return (void *)allowed; /* NOLINT: a number */
}

static void test_threads(void **state)
{
	pthread_t threads[THREADS];
	void *allowed;

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, *state), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &allowed);
		assert_int_equal((uintptr_t)allowed, ROUNDS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_that_is_refused),
		cmocka_unit_test(test_json_that_does_not_count),
		cmocka_unit_test(test_explanation),
		cmocka_unit_test(test_way_through_groups_and_until),
		cmocka_unit_test(test_owner_is_a_step_of_its_own),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_no_permissions),
		cmocka_unit_test(test_lint),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_tables_that_are_none),
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_questions_that_are_none),
		cmocka_unit_test(test_what_cannot_be_opened),
		cmocka_unit_test(test_gateway_that_is_not_there),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_writable_attributes),
		cmocka_unit_test(test_threads),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, start, finish);
}

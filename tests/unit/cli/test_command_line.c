/* The command line: what it reads, what it refuses, and that manual and completion know the same options. */
#include "cli/command_line.h"
#include "cli/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MAX 16

/* Reads "check mia x -w support": words are separated by single spaces. */
static int read_line(const char *words, struct command_line *line, char *octets, struct error *why)
{
	char *argv[WORDS_MAX + 2] = {(char *)"dirgate"}, *rest = octets;
	int argc = 1;

	memcpy(octets, words, strlen(words) + 1);
	while (rest && *rest != '\0') {
		assert_true(argc <= WORDS_MAX);
		argv[argc++] = strsep(&rest, " ");
	}
	return command_line_read(line, argc, argv, why);
}

static void test_everything_said(void **state)
{
	struct command_line line;
	struct error why = {""};
	char octets[512];

	(void)state;
	assert_int_equal(read_line("check -w support mia --at=T contacts.read -r contact:a:7 -p k=v=w --role a --role b -Z",
	                           &line, octets, &why), 0);
	assert_string_equal(line.command->name, "check");
	assert_string_equal(line.question.subject, "mia");
	assert_string_equal(line.question.action, "contacts.read");
	assert_string_equal(line.question.workspace, "support");
	assert_string_equal(line.question.at, "T");
	assert_string_equal(line.question.resource_type, "contact");
	assert_string_equal(line.question.resource_id, "a:7");
	assert_int_equal(line.question.property_count, 1);
	assert_string_equal(line.question.properties[0].name, "k");
	assert_string_equal(line.question.properties[0].value, "v=w");
	assert_string_equal(line.question.active_roles[1], "b");
	assert_null(line.question.active_roles[2]);
	assert_true(line.directory.start_tls);
	assert_false(line.json);
	command_line_release(&line);
	assert_int_equal(read_line("explain mia x --action-properties {} --resource-properties={\"a\":1} --context [] "
	                           "--subject-properties {", &line, octets, &why), 0);
	assert_string_equal(line.question.action_properties, "{}");
	assert_string_equal(line.question.resource_properties, "{\"a\":1}");
	assert_string_equal(line.question.context, "[]"); /* the library looks into them */
	assert_string_equal(line.question.subject_properties, "{");
	command_line_release(&line);
}

static void test_sources(void **state)
{
	struct command_line line;
	struct error why = {""};
	char octets[512];

	(void)state;
	assert_int_equal(read_line("lint --ldif a --ldif=b --fail-on note --wait 7 --json -H ldapi:/// -b o=x -D cn=x", &line,
	                           octets, &why), 0);
	assert_int_equal(line.ldif_count, 2);
	assert_string_equal(line.ldif[1], "b");
	assert_null(line.ldif[2]);
	assert_int_equal(line.fail_on, FAIL_ON_NOTE);
	assert_int_equal(line.directory.wait, 7);
	assert_string_equal(line.directory.uri, "ldapi:///");
	assert_null(line.directory.replicas);
	assert_string_equal(line.directory.base, "o=x");
	assert_string_equal(line.directory.bind_dn, "cn=x");
	assert_true(line.json);
	command_line_release(&line);
	assert_int_equal(read_line("watch -H ldapi:/// -H ldap://b --uri=ldap://c -b o=x --changes 3", &line, octets, &why), 0);
	assert_string_equal(line.directory.uri, "ldapi:///");
	assert_string_equal(line.directory.replicas[0], "ldap://b");
	assert_string_equal(line.directory.replicas[1], "ldap://c");
	assert_null(line.directory.replicas[2]);
	assert_int_equal(line.changes, 3);
	command_line_release(&line);
}

static void test_what_is_refused(void **state)
{
	static const struct { const char *words, *message; } rows[] = {
		{"", "no command"},
		{"-w x", "no command"},
		{"chek mia x", "there is no command chek"},
		{"check mia", "check takes USER ACTION"},
		{"check mia a b", "check takes USER ACTION"},
		{"lint x", "lint takes no arguments"},
		{"check mia x --wokspace y", "there is no option --wokspace"},
		{"check mia x -Q", "there is no option -Q"},
		{"user", "user takes USER"},
		{"workspaces mia jonas", "workspaces takes [USER]"},
		{"user mia -q x", "user takes no options such as --search"},
		{"check mia x -w", "--workspace needs a value"},
		{"check mia x --workspace", "--workspace needs a value"},
		{"check mia x --json=1", "--json has no value"},
		{"check mia x -r contact", "TYPE:ID"},
		{"check mia x -p :", "NAME=VALUE"},
		{"check mia x -p =v", "NAME=VALUE"},
		{"check mia x --property k=", "NAME=VALUE"},
		{"lint --fail-on never", "error|warning|note"},
		{"lint --wait 0", "seconds"},
		{"lint --wait 5x", "seconds"},
		{"lint -w support", "lint takes no options such as --workspace"},
		{"permissions mia -p a=b", "permissions takes no options such as --resource"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct command_line line;
		struct error why = {""};
		char octets[512];

		assert_true(read_line(rows[i].words, &line, octets, &why) < 0);
		if (!strstr(why.text, rows[i].message))
			fail_msg("\"%s\": \"%s\" does not say \"%s\"", rows[i].words, why.text, rows[i].message);
		command_line_release(&line);
	}
}

static void test_lists_are_bounded(void **state)
{
	char *argv[2 * COMMAND_LINE_LIST_MAX + 8] = {(char *)"dirgate", (char *)"lint"};
	struct command_line line;
	struct error why;
	int argc = 2;

	(void)state;
	for (int i = 0; i <= COMMAND_LINE_LIST_MAX; i++) {
		argv[argc++] = (char *)"--ldif";
		argv[argc++] = (char *)"x";
	}
	assert_true(command_line_read(&line, argc, argv, &why) < 0);
	command_line_release(&line);
	argv[argc - 1] = argv[argc - 2] = (char *)"--json";
	assert_int_equal(command_line_read(&line, argc, argv, &why), 0);
	assert_int_equal(line.ldif_count, COMMAND_LINE_LIST_MAX);
	command_line_release(&line);
}

/* ---- the tables ---- */

static void test_rows_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		assert_true(option_rows[i].help[0] != '\0');
		assert_non_null(option_rows[i].take);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(option_rows[i].name, option_rows[j].name);
			assert_true(option_rows[i].letter == 0 || option_rows[i].letter != option_rows[j].letter);
		}
	}
	for (size_t i = 0; i < command_count; i++) {
		assert_ptr_equal(commands_find(commands[i].name), &commands[i]);
		assert_int_equal(commands[i].argument_count > 0, commands[i].arguments[0] != '\0');
	}
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *octets = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&octets, &size, '\0', file) > 0);
	fclose(file);
	return octets;
}

static void assert_says(const char *file, const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("%s does not say \"%s\"", file, words);
}

static size_t count_of(const char *text, const char *words)
{
	size_t count = 0;

	for (; (text = strstr(text, words)) != NULL; text++)
		count++;
	return count;
}

/* ".It Fl w , -workspace Ns = Ns Ar WS" */
static void test_manual(void **state)
{
	static const char path[] = "src/cli/dirgate.1";
	char *page = read_file(path), words[128];
	size_t options = 0;

	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		if (option_rows[i].letter)
			snprintf(words, sizeof(words), "\n.It Fl %c , -%s%s", option_rows[i].letter, option_rows[i].name,
			         option_rows[i].argument ? " Ns = Ns " : "\n");
		else
			snprintf(words, sizeof(words), "\n.It Fl -%s%s", option_rows[i].name,
			         option_rows[i].argument ? " Ns = Ns " : "\n");
		assert_says(path, page, words);
		options++;
	}
	assert_int_equal(count_of(page, "\n.It Fl "), options);
	for (size_t i = 0; i < command_count; i++) {
		snprintf(words, sizeof(words), "\n.It Cm %s%s%s\n", commands[i].name, commands[i].argument_count ? " Ar " : "",
		         commands[i].arguments);
		assert_says(path, page, words);
		assert_says(path, page, commands[i].argument_count ? "" : commands[i].help);
	}
	assert_int_equal(count_of(page, "\n.It Cm "), command_count);
	free(page);
}

/* The completion has one variable for each group of options. */
static void test_completion(void **state)
{
	static const char path[] = "src/cli/dirgate.bash-completion";
	static const struct { const char *variable; enum option_group group; } groups[] = {
		{"source", OPTIONS_SOURCE}, {"always", OPTIONS_ALWAYS}, {"subject", OPTIONS_SUBJECT},
		{"resource", OPTIONS_RESOURCE}, {"lint", OPTIONS_LINT}, {"test", OPTIONS_TEST},
		{"search", OPTIONS_SEARCH}, {"organization", OPTIONS_ORGANIZATION}, {"members", OPTIONS_MEMBERS},
		{"table", OPTIONS_TABLE}, {"filter", OPTIONS_FILTER}, {"fail_on", OPTIONS_FAIL_ON}, {"watch", OPTIONS_WATCH},
	};
	char *script = read_file(path);

	(void)state;
	for (size_t group = 0; group < sizeof(groups) / sizeof(groups[0]); group++) {
		char line[512];
		size_t used = (size_t)snprintf(line, sizeof(line), "\tlocal %s='", groups[group].variable);

		for (size_t i = 0; i < option_row_count; i++)
			if (option_rows[i].group == groups[group].group)
				used += (size_t)snprintf(line + used, sizeof(line) - used, "--%s ", option_rows[i].name);
		memcpy(line + used - 1, "'\n", 3);
		assert_says(path, script, line);
	}
	for (size_t i = 0; i < command_count; i++)
		assert_says(path, script, commands[i].name);
	free(script);
}

static void test_help(void **state)
{
	struct text all, one;

	(void)state;
	text_init(&all, 65536);
	text_init(&one, 65536);
	command_line_help(NULL, &all);
	for (size_t i = 0; i < option_row_count; i++)
		assert_says("--help", text_string(&all), option_rows[i].help);
	for (size_t i = 0; i < command_count; i++)
		assert_says("--help", text_string(&all), commands[i].summary);
	command_line_help(commands_find("lint"), &one);
	assert_says("lint --help", text_string(&one), "--fail-on");
	assert_null(strstr(text_string(&one), "--workspace"));
	assert_int_equal(count_of(text_string(&one), "--ldif="), 1);
	text_release(&all);
	text_release(&one);
}

/* ---- the program ---- */

static enum exit_status run(const char *words, char **printed, char **complained)
{
	char octets[512], *argv[WORDS_MAX + 2] = {(char *)"dirgate"}, *rest = octets;
	size_t sizes[2];
	struct printer out = {.file = open_memstream(printed, &sizes[0])};
	struct printer errors = {.file = open_memstream(complained, &sizes[1])};
	enum exit_status status;
	int argc = 1;

	memcpy(octets, words, strlen(words) + 1);
	while (rest && *rest != '\0')
		argv[argc++] = strsep(&rest, " ");
	status = commands_run(argc, argv, &out, &errors);
	fclose(out.file);
	fclose(errors.file);
	return status;
}

static void test_statuses(void **state)
{
	static const struct { const char *words; enum exit_status status; const char *printed, *complained; } rows[] = {
		{"check mia contacts.delete -w support --ldif examples/respondio", STATUS_YES, "allow (granted)", ""},
		{"check mia contacts.export -w support --ldif examples/respondio", STATUS_NO, "deny (restricted)", ""},
		{"explain mia contacts.export -w support --ldif examples/respondio", STATUS_NO, "restricted by cn=no-export", ""},
		{"check nadia contacts.read -w support --ldif examples/respondio", STATUS_NO, "missing: assignee", ""},
		{"check mia contacts.delete -w support --ldif examples/respondio --json", STATUS_YES, "{\"decision\":true", ""},
		{"permissions mia -w support --ldif examples/respondio", STATUS_YES, "contacts.delete", ""},
		{"permissions nobody -w support --ldif examples/respondio", STATUS_NO, "unknown-subject: ", ""},
		{"workspaces --ldif examples/respondio", STATUS_YES, "Customer support", ""},
		{"workspaces jonas --ldif examples/respondio", STATUS_YES, "agent via berlin > agents", ""},
		{"workspaces jonas --organization respondio --ldif examples/respondio", STATUS_FAILURE, "", "without a user"},
		{"users -q nobody --ldif examples/respondio", STATUS_YES, "None.", ""},
		{"user mai --ldif examples/respondio --json", STATUS_NO, "\"near\":\"mia\"", ""},
		{"organization --ldif examples/respondio", STATUS_YES, "advanced 11 of 25", ""},
		{"filter jonas contacts.read -w support --ldif examples/respondio", STATUS_YES, "(assignee=jonas)", ""},
		{"filter jonas x -w support --resource-type workspace --ldif examples/respondio", STATUS_FAILURE, "", "as such"},
		{"filter jonas users.invite --ldif examples/respondio", STATUS_FAILURE, "", "no resource filter"},
		{"members support --csv --ldif examples/respondio", STATUS_YES, "nadia,person,Nadia Noor,", ""},
		{"roles --csv --ldif examples/respondio", STATUS_YES, ",\"owner, manager, agent\",", ""},
		{"members support --csv --json --ldif examples/respondio", STATUS_FAILURE, "", "either"},
		{"members suport --ldif examples/respondio", STATUS_NO, "\"support\" is near", ""},
		{"matrix nowhere --ldif examples/respondio", STATUS_NO, "unknown-workspace: ", ""},
		{"lint --ldif examples/respondio", STATUS_YES, "Nothing is wrong.", ""},
		{"lint --rules", STATUS_YES, "### dangling-member", ""},
		{"lint --rules --json", STATUS_FAILURE, "", "has no --json"},
		{"lint --rules --ldif examples/respondio", STATUS_FAILURE, "", "nothing is asked"},
		{"report --ldif examples/respondio", STATUS_YES, "organization,workspace,person,", ""},
		{"report --ldif examples/respondio --json", STATUS_YES, "[{\"organization\":\"respondio\",", ""},
		{"report --ldif examples/respondio --json --csv", STATUS_FAILURE, "", "either"},
		{"report -s http://127.0.0.1:1", STATUS_FAILURE, "", "no report"},
		{"check mia x", STATUS_FAILURE, "", "say where to ask"},
		{"check mia x -s http://127.0.0.1:1 --ldif x", STATUS_FAILURE, "", "only one of"},
		{"check mia x -H ldap://127.0.0.1:1", STATUS_FAILURE, "", "-b DN"},
		{"check mia x -s http://127.0.0.1:1", STATUS_FAILURE, "", "is the gateway running"},
		{"check mia x --at soon --ldif examples/respondio", STATUS_FAILURE, "", "is no time"},
		{"lint --ldif /nonexistent", STATUS_FAILURE, "", "dirgate: /nonexistent"},
		{"", STATUS_FAILURE, "", "dirgate --help"},
		{"--help", STATUS_YES, "Commands", ""},
		{"explain --help", STATUS_YES, "usage: dirgate explain USER ACTION", ""},
		{"--version", STATUS_YES, "dirgate " DIRGATE_VERSION, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *printed = NULL, *complained = NULL;

		assert_int_equal(run(rows[i].words, &printed, &complained), rows[i].status);
		assert_says(rows[i].words, printed, rows[i].printed);
		assert_says(rows[i].words, complained, rows[i].complained);
		assert_true((rows[i].complained[0] == '\0') == (complained[0] == '\0'));
		free(printed);
		free(complained);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_said),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_lists_are_bounded),
		cmocka_unit_test(test_rows_are_sound),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_statuses),
	};

	unsetenv("DIRGATE_URL");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

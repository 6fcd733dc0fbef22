#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HELP_MAX 65536 /* octets */

const struct command commands[] = {
	{"check", "USER ACTION", 2, "may the user do it?",
	 "May the user do it?  Prints the outcome and the reason; the exit status says the same.",
	 OPTIONS_SOURCE | OPTIONS_SUBJECT | OPTIONS_RESOURCE | OPTIONS_JSON, SOURCE_OPENED, command_check},
	{"explain", "USER ACTION", 2, "why, or why not?",
	 "Why may the user do it, or why not?  Prints each way from the user to the permission, and what stops it.",
	 OPTIONS_SOURCE | OPTIONS_SUBJECT | OPTIONS_RESOURCE | OPTIONS_JSON, SOURCE_OPENED, command_explain},
	{"permissions", "USER", 1, "all that the user may do in a place",
	 "All that the user may do in a place: roles and where they come from, permissions, conditions, limits.",
	 OPTIONS_SOURCE | OPTIONS_SUBJECT, SOURCE_OPENED, command_permissions},
	{"filter", "USER ACTION", 2, "on which resources?",
	 "On which resources may the user do it?  On all, on none, or on those that match the filter (RFC 4515).",
	 OPTIONS_SOURCE | OPTIONS_SUBJECT | OPTIONS_FILTER, SOURCE_OPENED, command_filter},
	{"who", "ACTION", 1, "who may do it?",
	 "Who may do it: all people, or all groups, for whom the answer is yes.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_SUBJECT | OPTIONS_RESOURCE | OPTIONS_JSON, SOURCE_OPENED, command_who},
	{"users", "", 0, "who there is",
	 "Users, or those whose name or mail has the part that is looked for.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_SEARCH | OPTIONS_ORGANIZATION, SOURCE_OPENED, command_list},
	{"user", "USER", 1, "who it is",
	 "Who it is: name, status, plan, groups, roles of the organization.", OPTIONS_SOURCE | OPTIONS_TABLE, SOURCE_OPENED, command_list},
	{"workspaces", "[USER]", COMMAND_PERHAPS, "workspaces, or those that the user can enter",
	 "Workspaces; with a user, those that she can enter, with her roles there.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_ORGANIZATION, SOURCE_OPENED, command_list},
	{"members", "WS", 1, "who has access to the workspace",
	 "Who has which access to the workspace, by which path, with which restrictions.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_MEMBERS, SOURCE_OPENED, command_list},
	{"matrix", "WS", 1, "roles and permissions there",
	 "Which role gives which permission there: yes, no, optional, conditional.", OPTIONS_SOURCE | OPTIONS_TABLE, SOURCE_OPENED, command_list},
	{"roles", "", 0, "roles of the policy", "Roles, as the directory has them.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_ORGANIZATION, SOURCE_OPENED, command_list},
	{"restrictions", "", 0, "restrictions of the policy", "Restrictions, as the directory has them.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_ORGANIZATION, SOURCE_OPENED, command_list},
	{"group", "GROUP", 1, "who is in it, and what it gives",
	 "A group: what it is in, what it is bound to, who is in it.", OPTIONS_SOURCE | OPTIONS_TABLE, SOURCE_OPENED, command_list},
	{"organization", "", 0, "how many people, seats used and free",
	 "The organization: how many people and workspaces it has, seats used of each plan.",
	 OPTIONS_SOURCE | OPTIONS_TABLE | OPTIONS_ORGANIZATION, SOURCE_OPENED, command_list},
	{"claims", "USER", 1, "what a token would say",
	 "Roles and permissions of the user in each place, in few words.", OPTIONS_SOURCE | OPTIONS_TABLE, SOURCE_OPENED, command_list},
	{"lint", "", 0, "what is wrong in the directory",
	 "What is wrong in the directory, what that means for decisions, and what to do.",
	 OPTIONS_SOURCE | OPTIONS_FAIL_ON | OPTIONS_LINT, SOURCE_OPENED, command_lint},
	{"report", "", 0, "who may do what, everywhere",
	 "All that everybody may do everywhere, a row for each permission, as CSV.",
	 OPTIONS_SOURCE | OPTIONS_TABLE, SOURCE_OPENED, command_report},
	{"probe", "", 0, "does the server give what is needed?",
	 "Does each server give what is needed to follow it, and what is to be done where it does not?",
	 OPTIONS_SOURCE | OPTIONS_FAIL_ON, SOURCE_NAMED, command_probe},
	{"watch", "", 0, "what changes, as it happens",
	 "Follows a directory or LDIF files, and prints what changes, until it is interrupted.",
	 OPTIONS_SOURCE | OPTIONS_WATCH, SOURCE_NAMED, command_watch},
	{"test", "FILE ...", COMMAND_MANY, "does the policy say what it should?",
	 "Asks what the files expect, and prints what was otherwise, as TAP.  Without a source of its own, each file's.",
	 OPTIONS_SOURCE | OPTIONS_TEST, SOURCE_OPTIONAL, command_test},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *commands_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* ---- where to ask ---- */

static int sources_named(const struct command_line *line)
{
	return (line->url != NULL) + (line->directory.uri != NULL) + (line->ldif_count > 0);
}

static int check_source(struct command_line *line, struct error *why)
{
	int named = sources_named(line);

	if (named == 0 && (line->command->source == SOURCE_OPTIONAL || line->rules))
		return 0;
	if (line->rules)
		return error_set(why, -EINVAL, "--rules are those of this program: nothing is asked");
	if (named == 0 && (line->url = getenv("DIRGATE_URL")) && line->url[0] != '\0')
		named = 1;
	if (named == 0)
		return error_set(why, -EINVAL, "say where to ask: -s URL, --ldif PATH, or -H URI -b DN");
	if (named > 1)
		return error_set(why, -EINVAL, "only one of -s, --ldif and -H can be asked");
	if (line->directory.uri && !line->directory.base)
		return error_set(why, -EINVAL, "-H needs -b DN as well: below which everything is");
	return 0;
}

static struct dirgate *open_source(const struct command_line *line, char **why)
{
	if (line->ldif_count > 0)
		return dirgate_open_ldif(line->ldif, NULL, why);
	if (line->directory.uri)
		return dirgate_open_directory(&line->directory, NULL, why);
	return dirgate_open_gateway(line->url, why);
}

/* ---- the whole ---- */

static enum exit_status fail(struct printer *errors, const char *message, const char *advice)
{
	printer_print(errors, STYLE_BAD, "dirgate: ");
	printer_print(errors, STYLE_PLAIN, "%s%s\n", message, advice);
	return STATUS_FAILURE;
}

static enum exit_status print_help(const struct command_line *line, struct printer *out)
{
	struct text help;

	text_init(&help, HELP_MAX);
	if (line->version)
		text_append(&help, "dirgate " DIRGATE_VERSION "\n");
	else
		command_line_help(line->command, &help);
	printer_write(out, text_string(&help));
	text_release(&help);
	return STATUS_YES;
}

static enum exit_status run(const struct command_line *line, struct printer *out, struct printer *errors)
{
	enum exit_status status = STATUS_FAILURE;
	char *why = NULL;
	bool asks = sources_named(line) > 0 && line->command->source != SOURCE_NAMED;
	struct dirgate *gate = asks ? open_source(line, &why) : NULL;

	if (gate || !asks)
		status = line->command->run(line, gate, out, &why);
	if (why)
		fail(errors, why, "");
	free(why);
	dirgate_close(gate);
	return status;
}

enum exit_status commands_run(int argc, char **argv, struct printer *out, struct printer *errors)
{
	struct command_line line;
	struct error why = {""};
	enum exit_status status;
	int result = command_line_read(&line, argc, argv, &why);

	if (result == 0 && !line.help && !line.version)
		result = check_source(&line, &why);
	if (result < 0)
		status = fail(errors, why.text, "; dirgate --help says more");
	else if (line.help || line.version)
		status = print_help(&line, out);
	else
		status = run(&line, out, errors);
	command_line_release(&line);
	if (printer_broken(out))
		status = fail(errors, "the output could not be written", "");
	return status;
}

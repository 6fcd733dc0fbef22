#include "cli/command_line.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "cli/commands.h"

const char *const severity_names[FAIL_ON_COUNT] = {"error", "warning", "note"};

/* ---- what options do ---- */

static int take_text(struct command_line *line, const struct option_row *row, const char *value, struct error *why)
{
	(void)why;
	*(const char **)((char *)line + row->offset) = value;
	return 0;
}

static int take_flag(struct command_line *line, const struct option_row *row, const char *value, struct error *why)
{
	(void)value;
	(void)why;
	*(bool *)((char *)line + row->offset) = true;
	return 0;
}

static int too_many(const struct option_row *row, struct error *why)
{
	return error_set(why, -E2BIG, "--%s is given more than %d times", row->name, COMMAND_LINE_LIST_MAX);
}

static int take_ldif(struct command_line *line, const struct option_row *row, const char *value, struct error *why)
{
	if (line->ldif_count == COMMAND_LINE_LIST_MAX)
		return too_many(row, why);
	line->ldif[line->ldif_count++] = value;
	return 0;
}

/* The first one is the directory, what follows are its replicas. */
static int take_uri(struct command_line *line, const struct option_row *row, const char *value, struct error *why)
{
	if (!line->directory.uri) {
		line->directory.uri = value;
		return 0;
	}
	if (line->replica_count == COMMAND_LINE_LIST_MAX)
		return too_many(row, why);
	line->replicas[line->replica_count++] = value;
	line->directory.replicas = line->replicas;
	return 0;
}

static int take_role(struct command_line *line, const struct option_row *row, const char *value, struct error *why)
{
	if (line->role_count == COMMAND_LINE_LIST_MAX)
		return too_many(row, why);
	line->roles[line->role_count++] = value;
	line->question.active_roles = line->roles;
	return 0;
}

/* Cuts a text at the first `separator`; neither part may be empty. */
static int cut(struct command_line *line, const struct option_row *row, const char *value, char separator,
               const char **first, const char **rest, struct error *why)
{
	const char *at = strchr(value, separator);

	if (!at || at == value || at[1] == '\0')
		return error_set(why, -EINVAL, "--%s %s: it is written as %s", row->name, value, row->argument);
	*first = arena_octets(line->arena, value, (size_t)(at - value));
	*rest = at + 1;
	return 0;
}

static int take_resource(struct command_line *line, const struct option_row *row, const char *value,
                         struct error *why)
{
	return cut(line, row, value, ':', &line->question.resource_type, &line->question.resource_id, why);
}

static int take_property(struct command_line *line, const struct option_row *row, const char *value,
                         struct error *why)
{
	struct dirgate_property *property = &line->properties[line->question.property_count];
	int result;

	if (line->question.property_count == COMMAND_LINE_LIST_MAX)
		return too_many(row, why);
	result = cut(line, row, value, '=', &property->name, &property->value, why);
	if (result == 0)
		line->question.property_count++;
	return result;
}

static int take_severity(struct command_line *line, const struct option_row *row, const char *value,
                         struct error *why)
{
	for (enum severity_limit limit = 0; limit < FAIL_ON_COUNT; limit++)
		if (strcmp(value, severity_names[limit]) == 0) {
			line->fail_on = limit;
			return 0;
		}
	return error_set(why, -EINVAL, "--%s %s: it is one of %s", row->name, value, row->argument);
}

/* Of seconds or of changes. */
static int take_number(struct command_line *line, const struct option_row *row, const char *value,
                       struct error *why)
{
	char *end;
	long number = strtol(value, &end, 10);

	if (end == value || *end != '\0' || number < 1 || number > 86400)
		return error_set(why, -EINVAL, "--%s %s: it is a number (of seconds, or of changes) from 1 to 86400", row->name, value);
	*(int *)((char *)line + row->offset) = (int)number;
	return 0;
}

/* ---- the table ---- */

#define AT(member) offsetof(struct command_line, member)

const struct option_row option_rows[] = {
	{OPTIONS_SUBJECT, 'w', "workspace", "WS", "where: the id of a workspace or an organization", take_text,
	 AT(question.workspace)},
	{OPTIONS_SUBJECT, 't', "type", "TYPE", "of the subject: user (the default), group, service", take_text,
	 AT(question.subject_type)},
	{OPTIONS_SUBJECT, 0, "role", "ID", "only this role is active; may be given again", take_role, 0},
	{OPTIONS_SUBJECT, 0, "at", "TIME", "another time than now, such as 2026-11-23T09:00:00Z", take_text,
	 AT(question.at)},
	{OPTIONS_RESOURCE, 'r', "resource", "TYPE:ID", "on what it is to be done", take_resource, 0},
	{OPTIONS_RESOURCE, 'p', "property", "NAME=VALUE", "of the resource; may be given again", take_property, 0},
	{OPTIONS_JSON, 0, "resource-properties", "JSON", "… as an object, {\"owner\": \"mia\", \"team\": null}", take_text,
	 AT(question.resource_properties)},
	{OPTIONS_JSON, 0, "action-properties", "JSON", "of what is to be done, {\"attribute\": \"title\"}", take_text,
	 AT(question.action_properties)},
	{OPTIONS_JSON, 0, "subject-properties", "JSON", "of the user, as far as the site trusts you with them", take_text,
	 AT(question.subject_properties)},
	{OPTIONS_JSON, 0, "context", "JSON", "of the question, {\"ip\": \"192.0.2.7\"}", take_text, AT(question.context)},
	{OPTIONS_FILTER, 0, "resource-type", "TYPE", "of the resources; any, if it is not given", take_text,
	 AT(question.resource_type)},
	{OPTIONS_SEARCH, 'q', "search", "TEXT", "a part of a name or mail", take_text, AT(query.search)},
	{OPTIONS_ORGANIZATION, 0, "organization", "ID", "only what is of this one", take_text, AT(query.organization)},
	{OPTIONS_MEMBERS, 0, "include-organization", NULL, "with those who come from around the workspace", take_flag,
	 AT(query.around)},
	{OPTIONS_TABLE, 0, "csv", NULL, "for spreadsheets: CSV (RFC 4180)", take_flag, AT(csv)},
	{OPTIONS_FAIL_ON, 0, "fail-on", "error|warning|note", "end with 1 if it finds that much (error)", take_severity, 0},
	{OPTIONS_LINT, 0, "rules", NULL, "print all that it can find instead, as a page in Markdown", take_flag, AT(rules)},
	{OPTIONS_WATCH, 0, "changes", "NUMBER", "end after so many changes, with 0; interrupted before: 1", take_number,
	 AT(changes)},
	{OPTIONS_TEST, 0, "allow-changes", NULL, "let tests change the directory of -H; what they change is taken back",
	 take_flag, AT(directory.writable)},
	{OPTIONS_SOURCE, 's', "server", "URL", "a running gateway (else the variable DIRGATE_URL)", take_text, AT(url)},
	{OPTIONS_SOURCE, 0, "ldif", "PATH", "an LDIF file or a folder of them; may be given again", take_ldif, 0},
	{OPTIONS_SOURCE, 'H', "uri", "URI", "a directory: ldap://, ldaps:// or ldapi://; again: its replicas", take_uri, 0},
	{OPTIONS_SOURCE, 'b', "base", "DN", "below which everything is", take_text, AT(directory.base)},
	{OPTIONS_SOURCE, 'D', "bind-dn", "DN", "who binds; nobody: anonymously", take_text, AT(directory.bind_dn)},
	{OPTIONS_SOURCE, 'y', "password-file", "FILE", "the password, in a file that others cannot read", take_text,
	 AT(directory.password_file)},
	{OPTIONS_SOURCE, 'Y', "mechanism", "MECH", "SASL instead: EXTERNAL, GSSAPI, SCRAM-SHA-256", take_text,
	 AT(directory.mechanism)},
	{OPTIONS_SOURCE, 'U', "sasl-user", "NAME", "whose password it is, with SCRAM-SHA-256; the principal, with a keytab",
	 take_text, AT(directory.user)},
	{OPTIONS_SOURCE, 0, "keytab", "FILE", "keys for GSSAPI, instead of kinit", take_text, AT(directory.keytab)},
	{OPTIONS_SOURCE, 0, "certificate", "FILE", "of the client, for EXTERNAL", take_text, AT(directory.certificate_file)},
	{OPTIONS_SOURCE, 0, "key", "FILE", "of the certificate", take_text, AT(directory.key_file)},
	{OPTIONS_SOURCE, 'Z', "start-tls", NULL, "StartTLS on ldap:// to this machine too", take_flag,
	 AT(directory.start_tls)},
	{OPTIONS_SOURCE, 0, "ca-file", "FILE", "certificates to trust instead of the system's", take_text,
	 AT(directory.ca_file)},
	{OPTIONS_SOURCE, 0, "wait", "SECONDS", "to read the directory (30)", take_number, AT(directory.wait)},
	{OPTIONS_ALWAYS, 0, "json", NULL, "for programs: one line of JSON", take_flag, AT(json)},
	{OPTIONS_ALWAYS, 'h', "help", NULL, "this; with a command, what it takes", take_flag, AT(help)},
	{OPTIONS_ALWAYS, 'V', "version", NULL, "print the version", take_flag, AT(version)},
};
const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);

#define ROWS (sizeof(option_rows) / sizeof(option_rows[0]))

/* ---- parsing: getopt_long, on lists made of the table ---- */

#define LONG_ONLY 256 /* above all letters: the number of a row is added */

struct getopt_lists {
	struct option names[ROWS + 1];
	char letters[2 * ROWS + 3];
};

static void make_lists(struct getopt_lists *lists)
{
	size_t used = 0;

	*lists = (struct getopt_lists){.letters = ""};
	lists->letters[used++] = ':'; /* a missing argument is told apart */
	for (size_t i = 0; i < ROWS; i++) {
		lists->names[i] = (struct option){option_rows[i].name,
			option_rows[i].argument ? required_argument : no_argument, NULL, LONG_ONLY + (int)i};
		if (option_rows[i].letter == 0)
			continue;
		lists->letters[used++] = option_rows[i].letter;
		if (option_rows[i].argument)
			lists->letters[used++] = ':';
	}
}

static const struct option_row *row_of(int found)
{
	if (found >= LONG_ONLY)
		return &option_rows[found - LONG_ONLY];
	for (size_t i = 0; i < ROWS; i++)
		if (option_rows[i].letter == found)
			return &option_rows[i];
	return NULL;
}

static int refuse_option(int found, int argc, char **argv, struct error *why)
{
	const struct option_row *row = optopt != 0 ? row_of(optopt) : NULL;

	if (found == ':' || (row && row->argument))
		return error_set(why, -EINVAL, "--%s needs a value: %s", row->name, row->argument);
	if (row)
		return error_set(why, -EINVAL, "--%s has no value", row->name);
	if (optopt != 0)
		return error_set(why, -EINVAL, "there is no option -%c", optopt);
	return error_set(why, -EINVAL, "there is no option %s", argv[optind <= argc ? optind - 1 : argc - 1]);
}

static int read_options(struct command_line *line, int argc, char **argv, unsigned *groups, struct error *why)
{
	struct getopt_lists lists;
	int found, result = 0;

	make_lists(&lists);
	optind = 0; /* glibc: from the beginning */
	opterr = 0;
	while (result == 0 && (found = getopt_long(argc, argv, lists.letters, lists.names, NULL)) != -1) {
		const struct option_row *row = found == '?' || found == ':' ? NULL : row_of(found);

		if (!row)
			return refuse_option(found, argc, argv, why);
		*groups |= row->group;
		result = row->take(line, row, optarg, why);
	}
	return result;
}

/* An option of a group that the command does not take, as it would be ignored. */
static int check_groups(const struct command *command, unsigned groups, struct error *why)
{
	unsigned strange = groups & ~(command->groups | OPTIONS_ALWAYS);

	for (size_t i = 0; i < ROWS; i++)
		if (option_rows[i].group & strange)
			return error_set(why, -EINVAL, "%s takes no options such as --%s", command->name, option_rows[i].name);
	return 0;
}

static int read_arguments(struct command_line *line, int argc, char **argv, struct error *why)
{
	const char **const places[] = {&line->question.subject, &line->question.action};
	int given = argc - optind - 1;

	if (given < 0)
		return error_set(why, -EINVAL, "no command is named");
	line->command = commands_find(argv[optind]);
	if (!line->command)
		return error_set(why, -EINVAL, "there is no command %s", argv[optind]);
	if (line->command->argument_count == COMMAND_MANY && given > 0) {
		line->files = (const char *const *)&argv[optind + 1];
		return 0;
	}
	if (line->command->argument_count == COMMAND_PERHAPS && given <= 1) {
		*places[0] = given == 1 ? argv[optind + 1] : NULL;
		return 0;
	}
	if (given != (int)line->command->argument_count && !line->help)
		return error_set(why, -EINVAL, "%s takes %s", line->command->name,
		                 line->command->argument_count > 0 ? line->command->arguments : "no arguments");
	assert(line->help || line->command->argument_count <= sizeof(places) / sizeof(places[0]));
	for (int i = 0; i < given && i < (int)line->command->argument_count; i++)
		*places[i] = argv[optind + 1 + i];
	return 0;
}

int command_line_read(struct command_line *line, int argc, char **argv, struct error *why)
{
	unsigned groups = 0;
	int result;

	*line = (struct command_line){.arena = arena_new()};
	line->question.properties = line->properties;
	result = read_options(line, argc, argv, &groups, why);
	if (result == 0 && !((line->help || line->version) && optind >= argc))
		result = read_arguments(line, argc, argv, why);
	if (result == 0 && line->command)
		result = check_groups(line->command, groups, why);
	return result;
}

void command_line_release(struct command_line *line)
{
	arena_free(line->arena);
	line->arena = NULL;
}

/* ---- help ---- */

#define HELP_COLUMN 30

static void print_option(const struct option_row *row, struct text *out)
{
	char left[64];

	snprintf(left, sizeof(left), "  %c%c%c --%s%s%s", row->letter ? '-' : ' ', row->letter ? row->letter : ' ',
	         row->letter ? ',' : ' ', row->name, row->argument ? "=" : "", row->argument ? row->argument : "");
	if (strlen(left) + 1 < HELP_COLUMN)
		text_print(out, "%-*s%s\n", HELP_COLUMN, left, row->help);
	else
		text_print(out, "%s\n%*s%s\n", left, HELP_COLUMN, "", row->help);
}

static void print_options(unsigned groups, const char *title, struct text *out)
{
	bool any = false;

	for (size_t i = 0; i < ROWS; i++) {
		if (!(option_rows[i].group & groups))
			continue;
		if (!any)
			text_print(out, "\n%s\n", title);
		any = true;
		print_option(&option_rows[i], out);
	}
}

void command_line_help(const struct command *command, struct text *out)
{
	if (command) {
		text_print(out, "usage: dirgate %s%s%s [OPTION...]\n\n%s\n", command->name,
		           command->argument_count > 0 ? " " : "", command->arguments, command->help);
	} else {
		text_append(out, "usage: dirgate COMMAND [OPTION...]\n\nWho may do what, and why.\n\nCommands\n");
		for (size_t i = 0; i < command_count; i++)
			text_print(out, "  %-12s %-12s  %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
	}
	print_options((command ? command->groups : ~(unsigned)OPTIONS_ALWAYS) & ~(unsigned)OPTIONS_SOURCE, "The question", out);
	print_options(OPTIONS_SOURCE, "Where to ask (one of -s, --ldif, -H)", out);
	print_options(OPTIONS_ALWAYS, "Always", out);
	text_append(out, "\nExit status: " COMMANDS_STATUSES ".\n");
}

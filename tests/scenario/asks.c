/* Asks one source the questions in files, again and again, while it follows whatever it follows.
 *
 *   asks SOURCE            as in support/opened.h
 *
 * Each line of standard input names a file of questions and a file for the answers; "done" is printed when they are
 * written.  A question is an object on a line of its own: "kind" ("explain", "permissions", "filter", or a topic of the
 * list below), and members of struct dirgate_question and struct dirgate_table_query, all of them strings.  Its answer is
 * a line too: outcome, reason, JSON. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "dirgate.h"
#include "json/json_value.h"
#include "../support/opened.h"

static const char *const topics[DIRGATE_TOPICS] = {
	[DIRGATE_USERS] = "users", [DIRGATE_USER] = "user", [DIRGATE_USER_WORKSPACES] = "user-workspaces",
	[DIRGATE_USER_CLAIMS] = "claims", [DIRGATE_WORKSPACES] = "workspaces", [DIRGATE_MEMBERS] = "members",
	[DIRGATE_MATRIX] = "matrix", [DIRGATE_ROLES] = "roles", [DIRGATE_RESTRICTIONS] = "restrictions",
	[DIRGATE_GROUP] = "group", [DIRGATE_ORGANIZATION] = "organization", [DIRGATE_SUBJECTS] = "subjects",
	[DIRGATE_RESOURCES] = "resources", [DIRGATE_ACTIONS] = "actions",
};

static const char *string_at(const struct value *object, const char *name)
{
	const struct value *value = json_value_member(object, name);

	return value && value->kind == VALUE_STRING ? value->string : NULL;
}

static void print_line(FILE *out, int outcome, const char *reason, const char *json)
{
	fprintf(out, "%d %s %s\n", outcome, reason, json);
}

static bool ask_table(struct dirgate *gate, enum dirgate_topic topic, const struct value *asked,
                      const struct dirgate_question *question, FILE *out, char **why)
{
	struct dirgate_table *table = dirgate_table(gate, topic, &(struct dirgate_table_query){
		.name = string_at(asked, "name"), .search = string_at(asked, "search"),
		.organization = string_at(asked, "organization"), .question = question}, why);

	if (!table)
		return false;
	print_line(out, (int)table->outcome, table->reason, table->json);
	dirgate_table_free(table);
	return true;
}

static bool ask_explain(struct dirgate *gate, const struct dirgate_question *question, FILE *out, char **why)
{
	struct dirgate_answer *answer = dirgate_explain(gate, question, why);

	if (!answer)
		return false;
	print_line(out, (int)answer->outcome, answer->reason, answer->json);
	dirgate_answer_free(answer);
	return true;
}

static bool ask_permissions(struct dirgate *gate, const struct dirgate_question *question, FILE *out, char **why)
{
	struct dirgate_permissions *permissions = dirgate_permissions(gate, question, why);

	if (!permissions)
		return false;
	print_line(out, (int)permissions->outcome, permissions->reason, permissions->json);
	dirgate_permissions_free(permissions);
	return true;
}

static bool ask_filter(struct dirgate *gate, const struct dirgate_question *question, FILE *out, char **why)
{
	struct dirgate_filter *filter = dirgate_filter(gate, question, why);

	if (!filter)
		return false;
	print_line(out, (int)filter->outcome, filter->reason, filter->json);
	dirgate_filter_free(filter);
	return true;
}

static bool ask(struct dirgate *gate, const struct value *asked, FILE *out, char **why)
{
	const char *kind = string_at(asked, "kind");
	const struct dirgate_question question = {
		.subject = string_at(asked, "subject"), .subject_type = string_at(asked, "subject_type"),
		.action = string_at(asked, "action"), .workspace = string_at(asked, "workspace"),
		.resource_type = string_at(asked, "resource_type"), .resource_id = string_at(asked, "resource_id"),
		.at = string_at(asked, "at"), .subject_properties = string_at(asked, "subject_properties"),
		.action_properties = string_at(asked, "action_properties"),
		.resource_properties = string_at(asked, "resource_properties"), .context = string_at(asked, "context"),
	};

	if (!kind)
		return false;
	for (size_t i = 0; i < DIRGATE_TOPICS; i++)
		if (strcmp(kind, topics[i]) == 0)
			return ask_table(gate, (enum dirgate_topic)i, asked, &question, out, why);
	if (strcmp(kind, "permissions") == 0)
		return ask_permissions(gate, &question, out, why);
	return strcmp(kind, "filter") == 0 ? ask_filter(gate, &question, out, why) : ask_explain(gate, &question, out, why);
}

/* What cannot be asked is said by each source in its own words. */
static void ask_line(struct dirgate *gate, const char *line, size_t length, struct arena *arena, FILE *out)
{
	const struct value *asked;
	struct error problem = {"no question"};
	char *why = NULL;

	if (json_value_parse(line, length, arena, &asked, &problem) || !ask(gate, asked, out, &why)) {
		fprintf(out, "failed\n");
		fprintf(stderr, "%.*s: %s\n", (int)length, line, why ? why : problem.text);
		free(why);
	}
	arena_reset(arena);
}

static bool ask_all(struct dirgate *gate, const char *questions, const char *answers)
{
	FILE *in = fopen(questions, "r"), *out = fopen(answers, "w");
	struct arena *arena = arena_new();
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	bool written = in && out;

	while (written && (length = getline(&line, &capacity, in)) > 0)
		ask_line(gate, line, (size_t)length, arena, out);
	free(line);
	arena_free(arena);
	if (in)
		fclose(in);
	return out && fclose(out) == 0 && written;
}

int main(int argc, char **argv)
{
	char *why = NULL, *line = NULL;
	struct dirgate *gate = opened_source(argc - 1, argv + 1, &why);
	size_t capacity = 0;

	if (!gate)
		fprintf(stderr, "%s\n", why ? why : "asks " OPENED_USAGE);
	while (gate && getline(&line, &capacity, stdin) > 0) {
		char *rest = line, *questions = strsep(&rest, " \n"), *answers = strsep(&rest, "\n");

		puts(answers && ask_all(gate, questions, answers) ? "done" : "failed");
		fflush(stdout);
	}
	free(line);
	free(why);
	dirgate_close(gate);
	return gate ? 0 : 1;
}

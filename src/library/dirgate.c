/* include/dirgate.h: opening, asking, freeing.  Every answer is made in two steps: a backend says it in JSON, and the
 * JSON is read. */
#include "dirgate.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/memory.h"
#include "library/backend.h"
#include "library/remote.h"
#include "library/local.h"
#include "library/result.h"
#include "library/topics.h"

void *backend_fail(const struct error *error, char **why)
{
	if (why)
		*why = memory_string(error->text);
	return NULL;
}

/* ---- opening ---- */

struct dirgate *dirgate_open_ldif(const char *const *paths, const struct dirgate_settings *settings, char **why)
{
	struct error error = {""};
	struct dirgate *gate = local_open_ldif(paths, settings, &error);

	return gate ? gate : backend_fail(&error, why);
}

struct dirgate *dirgate_open_directory(const struct dirgate_directory *directory,
                                       const struct dirgate_settings *settings, char **why)
{
	struct error error = {""};
	struct dirgate *gate = local_open_directory(directory, settings, &error);

	return gate ? gate : backend_fail(&error, why);
}

struct dirgate *dirgate_open_gateway(const char *url, char **why)
{
	struct error error = {""};
	struct dirgate *gate = remote_open(url, &error);

	return gate ? gate : backend_fail(&error, why);
}

void dirgate_close(struct dirgate *gate)
{
	if (gate)
		gate->backend->free(gate);
}

/* ---- asking ---- */

/* What one question needs, from its beginning to its end. */
struct asking {
	struct arena *arena;
	struct text json;
	struct error error;
};

static void asking_init(struct asking *asking)
{
	*asking = (struct asking){.arena = arena_new()};
	text_init(&asking->json, BACKEND_JSON_MAX);
}

static void asking_release(struct asking *asking)
{
	text_release(&asking->json);
	arena_free(asking->arena);
}

static int check_length(struct asking *asking)
{
	if (!asking->json.overflowed)
		return 0;
	return error_set(&asking->error, -EMSGSIZE, "the answer is longer than %u octets", BACKEND_JSON_MAX);
}

static struct dirgate_answer *ask(struct dirgate *gate, const struct dirgate_question *question, bool explain,
                                  char **why)
{
	struct dirgate_answer *answer = NULL;
	struct asking asking;
	struct asked asked;
	int result;

	asking_init(&asking);
	result = question_read(question, QUESTION_NEEDS_SUBJECT | QUESTION_NEEDS_ACTION, asking.arena, &asked, &asking.error);
	asked.question.explain = explain;
	if (result < 0 || gate->backend->decide(gate, &asked, asking.arena, &asking.json, &asking.error) < 0 ||
	    check_length(&asking) < 0 || result_answer(&asking.json, &answer, &asking.error) < 0)
		answer = backend_fail(&asking.error, why);
	asking_release(&asking);
	return answer;
}

struct dirgate_answer *dirgate_ask(struct dirgate *gate, const struct dirgate_question *question, char **why)
{
	return ask(gate, question, false, why);
}

struct dirgate_answer *dirgate_explain(struct dirgate *gate, const struct dirgate_question *question, char **why)
{
	return ask(gate, question, true, why);
}

struct dirgate_permissions *dirgate_permissions(struct dirgate *gate, const struct dirgate_question *question,
                                                char **why)
{
	struct dirgate_permissions *permissions = NULL;
	struct asking asking;
	struct asked asked;

	asking_init(&asking);
	if (question_read(question, QUESTION_NEEDS_SUBJECT | QUESTION_TAKES_NO_JSON, asking.arena, &asked,
	                  &asking.error) < 0 ||
	    gate->backend->permissions(gate, &asked, asking.arena, &asking.json, &asking.error) < 0 ||
	    check_length(&asking) < 0 || result_permissions(&asking.json, &permissions, &asking.error) < 0)
		permissions = backend_fail(&asking.error, why);
	asking_release(&asking);
	return permissions;
}

/* A workspace is the place of its own question. */
static int check_filtered(const struct asked *asked, struct error *why)
{
	const char *type = asked->question.resource.type;

	if (strcmp(type, "workspace") != 0 && strcmp(type, "organization") != 0)
		return 0;
	return error_set(why, -EINVAL, "a resource filter is not of a %s, which is asked about as such", type);
}

struct dirgate_filter *dirgate_filter(struct dirgate *gate, const struct dirgate_question *question, char **why)
{
	struct dirgate_filter *filter = NULL;
	struct asking asking;
	struct asked asked;

	asking_init(&asking);
	if (question_read(question, QUESTION_NEEDS_SUBJECT | QUESTION_NEEDS_ACTION | QUESTION_TAKES_NO_JSON, asking.arena,
	                  &asked, &asking.error) < 0 ||
	    check_filtered(&asked, &asking.error) < 0 ||
	    gate->backend->filter(gate, &asked, asking.arena, &asking.json, &asking.error) < 0 ||
	    check_length(&asking) < 0 || result_filter(&asking.json, &filter, &asking.error) < 0)
		filter = backend_fail(&asking.error, why);
	asking_release(&asking);
	return filter;
}

struct dirgate_table *dirgate_table(struct dirgate *gate, enum dirgate_topic topic,
                                    const struct dirgate_table_query *query, char **why)
{
	struct dirgate_table *table = NULL;
	struct table_asked asked;
	struct asking asking;

	assert(topic < DIRGATE_TOPICS);
	asking_init(&asking);
	if (topic_read(topic, query, asking.arena, &asked, &asking.error) < 0 ||
	    gate->backend->table(gate, topic, &asked, asking.arena, &asking.json, &asking.error) < 0 ||
	    check_length(&asking) < 0 || result_table(&asking.json, topic, &table, &asking.error) < 0)
		table = backend_fail(&asking.error, why);
	asking_release(&asking);
	return table;
}

struct dirgate_findings *dirgate_lint(struct dirgate *gate, char **why)
{
	struct dirgate_findings *findings = NULL;
	struct asking asking;

	asking_init(&asking);
	if (gate->backend->lint(gate, asking.arena, &asking.json, &asking.error) < 0 || check_length(&asking) < 0 ||
	    result_findings(&asking.json, &findings, &asking.error) < 0)
		findings = backend_fail(&asking.error, why);
	asking_release(&asking);
	return findings;
}

int dirgate_report(struct dirgate *gate, int (*found)(void *context, const struct dirgate_report_row *row), void *context,
                   char **why)
{
	struct error error = {""};
	int result = gate->backend->report(gate, found, context, &error);

	if (error.text[0] != '\0')
		backend_fail(&error, why);
	return result;
}

/* ---- trying changes ---- */

int dirgate_apply(struct dirgate *gate, const char *ldif, const char *name, char **why)
{
	struct error error = {""};
	int result = gate->backend->apply(gate, ldif, name, &error);

	if (result < 0)
		backend_fail(&error, why);
	return result;
}

int dirgate_reset(struct dirgate *gate, char **why)
{
	struct error error = {""};
	int result = gate->backend->reset(gate, &error);

	if (result < 0)
		backend_fail(&error, why);
	return result;
}

/* ---- freeing ---- */

void dirgate_answer_free(struct dirgate_answer *answer)
{
	result_free(answer);
}

void dirgate_permissions_free(struct dirgate_permissions *permissions)
{
	result_free(permissions);
}

void dirgate_filter_free(struct dirgate_filter *filter)
{
	result_free(filter);
}

void dirgate_table_free(struct dirgate_table *table)
{
	result_free(table);
}

void dirgate_findings_free(struct dirgate_findings *findings)
{
	result_free(findings);
}

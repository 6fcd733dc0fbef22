#include "library/remote.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "json/json_value.h"
#include "json/problem_details.h"
#include "library/http_client.h"
#include "library/result.h"
#include "library/topics.h"

#define QUESTION_MAX 1048576 /* octets of a question, as the gateway allows them */

struct remote {
	struct dirgate gate;
	struct http_client *client;
	char *url;
};

/* ---- what is no answer ---- */

static const struct { unsigned status; const char *advice; } advices[] = {
	{401, "it wants to know who asks: put a name and password into the address"},
	{403, "whoever asks there needs the permission dirgate.query, for searches dirgate.search, for explanations, "
	      "another time and lint dirgate.explain"},
	{404, "is this a dirgate gateway, and not an older one?"},
	{429, "too many questions: wait a little"},
	{503, "try again later"},
};

static const char *advice_of(unsigned status)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (advices[i].status == status)
			return advices[i].advice;
	return status < 500 ? "ask differently" : "its log says more";
}

static int refused(const struct remote *remote, unsigned status, const struct value *problem, struct error *why)
{
	const char *title = result_text(problem, "title"), *detail = result_text(problem, "detail");

	return error_set(why, -EIO, "%s answers %u %s%s%s: %s", remote->url, status,
	                 title[0] != '\0' ? title : "(no reason given)", detail[0] != '\0' ? " " : "", detail,
	                 advice_of(status));
}

/* Is it a problem that answers the question?  The text was `status` and is for the one who asked. */
static int judge(const struct remote *remote, unsigned status, const struct text *json, bool of_somebody,
                 struct arena *arena, struct error *why)
{
	const struct value *problem = NULL;

	if (status == 200)
		return 0;
	if (json_value_parse(text_string(json), json->length, arena, &problem, NULL))
		problem = NULL;
	if (of_somebody && problem_details_status(result_reason(result_text(problem, "reason"))) == status)
		return 0;
	return refused(remote, status, problem, why);
}

/* ---- questions ---- */

static void write_context(struct json_writer *json, const struct asked *asked)
{
	const struct value *context = asked->question.context;

	json_write_object(json, "context");
	for (size_t i = 0; i < context->count; i++)
		json_value_write(json, context->members[i].name, &context->members[i].value);
	json_write_object(json, "dirgate");
	json_write_boolean(json, "reason", true);
	if (asked->question.explain)
		json_write_boolean(json, "explain", true);
	if (asked->timed)
		json_write_instant(json, "at", asked->question.at);
	json_write_end(json);
	json_write_end(json);
}

static void write_properties(struct json_writer *json, const struct value *properties)
{
	if (properties)
		json_value_write(json, "properties", properties);
}

/* The entities of OpenID AuthZEN Authorization API 1.0, section "Information Model", into an object that is open. */
static void write_question(struct json_writer *json, const struct asked *asked)
{
	const struct question *question = &asked->question;

	json_write_object(json, "subject");
	json_write_string(json, "type", question->subject.type);
	json_write_string(json, "id", question->subject.id);
	write_properties(json, question->subject.properties);
	json_write_end(json);
	json_write_object(json, "action");
	json_write_string(json, "name", question->action.name);
	write_properties(json, question->action.properties);
	json_write_end(json);
	json_write_object(json, "resource");
	json_write_string(json, "type", question->resource.type);
	json_write_string(json, "id", question->resource.id);
	write_properties(json, question->resource.properties);
	json_write_end(json);
	write_context(json, asked);
}

static int remote_decide(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
                          struct error *why)
{
	const struct remote *remote = (const struct remote *)gate;
	struct json_writer writer = {.out = NULL};
	struct text body;
	unsigned status;
	int result;

	text_init(&body, QUESTION_MAX);
	writer.out = &body;
	json_write_object(&writer, NULL);
	write_question(&writer, asked);
	json_write_end(&writer);
	if (body.overflowed)
		result = error_set(why, -EMSGSIZE, "the question is longer than %d octets", QUESTION_MAX);
	else
		result = http_client_ask(remote->client, "/access/v1/evaluation", text_string(&body), json, &status, why);
	text_release(&body);
	return result < 0 ? result : judge(remote, status, json, true, arena, why);
}

/* "&name=value"; the first one begins with "?". */
static void add_parameter(struct text *target, bool *more, const char *name, const char *value)
{
	text_append_char(target, *more ? '&' : '?');
	text_append(target, name);
	text_append_char(target, '=');
	http_client_escape(value, target);
	*more = true;
}

static void add_time(struct text *target, bool *more, const struct asked *asked)
{
	char at[40];

	if (!asked->timed)
		return;
	clock_format_rfc3339(asked->question.at, at);
	add_parameter(target, more, "at", at);
}

static void write_target(struct text *target, const char *what, const struct asked *asked)
{
	const struct question *question = &asked->question;
	const struct value *workspace = json_value_member(question->context, "workspace"), *roles = NULL;
	size_t role_count = result_items(question->context, "active_roles", &roles);
	bool more = false;

	text_append(target, "/v1/users/");
	http_client_escape(question->subject.id, target);
	text_append(target, what);
	add_parameter(target, &more, "subject_type", question->subject.type);
	if (question->action.name[0] != '\0')
		add_parameter(target, &more, "action", question->action.name);
	if (question->resource.type[0] != '\0')
		add_parameter(target, &more, "resource_type", question->resource.type);
	if (workspace)
		add_parameter(target, &more, "workspace", workspace->string);
	for (size_t i = 0; i < role_count; i++)
		add_parameter(target, &more, "active_role", roles[i].string);
	if (roles && role_count == 0)
		add_parameter(target, &more, "active_role", ""); /* none: no role has this id */
	add_time(target, &more, asked);
}

/* GET /v1/users/{user} and `what`. */
static int ask_about_user(const struct remote *remote, const char *what, const struct asked *asked, struct arena *arena,
                          struct text *json, struct error *why)
{
	struct text target;
	unsigned status;
	int result;

	text_init(&target, QUESTION_MAX);
	write_target(&target, what, asked);
	if (target.overflowed)
		result = error_set(why, -EMSGSIZE, "the question is longer than %d octets", QUESTION_MAX);
	else
		result = http_client_ask(remote->client, text_string(&target), NULL, json, &status, why);
	text_release(&target);
	return result < 0 ? result : judge(remote, status, json, true, arena, why);
}

static int remote_permissions(struct dirgate *gate, const struct asked *asked, struct arena *arena,
                              struct text *json, struct error *why)
{
	struct asked held = *asked;

	held.question.action.name = held.question.resource.type = ""; /* neither counts */
	return ask_about_user((const struct remote *)gate, "/permissions", &held, arena, json, why);
}

static int remote_filter(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
                         struct error *why)
{
	return ask_about_user((const struct remote *)gate, "/filter", asked, arena, json, why);
}

/* ---- tables: page by page ---- */

static void write_table_target(struct text *target, const struct topic *topic, const struct table_asked *asked,
                               const char *token)
{
	const struct dirgate_table_query *query = asked->query;
	bool more = false;

	text_append(target, topic->path);
	if (topic->after) {
		text_append_char(target, '/');
		http_client_escape(query->name, target);
		text_append(target, topic->after);
	}
	if ((topic->takes & TOPIC_SEARCH) && query->search)
		add_parameter(target, &more, "q", query->search);
	if ((topic->takes & TOPIC_ORGANIZATION) && query->organization)
		add_parameter(target, &more, "organization", query->organization);
	if ((topic->takes & TOPIC_AROUND) && query->around)
		add_parameter(target, &more, "include", "organization");
	add_time(target, &more, &asked->asked);
	if (topic->takes & TOPIC_PAGES)
		add_parameter(target, &more, "limit", TOPIC_PAGE_ROWS);
	if (token[0] != '\0')
		add_parameter(target, &more, "token", token);
}

/* OpenID AuthZEN Authorization API 1.0, section "Search APIs": what is looked for may be named and does not count. */
static void write_search(struct text *body, const struct asked *asked, const char *token)
{
	struct json_writer json = {.out = body};

	json_write_object(&json, NULL);
	write_question(&json, asked);
	json_write_object(&json, "page");
	json_write_literal(&json, "limit", TOPIC_PAGE_ROWS);
	if (token[0] != '\0')
		json_write_string(&json, "token", token);
	json_write_end(&json);
	json_write_end(&json);
}

/* One page, in `json` and as a value; `*page` stays NULL when the answer is a problem. */
static int ask_page(const struct remote *remote, const struct topic *topic, const struct table_asked *asked,
                    const char *token, struct arena *arena, struct text *json, const struct value **page,
                    struct error *why)
{
	struct text question;
	unsigned status;
	const char *copy;
	int result;

	text_reset(json);
	text_init(&question, QUESTION_MAX);
	if (topic->takes & TOPIC_QUESTION)
		write_search(&question, &asked->asked, token);
	else
		write_table_target(&question, topic, asked, token);
	if (question.overflowed)
		result = error_set(why, -EMSGSIZE, "the question is longer than %d octets", QUESTION_MAX);
	else if (topic->takes & TOPIC_QUESTION)
		result = http_client_ask(remote->client, topic->path, text_string(&question), json, &status, why);
	else
		result = http_client_ask(remote->client, text_string(&question), NULL, json, &status, why);
	text_release(&question);
	if (result == 0)
		result = judge(remote, status, json, true, arena, why);
	if (result < 0 || status != 200)
		return result;
	copy = arena_octets(arena, text_string(json), json->length);
	return json_value_parse(copy, json->length, arena, page, why) ? -EPROTO : 0;
}

/* The pages of a table, in the order of asking. */
struct pages_read {
	const struct value **items;
	size_t count, capacity;
	size_t octets;
};

static void pages_add(struct pages_read *pages, const struct value *page)
{
	if (pages->count == pages->capacity) {
		pages->capacity = pages->capacity == 0 ? 16 : pages->capacity * 2;
		pages->items = memory_resize(pages->items, pages->capacity, sizeof(*pages->items));
	}
	pages->items[pages->count++] = page;
}

/* Asks until there are no more pages.  `json` stays that of the last one. */
static int ask_pages(const struct remote *remote, const struct topic *topic, const struct table_asked *asked,
                     struct arena *arena, struct text *json, struct pages_read *pages, struct error *why)
{
	const char *token = "";
	int result;

	do {
		const struct value *page = NULL;

		result = ask_page(remote, topic, asked, token, arena, json, &page, why);
		pages->octets += json->length;
		if (result == 0 && pages->octets > BACKEND_JSON_MAX)
			result = error_set(why, -EMSGSIZE, "the answer is longer than %u octets", BACKEND_JSON_MAX);
		if (!page)
			pages->count = 0; /* a problem is the whole answer */
		if (result < 0 || !page)
			break;
		pages_add(pages, page);
		token = result_text(json_value_member(page, "page"), "next_token");
	} while (token[0] != '\0');
	return result;
}

/* All pages in one, if there are more than one. */
static int remote_table(struct dirgate *gate, enum dirgate_topic topic, const struct table_asked *asked,
                        struct arena *arena, struct text *json, struct error *why)
{
	struct json_writer writer = {.out = json};
	struct pages_read pages = {.count = 0};
	int result = ask_pages((const struct remote *)gate, &topics[topic], asked, arena, json, &pages, why);

	if (result == 0 && pages.count > 1) {
		text_reset(json);
		json_value_write(&writer, NULL, topic_join(&topics[topic], pages.items, pages.count, arena));
	}
	free(pages.items);
	return result;
}

static int remote_lint(struct dirgate *gate, struct arena *arena, struct text *json, struct error *why)
{
	const struct remote *remote = (const struct remote *)gate;
	unsigned status;
	int result = http_client_ask(remote->client, "/v1/lint", NULL, json, &status, why);

	return result < 0 ? result : judge(remote, status, json, false, arena, why);
}

static int remote_report(struct dirgate *gate, int (*found)(void *context, const struct dirgate_report_row *row),
                         void *context, struct error *why)
{
	(void)found;
	(void)context;
	return error_set(why, -ENOTSUP, "%s: a gateway gives no report; it comes from LDIF files or a directory",
	                 ((const struct remote *)gate)->url);
}

static int remote_apply(struct dirgate *gate, const char *ldif, const char *name, struct error *why)
{
	(void)ldif;
	return error_set(why, -ENOTSUP, "%s: %s cannot be changed through a gateway; try changes on LDIF files", name,
	                 ((const struct remote *)gate)->url);
}

/* Nothing was applied. */
static int remote_reset(struct dirgate *gate, struct error *why)
{
	(void)gate;
	(void)why;
	return 0;
}

/* ---- life ---- */

static void remote_free(struct dirgate *gate)
{
	struct remote *remote = (struct remote *)gate;

	http_client_free(remote->client);
	free(remote->url);
	free(remote);
}

struct dirgate *remote_open(const char *url, struct error *why)
{
	static const struct backend backend = {
		remote_decide, remote_permissions, remote_filter, remote_table, remote_lint,
		remote_report, remote_apply,       remote_reset,  remote_free,
	};
	struct http_client *client = http_client_new(url, why);
	struct remote *remote;

	if (!client)
		return NULL;
	remote = memory_alloc(sizeof(*remote));
	*remote = (struct remote){.gate = {&backend}, .client = client, .url = memory_string(url)};
	return &remote->gate;
}

#include "http/lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "json/json_value.h"
#include "http/accept.h"

/* ---- what is asked ---- */

uint64_t lists_hash(uint64_t hash, const char *text)
{
	do /* with the NUL, so that "ab" and "c" are not "a" and "bc" */
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	while (*text++ != '\0');
	return hash;
}

uint64_t lists_hash_value(uint64_t hash, const struct value *value)
{
	static const char *const kinds[] = {"null", "boolean", "number", "string", "array", "object"};
	char room[VALUE_TEXT_MAX];
	const char *text;
	uint64_t members = 0;

	if (!value)
		return lists_hash(hash, "");
	hash = lists_hash(hash, kinds[value->kind]);
	text = value_text(value, room);
	if (text)
		hash = lists_hash(hash, text);
	for (size_t i = 0; value->kind == VALUE_ARRAY && i < value->count; i++)
		hash = lists_hash_value(hash, &value->items[i]);
	for (size_t i = 0; value->kind == VALUE_OBJECT && i < value->count; i++)
		members += lists_hash_value(lists_hash(LISTS_HASH, value->members[i].name), &value->members[i].value);
	return (hash ^ members) * UINT64_C(1099511628211) + value->count;
}

/* A number for the question: everything but how far it was read. */
static uint64_t question_of(const struct request *request)
{
	const struct target *target = &request->target;
	uint64_t hash = LISTS_HASH;

	for (size_t i = 0; i < target->segment_count; i++)
		hash = lists_hash(hash, target->segments[i]);
	for (size_t i = 0; i < target->parameter_count; i++) {
		const struct target_parameter *parameter = &target->parameters[i];

		if (strcmp(parameter->name, "token") != 0 && strcmp(parameter->name, "limit") != 0)
			hash = lists_hash(lists_hash(hash, parameter->name), parameter->value);
	}
	return hash;
}

/* A limit larger than allowed is made smaller, as in AuthZEN. */
static bool read_limit(struct request *request, uint32_t most, uint32_t *limit)
{
	const char *text = request_parameter(request, "limit");
	unsigned long number;
	char *end;

	if (!text)
		return true;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0') {
		reply_refuse(&request->reply, REFUSAL_MALFORMED, "query parameter limit: a number of rows");
		return false;
	}
	*limit = errno != 0 || number > most ? most : (uint32_t)number;
	return true;
}

static bool resume(struct list_answer *answer, const struct list_wish *wish)
{
	struct request *request = answer->request;

	switch (pages_take(request->shared->pages, wish->token, wish->question, request->now, &request->listing,
	                   &answer->page.after)) {
	case PAGES_TAKEN:
		if (request_reached_by(request, request->listing.token))
			return true;
		reply_refuse(&request->reply, REFUSAL_PAGE_EXPIRED, "the list began before what Dirgate-At-Least demands");
		return false;
	case PAGES_NO_TOKEN:
		reply_refuse(&request->reply, REFUSAL_MALFORMED,
		             arena_print(request->arena, "%s: not one of this list; all else must be asked as it was",
		                         wish->token_place));
		return false;
	case PAGES_EXPIRED:
		break;
	}
	reply_refuse(&request->reply, REFUSAL_PAGE_EXPIRED, NULL);
	return false;
}

static void begin_listing(struct request *request, const struct http_state *state, const struct list_wish *wish)
{
	struct listing *listing = &request->listing;

	*listing = (struct listing){.question = wish->question, .at = wish->at, .limit = wish->limit,
	                            .snapshot = snapshot_acquire(state->snapshot),
	                            .token = state->token ? memory_string(state->token) : NULL};
}

static instant last_seen(void *context, const struct entry *person)
{
	return sightings_last(context, person);
}

bool lists_begin_page(struct list_answer *answer, struct request *request, const struct list_wish *wish)
{
	const struct http_state *state = request_index(request);

	*answer = (struct list_answer){.request = request, .resumed = wish->token != NULL,
	                               .candidates = &request->listing.candidates,
	                               .page = {.limit = wish->limit, .looks = wish->looks}};
	if (!state)
		return false;
	if (!wish->token)
		begin_listing(request, state, wish);
	else if (!resume(answer, wish))
		return false;
	answer->view = (struct list_view){request->listing.snapshot, state->settings, request->listing.at};
	answer->writer = (struct list_writer){
		.entries = {&answer->json, answer->view.snapshot, caller_may(&request->caller, CALLER_EXPLAIN)},
		.view = &answer->view,
		.seen = wish->timed ? NULL : last_seen, /* who was there is known of now */
		.seen_context = request->shared->sightings,
	};
	return true;
}

bool lists_begin(struct list_answer *answer, struct request *request)
{
	bool csv = lists_want_csv(request), page = request_parameter(request, "limit") != NULL;
	struct list_wish wish = {
		.question = question_of(request),
		.timed = request_parameter(request, "at") != NULL,
		.token = request_parameter(request, "token"),
		.token_place = "query parameter token",
		.limit = csv ? LISTS_PART_ROWS : LIST_LIMIT_DEFAULT,
		.looks = csv && page ? LISTS_EXPORT_LOOKS : LIST_LOOKS,
	};

	return read_limit(request, csv ? LISTS_EXPORT_ROWS : LIST_LIMIT_MAX, &wish.limit) &&
	       request_time(request, &wish.at) && lists_begin_page(answer, request, &wish);
}

/* ---- JSON ---- */

void lists_open(struct list_answer *answer)
{
	answer->json.out = reply_json(&answer->request->reply, 200);
	json_write_object(&answer->json, NULL);
}

static const char *next_token(struct list_answer *answer)
{
	struct request *request = answer->request;

	return answer->page.more ? pages_keep(request->shared->pages, &request->listing, answer->page.next, request->now,
	                                      request->arena)
	                         : "";
}

void lists_write_page(struct list_answer *answer)
{
	json_write_object(&answer->json, "page");
	json_write_string(&answer->json, "next_token", next_token(answer));
	json_write_end(&answer->json);
}

void lists_close(struct list_answer *answer)
{
	lists_write_page(answer);
	json_write_end(&answer->json);
}

/* ---- CSV ---- */

bool lists_want_csv(const struct request *request)
{
	return accept_prefers(request->fields[FIELD_ACCEPT], "text/csv");
}

static void print_encoded(struct text *out, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *value != '\0'; value++)
		if (strchr(plain, *value))
			text_append_char(out, *value);
		else
			text_print(out, "%%%02X", (unsigned char)*value);
}

/* RFC 8288: the same question with another token. */
static void add_link(struct list_answer *answer)
{
	struct request *request = answer->request;
	struct text link;

	text_init(&link, REPLY_BODY_KEEP);
	text_print(&link, "<%s?token=%s", request->target.path, next_token(answer));
	for (size_t i = 0; i < request->target.parameter_count; i++) {
		const struct target_parameter *parameter = &request->target.parameters[i];

		if (strcmp(parameter->name, "token") == 0)
			continue;
		text_print(&link, "&%s=", parameter->name);
		print_encoded(&link, parameter->value);
	}
	text_append(&link, ">; rel=\"next\"");
	if (link.overflowed)
		reply_refuse(&request->reply, REFUSAL_INTERNAL, "the link to the next page would be too long");
	else
		reply_header(&request->reply, "Link", arena_string(request->arena, text_string(&link)));
	text_release(&link);
}

/* ---- CSV, part by part ---- */

/* In the request's arena, as parts are made until it ends. */
struct export {
	const struct table_shape *shape;
	bool (*write)(void *context, struct json_writer *json, uint64_t *position);
	void *context;
	uint64_t position;
};

/* Each part is made as JSON, so that both say the same, in memory that goes with it. */
static bool write_part(void *context, struct text *out)
{
	struct export *export = context;
	struct arena *arena = arena_new();
	struct csv_writer csv = {.out = out};
	struct json_writer writer = {.out = NULL};
	const struct value *value;
	struct text json;
	bool more;

	text_init(&json, REPLY_BODY_MAX);
	writer.out = &json;
	json_write_object(&writer, NULL);
	more = export->write(export->context, &writer, &export->position);
	json_write_end(&writer);
	if (json.overflowed || json_value_parse(text_string(&json), json.length, arena, &value, NULL))
		out->overflowed = true;
	else
		table_write_rows(export->shape, value, &csv);
	text_release(&json);
	arena_free(arena);
	return more;
}

void lists_answer_csv(struct request *request, const struct table_shape *shape,
                      bool (*write)(void *context, struct json_writer *json, uint64_t *position), void *context)
{
	struct export *export = arena_alloc(request->arena, sizeof(*export));
	struct text *body = reply_csv(&request->reply, 200);

	*export = (struct export){shape, write, context, 0};
	table_write_titles(shape, &(struct csv_writer){.out = body});
	if (!write_part(export, body))
		return;
	request->reply.more = write_part;
	request->reply.more_context = export;
}

/* The list that is exported, in the request's arena. */
struct exported_list {
	struct list_answer answer;
	void (*write)(struct list_answer *answer, const struct list_of *of);
	struct list_of of;
	bool whole; /* to its end; else one page */
};

static bool write_page(void *context, struct json_writer *json, uint64_t *position)
{
	struct exported_list *list = context;
	struct list_answer *answer = &list->answer;

	if (*position > 0)
		answer->page = (struct list_page){.after = *position, .limit = LISTS_PART_ROWS, .looks = LIST_LOOKS};
	answer->writer.entries.json = json;
	list->write(answer, &list->of);
	*position = answer->page.next;
	return list->whole && answer->page.more;
}

static void export_list(const struct list_answer *answer, const struct table_shape *shape,
                        void (*write)(struct list_answer *answer, const struct list_of *of), const struct list_of *of)
{
	struct exported_list *list = arena_alloc(answer->request->arena, sizeof(*list));

	*list = (struct exported_list){*answer, write, *of, request_parameter(answer->request, "limit") == NULL};
	list->answer.writer.view = &list->answer.view;
	lists_answer_csv(answer->request, shape, write_page, list);
	if (!list->whole && list->answer.page.more)
		add_link(&list->answer);
}

void lists_answer(struct list_answer *answer, const struct table_shape *shape,
                  void (*write)(struct list_answer *answer, const struct list_of *of), const struct list_of *of)
{
	if (lists_want_csv(answer->request)) {
		export_list(answer, shape, write, of);
		return;
	}
	lists_open(answer);
	write(answer, of);
	lists_close(answer);
}

/* ---- names ---- */

void lists_refuse_name(struct request *request, const struct snapshot *snapshot, enum named kind, const char *name,
                       const struct name_found *found, const char *permission)
{
	struct json_writer json = {.out = reply_problem_json(&request->reply, name_problem_status(found))};
	const struct explanation_writer writer = {&json, snapshot, caller_may(&request->caller, CALLER_EXPLAIN)};

	name_problem_write(&writer, kind, name, found, caller_may(&request->caller, permission));
}

node_id lists_find(struct list_answer *answer, enum named kind, const char *name, const char *permission)
{
	struct name_found found = name_find(answer->view.snapshot, kind, name);

	if (found.reason == REASON_GRANTED)
		return found.node;
	lists_refuse_name(answer->request, answer->view.snapshot, kind, name, &found, permission);
	return NODE_NONE;
}

node_id lists_one_organization(struct list_answer *answer)
{
	const char *name = request_parameter(answer->request, "organization");
	struct name_found found = organization_find(answer->view.snapshot, name);

	if (found.reason == REASON_GRANTED)
		return found.node;
	lists_refuse_name(answer->request, answer->view.snapshot, NAMED_ORGANIZATION, name, &found,
	                  CALLER_ORGANIZATION_READ);
	return NODE_NONE;
}

bool lists_organization(struct list_answer *answer, node_id *organization)
{
	*organization = NODE_NONE;
	if (!request_parameter(answer->request, "organization"))
		return true;
	*organization = lists_one_organization(answer);
	return *organization != NODE_NONE;
}

/* Decisions and searches: OpenID AuthZEN Authorization API 1.0, sections "Access Evaluation API", "Access Evaluations API" and
 * "Search APIs". */
#include "http/authzen.h"
#include "json/explanation.h"
#include "http/handlers.h"
#include "http/lists.h"

#define SEARCH_VALUES      16     /* in a question; with more of them a page of a search looks at fewer candidates */
#define BATCH_VALUES_MAX   100000 /* in all questions of a batch, each with what it has from the defaults */

/* ---- what a decision says ---- */

static void write_decision(struct json_writer *json, const struct snapshot *snapshot,
                           const struct authzen_evaluation *evaluation, const struct answer *answer)
{
	const struct explanation_writer writer = {.json = json, .snapshot = snapshot, .full = true};

	decision_write(&writer, answer, evaluation->reason);
}

/* An item of a batch that is no question, or not one for this caller. */
static void write_item_error(struct json_writer *json, enum refusal refusal, const char *message)
{
	json_write_object(json, NULL);
	json_write_boolean(json, "decision", false);
	json_write_object(json, "context");
	json_write_object(json, "error");
	json_write_number(json, "status", refusal_status(refusal));
	json_write_string(json, "message", message);
	json_write_end(json);
	json_write_end(json);
	json_write_end(json);
}

/* ---- taking it ---- */

/* A decision about somebody tells that she is there, unless it is about another time. */
static void note_subject(struct request *request, const struct http_state *state,
                         const struct authzen_evaluation *evaluation, const struct answer *answer)
{
	const struct entry *subject = snapshot_entry(state->snapshot, answer->subject);

	if (!evaluation->timed && entry_is(subject, KIND_PERSON))
		sightings_note(request->shared->sightings, subject, request->now);
}

static const char wishes_refused[] = "context.dirgate: at and explain need dirgate.explain";

/* Another time than now, and explanations, are for those who may see the policy; from others refused, never ignored. */
static bool wishes_allowed(const struct request *request, const struct authzen_evaluation *evaluation)
{
	return (!evaluation->timed && !evaluation->question.explain) || caller_may(&request->caller, CALLER_EXPLAIN);
}

static void answer_one(struct request *request, const struct authzen_evaluation *evaluation)
{
	struct json_writer json = {.out = NULL};
	const struct http_state *state;
	struct answer answer;

	if (!wishes_allowed(request, evaluation)) {
		reply_refuse(&request->reply, REFUSAL_FORBIDDEN, wishes_refused);
		return;
	}
	state = request_index(request);
	if (!state)
		return;
	decide(state->snapshot, state->settings, &evaluation->question, request->arena, &answer);
	note_subject(request, state, evaluation, &answer);
	if (answer.outcome == OUTCOME_CANNOT_DECIDE) {
		reply_refuse_for(&request->reply, 503, answer.reason);
	} else if (!evaluation->reason && answer.obligation_count == 0) {
		reply_fixed_json(&request->reply, 200,
		                 answer.outcome == OUTCOME_ALLOW ? "{\"decision\":true}" : "{\"decision\":false}");
	} else {
		json.out = reply_json(&request->reply, 200);
		write_decision(&json, state->snapshot, evaluation, &answer);
	}
}

static void answer_single(struct request *request, const struct value *body)
{
	struct authzen_evaluation evaluation;
	struct error why;

	if (authzen_evaluation(body, request->now, request->arena, &evaluation, &why))
		reply_refuse(&request->reply, REFUSAL_MALFORMED, why.text);
	else
		answer_one(request, &evaluation);
}

void access_evaluation(struct request *request)
{
	const struct value *body = request_json(request);

	if (body)
		answer_single(request, body);
}

struct batch_run {
	struct request *request;
	const struct http_state *state;
	const struct authzen_batch *batch;
	struct arena *scratch; /* of one item */
	struct json_writer json;
	size_t values; /* of the questions so far */
};

/* False: the request was refused. */
static bool batch_bounded(struct batch_run *run, const struct question *question)
{
	run->values += question_values(question);
	if (run->values <= BATCH_VALUES_MAX)
		return true;
	reply_refuse(&run->request->reply, REFUSAL_TOO_MANY_ITEMS,
	             "the evaluations have too many properties and members of the context, those of the defaults counted for each");
	return false;
}

/* False: nothing can be decided, or it is too much, and the request was refused. */
static bool answer_item(struct batch_run *run, size_t index, bool *decision)
{
	struct authzen_evaluation evaluation = {.reason = false};
	struct request *request = run->request;
	struct answer answer;
	struct error why;
	int malformed = authzen_batch_item(run->batch, index, request->now, run->scratch, &evaluation, &why);

	*decision = false;
	if (!batch_bounded(run, &evaluation.question))
		return false;
	if (malformed) {
		write_item_error(&run->json, REFUSAL_MALFORMED, why.text);
		return true;
	}
	if (!wishes_allowed(request, &evaluation)) {
		write_item_error(&run->json, REFUSAL_FORBIDDEN, wishes_refused);
		return true;
	}
	decide(run->state->snapshot, run->state->settings, &evaluation.question, run->scratch, &answer);
	note_subject(request, run->state, &evaluation, &answer);
	if (answer.outcome == OUTCOME_CANNOT_DECIDE) {
		reply_refuse_for(&request->reply, 503, answer.reason);
		return false;
	}
	write_decision(&run->json, run->state->snapshot, &evaluation, &answer);
	*decision = answer.outcome == OUTCOME_ALLOW;
	return true;
}

static void answer_batch(struct request *request, const struct authzen_batch *batch)
{
	struct batch_run run = {.request = request, .state = request_index(request), .batch = batch};
	bool decision, goes_on = true;

	if (!run.state)
		return;
	run.scratch = arena_new();
	run.json.out = reply_json(&request->reply, 200);
	json_write_object(&run.json, NULL);
	json_write_array(&run.json, "evaluations");
	for (size_t i = 0; i < batch->count && goes_on; i++) {
		goes_on = answer_item(&run, i, &decision) && !authzen_batch_ends(batch, decision);
		arena_reset(run.scratch);
	}
	arena_free(run.scratch);
	if (request->reply.status == 200) {
		json_write_end(&run.json);
		json_write_end(&run.json);
	}
}

void access_evaluations(struct request *request)
{
	const struct value *body = request_json(request);
	struct authzen_batch batch;
	struct error why;

	if (!body)
		return;
	if (authzen_batch(body, &batch, &why))
		reply_refuse(&request->reply, REFUSAL_MALFORMED, why.text);
	else if (batch.count > request->limits->batch)
		reply_refuse(&request->reply, REFUSAL_TOO_MANY_ITEMS, NULL);
	else if (batch.count == 0)
		answer_single(request, body);
	else
		answer_batch(request, &batch);
}

/* ---- searches ---- */

/* A number for what is searched: everything that counts but the page. */
static uint64_t number_of(enum search_kind kind, const struct authzen_search *search)
{
	const struct question *question = &search->evaluation.question;
	const char *const texts[] = {question->subject.type,  question->subject.id,  question->action.name,
	                             question->resource.type, question->resource.id, search->evaluation.reason ? "reason" : ""};
	const struct value *const values[] = {question->subject.properties, question->action.properties,
	                                      question->resource.properties, question->context, search->page_properties};
	char at[40] = "";
	uint64_t hash = LISTS_HASH + kind;

	if (search->evaluation.timed)
		clock_format_rfc3339(question->at, at);
	hash = lists_hash(hash, at);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		hash = lists_hash(hash, texts[i]);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		hash = lists_hash_value(hash, values[i]);
	return hash;
}

/* Each candidate is a decision, which costs the more the more is said in the question. */
static uint32_t looks_of(const struct question *question)
{
	return SEARCH_LOOKS / (1 + (uint32_t)question_values(question) / SEARCH_VALUES);
}

/* Section "Pagination": what is sent with a token must be as it was.  Without a limit that of the first page counts. */
static bool begin_search(struct list_answer *answer, struct request *request, enum search_kind kind,
                         const struct authzen_search *search)
{
	const struct list_wish wish = {
		.question = number_of(kind, search),
		.at = search->evaluation.question.at,
		.timed = search->evaluation.timed,
		.token = search->token,
		.token_place = "page.token",
		.limit = search->limit && *search->limit < LIST_LIMIT_MAX ? *search->limit : LIST_LIMIT_MAX,
		.looks = looks_of(&search->evaluation.question),
	};

	if (!lists_begin_page(answer, request, &wish))
		return false;
	answer->page.limit = request->listing.limit;
	if (!search->limit || wish.limit == request->listing.limit)
		return true;
	reply_refuse(&request->reply, REFUSAL_MALFORMED, "page.limit: not that of the first page");
	return false;
}

static enum search_tells tells_of(const struct request *request, const struct authzen_search *search)
{
	if (!search->evaluation.reason)
		return SEARCH_TELLS_RESULTS;
	return caller_may(&request->caller, CALLER_USERS_READ) && caller_may(&request->caller, CALLER_WORKSPACE_READ)
	               ? SEARCH_TELLS_NEAR
	               : SEARCH_TELLS_REASON;
}

/* Section "Pagination": "page" stands first, though it is known last. */
static void write_search(struct list_answer *answer, enum search_kind kind, const struct authzen_search *search)
{
	struct text found;

	text_init(&found, REPLY_BODY_MAX);
	answer->json.out = &found;
	json_write_object(&answer->json, NULL);
	search_write(&answer->writer, kind, &search->evaluation.question, tells_of(answer->request, search), &answer->page);
	json_write_end(&answer->json);
	answer->json = (struct json_writer){.out = NULL};
	lists_open(answer);
	lists_write_page(answer);
	json_write_members(&answer->json, &found);
	json_write_end(&answer->json);
	text_release(&found);
}

static void answer_search(struct request *request, enum search_kind kind)
{
	const struct value *body = request_json(request);
	struct authzen_search search;
	struct list_answer answer;
	struct error why;

	if (!body)
		return;
	if (authzen_search(body, kind, request->now, request->arena, &search, &why)) {
		reply_refuse(&request->reply, REFUSAL_MALFORMED, why.text);
		return;
	}
	if (!request_may(request, CALLER_SEARCH))
		return;
	if (!wishes_allowed(request, &search.evaluation)) {
		reply_refuse(&request->reply, REFUSAL_FORBIDDEN, wishes_refused);
		return;
	}
	if (!begin_search(&answer, request, kind, &search))
		return;
	search.evaluation.question.at = answer.view.at;
	write_search(&answer, kind, &search);
}

void access_search_subject(struct request *request)
{
	answer_search(request, SEARCH_SUBJECTS);
}

void access_search_resource(struct request *request)
{
	answer_search(request, SEARCH_RESOURCES);
}

void access_search_action(struct request *request)
{
	answer_search(request, SEARCH_ACTIONS);
}

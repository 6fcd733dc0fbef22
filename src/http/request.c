#include "http/request.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "json/json_value.h"

/* ---- life ---- */

void request_init(struct request *request, const struct http_backend *backend, const struct request_limits *limits,
                  const struct request_shared *shared, const struct caller *caller, uint64_t seed)
{
	*request = (struct request){
		.backend = backend, .limits = limits, .shared = shared, .caller = *caller, .seed = seed};
	request->arena = arena_new();
	text_init(&request->body, limits->body);
	reply_init(&request->reply);
}

void request_release(struct request *request)
{
	request_end(request);
	reply_release(&request->reply);
	text_release(&request->body);
	arena_free(request->arena);
}

void request_begin(struct request *request, const char *target)
{
	request_end(request);
	request->serial++;
	request->octets_target = arena_string(request->arena, target);
}

void request_forget_index(struct request *request)
{
	if (request->has_state)
		request->backend->drop(request->backend->context, &request->state);
	request->has_state = false;
	listing_release(&request->listing);
}

void request_end(struct request *request)
{
	request_forget_index(request);
	request->route = NULL;
	memset(request->fields, 0, sizeof(request->fields));
	request->field_count = 0;
	request->field_twice = false;
	request->field_broken = false;
	request->id = NULL;
	request->discarded = 0;
	request->waits = false;
	request->wait_until = 0;
	if (request->body.capacity > REQUEST_BODY_KEEP)
		text_release(&request->body);
	else
		text_reset(&request->body);
	reply_reset(&request->reply);
	arena_reset(request->arena);
}

/* ---- the head ---- */

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_HOST] = "Host",
	[FIELD_CONTENT_LENGTH] = "Content-Length",
	[FIELD_CONTENT_TYPE] = "Content-Type",
	[FIELD_TRANSFER_ENCODING] = "Transfer-Encoding",
	[FIELD_EXPECT] = "Expect",
	[FIELD_REQUEST_ID] = "X-Request-ID",
	[FIELD_AT_LEAST] = "Dirgate-At-Least",
	[FIELD_ACCEPT] = "Accept",
};

/* RFC 9112 section 5.1: "Content-Length : 5" must be refused, since others may read it as Content-Length.
 * RFC 9110 section 5.5: so must values with CR or NUL in them. */
static bool field_sound(const char *name, size_t name_length, const char *value, size_t value_length)
{
	for (size_t i = 0; i < name_length; i++)
		if ((unsigned char)name[i] <= ' ' || (unsigned char)name[i] >= 0x7f)
			return false;
	return name_length > 0 && !memchr(value, '\r', value_length) && !memchr(value, '\0', value_length);
}

void request_field(struct request *request, const char *name, size_t name_length, const char *value,
                   size_t value_length)
{
	request->field_count++;
	if (!field_sound(name, name_length, value, value_length)) {
		request->field_broken = true;
		return;
	}
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (((name[0] ^ field_names[i][0]) & ~0x20) == 0 && strcasecmp(name, field_names[i]) == 0) {
			request->field_twice |= request->fields[i] != NULL && i != FIELD_ACCEPT;
			request->fields[i] = request->fields[i] && i == FIELD_ACCEPT ? request->fields[i] : value;
			return;
		}
}

/* Unique as long as seeds are: the connection's seed and the number of the request on it. */
static const char *make_id(struct request *request)
{
	static const char digits[] = "0123456789abcdef";
	char *out = request->made_id;

	for (unsigned shift = 64; shift > 0; shift -= 4)
		*out++ = digits[(request->seed >> (shift - 4)) & 15];
	for (unsigned shift = 32; shift > 0; shift -= 4)
		*out++ = digits[(request->serial >> (shift - 4)) & 15];
	*out = '\0';
	return request->made_id;
}

/* AuthZEN, section "Transport": the identifier comes back as it was sent, or the request is refused. */
static bool id_usable(const char *id)
{
	size_t length = strlen(id);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)id[i] < 0x20 || id[i] == 0x7f)
			return false;
	return length <= REQUEST_ID_MAX;
}

static void check_id(struct request *request)
{
	const char *sent = request->fields[FIELD_REQUEST_ID];

	if (sent && sent[0] != '\0' && id_usable(sent)) {
		request->id = sent;
		return;
	}
	request->id = make_id(request);
	if (sent && sent[0] != '\0')
		reply_refuse(&request->reply, REFUSAL_BAD_REQUEST,
		             "X-Request-ID: at most 256 octets, no control characters");
}

/* Octets of the body as declared; false: no number, or one beyond all bounds. */
static bool declared_length(const char *text, size_t *length)
{
	*length = 0;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(*length, 10u, length) ||
		    __builtin_add_overflow(*length, (size_t)(*text - '0'), length))
			return false;
	return *text == '\0';
}

/* RFC 9112 section 6.3: where a request ends must be beyond doubt, for us and for whatever is in front of us. */
static void check_framing(struct request *request, const char *version)
{
	const char *coding = request->fields[FIELD_TRANSFER_ENCODING], *length = request->fields[FIELD_CONTENT_LENGTH];
	struct reply *reply = &request->reply;
	size_t octets;

	if (request->field_count > REQUEST_FIELDS_MAX)
		reply_refuse_and_close(reply, REFUSAL_HEADERS_TOO_LARGE, NULL);
	else if (request->field_broken)
		reply_refuse_and_close(reply, REFUSAL_BAD_REQUEST, "a header field with octets that it may not have");
	else if (request->field_twice)
		reply_refuse_and_close(reply, REFUSAL_BAD_REQUEST, "a header field that may be there once is there twice");
	else if (coding && length)
		reply_refuse_and_close(reply, REFUSAL_BAD_REQUEST, "Transfer-Encoding and Content-Length together");
	else if (coding && (strcasecmp(coding, "chunked") != 0 || strcmp(version, "HTTP/1.0") == 0))
		reply_refuse_and_close(reply, REFUSAL_BAD_REQUEST, "a Transfer-Encoding other than chunked in HTTP/1.1");
	else if (length && (length[0] == '\0' || !declared_length(length, &octets)))
		reply_refuse_and_close(reply, REFUSAL_BAD_REQUEST, "a Content-Length that is no number");
	else if (length && octets > request->limits->body)
		reply_refuse_and_close(reply, REFUSAL_TOO_LARGE, NULL);
	else if (!request->fields[FIELD_HOST] && strcmp(version, "HTTP/1.0") != 0)
		reply_refuse_and_close(reply, REFUSAL_BAD_REQUEST, "no Host");
}

static void find_route(struct request *request, enum method method)
{
	const char *why;
	struct text allow;

	if (target_parse(request->octets_target, request->arena, &request->target, &why)) {
		reply_refuse(&request->reply, REFUSAL_BAD_REQUEST, why);
		return;
	}
	text_init(&allow, 64);
	request->route = routes_find(method, &request->target, &allow);
	if (!request->route)
		reply_refuse(&request->reply, allow.length > 0 ? REFUSAL_METHOD : REFUSAL_NOT_FOUND, NULL);
	if (!request->route && allow.length > 0)
		reply_header(&request->reply, "Allow", arena_string(request->arena, text_string(&allow)));
	text_release(&allow);
}

static void check_parameters(struct request *request)
{
	for (size_t i = 0; i < request->target.parameter_count; i++) {
		const char *name = request->target.parameters[i].name;

		if (!route_takes(request->route, name))
			reply_refuse(&request->reply, REFUSAL_MALFORMED,
			             arena_print(request->arena, "query parameter %s: there is none here", name));
		else if (!route_repeats(request->route, name) &&
		         target_parameter(&request->target, name) != request->target.parameters[i].value)
			reply_refuse(&request->reply, REFUSAL_MALFORMED,
			             arena_print(request->arena, "query parameter %s: only once", name));
	}
}

/* RFC 9110 section 8.3.1: type and subtype ignore case; parameters follow after ';'. */
static bool is_json(const char *type)
{
	static const char json[] = "application/json";

	return type && strncasecmp(type, json, sizeof(json) - 1) == 0 &&
	       strchr("; \t", type[sizeof(json) - 1]) != NULL; /* the NUL at the end is found, too */
}

static void check_body(struct request *request)
{
	const char *length = request->fields[FIELD_CONTENT_LENGTH];
	bool body = request->fields[FIELD_TRANSFER_ENCODING] || (length && strspn(length, "0") != strlen(length));

	if (request->route->body == BODY_NONE && body)
		reply_refuse_and_close(&request->reply, REFUSAL_BAD_REQUEST, "a body where none is read");
	else if (request->route->body != BODY_NONE && !is_json(request->fields[FIELD_CONTENT_TYPE]))
		reply_refuse(&request->reply,
		             request->route->body == BODY_AUTHZEN ? REFUSAL_MALFORMED : REFUSAL_MEDIA_TYPE,
		             "Content-Type must be application/json");
}

/* A client that is still sending when the connection ends may never see why.  A body that is somewhat too long is
 * therefore read (and discarded) before it is refused. */
static bool worth_reading(const struct request *request)
{
	const char *length = request->fields[FIELD_CONTENT_LENGTH];
	size_t octets;

	return request->reply.status == refusal_status(REFUSAL_TOO_LARGE) && !request->fields[FIELD_EXPECT] &&
	       declared_length(length, &octets) && octets <= request->limits->body * 2;
}

enum request_next request_head(struct request *request, const char *method, const char *version)
{
	struct reply *reply = &request->reply;

	request->unbounded = strcmp(version, "HTTP/1.0") == 0;
	request->head_only = strcmp(method, "HEAD") == 0;
	check_id(request);
	if (!reply->close)
		check_framing(request, version);
	if (reply->status == 0)
		find_route(request, method_of(method));
	if (reply->status == 0)
		check_parameters(request);
	if (reply->status == 0)
		check_body(request);
	/* Who waits for "100 Continue" need not send a body that is not wanted. */
	if (reply->status != 0 && request->fields[FIELD_EXPECT])
		reply->close = true;
	return reply->close && !worth_reading(request) ? REQUEST_ANSWER : REQUEST_READ;
}

/* ---- the body ---- */

bool request_body(struct request *request, const char *octets, size_t length)
{
	if (request->reply.status == 0) {
		text_append_octets(&request->body, octets, length);
		if (!request->body.overflowed)
			return true;
		reply_refuse_and_close(&request->reply, REFUSAL_TOO_LARGE, NULL);
	}
	/* A refusal can be told only after the body: so much more is read for that. */
	request->discarded += length;
	return request->discarded <= request->limits->body * 2;
}

/* ---- the answer ---- */

static void add_headers(struct request *request)
{
	struct reply *reply = &request->reply;

	reply_header(reply, "X-Request-ID", request->id);
	reply_header(reply, "Cache-Control", "no-store");
	if (request->listing.token)
		reply_header(reply, "Dirgate-Snapshot", request->listing.token);
	else if (request->has_state && request->state.token)
		reply_header(reply, "Dirgate-Snapshot", request->state.token);
	if (reply->close)
		reply_header(reply, "Connection", "close");
}

bool request_answer(struct request *request)
{
	struct reply *reply = &request->reply;

	if (reply->status == 0) {
		request->now = clock_now();
		request->waits = false;
		request->route->answer(request);
		assert(reply->status != 0);
		if (request->waits) { /* nothing of the index is held meanwhile */
			request_forget_index(request);
			reply_reset(reply);
			return false;
		}
		reply_finish(reply);
		if (request->unbounded)
			reply_join(reply);
	}
	add_headers(request);
	return true;
}

const char *request_demand(const struct request *request)
{
	return request->fields[FIELD_AT_LEAST];
}

void request_wait_no_more(struct request *request)
{
	request->wait_until = INSTANT_MIN;
}

const struct http_state *request_state(struct request *request)
{
	if (!request->has_state)
		request->backend->acquire(request->backend->context, &request->state);
	request->has_state = true;
	return &request->state;
}

static enum http_reached reached_by(const struct request *request, const struct http_state *state)
{
	const char *demand = request_demand(request);

	return demand ? request->backend->reached(request->backend->context, state, demand) : HTTP_REACHED;
}

bool request_reached_by(const struct request *request, const char *token)
{
	struct http_state then = request->state;

	then.token = token;
	return reached_by(request, &then) == HTTP_REACHED;
}

/* Refused for now: whoever may still wait is asked again. */
static void refuse_not_reached(struct request *request)
{
	if (request->wait_until == 0)
		request->wait_until = clock_monotonic() + request->limits->wait;
	request->waits = clock_monotonic() < request->wait_until;
	reply_refuse_for(&request->reply, 503, REASON_NOT_FRESH_ENOUGH);
}

const struct http_state *request_index(struct request *request)
{
	const struct http_state *state = request_state(request);
	enum http_reached reached;

	if (state->cannot_decide != REASON_NO_GRANT) {
		reply_refuse_for(&request->reply, 503, state->cannot_decide);
		return NULL;
	}
	reached = reached_by(request, state);
	if (reached == HTTP_NO_TOKEN)
		reply_refuse(&request->reply, REFUSAL_BAD_REQUEST, "Dirgate-At-Least: not a snapshot token");
	else if (reached == HTTP_NOT_REACHED)
		refuse_not_reached(request);
	return reached == HTTP_REACHED ? state : NULL;
}

const struct value *request_json(struct request *request)
{
	const struct value *value;
	struct error why;

	if (json_value_parse(text_string(&request->body), request->body.length, request->arena, &value, &why)) {
		reply_refuse(&request->reply, REFUSAL_MALFORMED, why.text);
		return NULL;
	}
	return value;
}

const char *request_place(const struct request *request, const char *name)
{
	const char *place = route_place(request->route, &request->target, name);

	assert(place != NULL);
	return place;
}

const char *request_parameter(const struct request *request, const char *name)
{
	return target_parameter(&request->target, name);
}

const char *request_need(struct request *request, const char *name)
{
	const char *value = request_parameter(request, name);

	if (!value)
		reply_refuse(&request->reply, REFUSAL_MALFORMED,
		             arena_print(request->arena, "query parameter %s: is required", name));
	return value;
}

bool request_time(struct request *request, instant *at)
{
	const char *text = request_parameter(request, "at");

	*at = request->now;
	if (!text)
		return true;
	if (!request_may(request, CALLER_EXPLAIN))
		return false;
	if (clock_parse_rfc3339(text, at) == 0)
		return true;
	reply_refuse(&request->reply, REFUSAL_MALFORMED, "query parameter at: a time as in RFC 3339");
	return false;
}

bool request_may(struct request *request, const char *permission)
{
	if (caller_may(&request->caller, permission))
		return true;
	reply_refuse(&request->reply, REFUSAL_FORBIDDEN, NULL);
	return false;
}

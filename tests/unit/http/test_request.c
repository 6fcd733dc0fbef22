/* Requests from head to answer, without a socket. */
#include "http/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- a backend without a directory ---- */

struct fake {
	enum reason cannot_decide;
	int held; /* states acquired and not dropped */
};

static void acquire(void *context, struct http_state *state)
{
	struct fake *fake = context;

	fake->held++;
	*state = (struct http_state){
		.settings = &decide_defaults, .cannot_decide = fake->cannot_decide, .token = "t1", .hold = fake,
	};
}

static void drop(void *context, struct http_state *state)
{
	struct fake *fake = context;

	assert_ptr_equal(state->hold, fake);
	fake->held--;
}

static enum http_reached reached(void *context, const struct http_state *state, const char *token)
{
	(void)context;
	return token[0] != 't' ? HTTP_NO_TOKEN : strcmp(token, state->token) == 0 ? HTTP_REACHED : HTTP_NOT_REACHED;
}

/* Nothing changes here. */
static void watch(void *context, void (*progressed)(void *watcher), void *watcher)
{
	(void)context;
	(void)progressed;
	(void)watcher;
}

static void sources(void *context, void (*visit)(void *visitor, const struct http_source *source), void *visitor)
{
	(void)context;
	visit(visitor, &(struct http_source){.name = "people", .kind = "content-sync", .state = "failed", .age = -1, .lag = -1,
	                                     .server = "", .error = "it \"broke\"", .warning = "", .last_error = ""});
	visit(visitor, &(struct http_source){
		.name = "policy", .kind = "ldif", .state = "following", .loaded = true, .age = 1.5, .lag = 0.25,
		.loaded_at = INSTANT_SECOND, .server = "p.ldif", .error = "", .warning = "odd", .last_error = "before", .last_error_at = 0, .entries = 7,
		.counter_count = 2, .counters = {{"changes", 3}, {"loads", 1}}});
}

static bool no_rights(const struct caller *caller, const char *permission)
{
	(void)caller;
	(void)permission;
	return false;
}

struct fixture {
	struct fake fake;
	struct http_backend backend;
	struct request_limits limits;
	struct request_shared shared;
	struct request request;
};

static int start(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const struct caller caller = {&caller_local};

	assert_non_null(fixture);
	fixture->backend = (struct http_backend){&fixture->fake, "1.2.3", acquire, drop, reached, watch, sources};
	fixture->limits = (struct request_limits){100, 10, 0};
	fixture->shared = (struct request_shared){pages_new(), sightings_new(1)};
	request_init(&fixture->request, &fixture->backend, &fixture->limits, &fixture->shared, &caller, 0x1234);
	*state = fixture;
	return 0;
}

static int finish(void **state)
{
	struct fixture *fixture = *state;

	request_release(&fixture->request);
	pages_free(fixture->shared.pages);
	sightings_free(fixture->shared.sightings);
	assert_int_equal(fixture->fake.held, 0);
	free(fixture);
	return 0;
}

/* Sends a head: fields as "Name: value" lines. */
static enum request_next send_head(struct request *request, const char *method, const char *target,
                                   const char *version, const char *fields)
{
	char *copy = arena_string(request->arena, fields); /* dies with request_begin: used only until then */
	char names[80][64], values[80][512];
	size_t count = 0;

	for (char *line = copy; *line != '\0' && count < COUNT(names); count++) {
		const size_t length = strcspn(line, "\n"), name = strcspn(line, ":");

		snprintf(names[count], sizeof(names[count]), "%.*s", (int)name, line);
		snprintf(values[count], sizeof(values[count]), "%.*s", (int)(length - name - 2), line + name + 2);
		line += length + (line[length] == '\n');
	}
	request_begin(request, target);
	for (size_t i = 0; i < count; i++)
		request_field(request, names[i], strlen(names[i]), arena_string(request->arena, values[i]), strlen(values[i]));
	return request_head(request, method, version);
}

static const char *header(const struct request *request, const char *name)
{
	for (unsigned i = 0; i < request->reply.header_count; i++)
		if (strcmp(request->reply.headers[i].name, name) == 0)
			return request->reply.headers[i].value;
	return NULL;
}

static const char *body(const struct request *request)
{
	return request->reply.fixed ? request->reply.fixed : text_string(&request->reply.body);
}

static unsigned get(struct request *request, const char *target, const char *fields)
{
	send_head(request, "GET", target, "HTTP/1.1", fields);
	request_answer(request);
	return request->reply.status;
}

#define HOST "Host: x\n"
#define JSON "Content-Type: application/json\n"

/* ---- heads ---- */

static void test_heads(void **state)
{
	static const struct {
		const char *method, *target, *version, *fields;
		unsigned status; /* 0: not decided by the head */
		bool close;
	} cases[] = {
		{"GET", "/livez", "HTTP/1.1", HOST, 0, false},
		{"HEAD", "/livez", "HTTP/1.1", HOST, 0, false},
		{"GET", "/livez", "HTTP/1.0", "", 0, false},
		{"GET", "/livez", "HTTP/1.1", "", 400, true},
		{"GET", "/livez", "HTTP/1.1", HOST HOST, 400, true},
		{"GET", "/livez", "HTTP/1.1", HOST "host: y\n", 400, true},
		{"GET", "/livez", "HTTP/1.1", HOST "Content-Length: 0\n", 0, false},
		{"GET", "/livez", "HTTP/1.1", HOST "Content-Length: 1\n", 400, true},
		{"GET", "/livez", "HTTP/1.1", HOST "Transfer-Encoding: chunked\n", 400, true},
		{"GET", "/nothing", "HTTP/1.1", HOST, 404, false},
		{"GET", "/li%vez", "HTTP/1.1", HOST, 400, false},
		{"POST", "/livez", "HTTP/1.1", HOST, 405, false},
		{"OPTIONS", "/livez", "HTTP/1.1", HOST, 405, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: 100\n", 0, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: 101\n", 413, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length : 5\n", 400, true},
		{"GET", "/livez", "HTTP/1.1", HOST "X\t: 5\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: 99999999999999999999999\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: +5\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: 5, 5\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: 0x5\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Content-Length: 5\nContent-Length: 5\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Transfer-Encoding: chunked\n", 0, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Transfer-Encoding: CHUNKED\n", 0, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.0", JSON "Transfer-Encoding: chunked\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Transfer-Encoding: gzip, chunked\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Transfer-Encoding: identity\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Transfer-Encoding: chunked\nContent-Length: 5\n", 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON JSON, 400, true},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST, 400, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST "Content-Type: application/JSON;charset=utf-8\n", 0, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST "Content-Type: application/json ; x=y\n", 0, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST "Content-Type: application/jsonp\n", 400, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST "Content-Type: text/plain\n", 400, false},
		{"POST", "/access/v1/evaluation", "HTTP/1.1", HOST "Content-Type: text/plain\nExpect: 100-continue\n", 400, true},
		{"GET", "/v1/users/a/permissions?workspace=x", "HTTP/1.1", HOST, 0, false},
		{"GET", "/v1/users/a/permissions?workspce=x", "HTTP/1.1", HOST, 400, false},
		{"GET", "/v1/users/a/permissions?workspace=x&workspace=y", "HTTP/1.1", HOST, 400, false},
		{"GET", "/v1/users/a/explain?action=x&property.a=1&property.a=2", "HTTP/1.1", HOST, 0, false},
		{"GET", "/livez?x=1", "HTTP/1.1", HOST, 0, false},
	};
	struct fixture *fixture = *state;
	const struct reply *reply = &fixture->request.reply;

	for (size_t i = 0; i < COUNT(cases); i++) {
		enum request_next next = send_head(&fixture->request, cases[i].method, cases[i].target,
		                                   cases[i].version, cases[i].fields);

		if (reply->status != cases[i].status || reply->close != cases[i].close)
			fail_msg("case %zu: %u %s", i, reply->status, body(&fixture->request));
		if (cases[i].status != 413)
			assert_int_equal(next, cases[i].close ? REQUEST_ANSWER : REQUEST_READ);
	}
}

static void test_octets_of_fields(void **state)
{
	static const struct { const char *name; size_t name_length; const char *value; size_t value_length; } cases[] = {
		{"X", 1, "a\0b", 3}, {"X", 1, "a\rHost: y", 10}, {"", 0, "a", 1}, {"X\0Y", 3, "a", 1}, {"X\x80", 2, "a", 1},
	};
	struct request *request = &((struct fixture *)*state)->request;

	for (size_t i = 0; i < COUNT(cases); i++) {
		request_begin(request, "/livez");
		request_field(request, "Host", 4, "x", 1);
		request_field(request, cases[i].name, cases[i].name_length, cases[i].value, cases[i].value_length);
		assert_int_equal(request_head(request, "GET", "HTTP/1.1"), REQUEST_ANSWER);
		assert_int_equal(request->reply.status, 400);
	}
}

/* Somebody who is still sending a body might not see why it was refused. */
static void test_too_long_is_read(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;
	static const char path[] = "/access/v1/evaluation";

	assert_int_equal(send_head(request, "POST", path, "HTTP/1.1", HOST JSON "Content-Length: 200\n"), REQUEST_READ);
	assert_int_equal(request->reply.status, 413);
	assert_true(request_body(request, (const char[200]){""}, 200));
	assert_int_equal(send_head(request, "POST", path, "HTTP/1.1", HOST JSON "Content-Length: 201\n"), REQUEST_ANSWER);
	assert_int_equal(send_head(request, "POST", path, "HTTP/1.1",
	                           HOST JSON "Content-Length: 200\nExpect: 100-continue\n"), REQUEST_ANSWER);
}

static void test_many_fields(void **state)
{
	struct fixture *fixture = *state;

	request_begin(&fixture->request, "/livez");
	request_field(&fixture->request, "Host", 4, "x", 1);
	for (int i = 0; i < REQUEST_FIELDS_MAX; i++)
		request_field(&fixture->request, "X-Other", 7, "y", 1);
	assert_int_equal(request_head(&fixture->request, "GET", "HTTP/1.1"), REQUEST_ANSWER);
	assert_int_equal(fixture->request.reply.status, 431);
}

/* ---- bodies ---- */

static void test_body_limit(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;
	const char octets[60] = "";

	send_head(request, "POST", "/access/v1/evaluation", "HTTP/1.1", HOST JSON "Transfer-Encoding: chunked\n");
	assert_true(request_body(request, octets, 60));
	assert_true(request_body(request, octets, 40));
	assert_int_equal(request->reply.status, 0);
	assert_true(request_body(request, octets, 1));
	assert_int_equal(request->reply.status, 413);
	for (int i = 0; i < 3; i++)
		assert_true(request_body(request, octets, 60));
	assert_false(request_body(request, octets, 60));
	assert_true(request->body.length <= 100);
}

/* ---- answers ---- */

static void test_always_there(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;

	assert_int_equal(get(request, "/livez", HOST), 200);
	assert_string_equal(header(request, "X-Request-ID"), "000000000000123400000001");
	assert_string_equal(header(request, "Cache-Control"), "no-store");
	assert_null(header(request, "Dirgate-Snapshot"));
	assert_null(header(request, "Connection"));
	assert_int_equal(get(request, "/livez", HOST), 200);
	assert_string_equal(header(request, "X-Request-ID"), "000000000000123400000002");
}

static void test_request_id(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;
	char fields[600];

	assert_int_equal(get(request, "/livez", HOST "X-Request-ID: a b\xc3\xa9\"{}\n"), 200);
	assert_string_equal(header(request, "X-Request-ID"), "a b\xc3\xa9\"{}");
	assert_int_equal(get(request, "/nothing", HOST "X-Request-ID: on errors too\n"), 404);
	assert_string_equal(header(request, "X-Request-ID"), "on errors too");
	assert_int_equal(get(request, "/livez", HOST "X-Request-ID: a\tb\n"), 400);
	assert_string_not_equal(header(request, "X-Request-ID"), "a\tb");
	assert_int_equal(get(request, "/livez", HOST "X-Request-ID: a\x7f\n"), 400);
	snprintf(fields, sizeof(fields), HOST "X-Request-ID: %0256d\n", 7);
	assert_int_equal(get(request, "/livez", fields), 200);
	snprintf(fields, sizeof(fields), HOST "X-Request-ID: %0257d\n", 7);
	assert_int_equal(get(request, "/livez", fields), 400);
}

static void test_problem(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;

	assert_int_equal(get(request, "/access/v1/evaluation", HOST), 405);
	assert_string_equal(request->reply.type, "application/problem+json");
	assert_string_equal(body(request), "{\"type\":\"urn:dirgate:problem:method-not-allowed\","
	                                   "\"title\":\"The path has no such method.\",\"status\":405,"
	                                   "\"reason\":\"method-not-allowed\"}");
	assert_string_equal(header(request, "Allow"), "POST");
	assert_int_equal(get(request, "/livez", HOST HOST), 400);
	assert_string_equal(header(request, "Connection"), "close");
}

static void test_ready(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;

	assert_int_equal(get(request, "/readyz", HOST), 200);
	assert_string_equal(body(request), "{\"ready\":true,\"sources\":["
	                                   "{\"name\":\"people\",\"kind\":\"content-sync\",\"state\":\"failed\","
	                                   "\"loaded\":false,\"error\":\"it \\\"broke\\\"\",\"entries\":0,"
	                                   "\"counters\":{}},"
	                                   "{\"name\":\"policy\",\"kind\":\"ldif\",\"state\":\"following\","
	                                   "\"loaded\":true,\"loaded_at\":\"1970-01-01T00:00:01Z\","
	                                   "\"age_ms\":1500,\"lag_ms\":250,\"server\":\"p.ldif\",\"warning\":\"odd\","
	                                   "\"last_error\":\"before\",\"last_error_at\":\"1970-01-01T00:00:00Z\",\"entries\":7,\"counters\":{\"changes\":3,\"loads\":1}}]}");
	assert_string_equal(header(request, "Dirgate-Snapshot"), "t1");
	fixture->fake.cannot_decide = REASON_STALE;
	assert_int_equal(get(request, "/readyz", HOST), 503);
	assert_non_null(strstr(body(request), "\"reason\":\"stale\""));
	assert_non_null(header(request, "Retry-After"));
	assert_int_equal(get(request, "/readyz", HOST "Accept: text/html, */*;q=0.8\n"), 503);
	assert_string_equal(request->reply.type, "text/plain; charset=utf-8");
	assert_non_null(strstr(body(request), "(stale)\npeople: content-sync, failed, 0 entries\n  error: it \"broke\"\n"));
	assert_non_null(strstr(body(request), "\npolicy: ldif, following p.ldif, 7 entries, proven 1.5 s ago, 0.2 s behind\n"
	                                      "  warning: odd\n  changes 3, loads 1\n"));
	assert_int_equal(get(request, "/version", HOST), 200);
	assert_string_equal(body(request), "{\"name\":\"dirgate\",\"version\":\"1.2.3\"}");
}

static unsigned post(struct request *request, const char *target, const char *fields, const char *octets)
{
	send_head(request, "POST", target, "HTTP/1.1", fields);
	assert_true(request_body(request, octets, strlen(octets)));
	request_answer(request);
	return request->reply.status;
}

/* What is malformed is told even when nothing can be decided; what could not be decided is never a deny. */
static void test_cannot_decide(void **state)
{
	static const char question[] = "{\"subject\":{\"type\":\"\",\"id\":\"\"},\"action\":{\"name\":\"\"},"
	                               "\"resource\":{\"type\":\"\",\"id\":\"\"}}";
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;

	fixture->fake.cannot_decide = REASON_NOT_LOADED;
	assert_int_equal(post(request, "/access/v1/evaluation", HOST JSON, "{}"), 400);
	assert_int_equal(post(request, "/access/v1/evaluation", HOST JSON, question), 503);
	assert_non_null(strstr(body(request), "\"reason\":\"not-loaded\""));
	assert_non_null(header(request, "Retry-After"));
	assert_int_equal(post(request, "/access/v1/evaluations", HOST JSON, "{\"evaluations\":[7]}"), 503);
	assert_int_equal(get(request, "/v1/users/a/permissions", HOST), 503);
	assert_int_equal(get(request, "/v1/users/a/explain?action=x", HOST), 503);
	fixture->fake.cannot_decide = REASON_NO_GRANT;
	assert_int_equal(post(request, "/access/v1/evaluation", HOST JSON "Dirgate-At-Least: t2\n", question), 503);
	assert_non_null(strstr(body(request), "\"reason\":\"not-fresh-enough\""));
	assert_int_equal(post(request, "/access/v1/evaluation", HOST JSON "Dirgate-At-Least: x\n", question), 400);
}

/* What waits is not answered, holds nothing of the index meanwhile, and is asked again. */
static void test_waiting(void **state)
{
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;

	fixture->limits.wait = INSTANT_SECOND;
	send_head(request, "GET", "/v1/users/a/permissions", "HTTP/1.1", HOST "Dirgate-At-Least: t2\n");
	for (int i = 0; i < 3; i++) {
		assert_false(request_answer(request));
		assert_int_equal(request->reply.status, 0);
		assert_int_equal(fixture->fake.held, 0);
		assert_string_equal(request_demand(request), "t2");
		assert_in_range(request->wait_until - clock_monotonic(), 1, INSTANT_SECOND);
	}
	request_wait_no_more(request);
	assert_true(request_answer(request));
	assert_int_equal(request->reply.status, 503);
	assert_non_null(strstr(body(request), "\"reason\":\"not-fresh-enough\""));
	assert_non_null(header(request, "Retry-After"));
	assert_string_equal(header(request, "Dirgate-Snapshot"), "t1");
	/* the next one waits by itself; what is wrong or needs no index does not */
	send_head(request, "GET", "/v1/users/a/permissions", "HTTP/1.1", HOST "Dirgate-At-Least: t3\n");
	assert_false(request_answer(request));
	assert_int_equal(get(request, "/v1/users/a/permissions", HOST "Dirgate-At-Least: x\n"), 400);
	assert_int_equal(get(request, "/v1/users?limit=x", HOST "Dirgate-At-Least: x\n"), 400);
	assert_int_equal(get(request, "/livez", HOST "Dirgate-At-Least: t2\n"), 200);
	fixture->fake.cannot_decide = REASON_STALE;
	assert_int_equal(get(request, "/v1/users/a/permissions", HOST "Dirgate-At-Least: t2\n"), 503);
}

static void test_batch_length(void **state)
{
	struct fixture *fixture = *state;

	fixture->fake.cannot_decide = REASON_STALE;
	assert_int_equal(post(&fixture->request, "/access/v1/evaluations", HOST JSON,
	                      "{\"evaluations\":[1,2,3,4,5,6,7,8,9,10]}"), 503);
	assert_int_equal(post(&fixture->request, "/access/v1/evaluations", HOST JSON,
	                      "{\"evaluations\":[1,2,3,4,5,6,7,8,9,10,11]}"), 413);
	assert_non_null(strstr(body(&fixture->request), "too-many-items"));
}

static void test_forbidden(void **state)
{
	static const struct caller_kind nobody = {"nobody", no_rights};
	struct fixture *fixture = *state;
	struct request *request = &fixture->request;

	fixture->limits.body = 1000;
	request_release(request);
	request_init(request, &fixture->backend, &fixture->limits, &fixture->shared, &(struct caller){&nobody}, 1);
	assert_int_equal(get(request, "/readyz", HOST), 200);
	assert_string_equal(body(request), "{\"ready\":true}");
	assert_null(header(request, "Dirgate-Snapshot"));
	assert_int_equal(get(request, "/readyz", HOST "Accept: text/plain\n"), 200);
	assert_string_equal(body(request), "ready\n");
	assert_int_equal(get(request, "/v1/users/a/permissions", HOST), 403);
	assert_int_equal(get(request, "/v1/users/a/explain?action=x", HOST), 403);
	assert_int_equal(get(request, "/v1/organization?at=2026-11-23T09:00:00Z", HOST), 403);
	assert_int_equal(post(request, "/access/v1/search/action", HOST JSON,
	                      "{\"subject\":{\"type\":\"user\",\"id\":\"a\"},\"resource\":{\"type\":\"r\",\"id\":\"1\"}}"), 403);
	assert_int_equal(post(request, "/access/v1/evaluation", HOST JSON,
	                      "{\"subject\":{\"type\":\"user\",\"id\":\"a\"},\"action\":{\"name\":\"x\"},"
	                      "\"resource\":{\"type\":\"r\",\"id\":\"1\"},"
	                      "\"context\":{\"dirgate\":{\"at\":\"2026-11-23T09:00:00Z\"}}}"), 403);
	assert_int_equal(post(request, "/access/v1/evaluations", HOST JSON,
	                      "{\"subject\":{\"type\":\"user\",\"id\":\"a\"},\"action\":{\"name\":\"x\"},"
	                      "\"resource\":{\"type\":\"r\",\"id\":\"1\"},"
	                      "\"context\":{\"dirgate\":{\"explain\":true}},\"evaluations\":[{}]}"), 200);
	assert_non_null(strstr(body(request), "\"decision\":false"));
	assert_non_null(strstr(body(request), "\"status\":403"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_heads, start, finish),
		cmocka_unit_test_setup_teardown(test_octets_of_fields, start, finish),
		cmocka_unit_test_setup_teardown(test_too_long_is_read, start, finish),
		cmocka_unit_test_setup_teardown(test_many_fields, start, finish),
		cmocka_unit_test_setup_teardown(test_body_limit, start, finish),
		cmocka_unit_test_setup_teardown(test_always_there, start, finish),
		cmocka_unit_test_setup_teardown(test_request_id, start, finish),
		cmocka_unit_test_setup_teardown(test_problem, start, finish),
		cmocka_unit_test_setup_teardown(test_ready, start, finish),
		cmocka_unit_test_setup_teardown(test_cannot_decide, start, finish),
		cmocka_unit_test_setup_teardown(test_waiting, start, finish),
		cmocka_unit_test_setup_teardown(test_batch_length, start, finish),
		cmocka_unit_test_setup_teardown(test_forbidden, start, finish),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Replies and problem details. */
#include "json/json_value.h"
#include "json/problem_details.h"
#include "http/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int start(void **state)
{
	struct reply *reply = calloc(1, sizeof(*reply));

	assert_non_null(reply);
	reply_init(reply);
	*state = reply;
	return 0;
}

static int finish(void **state)
{
	reply_release(*state);
	free(*state);
	return 0;
}

/* RFC 9457 section 3.1: each refusal is a whole problem. */
static void test_refusals(void **state)
{
	struct reply *reply = *state;

	for (enum refusal refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
		struct arena *arena = arena_new();
		const struct value *problem;
		const char *type, *reason;
		struct error why;

		reply_refuse(reply, refusal, "with a \"detail\"\n");
		assert_int_equal(reply->status, refusal_status(refusal));
		assert_string_equal(reply->type, "application/problem+json");
		assert_int_equal(json_value_parse(text_string(&reply->body), reply->body.length, arena, &problem, &why), 0);
		assert_true(json_value_member(problem, "status")->number == reply->status);
		type = json_value_member(problem, "type")->string;
		reason = json_value_member(problem, "reason")->string;
		assert_memory_equal(type, PROBLEM_DETAILS_TYPE, strlen(PROBLEM_DETAILS_TYPE));
		assert_string_equal(type + strlen(PROBLEM_DETAILS_TYPE), reason);
		assert_true(json_value_member(problem, "title")->string[0] != '\0');
		assert_string_equal(json_value_member(problem, "detail")->string, "with a \"detail\"\n");
		arena_free(arena);
	}
	reply_refuse(reply, REFUSAL_NOT_FOUND, NULL);
	assert_null(strstr(text_string(&reply->body), "detail"));
	assert_int_equal(refusal_status((enum refusal)0), 500);
}

static void test_reasons(void **state)
{
	struct reply *reply = *state;

	reply_refuse_for(reply, 404, REASON_UNKNOWN_SUBJECT);
	assert_int_equal(reply->header_count, 0);
	assert_non_null(strstr(text_string(&reply->body), "\"reason\":\"unknown-subject\""));
	reply_refuse_for(reply, 503, REASON_STALE);
	assert_int_equal(reply->header_count, 1);
	assert_string_equal(reply->headers[0].name, "Retry-After");
}

/* A later answer replaces an earlier one whole, and nothing stays for the next request. */
static void test_replaced(void **state)
{
	struct reply *reply = *state;

	text_append(reply_json(reply, 200), "{\"half\":");
	reply_refuse_and_close(reply, REFUSAL_MALFORMED, NULL);
	assert_null(strstr(text_string(&reply->body), "half"));
	assert_true(reply->close);
	reply_reset(reply);
	reply_fixed_json(reply, 200, "{}");
	assert_int_equal(reply->body.length, 0);
	assert_false(reply->close);
	reply_refuse(reply, REFUSAL_INTERNAL, NULL);
	assert_null(reply->fixed);
}

static void test_overflow(void **state)
{
	struct reply *reply = *state;

	reply->body.maximum = 1000;
	for (int i = 0; i < 200; i++)
		text_append(i == 0 ? reply_json(reply, 200) : &reply->body, "0123456789");
	reply_finish(reply);
	assert_int_equal(reply->status, 500);
	assert_non_null(strstr(text_string(&reply->body), "\"reason\":\"internal\""));
}

/* ---- bodies that come part by part ---- */

struct parts { unsigned left, broken; };

static bool next_part(void *context, struct text *part)
{
	struct parts *parts = context;

	if (parts->left % 2 == 0) /* now and then there is nothing to say */
		text_print(part, "%u;", parts->left);
	part->overflowed |= parts->left == parts->broken;
	return --parts->left > 0;
}

static void begin_parts(struct reply *reply, struct parts *parts)
{
	text_append(reply_csv(reply, 200), "a;");
	reply->more = next_part;
	reply->more_context = parts;
}

static void test_parts(void **state)
{
	struct reply *reply = *state;
	struct parts parts = {.left = 6};
	char octets[64];
	size_t length = 0;
	long read;

	begin_parts(reply, &parts);
	while ((read = reply_read(reply, octets + length, 1)) > 0)
		length += (size_t)read;
	assert_int_equal(read, 0);
	octets[length] = '\0';
	assert_string_equal(octets, "a;6;4;2;");
	assert_int_equal(reply_read(reply, octets, 1), 0);
	reply_reset(reply);
	parts = (struct parts){.left = 6};
	begin_parts(reply, &parts);
	reply_join(reply);
	assert_int_equal(reply->status, 200);
	assert_string_equal(text_string(&reply->body), "a;6;4;2;");
}

/* What breaks off never looks whole. */
static void test_broken_parts(void **state)
{
	struct reply *reply = *state;
	struct parts parts = {.left = 6, .broken = 4};
	char octets[64];

	begin_parts(reply, &parts);
	assert_int_equal(reply_read(reply, octets, sizeof(octets)), 2);
	assert_int_equal(reply_read(reply, octets, sizeof(octets)), 2);
	assert_int_equal(reply_read(reply, octets, sizeof(octets)), -1);
	assert_int_equal(reply_read(reply, octets, sizeof(octets)), -1);
	reply_reset(reply);
	parts = (struct parts){.left = 6, .broken = 4};
	begin_parts(reply, &parts);
	reply_join(reply);
	assert_int_equal(reply->status, 500);
	assert_null(reply->more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, start, finish),
		cmocka_unit_test_setup_teardown(test_reasons, start, finish),
		cmocka_unit_test_setup_teardown(test_replaced, start, finish),
		cmocka_unit_test_setup_teardown(test_overflow, start, finish),
		cmocka_unit_test_setup_teardown(test_parts, start, finish),
		cmocka_unit_test_setup_teardown(test_broken_parts, start, finish),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Targets, percent-decoding, and the table of routes. */
#include "http/routes.h"
#include "http/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int start(void **state)
{
	*state = arena_new();
	return 0;
}

static int finish(void **state)
{
	arena_free(*state);
	return 0;
}

static struct target parse(struct arena *arena, const char *text)
{
	struct target target;
	const char *why = "";

	if (target_parse(text, arena, &target, &why))
		fail_msg("refused: %s: %s", text, why);
	return target;
}

static void test_segments(void **state)
{
	struct target target = parse(*state, "/v1/users/organization%2Flena%20m%C3%BCller/x+y");

	assert_int_equal(target.segment_count, 4);
	assert_string_equal(target.segments[1], "users");
	assert_string_equal(target.segments[2], "organization/lena m\xc3\xbcller");
	assert_string_equal(target.segments[3], "x+y");
	assert_int_equal(parse(*state, "/").segment_count, 1);
	assert_string_equal(parse(*state, "/").segments[0], "");
	assert_int_equal(parse(*state, "/a/").segment_count, 2);
	/* Decoded once: what is left of a doubly encoded octet stays. */
	assert_string_equal(parse(*state, "/%252F").segments[0], "%2F");
}

static void test_absolute_form(void **state)
{
	assert_string_equal(parse(*state, "http://localhost:8080/livez?x=1").path, "/livez");
	assert_string_equal(parse(*state, "HTTPS://example.com").path, "/");
	assert_string_equal(parse(*state, "http://example.com?x=1").path, "/");
}

static void test_parameters(void **state)
{
	struct target target = parse(*state, "/x?a=1&b=%26%3D+c&&a=2&flag&property.s=%2B");

	assert_int_equal(target.parameter_count, 5);
	assert_string_equal(target_parameter(&target, "a"), "1");
	assert_string_equal(target_parameter(&target, "b"), "&= c");
	assert_string_equal(target_parameter(&target, "flag"), "");
	assert_string_equal(target_parameter(&target, "property.s"), "+");
	assert_null(target_parameter(&target, "A"));
	assert_int_equal(parse(*state, "/x?").parameter_count, 0);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"*", "x", "/%", "/%4", "/%zz", "/%4g", "/%00", "/a%00b", "/%ff", "/%c0%af", "/%ed%a0%80", "/x?a=%",
		"/x?%00=1", "/x?a=%fe", "/a#b", "ftp://x/", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q",
	};
	struct target target;
	char many[200] = "/x?";

	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *why = NULL;

		if (target_parse(texts[i], *state, &target, &why) != 1)
			fail_msg("taken: %s", texts[i]);
		assert_non_null(why);
	}
	memset(many + 3, '&', TARGET_PARAMETERS_MAX);
	many[3 + TARGET_PARAMETERS_MAX] = '\0';
	assert_int_equal(target_parse(many, *state, &target, &(const char *){NULL}), 1);
}

static void test_find(void **state)
{
	static const struct { enum method method; const char *target, *pattern, *allow; } cases[] = {
		{METHOD_POST, "/access/v1/evaluation", "/access/v1/evaluation", ""},
		{METHOD_POST, "/access/v1/%65valuation", "/access/v1/evaluation", ""},
		{METHOD_GET, "/access/v1/evaluation", NULL, "POST"},
		{METHOD_OTHER, "/livez", NULL, "GET, HEAD"},
		{METHOD_GET, "/livez", "/livez", ""},
		{METHOD_GET, "/livez/", NULL, ""},
		{METHOD_GET, "//livez", NULL, ""},
		{METHOD_GET, "/Livez", NULL, ""},
		{METHOD_GET, "/live", NULL, ""},
		{METHOD_GET, "/", NULL, ""},
		{METHOD_GET, "/v1/users/acme%2Flena/permissions", "/v1/users/{user}/permissions", ""},
		{METHOD_GET, "/v1/users//permissions", NULL, ""},
		{METHOD_GET, "/v1/users/a/b/permissions", NULL, ""},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct target target = parse(*state, cases[i].target);
		const struct route *route;
		struct text allow;

		text_init(&allow, 100);
		route = routes_find(cases[i].method, &target, &allow);
		if ((route != NULL) != (cases[i].pattern != NULL))
			fail_msg("%s", cases[i].target);
		if (route)
			assert_string_equal(route->pattern, cases[i].pattern);
		assert_string_equal(text_string(&allow), cases[i].allow);
		text_release(&allow);
	}
}

static void test_places(void **state)
{
	const struct route route = {METHOD_GET, "/v1/a/{ws}/members/{member}", NULL, BODY_NONE, NULL, ""};
	const struct target target = parse(*state, "/v1/a/acme%2Fsales/members/l%c3%a9na");

	assert_true(route_matches(&route, &target));
	assert_string_equal(route_place(&route, &target, "ws"), "acme/sales");
	assert_string_equal(route_place(&route, &target, "member"), "l\xc3\xa9na");
	assert_null(route_place(&route, &target, "mem"));
	assert_null(route_place(&route, &target, "other"));
}

static void test_takes(void **state)
{
	struct route route = {METHOD_GET, "/x", NULL, BODY_NONE, "workspace action active_role+ property.*", ""};

	(void)state;
	assert_true(route_takes(&route, "workspace"));
	assert_true(route_takes(&route, "action"));
	assert_true(route_takes(&route, "property.owner"));
	assert_false(route_takes(&route, "property."));
	assert_false(route_takes(&route, "property"));
	assert_false(route_takes(&route, "work"));
	assert_false(route_takes(&route, "workspaces"));
	assert_false(route_takes(&route, ""));
	assert_true(route_takes(&route, "active_role"));
	assert_false(route_takes(&route, "active_role+"));
	assert_true(route_repeats(&route, "active_role"));
	assert_true(route_repeats(&route, "property.owner"));
	assert_false(route_repeats(&route, "workspace"));
	route.parameters = "";
	assert_false(route_takes(&route, "anything"));
	route.parameters = NULL;
	assert_true(route_takes(&route, "anything"));
}

/* Every row can be reached, and says what it is for. */
static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		assert_non_null(method_name(routes[i].method));
		assert_int_equal(method_of(method_name(routes[i].method)), routes[i].method);
		assert_non_null(routes[i].answer);
		assert_true(routes[i].help[0] != '\0' && routes[i].pattern[0] == '/');
		for (size_t k = 0; k < i; k++)
			assert_true(routes[i].method != routes[k].method ||
			            strcmp(routes[i].pattern, routes[k].pattern) != 0);
	}
	assert_int_equal(method_of("HEAD"), METHOD_GET);
	assert_int_equal(method_of("get"), METHOD_OTHER);
	assert_int_equal(method_of("OPTIONS"), METHOD_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_segments, start, finish),
		cmocka_unit_test_setup_teardown(test_absolute_form, start, finish),
		cmocka_unit_test_setup_teardown(test_parameters, start, finish),
		cmocka_unit_test_setup_teardown(test_refused, start, finish),
		cmocka_unit_test_setup_teardown(test_find, start, finish),
		cmocka_unit_test_setup_teardown(test_places, start, finish),
		cmocka_unit_test(test_takes),
		cmocka_unit_test(test_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

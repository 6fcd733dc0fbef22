/* Results made of JSON texts, those that no gateway of ours would send among them. */
#include "library/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text text_of(const char *json)
{
	struct text text;

	text_init(&text, BACKEND_JSON_MAX);
	text_append(&text, json);
	return text;
}

static struct dirgate_answer *answer_of(const char *json)
{
	struct text text = text_of(json);
	struct dirgate_answer *answer = NULL;
	struct error why = {""};
	int result = result_answer(&text, &answer, &why);

	text_release(&text);
	assert_true((result < 0) == (answer == NULL));
	assert_true((result < 0) == (why.text[0] != '\0'));
	return answer;
}

static void test_what_is_no_answer(void **state)
{
	static const char *const texts[] = {
		"", "x", "[]", "null", "{}", "{\"decision\":true}", "{\"decision\":1,\"context\":{\"reason\":\"granted\"}}",
		"{\"context\":{\"reason\":\"granted\"}}", "{\"reason\":\"granted\"}", "{\"reason\":\"unknown-subject\"}",
		"{\"reason\":\"malformed\",\"status\":400}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_null(answer_of(texts[i]));
}

static void test_undecided(void **state)
{
	struct dirgate_answer *answer = answer_of("{\"type\":\"x\",\"status\":503,\"reason\":\"stale\"}");

	(void)state;
	assert_int_equal(answer->outcome, DIRGATE_CANNOT_DECIDE);
	assert_string_equal(answer->reason, "stale");
	assert_true(answer->meaning[0] != '\0');
	dirgate_answer_free(answer);
}

/* A newer gateway may know more; what is missing is empty. */
static void test_strange_members(void **state)
{
	struct dirgate_answer *answer = answer_of(
		"{\"decision\":false,\"context\":{\"reason\":\"too-blue\",\"obligations\":[\"a\",1],\"explanation\":"
		"{\"subject\":7,\"chains\":[1,{\"groups\":[{}],\"roles\":7,\"origin\":\"x\",\"attribute\":\"a\"}],"
		"\"limits\":{}}}}");

	(void)state;
	assert_string_equal(answer->reason, "too-blue");
	assert_string_equal(answer->meaning, "");
	assert_int_equal(answer->obligation_count, 1);
	assert_int_equal(answer->chain_count, 2);
	assert_string_equal(answer->chains[0].reason, "");
	dirgate_answer_free(answer);
}

static void test_limits_and_rules_come_first(void **state)
{
	struct dirgate_answer *answer = answer_of(
		"{\"decision\":false,\"context\":{\"reason\":\"explicit-deny\",\"explanation\":{"
		"\"subject\":{\"id\":\"s\",\"dn\":\"uid=s\"},"
		"\"chains\":[{\"stop\":\"granted\",\"origin\":\"group-rule\",\"groups\":[],\"binding\":{\"dn\":\"cn=b\"},"
		"\"roles\":[{\"dn\":\"cn=r\"}],\"attribute\":\"dgPermission\",\"value\":\"x\"}],"
		"\"limits\":[{\"reason\":\"explicit-deny\",\"binding\":{\"dn\":\"cn=b\"},\"entry\":{\"dn\":\"cn=r\"},"
		"\"attribute\":\"dgDeny\",\"value\":\"x\"},{\"reason\":\"forbidden-here\",\"entry\":{\"dn\":\"ou=w\"},"
		"\"attribute\":\"dgForbidden\"}],\"rule_entry\":{\"dn\":\"cn=set\"}}}}");

	(void)state;
	assert_int_equal(answer->chain_count, 4);
	assert_string_equal(answer->chains[0].steps[2].kind, "role");
	assert_string_equal(answer->chains[0].steps[3].text, "dgDeny: x");
	assert_string_equal(answer->chains[1].steps[1].kind, "entry");
	assert_string_equal(answer->chains[1].steps[2].text, "dgForbidden");
	assert_string_equal(answer->chains[2].steps[1].dn, "cn=set");
	assert_string_equal(answer->chains[3].steps[1].kind, "rule");
	dirgate_answer_free(answer);
}

static void test_permissions(void **state)
{
	struct text text = text_of(
		"{\"reason\":\"granted\",\"roles\":[{\"role\":{\"id\":\"r\"},\"stop\":\"plan-required\"}],"
		"\"permissions\":[{\"name\":\"b\"},{\"name\":\"c\",\"filter_too_long\":true}],"
		"\"denied\":[{\"name\":\"a\",\"limit\":{\"reason\":\"above-ceiling\"}}]}");
	struct dirgate_permissions *permissions = NULL;
	struct error why;

	(void)state;
	assert_int_equal(result_permissions(&text, &permissions, &why), 0);
	assert_string_equal(permissions->roles[0].state, "plan-required");
	assert_null(permissions->roles[0].via);
	assert_null(permissions->subject_dn);
	assert_int_equal(permissions->permission_count, 3);
	assert_string_equal(permissions->permissions[0].state, "denied");
	assert_string_equal(permissions->permissions[0].detail, "above-ceiling");
	assert_string_equal(permissions->permissions[1].state, "yes");
	assert_string_equal(permissions->permissions[2].state, "conditional");
	dirgate_permissions_free(permissions);
	text_release(&text);
}

static void test_findings(void **state)
{
	struct text text = text_of("{\"total\":9,\"findings\":[{\"code\":\"cycle\",\"entry\":{\"dn\":\"cn=a\"}},{}]}");
	struct text none = text_of("{\"reason\":\"granted\"}");
	struct dirgate_findings *findings = NULL;
	struct error why = {""};

	(void)state;
	assert_int_equal(result_findings(&text, &findings, &why), 0);
	assert_int_equal(findings->count, 2);
	assert_int_equal(findings->total, 9);
	assert_string_equal(findings->items[0].dn, "cn=a");
	assert_string_equal(findings->items[1].dn, "");
	dirgate_findings_free(findings);
	assert_true(result_findings(&none, &findings, &why) < 0);
	text_release(&text);
	text_release(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_answer),
		cmocka_unit_test(test_undecided),
		cmocka_unit_test(test_strange_members),
		cmocka_unit_test(test_limits_and_rules_come_first),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "directory/follower/token.h"

#define CSN1(second) "202611211739" second ".126411Z#000000#001#000000"
#define CSN2(second) "202611211739" second ".126411Z#000000#002#000000"

static bool known(const void *context, const char *name, size_t length)
{
	(void)context;
	return length == 1 && strchr("abc", name[0]) != NULL;
}

static void test_compare(void **state)
{
	static const char both[] = "a:001=" CSN1("20") ",002=" CSN2("30") ";b:time=5";
	static const struct {
		const char *have, *wanted;
		int result;
	} cases[] = {
		{both, both, 0},
		{both, "b:time=5", 0},
		{both, "b:time=5;a:002=" CSN2("30"), 0},
		{both, "b:time=6", TOKEN_NOT_YET},
		{both, "b:time=6;a:002=" CSN2("30"), TOKEN_NOT_YET},
		{both, "a:001=" CSN1("21") ",002=" CSN2("30"), TOKEN_NOT_YET},
		{both, "a:003=" CSN2("01"), TOKEN_NOT_YET},
		{both, "c:time=1", TOKEN_NOT_YET}, /* a source that was not read yet */
		{both, "c:time=1;x", TOKEN_BAD},
		{both, "d:time=1", TOKEN_BAD},
		{both, "b:time=9;d:time=1", TOKEN_BAD},
		{both, "", TOKEN_BAD},
		{both, ";", TOKEN_BAD},
		{both, "b:time=5;", TOKEN_BAD},
		{both, "b", TOKEN_BAD},
		{both, "b:", TOKEN_BAD},
		{both, ":time=5", TOKEN_BAD},
		{both, CSN1("20"), 0},
		{both, CSN1("19"), 0},
		{both, CSN1("21"), TOKEN_NOT_YET},
		{both, CSN2("30"), 0},
		{both, CSN2("31"), TOKEN_NOT_YET},
		{both, "a:" CSN2("30"), 0},
		{both, "b:" CSN2("30"), TOKEN_NOT_YET},
		{both, " " CSN1("20"), TOKEN_BAD},
		{both, "20261121173920.126411Z#000000#003#000000", TOKEN_NOT_YET}, /* nobody knows that server */
		{"a:001=" CSN1("20") ";b:001=" CSN1("21"), CSN1("21"), TOKEN_NOT_YET}, /* all that know it */
		{"a:001=" CSN1("21") ";b:001=" CSN1("21"), CSN1("21"), 0},
		{"", CSN1("20"), TOKEN_NOT_YET},
		{"", "a:time=1", TOKEN_NOT_YET},
		{"", "d:time=1", TOKEN_BAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (token_compare(cases[i].have, cases[i].wanted, known, NULL) != cases[i].result)
			fail_msg("case %zu: %s", i, cases[i].wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Values: equality, order, members. */
#include "model/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STRING(text) { .kind = VALUE_STRING, .string = (text) }
#define NUMBER(value) { .kind = VALUE_NUMBER, .number = (value) }
#define BOOLEAN(value) { .kind = VALUE_BOOLEAN, .boolean = (value) }

static const struct value some_item = STRING("a");

static void test_equal(void **state)
{
	(void)state;
	const struct {
		struct value a, b;
		bool equal;
	} cases[] = {
		/* names */
		{ STRING("Berlin"), STRING("berlin"), true },
		{ STRING("a  b"), STRING(" A B "), true },
		{ STRING("\xff"), STRING("\xff"), false },
		{ STRING(""), STRING(""), true },
		/* numbers: by value once one is a JSON number, else as names */
		{ NUMBER(42), NUMBER(42), true },
		{ NUMBER(42), STRING("42"), true },
		{ NUMBER(42), STRING("042.0"), true },
		{ NUMBER(42), STRING("+4.2e1"), true },
		{ NUMBER(42), STRING("4200E-2"), true },
		{ NUMBER(0), STRING("-0"), true },
		{ NUMBER((long double)0.1), STRING("0.1"), true },
		{ NUMBER(42), STRING("43"), false },
		{ NUMBER(42), STRING("0x2a"), false },
		{ NUMBER(42), STRING(" 42"), false },
		{ NUMBER(42), STRING("42 "), false },
		{ NUMBER(42), STRING("42."), false },
		{ NUMBER(0), STRING(".0"), false },
		{ NUMBER(0), STRING(""), false },
		{ NUMBER(0), STRING("-"), false },
		{ NUMBER(42), STRING("42e"), false },
		{ NUMBER(0), STRING("nan"), false },
		{ NUMBER((long double)__builtin_inf()), STRING("inf"), false },
		{ NUMBER((long double)__builtin_inf()), STRING("1e999"), false },
		{ NUMBER(9007199254740993LL), STRING("9007199254740993"), true },
		{ NUMBER(9007199254740993LL), STRING("9007199254740992"), false },
		{ NUMBER((long double)INT64_MAX), STRING("9223372036854775807"), true },
		{ NUMBER((long double)INT64_MAX), STRING("9223372036854775806"), false },
		{ NUMBER((long double)INT64_MIN), STRING("-9223372036854775808"), true },
		{ NUMBER((long double)1e23), STRING("100000000000000000000000"), true },
		{ NUMBER(1), STRING("0000000000000000000000000000000000000000000000000000000000000001"), true },
		{ NUMBER(1), STRING("00000000000000000000000000000000000000000000000000000000000000001"), false },
		{ STRING("42"), STRING("42.0"), false },
		{ STRING("007"), STRING("7"), false },
		/* booleans */
		{ BOOLEAN(true), STRING("true"), true },
		{ BOOLEAN(true), STRING("TRUE"), true },
		{ BOOLEAN(false), STRING("FALSE"), true },
		{ BOOLEAN(false), BOOLEAN(false), true },
		{ BOOLEAN(true), BOOLEAN(false), false },
		{ BOOLEAN(true), NUMBER(1), false },
		{ BOOLEAN(true), STRING("1"), false },
		{ BOOLEAN(true), STRING("yes"), false },
		/* times */
		{ STRING("2026-11-21T09:00:00Z"), STRING("20261121090000Z"), true },
		{ STRING("2026-11-21T10:00:00+01:00"), STRING("2026112109Z"), true },
		{ STRING("2026-11-21T09:00:00.5Z"), STRING("20261121090000.5Z"), true },
		{ STRING("2026-11-21T09:00:00Z"), STRING("2026-11-21T09:00:01Z"), false },
		{ STRING("2026-11-21T09:00:00Z"), STRING("2026-11-21"), false },
		{ STRING("2026-11-21"), STRING("2026-11-21"), true },
		{ STRING("99991231235959Z"), STRING("99991231235959Z"), true },
		{ STRING("99991231235959Z"), STRING("99991231235958Z"), false }, /* both beyond what is counted */
		/* DNs */
		{ STRING("uid=Lena, ou=People,o=acme"), STRING("UID=lena,ou=people,O=Acme"), true },
		{ STRING("cn=Doe\\, John,o=acme"), STRING("2.5.4.3=doe\\2C john;o=acme"), true },
		{ STRING("cn=a+sn=b,o=acme"), STRING("sn=b+cn=a,o=acme"), true },
		{ STRING("cn=a,o=acme"), STRING("cn=a"), false },
		{ STRING("cn=a\xef\xbc\x8co=acme"), STRING("cn=a,o=acme"), false }, /* equal names, but other DNs */
		{ STRING("a=,"), STRING("A=,"), true },                             /* no DNs: names */
		{ STRING("cn=a"), STRING("a"), false },
		/* kinds that equal nothing */
		{ { .kind = VALUE_NULL }, { .kind = VALUE_NULL }, false },
		{ { .kind = VALUE_NULL }, STRING(""), false },
		{ { .kind = VALUE_ARRAY, .count = 1, .items = &some_item }, STRING("a"), false },
		{ { .kind = VALUE_OBJECT }, { .kind = VALUE_OBJECT }, false },
		{ { .kind = VALUE_OBJECT }, NUMBER(0), false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (value_equal(&cases[i].a, &cases[i].b) != cases[i].equal ||
		    value_equal(&cases[i].b, &cases[i].a) != cases[i].equal)
			fail_msg("case %zu: %s, %s", i, cases[i].a.string, cases[i].b.string);
	}
}

static void test_compare(void **state)
{
	(void)state;
	const struct {
		struct value a, b;
		enum value_order order;
	} cases[] = {
		{ NUMBER(1), NUMBER(2), VALUE_LESS },
		{ NUMBER(2), STRING("10"), VALUE_LESS },
		{ STRING("10"), STRING("9"), VALUE_GREATER },
		{ STRING("-1.5"), STRING("-1.50"), VALUE_SAME },
		{ STRING("0x10"), STRING("9"), VALUE_UNORDERED },
		{ STRING("2026-11-21T09:00:00Z"), STRING("20261121080000Z"), VALUE_GREATER },
		{ STRING("2026-11-21T09:00:00Z"), STRING("20261121100000+0100"), VALUE_SAME },
		{ STRING("2026-11-21T09:00:00Z"), STRING("9"), VALUE_UNORDERED },
		{ STRING("a"), STRING("b"), VALUE_UNORDERED },
		{ BOOLEAN(true), BOOLEAN(true), VALUE_UNORDERED },
		{ BOOLEAN(true), NUMBER(1), VALUE_UNORDERED },
		{ { .kind = VALUE_NULL }, NUMBER(1), VALUE_UNORDERED },
		{ { .kind = VALUE_OBJECT }, NUMBER(1), VALUE_UNORDERED },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum value_order order = value_compare(&cases[i].a, &cases[i].b);
		enum value_order turned = value_compare(&cases[i].b, &cases[i].a);
		assert_int_equal(order, cases[i].order);
		assert_int_equal(turned, order == VALUE_UNORDERED ? order : -(int)order);
	}
}

static void test_members(void **state)
{
	(void)state;
	const struct member members[] = {
		{ "owner", STRING("lena") },
		{ "Größe", NUMBER(3) },
	};
	const struct value object = { .kind = VALUE_OBJECT, .count = COUNT(members), .members = members };
	assert_ptr_equal(value_member(&object, "OWNER"), &members[0].value);
	assert_ptr_equal(value_member(&object, "grÖße"), &members[1].value);
	assert_null(value_member(&object, "other"));
	assert_null(value_member(&members[0].value, "owner"));
	assert_null(value_member(NULL, "owner"));
	assert_string_equal(value_member_string(&object, "owner"), "lena");
	assert_null(value_member_string(&object, "größe"));
	assert_null(value_member_string(NULL, "owner"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_members),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

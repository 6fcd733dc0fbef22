/* Values: equality, order, members. */
#include "model/value.h"

#include "model/dn.h"
#include "model/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static void test_texts(void **state)
{
	(void)state;
	const struct {
		struct value value;
		const char *text;
	} cases[] = {
		{ STRING("a b"), "a b" },
		{ BOOLEAN(true), "TRUE" },
		{ BOOLEAN(false), "FALSE" },
		{ NUMBER(0), "0" },
		{ NUMBER(-42), "-42" },
		{ NUMBER((long double)INT64_MAX), "9223372036854775807" },
		{ NUMBER((long double)INT64_MIN), "-9223372036854775808" },
		{ NUMBER((long double)0.1), "0.1" },
		{ NUMBER((long double)(1.0 / 3)), "0.3333333333333333" },
		{ NUMBER((long double)1e300), "1e+300" },
	};
	char room[VALUE_TEXT_MAX];
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(value_text(&cases[i].value, room), cases[i].text);
		if (cases[i].value.kind == VALUE_NUMBER)
			assert_true(value_equal(&cases[i].value, &(struct value)STRING(cases[i].text)));
	}
	assert_null(value_text(&(struct value){ .kind = VALUE_NULL }, room));
	assert_null(value_text(&(struct value){ .kind = VALUE_ARRAY }, room));
	assert_null(value_text(&(struct value){ .kind = VALUE_OBJECT }, room));
}

/* Strings that are DNs, or nearly. */
static void random_text(char *text, size_t size)
{
	static const char *const pieces[] = { "cn=", "CN =", "sn=", "=", ",", ", ", "a", "A", "b", " ", "\\,", "\"", "+", ";",
		                              "#0c0161", "\xc3\xa9", "e\xcc\x81", "\xef\xbc\x8c", "\xef\xbc\x9d", "2.5.4.3=" };
	text[0] = '\0';
	size_t length = 0;
	for (long n = random() % 7; n > 0; n--) {
		const char *piece = pieces[(size_t)random() % COUNT(pieces)];
		assert_true(length + strlen(piece) < size);
		memcpy(text + length, piece, strlen(piece) + 1);
		length += strlen(piece);
	}
}

/* Two DNs as DNs, otherwise names. */
static void test_random_texts(void **state)
{
	(void)state;
	srandom(1);
	for (int round = 0; round < 200000; round++) {
		char a[64];
		char b[64];
		random_text(a, sizeof(a));
		random_text(b, sizeof(b));
		bool dns = strchr(a, '=') != NULL && strchr(b, '=') != NULL && dn_equal(a, a) && dn_equal(b, b);
		bool expected = dns ? dn_equal(a, b) : name_equal(a, b);
		if (value_equal(&(struct value)STRING(a), &(struct value)STRING(b)) != expected)
			fail_msg("\"%s\" \"%s\"", a, b);
	}
}

static const struct value *random_value(const struct value *pool, size_t count)
{
	return &pool[(size_t)random() % count];
}

/* Many values are compared in another way than few; the answer is the same. */
static void test_any_equal(void **state)
{
	(void)state;
	enum { MOST = 100 };
	const struct value pool[] = {
		STRING("a"), STRING("B"), STRING("cn=a"), STRING("CN = A"), STRING("cn=b"), STRING("cn=a\xef\xbc\x8csn=b"),
		STRING("cn=a,sn=b"), STRING("cn=\xef\xbc\xa1"), STRING("1"), STRING("1.0"), STRING("2"), NUMBER(1), NUMBER(3),
		STRING("3e0"), BOOLEAN(true), STRING("true"), BOOLEAN(false), STRING("2026-11-21T09:00:00Z"),
		STRING("20261121090000Z"), STRING("20261121090000z"), STRING("99991231235959Z"), STRING("99991231235958Z"),
		STRING("\xff"), { .kind = VALUE_OBJECT }, STRING("2026-11-21t09:00:00z"), STRING(""), STRING("="),
	};
	srandom(1);
	assert_false(value_any_equal(NULL, 0, NULL, 0));
	for (int round = 0; round < 5000; round++) {
		const struct value *a[MOST];
		const struct value *b[MOST];
		const struct value *most_a[3] = { random_value(pool, COUNT(pool)), random_value(pool, COUNT(pool)),
			                          random_value(pool, COUNT(pool)) };
		const struct value *most_b[3] = { random_value(pool, COUNT(pool)), random_value(pool, COUNT(pool)),
			                          random_value(pool, COUNT(pool)) };
		size_t counts[2] = { (size_t)random() % MOST, (size_t)random() % MOST };
		bool expected = false;
		for (size_t i = 0; i < counts[0]; i++)
			a[i] = most_a[random() % 3];
		for (size_t i = 0; i < counts[1]; i++)
			b[i] = most_b[random() % 3];
		for (size_t i = 0; i < counts[0]; i++) {
			for (size_t j = 0; j < counts[1]; j++)
				expected = expected || value_equal(a[i], b[j]);
		}
		assert_int_equal(value_any_equal(a, counts[0], b, counts[1]), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_random_texts),
		cmocka_unit_test(test_any_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Permissions and patterns. */
#include "model/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_valid(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool permission, pattern;
	} cases[] = {
		{ "contacts.read", true, true }, { "can_read_user", true, true }, { "GET", true, true },
		{ "a-b:c/d.9_Z", true, true },   { "contacts.*", false, true },   { "*", false, true },
		{ "**", false, true },           { "", false, false },            { "a b", false, false },
		{ "a\tb", false, false },        { "é", false, false },           { "a,b", false, false },
		{ "a(b)", false, false },        { "a$b", false, false },         { "a?", false, false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(permission_valid(cases[i].text, strlen(cases[i].text)), cases[i].permission);
		assert_int_equal(pattern_valid(cases[i].text, strlen(cases[i].text)), cases[i].pattern);
	}
	assert_false(permission_valid("a\0b", 3));
	assert_false(pattern_valid("a\0b", 3));
	char longest[PERMISSION_LENGTH_MAX + 1];
	memset(longest, 'a', sizeof(longest));
	assert_true(permission_valid(longest, PERMISSION_LENGTH_MAX));
	assert_false(permission_valid(longest, PERMISSION_LENGTH_MAX + 1));
	assert_true(pattern_valid(longest, PERMISSION_LENGTH_MAX));
	assert_false(pattern_valid(longest, PERMISSION_LENGTH_MAX + 1));
	assert_true(pattern_is_literal("a.b"));
	assert_false(pattern_is_literal("a.*"));
}

static void test_matches(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *name;
		bool matches;
	} cases[] = {
		{ "contacts.read", "contacts.read", true },
		{ "contacts.read", "contacts.reads", false },
		{ "contacts.reads", "contacts.read", false },
		{ "contacts.read", "Contacts.read", false },
		{ "contacts.*", "contacts.read", true },
		{ "contacts.*", "contacts.", true },
		{ "contacts.*", "contacts", false },
		{ "contacts.*", "contacts.a.b", true },
		{ "*.read", "contacts.read", true },
		{ "*.read", ".read", true },
		{ "*.read", "contacts.read.all", false },
		{ "*", "anything:at/all", true },
		{ "*", "", true },
		{ "**", "a", true },
		{ "a*b*c", "abc", true },
		{ "a*b*c", "a.b.b.c", true },
		{ "a*b*c", "a.c.b", false },
		{ "*aab", "aaaaaaab", true },
		{ "*a*a*a*b", "aaaaaaaaaaaa", false },
		{ "a*", "ba", false },
		{ "", "", true },
		{ "", "a", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(pattern_matches(cases[i].pattern, cases[i].name), cases[i].matches);
}

static void test_covers(void **state)
{
	(void)state;
	static const struct {
		const char *wide, *narrow;
		bool covers;
	} cases[] = {
		{ "contacts.*", "contacts.read", true }, { "contacts.*", "contacts.*", true },
		{ "contacts.*", "contacts.r*", true },   { "contacts.r*", "contacts.*", false },
		{ "*", "*", true },                      { "*", "contacts.*", true },
		{ "*.read", "*", false },                { "a*b", "a*x*b", true },
		{ "contacts.read", "contacts.*", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(pattern_covers(cases[i].wide, cases[i].narrow), cases[i].covers);
}

/* The definition, by recursion. */
static bool matches_by_definition(const char *pattern, const char *name)
{
	if (*pattern == '\0')
		return *name == '\0';
	if (*pattern == '*')
		return matches_by_definition(pattern + 1, name) || (*name != '\0' && matches_by_definition(pattern, name + 1));
	return *pattern == *name && matches_by_definition(pattern + 1, name + 1);
}

static void random_word(char *word, size_t size, const char *alphabet)
{
	size_t length = (size_t)random() % size;
	for (size_t i = 0; i < length; i++)
		word[i] = alphabet[(size_t)random() % strlen(alphabet)];
	word[length] = '\0';
}

static void test_random(void **state)
{
	(void)state;
	srandom(1);
	for (int round = 0; round < 100000; round++) {
		char wide[8];
		char narrow[8];
		char name[10];
		random_word(wide, sizeof(wide), "ab*");
		random_word(narrow, sizeof(narrow), "ab*");
		random_word(name, sizeof(name), "ab");
		assert_int_equal(pattern_matches(wide, name), matches_by_definition(wide, name));
		if (pattern_covers(wide, narrow) && pattern_matches(narrow, name))
			assert_true(pattern_matches(wide, name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

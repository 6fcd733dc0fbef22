/* When two names are equal. */
#include "model/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int normalise(const char *octets, size_t length, struct text *out)
{
	text_init(out, (size_t)4 * NAME_LENGTH_MAX);
	return name_normalise(octets, length, out);
}

static void test_normal_forms(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *normal;
	} cases[] = {
		{ "", "" },
		{ " ", "" },
		{ "     ", "" },
		{ "abc", "abc" },
		{ "ABC", "abc" },
		{ "  A  b   C ", "a b c" },
		{ "a\tb", "a\tb" },                                  /* only spaces are spaces */
		{ "É", "é" },
		{ "E\xcc\x81", "é" },                                /* E and U+0301 */
		{ "Ångström", "ångström" },
		{ "\xe2\x84\xab", "å" },                             /* U+212B, the unit */
		{ "ΣΊΣΥΦΟΣ", "σίσυφοσ" },                            /* simple lower case knows no final sigma */
		{ "Straße", "straße" },                              /* no full case folding */
		{ "\xe1\xba\x9e", "ß" },                             /* U+1E9E */
		{ "\xef\xbc\xa1\xef\xbc\xa2", "ab" },                /* full-width letters */
		{ "\xef\xac\x81", "fi" },                            /* the ligature U+FB01 */
		{ "a\xc2\xa0\xe3\x80\x80z", "a z" },                 /* no-break and ideographic space */
		{ "\xc2\xa0z\xe2\x80\x83", "z" },
		{ "\xe2\x84\x8c", "h" },                             /* U+210C becomes "H" by NFKC, then lower */
		{ "\xe2\x84\xaa", "k" },                             /* the Kelvin sign */
		{ "\xc4\xb0", "i" },                                 /* U+0130: no Turkish rules */
		{ "\xc4\xb1", "\xc4\xb1" },                          /* the dotless i stays one */
		{ "\xc4\xb0\xcc\x81", "í" },                         /* needs a second round */
		{ "\xc8\xba", "\xe2\xb1\xa5" },                      /* lower case may be longer */
		{ "\xf0\x90\x90\x80", "\xf0\x90\x90\xa8" },          /* beyond the BMP */
		{ "\xc2\xa8", "\xcc\x88" },                          /* a space and a mark: the space goes */
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out;
		assert_int_equal(normalise(cases[i].text, strlen(cases[i].text), &out), 0);
		assert_string_equal(text_string(&out), cases[i].normal);
		text_release(&out);
	}
}

static void test_no_normal_form(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t length;
	} cases[] = {
		{ "a\0b", 3 },
		{ "\0", 1 },
		{ "\xff", 1 },
		{ "a\xc3", 2 },             /* cut off */
		{ "\xc0\xaf", 2 },          /* overlong */
		{ "\xed\xa0\x80", 3 },      /* a surrogate */
		{ "\xf4\x90\x80\x80", 4 },  /* beyond Unicode */
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out;
		assert_int_equal(normalise(cases[i].octets, cases[i].length, &out), 1);
		assert_int_equal(out.length, 0);
		text_release(&out);
	}
	assert_false(name_equal("\xff", "\xff"));
	assert_false(name_equal("a", "\xff"));
	assert_false(name_equal("\xff", "a"));
}

/* `times` copies of a text. */
static char *repeat(const char *text, size_t times)
{
	size_t length = strlen(text);
	char *all = malloc(length * times + 1);
	assert_non_null(all);
	for (size_t i = 0; i < times; i++)
		memcpy(all + i * length, text, length + 1);
	return all;
}

static void test_lengths(void **state)
{
	(void)state;
	char *longest = repeat("A", NAME_LENGTH_MAX);
	char *too_long = repeat("A", NAME_LENGTH_MAX + 1);
	char *growing = repeat("\xef\xb7\xba", NAME_LENGTH_MAX / 4); /* U+FDFA becomes 18 characters */
	assert_true(name_equal(longest, longest));
	assert_false(name_equal(too_long, too_long));
	assert_false(name_equal(growing, growing));
	/* Around the sizes where the heap comes in. */
	for (size_t length = 250; length < 520; length++) {
		char *upper = repeat("É", length);
		char *lower = repeat("e\xcc\x81", length);
		char *other = repeat("e", length);
		assert_true(name_equal(upper, lower));
		assert_false(name_equal(upper, other));
		free(upper);
		free(lower);
		free(other);
	}
	free(longest);
	free(too_long);
	free(growing);
}

static void test_equal(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
		{ "", "", true },
		{ "", "  ", true },
		{ "Night Shift", " night   shift ", true },
		{ "nightshift", "night shift", false },
		{ "é", "e\xcc\x81", true },
		{ "É", "é", true },
		{ "e", "é", false },
		{ "ß", "ss", false },
		{ "a", "ab", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(name_equal(cases[i].a, cases[i].b), cases[i].equal);
		assert_int_equal(name_equal(cases[i].b, cases[i].a), cases[i].equal);
	}
}

static size_t encode(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)((0xf00U >> length & 0xff) | c);
	return length;
}

static void assert_idempotent(const char *octets, size_t length)
{
	struct text once;
	struct text twice;
	if (normalise(octets, length, &once) == 0) {
		assert_int_equal(normalise(text_string(&once), once.length, &twice), 0);
		assert_string_equal(text_string(&once), text_string(&twice));
		text_release(&twice);
	}
	text_release(&once);
}

static void test_every_character_settles(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x110000; c++) {
		if ((c >= 0xd800 && c < 0xe000) || (c >= 0x20000 && c < 0x2f800) || c >= 0x2fa20)
			continue; /* surrogates, and planes in which nothing has a case or a decomposition */
		char octets[9];
		struct text out;
		size_t length = encode(c, octets);
		assert_idempotent(octets, length);
		/* U+0301 behind it composes with more letters than any other mark. */
		octets[length] = '\xcc';
		octets[length + 1] = '\x81';
		assert_idempotent(octets, length + 2);
		assert_int_equal(normalise(octets, length + 2, &out), 0);
		text_release(&out);
	}
}

static void test_random_strings_settle(void **state)
{
	(void)state;
	static const char *const pieces[] = {
		" ", "  ", "I", "i", "İ", "\xcc\x81", "\xcc\x87", "\xcc\xa7", "K", "\xe2\x84\xaa", "Σ", "ς", "\xef\xbc\xa1",
		"\xc2\xa8", "\xe1\x84\x80", "\xe1\x85\xa1", "\xea\xb0\x80", "\xcd\x85", "ΐ", "\xce\xb9", "x",
	};
	srandom(1);
	for (int round = 0; round < 20000; round++) {
		char octets[64] = "";
		size_t length = 0;
		for (long n = random() % 12; n > 0; n--) {
			const char *piece = pieces[(size_t)random() % COUNT(pieces)];
			memcpy(octets + length, piece, strlen(piece));
			length += strlen(piece);
		}
		assert_idempotent(octets, length);
	}
}

static void test_keywords(void **state)
{
	(void)state;
	assert_true(keyword_equal("TRUE", "true"));
	assert_true(keyword_equal("", ""));
	assert_false(keyword_equal("TRUE", "TRUE "));
	assert_false(keyword_equal("É", "é"));
	assert_false(keyword_equal("[", "{"));
	assert_true(keyword_compare("CN", "cnx") < 0);
	assert_true(keyword_compare("cnX", "CN") > 0);
	assert_true(keyword_compare("a", "É") < 0);
	char text[] = "objectClass É";
	keyword_lower(text);
	assert_string_equal(text, "objectclass É");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_forms),
		cmocka_unit_test(test_no_normal_form),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_every_character_settles),
		cmocka_unit_test(test_random_strings_settle),
		cmocka_unit_test(test_keywords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

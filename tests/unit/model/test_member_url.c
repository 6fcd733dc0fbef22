/* The URLs of a groupOfURLs. */
#include "model/member_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_parse(void **state)
{
	(void)state;
	static const struct { const char *url, *base; enum member_scope scope; const char *filter; } rows[] = {
		{ "ldap:///o=acme", "o=acme", SCOPE_BASE, "" },
		{ "LDAP:///O=Acme????", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme???", "o=acme", SCOPE_BASE, "" },
		{ "ldap:///o=acme??base", "o=acme", SCOPE_BASE, "" },
		{ "LDAP:///OU=People,O=Acme??ONE", "ou=people,o=acme", SCOPE_ONE, "" },
		{ "ldap:///o=acme?cn,mail?sub?(cn=a*)", "o=acme", SCOPE_SUBTREE, "(cn=a*)" },
		{ "ldap:///ou=our%20people,o=a%2Cb??sub?(cn=a%3fb)", NULL, SCOPE_BASE, NULL }, /* "a,b" is no value of o */
		{ "ldap:///ou=our%20people,o=a%5C2Cb??sub?(cn=a%3fb)", "ou=our people,o=a\\,b", SCOPE_SUBTREE, "(cn=a?b)" },
		{ "ldap:///o=acme??sub?(cn=%c3%84)", "o=acme", SCOPE_SUBTREE, "(cn=\xc3\x84)" },
		{ "ldap:///", NULL, SCOPE_BASE, NULL },
		{ "ldap:///??sub?(cn=a)", NULL, SCOPE_BASE, NULL },
		{ "ldap://", NULL, SCOPE_BASE, NULL },
		{ "ldap:/", NULL, SCOPE_BASE, NULL },
		{ "", NULL, SCOPE_BASE, NULL },
		{ "ldap://host/o=acme", NULL, SCOPE_BASE, NULL },
		{ "ldap://:389/o=acme", NULL, SCOPE_BASE, NULL },
		{ "ldaps:///o=acme", NULL, SCOPE_BASE, NULL },
		{ "ldap:///acme??sub", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme??subtree", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme??children", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme??sub?cn=a", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme??sub?(cn~=a)", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme??sub?(cn=a)?!x", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme??sub?(cn=a)?", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=ac%me", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme%", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme%4", NULL, SCOPE_BASE, NULL },
		{ "ldap:///o=acme%00", NULL, SCOPE_BASE, NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *arena = arena_new();
		struct dn base;
		enum member_scope scope = SCOPE_BASE;
		const struct filter *filter = NULL;
		struct error why = { "" };
		struct text text;
		int result = member_url_parse(rows[i].url, arena, arena, &base, &scope, &filter, &why);
		if (result != (rows[i].base == NULL))
			print_error("%s: %s\n", rows[i].url, why.text);
		assert_int_equal(result, rows[i].base == NULL);
		assert_int_equal(why.text[0] != '\0', result);
		text_init(&text, 1000);
		if (result == 0) {
			assert_int_equal(scope, rows[i].scope);
			dn_normal(&base, &text);
			assert_string_equal(text_string(&text), rows[i].base);
			text_reset(&text);
			if (filter != NULL)
				filter_print(filter, &text);
			assert_string_equal(text_string(&text), rows[i].filter);
		}
		text_release(&text);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_parse) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "directory/server/session.h"

/* What is wrong with options is said before anything is connected; NULL: nothing is. */
static const struct {
	struct session_options options;
	const char *words;
} cases[] = {
	{{.uris = {"ldap://a"}}, NULL},
	{{.uris = {"ldaps://a:636", "ldapi://%2Frun%2Fldapi"}, .bind_dn = "cn=x", .password_file = "p"}, NULL},
	{{.uris = {"ldapi://%2Frun%2Fldapi"}, .mechanism = "EXTERNAL"}, NULL},
	{{.uris = {"ldaps://a"}, .mechanism = "external", .certificate_file = "c", .key_file = "k"}, NULL},
	{{.uris = {"ldap://a"}, .mechanism = "GSSAPI"}, NULL},
	{{.uris = {"ldap://a"}, .mechanism = "GSSAPI", .keytab = "k", .sasl_user = "u"}, NULL},
	{{.uris = {"ldap://a"}, .mechanism = "SCRAM-SHA-256", .sasl_user = "u", .password_file = "p"}, NULL},

	{{.uris = {NULL}}, "no address"},
	{{.uris = {"a"}}, "is no address of a directory server"},
	{{.uris = {"http://a"}}, "is no address of a directory server"},
	{{.uris = {"cldap://a"}}, "is no address of a directory server"},
	{{.uris = {"ldap://a", "ldap://b ldap://c"}}, "is not one address"},
	{{.uris = {"ldap://localhost,ldap://c"}}, "is not one address"},
	{{.uris = {"ldap://localhost\tldap://c"}}, "is not one address"},
	{{.uris = {"ldap://localhost:389@c"}}, "is no LDAP URI"},
	{{.uris = {"ldap://a"}, .bind_dn = "cn=x"}, "needs a password file"},
	{{.uris = {"ldap://a"}, .password_file = "p"}, "no bind DN"},
	{{.uris = {"ldap://a"}, .mechanism = "PLAIN", .sasl_user = "u", .password_file = "p"}, "write EXTERNAL, GSSAPI or"},
	{{.uris = {"ldap://a"}, .mechanism = ""}, "write EXTERNAL, GSSAPI or"},
	{{.uris = {"ldap://a"}, .mechanism = "SCRAM-SHA-256", .password_file = "p"}, "needs a user and a password file"},
	{{.uris = {"ldap://a"}, .mechanism = "SCRAM-SHA-256", .sasl_user = "u"}, "needs a user and a password file"},
	{{.uris = {"ldap://a"}, .mechanism = "GSSAPI", .password_file = "p"}, "GSSAPI uses none"},
	{{.uris = {"ldapi:///", "ldaps://a"}, .mechanism = "EXTERNAL"}, "EXTERNAL at ldaps://a needs a client certificate"},
	{{.uris = {"ldaps://a"}, .keytab = "k"}, "for the mechanism GSSAPI only"},
	{{.uris = {"ldaps://a"}, .certificate_file = "c"}, "belong together"},
	{{.uris = {"ldaps://a"}, .key_file = "k"}, "belong together"},
};

static void test_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error why = {""};
		int result = session_options_check(&cases[i].options, &why);

		print_message("%zu: %s\n", i, why.text);
		assert_int_equal(result < 0, cases[i].words != NULL);
		if (cases[i].words)
			assert_non_null(strstr(why.text, cases[i].words));
	}
}

/* What zeroes mean is the strict thing. */
static void test_zero(void **state)
{
	(void)state;
	assert_int_equal(SESSION_TLS_DEMAND, 0);
	assert_int_equal(SESSION_VERIFY_DEMAND, 0);
}

static void test_copy(void **state)
{
	char text[] = "ldap://a", keytab[] = "/k";
	const struct session_options options = {.uris = {text}, .keytab = keytab, .crl_file = keytab};
	struct session_options *copy = session_options_copy(&options);

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	memset(keytab, 'x', sizeof(keytab) - 1);
	assert_string_equal(copy->uris[0], "ldap://a");
	assert_string_equal(copy->keytab, "/k");
	assert_string_equal(copy->crl_file, "/k");
	assert_null(copy->mechanism);
	assert_int_equal(copy->connect_ms, 5000);
	session_options_free(copy);
	session_options_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "directory/content_sync/sync_message.h"

/* ---- making messages ---- */

static struct berval flatten(BerElement *ber)
{
	struct berval value;

	assert_int_equal(ber_flatten2(ber, &value, 1), 0);
	ber_free(ber, 1);
	return value;
}

static char uuid_octets[] = "\x01\x23\x45\x67\x89\xab\xcd\xef\x00\x11\x22\x33\x44\x55\x66\x77";
static const struct berval uuid = {16, uuid_octets};
static const char uuid_text[] = "01234567-89ab-cdef-0011-223344556677";
static char cookie_octets[] = "rid=000,sid=001,csn=20261121173926.126411Z#000000#001#000000;20261121173926.126411Z#000000#002#000000";
static const struct berval cookie = {sizeof(cookie_octets) - 1, cookie_octets};

static bool parse_state(struct berval value, struct sync_state *state, struct position *position)
{
	char oid[] = LDAP_CONTROL_SYNC_STATE, other_oid[] = "1.2.3";
	LDAPControl other = {.ldctl_oid = other_oid}, control = {.ldctl_oid = oid, .ldctl_value = value};
	LDAPControl *controls[] = {&other, &control, NULL};
	bool sound;

	memset(state, 0, sizeof(*state));
	sound = sync_state_parse(controls, state, position);
	ber_memfree(value.bv_val);
	return sound;
}

static bool parse_info(struct berval value, struct sync_info *info, struct position *position)
{
	bool sound = sync_info_parse(&value, info, position);

	ber_memfree(value.bv_val);
	return sound;
}

/* ---- tests ---- */

static void test_state(void **nothing)
{
	struct position position = {0};
	struct sync_state state;
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	(void)nothing;
	ber_printf(ber, "{eO}", LDAP_SYNC_MODIFY, &uuid);
	assert_true(parse_state(flatten(ber), &state, &position));
	assert_int_equal(state.state, LDAP_SYNC_MODIFY);
	assert_string_equal(state.key, uuid_text);
	assert_false(state.cookie);
	assert_int_equal(position.count, 0);

	ber = ber_alloc_t(LBER_USE_DER);
	ber_printf(ber, "{eOO}", LDAP_SYNC_DELETE, &uuid, &cookie);
	assert_true(parse_state(flatten(ber), &state, &position));
	assert_int_equal(state.state, LDAP_SYNC_DELETE);
	assert_true(state.cookie);
	assert_int_equal(position.count, 2);
	assert_string_equal(position_value(&position, "002"), "20261121173926.126411Z#000000#002#000000");
}

static void test_broken_state(void **nothing)
{
	const struct berval shorter = {15, uuid_octets};
	struct position position = {0};
	struct sync_state state;
	LDAPControl *none[] = {NULL};
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	(void)nothing;
	ber_printf(ber, "{eO}", LDAP_SYNC_ADD, &shorter);
	assert_false(parse_state(flatten(ber), &state, &position));
	ber = ber_alloc_t(LBER_USE_DER);
	ber_printf(ber, "{e}", LDAP_SYNC_ADD);
	assert_false(parse_state(flatten(ber), &state, &position));
	assert_false(sync_state_parse(none, &state, &position));
	assert_false(parse_state((struct berval){0, NULL}, &state, &position));
}

static void test_refresh_ends(void **nothing)
{
	static const struct {
		ber_tag_t tag;
		int done; /* -1: not said, which means TRUE */
		enum sync_info_kind kind;
	} cases[] = {
		{LDAP_TAG_SYNC_REFRESH_DELETE, -1, SYNC_INFO_REFRESH_DELETE},
		{LDAP_TAG_SYNC_REFRESH_DELETE, 1, SYNC_INFO_REFRESH_DELETE},
		{LDAP_TAG_SYNC_REFRESH_PRESENT, 0, SYNC_INFO_REFRESH_PRESENT},
		{LDAP_TAG_SYNC_REFRESH_PRESENT, -1, SYNC_INFO_REFRESH_PRESENT},
	};

	(void)nothing;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct position position = {0};
		struct sync_info info;
		BerElement *ber = ber_alloc_t(LBER_USE_DER);

		ber_printf(ber, "t{", cases[i].tag);
		if (i % 2 == 1)
			ber_printf(ber, "O", &cookie);
		if (cases[i].done >= 0)
			ber_printf(ber, "b", cases[i].done);
		ber_printf(ber, "N}");
		assert_true(parse_info(flatten(ber), &info, &position));
		assert_int_equal(info.kind, cases[i].kind);
		assert_int_equal(info.done, cases[i].done != 0);
		assert_int_equal(info.cookie, i % 2 == 1);
		assert_int_equal(position.count, i % 2 == 1 ? 2 : 0);
	}
}

/* Where it should say whether the refresh has ended, there is something else: it is not taken for the end. */
static void test_broken_end(void **nothing)
{
	static const struct {
		size_t length;
		const char *octets;
	} cases[] = {
		{5, "\xa2\x03\x01\x05\x00"}, {6, "\xa2\x04\x01\x02\x00\x00"}, {5, "\xa2\x03\x02\x01\x00"},
		{3, "\xa1\x01\x01"},         {4, "\xa1\x02\x04\x7f"},
	};

	(void)nothing;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct position position = {0};
		struct sync_info info;
		BerElement *ber = ber_alloc_t(LBER_USE_DER);

		ber_write(ber, cases[i].octets, cases[i].length, 0);
		assert_false(parse_info(flatten(ber), &info, &position) && info.done);
	}
}

static void test_new_cookie(void **nothing)
{
	struct position position = {0};
	struct sync_info info;
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	(void)nothing;
	ber_printf(ber, "tO", LDAP_TAG_SYNC_NEW_COOKIE, &cookie);
	assert_true(parse_info(flatten(ber), &info, &position));
	assert_int_equal(info.kind, SYNC_INFO_NEW_COOKIE);
	assert_int_equal(position.count, 2);
}

static void test_id_set(void **nothing)
{
	struct position position = {0};
	struct sync_info info;
	char key[SYNC_KEY_SIZE];

	(void)nothing;
	for (int deletes = -1; deletes <= 1; deletes++) {
		BerElement *ber = ber_alloc_t(LBER_USE_DER);

		ber_printf(ber, "t{", LDAP_TAG_SYNC_ID_SET);
		if (deletes >= 0)
			ber_printf(ber, "b", deletes);
		ber_printf(ber, "[OO]N}", &uuid, &uuid);
		assert_true(parse_info(flatten(ber), &info, &position));
		assert_int_equal(info.kind, SYNC_INFO_ID_SET);
		assert_int_equal(info.deletes, deletes == 1);
		assert_true(sync_key_print(&info.ids[1], key));
		assert_string_equal(key, uuid_text);
		assert_null(info.ids[2].bv_val);
		ber_bvarray_free(info.ids);
	}
}

static void test_broken_info(void **nothing)
{
	struct position position = {0};
	struct sync_info info;
	char octets[] = "\xa3\x05\x04\x03";

	(void)nothing;
	for (size_t length = 0; length < sizeof(octets); length++) {
		struct berval value = {length, octets};

		assert_false(sync_info_parse(&value, &info, &position));
		assert_null(info.ids);
	}
}

static void test_cookies(void **nothing)
{
	static const struct {
		const char *cookie, *key, *value; /* key NULL: says nothing */
	} cases[] = {
		{"rid=000,csn=20261121173926.126411Z#000000#001#000000", "001", "20261121173926.126411Z#000000#001#000000"},
		{"rid=000,csn=20261121173926.126411Z#000000#001#000000,delcsn=x", "001", "20261121173926.126411Z#000000#001#000000"},
		{"host:389#cn=dm:o=acme:(objectClass=*)#42", "change", "00000000000000000042"},
		{"host:389#cn=dm:o=acme:(objectClass=*)#4294967295", NULL, NULL},
		{"rid=000", NULL, NULL},
		{"csn=", NULL, NULL},
		{"csn=;;,", NULL, NULL},
		{"42", NULL, NULL},
		{"", NULL, NULL},
	};

	(void)nothing;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct position position = {0};
		struct berval value = {strlen(cases[i].cookie), (char *)(uintptr_t)cases[i].cookie};

		sync_cookie_read(&value, &position);
		assert_int_equal(position.count, cases[i].key != NULL);
		if (cases[i].key)
			assert_string_equal(position_value(&position, cases[i].key), cases[i].value);
	}
}

static void test_request(void **nothing)
{
	LDAPControl control;

	(void)nothing;
	assert_true(sync_request_make(&control));
	assert_int_equal(control.ldctl_value.bv_len, 5);
	assert_memory_equal(control.ldctl_value.bv_val, "\x30\x03\x0a\x01\x03", 5);
	assert_true(control.ldctl_iscritical);
	ber_memfree(control.ldctl_value.bv_val);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),    cmocka_unit_test(test_broken_state), cmocka_unit_test(test_refresh_ends),
		cmocka_unit_test(test_broken_end),
		cmocka_unit_test(test_new_cookie), cmocka_unit_test(test_id_set),     cmocka_unit_test(test_broken_info),
		cmocka_unit_test(test_cookies),  cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

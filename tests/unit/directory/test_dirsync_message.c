#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "directory/dirsync/dirsync_message.h"

/* MS-DTYP section 2.3.4: the first three fields have their least octet first. */
static void test_guid(void **state)
{
	static const char octets[] = "\x70\x20\x6b\x9b\x1d\x97\xda\x46\xb5\x85\xa2\x91\x93\xf9\x0f\x1b";
	struct dirsync_guid guid, again;
	char text[DIRSYNC_GUID_SIZE];
	struct text filter;

	(void)state;
	assert_true(dirsync_guid_take(octets, 16, &guid));
	assert_false(dirsync_guid_take(octets, 15, &guid));
	dirsync_guid_print(&guid, text);
	assert_string_equal(text, "9b6b2070-971d-46da-b585-a29193f90f1b");
	assert_true(dirsync_guid_parse(text, &again));
	assert_memory_equal(&guid, &again, sizeof(guid));
	assert_false(dirsync_guid_parse("9b6b2070-971d-46da-b585-a29193f90f1", &again));
	assert_false(dirsync_guid_parse("9b6b2070-971d-46da-b585-a29193f90f1b0", &again));
	assert_false(dirsync_guid_parse("9b6b2070-971d-46da-b585a-29193f90f1b", &again));
	text_init(&filter, 1000);
	dirsync_guid_filter(&guid, &filter);
	assert_string_equal(text_string(&filter), "(objectGUID=\\70\\20\\6b\\9b\\1d\\97\\da\\46\\b5\\85\\a2\\91\\93\\f9\\0f\\1b)");
	text_release(&filter);
}

static void test_range(void **state)
{
	struct dirsync_range range;

	(void)state;
	assert_true(dirsync_range_parse("member;range=0-1499", &range));
	assert_int_equal(range.name_length, 6);
	assert_int_equal(range.first, 0);
	assert_int_equal(range.last, 1499);
	assert_false(range.ends);
	assert_true(dirsync_range_parse("member;Range=1500-*", &range));
	assert_int_equal(range.first, 1500);
	assert_true(range.ends);
	assert_false(dirsync_range_parse("member", &range));
	assert_false(dirsync_range_parse("cn;lang-de", &range));
	assert_false(dirsync_range_parse("member;range=", &range));
	assert_false(dirsync_range_parse("member;range=5-4", &range));
	assert_false(dirsync_range_parse("member;range=0-9x", &range));
	assert_false(dirsync_range_parse("member;range=0-99999999999999999999999", &range));
}

static void test_answer(void **state)
{
	static char more[] = "\x30\x0e\x02\x01\x01\x02\x01\x00\x04\x06" "cookie", broken[] = "\x30\x0e\x02\x01";
	struct dirsync_answer answer;

	(void)state;
	assert_true(dirsync_answer_parse(&(struct berval){16, more}, &answer));
	assert_true(answer.more);
	assert_int_equal(answer.cookie.bv_len, 6);
	assert_memory_equal(answer.cookie.bv_val, "cookie", 6);
	ber_memfree(answer.cookie.bv_val);
	assert_false(dirsync_answer_parse(&(struct berval){4, broken}, &answer));
	assert_null(answer.cookie.bv_val);
	assert_false(dirsync_answer_parse(&(struct berval){0, NULL}, &answer));
}

/* The first question has an empty cookie; the flags are LDAP_DIRSYNC_OBJECT_SECURITY and _INCREMENTAL_VALUES. */
static void test_request(void **state)
{
	static const char wanted[] = "\x30\x0e\x02\x04\x80\x00\x00\x01\x02\x04\x00\x80\x00\x00\x04\x00";
	const struct berval none = {0, NULL};
	LDAPControl control;

	(void)state;
	assert_true(dirsync_request_make(&none, &control));
	assert_string_equal(control.ldctl_oid, "1.2.840.113556.1.4.841");
	assert_true(control.ldctl_iscritical);
	assert_int_equal(control.ldctl_value.bv_len, 16);
	assert_memory_equal(control.ldctl_value.bv_val, wanted, 16);
	ber_memfree(control.ldctl_value.bv_val);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guid),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

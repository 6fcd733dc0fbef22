#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "directory/server/entry_id.h"

static const char *key_of(struct arena *arena, const char *name, const char *octets, size_t length, instant *changed)
{
	const struct record_value values[] = {{octets, length}}, when[] = {{"20261121195106Z", 15}};
	const struct record_attribute attributes[] = {{name, values, 1}, {"modifytimestamp", when, 1}};
	const struct record record = {"uid=A , o=Acme", 14, NULL, attributes, 2, 0};
	struct entry_id id;

	assert_int_equal(entry_id_read(&record, arena, &id, NULL), 0);
	if (changed)
		*changed = id.changed;
	return id.key;
}

#define KEY(name, text) key_of(arena, name, text, strlen(text), NULL)
#define UUID            "0123abcd-4567-89ab-cdef-0123456789ab"

static void test_ids(void **state)
{
	struct arena *arena = arena_new();
	instant changed;

	(void)state;
	assert_string_equal(KEY("entryUUID", UUID), UUID);
	assert_string_equal(KEY("ENTRYUUID", "0123ABCD-4567-89AB-CDEF-0123456789AB"), UUID);
	assert_string_equal(KEY("nsUniqueId", "0123abcd-456789ab-cdef0123-456789ab"), UUID);
	assert_string_equal(key_of(arena, "objectGUID", "\x01\x23\xab\xcd\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab", 16,
	                           &changed), UUID);
	assert_true(changed == (instant)1795290666 * INSTANT_SECOND);
	assert_string_equal(KEY("orclGUID", "Abc-9"), "abc-9");
	/* No id: the DN, in its one form. */
	assert_string_equal(KEY("entryUUID", "not a word"), "uid=a,o=acme");
	assert_string_equal(KEY("entryUUID", ""), "uid=a,o=acme");
	assert_string_equal(KEY("uid", UUID), "uid=a,o=acme");
	arena_free(arena);
}

static void test_no_time(void **state)
{
	static const char *const none[] = {"", "yesterday", "99991231235959Z", "16781231235959Z", "20261121195106Z\0x"};
	struct arena *arena = arena_new();
	struct error why;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		const struct record_value values[] = {{none[i], i == 4 ? 17 : strlen(none[i])}};
		const struct record_attribute attributes[] = {{"modifyTimestamp", values, 1}};
		const struct record record = {"o=acme", 6, NULL, attributes, 1, 0}, nowhere = {"acme", 4, NULL, attributes, 1, 0};
		struct entry_id id;

		assert_int_equal(entry_id_read(&record, arena, &id, &why), 0);
		assert_true(id.changed == INSTANT_MIN);
		assert_true(entry_id_read(&nowhere, arena, &id, &why) < 0);
		assert_non_null(strstr(why.text, "is no DN"));
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

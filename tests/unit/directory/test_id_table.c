#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "directory/poll/id_table.h"

static void put(struct id_table *table, const char *key, const char *dn, instant changed)
{
	id_table_put(table, key, dn, strlen(dn), changed);
}

static void has(struct id_table *table, const char *key, const char *dn, instant changed)
{
	id_table_list_has(table, key, dn, strlen(dn), changed);
}

static void assert_tally(const struct id_table *table, size_t present, size_t to_read, size_t missed, size_t gone)
{
	struct id_tally tally = id_table_count(table);

	assert_int_equal(tally.present, present);
	assert_int_equal(tally.to_read, to_read);
	assert_int_equal(tally.missed, missed);
	assert_int_equal(tally.gone, gone);
}

static void test_what_a_list_shows(void **state)
{
	struct id_table *table = id_table_new();

	(void)state;
	put(table, "same", "cn=same", 1);
	put(table, "moved", "cn=moved", 1);
	put(table, "changed", "cn=changed", 1);
	put(table, "timeless", "cn=timeless", INSTANT_MIN);
	assert_tally(table, 4, 0, 0, 0);
	id_table_list_begin(table);
	has(table, "same", "cn=same", 1);
	has(table, "moved", "cn=moved,o=acme", 1);
	has(table, "changed", "cn=changed", 2);
	has(table, "timeless", "cn=timeless", INSTANT_MIN);
	has(table, "new", "cn=new", 1);
	id_table_list_end(table);
	assert_tally(table, 5, 4, 0, 0);
	for (size_t i = 0; id_table_row(table, i); i++)
		assert_int_equal(id_row_is_to_read(id_table_row(table, i)), strcmp(id_table_row(table, i)->key, "same") != 0);
	put(table, "moved", "cn=moved,o=acme", 1);
	assert_tally(table, 5, 3, 0, 0);
	id_table_free(table);
}

static void test_gone_after_two_lists(void **state)
{
	struct id_table *table = id_table_new();

	(void)state;
	put(table, "a", "cn=a", 1);
	put(table, "b", "cn=b", 1);
	id_table_list_begin(table);
	has(table, "a", "cn=a", 1);
	id_table_list_end(table);
	assert_tally(table, 2, 0, 1, 0);
	id_table_list_begin(table);
	has(table, "b", "cn=b", 1); /* it had escaped */
	id_table_list_end(table);
	assert_tally(table, 2, 0, 1, 0);
	id_table_list_begin(table);
	has(table, "b", "cn=b", 1);
	id_table_list_end(table);
	assert_tally(table, 1, 0, 0, 1);
	id_table_drop_gone(table);
	assert_tally(table, 1, 0, 0, 0);
	assert_string_equal(id_table_row(table, 0)->key, "b");
	/* A list that was not read to its end says nothing of what is missing. */
	id_table_list_begin(table);
	id_table_list_begin(table);
	assert_tally(table, 1, 0, 0, 0);
	id_table_free(table);
}

static void test_puts_that_were_not_taken(void **state)
{
	struct id_table *table = id_table_new();

	(void)state;
	put(table, "a", "cn=a", 1);
	id_table_forget_puts(table);
	put(table, "b", "cn=b", 1);
	id_table_undo_puts(table);
	assert_tally(table, 2, 1, 0, 0);
	assert_false(id_row_is_to_read(id_table_row(table, 0)));
	assert_true(id_row_is_to_read(id_table_row(table, 1)));
	id_table_free(table);
}

static void test_many(void **state)
{
	struct id_table *table = id_table_new();
	char key[20];

	(void)state;
	for (int round = 0; round < 3; round++) {
		id_table_list_begin(table);
		for (int i = 0; i < 5000; i++) {
			snprintf(key, sizeof(key), "k%d", i);
			if (round == 0)
				put(table, key, key, i);
			if (round == 0 || i % 5 != 0)
				has(table, key, key, i);
		}
		id_table_list_end(table);
	}
	assert_tally(table, 4000, 0, 0, 1000);
	id_table_drop_gone(table);
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		put(table, key, key, i);
	}
	assert_tally(table, 5000, 0, 0, 0);
	id_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_list_shows),
		cmocka_unit_test(test_gone_after_two_lists),
		cmocka_unit_test(test_puts_that_were_not_taken),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What differs between two snapshots. */
#include "model/difference.h"

#include "../../support/records.h"
#include "base/text.h"
#include "model/builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const marks[DIFFERENCE_KINDS] = {"-", ">", "~", "+"};

static void assert_difference(const struct snapshot *before, const struct snapshot *after, const char *wanted)
{
	struct difference difference;
	struct text found;

	text_init(&found, 65536);
	difference_make(before, after, &difference);
	for (size_t i = 0; i < difference.count; i++) {
		const struct difference_item *item = &difference.items[i];

		text_print(&found, "%s ", marks[item->kind]);
		if (item->kind == DIFFERENCE_RENAMED) {
			snapshot_print_dn(before, item->before->node, &found);
			text_append(&found, " to ");
		}
		snapshot_print_dn(item->after ? after : before, (item->after ? item->after : item->before)->node, &found);
		text_append(&found, "\n");
	}
	assert_string_equal(text_string(&found), wanted);
	difference_release(&difference);
	text_release(&found);
}

#define OU(key, dn) "dn: " dn "\nkey: " key "\nobjectClass: organizationalUnit\n\n"
#define PERSON(key, dn, more) "dn: " dn "\nkey: " key "\nobjectClass: inetOrgPerson\n" more "\n"
#define START                                                                                                   \
	OU("k0", "o=acme") OU("k1", "ou=people,o=acme") PERSON("k2", "uid=mia,ou=people,o=acme", "cn: Mia\n")        \
	PERSON("k3", "uid=ben,ou=people,o=acme", "cn: Ben\n")

/* What `change` makes of START. */
static void assert_change(void (*change)(struct builder *builder), const char *wanted)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *before, *after;

	records_put(builder, 0, START);
	before = builder_freeze(builder);
	change(builder);
	after = builder_freeze(builder);
	assert_difference(before, after, wanted);
	snapshot_drop(before);
	snapshot_drop(after);
	builder_free(builder);
}

static void nothing(struct builder *builder)
{
	records_put(builder, 0, START);
}

static void all_kinds(struct builder *builder)
{
	records_put(builder, 0, PERSON("k2", "uid=mia,ou=people,o=acme", "cn: Mia B.\n"));
	records_put(builder, 0, PERSON("k5", "uid=zoe,ou=people,o=acme", "") PERSON("k4", "uid=ann,ou=people,o=acme", ""));
	assert_int_equal(builder_remove(builder, 0, "k3"), 0);
}

static void subtree(struct builder *builder)
{
	records_put(builder, 0, OU("k1", "ou=staff,o=acme"));
}

static void moved_and_changed(struct builder *builder)
{
	records_put(builder, 0, PERSON("k3", "uid=benjamin,ou=people,o=acme", "cn: Benjamin\n"));
}

/* Its place is taken over at once, and node ids are used again. */
static void replaced(struct builder *builder)
{
	builder_remove(builder, 0, "k3");
	records_put(builder, 0, PERSON("k6", "uid=ben,ou=people,o=acme", "cn: Ben\n"));
}

static void other_source(struct builder *builder)
{
	builder_remove(builder, 0, "k3");
	records_put(builder, 1, PERSON("k3", "uid=other,ou=people,o=acme", "cn: Ben\n"));
}

static void back_again(struct builder *builder)
{
	all_kinds(builder);
	builder_remove(builder, 0, "k4");
	builder_remove(builder, 0, "k5");
	nothing(builder);
}

static void test_changes(void **state)
{
	(void)state;
	assert_change(nothing, "");
	assert_change(all_kinds, "- uid=ben,ou=people,o=acme\n~ uid=mia,ou=people,o=acme\n+ uid=ann,ou=people,o=acme\n"
	                         "+ uid=zoe,ou=people,o=acme\n");
	assert_change(subtree, "> ou=people,o=acme to ou=staff,o=acme\n> uid=ben,ou=people,o=acme to uid=ben,ou=staff,o=acme\n"
	                       "> uid=mia,ou=people,o=acme to uid=mia,ou=staff,o=acme\n");
	assert_change(moved_and_changed, "> uid=ben,ou=people,o=acme to uid=benjamin,ou=people,o=acme\n");
	assert_change(replaced, "- uid=ben,ou=people,o=acme\n+ uid=ben,ou=people,o=acme\n");
	assert_change(other_source, "- uid=ben,ou=people,o=acme\n+ uid=other,ou=people,o=acme\n");
	assert_change(back_again, "");
}

static void test_from_nothing(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *empty = builder_freeze(builder), *after;
	const char *wanted = "+ o=acme\n+ ou=people,o=acme\n+ uid=ben,ou=people,o=acme\n+ uid=mia,ou=people,o=acme\n";

	(void)state;
	assert_difference(NULL, empty, "");
	records_put(builder, 0, START);
	after = builder_freeze(builder);
	assert_difference(NULL, after, wanted);
	assert_difference(empty, after, wanted);
	snapshot_drop(empty);
	snapshot_drop(after);
	builder_free(builder);
}

/* A directory that was read again whole: entries that are parsed anew say what they said. */
static void test_refresh(void **state)
{
	struct builder *builder = builder_new(NULL, NULL), *beside;
	struct snapshot *before, *after;

	(void)state;
	records_put(builder, 0, START);
	before = builder_freeze(builder);
	beside = builder_new(before, NULL);
	builder_refresh_begin(beside, 0);
	records_put(beside, 0, OU("k0", "o=acme") OU("k1", "ou=people,o=acme")
	                       PERSON("k2", "uid=mia,ou=people,o=acme", "cn: Mia\n"));
	builder_refresh_end(beside);
	after = builder_freeze(beside);
	assert_difference(before, after, "- uid=ben,ou=people,o=acme\n");
	snapshot_drop(before);
	snapshot_drop(after);
	builder_free(beside);
	builder_free(builder);
}

/* Many entries, of which few change: the trees of the two are of other heights too. */
static void test_many(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *before, *after;
	char text[200];

	(void)state;
	records_put(builder, 0, START);
	before = builder_freeze(builder);
	for (int i = 0; i < 9000; i++) {
		snprintf(text, sizeof(text), "dn: uid=u%d,ou=people,o=acme\nkey: u%d\nobjectClass: inetOrgPerson\n", i, i);
		records_put(builder, 0, text);
	}
	records_put(builder, 0, PERSON("k2", "uid=mia,ou=people,o=acme", "cn: M\n"));
	after = builder_freeze(builder);
	for (int i = 0; i < 9000; i++) {
		snprintf(text, sizeof(text), "u%d", i);
		if (i != 4711)
			builder_remove(builder, 0, text);
	}
	snapshot_drop(after);
	after = builder_freeze(builder);
	assert_difference(before, after, "~ uid=mia,ou=people,o=acme\n+ uid=u4711,ou=people,o=acme\n");
	assert_difference(after, before, "- uid=u4711,ou=people,o=acme\n~ uid=mia,ou=people,o=acme\n");
	snapshot_drop(before);
	snapshot_drop(after);
	builder_free(builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_from_nothing),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

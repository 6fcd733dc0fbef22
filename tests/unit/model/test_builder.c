/* The builder: putting, moving, removing, refreshing.  That whatever happened, the index is what one built from scratch
 * of the same entries would be, is in tests/property/test_index.c. */
#include "model/builder.h"

#include "../../support/records.h"
#include "model/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PERSON(key, dn) "dn: " dn "\nkey: " key "\nobjectClass: inetOrgPerson\n"
#define WORKSPACE(key, dn) "dn: " dn "\nkey: " key "\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\n"
#define GROUP(key, dn) "dn: " dn "\nkey: " key "\nobjectClass: groupOfNames\n"

static const struct entry *entry_at(const struct snapshot *snapshot, const char *dn)
{
	node_id node = snapshot_find_dn(snapshot, dn);

	return node != NODE_NONE ? snapshot_entry(snapshot, node) : NULL;
}

static void assert_key_at(const struct snapshot *snapshot, const char *dn, const char *key)
{
	const struct entry *entry = entry_at(snapshot, dn);

	if (key == NULL) {
		assert_null(entry);
		return;
	}
	assert_non_null(entry);
	assert_string_equal(entry->key, key);
	assert_int_equal(entry->node, snapshot_find_dn(snapshot, dn));
}

/* ---- one entry ---- */

static void test_put(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	(void)state;

	assert_int_equal(record_put(builder, 3, PERSON("k1", "uid=ann,ou=people,o=acme") "uid: ann\n", NULL), BUILDER_DONE);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "UID=Ann, ou=People,O=acme", "k1");
	assert_int_equal(entry_at(snapshot, "uid=ann,ou=people,o=acme")->source, 3);
	assert_int_equal(snapshot_count(snapshot, KIND_PERSON), 1);
	assert_int_equal(snapshot_people_with(snapshot, "uid"), 1);
	assert_int_equal(snapshot_people_with(snapshot, "mail"), 0);
	snapshot_drop(snapshot);
	builder_free(builder);
}

static void test_unchanged(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct error why;
	(void)state;

	assert_int_equal(record_put(builder, 0, PERSON("k1", "uid=ann,o=acme") "mail: a@x\n", &why), BUILDER_DONE);
	assert_int_equal(record_put(builder, 0, PERSON("k1", "uid=ann,o=acme") "mail: a@x\n", &why), BUILDER_UNCHANGED);
	assert_int_equal(record_put(builder, 0, PERSON("k1", "uid=ann, o=acme") "mail: a@x\n", &why), BUILDER_UNCHANGED);
	assert_int_equal(record_put(builder, 0, PERSON("k1", "uid=Ann,o=acme") "mail: a@x\n", &why), BUILDER_DONE);
	assert_int_equal(record_put(builder, 0, PERSON("k1", "uid=Ann,o=acme") "mail: b@x\n", &why), BUILDER_DONE);
	assert_int_equal(record_put(builder, 0, PERSON("k1", "uid=Ann,o=acme") "mail: b@x\nmail: c@x\n", &why),
	                 BUILDER_DONE);
	builder_free(builder);
}

/* When it was written matters of what has members, and of nothing else. */
static void test_written_again(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	const char *const group = "dn: cn=g,o=acme\nkey: g\nobjectClass: groupOfNames\ncn: g\nmember: uid=ann,o=acme\n";
	struct snapshot *snapshot;
	char again[256];
	(void)state;

	assert_int_equal(record_put(builder, 0, PERSON("p", "uid=ann,o=acme") "changed: 1\n", NULL), BUILDER_DONE);
	assert_int_equal(record_put(builder, 0, PERSON("p", "uid=ann,o=acme") "changed: 2\n", NULL), BUILDER_UNCHANGED);
	assert_int_equal(record_put(builder, 0, group, NULL), BUILDER_DONE);
	for (int i = 0; i < 2; i++) {
		snprintf(again, sizeof(again), "%schanged: %d\n", group, 7 + i);
		assert_int_equal(record_put(builder, 0, again, NULL), BUILDER_DONE);
		assert_int_equal(record_put(builder, 0, again, NULL), BUILDER_UNCHANGED);
	}
	snapshot = builder_freeze(builder);
	assert_int_equal(snapshot_entry(snapshot, snapshot_find_dn(snapshot, "cn=g,o=acme"))->changed, 8);
	assert_int_equal(snapshot_entry(snapshot, snapshot_find_dn(snapshot, "uid=ann,o=acme"))->changed, 0);
	snapshot_drop(snapshot);
	builder_free(builder);
}

static void test_bad_dn(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct error why = { "" };
	(void)state;

	assert_int_equal(record_put(builder, 0, PERSON("k1", "ann at acme"), &why), BUILDER_BAD_DN);
	assert_true(why.text[0] != '\0');
	why.text[0] = '\0';
	assert_int_equal(record_put(builder, 0, PERSON("k1", ""), &why), BUILDER_BAD_DN);
	assert_true(why.text[0] != '\0');
	assert_int_equal(builder_remove(builder, 0, "k1"), 1);
	builder_free(builder);
}

static void test_occupied(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct error why = { "" };
	(void)state;

	records_put(builder, 0, PERSON("k1", "uid=ann,o=acme"));
	assert_int_equal(record_put(builder, 0, PERSON("k2", "uid=ANN,o=acme"), &why), BUILDER_OCCUPIED);
	assert_non_null(strstr(why.text, "k1"));
	assert_non_null(strstr(why.text, "k2"));
	assert_non_null(strstr(why.text, "uid=ANN,o=acme"));
	/* The same key of another source is another entry. */
	assert_int_equal(record_put(builder, 1, PERSON("k1", "uid=ann,o=acme"), &why), BUILDER_OCCUPIED);
	builder_refresh_begin(builder, 1);
	assert_int_equal(record_put(builder, 1, PERSON("k1", "uid=ann,o=acme"), &why), BUILDER_OCCUPIED);
	builder_refresh_end(builder);
	builder_free(builder);
}

static void test_remove(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	char *empty, *after;
	(void)state;

	snapshot = builder_freeze(builder);
	empty = snapshot_describe(snapshot);
	snapshot_drop(snapshot);
	records_put(builder, 0, PERSON("k1", "uid=ann,ou=people,o=acme") "uid: ann\n\n"
	                        GROUP("k2", "cn=g,ou=groups,o=acme") "member: uid=ann,ou=people,o=acme\nmember: uid=x,o=y\n");
	assert_int_equal(builder_remove(builder, 1, "k1"), 1);
	assert_int_equal(builder_remove(builder, 0, "k1"), 0);
	assert_int_equal(builder_remove(builder, 0, "k1"), 1);
	snapshot = builder_freeze(builder);
	assert_int_not_equal(snapshot_find_dn(snapshot, "uid=ann,ou=people,o=acme"), NODE_NONE);
	snapshot_drop(snapshot);
	assert_int_equal(builder_remove(builder, 0, "k2"), 0);
	snapshot = builder_freeze(builder);
	after = snapshot_describe(snapshot);
	assert_string_equal(after, empty);
	free(empty);
	free(after);
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* Without a stable id the DN is the key. */
static void test_key_is_dn(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	const char *record = "dn: CN=Ann  B,O=Acme\nobjectClass: person\ncn: Ann  B\n";
	(void)state;

	assert_int_equal(record_put(builder, 0, record, NULL), BUILDER_DONE);
	assert_int_equal(record_put(builder, 0, record, NULL), BUILDER_UNCHANGED);
	assert_int_equal(builder_remove(builder, 0, "cn=ann b,o=acme"), 0);
	builder_free(builder);
}

/* ---- moving ---- */

static void test_move_subtree(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	node_id person;
	(void)state;

	records_put(builder, 0, WORKSPACE("w", "ou=old,o=acme") "\n" WORKSPACE("n", "ou=inner,ou=old,o=acme") "\n"
	                        PERSON("p", "uid=ann,cn=box,ou=inner,ou=old,o=acme") "uid: ann\n\n"
	                        GROUP("g", "cn=g,o=acme") "member: uid=ann,cn=box,ou=inner,ou=old,o=acme\n");
	records_put(builder, 1, PERSON("q", "uid=other,ou=old,o=acme"));
	assert_int_equal(record_put(builder, 0, WORKSPACE("w", "ou=new,o=acme"), NULL), BUILDER_DONE);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "ou=new,o=acme", "w");
	assert_key_at(snapshot, "ou=inner,ou=new,o=acme", "n");
	assert_key_at(snapshot, "uid=ann,cn=box,ou=inner,ou=new,o=acme", "p");
	assert_key_at(snapshot, "ou=old,o=acme", NULL);
	assert_key_at(snapshot, "uid=other,ou=old,o=acme", "q"); /* another source's stays */
	/* The reference keeps pointing to the old DN, where nobody is. */
	person = snapshot_find_dn(snapshot, "uid=ann,cn=box,ou=inner,ou=old,o=acme");
	assert_int_not_equal(person, NODE_NONE);
	assert_null(snapshot_entry(snapshot, person));
	assert_true(snapshot_related(snapshot, RELATION_MEMBER_OF, person, snapshot_find_dn(snapshot, "cn=g,o=acme")));
	snapshot_drop(snapshot);
	assert_int_equal(record_put(builder, 0, PERSON("p", "uid=ann,cn=box,ou=inner,ou=new,o=acme") "uid: ann\n", NULL),
	                 BUILDER_UNCHANGED);
	builder_free(builder);
}

static void test_move_into_itself(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	(void)state;

	records_put(builder, 0, WORKSPACE("w", "ou=a,o=acme") "\n" WORKSPACE("n", "ou=b,ou=a,o=acme"));
	assert_int_equal(record_put(builder, 0, WORKSPACE("w", "ou=c,ou=a,o=acme"), NULL), BUILDER_DONE);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "ou=c,ou=a,o=acme", "w");
	assert_key_at(snapshot, "ou=b,ou=a,o=acme", "n");
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* What is left over at the new place gives way to what moves there; what belongs to another source does not. */
static void test_move_displaces(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	(void)state;

	records_put(builder, 0, WORKSPACE("w", "ou=a,o=acme") "\n" PERSON("p", "uid=x,ou=a,o=acme") "\n"
	                        PERSON("q", "uid=y,ou=a,o=acme") "\n" PERSON("left", "uid=x,ou=b,o=acme"));
	records_put(builder, 1, PERSON("other", "uid=y,ou=b,o=acme"));
	assert_int_equal(record_put(builder, 0, WORKSPACE("w", "ou=b,o=acme"), NULL), BUILDER_DONE);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "uid=x,ou=b,o=acme", "p");
	assert_key_at(snapshot, "uid=y,ou=b,o=acme", "other");
	assert_key_at(snapshot, "uid=y,ou=a,o=acme", "q");
	assert_int_equal(builder_remove(builder, 0, "left"), 1);
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* ---- refreshing ---- */

static void test_refresh_drops_unseen(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	(void)state;

	records_put(builder, 0, PERSON("a", "uid=a,o=acme") "\n" PERSON("b", "uid=b,o=acme") "\n" PERSON("c", "uid=c,o=acme"));
	records_put(builder, 1, PERSON("a", "uid=a,o=other"));
	assert_int_equal(builder_refresh_unseen(builder), 0);
	builder_refresh_begin(builder, 0);
	assert_int_equal(builder_refresh_unseen(builder), 3);
	assert_int_equal(record_put(builder, 0, PERSON("a", "uid=a,o=acme"), NULL), BUILDER_UNCHANGED);
	assert_int_equal(record_put(builder, 0, PERSON("d", "uid=d,o=acme"), NULL), BUILDER_DONE);
	builder_refresh_seen(builder, "b");
	builder_refresh_seen(builder, "b");
	builder_refresh_seen(builder, "nobody");
	assert_int_equal(record_put(builder, 1, PERSON("e", "uid=e,o=other"), NULL), BUILDER_DONE);
	assert_int_equal(builder_refresh_unseen(builder), 1);
	builder_refresh_end(builder);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "uid=a,o=acme", "a");
	assert_key_at(snapshot, "uid=b,o=acme", "b");
	assert_int_equal(snapshot_find_dn(snapshot, "uid=c,o=acme"), NODE_NONE);
	assert_key_at(snapshot, "uid=d,o=acme", "d");
	assert_key_at(snapshot, "uid=a,o=other", "a");
	assert_key_at(snapshot, "uid=e,o=other", "e");
	assert_false(builder_refresh_torn(builder));
	snapshot_drop(snapshot);
	builder_free(builder);
}

static void test_refresh_swap(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	struct error why;
	(void)state;

	records_put(builder, 0, PERSON("a", "uid=x,o=acme") "\n" PERSON("b", "uid=y,o=acme"));
	assert_int_equal(record_put(builder, 0, PERSON("a", "uid=y,o=acme"), &why), BUILDER_OCCUPIED);
	builder_refresh_begin(builder, 0);
	assert_int_equal(record_put(builder, 0, PERSON("a", "uid=y,o=acme"), &why), BUILDER_DONE);
	assert_int_equal(record_put(builder, 0, PERSON("c", "uid=y,o=acme"), &why), BUILDER_OCCUPIED); /* it was seen */
	assert_int_equal(record_put(builder, 0, PERSON("b", "uid=x,o=acme"), &why), BUILDER_DONE);
	assert_int_equal(builder_refresh_unseen(builder), 0);
	builder_refresh_end(builder);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "uid=y,o=acme", "a");
	assert_key_at(snapshot, "uid=x,o=acme", "b");
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* Entries that the refresh saw stand where it saw them, even if what was above them moves; the others move along. */
static void test_refresh_move(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	(void)state;

	records_put(builder, 0, WORKSPACE("w", "ou=a,o=acme") "\n" PERSON("p", "uid=x,ou=a,o=acme") "\n"
	                        PERSON("q", "uid=y,ou=a,o=acme"));
	builder_refresh_begin(builder, 0);
	assert_int_equal(record_put(builder, 0, PERSON("p", "uid=x,ou=a,o=acme"), NULL), BUILDER_UNCHANGED);
	assert_false(builder_refresh_torn(builder));
	assert_int_equal(record_put(builder, 0, WORKSPACE("w", "ou=b,o=acme"), NULL), BUILDER_DONE);
	assert_true(builder_refresh_torn(builder));
	builder_refresh_seen(builder, "q");
	builder_refresh_end(builder);
	snapshot = builder_freeze(builder);
	assert_key_at(snapshot, "uid=x,ou=a,o=acme", "p");
	assert_key_at(snapshot, "uid=y,ou=b,o=acme", "q");
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* One that was not ended is forgotten. */
static void test_refresh_again(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	(void)state;

	records_put(builder, 0, PERSON("a", "uid=a,o=acme") "\n" PERSON("b", "uid=b,o=acme"));
	builder_refresh_begin(builder, 0);
	builder_refresh_seen(builder, "a");
	builder_refresh_begin(builder, 0);
	assert_int_equal(builder_refresh_unseen(builder), 2);
	builder_refresh_end(builder);
	assert_int_equal(builder_remove(builder, 0, "a"), 1);
	builder_free(builder);
}

/* ---- memory ---- */

static void put_many(struct builder *builder, int from, int to, enum builder_outcome expected)
{
	char text[200];

	for (int i = from; i < to; i++) {
		snprintf(text, sizeof(text), PERSON("k%d", "uid=u%d,o=acme") "uid: u%d\n", i, i, i);
		assert_int_equal(record_put(builder, 0, text, NULL), expected);
	}
}

static size_t octets_of_entries(struct builder *builder)
{
	struct snapshot *snapshot = builder_freeze(builder);
	struct snapshot_memory memory;

	snapshot_measure(snapshot, &memory);
	snapshot_drop(snapshot);
	return memory.entries;
}

/* What is left of entries that came together does not hold the memory of all. */
static void test_batches_shrink(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	size_t all, few;
	(void)state;

	builder_refresh_begin(builder, 0);
	put_many(builder, 0, 1000, BUILDER_DONE);
	builder_refresh_end(builder);
	all = octets_of_entries(builder);
	for (int i = 0; i < 1000; i++) {
		char key[20];

		snprintf(key, sizeof(key), "k%d", i);
		if (i % 10 != 0)
			assert_int_equal(builder_remove(builder, 0, key), 0);
	}
	builder_refresh_begin(builder, 0);
	for (int i = 0; i < 1000; i += 10)
		put_many(builder, i, i + 1, BUILDER_UNCHANGED);
	builder_refresh_end(builder);
	few = octets_of_entries(builder);
	assert_true(few * 5 < all);
	builder_free(builder);
}

/* Ids of nodes that nobody needs are used again, also by a builder that did not give them back itself. */
static void test_ids_are_used_again(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	node_id limit;
	(void)state;

	for (int i = 0; i < 1000; i++) {
		put_many(builder, i, i + 1, BUILDER_DONE);
		builder_refresh_begin(builder, 0);
		builder_refresh_end(builder);
	}
	snapshot = builder_freeze(builder);
	assert_true(snapshot->index.node_limit < 10);
	snapshot_drop(snapshot);
	put_many(builder, 0, 1000, BUILDER_DONE);
	builder_refresh_begin(builder, 0);
	builder_refresh_end(builder);
	snapshot = builder_freeze(builder);
	limit = snapshot->index.node_limit;
	builder_free(builder);
	builder = builder_new(snapshot, NULL);
	snapshot_drop(snapshot);
	put_many(builder, 0, 900, BUILDER_DONE);
	snapshot = builder_freeze(builder);
	assert_int_equal(snapshot->index.node_limit, limit);
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* ---- copies ---- */

static void test_copies(void **state)
{
	struct builder *builder = builder_new(NULL, NULL), *what_if;
	struct snapshot *before, *after, *other;
	char *texts[2];
	(void)state;

	records_put(builder, 0, PERSON("a", "uid=a,o=acme") "mail: a@x\n");
	before = builder_freeze(builder);
	what_if = builder_new(before, NULL);
	assert_int_equal(builder_remove(what_if, 0, "a"), 0);
	records_put(what_if, 0, PERSON("b", "uid=b,o=acme") "mobile: 1\n");
	other = builder_freeze(what_if);
	after = builder_freeze(builder);
	assert_true(snapshot_generation(after) > snapshot_generation(before));
	texts[0] = snapshot_describe(before);
	texts[1] = snapshot_describe(after);
	assert_string_equal(texts[0], texts[1]);
	assert_key_at(other, "uid=a,o=acme", NULL);
	assert_key_at(other, "uid=b,o=acme", "b");
	assert_int_equal(snapshot_people_with(other, "mobile"), 1);
	assert_int_equal(snapshot_people_with(after, "mobile"), 0);
	assert_int_equal(snapshot_people_with(other, "mail"), 0);
	free(texts[0]);
	free(texts[1]);
	snapshot_drop(before);
	builder_free(builder);
	snapshot_drop(after);
	builder_free(what_if);
	snapshot_drop(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_written_again),
		cmocka_unit_test(test_bad_dn),
		cmocka_unit_test(test_occupied),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_key_is_dn),
		cmocka_unit_test(test_move_subtree),
		cmocka_unit_test(test_move_into_itself),
		cmocka_unit_test(test_move_displaces),
		cmocka_unit_test(test_refresh_drops_unseen),
		cmocka_unit_test(test_refresh_swap),
		cmocka_unit_test(test_refresh_move),
		cmocka_unit_test(test_refresh_again),
		cmocka_unit_test(test_batches_shrink),
		cmocka_unit_test(test_ids_are_used_again),
		cmocka_unit_test(test_copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

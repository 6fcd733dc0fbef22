/* Looking into a snapshot: the tree, relations, names, counts. */
#include "model/snapshot.h"

#include "../../support/records.h"
#include "base/memory.h"
#include "model/index.h"
#include "model/keylist.h"
#include "model/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char directory[] =
	"dn: O=Acme\nkey: o\nobjectClass: dgOrganization\nobjectClass: organization\no: Acme\n\n"
	"dn: uid=Ann,ou=People,O=ACME\nkey: ann\nobjectClass: inetOrgPerson\nuid: Ann\nmail: ann@acme.example\n"
	"mail: a@acme.example\n\n"
	"dn: uid=bob,ou=people,o=acme\nkey: bob\nobjectClass: inetOrgPerson\nuid: bob\ndgId: Chief\nobjectClass: dgAccount\n\n"
	"dn: uid=bob,ou=others,o=acme\nkey: bob2\nobjectClass: inetOrgPerson\nuid:  BOB \n\n"
	"dn: cn=staff,ou=groups,o=acme\nkey: staff\nobjectClass: groupOfNames\nmember: uid=ann,ou=people,o=acme\n"
	"member: uid=bob,ou=people,o=acme\nmember: uid=gone,ou=people,o=acme\n\n"
	"dn: cn=unix,ou=groups,o=acme\nkey: unix\nobjectClass: posixGroup\ngidNumber: 100\nmemberUid: ann\nmemberUid: bob\n\n"
	"dn: ou=support,o=acme\nkey: ws\nobjectClass: dgWorkspace\nowner: uid=ann,ou=people,o=acme\n\n"
	"dn: cn=reader,ou=roles,o=acme\nkey: reader\nobjectClass: dgRole\ncn: reader\n"
	"dgPermission: docs.read (owner=$user.departmentNumber)\n\n"
	"dn: cn=readers,ou=support,o=acme\nkey: readers\nobjectClass: dgBinding\ncn: readers\n"
	"dgGrantsRole: cn=reader,ou=roles,o=acme\nmember: cn=staff,ou=groups,o=acme\ndgMemberFilter: (title=chief)\n";

static int setup(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);

	records_put(builder, 0, directory);
	*state = builder_freeze(builder);
	builder_free(builder);
	return 0;
}

static int teardown(void **state)
{
	snapshot_drop(*state);
	return 0;
}

static node_id at(const struct snapshot *snapshot, const char *dn)
{
	node_id node = snapshot_find_dn(snapshot, dn);

	assert_int_not_equal(node, NODE_NONE);
	return node;
}

static void assert_dn(const struct snapshot *snapshot, node_id node, const char *display, const char *normal)
{
	struct text text;

	text_init(&text, 1000);
	snapshot_print_dn(snapshot, node, &text);
	assert_string_equal(text_string(&text), display);
	text_reset(&text);
	snapshot_print_normal_dn(snapshot, node, &text);
	assert_string_equal(text_string(&text), normal);
	text_release(&text);
}

static void test_tree(void **state)
{
	const struct snapshot *snapshot = *state;
	node_id ann = at(snapshot, "UID=ann,OU=people,o=acme"), people = snapshot_parent(snapshot, ann);
	node_id top = snapshot_parent(snapshot, people);

	assert_dn(snapshot, ann, "uid=Ann,ou=People,O=Acme", "uid=ann,ou=people,o=acme");
	assert_string_equal(snapshot_entry(snapshot, ann)->key, "ann");
	assert_null(snapshot_entry(snapshot, people));
	assert_int_equal(snapshot_parent(snapshot, top), NODE_NONE);
	assert_int_equal(snapshot_parent(snapshot, NODE_NONE), NODE_NONE);
	assert_int_equal(snapshot_parent(snapshot, 1000000), NODE_NONE);
	assert_null(snapshot_entry(snapshot, NODE_NONE));
	assert_null(snapshot_entry(snapshot, UINT32_MAX));
	assert_true(snapshot_is_below(snapshot, ann, top));
	assert_true(snapshot_is_below(snapshot, ann, ann));
	assert_false(snapshot_is_below(snapshot, top, ann));
	assert_false(snapshot_is_below(snapshot, ann, NODE_NONE));
	assert_false(snapshot_is_below(snapshot, NODE_NONE, NODE_NONE));
	assert_int_equal(snapshot_find_dn(snapshot, "uid=nobody,o=acme"), NODE_NONE);
	assert_int_equal(snapshot_find_dn(snapshot, "no dn"), NODE_NONE);
	assert_int_equal(snapshot_find_dn(snapshot, ""), NODE_NONE);
	assert_null(snapshot_entry(snapshot, at(snapshot, "uid=gone,ou=people,o=acme")));
}

static void test_relations(void **state)
{
	const struct snapshot *snapshot = *state;
	node_id ann = at(snapshot, "uid=ann,ou=people,o=acme"), staff = at(snapshot, "cn=staff,ou=groups,o=acme");
	node_id readers = at(snapshot, "cn=readers,ou=support,o=acme"), node, last = NODE_NONE, seen[20];
	struct relation_cursor cursor;
	size_t count = 0;

	snapshot_relation(snapshot, RELATION_MEMBER_OF, ann, &cursor);
	assert_true(relation_next(&cursor, &node));
	assert_int_equal(node, staff);
	assert_false(relation_next(&cursor, &node));
	assert_false(relation_next(&cursor, &node));
	assert_true(snapshot_related(snapshot, RELATION_MEMBER_OF, staff, readers));
	assert_false(snapshot_related(snapshot, RELATION_MEMBER_OF, readers, staff));
	assert_true(snapshot_related(snapshot, RELATION_OWNS, ann, at(snapshot, "ou=support,o=acme")));
	assert_true(snapshot_related(snapshot, RELATION_DYNAMIC, 1, readers));
	assert_false(snapshot_related(snapshot, RELATION_MEMBER_OF, UINT32_MAX, staff));

	/* Every page of a list of one is the same as the list. */
	snapshot_relation(snapshot, RELATION_KIND, KIND_PERSON, &cursor);
	while (relation_next(&cursor, &node)) {
		assert_true(node > last);
		seen[count++] = last = node;
	}
	assert_int_equal(count, snapshot_count(snapshot, KIND_PERSON));
	last = NODE_NONE;
	for (size_t i = 0; i < count; i++) {
		snapshot_relation_after(snapshot, RELATION_KIND, KIND_PERSON, last, &cursor);
		assert_true(relation_next(&cursor, &last));
		assert_int_equal(last, seen[i]);
	}
	snapshot_relation_after(snapshot, RELATION_KIND, KIND_PERSON, last, &cursor);
	assert_false(relation_next(&cursor, &node));
	snapshot_relation_after(snapshot, RELATION_KIND, KIND_PERSON, UINT32_MAX, &cursor);
	assert_false(relation_next(&cursor, &node));
	snapshot_relation(snapshot, RELATION_KIND, UINT32_MAX, &cursor);
	assert_false(relation_next(&cursor, &node));
}

/* How many entries the name leads to; the last one's key. */
static int named(const struct snapshot *snapshot, enum name_index index, const char *text, const char **key)
{
	struct name_cursor cursor;
	node_id node;
	int count = 0;

	snapshot_name(snapshot, index, text, &cursor);
	for (; name_next(&cursor, &node); count++)
		*key = snapshot_entry(snapshot, node)->key;
	name_end(&cursor);
	return count;
}

static void assert_names(const struct snapshot *snapshot, enum name_index index, const char *text, const char *key)
{
	const char *found = NULL;

	assert_int_equal(named(snapshot, index, text, &found), key != NULL);
	if (key != NULL)
		assert_string_equal(found, key);
}

static void test_names(void **state)
{
	const struct snapshot *snapshot = *state;
	const char *key;

	assert_names(snapshot, NAME_ORGANIZATION, "acme", "o");
	assert_names(snapshot, NAME_WORKSPACE, " SUPPORT ", "ws");
	assert_names(snapshot, NAME_WORKSPACE, "acme", NULL);
	assert_names(snapshot, NAME_ROLE, "Reader", "reader");
	assert_names(snapshot, NAME_GROUP, "staff", "staff");
	assert_names(snapshot, NAME_MEMBER_UID, "ANN", "unix");
	assert_names(snapshot, NAME_GID_NUMBER, "100", "unix");
	assert_names(snapshot, NAME_PERSON_DG_ID, "chief", "bob");
	assert_names(snapshot, NAME_PERSON + 0, "ann", "ann");
	assert_names(snapshot, NAME_PERSON + 1, "A@acme.example", "ann");
	assert_names(snapshot, NAME_PERSON + 1, "ann", NULL);
	assert_names(snapshot, NAME_PERSON + 0, "nobody", NULL);
	assert_names(snapshot, NAME_PERSON + 0, "\xff", NULL);
	assert_int_equal(named(snapshot, NAME_PERSON + 0, "Bob", &key), 2);
}

static void count_named(void *context, const char *name)
{
	int *found = context;

	if (strcmp(name, "departmentnumber") == 0)
		found[0]++;
	if (strcmp(name, "title") == 0)
		found[1]++;
	assert_string_not_equal(name, "uid"); /* people have it, but no policy asks for it */
}

static void test_counts(void **state)
{
	const struct snapshot *snapshot = *state;
	int found[2] = { 0 };

	assert_int_equal(snapshot_count(snapshot, KIND_PERSON), 3);
	assert_int_equal(snapshot_count(snapshot, KIND_GROUP), 2);
	assert_int_equal(snapshot_count(snapshot, KIND_PLAN), 0);
	assert_int_equal(snapshot_people_with(snapshot, "uid"), 3);
	assert_int_equal(snapshot_people_with(snapshot, "mail"), 1);
	assert_int_equal(snapshot_people_with(snapshot, "member"), 0);
	assert_int_equal(snapshot_people_with(snapshot, "departmentnumber"), 0);
	snapshot_visit_named_attributes(snapshot, count_named, found);
	assert_true(found[0] > 0 && found[1] > 0);
}

/* Any number of attributes is counted. */
static void test_many_attributes(void **state)
{
	struct builder *builder = builder_new(*state, NULL);
	struct snapshot *snapshot;
	struct text text;
	char name[20];

	text_init(&text, 100000);
	text_append(&text, "dn: cn=many\nobjectClass: person\n");
	for (int i = 0; i < 500; i++)
		text_print(&text, "Attribute%d: x\n", i);
	records_put(builder, 0, text_string(&text));
	text_release(&text);
	snapshot = builder_freeze(builder);
	builder_free(builder);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "attribute%d", i);
		assert_int_equal(snapshot_people_with(snapshot, name), 1);
		assert_int_equal(snapshot_people_with(*state, name), 0);
	}
	assert_int_equal(snapshot_people_with(snapshot, "uid"), 3);
	snapshot_drop(snapshot);
}

/* A name is forgotten with the last entry that uses it. */
static void test_named_attributes_end(void **state)
{
	struct builder *builder = builder_new(*state, NULL);
	struct snapshot *snapshot;
	int found[2] = { 0 };

	assert_int_equal(builder_remove(builder, 0, "reader"), 0);
	snapshot = builder_freeze(builder);
	snapshot_visit_named_attributes(snapshot, count_named, found);
	assert_int_equal(found[0], 0);
	assert_true(found[1] > 0);
	snapshot_drop(snapshot);
	builder_free(builder);
}

static void test_settings(void **state)
{
	const struct model_settings given = { .person_filter = "(employeeType=staff)", .person_ids = { "cn", "mail" } };
	const struct model_settings broken = { .person_filter = "(" };
	const struct model_settings *settings = snapshot_settings(*state);
	struct builder *builder;
	struct snapshot *snapshot;

	assert_string_equal(settings->person_filter, MODEL_PERSON_FILTER);
	assert_string_equal(settings->person_ids[0], "uid");
	assert_string_equal(settings->person_ids[4], "entryUUID");
	assert_null(settings->person_ids[5]);

	builder = builder_new(NULL, &given);
	records_put(builder, 0, "dn: cn=a\nobjectClass: device\ncn: a\nemployeeType: staff\nuid: x\n\n"
	                        "dn: cn=b\nobjectClass: person\ncn: b\n");
	snapshot = builder_freeze(builder);
	assert_int_equal(snapshot_count(snapshot, KIND_PERSON), 1);
	assert_names(snapshot, NAME_PERSON + 0, "A", "cn=a");
	assert_names(snapshot, NAME_PERSON + 0, "x", NULL);
	assert_null(snapshot_settings(snapshot)->person_ids[2]);
	snapshot_drop(snapshot);
	builder_free(builder);

	builder = builder_new(NULL, &broken);
	records_put(builder, 0, "dn: cn=b\nobjectClass: person\ncn: b\n");
	snapshot = builder_freeze(builder);
	assert_int_equal(snapshot_count(snapshot, KIND_PERSON), 0);
	snapshot_drop(snapshot);
	builder_free(builder);
}

static void test_measure(void **state)
{
	struct snapshot_memory memory;

	snapshot_measure(*state, &memory);
	assert_true(memory.entries > 9 * sizeof(struct entry));
	assert_true(memory.nodes > 0 && memory.relations > 0);
	assert_int_equal(memory.total, memory.entries + memory.nodes + memory.relations);
}

/* ---- collisions ---- */

#define TRIED 100000 /* with 29 bits some nine pairs of them have one hash */

static uint32_t hash_of_name(const struct index *index, const char *name)
{
	return hash_name(index->setup, name);
}

static uint32_t hash_of_rdn(const struct index *index, const char *name)
{
	char rdn[40];
	node_id top = index_find_child(index, NODE_NONE, "o=x");

	snprintf(rdn, sizeof(rdn), "uid=%s", name);
	return hash_rdn(index->setup, top, rdn);
}

static uint32_t hash_of_key(const struct index *index, const char *name)
{
	return hash_stable(index->setup, 0, name);
}

/* Finds two names, "uN" and "uM", that have one hash; false if there are none. */
static bool find_pair(const struct index *index, uint32_t (*hash)(const struct index *index, const char *name),
                      uint32_t pair[2])
{
	struct keylist hashes = { 0 };
	char name[20];
	bool found = false;

	for (uint32_t i = 0; i < TRIED; i++) {
		snprintf(name, sizeof(name), "u%u", i);
		keylist_add(&hashes, (uint64_t)hash(index, name) << 32 | i);
	}
	keylist_sort(&hashes);
	for (size_t i = 1; i < hashes.count && !found; i++) {
		pair[0] = (uint32_t)hashes.keys[i - 1];
		pair[1] = (uint32_t)hashes.keys[i];
		found = hashes.keys[i] >> 32 == hashes.keys[i - 1] >> 32;
	}
	keylist_release(&hashes);
	return found;
}

static void check_pair(struct builder *builder, const uint32_t pair[2])
{
	char text[200], name[20], dn[40];
	struct snapshot *snapshot;
	const char *key;

	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "dn: uid=u%u,o=x\nkey: u%u\nobjectClass: person\nuid: u%u\n", pair[i], pair[i], pair[i]);
		records_put(builder, 0, text);
	}
	snapshot = builder_freeze(builder);
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "u%u", pair[i]);
		snprintf(dn, sizeof(dn), "uid=%s,o=x", name);
		assert_int_equal(named(snapshot, NAME_PERSON, name, &key), 1);
		assert_string_equal(key, name);
		assert_string_equal(snapshot_entry(snapshot, at(snapshot, dn))->key, name);
	}
	snapshot_drop(snapshot);
	for (int i = 1; i >= 0; i--) {
		snprintf(name, sizeof(name), "u%u", pair[i]);
		assert_int_equal(builder_remove(builder, 0, name), 0);
	}
}

/* Two texts with one hash are told apart by what they say. */
static void test_hash_collisions(void **state)
{
	static uint32_t (*const hashes[])(const struct index *, const char *) = { hash_of_name, hash_of_rdn, hash_of_key };
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	uint32_t pair[2];
	(void)state;

	records_put(builder, 0, "dn: o=x\nobjectClass: organization\n");
	snapshot = builder_freeze(builder);
	for (int i = 0; i < 3; i++)
		if (find_pair(&snapshot->index, hashes[i], pair))
			check_pair(builder, pair);
	snapshot_drop(snapshot);
	builder_free(builder);
}

/* ---- lists of keys ---- */

static void note(void *context, uint64_t key)
{
	keylist_add(context, key);
}

struct difference { struct keylist a, b; };

static void note_a(void *context, uint64_t key)
{
	note(&((struct difference *)context)->a, key);
}

static void note_b(void *context, uint64_t key)
{
	note(&((struct difference *)context)->b, key);
}

/* Lists of any length sort, and their differences turn one into the other. */
static void test_keylists(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 63, 64, 65, 1000 };
	uint64_t seed = 88172645463325252;
	(void)state;

	for (size_t n = 0; n < 7 * 7; n++) {
		struct keylist lists[2] = { { 0 } };
		struct difference difference = { { 0 }, { 0 } };

		for (size_t i = 0; i < 2; i++) {
			for (size_t j = 0; j < counts[i == 0 ? n % 7 : n / 7]; j++) {
				seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
				keylist_add(&lists[i], (seed % 1000) << (n % 50));
			}
			keylist_sort(&lists[i]);
			for (size_t j = 1; j < lists[i].count; j++)
				assert_true(lists[i].keys[j - 1] < lists[i].keys[j]);
		}
		keylist_compare(&lists[0], &lists[1], note_a, note_b, &difference);
		assert_int_equal(lists[0].count - difference.a.count, lists[1].count - difference.b.count);
		for (size_t i = 0; i < difference.a.count; i++)
			for (size_t j = 0; j < lists[1].count; j++)
				assert_true(difference.a.keys[i] != lists[1].keys[j]);
		keylist_release(&difference.a);
		keylist_release(&difference.b);
		keylist_release(&lists[0]);
		keylist_release(&lists[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_relations),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_many_attributes),
		cmocka_unit_test(test_named_attributes_end),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_measure),
		cmocka_unit_test(test_hash_collisions),
		cmocka_unit_test(test_keylists),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}

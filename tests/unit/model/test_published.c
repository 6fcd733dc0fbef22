/* Publishing: readers always find one whole snapshot, old ones are freed by the writer.  To be run under
 * ThreadSanitizer as well. */
#include "model/published.h"

#include "../../support/records.h"
#include "model/index.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define READERS 4
#define STATES 300
#define ENTRIES 20

static void test_one_after_another(void **state)
{
	struct published *published = published_new();
	struct builder *builder = builder_new(NULL, NULL);
	const struct snapshot *first, *second;
	(void)state;

	assert_null(published_acquire(published));
	published_set(published, builder_freeze(builder));
	first = published_acquire(published);
	assert_non_null(first);
	records_put(builder, 0, "dn: o=x\nobjectClass: organization\n");
	published_set(published, builder_freeze(builder));
	second = published_acquire(published);
	assert_true(snapshot_generation(second) > snapshot_generation(first));
	assert_int_equal(snapshot_find_dn(first, "o=x"), NODE_NONE);
	assert_int_not_equal(snapshot_find_dn(second, "o=x"), NODE_NONE);
	assert_false(snapshot_has_one_holder(first)); /* the reader and the list of old ones */
	published_set(published, builder_freeze(builder));
	snapshot_drop(first);
	published_set(published, builder_freeze(builder)); /* frees the first one */
	published_free(published);
	assert_true(snapshot_has_one_holder(second));
	assert_int_not_equal(snapshot_find_dn(second, "o=x"), NODE_NONE);
	snapshot_drop(second);
	builder_free(builder);
	published_free(NULL);
}

struct shared {
	struct published *published;
	_Atomic bool done;
	_Atomic uint64_t reads;
};

/* In every state all entries carry the same number, in whichever order they were changed. */
static void check_state(const struct snapshot *snapshot)
{
	struct relation_cursor cursor;
	struct name_cursor name;
	const char *id = NULL;
	node_id node;
	unsigned count = 0, named = 0;

	snapshot_relation(snapshot, RELATION_KIND, KIND_WORKSPACE, &cursor);
	for (; relation_next(&cursor, &node); count++) {
		const struct entry *entry = snapshot_entry(snapshot, node);

		if (id == NULL)
			id = entry->id;
		if (strcmp(entry->id, id) != 0)
			abort();
	}
	if (count != ENTRIES || snapshot_count(snapshot, KIND_WORKSPACE) != ENTRIES)
		abort();
	snapshot_name(snapshot, NAME_WORKSPACE, id, &name);
	while (name_next(&name, &node))
		named++;
	name_end(&name);
	if (named != ENTRIES)
		abort();
}

static void *reader(void *context)
{
	struct shared *shared = context;
	uint64_t last = 0;

	while (!atomic_load(&shared->done)) {
		const struct snapshot *snapshot = published_acquire(shared->published);

		if (snapshot == NULL)
			continue;
		if (snapshot_generation(snapshot) < last)
			abort();
		last = snapshot_generation(snapshot);
		check_state(snapshot);
		snapshot_drop(snapshot);
		atomic_fetch_add(&shared->reads, 1);
	}
	return NULL;
}

static void put_state(struct builder *builder, unsigned state)
{
	char text[200];

	for (unsigned i = 0; i < ENTRIES; i++) {
		snprintf(text, sizeof(text), "dn: ou=%u,o=%u\nkey: %u\nobjectClass: dgWorkspace\ndgId: id%u\n", i, state % 3, i,
		         state);
		records_put(builder, 0, text);
	}
}

static void test_readers(void **state)
{
	struct shared shared = { .published = published_new() };
	struct builder *builder = builder_new(NULL, NULL);
	pthread_t threads[READERS];
	(void)state;

	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader, &shared), 0);
	for (unsigned i = 0; i < STATES || atomic_load(&shared.reads) < STATES; i++) {
		put_state(builder, i);
		published_set(shared.published, builder_freeze(builder));
	}
	atomic_store(&shared.done, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	published_free(shared.published);
	builder_free(builder);
}

/* Copies of one builder work beside each other, on one set of names and one past. */
static void *what_if(void *context)
{
	struct builder *builder = builder_new(context, NULL);

	for (unsigned i = 0; i < 20; i++) {
		put_state(builder, i);
		struct snapshot *snapshot = builder_freeze(builder);

		check_state(snapshot);
		snapshot_drop(snapshot);
	}
	builder_free(builder);
	return NULL;
}

static void test_copies(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	pthread_t threads[READERS];
	(void)state;

	put_state(builder, 7);
	snapshot = builder_freeze(builder);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, what_if, snapshot), 0);
	for (unsigned i = 0; i < 20; i++)
		put_state(builder, i);
	builder_free(builder);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	check_state(snapshot);
	snapshot_drop(snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

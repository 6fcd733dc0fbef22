#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/keyset.h"
#include "base/memory.h"

/* ---- a simple model: a sorted array ---- */

#define NAIVE_FULL 4096 /* then keys are only removed; frozen copies may grow a little beyond */

struct naive {
	uint64_t keys[2 * NAIVE_FULL];
	size_t count;
};

static size_t naive_rank(const struct naive *naive, uint64_t key)
{
	size_t low = 0, high = naive->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (naive->keys[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool naive_has(const struct naive *naive, uint64_t key)
{
	size_t rank = naive_rank(naive, key);

	return rank < naive->count && naive->keys[rank] == key;
}

static bool naive_add(struct naive *naive, uint64_t key)
{
	size_t rank = naive_rank(naive, key);

	if (naive_has(naive, key))
		return false;
	assert_true(naive->count < sizeof(naive->keys) / sizeof(key));
	memmove(naive->keys + rank + 1, naive->keys + rank, (naive->count - rank) * sizeof(key));
	naive->keys[rank] = key;
	naive->count++;
	return true;
}

static bool naive_remove(struct naive *naive, uint64_t key)
{
	size_t rank = naive_rank(naive, key);

	if (!naive_has(naive, key))
		return false;
	naive->count--;
	memmove(naive->keys + rank, naive->keys + rank + 1, (naive->count - rank) * sizeof(key));
	return true;
}

static void assert_same_from(const struct keyset *set, const struct naive *naive, uint64_t from)
{
	struct keyset_cursor cursor;
	uint64_t key;

	keyset_seek(set, from, &cursor);
	for (size_t i = naive_rank(naive, from); i < naive->count; i++) {
		assert_true(keyset_next(&cursor, &key));
		assert_int_equal(key, naive->keys[i]);
	}
	assert_false(keyset_next(&cursor, &key));
	assert_false(keyset_next(&cursor, &key));
}

static void assert_same(const struct keyset *set, const struct naive *naive)
{
	assert_int_equal(set->count, naive->count);
	assert_same_from(set, naive, 0);
}

/* ---- random numbers (xorshift64), the same in every run ---- */

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Keys of several shapes: dense, behind prefixes, wide, and at both ends of the range. */
static uint64_t random_key(uint64_t *state)
{
	uint64_t random = next_random(state);

	switch (random >> 61) {
	case 0:
	case 1:
	case 2:
		return random % 3000;
	case 3:
	case 4:
		return (random % 16) << 32 | (random >> 32 & 255);
	case 5:
		return UINT64_MAX - random % 500;
	default:
		return random >> (random % 7) * 8;
	}
}

/* ---- tests ---- */

static void test_empty_set_has_nothing(void **state)
{
	struct keyset set = {0}, copy = {0};
	struct keyset_cursor cursor;
	uint64_t key;

	(void)state;
	assert_false(keyset_has(&set, 0));
	assert_false(keyset_remove(&set, 0));
	keyset_seek(&set, 0, &cursor);
	assert_false(keyset_next(&cursor, &key));
	assert_int_equal(keyset_memory(&set), 0);
	keyset_copy(&copy, &set);
	keyset_release(&copy);
	keyset_release(&set);
}

static void test_ends_of_the_range(void **state)
{
	struct keyset set = {0};
	struct keyset_cursor cursor;
	uint64_t key;

	(void)state;
	assert_true(keyset_add(&set, UINT64_MAX));
	assert_true(keyset_add(&set, 0));
	assert_false(keyset_add(&set, UINT64_MAX));
	assert_true(keyset_has(&set, 0));
	assert_true(keyset_has(&set, UINT64_MAX));
	assert_false(keyset_has(&set, 1));
	keyset_seek(&set, 1, &cursor);
	assert_true(keyset_next(&cursor, &key));
	assert_int_equal(key, UINT64_MAX);
	assert_false(keyset_next(&cursor, &key));
	assert_true(keyset_remove(&set, UINT64_MAX));
	assert_true(keyset_remove(&set, 0));
	assert_null(set.root);
}

/* Adds step * i for i in 0 .. count - 1, from the last if `descending`, removes all again, and looks on the way. */
static void add_and_remove_in_order(uint64_t count, uint64_t step, bool descending)
{
	struct keyset set = {0};
	struct keyset_cursor cursor;
	uint64_t key;

	for (uint64_t i = 0; i < count; i++)
		assert_true(keyset_add(&set, step * (descending ? count - 1 - i : i)));
	assert_int_equal(set.count, count);
	for (uint64_t i = 0; i < count; i++)
		assert_true(keyset_has(&set, step * i) && (step == 1 || !keyset_has(&set, step * i + 1)));
	keyset_seek(&set, 0, &cursor);
	for (uint64_t i = 0; i < count; i++)
		assert_true(keyset_next(&cursor, &key) && key == step * i);
	for (uint64_t i = 0; i < count; i++)
		assert_true(keyset_remove(&set, step * (descending ? count - 1 - i : i)));
	assert_null(set.root);
	assert_int_equal(set.count, 0);
}

static void test_keys_in_order(void **state)
{
	(void)state;
	add_and_remove_in_order(300000, 1, false);
	add_and_remove_in_order(300000, 1, true);
	add_and_remove_in_order(20000, (uint64_t)1 << 32, false);
	add_and_remove_in_order(20000, UINT64_MAX / 20000, true);
}

static void test_ascending_keys_fill_the_leaves(void **state)
{
	struct keyset set = {0};
	const uint64_t many = 200000;

	(void)state;
	for (uint64_t i = 0; i < many; i++)
		keyset_add(&set, i);
	assert_in_range(keyset_memory(&set), many, 2 * many);
	keyset_release(&set);

	/* Members of groups: ascending behind each prefix, the groups themselves in any order. */
	for (uint64_t i = 0; i < many; i++)
		keyset_add(&set, (i / 1000 * 7919 % 200) << 32 | i % 1000);
	assert_int_equal(set.count, many);
	assert_in_range(keyset_memory(&set), many, 4 * many);
	keyset_release(&set);
}

/* Removing most keys gives most of the memory back, though no node is ever emptied as a whole. */
static void test_thinned_set_shrinks(void **state)
{
	struct keyset set = {0};
	const uint64_t many = 200000;
	size_t full;

	(void)state;
	for (uint64_t i = 0; i < many; i++)
		keyset_add(&set, i);
	full = keyset_memory(&set);
	for (uint64_t i = 0; i < many; i++)
		if (i % 50 != 0)
			assert_true(keyset_remove(&set, i));
	assert_int_equal(set.count, many / 50);
	assert_in_range(keyset_memory(&set), 1, full / 6);
	for (uint64_t i = 0; i < many; i++)
		assert_true(keyset_has(&set, i) == (i % 50 == 0));
	for (uint64_t i = 500; i < many; i += 50)
		assert_true(keyset_remove(&set, i));
	assert_int_equal(set.count, 10);
	assert_in_range(keyset_memory(&set), 1, 500); /* one leaf, and nothing above it */
	keyset_release(&set);
}

/* A branch that lost its first child still takes keys from where that one began, and keeps them when it is joined. */
static void test_joined_branches_keep_their_bounds(void **state)
{
	struct keyset set = {0};
	const uint64_t half = 64 * 64; /* keys of a full branch of full leaves */

	(void)state;
	for (uint64_t i = 0; i < 2 * half; i++)
		keyset_add(&set, i);
	for (uint64_t i = half; i < half + 64; i++)
		keyset_remove(&set, i);
	assert_true(keyset_add(&set, half + 4));
	for (uint64_t i = 0; i < 2 * half; i++) {
		if (i % 640 != 0 && i != half + 4)
			keyset_remove(&set, i);
		assert_true(keyset_has(&set, half + 4));
	}
	for (uint64_t i = 0; i < 2 * half; i++)
		assert_true(keyset_has(&set, i) == (i == half + 4 || i % 640 == 0));
	keyset_release(&set);
}

/* What must not happen is a tree whose nodes have one key each: such orders of additions once made it. */
static void test_unkind_orders_keep_nodes_full(void **state)
{
	struct keyset set = {0};
	const uint64_t many = 100000;

	(void)state;
	for (uint64_t i = 0; i < 64; i++)
		keyset_add(&set, i);
	for (uint64_t i = many; i > 0; i--) /* always just above the full leaf */
		keyset_add(&set, 100 + i);
	assert_in_range(keyset_memory(&set), 1, 6 * many);
	keyset_release(&set);

	for (uint64_t i = 0; i < many; i++) /* from both ends inwards */
		keyset_add(&set, i % 2 ? i : 1000000 - i);
	assert_in_range(keyset_memory(&set), 1, 6 * many);
	keyset_release(&set);
}

#define FROZEN 8

/* Random additions and removals, with copies taken on the way that must not change; now and then a copy is let go of,
 * or written to itself. */
static void random_operations(uint64_t seed, unsigned operations, unsigned removals_percent)
{
	struct keyset set = {0}, frozen[FROZEN] = {{0}};
	struct naive *naive = memory_alloc(sizeof(*naive)), *frozen_naive = memory_array(FROZEN, sizeof(*frozen_naive));
	uint64_t random = seed;

	for (unsigned i = 0; i < operations; i++) {
		uint64_t key = random_key(&random), what = next_random(&random) % 1000;
		size_t slot = next_random(&random) % FROZEN;
		bool full = naive->count == NAIVE_FULL;

		if (full || next_random(&random) % 100 < removals_percent) {
			if (naive->count > 0 && key % 2)
				key = naive->keys[key % naive->count];
			assert_int_equal(keyset_remove(&set, key), naive_remove(naive, key));
		} else {
			assert_int_equal(keyset_add(&set, key), naive_add(naive, key));
		}
		assert_int_equal(keyset_has(&set, key), naive_has(naive, key));
		if (what >= 990) {
			assert_same(&frozen[slot], &frozen_naive[slot]);
			keyset_release(&frozen[slot]);
			keyset_copy(&frozen[slot], &set);
			frozen_naive[slot] = *naive;
		} else if (what >= 980) {
			assert_int_equal(keyset_remove(&frozen[slot], key), naive_remove(&frozen_naive[slot], key));
			assert_int_equal(keyset_add(&frozen[slot], key), naive_add(&frozen_naive[slot], key));
		} else if (what >= 970) {
			assert_same_from(&set, naive, key);
		}
	}
	assert_same(&set, naive);
	keyset_release(&set);
	for (size_t slot = 0; slot < FROZEN; slot++) {
		assert_same(&frozen[slot], &frozen_naive[slot]);
		keyset_release(&frozen[slot]);
	}
	free(frozen_naive);
	free(naive);
}

static void test_random_operations(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		random_operations(seed * 0x9e3779b97f4a7c15U, 12000, 20);
		random_operations(seed * 0xbf58476d1ce4e5b9U, 12000, 50);
		random_operations(seed * 0x94d049bb133111ebU, 3000, 70);
	}
}

/* Sets of many levels that grow and shrink again, against one flag for each possible key. */
#define POSSIBLE 300000
#define SPREAD   977 /* between two possible keys */

static void assert_same_flags(const struct keyset *set, const bool *flags)
{
	struct keyset_cursor cursor;
	uint64_t key, count = 0;

	keyset_seek(set, 0, &cursor);
	for (uint64_t i = 0; i < POSSIBLE; i++) {
		if (!flags[i])
			continue;
		assert_true(keyset_next(&cursor, &key) && key == i * SPREAD);
		count++;
	}
	assert_false(keyset_next(&cursor, &key));
	assert_int_equal(set->count, count);
}

static void test_large_sets_grow_and_shrink(void **state)
{
	struct keyset set = {0}, frozen = {0};
	bool *flags = memory_array(POSSIBLE, sizeof(*flags)), *frozen_flags = memory_array(POSSIBLE, sizeof(*flags));
	static const unsigned additions_percent[] = {95, 10, 70, 3, 1};
	uint64_t random = 7;

	(void)state;
	for (size_t phase = 0; phase < sizeof(additions_percent) / sizeof(*additions_percent); phase++) {
		for (unsigned i = 0; i < 400000; i++) {
			uint64_t at = next_random(&random) % POSSIBLE;
			bool add = next_random(&random) % 100 < additions_percent[phase];

			assert_true((add ? keyset_add : keyset_remove)(&set, at * SPREAD) == (flags[at] != add));
			flags[at] = add;
		}
		assert_same_flags(&set, flags);
		assert_same_flags(&frozen, frozen_flags);
		keyset_release(&frozen);
		keyset_copy(&frozen, &set);
		memcpy(frozen_flags, flags, POSSIBLE * sizeof(*flags));
	}
	keyset_release(&set);
	assert_same_flags(&frozen, frozen_flags);
	keyset_release(&frozen);
	free(flags);
	free(frozen_flags);
}

/* One writer publishes copies; readers take them over, walk them, and let go of them in their own threads.  The sum
 * of the keys of every copy is a multiple of 3, because the writer publishes only after a pair of changes. */
#define READERS 3

struct publication {
	pthread_mutex_t lock;
	struct keyset current;
	_Atomic bool done;
	_Atomic unsigned failures; /* cmocka's assertions are for the main thread only */
};

static void *reader_run(void *argument)
{
	struct publication *publication = argument;

	while (!atomic_load(&publication->done)) {
		struct keyset mine = {0};
		struct keyset_cursor cursor;
		uint64_t key, sum = 0, count = 0;

		pthread_mutex_lock(&publication->lock);
		keyset_copy(&mine, &publication->current);
		pthread_mutex_unlock(&publication->lock);
		keyset_seek(&mine, 0, &cursor);
		for (; keyset_next(&cursor, &key); count++)
			sum += key;
		if (count != mine.count || sum % 3 != 0)
			atomic_fetch_add(&publication->failures, 1);
		keyset_release(&mine);
	}
	return NULL;
}

static void publish(struct publication *publication, const struct keyset *set)
{
	struct keyset old;

	pthread_mutex_lock(&publication->lock);
	old = publication->current;
	publication->current = (struct keyset){0};
	keyset_copy(&publication->current, set);
	pthread_mutex_unlock(&publication->lock);
	keyset_release(&old);
}

static void test_readers_of_copies_while_writing(void **state)
{
	struct publication publication = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct keyset set = {0};
	pthread_t readers[READERS];
	uint64_t random = 42;

	(void)state;
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, reader_run, &publication), 0);
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t key = next_random(&random) % 3000 * 3;

		if (next_random(&random) % 2) {
			keyset_add(&set, key + 1);
			keyset_add(&set, key + 2);
		} else {
			keyset_remove(&set, key + 1);
			keyset_remove(&set, key + 2);
		}
		if (i % 4 == 0)
			publish(&publication, &set);
	}
	atomic_store(&publication.done, true);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(readers[i], NULL), 0);
	assert_int_equal(publication.failures, 0);
	keyset_release(&publication.current);
	keyset_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_set_has_nothing),
		cmocka_unit_test(test_ends_of_the_range),
		cmocka_unit_test(test_keys_in_order),
		cmocka_unit_test(test_ascending_keys_fill_the_leaves),
		cmocka_unit_test(test_thinned_set_shrinks),
		cmocka_unit_test(test_joined_branches_keep_their_bounds),
		cmocka_unit_test(test_unkind_orders_keep_nodes_full),
		cmocka_unit_test(test_random_operations),
		cmocka_unit_test(test_large_sets_grow_and_shrink),
		cmocka_unit_test(test_readers_of_copies_while_writing),
	};

	return cmocka_run_group_tests_name("keyset", tests, NULL, NULL);
}

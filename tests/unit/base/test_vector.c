#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/vector.h"

/* ---- counted items; all that exist are counted too, so that a test sees what was forgotten ---- */

struct item {
	_Atomic unsigned holders;
	uint64_t value;
};

static _Atomic int items_alive;

static struct item *item_new(uint64_t value)
{
	struct item *item = memory_alloc(sizeof(*item));

	item->holders = 1;
	item->value = value;
	atomic_fetch_add(&items_alive, 1);
	return item;
}

static void item_hold(void *pointer)
{
	struct item *item = pointer;

	atomic_fetch_add(&item->holders, 1);
}

static void item_let_go(void *pointer)
{
	struct item *item = pointer;

	if (atomic_fetch_sub(&item->holders, 1) > 1)
		return;
	atomic_fetch_sub(&items_alive, 1);
	free(item);
}

static const struct vector_items items = {item_hold, item_let_go};

static uint64_t value_at(const struct vector *vector, uint32_t index)
{
	struct item *item = vector_get(vector, index);

	return item ? item->value : 0;
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* ---- tests ---- */

static void test_empty_vector_has_nothing(void **state)
{
	struct vector vector, copy;

	(void)state;
	vector_init(&vector, &items);
	vector_init(&copy, &items);
	assert_null(vector_get(&vector, 0));
	assert_null(vector_get(&vector, UINT32_MAX));
	vector_set(&vector, 7, NULL);
	assert_null(vector.root);
	vector_copy(&copy, &vector);
	vector_release(&copy);
	vector_release(&vector);
}

static void test_first_and_last_index(void **state)
{
	struct vector vector;

	(void)state;
	vector_init(&vector, &items);
	vector_set(&vector, 0, item_new(1));
	vector_set(&vector, 63, item_new(2));
	vector_set(&vector, 64, item_new(3));
	vector_set(&vector, UINT32_MAX, item_new(4));
	assert_int_equal(value_at(&vector, 0), 1);
	assert_int_equal(value_at(&vector, 63), 2);
	assert_int_equal(value_at(&vector, 64), 3);
	assert_int_equal(value_at(&vector, UINT32_MAX), 4);
	assert_null(vector_get(&vector, 65));
	assert_null(vector_get(&vector, UINT32_MAX - 1));
	vector_set(&vector, 64, item_new(5));
	assert_int_equal(value_at(&vector, 64), 5);
	assert_int_equal(items_alive, 4);
	vector_release(&vector);
	assert_int_equal(items_alive, 0);
	assert_null(vector_get(&vector, 0));
}

static void test_removing_all_frees_all(void **state)
{
	struct vector vector;

	(void)state;
	vector_init(&vector, &items);
	for (uint32_t i = 0; i < 10000; i++)
		vector_set(&vector, i * 31, item_new(i));
	assert_int_equal(items_alive, 10000);
	for (uint32_t i = 0; i < 10000; i++)
		vector_set(&vector, i * 31, NULL);
	assert_int_equal(items_alive, 0);
	assert_null(vector.root);
	vector_release(&vector);
}

#define INDEXES 9000
#define FROZEN  8

static void assert_same(const struct vector *vector, const uint64_t *naive)
{
	for (uint32_t i = 0; i < INDEXES; i++)
		assert_int_equal(value_at(vector, i), naive[i]);
}

static void random_change(struct vector *vector, uint64_t *naive, uint64_t *random)
{
	uint32_t index = (uint32_t)(next_random(random) % INDEXES);
	uint64_t value = next_random(random) % 3;

	if (value > 0)
		value = next_random(random) | 1;
	vector_set(vector, index, value > 0 ? item_new(value) : NULL);
	naive[index] = value;
	assert_int_equal(value_at(vector, index), value);
}

/* Copies taken on the way must not change, unless they are written to themselves. */
static void random_operations(uint64_t random)
{
	struct vector vector, frozen[FROZEN];
	uint64_t(*naive)[INDEXES] = memory_array(FROZEN + 1, sizeof(*naive));

	vector_init(&vector, &items);
	for (size_t slot = 0; slot < FROZEN; slot++)
		vector_init(&frozen[slot], &items);
	for (unsigned i = 0; i < 20000; i++) {
		size_t slot = next_random(&random) % FROZEN, what = next_random(&random) % 400;

		random_change(&vector, naive[FROZEN], &random);
		if (what == 0) {
			assert_same(&frozen[slot], naive[slot]);
			vector_release(&frozen[slot]);
			vector_copy(&frozen[slot], &vector);
			memcpy(naive[slot], naive[FROZEN], sizeof(*naive));
		} else if (what < 8) {
			random_change(&frozen[slot], naive[slot], &random);
		}
	}
	assert_same(&vector, naive[FROZEN]);
	vector_release(&vector);
	for (size_t slot = 0; slot < FROZEN; slot++) {
		assert_same(&frozen[slot], naive[slot]);
		vector_release(&frozen[slot]);
	}
	free(naive);
}

static void test_random_operations(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++)
		random_operations(seed * 0x9e3779b97f4a7c15U);
	assert_int_equal(items_alive, 0);
}

/* One writer publishes copies; readers take them over, read them, and let go of them in their own threads.  All items
 * of one copy have the same parity, as the writer publishes only after it changed all of them. */
#define READERS 3
#define SHARED  200

struct publication {
	pthread_mutex_t lock;
	struct vector current;
	_Atomic bool done;
	_Atomic unsigned failures; /* cmocka's assertions are for the main thread only */
};

static void *reader_run(void *argument)
{
	struct publication *publication = argument;

	while (!atomic_load(&publication->done)) {
		struct vector mine;
		uint64_t first;

		vector_init(&mine, &items);
		pthread_mutex_lock(&publication->lock);
		vector_copy(&mine, &publication->current);
		pthread_mutex_unlock(&publication->lock);
		first = value_at(&mine, 0);
		for (uint32_t i = 0; i < SHARED; i++)
			if (value_at(&mine, i * 40) % 2 != first % 2)
				atomic_fetch_add(&publication->failures, 1);
		vector_release(&mine);
	}
	return NULL;
}

static void publish(struct publication *publication, const struct vector *vector)
{
	struct vector old;

	pthread_mutex_lock(&publication->lock);
	old = publication->current;
	vector_init(&publication->current, &items);
	vector_copy(&publication->current, vector);
	pthread_mutex_unlock(&publication->lock);
	vector_release(&old);
}

static void test_readers_of_copies_while_writing(void **state)
{
	struct publication publication = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct vector vector;
	pthread_t readers[READERS];

	(void)state;
	vector_init(&vector, &items);
	vector_init(&publication.current, &items);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, reader_run, &publication), 0);
	for (uint64_t round = 0; round < 300; round++) {
		for (uint32_t i = 0; i < SHARED; i++)
			vector_set(&vector, i * 40, item_new(2 * i + round % 2));
		publish(&publication, &vector);
	}
	atomic_store(&publication.done, true);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(readers[i], NULL), 0);
	assert_int_equal(publication.failures, 0);
	vector_release(&publication.current);
	vector_release(&vector);
	assert_int_equal(items_alive, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_vector_has_nothing),
		cmocka_unit_test(test_first_and_last_index),
		cmocka_unit_test(test_removing_all_frees_all),
		cmocka_unit_test(test_random_operations),
		cmocka_unit_test(test_readers_of_copies_while_writing),
	};

	return cmocka_run_group_tests_name("vector", tests, NULL, NULL);
}

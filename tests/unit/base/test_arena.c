#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static void test_allocations_are_zeroed_and_apart(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *all[500];

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		all[i] = arena_alloc(arena, i);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(all[i][k], 0);
		memset(all[i], (int)(i & 255), i);
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(all[i][k], i & 255);
	arena_free(arena);
}

static void test_alignment_is_that_of_the_size(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t size = 1; size < 100; size++) {
		uintptr_t address;

		arena_octets(arena, "x", 1); /* from an odd place */
		address = (uintptr_t)arena_alloc(arena, size);
		for (size_t step = 2; step <= sizeof(void *) && step <= size; step *= 2)
			assert_int_equal(address % step, 0);
		if (size % 16 == 0)
			assert_int_equal(address % 16, 0);
	}
	arena_free(arena);
}

static void test_large_allocations(void **state)
{
	struct arena *arena = arena_new();
	char *large = arena_alloc(arena, 3000000), *small = arena_string(arena, "small");

	(void)state;
	memset(large, 1, 3000000);
	assert_string_equal(small, "small");
	assert_true(arena_size(arena) >= 3000000);
	arena_free(arena);
}

static void test_strings(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(arena_string(arena, ""), "");
	assert_string_equal(arena_string(arena, "dirgate"), "dirgate");
	assert_memory_equal(arena_octets(arena, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_octets(arena, NULL, 0), "");
	assert_string_equal(arena_print(arena, "%s-%05d", "x", 42), "x-00042");
	assert_int_equal(strlen(arena_print(arena, "%5000s", "")), 5000);
	arena_free(arena);
}

static void test_reset_gives_memory_back_and_zeroes(void **state)
{
	struct arena *arena = arena_new();
	size_t fresh = arena_size(arena);
	unsigned char *octets;

	(void)state;
	for (int round = 0; round < 3; round++) {
		octets = arena_alloc(arena, 100);
		for (int i = 0; i < 100; i++)
			assert_int_equal(octets[i], 0);
		memset(octets, 0xff, 100);
		memset(arena_alloc(arena, 100000), 0xff, 100000);
		assert_true(arena_size(arena) > fresh + 100000);
		arena_reset(arena);
		assert_int_equal(arena_size(arena), fresh);
	}
	arena_free(arena);
	arena_free(NULL);
}

static void test_sized_arena_takes_one_block(void **state)
{
	struct arena *arena = arena_new_sized(5000);
	size_t fresh = arena_size(arena);

	(void)state;
	assert_true(arena_room(arena) >= 5000);
	for (int i = 0; i < 1000; i++)
		arena_octets(arena, "four", 4);
	assert_int_equal(arena_size(arena), fresh);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocations_are_zeroed_and_apart),
		cmocka_unit_test(test_alignment_is_that_of_the_size),
		cmocka_unit_test(test_large_allocations),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_reset_gives_memory_back_and_zeroes),
		cmocka_unit_test(test_sized_arena_takes_one_block),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

static void test_allocations_are_zeroed(void **state)
{
	unsigned char *octets = memory_alloc(1000), *array = memory_array(10, 100);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(octets[i] == 0 && array[i] == 0);
	free(octets);
	free(array);
}

static void test_nothing_is_an_address_too(void **state)
{
	void *none = memory_alloc(0), *array = memory_array(0, 8), *resized = memory_resize(NULL, 0, 8);

	(void)state;
	assert_non_null(none);
	assert_non_null(array);
	assert_non_null(resized);
	free(none);
	free(array);
	free(memory_resize(resized, 8, 0));
}

static void test_copies(void **state)
{
	char *string = memory_string("dirgate"), *octets = memory_octets("a\0b", 3), *none = memory_octets(NULL, 0);

	(void)state;
	assert_string_equal(string, "dirgate");
	assert_memory_equal(octets, "a\0b", 4);
	assert_string_equal(none, "");
	string = memory_resize(string, 4000, 2);
	assert_string_equal(string, "dirgate");
	free(string);
	free(octets);
	free(none);
}

static void exhaust(int how)
{
	size_t most = SIZE_MAX / 4;

	if (how == 0)
		free(memory_alloc(most));
	else if (how == 1)
		free(memory_array(most, 8));
	else if (how == 2)
		free(memory_resize(NULL, most, 8));
	else
		free(memory_octets("", SIZE_MAX));
}

/* The process says so and ends; nobody goes on with half of the data. */
static void test_exhaustion_ends_the_process(void **state)
{
	const struct rlimit no_core = {0};

	(void)state;
	for (int how = 0; how < 4; how++) {
		char said[10000] = "";
		int ends[2], status;
		size_t length = 0;
		ssize_t got;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		if (child == 0) {
			dup2(ends[1], STDERR_FILENO);
			setrlimit(RLIMIT_CORE, &no_core);
			exhaust(how);
			_exit(0);
		}
		close(ends[1]);
		while ((got = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0)
			length += (size_t)got;
		close(ends[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
		assert_non_null(strstr(said, "level=error event=out-of-memory count="));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocations_are_zeroed),
		cmocka_unit_test(test_nothing_is_an_address_too),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_exhaustion_ends_the_process),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

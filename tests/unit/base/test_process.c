/* A process ends, with its status and its output, whoever is still running. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"

static void say_destroyed(void)
{
	(void)!write(STDOUT_FILENO, "destroyed", 9);
}

static void *wait_for_ever(void *context)
{
	for (;;)
		pause();
	return context;
}

/* A process that has said "said", with another thread or without; what came out. */
static int end(bool alone, char *out, size_t size)
{
	pthread_t thread;
	int ends[2], status;
	ssize_t length;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		atexit(say_destroyed);
		if (!alone)
			pthread_create(&thread, NULL, wait_for_ever, NULL);
		printf("said ");
		process_end(3);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	length = read(ends[0], out, size - 1);
	out[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_alone(void **state)
{
	char out[100];

	(void)state;
	assert_int_equal(end(true, out, sizeof(out)), 3);
	assert_non_null(strstr(out, "said "));
#ifndef __SANITIZE_THREAD__ /* which has a thread of its own */
	assert_non_null(strstr(out, "destroyed"));
#endif
}

static void test_somebody_was_left_behind(void **state)
{
	char out[100];

	(void)state;
	assert_int_equal(end(false, out, sizeof(out)), 3);
	assert_string_equal(out, "said ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_somebody_was_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

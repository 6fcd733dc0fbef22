#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/log.h"

/* Standard error goes through a pipe while a test runs. */
struct capture {
	int saved;
	int ends[2];
	char said[65536];
};

static void capture_begin(struct capture *capture)
{
	assert_int_equal(pipe2(capture->ends, O_NONBLOCK), 0);
	capture->saved = dup(STDERR_FILENO);
	dup2(capture->ends[1], STDERR_FILENO);
}

static const char *capture_end(struct capture *capture)
{
	size_t length = 0;
	ssize_t got;

	dup2(capture->saved, STDERR_FILENO);
	close(capture->saved);
	close(capture->ends[1]);
	while ((got = read(capture->ends[0], capture->said + length, sizeof(capture->said) - 1 - length)) > 0)
		length += (size_t)got;
	capture->said[length] = '\0';
	close(capture->ends[0]);
	return capture->said;
}

static void test_line(void **state)
{
	struct capture capture;
	const char *said;

	(void)state;
	capture_begin(&capture);
	errno = EDOM;
	log_event(LOG_LEVEL_WARNING, "source-lost", " source=%s tries=%d", "people", 3);
	assert_int_equal(errno, EDOM);
	log_event(LOG_LEVEL_ERROR, "broken", "why=" LOG_QUOTED, "two words");
	said = capture_end(&capture);
	assert_memory_equal(said, "time=2", 6);
	assert_non_null(strstr(said, "Z level=warning event=source-lost source=people tries=3\n"));
	assert_non_null(strstr(said, "Z level=error event=broken why=\"two words\"\n"));
}

static void test_levels(void **state)
{
	struct capture capture;
	const char *said;

	(void)state;
	capture_begin(&capture);
	log_event(LOG_LEVEL_INFO, "quiet", "%s", "");
	log_set_level(LOG_LEVEL_DEBUG);
	log_event(LOG_LEVEL_DEBUG, "loud", "%s", "");
	log_set_level(LOG_LEVEL_ERROR);
	log_event(LOG_LEVEL_WARNING, "quiet", "%s", "");
	log_set_level(LOG_LEVEL_WARNING);
	said = capture_end(&capture);
	assert_null(strstr(said, "quiet"));
	assert_non_null(strstr(said, "level=debug event=loud"));
}

static void test_values_make_no_lines(void **state)
{
	struct capture capture;
	const char *said;

	(void)state;
	capture_begin(&capture);
	log_event(LOG_LEVEL_ERROR, "seen", "user=%s", "x\nlevel=error event=forged\r\033[2J\x7f\xc3\xa9");
	said = capture_end(&capture);
	assert_non_null(strstr(said, "user=x?level=error event=forged??[2J?\xc3\xa9\n"));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

static void test_long_line_says_that_it_is_cut(void **state)
{
	struct capture capture;
	const char *said;

	(void)state;
	for (int width = 4000; width < 4100; width++) {
		capture_begin(&capture);
		log_event(LOG_LEVEL_ERROR, "long", "x=%*s", width, "end");
		said = capture_end(&capture);
		assert_true(strlen(said) <= 4095 && said[strlen(said) - 1] == '\n');
		assert_true((strstr(said, "end\n") == NULL) == (strstr(said, " cut=true\n") != NULL));
	}
}

static void *talk(void *word)
{
	for (int i = 0; i < 100; i++)
		log_event(LOG_LEVEL_ERROR, word, "i=%d", i);
	return NULL;
}

static void test_threads_do_not_mix_their_lines(void **state)
{
	struct capture capture;
	pthread_t threads[2];
	char *said, *line, *end;
	int lines = 0;

	(void)state;
	capture_begin(&capture);
	assert_int_equal(pthread_create(&threads[0], NULL, talk, "aaa"), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, talk, "bbb"), 0);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	capture_end(&capture);
	said = capture.said;
	for (line = said; (end = strchr(line, '\n')); line = end + 1, lines++) {
		*end = '\0';
		assert_memory_equal(line, "time=", 5);
		assert_true((strstr(line, "event=aaa i=") == NULL) != (strstr(line, "event=bbb i=") == NULL));
	}
	assert_int_equal(lines, 200);
}

static void test_full_pipe(void **state)
{
	struct capture capture;
	char room[8192]; /* two lines of it can be written */
	const char *said;

	(void)state;
	capture_begin(&capture);
	fcntl(capture.ends[1], F_SETPIPE_SZ, sizeof(room));
	memset(room, '.', sizeof(room));
	assert_int_equal(write(capture.ends[1], room, sizeof(room)), sizeof(room));
	fcntl(capture.ends[1], F_SETFL, 0); /* a write would wait now */
	log_event(LOG_LEVEL_ERROR, "one", "a=b");
	log_event(LOG_LEVEL_ERROR, "two", "a=b");
	assert_int_equal(read(capture.ends[0], room, sizeof(room)), sizeof(room));
	log_event(LOG_LEVEL_ERROR, "three", "a=b");
	said = capture_end(&capture);
	assert_null(strstr(said, "event=two"));
	assert_non_null(strstr(said, "level=warning event=log-lines-lost count=2\n"));
	assert_non_null(strstr(said, "event=three"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_full_pipe),
		cmocka_unit_test(test_values_make_no_lines),
		cmocka_unit_test(test_long_line_says_that_it_is_cut),
		cmocka_unit_test(test_threads_do_not_mix_their_lines),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

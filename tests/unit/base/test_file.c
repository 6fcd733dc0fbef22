#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#define BIG 200000

static char path[] = "/tmp/test_file.XXXXXX";

static void write_octets(size_t count)
{
	char *octets = memory_alloc(count + 1);
	int file = open(path, O_WRONLY | O_TRUNC);

	memset(octets, 'x', count);
	assert_int_equal(write(file, octets, count), count);
	close(file);
	free(octets);
}

static void test_sizes(void **state)
{
	static const struct { size_t size, maximum; bool read; } rows[] = {
		{0, 0, true}, {1, 0, false}, {10, 10, true}, {11, 10, false}, {65536, BIG, true}, {BIG, BIG, true},
		{BIG + 1, BIG, false}, {65537, 65536, false}, {65536, 65536, true}, {65535, 65536, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error why = {""};
		size_t length;
		char *octets;

		write_octets(rows[i].size);
		octets = file_read(path, rows[i].maximum, &length, &why);
		assert_int_equal(octets != NULL, rows[i].read);
		if (octets) {
			assert_int_equal(length, rows[i].size);
			assert_int_equal(strlen(octets), rows[i].size);
		} else {
			assert_non_null(strstr(why.text, "too long: more than"));
		}
		free(octets);
	}
}

static void test_what_cannot_be_read(void **state)
{
	struct error why;
	size_t length;

	(void)state;
	assert_null(file_read("/nowhere/at/all", 10, &length, &why));
	assert_string_equal(why.text, "No such file or directory");
	assert_null(file_read("/tmp", 10, &length, &why));
	assert_string_equal(why.text, "Is a directory");
}

static void test_folders(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(file_folder("a/b/c", arena), "a/b");
	assert_string_equal(file_folder("c", arena), ".");
	assert_string_equal(file_folder("/c", arena), "/");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_what_cannot_be_read),
		cmocka_unit_test(test_folders),
	};
	int file = mkstemp(path), result;

	if (file < 0)
		return 1;
	close(file);
	result = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return result;
}

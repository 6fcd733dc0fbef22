#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/nearest.h"

static const char *const known[] = {"workspace", "resource", "active_roles", "at", "user"};

static const char *nearest_to(const char *written)
{
	struct nearest nearest;

	nearest_init(&nearest, written);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		nearest_look(&nearest, known[i]);
	return nearest_found(&nearest);
}

static void test_slips(void **state)
{
	static const struct { const char *written, *meant; } rows[] = {
		{"workspace", "workspace"}, {"wokspace", "workspace"},  {"workpsace", "workspace"}, {"Workspaces", "workspace"},
		{"active-roles", "active_roles"}, {"usr", "user"}, {"ressource", "resource"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(nearest_to(rows[i].written), rows[i].meant);
}

static void test_other_words(void **state)
{
	char longest[NEAREST_OCTETS_MAX + 2];

	(void)state;
	assert_null(nearest_to("permission"));
	assert_null(nearest_to("source of all"));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_null(nearest_to(longest));
	assert_null(nearest_to("w"));
	assert_null(nearest_to("workspaces of all"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slips),
		cmocka_unit_test(test_other_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/csv.h"

static void expect(const char *cell, const char *wanted)
{
	struct text out;
	struct csv_writer writer = {.out = &out};

	text_init(&out, 1000);
	csv_write(&writer, cell);
	assert_string_equal(text_string(&out), wanted);
	text_release(&out);
}

static void test_cells(void **state)
{
	(void)state;
	expect(NULL, "");
	expect("plain", "plain");
	expect("a,b", "\"a,b\"");
	expect("say \"hi\"", "\"say \"\"hi\"\"\"");
	expect("\"", "\"\"\"\"");
	expect("two\nlines", "\"two\nlines\"");
	expect(" edge ", "\" edge \"");
}

/* What a spreadsheet would run is text. */
static void test_formulas(void **state)
{
	(void)state;
	expect("=1+1", "'=1+1");
	expect("+49 30 1", "'+49 30 1");
	expect("-1", "'-1");
	expect("@SUM(A1)", "'@SUM(A1)");
	expect("\t=1", "'\t=1");
	expect("  =cmd", "\"'  =cmd\"");
	expect("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
	expect("a=1", "a=1");
}

static void test_rows(void **state)
{
	static const char *const cells[] = {"a", NULL, "c"};
	struct text out;
	struct csv_writer writer = {.out = &out};

	(void)state;
	text_init(&out, 1000);
	csv_write_row(&writer, cells, 3);
	csv_write_row(&writer, cells, 1);
	assert_string_equal(text_string(&out), "a,,c\r\na\r\n");
	text_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

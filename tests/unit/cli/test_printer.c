/* Printing for people: what columns look like, and what must not get to a terminal. */
#include "cli/printer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sheet {
	struct printer printer;
	char *octets;
	size_t size;
};

static struct printer *sheet_begin(struct sheet *sheet)
{
	*sheet = (struct sheet){.octets = NULL};
	sheet->printer.file = open_memstream(&sheet->octets, &sheet->size);
	return &sheet->printer;
}

static void sheet_is(struct sheet *sheet, const char *wanted)
{
	assert_false(printer_broken(&sheet->printer));
	fclose(sheet->printer.file);
	assert_string_equal(sheet->octets, wanted);
	free(sheet->octets);
}

static void print_table(struct printer *printer, size_t columns, const char *const *cells)
{
	struct table table;

	table_init(&table, columns);
	for (; *cells; cells++)
		table_add(&table, STYLE_PLAIN, *cells);
	table_print(&table, printer);
}

static void test_columns(void **state)
{
	static const char *const cells[] = {"A", "B", "EMPTY", "C", "aaa", "b", "", "c", "a", "", "", "cc", NULL};
	struct sheet sheet;

	(void)state;
	print_table(sheet_begin(&sheet), 4, cells);
	sheet_is(&sheet, "A    B  C\naaa  b  c\na       cc\n");
}

static void test_columns_count_characters(void **state)
{
	static const char *const cells[] = {"A", "B", "é…", "x", "ab", "y", NULL};
	struct sheet sheet;

	(void)state;
	print_table(sheet_begin(&sheet), 2, cells);
	sheet_is(&sheet, "A   B\né…  x\nab  y\n");
}

static void test_narrow_terminal(void **state)
{
	static const char *const cells[] = {"A", "B", "a", "0123456789012345678901234567890123456789", NULL};
	struct sheet sheet;

	(void)state;
	sheet_begin(&sheet)->width = 20;
	print_table(&sheet.printer, 2, cells);
	sheet_is(&sheet, "A  B\na  0123456789012345…\n");
}

/* Nothing is cut below what can still be told apart. */
static void test_very_narrow_terminal(void **state)
{
	static const char *const cells[] = {"A", "B", "0123456789abcd", "0123456789abcd", NULL};
	struct sheet sheet;

	(void)state;
	sheet_begin(&sheet)->width = 3;
	print_table(&sheet.printer, 2, cells);
	sheet_is(&sheet, "A             B\n0123456789a…  0123456789a…\n");
}

static void test_controls_do_not_get_out(void **state)
{
	static const char *const cells[] = {"A", "\033[2J\n\x7f\xff\xc2\x9b!", NULL};
	struct sheet sheet;

	(void)state;
	print_table(sheet_begin(&sheet), 1, cells);
	sheet_is(&sheet, "A\n?[2J\?\?\?\?\?!\n");
	printer_print(sheet_begin(&sheet), STYLE_BAD, "a\n%s", "\033]0;x\a");
	sheet_is(&sheet, "a\n?]0;x?");
}

static void test_colours(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_begin(&sheet)->colour = true;
	printer_print(&sheet.printer, STYLE_GOOD, "yes");
	printer_print(&sheet.printer, STYLE_PLAIN, " no");
	sheet_is(&sheet, "\033[32myes\033[0m no");
}

static void test_full_disk(void **state)
{
	struct printer printer = {.file = fopen("/dev/full", "w")};

	(void)state;
	assert_non_null(printer.file);
	printer_write_line(&printer, "x");
	assert_true(printer_broken(&printer));
	fclose(printer.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_columns_count_characters),
		cmocka_unit_test(test_narrow_terminal),
		cmocka_unit_test(test_very_narrow_terminal),
		cmocka_unit_test(test_controls_do_not_get_out),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

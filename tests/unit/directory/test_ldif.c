#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/text.h"
#include "directory/ldif/ldif.h"

/* ---- texts and what they read as ---- */

/* An entry is shown as "dn{name=value|value;name=value}", octets outside of printable ASCII as \xx. */
static void show_octets(struct text *out, const char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)octets[i];

		if (c < 0x20 || c > 0x7e)
			text_print(out, "\\%02x", c);
		else
			text_append_char(out, (char)c);
	}
}

static void show_entry(struct text *out, const struct record *entry)
{
	show_octets(out, entry->dn, entry->dn_length);
	text_append(out, "{");
	for (size_t i = 0; i < entry->count; i++) {
		const struct record_attribute *attribute = &entry->attributes[i];

		text_print(out, "%s%s=", i > 0 ? ";" : "", attribute->name);
		for (size_t k = 0; k < attribute->count; k++) {
			text_append(out, k > 0 ? "|" : "");
			show_octets(out, attribute->values[k].octets, attribute->values[k].length);
		}
	}
	text_append(out, "}");
}

/* Reads all of a text; what it read, and the error after it. */
static void read_memory(const char *octets, size_t length, struct text *out, struct error *why)
{
	struct ldif_reader *reader = ldif_open_memory("t.ldif", octets, length);
	struct arena *arena = arena_new();
	struct ldif_record record;
	struct record entry;
	int result;

	why->text[0] = '\0';
	while ((result = ldif_next(reader, arena, &record, why)) == 0 &&
	       (result = ldif_entry(&record, arena, &entry, why)) == 0)
		show_entry(out, &entry);
	assert_true(result == LDIF_END || (result < 0 && why->text[0] != '\0'));
	arena_free(arena);
	ldif_close(reader);
}

static const struct sound {
	const char *text, *wanted;
} sound[] = {
	{"", ""},
	{"\n\n# nothing\n", ""},
	{"version: 1\n", ""},
	{"dn: o=x\no: x\n", "o=x{o=x}"},
	{"dn: o=x\no: x", "o=x{o=x}"}, /* no newline at the end */
	{"\xef\xbb\xbf" "dn: o=x\no: x\n", "o=x{o=x}"},
	{"version: 1\r\n\r\ndn: o=x\r\no: x\r\n\r\ndn: o=y\r\no: y\r\n", "o=x{o=x}o=y{o=y}"},
	{"version:   1\ndn: o=x\no: x\n", "o=x{o=x}"}, /* the empty line after it is not in the grammar */
	{"DN:o=x\nO:x\n", "o=x{O=x}"},
	{"dn: o=x\ncn: a\nsn: b\nCN: c\n", "o=x{cn=a|c;sn=b}"},
	{"dn: o=x\ncn: a\ncn;lang-de: b\n", "o=x{cn=a;cn;lang-de=b}"},
	{"dn: o=x\ndescription: one\n  two\n three\n", "o=x{description=one twothree}"},
	{"dn: o=lo\n ng\ncn: a\n", "o=long{cn=a}"},
	{"dn: o=x\r\ncn: a\r\n b\r\n", "o=x{cn=ab}"},
	{"dn: o=x\ncn: a\n # no comment\n", "o=x{cn=a# no comment}"},
	{"# a comment\n that goes on\ndn: o=x\n# inside\n too\ncn: a\n", "o=x{cn=a}"},
	{"dn:: bz14\ncn:: aGk=\n", "o=x{cn=hi}"},
	{"dn: o=x\ncn:: aG\n k=\n", "o=x{cn=hi}"},
	{"dn: o=x\ncn:: AAECw7w=\n", "o=x{cn=\\00\\01\\02\\c3\\bc}"},
	{"dn: o=x\ncn::\n", "o=x{cn=}"},
	{"dn: o=x\ncn:\nsn: \n", "o=x{cn=;sn=}"},
	{"dn: o=x\ncn: a: b\n", "o=x{cn=a: b}"},
	{"dn: o=x\ncn:    a \n", "o=x{cn=a }"},
	{"dn: o=x\ncn: \xc3\xbc\n", "o=x{cn=\\c3\\bc}"},
	{"dn: o=x\n2.5.4.3: a\nx_y: b\n", "o=x{2.5.4.3=a;x_y=b}"},
	{"dn: o=x\nversion: 1\n", "o=x{version=1}"},
	{"dn: o=x\ncn: a\n \n", "o=x{cn=a}"},
	{"dn: o=x\ncn: a\n ", "o=x{cn=a}"},
	{"dn: o=x\n cn=y\ncn: a\n\n\n\n# end", "o=xcn=y{cn=a}"},
};

static void test_sound(void **state)
{
	struct error why;
	struct text out;

	(void)state;
	for (size_t i = 0; i < sizeof(sound) / sizeof(*sound); i++) {
		text_init(&out, 10000);
		read_memory(sound[i].text, strlen(sound[i].text), &out, &why);
		assert_string_equal(why.text, "");
		assert_string_equal(text_string(&out), sound[i].wanted);
		text_release(&out);
	}
}

static const struct broken {
	const char *text, *place, *words;
} broken[] = {
	{"cn: a\n", "t.ldif:1:", "an entry begins with its name"},
	{"dn: o=x\ncn: a\n\nsn: b\n", "t.ldif:4:", "remove the empty line"},
	{"version: 2\n", "t.ldif:1:", "only version 1"},
	{"version: 1\nversion: 1\n", "t.ldif:2:", "an entry begins with its name"},
	{"dn: o=x\n", "t.ldif:1:", "nothing follows the name"},
	{"dn:\ncn: a\n", "t.ldif:1:", "needs a name"},
	{"dn:: bwA=\ncn: a\n", "t.ldif:1:", "NUL"},
	{"dn: o=x\nnonsense\n", "t.ldif:2:", "no colon"},
	{"dn: o=x\n: a\n", "t.ldif:2:", "no name of an attribute"},
	{"dn: o=x\nc n: a\n", "t.ldif:2:", "no name of an attribute"},
	{"dn: o=x\ncn:: aGk\n", "t.ldif:2:", "not base64"},
	{"dn: o=x\ncn:: aG=k\n", "t.ldif:2:", "not base64"},
	{"dn: o=x\ncn:: aGl=\n", "t.ldif:2:", "not base64"}, /* left-over bits */
	{"dn: o=x\ncn:: ====\n", "t.ldif:2:", "not base64"},
	{"dn: o=x\ncn:: aG k=\n", "t.ldif:2:", "not base64"},
	{"dn: o=x\ncn:: a\xc3\xbc=\n", "t.ldif:2:", "not base64"},
	{"dn: o=x\njpegPhoto:< file:///etc/passwd\n", "t.ldif:2:", "values from URLs are not read"},
	{"dn: o=x\nchangetype: add\ncn: a\n", "t.ldif:2:", "changes are not read here"},
	{"dn: o=x\ncontrol: 1.2.3\nchangetype: delete\n", "t.ldif:2:", "changes are not read here"},
	{"dn: o=x\ncn: a\nchangetype: add\n", "t.ldif:3:", "changes are not read here"},
	{"dn: o=x\ncn: a\n-\n", "t.ldif:3:", "separates changes"},
	{"dn: o=x\ncn: a\ndn: o=y\ncn: b\n", "t.ldif:3:", "a second name"},
	{"\n cn: a\n", "t.ldif:2:", "a continuation"},
	{"dn: o=x\ncn: a\n\n b\n", "t.ldif:4:", "a continuation"},
	{"dn: o=x\ncn: a\rb\n", "t.ldif:2:", "control character"},
	{"dn: o=x\n# c\n\ncn: a\n", "t.ldif:1:", "nothing follows the name"},
	{"\xff\xfe" "d\1n\1", "t.ldif:1:", "no colon"}, /* UTF-16 */
};

static void test_broken(void **state)
{
	struct error why;
	struct text out;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		text_init(&out, 10000);
		read_memory(broken[i].text, strlen(broken[i].text), &out, &why);
		if (!strstr(why.text, broken[i].place) || !strstr(why.text, broken[i].words))
			fail_msg("case %zu: \"%s\" is not: %s %s", i, why.text, broken[i].place, broken[i].words);
		text_release(&out);
	}
}

static void test_nul_in_a_value(void **state)
{
	static const char octets[] = "dn: o=x\ncn: a\0b\n";
	struct error why;
	struct text out;

	(void)state;
	text_init(&out, 100);
	read_memory(octets, sizeof(octets) - 1, &out, &why);
	assert_non_null(strstr(why.text, "t.ldif:2:"));
	text_release(&out);
}

/* Every beginning of a text reads as something or is refused with words; none of it reads outside. */
static void test_cut_anywhere(void **state)
{
	static const char octets[] = "version: 1\r\n\r\ndn:: bz14\r\ncn:: aG\r\n k=\r\n# c\r\n d\r\n\r\ndn: o=y\r\no: y\r\n";
	struct error why;
	struct text out;

	(void)state;
	for (size_t length = 0; length < sizeof(octets); length++) {
		char *copy = memory_octets(octets, length);

		text_init(&out, 1000);
		read_memory(copy, length, &out, &why);
		text_release(&out);
		free(copy);
	}
}

static void test_change_records_are_records(void **state)
{
	static const char octets[] = "dn: o=x\nchangetype: modify\nadd: cn\ncn: a\n-\ndelete: sn\n-\n\ndn: o=y\ncn: b\n";
	struct ldif_reader *reader = ldif_open_memory("t.ldif", octets, sizeof(octets) - 1);
	struct arena *arena = arena_new();
	struct ldif_record record;
	struct error why;

	(void)state;
	assert_int_equal(ldif_next(reader, arena, &record, &why), 0);
	assert_true(record.change);
	assert_int_equal(record.count, 6);
	assert_string_equal(record.lines[3].name, "-");
	assert_int_equal(record.lines[3].number, 5);
	assert_string_equal(record.lines[4].value, "sn");
	assert_int_equal(ldif_next(reader, arena, &record, &why), 0);
	assert_false(record.change);
	assert_int_equal(record.number, 9);
	assert_int_equal(ldif_next(reader, arena, &record, &why), LDIF_END);
	assert_int_equal(ldif_next(reader, arena, &record, &why), LDIF_END);
	arena_free(arena);
	ldif_close(reader);
}

/* ---- limits ---- */

static void test_long_line(void **state)
{
	struct text in, out;
	struct error why;
	static char block[65536];

	(void)state;
	memset(block, 'a', sizeof(block));
	text_init(&in, (size_t)LDIF_VALUE_MAX * 2);
	text_init(&out, 100);
	text_append(&in, "dn: o=x\ncn: a\ndescription: ");
	while (in.length <= LDIF_VALUE_MAX + 100)
		text_append_octets(&in, block, sizeof(block));
	read_memory(in.octets, in.length, &out, &why);
	assert_non_null(strstr(why.text, "t.ldif:3:"));
	assert_non_null(strstr(why.text, "octets"));
	text_release(&in);
	text_release(&out);
}

static void test_many_names(void **state)
{
	struct text in, out;
	struct error why;

	(void)state;
	text_init(&in, 1000000);
	text_init(&out, 100);
	text_append(&in, "dn: o=x\n");
	for (int i = 0; i <= LDIF_NAMES_MAX; i++)
		text_print(&in, "a%d: x\n", i);
	read_memory(in.octets, in.length, &out, &why);
	assert_non_null(strstr(why.text, "too many different attributes"));
	text_release(&in);
	text_release(&out);
}

static void test_large_group(void **state)
{
	struct text in;
	struct ldif_reader *reader;
	struct arena *arena = arena_new();
	struct ldif_record record;
	struct record entry;
	struct error why;

	(void)state;
	text_init(&in, 100000000);
	text_append(&in, "dn: cn=all,o=x\nobjectClass: groupOfNames\n");
	for (int i = 0; i < 100000; i++)
		text_print(&in, "member: uid=%d,o=x\n", i);
	reader = ldif_open_memory("t.ldif", in.octets, in.length);
	assert_int_equal(ldif_next(reader, arena, &record, &why), 0);
	assert_int_equal(ldif_entry(&record, arena, &entry, &why), 0);
	assert_int_equal(entry.count, 2);
	assert_int_equal(entry.attributes[1].count, 100000);
	assert_memory_equal(entry.attributes[1].values[99999].octets, "uid=99999,o=x", 13);
	ldif_close(reader);
	arena_free(arena);
	text_release(&in);
}

/* ---- files and folders ---- */

struct folder {
	char path[64];
};

static int folder_make(void **state)
{
	struct folder *folder = memory_alloc(sizeof(*folder));

	snprintf(folder->path, sizeof(folder->path), "/tmp/test_ldif.XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	*state = folder;
	return 0;
}

static int folder_remove(void **state)
{
	struct folder *folder = *state;
	char command[100];

	snprintf(command, sizeof(command), "rm -r '%s'", folder->path);
	assert_int_equal(system(command), 0);
	free(folder);
	return 0;
}

static void write_file(const struct folder *folder, const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void make_folder(const struct folder *folder, const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int take_shown(void *context, const struct record *entry, struct error *why)
{
	(void)why;
	show_entry(context, entry);
	return 0;
}

static int read_folder(const struct folder *folder, struct text *out, struct error *why)
{
	const char *path = folder->path;
	struct ldif_files files;
	int result;

	why->text[0] = '\0';
	text_init(out, 10000);
	if ((result = ldif_files_find(&path, 1, &files, why)) < 0)
		return result;
	result = ldif_read(&files, take_shown, out, why);
	ldif_files_release(&files);
	return result;
}

static void test_folder(void **state)
{
	struct folder *folder = *state;
	struct error why;
	struct text out;

	write_file(folder, "b.ldif", "dn: o=b\no: b\n");
	write_file(folder, "a.ldif", "dn: o=a\no: a\n");
	write_file(folder, ".hidden.ldif", "broken");
	write_file(folder, "b.ldif~", "broken");
	make_folder(folder, "ab");
	write_file(folder, "ab/z.ldif", "dn: o=z\no: z\n");
	make_folder(folder, ".git");
	write_file(folder, ".git/x.ldif", "broken");
	assert_int_equal(read_folder(folder, &out, &why), 0);
	assert_string_equal(text_string(&out), "o=a{o=a}o=z{o=z}o=b{o=b}");
	text_release(&out);
}

static void test_folder_without_files(void **state)
{
	struct error why;
	struct text out;

	assert_true(read_folder(*state, &out, &why) < 0);
	assert_non_null(strstr(why.text, ".ldif"));
	text_release(&out);
}

static void test_folder_loop(void **state)
{
	struct folder *folder = *state;
	char path[100];
	struct error why;
	struct text out;

	snprintf(path, sizeof(path), "%s/again", folder->path);
	assert_int_equal(symlink(".", path), 0);
	write_file(folder, "a.ldif", "dn: o=a\no: a\n");
	assert_true(read_folder(folder, &out, &why) < 0);
	text_release(&out);
}

static void test_missing_path(void **state)
{
	const char *path = "/nonexistent/policy";
	struct ldif_files files;
	struct error why;

	(void)state;
	assert_true(ldif_files_find(&path, 1, &files, &why) < 0);
	assert_non_null(strstr(why.text, path));
}

static void test_two_entries_of_one_name(void **state)
{
	struct folder *folder = *state;
	struct error why;
	struct text out;

	write_file(folder, "a.ldif", "dn: cn=A,o=x\ncn: A\n\ndn: cn=b,o=x\ncn: b\n");
	write_file(folder, "b.ldif", "dn: o=x\no: x\n\ndn: 2.5.4.3 = a , O=X\ncn: a\n");
	assert_true(read_folder(folder, &out, &why) < 0);
	assert_non_null(strstr(why.text, "b.ldif:4:"));
	assert_non_null(strstr(why.text, "a.ldif:1;"));
	text_release(&out);
}

static void test_name_that_is_none(void **state)
{
	static const char *const names[] = {"dn: nonsense\ncn: a\n", "dn: cn=\xff,o=x\ncn: a\n", "dn: cn=a,,o=x\ncn: a\n"};
	struct error why;
	struct text out;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		write_file(*state, "a.ldif", names[i]);
		assert_true(read_folder(*state, &out, &why) < 0);
		assert_non_null(strstr(why.text, "a.ldif:1:"));
		text_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_nul_in_a_value),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_change_records_are_records),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_large_group),
		cmocka_unit_test_setup_teardown(test_folder, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(test_folder_without_files, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(test_folder_loop, folder_make, folder_remove),
		cmocka_unit_test(test_missing_path),
		cmocka_unit_test_setup_teardown(test_two_entries_of_one_name, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(test_name_that_is_none, folder_make, folder_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

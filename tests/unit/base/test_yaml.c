#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"

/* A node as "kind@line"; scalars as their text, with a bar before that of a block. */
static void show(const struct yaml *node, unsigned depth, struct text *out)
{
	if (node->kind == YAML_KIND_SCALAR) {
		text_print(out, "%s%s", node->block ? "|" : "", node->text);
		assert_int_equal(node->length, strlen(node->text));
	} else if (depth == 0) {
		text_append(out, "...");
	} else {
		bool mapping = node->kind == YAML_KIND_MAPPING;

		text_append(out, mapping ? "{" : "[");
		for (size_t i = 0; i < node->count; i++) {
			text_append(out, i > 0 ? ", " : "");
			show(mapping ? node->pairs[i].key : node->items[i], depth - 1, out);
			text_append(out, mapping ? ": " : "");
			if (mapping)
				show(node->pairs[i].value, depth - 1, out);
		}
		text_append(out, mapping ? "}" : "]");
	}
	text_print(out, "@%zu", node->line);
}

static const struct {
	const char *text, *wanted;
	size_t line;           /* of what is wrong */
	const char *message;   /* NULL: nothing */
} rows[] = {
	{"", "", 0, NULL},
	{"# nothing\n", "", 0, NULL},
	{"a", "a@1", 0, NULL},
	{"a: b\nc: 'd'\n", "{a@1: b@1, c@2: d@2}@1", 0, NULL},
	{"a: b\na: c\n", "{a@1: b@1, a@2: c@2}@1", 0, NULL},
	{"- x\n- [y, {z: |\n  }]\n", "", 2, "no YAML: "},
	{"- |\n  two\n  lines\n- \"\"\n", "[|two\nlines\n@1, @4]@1", 0, NULL},
	{"a: &x [1]\nb: *x\n", "{a@1: [1@1]@1, b@2: [1@1]@1}@1", 0, NULL},
	{"a: &x [*x]\n", "{a@1: [[[...@1]@1]@1]@1}@1", 0, NULL},
	{"a: *x\n", "", 1, "no YAML: found undefined alias"},
	{"a: [\n", "", 2, "no YAML: "},
	{"a: 1\n---\nb: 2\n", "{a@1: 1@1}@1", 2, "a second document begins here"},
	{"a: \xff\n", "", 0, "no YAML: invalid leading UTF-8 octet"},
};

static void test_what_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new();
		const struct yaml *root;
		struct error why = {""};
		struct text shown;
		size_t line;
		int result = yaml_read(rows[i].text, strlen(rows[i].text), arena, &root, &line, &why);

		text_init(&shown, 4096);
		if (root)
			show(root, 4, &shown);
		assert_string_equal(text_string(&shown), rows[i].wanted);
		assert_int_equal(result, rows[i].message ? YAML_BROKEN : 0);
		if (rows[i].message) {
			assert_int_equal(line, rows[i].line);
			assert_non_null(strstr(why.text, rows[i].message));
		}
		text_release(&shown);
		arena_free(arena);
	}
}

static void test_a_nul(void **state)
{
	static const char text[] = "a: \"x\\0y\"\n";
	struct arena *arena = arena_new();
	const struct yaml *root;
	struct error why;
	size_t line;

	(void)state;
	assert_int_equal(yaml_read(text, sizeof(text) - 1, arena, &root, &line, &why), 0);
	assert_int_equal(root->pairs[0].value->length, 3);
	assert_memory_equal(root->pairs[0].value->text, "x\0y", 4);
	arena_free(arena);
}

/* What is written in quotes, and what has a tag. */
static void test_how_it_is_written(void **state)
{
	static const char text[] = "- null\n- 'null'\n- !!int 5\n- !!str 5\n- !own {a: b}\n";
	static const struct { bool plain; const char *tag; } wanted[] = {
		{true, NULL}, {false, NULL}, {true, "tag:yaml.org,2002:int"}, {true, NULL}, {false, "!own"},
	};
	struct arena *arena = arena_new();
	const struct yaml *root;
	struct error why;
	size_t line;

	(void)state;
	assert_int_equal(yaml_read(text, sizeof(text) - 1, arena, &root, &line, &why), 0);
	for (size_t i = 0; i < root->count; i++) {
		assert_int_equal(root->items[i]->plain, wanted[i].plain);
		if (wanted[i].tag)
			assert_string_equal(root->items[i]->tag, wanted[i].tag);
		else
			assert_null(root->items[i]->tag);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_read),
		cmocka_unit_test(test_a_nul),
		cmocka_unit_test(test_how_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

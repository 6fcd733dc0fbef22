/* Filters: grammar and printing. */
#include "filters.h"

#include <stdlib.h>
#include <string.h>

static void test_prints_as_written(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *printed; /* NULL: the same */
	} cases[] = {
		{ "(owner=lena)", NULL },
		{ "(owner=)", NULL },
		{ "(owner=*)", NULL },
		{ "(owner=*lena)", NULL },
		{ "(owner=lena*)", NULL },
		{ "(owner=a*b*c)", NULL },
		{ "(owner=*a*)", NULL },
		{ "(count>=5)", NULL },
		{ "(count<=-1.5e3)", NULL },
		{ "(&)", NULL },
		{ "(|)", NULL },
		{ "(!(a=b))", NULL },
		{ "(!(!(&(a=b))))", NULL },
		{ "(&(a=b)(|(c=d)(!(e=f)))(g=*))", NULL },
		{ "(resource.owner=lena)", "(owner=lena)" },
		{ "(RESOURCE.owner=lena)", "(owner=lena)" },
		{ "(resource.context.x=1)", NULL },
		{ "(resource.a.b=1)", NULL },
		{ "(context.ip=10.0.0.1)", NULL },
		{ "(context.a.b=1)", NULL },
		{ "(action.name=x)", NULL },
		{ "(Subject.departmentNumber=42)", "(subject.departmentNumber=42)" },
		{ "(my_name-1=x)", NULL },
		{ "(owner=$user.dn)", NULL },
		{ "(owner=$USER.dn)", "(owner=$user.dn)" },
		{ "(owner=$user.my.attr_x-y)", NULL },
		{ "(site=$workspace.l)", NULL },
		{ "(due>=$now)", NULL },
		{ "(due<=$Now)", "(due<=$now)" },
		{ "(price=\\24 5)", NULL },
		{ "(a=b\\24*\\24)", NULL },
		{ "(a=\\24now)", NULL },
		{ "(a= b )", NULL },
		{ "(a=b=c)", NULL },
		{ "(a==)", NULL },
		{ "(a=&|!<>~:)", NULL },
		{ "(a>==)", NULL },
		/* RFC 4515 section 4 */
		{ "(cn=Babs Jensen)", NULL },
		{ "(!(cn=Tim Howes))", NULL },
		{ "(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))", NULL },
		{ "(o=univ*of*mich*)", NULL },
		{ "(seeAlso=)", NULL },
		{ "(o=Parens R Us \\28for all your parenthetical needs\\29)", NULL },
		{ "(cn=*\\2A*)", "(cn=*\\2a*)" },
		{ "(filename=C:\\5cMyFile)", NULL },
		{ "(sn=Lu\\c4\\8di\\c4\\87)", "(sn=Lučić)" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter *filter = parse(cases[i].text, FILTER_OF_REQUEST, arena);
		const char *printed = print(filter, arena);
		assert_string_equal(printed, cases[i].printed != NULL ? cases[i].printed : cases[i].text);
		assert_string_equal(print(parse(printed, FILTER_OF_REQUEST, arena), arena), printed);
	}
	static const char *const of_entries[] = {
		"(1.3.6.1.4.1.1466.0=x)", "(a.b=c)", "(resource.x=y)", "(.=y)", "(a=b\\24c)",
		"(&(departmentNumber=42)(employeeType=staff))",
	};
	for (size_t i = 0; i < COUNT(of_entries); i++)
		assert_string_equal(print(parse(of_entries[i], FILTER_OF_ENTRY, arena), arena), of_entries[i]);
	assert_string_equal(print(parse("(a=b$c*$d)", FILTER_OF_ENTRY, arena), arena), "(a=b\\24c*\\24d)");
	arena_free(arena);
}

static void test_nodes(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	const struct filter *filter = parse("(&(owner=$user.dn)(subject.a>=\\2a1)(x=i\\28*m*))", FILTER_OF_REQUEST, arena);
	assert_int_equal(filter->operator, FILTER_AND);
	assert_int_equal(filter->count, 3);
	const struct filter *item = filter->parts[0];
	assert_int_equal(item->operator, FILTER_EQUAL);
	assert_int_equal(item->space, SPACE_RESOURCE);
	assert_int_equal(item->reference, REFERENCE_USER);
	assert_string_equal(item->name, "owner");
	assert_string_equal(item->value, "dn");
	item = filter->parts[1];
	assert_int_equal(item->operator, FILTER_AT_LEAST);
	assert_int_equal(item->space, SPACE_SUBJECT);
	assert_int_equal(item->reference, REFERENCE_NONE);
	assert_string_equal(item->name, "a");
	assert_string_equal(item->value, "*1");
	item = filter->parts[2];
	assert_int_equal(item->operator, FILTER_SUBSTRINGS);
	assert_int_equal(item->substring_count, 3);
	assert_string_equal(item->substrings[0], "i(");
	assert_string_equal(item->substrings[1], "m");
	assert_string_equal(item->substrings[2], "");
	item = parse("(resource.a=b)", FILTER_OF_ENTRY, arena);
	assert_int_equal(item->space, SPACE_ENTRY);
	assert_string_equal(item->name, "resource.a");
	item = parse("(a=$now)", FILTER_OF_REQUEST, arena);
	assert_int_equal(item->reference, REFERENCE_NOW);
	assert_string_equal(item->value, "");
	arena_free(arena);
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool of_entry_too; /* else it parses there */
	} cases[] = {
		{ "", true }, { " ", true }, { "a=b", true }, { "(", true }, { ")", true }, { "()", true }, { "(a)", true },
		{ "(a=b", true }, { "(a=b))", true }, { "(a=b) ", true }, { " (a=b)", true }, { "(a=b)(c=d)", true },
		{ "((a=b))", true }, { "(=b)", true }, { "( a=b)", true }, { "(a =b)", true }, { "(a~=b)", true },
		{ "(a:=b)", true }, { "(a:dn:2.4.6=b)", true }, { "(a>b)", true }, { "(a<b)", true }, { "(a>)", true },
		{ "(a=b(c)", true }, { "(a=(b))", true }, { "(a;lang-en=b)", true }, { "(é=b)", true }, { "(a b=c)", true },
		{ "(& (a=b))", true }, { "(&(a=b) (c=d))", true }, { "(&(a=b)", true }, { "(&", true }, { "(&a=b)", true },
		{ "(!)", true }, { "(!(a=b)(c=d))", true }, { "(!a=b)", true }, { "(?(a=b))", true },
		{ "(a=\\)", true }, { "(a=\\2)", true }, { "(a=\\2g)", true }, { "(a=\\zz)", true }, { "(a=\\*2a)", true },
		{ "(a=\\00)", true }, { "(a=\\ff)", true }, { "(a=\xff)", true }, { "(a=\\c3*\\a9)", true },
		{ "(a=**)", true }, { "(a=b**c)", true }, { "(a=***)", true }, { "(a>=*)", true }, { "(a<=1*)", true },
		{ "(a=$)", true }, { "(a=$other)", true }, { "(a=$user)", true }, { "(a=$user.)", true },
		{ "(a=$user.dn x)", true }, { "(a=$user.dn*)", true }, { "(a=$users.dn)", true }, { "(a=$nowhere)", true },
		{ "(a=$now.x)", true }, { "(a=$workspace)", true }, { "(a=$workspace.é)", true }, { "(a=$user.d\\6e)", true },
		{ "(a=x$user.dn)", false }, { "(a= $now)", false }, { "(a=b$)", false }, { "(a=*$user.dn)", false },
		{ "(a=x*$y)", false }, { "(user.x=1)", false }, { "(resource.=1)", false }, { "(resource=1)", false },
		{ "(.a=1)", false }, { "(resources.a=1)", false }, { "(.=1)", false }, { "(1.2=3)", false },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter *filter;
		struct error why = { "" };
		bool bare = strcmp(cases[i].text, "(resource=1)") == 0;
		if (filter_parse(cases[i].text, FILTER_OF_REQUEST, arena, &filter, &why) != (bare ? 0 : 1))
			fail_msg("%s", cases[i].text);
		assert_int_equal(why.text[0] == '\0', bare);
		if (filter_parse(cases[i].text, FILTER_OF_ENTRY, arena, &filter, NULL) != (cases[i].of_entry_too ? 1 : 0))
			fail_msg("%s, of an entry", cases[i].text);
	}
	const struct filter *filter;
	assert_int_equal(filter_parse("(a=$now)", FILTER_OF_ENTRY, arena, &filter, NULL), 1);
	assert_int_equal(filter_parse("(a=$user.dn)", FILTER_OF_ENTRY, arena, &filter, NULL), 1);
	assert_int_equal(filter_parse("(a>=$now)", FILTER_OF_ENTRY, arena, &filter, NULL), 1);
	arena_free(arena);
}

static void test_errors_say_where(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "a=b", "not a filter: no '(' at octet 1" },
		{ "(a=b)x", "not a filter: something behind the filter at octet 6" },
		{ "(&(a=b) (c=d))", "not a filter: neither '(' nor ')' at octet 8" },
		{ "(a~=b)", "not a filter: none of =, >= and <= at octet 3" },
		{ "(a=bc\\zz)", "not a filter: a backslash without two hexadecimal digits at octet 6" },
		{ "(a=x$y)", "not a filter: a '$' that must be written \\24 at octet 5" },
		{ "(a=b", "not a filter: no closing parenthesis at octet 5" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter *filter;
		struct error why = { "" };
		assert_int_equal(filter_parse(cases[i].text, FILTER_OF_REQUEST, arena, &filter, &why), 1);
		assert_string_equal(why.text, cases[i].why);
	}
	arena_free(arena);
}

/* `count` times `open`, `inside`, `count` times `close`. */
static char *nest(const char *open, size_t count, const char *inside, const char *close)
{
	struct text text;
	text_init(&text, (size_t)4 * FILTER_LENGTH_MAX);
	for (size_t i = 0; i < count; i++)
		text_append(&text, open);
	text_append(&text, inside);
	for (size_t i = 0; i < count; i++)
		text_append(&text, close);
	return text_detach(&text);
}

static int parses(char *text)
{
	struct arena *arena = arena_new();
	const struct filter *filter;
	int result = filter_parse(text, FILTER_OF_REQUEST, arena, &filter, NULL);
	if (result == 0)
		assert_string_equal(print(filter, arena), text);
	arena_free(arena);
	free(text);
	return result;
}

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(parses(nest("(!", FILTER_DEPTH_MAX - 1, "(a=b)", ")")), 0);
	assert_int_equal(parses(nest("(!", FILTER_DEPTH_MAX, "(a=b)", ")")), 1);
	assert_int_equal(parses(nest("(&", FILTER_DEPTH_MAX, "", ")")), 0);
	assert_int_equal(parses(nest("(&", FILTER_DEPTH_MAX + 1, "", ")")), 1);
	assert_int_equal(parses(nest("(", FILTER_LENGTH_MAX - 1, "", "")), 1);
	assert_int_equal(parses(nest("", FILTER_LENGTH_MAX - 4, "(a=", "x")), 1);
	assert_int_equal(parses(nest("(|", 1, "(a=b)(c=d)", ")")), 0);
	/* As long as can be, and one more. */
	char *longest = nest("", FILTER_LENGTH_MAX, "", "x");
	memcpy(longest, "(a=", 3);
	longest[FILTER_LENGTH_MAX - 1] = ')';
	assert_int_equal(parses(longest), 0);
	char *too_long = nest("", FILTER_LENGTH_MAX + 1, "", "x");
	memcpy(too_long, "(a=", 3);
	too_long[FILTER_LENGTH_MAX] = ')';
	assert_int_equal(parses(too_long), 1);
	/* Very wide. */
	char *wide = nest("(a=)", 16000, "", "");
	char *group = nest("(&", 1, wide, ")");
	assert_int_equal(parses(group), 0);
	free(wide);
	char *stars = nest("*x", 30000, "", "");
	assert_int_equal(parses(nest("(a=", 1, stars, ")")), 0);
	free(stars);
}

static void name_count(void *context, const struct filter *item)
{
	size_t *counts = context;
	counts[item->name[0] - 'a']++;
}

static void test_visit(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	size_t counts[4] = { 0 };
	filter_visit(parse("(&(a=1)(!(|(b=*)(a=x*)))(c>=1)(&))", FILTER_OF_REQUEST, arena), name_count, counts);
	assert_int_equal(counts[0], 2);
	assert_int_equal(counts[1], 1);
	assert_int_equal(counts[2], 1);
	assert_int_equal(counts[3], 0);
	arena_free(arena);
}

/* A filter that cannot be printed as it stands: what is no UTF-8 is escaped, so that the print is text. */
static void test_print_of_binary(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	const struct filter item = { .operator = FILTER_EQUAL, .name = "id", .value = "\xff(a" };
	assert_string_equal(print(&item, arena), "(id=\\ff\\28a)");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prints_as_written),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_errors_say_where),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_visit),
		cmocka_unit_test(test_print_of_binary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

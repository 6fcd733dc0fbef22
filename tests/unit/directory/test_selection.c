#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "directory/server/selection.h"

static bool asks_for(const struct selection *selection, const char *name)
{
	for (size_t i = 0; selection->attributes[i]; i++)
		if (strcmp(selection->attributes[i], name) == 0)
			return true;
	return false;
}

static void test_default(void **state)
{
	static const char *const wanted[] = {"objectclass", "cn", "uid", "mail", "entryuuid", "samaccountname", "member",
	                                     "dgpermission", "dgtokenhash", "gidnumber", "shadowexpire", "title", "building"};
	const char *const more[] = {"building", NULL};
	struct name_set names = {0};
	struct selection selection;
	struct error why;

	(void)state;
	name_set_add(&names, "title");
	assert_int_equal(selection_make(NULL, &names, more, &selection, &why), 0);
	assert_non_null(strstr(selection.filter, "(objectClass=inetOrgPerson)"));
	assert_non_null(strstr(selection.filter, "(objectClass=dgBinding)"));
	assert_non_null(strstr(selection.filter, "(objectClass=groupOfNames)"));
	assert_non_null(strstr(selection.filter, "(objectClass=organizationalUnit)"));
	assert_null(strstr(selection.filter, "(!")); /* of what a server does not know, the negation matches nothing */
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		assert_true(asks_for(&selection, wanted[i]));
	assert_false(asks_for(&selection, "memberof"));
	selection_release(&selection);
	name_set_release(&names);
}

/* The register of attributes: schema/dirgate.def. */
static void test_every_attribute_of_the_schema(void **state)
{
	FILE *file = fopen("schema/dirgate.def", "r");
	struct name_set none = {0};
	struct selection selection;
	struct error why;
	char line[300], name[100];
	int count = 0;

	(void)state;
	if (!file)
		skip();
	assert_int_equal(selection_make(NULL, &none, NULL, &selection, &why), 0);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "attribute %*d %99s", name) != 1)
			continue;
		for (char *c = name; *c; c++)
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
		assert_true(asks_for(&selection, name));
		count++;
	}
	assert_true(count > 40);
	fclose(file);
	selection_release(&selection);
}

static void expect_people(const char *person_filter, const char *wanted, const char *attribute)
{
	const struct model_settings settings = {.person_filter = person_filter, .person_ids = {"employeeNumber"}};
	struct name_set none = {0};
	struct selection selection;
	struct error why;

	assert_int_equal(selection_make(&settings, &none, NULL, &selection, &why), 0);
	assert_int_equal(strncmp(selection.filter, "(|", 2), 0);
	if (strncmp(selection.filter + 2, wanted, strlen(wanted)) != 0)
		fail_msg("%s is asked for as %.100s", person_filter, selection.filter);
	assert_true(asks_for(&selection, attribute));
	assert_true(asks_for(&selection, "employeenumber"));
	selection_release(&selection);
}

static void test_person_filter(void **state)
{
	(void)state;
	expect_people("(employeeType=staff)", "(employeeType=staff)", "employeetype");
	expect_people("(&(a=1)(!(b=2)))", "(a=1)", "b");
	expect_people("(|(a=1)(!(b=2)))", "(objectClass=*)", "b");
	expect_people("(&(!(a=1))(|(b=2)(&(c=3)(!(d=4)))))", "(|(b=2)(c=3))", "d");
}

static void test_broken_person_filter(void **state)
{
	const struct model_settings settings = {.person_filter = "(a=1"};
	struct name_set none = {0};
	struct selection selection;
	struct error why;

	(void)state;
	assert_true(selection_make(&settings, &none, NULL, &selection, &why) < 0);
	assert_non_null(strstr(why.text, "person_filter"));
	selection_release(&selection);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_every_attribute_of_the_schema),
		cmocka_unit_test(test_person_filter),
		cmocka_unit_test(test_broken_person_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

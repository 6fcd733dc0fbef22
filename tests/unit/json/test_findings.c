/* Findings of lint as JSON: their order, which does not depend on that of the entries, and their members. */
#include "json/findings.h"
#include "json/json_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/loaded.h"

static const char organization[] =
	"dn: o=x\nobjectClass: organization\nobjectClass: dgOrganization\no: x\n\n";
static const char first[] =
	"dn: cn=a,o=x\nobjectClass: dgRole\ncn: a\ndgPermission: records.read (x=\ndgPermission: .\n\n";
static const char second[] =
	"dn: cn=b,o=x\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=none,o=x\nmember: cn=gone,o=x\n\n";

/* The JSON of an LDIF made of three parts. */
static char *findings_of(const char *const parts[3])
{
	char path[] = "/tmp/test_findings.XXXXXX.ldif";
	int fd = mkstemps(path, 5);
	struct arena *arena = arena_new();
	struct error why = {""};
	struct snapshot *snapshot;
	struct json_writer writer = {.out = NULL};
	struct text json;

	assert_true(fd >= 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(write(fd, parts[i], strlen(parts[i])), strlen(parts[i]));
	close(fd);
	snapshot = loaded_snapshot(path, &why);
	unlink(path);
	if (!snapshot)
		fail_msg("%s", why.text);
	text_init(&json, 1048576);
	writer.out = &json;
	findings_write(&writer, snapshot, 0, arena);
	snapshot_drop(snapshot);
	arena_free(arena);
	return text_detach(&json);
}

static void test_order(void **state)
{
	char *one = findings_of((const char *[]){organization, first, second});
	char *other = findings_of((const char *[]){organization, second, first});

	(void)state;
	assert_string_equal(one, other);
	free(one);
	free(other);
}

static const char *string_of(const struct value *object, const char *name)
{
	const struct value *value = json_value_member(object, name);

	assert_true(value && value->kind == VALUE_STRING);
	return value->string;
}

static void test_members(void **state)
{
	char *json = findings_of((const char *[]){organization, first, second});
	struct arena *arena = arena_new();
	const struct value *root, *findings;
	struct error why;

	(void)state;
	assert_int_equal(json_value_parse(json, strlen(json), arena, &root, &why), 0);
	findings = json_value_member(root, "findings");
	assert_true(json_value_member(root, "total")->number == (long double)findings->count);
	assert_true(findings->count >= 4);
	assert_string_equal(string_of(&findings->items[0], "code"), "bad-permission");
	assert_string_equal(string_of(&findings->items[0], "severity"), "error");
	assert_string_equal(string_of(json_value_member(&findings->items[0], "entry"), "dn"), "cn=a,o=x");
	assert_string_equal(string_of(&findings->items[0], "attribute"), "dgPermission");
	for (size_t i = 0; i < findings->count; i++) {
		assert_true(string_of(&findings->items[i], "meaning")[0] != '\0');
		assert_true(string_of(&findings->items[i], "remedy")[0] != '\0');
	}
	arena_free(arena);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

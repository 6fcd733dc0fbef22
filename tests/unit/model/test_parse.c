/* From a record to an entry: attributes, kinds, names, and what the index is told. */
#include "../../support/parsed.h"

#include "base/memory.h"
#include "model/parse_schema.h"
#include "model/parse_values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DESCRIPTION_MAX 100000
#define LINES_MAX 100

/* ---- lines in order, for what comes in none ---- */

struct lines { char *items[LINES_MAX]; size_t count; const struct parsed *parsed; };

static int line_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void lines_add(struct lines *lines, struct text *line)
{
	assert_true(lines->count < LINES_MAX);
	lines->items[lines->count++] = text_detach(line);
}

/* Compares with `expected`, "a, b, c", and empties the list. */
static void lines_check(struct lines *lines, const char *what, const char *expected)
{
	struct text all;

	text_init(&all, DESCRIPTION_MAX);
	qsort(lines->items, lines->count, sizeof(char *), line_compare);
	for (size_t i = 0; i < lines->count; i++) {
		text_print(&all, "%s%s", i > 0 ? ", " : "", lines->items[i]);
		free(lines->items[i]);
	}
	lines->count = 0;
	if (strcmp(text_string(&all), expected) != 0)
		print_error("in: %s\n", what);
	assert_string_equal(text_string(&all), expected);
	text_release(&all);
}

/* ---- attributes ---- */

static void attributes_check(const struct parsed *parsed, const char *what, const char *expected)
{
	struct lines lines = { .count = 0 };

	for (uint32_t i = 0; i < parsed->entry->attribute_count; i++) {
		const struct entry_attribute *attribute = &parsed->entry->attributes[i];
		struct text line;
		text_init(&line, DESCRIPTION_MAX);
		text_append(&line, attribute->name);
		for (uint32_t j = 0; j < attribute->count; j++)
			text_print(&line, " <%s>", attribute->values[j].text ? attribute->values[j].text : "?");
		for (uint32_t j = 0; j < attribute->node_count; j++)
			text_print(&line, " %s", parsed_dn(parsed, attribute->nodes[j]));
		lines_add(&lines, &line);
		if (i > 0)
			assert_true((uintptr_t)attribute[-1].name < (uintptr_t)attribute->name);
		assert_ptr_equal(attribute->name, atoms_intern(parsed->atoms, attribute->name));
	}
	lines_check(&lines, what, expected);
}

static void test_attributes(void **state)
{
	(void)state;
	static const struct { const char *text, *attributes; } rows[] = {
		{ "", "" },
		{ "cn: A\nSN: B", "cn <A>, sn <B>" },
		{ "commonName: A\nsn: B\n2.5.4.3: C\ncn: D", "cn <A> <C> <D>, sn <B>" },
		{ "cn: A\ncn;lang-de: B\nCN;x-y;z: C", "cn <A>" },
		{ "cn: A\ncn:  a \ncn: B\ncommonname: A  \ncn: b", "cn <A> <B>" },
		{ "cn: Stra\xc3\x9f" "e\ncn: STRA\xc3\x9f" "E\ncn: \xef\xbc\xa1", "cn <Stra\xc3\x9f" "e> <\xef\xbc\xa1>" },
		{ "dgPermission: a\ndgPermission: A\ndgPermission: a", "dgpermission <a> <A>" },
		{ "cn:: ff\ncn:: ff\ncn:: 6100\ncn: a", "cn <?> <?> <?> <a>" },
		{ "cn: ", "cn <>" },
		{ "member: uid=a,o=acme\nmember: UID=A, o=ACME\nmember: x\nmember: uid=b,o=acme",
		  "member <x> uid=a,o=acme uid=b,o=acme" },
		{ "member:: ff", "member <?>" },
		{ "manager: uid=a,o=acme", "manager <uid=a,o=acme>" },
		{ SCHEMA_ARC ".1.21: *\n" SCHEMA_ARC ".1.33: o=acme\n" SCHEMA_ARC ".1.99: x\n1.2.3: y",
		  "1.2.3 <y>, " SCHEMA_ARC ".1.99 <x>, dgdeny <*>, dgscope o=acme" },
		{ "objectGUID:: 0123456789abcdef0123456789abcdef", "objectguid <67452301-ab89-efcd-0123-456789abcdef>" },
		{ "objectGUID: {67452301-AB89-efcd-0123-456789ABCDEF}", "objectguid <67452301-ab89-efcd-0123-456789abcdef>" },
		{ "objectGUID:: 0123", "objectguid <?>" },
		{ "objectSid:: 010100000000000512000000", "objectsid <S-1-5-18>" },
		{ "objectSid:: 01010102030405060f000000", "objectsid <S-1-0x010203040506-15>" },
		{ "objectSid:: 0101000000000005120000", "objectsid <?>" },
		{ "objectSid:: 020100000000000512000000", "objectsid <?>" },
		{ "objectSid: S-1-5-21-4294967295-1", "objectsid <S-1-5-21-4294967295-1>" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parsed parsed = { .atoms = NULL };
		parsed_make(&parsed, rows[i].text);
		attributes_check(&parsed, rows[i].text, rows[i].attributes);
		parsed_release(&parsed);
	}
}

static void test_many_values(void **state)
{
	(void)state;
	struct parsed parsed = { .atoms = NULL };
	struct text text;

	text_init(&text, DESCRIPTION_MAX);
	text_append(&text, "objectClass: posixGroup\n");
	for (int i = 0; i < 2000; i++)
		text_print(&text, "memberUid: user%d\n", i % 1000);
	parsed_make(&parsed, text_string(&text));
	assert_int_equal(parsed.entry->group->member_uid.count, 1000);
	assert_string_equal(parsed.entry->group->member_uid.items[999], "user999");
	text_release(&text);
	parsed_release(&parsed);
}

/* ---- problems ---- */

static void test_problem_limits(void **state)
{
	(void)state;
	struct parsed parsed = { .atoms = NULL };
	struct text text;
	const struct problem *problem;

	text_init(&text, DESCRIPTION_MAX);
	text_append(&text, "objectClass: dgRole\ncn: x\n");
	for (int i = 0; i < ENTRY_PROBLEMS_MAX + 10; i++)
		text_print(&text, "dgPermission: !%d\n", i);
	parsed_make(&parsed, text_string(&text));
	assert_int_equal(parsed.entry->problem_count, ENTRY_PROBLEMS_MAX);
	assert_int_equal(parsed.entry->problems[0].code, PROBLEM_TOO_MANY);

	text_reset(&text);
	text_append(&text, "objectClass: dgRole\ncn: x\ndgCeiling: !");
	for (int i = 0; i < 199; i++)
		text_append(&text, "\xc3\xa4");
	parsed_make(&parsed, text_string(&text));
	problem = &parsed.entry->problems[0];
	assert_int_equal(parsed.entry->problem_count, 1);
	assert_int_equal(strlen(problem->value), 199 + 3);
	assert_memory_equal(problem->value + 197, "\xc3\xa4...", 6);
	text_release(&text);
	parsed_release(&parsed);
}

/* ---- kinds and names ---- */

static void test_kinds(void **state)
{
	(void)state;
	static const struct { const char *text; uint32_t kinds; } rows[] = {
		{ "objectClass: dgOrganization", 1u << KIND_ORGANIZATION },
		{ "objectClass: dgWorkspace\nobjectClass: groupOfNames", 1u << KIND_WORKSPACE | 1u << KIND_GROUP },
		{ "objectClass: dgOrganization\nobjectClass: dgWorkspace", 1u << KIND_ORGANIZATION },
		{ "objectClass: dgBinding\nobjectClass: posixGroup", 1u << KIND_BINDING },
		{ "objectClass: dgBoundGroup\nobjectClass: posixGroup", 1u << KIND_BINDING | 1u << KIND_GROUP },
		{ "objectClass: person\nobjectClass: dgAccount", 1u << KIND_PERSON },
		{ "objectClass: " SCHEMA_ARC ".2.3", 1u << KIND_ROLE },
		{ "objectClass: " SCHEMA_ARC ".2.33", 0 },
		{ "2.5.4.0: DGPLAN", 1u << KIND_PLAN },
		{ "objectClass;x: dgPlan", 0 },
		{ "objectClass:: 6467506c616e00", 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parsed parsed = { .atoms = NULL };
		parsed_make(&parsed, rows[i].text);
		assert_int_equal(parsed.entry->kinds, rows[i].kinds);
		parsed_release(&parsed);
	}
}

static void test_names(void **state)
{
	(void)state;
	static const struct { const char *text, *key, *rdn, *id, *name; } rows[] = {
		{ "dn: ou=Support , o=acme\nobjectClass: dgWorkspace", "ou=support,o=acme", "ou=Support", "Support", "Support" },
		{ "dn: cn=a\\, b+ou=c,o=acme\nkey: 42\ncn: a, b", "42", "cn=a\\, b+ou=c", "a, b", "a, b" },
		{ "dn: cn=a,o=acme\ndgId: b\ncn: a\ndisplayName: c", "cn=a,o=acme", "cn=a", "b", "c" },
		{ "dn: cn=a,o=acme\ndgId: b\ndgId: c", "cn=a,o=acme", "cn=a", NULL, NULL },
		{ "dn: cn=a,o=acme\ndisplayName: \ncn: d", "cn=a,o=acme", "cn=a", "a", "d" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parsed parsed = { .atoms = NULL };
		const struct entry *entry = parsed_make(&parsed, rows[i].text);
		assert_string_equal(entry->key, rows[i].key);
		assert_string_equal(entry->rdn, rows[i].rdn);
		assert_string_equal(entry->id ? entry->id : "-", rows[i].id ? rows[i].id : "-");
		assert_string_equal(entry->name ? entry->name : "-", rows[i].name ? rows[i].name : "-");
		assert_int_equal(entry->source, 7);
		parsed_release(&parsed);
	}
}

/* ---- ties ---- */

static const char *const relations[RELATION_COUNT] = {
	"child", "member-of", "role-held-by", "owns", "given-by", "inherited-by", "restricts", "scope-of",
	"people-base-of", "default-of", "invited-by", "other", "kind", "dynamic",
};
static const char *const name_indexes[] = {
	"organization", "workspace", "role", "restriction", "plan", "group", "invitation", "resource", "member-uid",
	"gid", "sid", "invited-mail", "person-dg-id", "person0", "person1", "person2",
};

static void add_relation(void *context, enum relation relation, uint32_t from)
{
	struct lines *lines = context;
	struct text line;

	text_init(&line, DESCRIPTION_MAX);
	if (relation < RELATION_KIND)
		text_print(&line, "%s %s", relations[relation], parsed_dn(lines->parsed, from));
	else
		text_print(&line, "%s %u", relations[relation], from);
	lines_add(lines, &line);
}

static void add_name(void *context, enum name_index index, const char *name)
{
	struct text line;

	assert_true((size_t)index < COUNT(name_indexes));
	text_init(&line, DESCRIPTION_MAX);
	text_print(&line, "%s=%s", name_indexes[index], name);
	lines_add(context, &line);
}

static void ties_check(const struct parsed *parsed, const char *what, const char *relation_lines, const char *name_lines)
{
	struct lines lines = { .parsed = parsed };

	entry_visit_ties(parsed->entry, &parsed->settings,
	                 &(struct entry_tie_visitor){ .context = &lines, .relation = add_relation });
	lines_check(&lines, what, relation_lines);
	entry_visit_ties(parsed->entry, &parsed->settings,
	                 &(struct entry_tie_visitor){ .context = &lines, .name = add_name });
	lines_check(&lines, what, name_lines);
}

static void test_ties(void **state)
{
	(void)state;
	static const struct { const char *text, *relations, *names; } rows[] = {
		{ "owner: uid=a,o=acme\nmember: uid=b,o=acme\nmanager: uid=c,o=acme", "other uid=a,o=acme, other uid=b,o=acme", "" },
		{ "objectClass: dgOrganization\ndgPeopleBase: ou=p\ndgDefaultWorkspace: ou=w\ndgDefaultRole: cn=r\n"
		  "dgHasPlan: cn=l\nowner: uid=a",
		  "default-of ou=w, kind 0, other cn=l, other cn=r, other uid=a, people-base-of ou=p", "organization=x" },
		{ "objectClass: dgWorkspace\nowner: uid=a\ndgJoinRole: cn=r\ndgId: W 1", "kind 1, other cn=r, owns uid=a",
		  "workspace=W 1" },
		{ "objectClass: dgWorkspace\nobjectClass: dgOrganization\nowner: uid=a", "kind 0, other uid=a", "organization=x" },
		{ "objectClass: dgWorkspace\ndgId: a\ndgId: b", "kind 1", "" },
		{ "objectClass: dgRole\ndgInherits: cn=s\ndgMayAssign: cn=t\ndgRequiresPlan: cn=l",
		  "inherited-by cn=s, kind 2, other cn=l, other cn=t", "role=x" },
		{ "objectClass: dgRestriction\ndgAppliesTo: cn=r\ndgRequiresPlan: cn=l", "kind 3, other cn=l, other cn=r",
		  "restriction=x" },
		{ "objectClass: dgBinding\ndgGrantsRole: cn=r\nmember: uid=a\nuniqueMember: uid=b\nroleOccupant: uid=c\n"
		  "dgScope: ou=w\ndgRestrictedBy: cn=n\nmemberUid: d\ndgMemberFilter: (a=1)",
		  "dynamic 1, given-by cn=r, kind 4, member-of uid=a, member-of uid=b, other uid=c, restricts cn=n, scope-of ou=w",
		  "member-uid=d" },
		{ "objectClass: dgBinding\ndgMemberFilter: (", "dynamic 1, kind 4", "" },
		{ "objectClass: dgBoundGroup\nobjectClass: groupOfNames\nmember: uid=a\ndgGrantsRole: cn=r",
		  "given-by cn=r, kind 10, kind 4, member-of uid=a", "group=x" },
		{ "objectClass: dgBoundGroup\nmember: uid=a\nmemberUid: b", "kind 4, other uid=a", "" },
		{ "objectClass: dgGroupRule\ndgGroupBase: ou=g\ndgRestrictedBy: cn=n", "kind 5, other ou=g, restricts cn=n", "" },
		{ "objectClass: dgRoleSet\ndgRoleMember: cn=r", "kind 6, other cn=r", "" },
		{ "objectClass: dgPlan", "kind 7", "plan=x" },
		{ "objectClass: dgResource\ndgId: 7\nowner: uid=a\nmember: uid=b", "kind 8, other uid=a, other uid=b",
		  "resource=7" },
		{ "objectClass: dgInvitation\nmember: uid=a\ndgGrantsRole: cn=r\ndgScope: ou=w\ndgRestrictedBy: cn=n\nmail: m@x",
		  "invited-by uid=a, kind 9, other cn=n, other cn=r, other ou=w", "invitation=x, invited-mail=m@x" },
		{ "objectClass: posixGroup\nobjectClass: groupOfNames\nmember: uid=a\nmemberUid: b\ngidNumber: 007",
		  "kind 10, member-of uid=a", "gid=7, group=x, member-uid=b" },
		{ "objectClass: group\nobjectSid: S-1-5-32-544\nmember: cn=a", "kind 10, member-of cn=a", "group=x, sid=S-1-5-32-544" },
		{ "objectClass: groupOfURLs\nmemberURL: ldap:///ou=p??sub?(a=1)", "dynamic 0, kind 10, other ou=p", "group=x" },
		{ "objectClass: groupOfURLs\nmemberURL: http://x", "dynamic 0, kind 10", "group=x" },
		{ "objectClass: nsFilteredRoleDefinition\nnsRoleFilter: (a=1)\nnsRoleScopeDN: ou=p",
		  "dynamic 0, kind 10, other ou=p", "group=x" },
		{ "objectClass: nsNestedRoleDefinition\nnsRoleDN: cn=r", "kind 10, member-of cn=r", "group=x" },
		{ "objectClass: groupOfNames\nnsRoleDN: cn=r", "kind 10, other cn=r", "group=x" },
		{ "objectClass: organizationalRole\nroleOccupant: uid=a", "kind 10, member-of uid=a", "group=x" },
		{ "objectClass: person\nuid: ann\nuid: anna\nmail: m@x\ndgId: A\nnsRoleDN: cn=r\ndgHasPlan: cn=l",
		  "kind 11, other cn=l, role-held-by cn=r", "person-dg-id=A, person0=ann, person0=anna, person1=m@x" },
		{ "objectClass: person\nuid: ann\ndgId: A\ndgId: B", "kind 11", "person0=ann" },
		{ "objectClass: person\nuid:: ff\nsAMAccountName: n", "kind 11", "person2=n" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parsed parsed = { .atoms = NULL };
		parsed_make(&parsed, rows[i].text);
		ties_check(&parsed, rows[i].text, rows[i].relations, rows[i].names);
		parsed_release(&parsed);
	}
}

/* ---- named attributes ---- */

static void add_attribute(void *context, const char *name)
{
	struct text line;

	text_init(&line, DESCRIPTION_MAX);
	text_append(&line, name);
	lines_add(context, &line);
}

static void test_named_attributes(void **state)
{
	(void)state;
	static const struct { const char *text, *names; } rows[] = {
		{ "objectClass: person\nuid: a", "" },
		{ "objectClass: dgRole\ndgPermission: a (owner=$user.DepartmentNumber)\ndgDeny: b (!(subject.employeeType=x))\n"
		  "dgOptionalPermission: c (&(x=$user.dn)(y=$user.id)(z=$user.groups))\n"
		  "dgOrganizationPermission: d (x=$user.userid)",
		  "departmentnumber, employeetype, owner, uid, x, x, y, z" },
		{ "objectClass: dgRole\ndgPermission: a (&(resource.x=$workspace.o)(action.y=1)(context.z=$now))", "o, x" },
		{ "objectClass: dgRestriction\ndgRestricts: a (x=$user.l)\ndgObligation: b text", "l, x" },
		{ "objectClass: dgBinding\ndgPermission: a (x=$user.l)\ndgMemberFilter: (&(a=1)(|(b=*)(c>=2)))\n"
		  "dgMemberFilter: (d=x*)", "a, b, c, d, l, x" },
		{ "objectClass: groupOfURLs\nmemberURL: ldap:///o=a??sub?(street=1)", "street" },
		{ "objectClass: nsFilteredRoleDefinition\nnsRoleFilter: (o=sales)", "o" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parsed parsed = { .atoms = NULL };
		struct lines lines = { .count = 0 };
		parsed_make(&parsed, rows[i].text);
		entry_visit_named_attributes(parsed.entry, add_attribute, &lines);
		lines_check(&lines, rows[i].text, rows[i].names);
		parsed_release(&parsed);
	}
}

/* ---- the tables against the schema that they are taken from ---- */

static void test_tables(void **state)
{
	(void)state;
	char line[512], kind[32], name[64], syntax[32];
	unsigned number, attributes = 0, classes = 0;
	FILE *file = fopen("schema/dirgate.def", "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%31s %u %63s %31s", kind, &number, name, syntax) != 4)
			continue;
		if (strcmp(kind, "attribute") == 0) {
			struct arena *arena = arena_new();
			const struct attribute_row *row = schema_attribute_find(attribute_canonical(name, arena));
			attributes++;
			assert_non_null(row);
			assert_int_equal(row->number, number);
			assert_int_equal(row->form, strcmp(syntax, "dn") == 0      ? FORM_NODE
			                            : strcmp(syntax, "exact") == 0 ? FORM_EXACT
			                                                           : FORM_NAME);
			arena_free(arena);
		} else if (strcmp(kind, "class") == 0) {
			enum schema_class class;
			classes++;
			assert_true(schema_class_find(name, &class));
			assert_int_equal(schema_classes[class].number, number);
		}
	}
	fclose(file);
	for (uint32_t i = 0; i < schema_attribute_count; i++) {
		attributes -= schema_attributes[i].number != 0;
		if (i > 0)
			assert_true(strcmp(schema_attributes[i - 1].name, schema_attributes[i].name) < 0);
	}
	for (int i = 0; i < CLASS_COUNT; i++)
		classes -= schema_classes[i].number != 0;
	assert_int_equal(attributes, 0);
	assert_int_equal(classes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes), cmocka_unit_test(test_many_values), cmocka_unit_test(test_problem_limits),
		cmocka_unit_test(test_kinds),      cmocka_unit_test(test_names),       cmocka_unit_test(test_ties),
		cmocka_unit_test(test_named_attributes), cmocka_unit_test(test_tables),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Changes as LDIF: the index after them is the index of what is there then; what a server would refuse is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/records.h"
#include "directory/ldif/entry_edit.h"
#include "directory/ldif/ldif_change.h"

/* ---- what comes of changes ---- */

#define TOP   "dn: o=x\nobjectClass: organization\no: x\n\n"
#define ANA   "dn: uid=ana,o=x\nobjectClass: inetOrgPerson\nuid: ana\ncn: Ana\nsn: A\n\n"
#define TEAM  "dn: cn=team,o=x\nobjectClass: groupOfNames\ncn: team\n"
#define ROOMS "dn: ou=rooms,o=x\nobjectClass: organizationalUnit\nou: rooms\n\n"
#define ROOM  "dn: cn=a,ou=rooms,o=x\nobjectClass: dgRole\ncn: a\n\n"

static const struct {
	const char *before, *changes, *after;
} rows[] = {
	{TOP, "", TOP},
	{TOP, "dn: uid=ana,o=x\nobjectClass: inetOrgPerson\nuid: ana\ncn: Ana\nsn: A\n", TOP ANA},
	{TOP, "version: 1\n\ndn: uid=ana,o=x\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ana\ncn: Ana\nsn: A\n", TOP ANA},
	{TOP ANA, "dn: UID=ANA, O=X\nchangetype: delete\n", TOP},
	/* modify */
	{TOP ANA TEAM "member: uid=ana,o=x\n",
	 "dn: cn=team,o=x\nchangetype: modify\nadd: member\nmember: uid=bob,o=x\nmember: uid=eve,o=x\n-\n",
	 TOP ANA TEAM "member: uid=ana,o=x\nmember: uid=bob,o=x\nmember: uid=eve,o=x\n"},
	{TOP ANA TEAM "member: uid=ana,o=x\nmember: uid=bob,o=x\n",
	 "dn: cn=team,o=x\nchangetype: modify\ndelete: member\nmember: UID=Bob,O=X\n-\nadd: description\ndescription: d\n",
	 TOP ANA TEAM "member: uid=ana,o=x\ndescription: d\n"},
	{TOP TEAM "description: a\ndescription: b\n", "dn: cn=team,o=x\nchangetype: modify\ndelete: description\n-\n", TOP TEAM},
	{TOP TEAM "description: a\n", "dn: cn=team,o=x\nchangetype: modify\nreplace: description\ndescription: b\n-\n",
	 TOP TEAM "description: b\n"},
	{TOP TEAM "description: a\n", "dn: cn=team,o=x\nchangetype: modify\nreplace: description\n-\nreplace: mail\n-\n",
	 TOP TEAM},
	{TOP TEAM "description: a\n",
	 "dn: cn=team,o=x\nchangetype: modify\ndelete: 2.5.4.13\nDESCRIPTION: A\n-\nadd: description\ndescription: a\n-\n",
	 TOP TEAM "description: a\n"},
	/* values with options are not known */
	{TOP TEAM, "dn: cn=team,o=x\nchangetype: modify\nadd: cn;lang-de\ncn;lang-de: T\n-\ndelete: sn;x\n-\n", TOP TEAM},
	/* modrdn */
	{TOP TEAM, "dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=crew\ndeleteoldrdn: 1\n",
	 TOP "dn: cn=crew,o=x\nobjectClass: groupOfNames\ncn: crew\n"},
	{TOP TEAM, "dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=crew\ndeleteoldrdn: 0\n",
	 TOP "dn: cn=crew,o=x\nobjectClass: groupOfNames\ncn: team\ncn: crew\n"},
	{TOP TEAM, "dn: cn=team,o=x\nchangetype: moddn\nnewrdn: cn=a+ou=b\\+c\ndeleteoldrdn: 1\n",
	 TOP "dn: cn=a+ou=b\\+c,o=x\nobjectClass: groupOfNames\ncn: a\nou: b+c\n"},
	{TOP TEAM, "dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=TEAM\ndeleteoldrdn: 1\n",
	 TOP "dn: cn=TEAM,o=x\nobjectClass: groupOfNames\ncn: TEAM\n"},
	{TOP ROOMS ROOM TEAM,
	 "dn: ou=rooms,o=x\nchangetype: modrdn\nnewrdn: ou=halls\ndeleteoldrdn: 1\nnewsuperior: cn=team,o=x\n",
	 TOP "dn: ou=halls,cn=team,o=x\nobjectClass: organizationalUnit\nou: halls\n\n"
	     "dn: cn=a,ou=halls,cn=team,o=x\nobjectClass: dgRole\ncn: a\n\n" TEAM},
	/* what was named by its old name still is; its place is free */
	{TOP TEAM "member: cn=a,ou=rooms,o=x\n\n" ROOMS ROOM,
	 "dn: ou=rooms,o=x\nchangetype: modrdn\nnewrdn: ou=halls\ndeleteoldrdn: 1\n\n"
	 "dn: ou=rooms,o=x\nobjectClass: organizationalUnit\nou: rooms\n",
	 TOP TEAM "member: cn=a,ou=rooms,o=x\n\n" ROOMS "dn: ou=halls,o=x\nobjectClass: organizationalUnit\nou: halls\n\n"
	          "dn: cn=a,ou=halls,o=x\nobjectClass: dgRole\ncn: a\n"},
	/* the first entry of all */
	{"", TOP, TOP},
};

static struct snapshot *snapshot_of(const char *text)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;

	if (text[0] != '\0')
		records_put(builder, 0, text);
	snapshot = builder_freeze(builder);
	builder_free(builder);
	return snapshot;
}

static int change(const struct snapshot *from, const char *changes, struct snapshot **to, struct error *why)
{
	struct ldif_reader *reader = ldif_open_memory("c.ldif", changes, strlen(changes));
	int result = ldif_change(from, reader, to, why);

	ldif_close(reader);
	return result;
}

static void test_what_comes_of_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct snapshot *from = snapshot_of(rows[i].before), *wanted = snapshot_of(rows[i].after), *to = NULL;
		struct error why = {""};
		char *got, *expected = snapshot_describe(wanted), *untouched = snapshot_describe(from), *after;

		if (change(from, rows[i].changes, &to, &why) != 0)
			fail_msg("%s: %s", rows[i].changes, why.text);
		got = snapshot_describe(to);
		after = snapshot_describe(from);
		if (strcmp(got, expected) != 0)
			fail_msg("%s\ngot:\n%s\nwanted:\n%s", rows[i].changes, got, expected);
		assert_string_equal(untouched, after);
		free(got);
		free(expected);
		free(untouched);
		free(after);
		snapshot_drop(from);
		snapshot_drop(wanted);
		snapshot_drop(to);
	}
}

/* ---- what is refused ---- */

#define ALL TOP ANA ROOMS ROOM TEAM "member: uid=ana,o=x\ndescription: a\n"
#define OF_TEAM "dn: cn=team,o=x\nchangetype: modify\n"

static const struct {
	const char *changes, *message;
} refused[] = {
	{"dn: cn=b,o=x\n", "c.ldif:1: nothing follows the name"},
	{"dn: nothing\nobjectClass: x\n", "c.ldif:1: the name \"nothing\" is no DN"},
	{"dn: cn=b,o=x\nchangetype: add\n", "nothing is added"},
	{"dn: cn=b,o=x\nchangetype: ad\ncn: b\n", "c.ldif:2: \"changetype\": it is one of add, delete, modify"},
	{"dn: cn=b,o=x\ncontrol: 1.2.3 true\nchangetype: delete\n", "c.ldif:2: \"control\": controls are not read"},
	{"dn: cn=team,o=x\nobjectClass: person\ncn: team\n", "c.ldif:1: there is an entry \"cn=team,o=x\" already"},
	{"dn: cn=b,o=y\nobjectClass: person\ncn: b\n", "c.ldif:1: there is no entry \"o=y\" below which it could be"},
	{"dn: o=y\nobjectClass: organization\no: y\n", "there is no entry \"\" below which"},
	{"dn: cn=b,o=x\ncn: b\n", "would have no objectClass"},
	{"dn: cn=b,o=x\nobjectClass: person\ncn: c\n", "would not have the value \"b\" of cn that names it"},
	{"dn: cn=b,o=x\nobjectClass: person\ncn: b\ncn: B\n", "\"B\" is given twice as a value of cn"},
	{"dn: cn=b,o=x\nchangetype: delete\n", "c.ldif:1: there is no entry \"cn=b,o=x\""},
	{"dn: ou=rooms,o=x\nchangetype: delete\n", "\"ou=rooms,o=x\" has entries below it"},
	{"dn: cn=team,o=x\nchangetype: delete\ncn: x\n", "c.ldif:3: \"cn\": nothing may follow"},
	{OF_TEAM, "nothing is changed"},
	{OF_TEAM "increment: x\n", "c.ldif:3: \"increment\": a change of an attribute begins with add:"},
	{OF_TEAM "add: \n", "the name of an attribute is missing"},
	{OF_TEAM "add: member\n-\n", "c.ldif:3: \"add\": no value is added"},
	{OF_TEAM "add: member\nowner: o=x\n", "c.ldif:4: \"owner\": this is not the attribute"},
	{OF_TEAM "add: member\nmember: uid=ana, o=x\n", "c.ldif:4: \"uid=ana, o=x\" is a value of member already"},
	{OF_TEAM "delete: member\nmember: uid=bob,o=x\n", "c.ldif:4: \"uid=bob,o=x\" is no value of member"},
	{OF_TEAM "delete: mail\n", "c.ldif:3: there is no mail that could be deleted"},
	{OF_TEAM "delete: mail\nmail: a\n", "c.ldif:4: \"a\" is no value of mail"},
	{OF_TEAM "replace: description\ndescription: b\ndescription: B\n", "c.ldif:5: \"B\" is a value of description already"},
	{OF_TEAM "replace: cn\ncn: b\n", "would not have the value \"team\" of cn that names it"},
	{OF_TEAM "delete: objectClass\n", "would have no objectClass"},
	{"dn: cn=b,o=x\nchangetype: modify\nadd: cn\ncn: b\n", "there is no entry \"cn=b,o=x\""},
	{"dn: cn=team,o=x\nchangetype: modrdn\n", "here \"newrdn:\" is wanted"},
	{"dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=b\n", "here \"deleteoldrdn: 1\""},
	{"dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 2\n", "c.ldif:4: \"deleteoldrdn\""},
	{"dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=b,o=x\ndeleteoldrdn: 1\n", "c.ldif:3: \"cn=b,o=x\" is not one RDN"},
	{"dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nx: y\n", "c.ldif:5: \"x\": nothing may follow"},
	{"dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: uid=ana\ndeleteoldrdn: 1\n", "there is an entry \"uid=ana,o=x\" already"},
	{"dn: cn=team,o=x\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nnewsuperior: o=y\n", "there is no entry \"o=y\""},
	{"dn: ou=rooms,o=x\nchangetype: modrdn\nnewrdn: ou=b\ndeleteoldrdn: 1\nnewsuperior: cn=a,ou=rooms,o=x\n", "below itself"},
	/* what came before it is not done either */
	{"dn: uid=ana,o=x\nchangetype: delete\n\ndn: uid=ana,o=x\nchangetype: delete\n", "c.ldif:4: there is no entry"},
};

static void test_what_is_refused(void **state)
{
	struct snapshot *from = snapshot_of(ALL), *to = NULL;
	char *before = snapshot_describe(from), *after;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct error why = {""};

		if (change(from, refused[i].changes, &to, &why) >= 0)
			fail_msg("%s: taken", refused[i].changes);
		if (!strstr(why.text, refused[i].message))
			fail_msg("%s: \"%s\" does not say \"%s\"", refused[i].changes, why.text, refused[i].message);
	}
	after = snapshot_describe(from);
	assert_string_equal(before, after);
	free(before);
	free(after);
	snapshot_drop(from);
}

/* ---- what the source says ---- */

/* Entries of a server keep their stable ids and their source, also those below a renamed one. */
static void test_ids_stay(void **state)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *from, *to = NULL;
	struct error why = {""};
	const struct entry *entry;

	(void)state;
	records_put(builder, 3, "dn: o=x\nkey: 1\nobjectClass: organization\no: x\n\n"
	                        "dn: ou=a,o=x\nkey: 2\nobjectClass: organizationalUnit\nou: a\n\n"
	                        "dn: cn=b,ou=a,o=x\nkey: 3\nobjectClass: dgRole\ncn: b\n");
	from = builder_freeze(builder);
	builder_free(builder);
	assert_int_equal(change(from, "dn: ou=a,o=x\nchangetype: modrdn\nnewrdn: ou=c\ndeleteoldrdn: 1\n\n"
	                              "dn: cn=new,ou=c,o=x\nobjectClass: dgRole\ncn: new\n", &to, &why), 0);
	entry = snapshot_entry(to, snapshot_find_dn(to, "cn=b,ou=c,o=x"));
	assert_non_null(entry);
	assert_string_equal(entry->key, "3");
	assert_int_equal(entry->source, 3);
	assert_int_equal(snapshot_entry(to, snapshot_find_dn(to, "cn=new,ou=c,o=x"))->source, 3);
	assert_null(snapshot_entry(to, snapshot_find_dn(to, "cn=b,ou=a,o=x")));
	snapshot_drop(from);
	snapshot_drop(to);
}

static void test_rdn_values(void **state)
{
	struct arena *arena = arena_new();
	struct named_value *values;

	(void)state;
	assert_int_equal(rdn_values("cn=a", arena, &values), 1);
	assert_string_equal(values[0].type, "cn");
	assert_int_equal(rdn_values("CN=a\\+b + sn=\"c+d\"+uid=e\\", arena, &values), 2);
	assert_string_equal(values[0].value, "a+b");
	assert_string_equal(values[1].type, "sn");
	assert_string_equal(values[1].value, "c+d");
	assert_int_equal(rdn_values("", arena, &values), 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_of_changes),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_ids_stay),
		cmocka_unit_test(test_rdn_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

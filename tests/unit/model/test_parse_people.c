/* People and groups as servers have them: every sign of a disabled account, every kind of group. */
#include "../../support/parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DESCRIPTION_MAX 100000

struct row {
	const char *text;     /* the record */
	const char *says;     /* what `describe` prints */
	const char *problems; /* as parsed_print_problems does */
};

static void run(const struct row *rows, size_t count, void (*describe)(const struct parsed *parsed, struct text *out))
{
	for (size_t i = 0; i < count; i++) {
		struct parsed parsed = { .atoms = NULL };
		struct text says, problems;
		text_init(&says, DESCRIPTION_MAX);
		text_init(&problems, DESCRIPTION_MAX);
		parsed_make(&parsed, rows[i].text);
		describe(&parsed, &says);
		parsed_print_problems(&parsed, &problems);
		if (strcmp(text_string(&says), rows[i].says) != 0 || strcmp(text_string(&problems), rows[i].problems) != 0)
			print_error("in: %s\n", rows[i].text);
		assert_string_equal(text_string(&says), rows[i].says);
		assert_string_equal(text_string(&problems), rows[i].problems);
		text_release(&says);
		text_release(&problems);
		parsed_release(&parsed);
	}
}

/* ---- who is a person ---- */

static void describe_kinds(const struct parsed *parsed, struct text *out)
{
	text_append(out, entry_is(parsed->entry, KIND_PERSON) ? "person" : "-");
	assert_true(entry_is(parsed->entry, KIND_PERSON) == (parsed->entry->person != NULL));
}

static void test_who(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: person", "person", "" },
		{ "objectclass: top\nobjectClass: INETORGPERSON", "person", "" },
		{ "objectClass: organizationalPerson", "person", "" },
		{ "objectClass: user", "person", "" },
		{ "objectClass: posixAccount", "person", "" },
		{ "objectClass: account", "person", "" },
		{ "objectClass: organizationalUnit\nobjectClass: dgAccount", "person", "" },
		{ "objectClass: user\nobjectClass: computer", "-", "" },
		{ "objectClass: person\nobjectClass: dgResource\ndgId: 1\ndgResourceType: t", "-", "" },
		{ "objectClass: person\nobjectClass: dgKnownResource\ndgResourceType: t", "-", "" },
		{ "objectClass: person\nobjectClass: dgKnownResource\nobjectClass: dgAccount\ndgResourceType: t", "person", "" },
		{ "objectClass: organizationalUnit", "-", "" },
		{ "cn: x", "-", "" },
	};
	run(rows, COUNT(rows), describe_kinds);
}

/* The site's own filter sees every value as text, followed DNs and binary identifiers too. */
static void test_own_filter(void **state)
{
	(void)state;
	static const struct { const char *filter, *text; bool person; } rows[] = {
		{ "(employeeType=staff)", "employeeType: Staff", true },
		{ "(employeeType=staff)", "employeeType: guest", false },
		{ "(!(employeeType=robot))", "cn: x", true },
		{ "(userid=a*)", "uid: ann", true },
		{ "(owner=uid=b,o=acme)", "owner: UID=b, o=acme", true },
		{ "(owner=uid=b,o=acme)", "owner: uid=c,o=acme", false },
		{ "(objectSid=S-1-5-21-1-*)", "objectSid:: 010500000000000515000000010000000200000003000000f4010000", true },
		{ "(photo=*)", "photo:: ffd8ff", true },
		{ "(photo=a)", "photo:: ffd8ff", false },
		{ "(cn=x)", "cn;lang-de: x", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parsed parsed = { .settings = { .person_filter = rows[i].filter } };
		parsed_make(&parsed, rows[i].text);
		if (entry_is(parsed.entry, KIND_PERSON) != rows[i].person)
			print_error("%s on %s\n", rows[i].filter, rows[i].text);
		assert_int_equal(entry_is(parsed.entry, KIND_PERSON), rows[i].person);
		parsed_release(&parsed);
	}
}

/* ---- whether they are active ---- */

static const char *const statuses[] = { "disabled", "active", "deactivated", "invited", "requested" };

static void describe_state(const struct parsed *parsed, struct text *out)
{
	const struct person *person = parsed->entry->person;

	text_append(out, statuses[person->status]);
	if (person->locked_by != NULL)
		text_print(out, ", locked by %s", person->locked_by);
	if (person->expires != INSTANT_MAX) {
		text_append(out, ", until ");
		parsed_print_instant(person->expires, out);
	}
}

#define PERSON "objectClass: person\n"

static void test_state(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ PERSON "cn: x", "active", "" },
		{ PERSON "dgStatus: active", "active", "" },
		{ PERSON "dgStatus: Deactivated", "deactivated", "" },
		{ PERSON "dgStatus: invited", "invited", "" },
		{ PERSON "dgStatus: disabled", "disabled", "bad-keyword dgstatus=disabled" },
		{ PERSON "dgStatus: requested", "disabled", "bad-keyword dgstatus=requested" },
		{ PERSON "dgStatus: active\ndgStatus: invited", "disabled", "second-value dgstatus=invited" },
		/* Active Directory */
		{ PERSON "userAccountControl: 512", "active", "" },
		{ PERSON "userAccountControl: 514", "active, locked by useraccountcontrol", "" },
		{ PERSON "userAccountControl: 0x200", "active, locked by useraccountcontrol",
		  "bad-account-state useraccountcontrol=0x200" },
		{ PERSON "userAccountControl: ", "active, locked by useraccountcontrol", "bad-account-state useraccountcontrol=" },
		{ PERSON "userAccountControl: 512\nuserAccountControl: 544", "active, locked by useraccountcontrol",
		  "second-value useraccountcontrol=544" },
		{ PERSON "accountExpires: 0", "active", "" },
		{ PERSON "accountExpires: 9223372036854775807", "active", "" },
		{ PERSON "accountExpires: 116444736000000000", "active, until 1970-01-01T00:00:00Z", "" },
		{ PERSON "accountExpires: 133485408000000000", "active, until 2024-01-01T00:00:00Z", "" },
		{ PERSON "accountExpires: 1", "active, until 1677-09-21T00:12:43.145224193Z", "" },
		{ PERSON "accountExpires: 9223372036854775806", "active, until 2262-04-11T23:47:16.854775806Z", "" },
		{ PERSON "accountExpires: -1", "active, locked by accountexpires", "bad-account-state accountexpires=-1" },
		{ PERSON "accountExpires: 9223372036854775808", "active, locked by accountexpires",
		  "bad-account-state accountexpires=9223372036854775808" },
		{ PERSON "accountExpires: never", "active, locked by accountexpires", "bad-account-state accountexpires=never" },
		/* 389 Directory Server */
		{ PERSON "nsAccountLock: true", "active, locked by nsaccountlock", "" },
		{ PERSON "nsAccountLock: FALSE", "active", "" },
		{ PERSON "nsAccountLock: 1", "active, locked by nsaccountlock", "bad-account-state nsaccountlock=1" },
		{ PERSON "nsAccountLock: false\nnsAccountLock: true", "active, locked by nsaccountlock",
		  "second-value nsaccountlock=true" },
		{ PERSON "nsAccountLock:: ff", "active, locked by nsaccountlock", "not-text nsaccountlock" },
		/* RFC 2307 */
		{ PERSON "shadowExpire: -1", "active", "" },
		{ PERSON "shadowExpire: 0", "active, until 1970-01-01T00:00:00Z", "" },
		{ PERSON "shadowExpire: 19723", "active, until 2024-01-01T00:00:00Z", "" },
		{ PERSON "shadowExpire: 99999999999", "active, until 2262-04-11T23:47:16.854775806Z", "" },
		{ PERSON "shadowExpire: tomorrow", "active, locked by shadowexpire", "bad-account-state shadowexpire=tomorrow" },
		{ PERSON "shadowExpire: 19723\nshadowExpire: 19724", "active, locked by shadowexpire",
		  "second-value shadowexpire=19724" },
		/* eDirectory */
		{ PERSON "loginDisabled: TRUE", "active, locked by logindisabled", "" },
		{ PERSON "loginDisabled: false", "active", "" },
		{ PERSON "loginDisabled: no", "active, locked by logindisabled", "bad-account-state logindisabled=no" },
		/* OpenLDAP's ppolicy */
		{ PERSON "pwdAccountLockedTime: 000001010000Z", "active, locked by pwdaccountlockedtime", "" },
		{ PERSON "pwdAccountLockedTime: anything", "active, locked by pwdaccountlockedtime", "" },
		{ PERSON "pwdAccountLockedTime;x-option: anything", "active", "" },
		/* several at once */
		{ PERSON "accountExpires: 133485408000000000\nshadowExpire: 1\nloginDisabled: TRUE\nnsAccountLock: TRUE",
		  "active, locked by nsaccountlock, until 1970-01-02T00:00:00Z", "" },
	};
	run(rows, COUNT(rows), describe_state);
}

/* ---- what else their own entries say ---- */

static void describe_person(const struct parsed *parsed, struct text *out)
{
	const struct person *person = parsed->entry->person;

	text_print(out, "id %s, name %s", parsed->entry->id ? parsed->entry->id : "-",
	           parsed->entry->name ? parsed->entry->name : "-");
	if (person->gid_number != NULL)
		text_print(out, ", gid %s", person->gid_number);
	if (person->primary_group_sid != NULL)
		text_print(out, ", primary %s", person->primary_group_sid);
	if (person->plan.present) {
		text_append(out, ", plan ");
		parsed_print_reference(parsed, person->plan, out);
	}
	if (person->roles.count + person->roles.broken > 0) {
		text_append(out, ", roles ");
		parsed_print_references(parsed, person->roles, out);
	}
}

#define SID "objectSid:: 010500000000000515000000010000000200000003000000f4010000\n" /* S-1-5-21-1-2-3-500 */

static void test_person(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ PERSON "cn: x", "id -, name x", "" },
		{ PERSON "uid: ann\nmail: a@b.c\ncn: Ann\ndisplayName: Ann B", "id ann, name Ann B", "" },
		{ PERSON "mail: a@b.c\nuserPrincipalName: a@d", "id a@b.c, name a@b.c", "" },
		{ PERSON "sAMAccountName: ANN", "id ANN, name ANN", "" },
		{ PERSON "dgId: boss\nuid: ann", "id boss, name boss", "" },
		{ PERSON "dgId: boss\ndgId: chief\nuid: ann", "id -, name -", "second-value dgid=chief" },
		{ PERSON "dgId: boss\ndgId:  BOSS ", "id boss, name boss", "" },
		{ PERSON "dgId:   \nuid: ann", "id -, name -", "missing-value dgid=  " },
		{ PERSON "dgId:: ff\nuid: ann", "id -, name -", "not-text dgid" },
		{ PERSON "uid:: ff\nuid: ann", "id ann, name ann", "" },
		{ PERSON "gidNumber: 0100", "id -, name -, gid 100", "" },
		{ PERSON "gidNumber: staff", "id -, name -", "bad-integer gidnumber=staff" },
		{ PERSON "gidNumber: 1\ngidNumber: 2", "id -, name -", "second-value gidnumber=2" },
		{ PERSON "gidNumber: -1", "id -, name -", "bad-integer gidnumber=-1" },
		{ PERSON SID "primaryGroupID: 513", "id -, name -, primary S-1-5-21-1-2-3-513", "" },
		{ PERSON "primaryGroupID: 513", "id -, name -", "" },
		{ PERSON SID "primaryGroupID: users", "id -, name -", "bad-integer primarygroupid=users" },
		{ PERSON "objectSid: S-1-5-21-7-8-9-1000\nprimaryGroupID: 513", "id -, name -, primary S-1-5-21-7-8-9-513", "" },
		{ PERSON "objectSid:: 0105000000\nprimaryGroupID: 513", "id -, name -", "not-text objectsid" },
		{ PERSON "dgHasPlan: cn=gold,o=acme", "id -, name -, plan cn=gold,o=acme", "" },
		{ PERSON "dgHasPlan: gold", "id -, name -, plan !", "bad-reference dghasplan=gold" },
		{ PERSON "dgHasPlan: cn=a,o=acme\ndgHasPlan: cn=b,o=acme", "id -, name -, plan !", "second-value dghasplan" },
		{ PERSON "nsRoleDN: cn=r,o=acme\nnsRoleDN: CN=R,o=acme\nnsRoleDN: s",
		  "id -, name -, roles cn=r,o=acme!", "bad-reference nsroledn=s" },
	};
	run(rows, COUNT(rows), describe_person);
}

static void test_own_ids(void **state)
{
	(void)state;
	struct parsed parsed = { .settings = { .person_ids = { "employeeNumber", "userid", NULL } } };

	parsed_make(&parsed, PERSON "uid: ann\nmail: a@b.c");
	assert_string_equal(parsed.entry->id, "ann");
	parsed_make(&parsed, PERSON "uid: ann\nemployeeNumber: 7");
	assert_string_equal(parsed.entry->id, "7");
	parsed_release(&parsed);
}

/* ---- groups ---- */

static const char *const scopes[] = { "base", "one", "sub" };

static void describe_group(const struct parsed *parsed, struct text *out)
{
	const struct group *group = parsed->entry->group;

	assert_int_equal(entry_is(parsed->entry, KIND_GROUP), group != NULL);
	if (group == NULL) {
		text_append(out, "none");
		return;
	}
	text_append(out, group->distribution ? "distribution" : "group");
	text_append(out, group->managed_role ? " managed" : "");
	text_append(out, group->nested_role ? " nested" : "");
	text_append(out, " [");
	parsed_print_references(parsed, group->member, out);
	text_append(out, "]");
	parsed_print_strings(group->member_uid, out);
	if (group->gid_number != NULL)
		text_print(out, " gid %s", group->gid_number);
	if (group->sid != NULL)
		text_print(out, " %s", group->sid);
	for (uint32_t i = 0; i < group->url_count; i++) {
		text_print(out, " %s of %s ", scopes[group->urls[i].scope], parsed_dn(parsed, group->urls[i].base));
		parsed_print_filter(group->urls[i].filter, out);
	}
	if (group->scoped) {
		text_append(out, " in {");
		parsed_print_references(parsed, group->role_scope, out);
		text_append(out, "}");
	}
	if (group->filter_present) {
		text_append(out, " filter ");
		parsed_print_filter(group->filter, out);
	}
}

#define SECURITY "objectClass: group\ngroupType: -2147483646\n"

static void test_group(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "objectClass: groupOfNames\nmember: uid=a,o=acme\nmember: cn=g,o=acme", "group [uid=a,o=acme cn=g,o=acme]", "" },
		{ "objectClass: GroupOfNames\nmember: ", "group [!]", "bad-reference member=" },
		{ "objectClass: groupOfMembers", "group []", "" },
		{ "objectClass: groupOfMembers\nmember: uid=a,o=acme", "group [uid=a,o=acme]", "" },
		{ "objectClass: groupOfUniqueNames\nuniqueMember: uid=a,o=acme", "group [uid=a,o=acme]", "" },
		{ "objectClass: groupOfUniqueNames\nuniqueMember: uid=a,o=acme#'0101'B", "group [uid=a,o=acme#'0101'b]", "" },
		{ "objectClass: organizationalRole\nroleOccupant: uid=a,o=acme", "group [uid=a,o=acme]", "" },
		{ "objectClass: posixGroup\ngidNumber: 0100\nmemberUid: ann\nmemberUid: ANN\nmemberUid: bob",
		  "group []<ann> <bob> gid 100", "" },
		{ "objectClass: posixGroup\ngidNumber: a\nmemberUid:: ff", "group []",
		  "bad-integer gidnumber=a, not-text memberuid" },
		{ "objectClass: posixGroup\nobjectClass: groupOfMembers\ngidNumber: 1\nmember: uid=a,o=acme\nmemberUid: b",
		  "group [uid=a,o=acme]<b> gid 1", "" },
		{ "objectClass: groupOfNames\nmemberUid: a\ngidNumber: 5\nnsRoleDN: cn=r,o=acme", "group []", "" },
		{ "objectClass: groupOfNames\nobjectClass: groupOfUniqueNames\nmember: uid=a,o=acme\nuniqueMember: uid=b,o=acme\n"
		  "uniqueMember: uid=A,o=acme", "group [uid=a,o=acme uid=b,o=acme]", "" },
		{ "objectClass: groupOfURLs\nmemberURL: ldap:///ou=people,o=acme??sub?(departmentNumber=42)",
		  "group [] sub of ou=people,o=acme (departmentNumber=42)", "" },
		{ "objectClass: groupOfURLs\nmemberURL: ldap:///o=acme??one\nmemberURL: ldap://host/o=acme??sub",
		  "group [] one of o=acme -", "bad-filter memberurl=ldap://host/o=acme??sub" },
		{ "objectClass: groupOfURLs\nmemberURL: ldap:///o=acme??sub?(a~=b)", "group []",
		  "bad-filter memberurl=ldap:///o=acme??sub?(a~=b)" },
		/* Active Directory */
		{ SECURITY SID "member: CN=A,DC=x", "group [cn=a,dc=x] S-1-5-21-1-2-3-500", "" },
		{ "objectClass: group\ngroupType: 2147483650", "group []", "" },
		{ "objectClass: group\ngroupType: 2\nmember: CN=A,DC=x", "distribution [cn=a,dc=x]", "" },
		{ "objectClass: group\ngroupType: 8", "distribution []", "" },
		{ "objectClass: group", "distribution []", "missing-value grouptype" },
		{ "objectClass: group\ngroupType: global", "distribution []", "bad-integer grouptype=global" },
		{ "objectClass: group\ngroupType: -2147483646\ngroupType: 2", "distribution []", "second-value grouptype=2" },
		/* 389 Directory Server */
		{ "objectClass: nsManagedRoleDefinition", "group managed [] in {}", "" },
		{ "objectClass: nsManagedRoleDefinition\nnsRoleScopeDN: ou=x,o=acme\nnsRoleDN: cn=r,o=acme",
		  "group managed [] in {ou=x,o=acme}", "" },
		{ "objectClass: nsFilteredRoleDefinition\nnsRoleFilter: (o=sales)", "group [] in {} filter (o=sales)", "" },
		{ "objectClass: nsFilteredRoleDefinition\nnsRoleFilter: o=sales", "group [] in {} filter -",
		  "bad-filter nsrolefilter=o=sales" },
		{ "objectClass: nsFilteredRoleDefinition\nnsRoleFilter: (a=1)\nnsRoleFilter: (b=1)", "group [] in {} filter -",
		  "second-value nsrolefilter=(b=1)" },
		{ "objectClass: nsFilteredRoleDefinition", "group [] in {} filter -", "missing-value nsrolefilter" },
		{ "objectClass: nsNestedRoleDefinition\nnsRoleDN: cn=r,o=acme\nnsRoleDN: cn=s,o=acme",
		  "group nested [cn=r,o=acme cn=s,o=acme] in {}", "" },
		/* no groups */
		{ "objectClass: dgBinding\ncn: x\nmember: uid=a,o=acme", "none", "" },
		{ "objectClass: nsRoleDefinition", "none", "" },
		{ "objectClass: organizationalUnit\nmember: uid=a,o=acme", "none", "" },
	};
	run(rows, COUNT(rows), describe_group);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who),    cmocka_unit_test(test_own_filter), cmocka_unit_test(test_state),
		cmocka_unit_test(test_person), cmocka_unit_test(test_own_ids),    cmocka_unit_test(test_group),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

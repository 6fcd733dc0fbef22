/* Distinguished names. */
#include "model/dn.h"

#include "model/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The normal form of a text, or NULL when it is no DN; in memory of `arena`. */
static const char *normal_of(const char *text, struct arena *arena)
{
	struct dn dn;
	struct text normal;
	if (dn_parse(text, strlen(text), arena, &dn, NULL) != 0)
		return NULL;
	text_init(&normal, (size_t)64 * DN_LENGTH_MAX);
	dn_normal(&dn, &normal);
	const char *copy = arena_string(arena, text_string(&normal));
	text_release(&normal);
	return copy;
}

static void test_normal_forms(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *normal; /* NULL: no DN */
	} cases[] = {
		/* RFC 4514 section 4 */
		{ "", "" },
		{ "UID=jsmith,DC=example,DC=net", "uid=jsmith,dc=example,dc=net" },
		{ "OU=Sales+CN=J.  Smith,DC=example,DC=net", "cn=j. smith+ou=sales,dc=example,dc=net" },
		{ "CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net", "cn=james \\\"jim\\\" smith\\, iii,dc=example,dc=net" },
		{ "CN=Before\\0dAfter,DC=example,DC=net", "cn=before\rafter,dc=example,dc=net" },
		{ "1.3.6.1.4.1.1466.0=#04024869", "1.3.6.1.4.1.1466.0=#04024869" },
		{ "CN=Lu\\C4\\8Di\\C4\\87", "cn=lučić" },
		/* RFC 2253 section 5 */
		{ "CN=Steve Kille,O=Isode Limited,C=GB", "cn=steve kille,o=isode limited,c=gb" },
		{ "CN=L. Eagle,O=Sue\\, Grabbit and Runn,C=GB", "cn=l. eagle,o=sue\\, grabbit and runn,c=gb" },
		{ "O=\"Sue, Grabbit and Runn\",C=GB", "o=sue\\, grabbit and runn,c=gb" },
		{ "OID.2.5.4.3=a;oid.2.5.4.11=b", "cn=a,ou=b" },
		/* spaces */
		{ "   ", "" },
		{ "  cn = a  b , ou= c ", "cn=a b,ou=c" },
		{ "cn=a + sn = b ; o=c", "cn=a+sn=b,o=c" },
		{ "cn=\\ a\\ ,o=b", "cn=a,o=b" },
		{ "cn=a \\ ,o=b", "cn=a,o=b" },
		{ "cn=\" a \" ,o=b", "cn=a,o=b" },
		{ "cn=a\tb", "cn=a\tb" },
		/* empty values */
		{ "cn=", "cn=" },
		{ "cn=,o=b", "cn=,o=b" },
		{ "cn=\\ ", "cn=" },
		{ "cn=\"\"", "cn=" },
		{ "cn= + sn=b", "cn=+sn=b" },
		/* the same character in many clothes */
		{ "cn=Doe\\, John", "cn=doe\\, john" },
		{ "cn=Doe\\2C John", "cn=doe\\, john" },
		{ "cn=\"Doe, John\"", "cn=doe\\, john" },
		{ "cn=\"Doe\\, John\"", "cn=doe\\, john" },
		{ "cn=#0C09446F652C204A6F686E", "cn=doe\\, john" },
		{ "cn=#1309446f652c204a6f686e", "cn=doe\\, john" },
		{ "cn=#160161", "cn=a" },
		{ "cn=#0c810161", "cn=a" }, /* the length in the long form */
		{ "cn=#0c00", "cn=" },
		/* BER that is no string that we know, or no BER */
		{ "cn=#0C0", NULL },
		{ "cn=#0c0261", "cn=#0c0261" },
		{ "cn=#0c016162", "cn=#0c016162" },
		{ "cn=#0c80616200", "cn=#0c80616200" },
		{ "cn=#0c850000000001", "cn=#0c850000000001" },
		{ "cn=#0C01FF", "cn=#0c01ff" },
		{ "cn=#0c0100", "cn=#0c0100" },
		{ "cn=#1302c3a9", "cn=#1302c3a9" },
		{ "cn=#020105", "cn=#020105" },
		{ "cn=#0c", "cn=#0c" },
		{ "cn=#", NULL },
		{ "cn=# 61", NULL },
		{ "cn=#616", NULL },
		{ "cn=#61zz", NULL },
		{ "cn=#61 ,o=b", "cn=#61,o=b" },
		{ "cn=\\#61", "cn=\\#61" },
		{ "cn=\"#61\"", "cn=\\#61" },
		{ "cn=a#61", "cn=a#61" },
		/* characters with a meaning */
		{ "cn=a=b", "cn=a=b" },
		{ "cn==", "cn==" },
		{ "cn=\\=a\\#b\\\\c\\+\\;\\<\\>", "cn==a#b\\\\c\\+\\;\\<\\>" },
		{ "cn=a\\b", NULL },
		{ "cn=a\\", NULL },
		{ "cn=a\\4", NULL },
		{ "cn=a\\zz", NULL },
		{ "cn=a\"b", NULL },
		{ "cn=a<b", NULL },
		{ "cn=a>b", NULL },
		{ "cn=\"a", NULL },
		{ "cn=\"a\"b", NULL },
		{ "cn=\"a\\\"", NULL },
		{ "cn=\\00", NULL },
		{ "cn=\\FF", NULL },
		{ "cn=\xff", NULL },
		/* full-width signs are characters, and must not become separators */
		{ "cn=a\xef\xbc\x8co=b", "cn=a\\,o=b" },
		{ "cn=\xef\xbc\x83" "61", "cn=\\#61" },
		/* types */
		{ "commonName=a,2.5.4.10=b", "cn=a,o=b" },
		{ "SURNAME=a+GN=b", "givenname=b+sn=a" },
		{ "x-my-type=a", "x-my-type=a" },
		{ "X-My-Type=a", "x-my-type=a" },
		{ "1.2.3=a", "1.2.3=a" },
		{ "0.9.2342.19200300.100.1.25=x", "dc=x" },
		{ "1=a", NULL },
		{ "1.=a", NULL },
		{ ".1=a", NULL },
		{ "1..2=a", NULL },
		{ "01.2=a", NULL },
		{ "1.02=a", NULL },
		{ "1.0.2=a", "1.0.2=a" },
		{ "oid.cn=a", "cn=a" },
		{ "oid.=a", NULL },
		{ "-a=b", NULL },
		{ "1a=b", NULL },
		{ "a_b=c", NULL },
		{ "cn;lang-en=a", NULL },
		{ "=a", NULL },
		{ "é=a", NULL },
		/* structure */
		{ "a", NULL },
		{ "cn", NULL },
		{ "cn=a,", NULL },
		{ "cn=a,b", NULL },
		{ ",cn=a", NULL },
		{ "cn=a,,o=b", NULL },
		{ "cn=a+", NULL },
		{ "cn=a+b", NULL },
		{ "cn=a+,o=b", NULL },
		{ "+cn=a", NULL },
		{ ",", NULL },
		/* AVAs are a set */
		{ "sn=b+cn=a+cn=A", "cn=a+sn=b" },
		{ "cn=b+cn=a", "cn=a+cn=b" },
		{ "cn=\xce\xa3+cn=\xcf\x83", "cn=\xcf\x83" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *normal = normal_of(cases[i].text, arena);
		if ((normal == NULL) != (cases[i].normal == NULL) || (normal != NULL && strcmp(normal, cases[i].normal) != 0))
			fail_msg("\"%s\" became \"%s\"", cases[i].text, normal != NULL ? normal : "no DN");
		if (normal != NULL)
			assert_string_equal(normal_of(normal, arena), normal);
	}
	arena_free(arena);
}

static void test_parts(void **state)
{
	(void)state;
	static const char text[] = " CN = Doe\\, John + sn=\"Doe\"  ;ou=#0C0141 , o=#0500,dc=\\ x\\  ";
	static const struct rdn expected[] = {
		{ "CN = Doe\\, John + sn=\"Doe\"", "cn=doe\\, john+sn=doe", "cn", "Doe, John" },
		{ "ou=#0C0141", "ou=a", "ou", "A" },
		{ "o=#0500", "o=#0500", "o", "#0500" },
		{ "dc=\\ x\\ ", "dc=x", "dc", " x " },
	};
	struct arena *arena = arena_new();
	struct dn dn;
	assert_int_equal(dn_parse(text, strlen(text), arena, &dn, NULL), 0);
	assert_int_equal(dn.count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_string_equal(dn.rdns[i].display, expected[i].display);
		assert_string_equal(dn.rdns[i].normal, expected[i].normal);
		assert_string_equal(dn.rdns[i].type, expected[i].type);
		assert_string_equal(dn.rdns[i].value, expected[i].value);
	}
	/* The first AVA as written, not as sorted. */
	assert_int_equal(dn_parse("sn=B+cn=A", 9, arena, &dn, NULL), 0);
	assert_string_equal(dn.rdns[0].type, "sn");
	assert_string_equal(dn.rdns[0].value, "B");
	arena_free(arena);
}

static void test_equal(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
		{ "", " ", true },
		{ "", "cn=a", false },
		{ "cn=\xc3\xa9", "cn=e\xcc\x81", true },
		{ "cn=\xc3\x89", "cn=\xc3\xa9", true },
		{ "cn=e", "cn=\xc3\xa9", false },
		{ "cn=a+sn=b,o=c", "sn=B+cn=A,o=c", true },
		{ "cn=a+sn=b", "cn=a", false },
		{ "cn=a,sn=b", "cn=a+sn=b", false },
		{ "cn=a\\+sn=b", "cn=a+sn=b", false },
		{ "cn=a\\,o=b", "cn=a,o=b", false },
		{ "cn=a,o=b", "o=b,cn=a", false },
		{ "cn=a", "sn=a", false },
		{ "cn=#0c0161", "cn=a", true },
		{ "cn=#040161", "cn=a", false },
		{ "cn=#61", "cn=\\#61", false },
		{ "nonsense", "nonsense", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(dn_equal(cases[i].a, cases[i].b), cases[i].equal);
		assert_int_equal(dn_equal(cases[i].b, cases[i].a), cases[i].equal);
	}
}

static void test_errors_say_where(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "cn=a,b", "not a DN: no '=' at octet 7" },
		{ "cn=a,,o=b", "not a DN: no attribute type at octet 6" },
		{ "cn=a<b", "not a DN: a character that must be escaped at octet 5" },
		{ "cn=\"a\"b", "not a DN: no separator at octet 7" },
		{ "o=\\FF,cn=a", "not a DN: a value that is not UTF-8 text at octet 3" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dn dn;
		struct error why = { "" };
		assert_int_equal(dn_parse(cases[i].text, strlen(cases[i].text), arena, &dn, &why), 1);
		assert_string_equal(why.text, cases[i].why);
	}
	arena_free(arena);
}

/* "cn=a,cn=a,...": `count` times. */
static size_t repeat(char *to, const char *piece, size_t count)
{
	size_t length = strlen(piece);
	for (size_t i = 0; i < count; i++)
		memcpy(to + i * length, piece, length);
	return length * count - 1; /* without the last separator */
}

static void test_limits(void **state)
{
	(void)state;
	static char text[DN_LENGTH_MAX + 64];
	struct arena *arena = arena_new();
	struct dn dn;
	assert_int_equal(dn_parse(text, repeat(text, "cn=a,", DN_DEPTH_MAX), arena, &dn, NULL), 0);
	assert_int_equal(dn.count, DN_DEPTH_MAX);
	assert_int_equal(dn_parse(text, repeat(text, "cn=a,", DN_DEPTH_MAX + 1), arena, &dn, NULL), 1);
	memset(text, 'a', sizeof(text));
	memcpy(text, "cn=", 3);
	assert_int_equal(dn_parse(text, DN_LENGTH_MAX, arena, &dn, NULL), 0);
	assert_int_equal(dn_parse(text, DN_LENGTH_MAX + 1, arena, &dn, NULL), 1);
	assert_int_equal(dn_parse(text, repeat(text, "a=b+", DN_LENGTH_MAX / 4), arena, &dn, NULL), 0);
	assert_string_equal(dn.rdns[0].normal, "a=b");
	memset(text, 0, 8);
	memcpy(text, "cn=a\0b", 6);
	assert_int_equal(dn_parse(text, 6, arena, &dn, NULL), 1);
	arena_free(arena);
}

/* The names of one attribute type, the canonical one first. */
static void test_attribute_names(void **state)
{
	(void)state;
	static const char *const types[][4] = {
		{ "objectClass", "2.5.4.0" }, { "aliasedObjectName", "2.5.4.1", "aliasedEntryName" },
		{ "cn", "2.5.4.3", "commonName" }, { "sn", "2.5.4.4", "surname" }, { "serialNumber", "2.5.4.5" },
		{ "c", "2.5.4.6", "countryName" }, { "l", "2.5.4.7", "localityName" },
		{ "st", "2.5.4.8", "stateOrProvinceName" }, { "street", "2.5.4.9" },
		{ "o", "2.5.4.10", "organizationName" }, { "ou", "2.5.4.11", "organizationalUnitName" },
		{ "title", "2.5.4.12" }, { "description", "2.5.4.13" }, { "searchGuide", "2.5.4.14" },
		{ "businessCategory", "2.5.4.15" }, { "postalAddress", "2.5.4.16" }, { "postalCode", "2.5.4.17" },
		{ "postOfficeBox", "2.5.4.18" }, { "physicalDeliveryOfficeName", "2.5.4.19" },
		{ "telephoneNumber", "2.5.4.20" }, { "telexNumber", "2.5.4.21" },
		{ "teletexTerminalIdentifier", "2.5.4.22" }, { "facsimileTelephoneNumber", "2.5.4.23", "fax" },
		{ "x121Address", "2.5.4.24" }, { "internationalISDNNumber", "2.5.4.25" },
		{ "registeredAddress", "2.5.4.26" }, { "destinationIndicator", "2.5.4.27" },
		{ "preferredDeliveryMethod", "2.5.4.28" }, { "member", "2.5.4.31" }, { "owner", "2.5.4.32" },
		{ "roleOccupant", "2.5.4.33" }, { "seeAlso", "2.5.4.34" }, { "userPassword", "2.5.4.35" },
		{ "userCertificate", "2.5.4.36" }, { "name", "2.5.4.41" }, { "givenName", "2.5.4.42", "gn" },
		{ "initials", "2.5.4.43" }, { "generationQualifier", "2.5.4.44" }, { "x500UniqueIdentifier", "2.5.4.45" },
		{ "dnQualifier", "2.5.4.46" }, { "enhancedSearchGuide", "2.5.4.47" }, { "distinguishedName", "2.5.4.49" },
		{ "uniqueMember", "2.5.4.50" }, { "houseIdentifier", "2.5.4.51" }, { "pseudonym", "2.5.4.65" },
		{ "uid", "0.9.2342.19200300.100.1.1", "userid" }, { "textEncodedORAddress", "0.9.2342.19200300.100.1.2" },
		{ "mail", "0.9.2342.19200300.100.1.3", "rfc822Mailbox" },
		{ "drink", "0.9.2342.19200300.100.1.5", "favouriteDrink" }, { "roomNumber", "0.9.2342.19200300.100.1.6" },
		{ "userClass", "0.9.2342.19200300.100.1.8" }, { "host", "0.9.2342.19200300.100.1.9" },
		{ "manager", "0.9.2342.19200300.100.1.10" }, { "documentIdentifier", "0.9.2342.19200300.100.1.11" },
		{ "documentTitle", "0.9.2342.19200300.100.1.12" }, { "documentVersion", "0.9.2342.19200300.100.1.13" },
		{ "documentAuthor", "0.9.2342.19200300.100.1.14" }, { "documentLocation", "0.9.2342.19200300.100.1.15" },
		{ "homePhone", "0.9.2342.19200300.100.1.20", "homeTelephoneNumber" },
		{ "secretary", "0.9.2342.19200300.100.1.21" }, { "dc", "0.9.2342.19200300.100.1.25", "domainComponent" },
		{ "associatedDomain", "0.9.2342.19200300.100.1.37" }, { "associatedName", "0.9.2342.19200300.100.1.38" },
		{ "homePostalAddress", "0.9.2342.19200300.100.1.39" }, { "personalTitle", "0.9.2342.19200300.100.1.40" },
		{ "mobile", "0.9.2342.19200300.100.1.41", "mobileTelephoneNumber" },
		{ "pager", "0.9.2342.19200300.100.1.42", "pagerTelephoneNumber" },
		{ "co", "0.9.2342.19200300.100.1.43", "friendlyCountryName" },
		{ "uniqueIdentifier", "0.9.2342.19200300.100.1.44" },
		{ "organizationalStatus", "0.9.2342.19200300.100.1.45" }, { "buildingName", "0.9.2342.19200300.100.1.48" },
		{ "documentPublisher", "0.9.2342.19200300.100.1.56" }, { "jpegPhoto", "0.9.2342.19200300.100.1.60" },
		{ "carLicense", "2.16.840.1.113730.3.1.1" }, { "departmentNumber", "2.16.840.1.113730.3.1.2" },
		{ "employeeNumber", "2.16.840.1.113730.3.1.3" }, { "employeeType", "2.16.840.1.113730.3.1.4" },
		{ "preferredLanguage", "2.16.840.1.113730.3.1.39" }, { "displayName", "2.16.840.1.113730.3.1.241" },
		{ "labeledURI", "1.3.6.1.4.1.250.1.57" }, { "email", "1.2.840.113549.1.9.1", "emailAddress", "pkcs9email" },
		{ "uidNumber", "1.3.6.1.1.1.1.0" }, { "gidNumber", "1.3.6.1.1.1.1.1" }, { "gecos", "1.3.6.1.1.1.1.2" },
		{ "homeDirectory", "1.3.6.1.1.1.1.3" }, { "loginShell", "1.3.6.1.1.1.1.4" },
		{ "memberUid", "1.3.6.1.1.1.1.12" }, { "entryUUID", "1.3.6.1.1.16.4" }, { "entryDN", "1.3.6.1.1.20" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(types); i++) {
		for (size_t j = 0; j < COUNT(types[i]) && types[i][j] != NULL; j++) {
			const char *canonical = attribute_canonical(types[i][j], arena);
			assert_true(keyword_equal(canonical, types[i][0]));
		}
	}
	static const char *const others[][2] = {
		{ "dgGrantsRole", "dggrantsrole" }, { "streetAddress", "streetaddress" }, { "cn;lang-en", "cn;lang-en" },
		{ "2.5.4", "2.5.4" },               { "", "" },                           { "COMMONNAME", "cn" },
	};
	for (size_t i = 0; i < COUNT(others); i++)
		assert_string_equal(attribute_canonical(others[i][0], arena), others[i][1]);
	arena_free(arena);
}

/* Whatever parses has a normal form that parses to itself, and equals itself. */
static void test_random(void **state)
{
	(void)state;
	static const char *const pieces[] = { "cn", "sn=", "cn=", "=",  ",",  ";",  "+",       "\\",   "\\,", "\\2C", "\"",
		                              "#",  "0C",  "61",  "é",  "É",  " ",  "\\C3\\A9", "\\20", "a",   "<",    "o=b",
		                              "\xef\xbc\x8c", "#0C0161" };
	srandom(1);
	size_t parsed = 0;
	struct arena *arena = arena_new();
	for (int round = 0; round < 100000; round++) {
		char text[128] = "cn=";
		size_t length = 3;
		for (long n = random() % 8; n > 0; n--) {
			const char *piece = pieces[(size_t)random() % COUNT(pieces)];
			memcpy(text + length, piece, strlen(piece) + 1);
			length += strlen(piece);
		}
		const char *normal = normal_of(text, arena);
		if (normal != NULL) {
			parsed++;
			assert_string_equal(normal_of(normal, arena), normal);
			assert_true(dn_equal(text, normal));
		}
		arena_reset(arena);
	}
	assert_true(parsed > 10000);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_forms),     cmocka_unit_test(test_parts),
		cmocka_unit_test(test_equal),            cmocka_unit_test(test_errors_say_where),
		cmocka_unit_test(test_limits),           cmocka_unit_test(test_attribute_names),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

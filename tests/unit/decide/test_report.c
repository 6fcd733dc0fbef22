/* The report of a small world: its rows, their order, and where it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../support/world.h"
#include "base/text.h"
#include "decide/lists/report.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\n\n"
	"dn: uid=q,o=acme\nobjectClass: inetOrgPerson\nuid: q\ncn: q\nsn: q\n\n"
	"dn: uid=p,o=acme\nobjectClass: inetOrgPerson\nuid: p\ncn: p\nsn: p\n\n"
	"dn: uid=nobody,o=acme\nobjectClass: inetOrgPerson\nuid: nobody\ncn: n\nsn: n\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: uid=p,o=acme\n\n"
	"dn: cn=high,o=acme\nobjectClass: dgRole\ncn: high\ndgInherits: cn=low,o=acme\n"
	"dgPermission: c.update (owner=$user.uid)\ndgPermission: d.read\ndgDeny: d.read\n\n"
	"dn: cn=low,o=acme\nobjectClass: dgRole\ncn: low\ndgPermission: c.read\n\n"
	"dn: cn=b,ou=w,o=acme\nobjectClass: dgBinding\ncn: b\ndgGrantsRole: cn=high,o=acme\nmember: cn=g,o=acme\n"
	"dgNotAfter: 20270101000000Z\n\n"
	"dn: cn=all,o=acme\nobjectClass: dgBinding\ncn: all\ndgGrantsRole: cn=low,o=acme\nmember: uid=q,o=acme\n"
	"dgScope: o=acme\n";

static struct world world;

struct seen {
	struct text text;
	uint32_t left; /* rows after which to end */
};

static bool found(void *context, const struct report_row *row)
{
	struct seen *seen = context;
	const struct chain *chain = row->chain;

	text_print(&seen->text, "%s/%s %s %s %s", row->organization, row->workspace ? row->workspace : "", row->person_id,
	           row->permission, report_state_name(row->state));
	if (row->filter)
		filter_print(row->filter, &seen->text);
	if (row->reason != REASON_GRANTED)
		text_print(&seen->text, " %s", reason_code(row->reason));
	for (uint32_t i = 0; i < chain->group_count; i++)
		text_print(&seen->text, " %s", world_rdn(&world, chain->groups[i]));
	text_print(&seen->text, " %s", world_rdn(&world, chain->binding));
	for (uint32_t i = 0; i < chain->role_count; i++)
		text_print(&seen->text, " %s", world_rdn(&world, chain->roles[i]));
	text_append(&seen->text, row->until != INSTANT_MAX ? " ends\n" : "\n");
	return --seen->left > 0;
}

static void assert_report(uint32_t rows, const char *expected)
{
	const struct list_view view = {world.snapshot, &world.settings, world.at};
	struct seen seen = {.left = rows};
	const struct report_visitor visitor = {&seen, found};

	text_init(&seen.text, 10000);
	report_walk(&view, &visitor);
	assert_string_equal(text_string(&seen.text), expected);
	text_release(&seen.text);
}

static void test_all(void **state)
{
	(void)state;
	assert_report(UINT32_MAX, "acme/ q c.read yes cn=all cn=low\n"
	                          "acme/w p c.read yes cn=g cn=b cn=high cn=low ends\n"
	                          "acme/w p c.update conditional(owner=p) cn=g cn=b cn=high ends\n"
	                          "acme/w p d.read denied explicit-deny cn=g cn=b cn=high\n"
	                          "acme/w q c.read yes cn=all cn=low\n");
}

static void test_ending(void **state)
{
	(void)state;
	assert_report(1, "acme/ q c.read yes cn=all cn=low\n");
}

static int start(void **state)
{
	(void)state;
	world_open(&world, "test_report", ldif);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_ending),
	};
	return cmocka_run_group_tests(tests, start, finish);
}

/* Searches: what they call back with, and where they stop.  (tests/property holds them against single questions.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../support/world.h"
#include "base/text.h"
#include "decide/lists/search.h"

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
	"dn: ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w\n\n"
	"dn: ou=twice,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: twice\n\n"
	"dn: ou=twice,ou=w,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: twice\n\n"
	"dn: uid=a,o=acme\nobjectClass: inetOrgPerson\nuid: a\ncn: a\nsn: a\n\n"
	"dn: uid=b,o=acme\nobjectClass: inetOrgPerson\nuid: b\ncn: b\nsn: b\n\n"
	"dn: uid=c,o=acme\nobjectClass: inetOrgPerson\nobjectClass: dgAccount\nuid: c\ncn: c\nsn: c\ndgStatus: deactivated\n\n"
	"dn: cn=no uid,o=acme\nobjectClass: inetOrgPerson\ncn: no uid\nsn: n\n\n"
	"dn: cn=g,o=acme\nobjectClass: groupOfNames\ncn: g\nmember: uid=a,o=acme\nmember: uid=b,o=acme\n"
	"member: uid=c,o=acme\nmember: cn=no uid,o=acme\n\n"
	"dn: cn=r,o=acme\nobjectClass: dgRole\ncn: r\ndgPermission: *.read\n\n"
	"dn: cn=b,o=acme\nobjectClass: dgBinding\ncn: b\ndgScope: o=acme\ndgGrantsRole: cn=r,o=acme\nmember: cn=g,o=acme\n\n"
	"dn: dgId=1,ou=w,o=acme\nobjectClass: dgResource\ndgId: 1\ndgResourceType: doc\n\n"
	"dn: dgId=2,ou=w,o=acme\nobjectClass: dgResource\ndgId: 2\ndgResourceType: doc\n\n"
	"dn: dgId=2,ou=twice,o=acme\nobjectClass: dgResource\ndgId: 2\ndgResourceType: doc\n\n"
	"dn: dgId=3,ou=w,o=acme\nobjectClass: dgResource\ndgId: 3\ndgResourceType: note\n";

static struct world world;

struct seen { struct text ids; struct list_page page; };

static void see(void *context, const char *id, node_id node)
{
	struct seen *seen = context;
	(void)node;
	text_print(&seen->ids, "%s;", id);
}

static struct question question_of(const char *text)
{
	struct question question;
	assert_null(world_question(&world, text, &question));
	return question;
}

static void assert_seen(struct seen *seen, const char *wanted)
{
	assert_string_equal(text_string(&seen->ids), wanted);
	text_reset(&seen->ids);
	seen->page = LIST_WHOLE;
}

static void test_subjects(void **state)
{
	struct seen *seen = *state;
	struct question question = question_of("x doc.read in w");
	uint64_t next;
	const struct search_visitor visitor = {seen, see};
	search_subjects(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	/* nobody who is not active; a DN where there is no id */
	assert_seen(seen, "a;b;cn=no uid,o=acme;");
	seen->page = (struct list_page){.limit = 1, .looks = 10};
	search_subjects(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_true(seen->page.more);
	next = seen->page.next;
	assert_seen(seen, "a;");
	seen->page.after = next;
	search_subjects(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "b;cn=no uid,o=acme;");
	question = question_of("group:x doc.read in w");
	search_subjects(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "g;");
	question = question_of("planet:x doc.read in w");
	search_subjects(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "");
}

static void test_resources(void **state)
{
	struct seen *seen = *state;
	const struct search_visitor visitor = {seen, see};
	struct question question = question_of("a doc.read on doc:x");
	search_resources(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	/* 2 is kept twice: asked by its id it would be ambiguous */
	assert_seen(seen, "1;dgId=2,ou=w,o=acme;dgId=2,ou=twice,o=acme;");
	question = question_of("a doc.read in w on doc:x");
	search_resources(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "1;2;");
	question = question_of("a doc.read in nowhere on doc:x");
	search_resources(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "");
	/* a DN where the id is shared */
	question = question_of("a workspace.read on workspace:x");
	search_resources(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "w;ou=twice,o=acme;ou=twice,ou=w,o=acme;");
	question = question_of("a organization.read on organization:x");
	search_resources(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "acme;");
}

static void test_actions(void **state)
{
	struct seen *seen = *state;
	const struct search_visitor visitor = {seen, see};
	struct question question = question_of("a x in w");
	uint64_t next;
	search_actions(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_seen(seen, "members.read;organization.read;teams.read;users.read;workspace.read;");
	seen->page = (struct list_page){.limit = 2, .looks = UINT32_MAX};
	search_actions(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_true(seen->page.more);
	next = seen->page.next;
	assert_seen(seen, "members.read;organization.read;");
	seen->page.after = next;
	search_actions(world.snapshot, &world.settings, &question, &seen->page, &visitor);
	assert_false(seen->page.more);
	assert_seen(seen, "teams.read;users.read;workspace.read;");
}

/* Who or what is named and not there is told apart from what nobody may. */
static void test_reasons(void **state)
{
	const struct {
		enum reason (*search)(const struct snapshot *snapshot, const struct decide_settings *settings,
		                      const struct question *question, struct list_page *page,
		                      const struct search_visitor *visitor);
		const char *question;
		enum reason reason;
	} rows[] = {
		{search_subjects, "x nothing.like-it in w", REASON_GRANTED},
		{search_subjects, "x doc.read in nowhere", REASON_UNKNOWN_WORKSPACE},
		{search_subjects, "x doc.read on workspace:nowhere", REASON_UNKNOWN_WORKSPACE},
		{search_subjects, "planet:x doc.read in w", REASON_UNKNOWN_SUBJECT},
		{search_resources, "a nothing.like-it on doc:x", REASON_GRANTED},
		{search_resources, "zoe doc.read on doc:x", REASON_UNKNOWN_SUBJECT},
		{search_resources, "a doc.read in nowhere on doc:x", REASON_UNKNOWN_WORKSPACE},
		{search_actions, "zoe x in w", REASON_UNKNOWN_SUBJECT},
		{search_actions, "a x in nowhere", REASON_UNKNOWN_WORKSPACE},
		{search_actions, "c x in w", REASON_SUBJECT_INACTIVE},
	};
	struct seen *seen = *state;
	const struct search_visitor visitor = {seen, see};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct question question = question_of(rows[i].question);
		assert_int_equal(rows[i].search(world.snapshot, &world.settings, &question, &seen->page, &visitor), rows[i].reason);
		assert_seen(seen, "");
		question.cannot_decide = REASON_NOT_LOADED;
		assert_int_equal(rows[i].search(world.snapshot, &world.settings, &question, &seen->page, &visitor),
		                 REASON_NOT_LOADED);
		assert_seen(seen, "");
	}
}

static struct seen all_seen = {.page = {.limit = UINT32_MAX, .looks = UINT32_MAX}};

static int set_up(void **state)
{
	world_open(&world, "searches", ldif);
	text_init(&all_seen.ids, 4096);
	*state = &all_seen;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	text_release(&all_seen.ids);
	world_close(&world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_reasons),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

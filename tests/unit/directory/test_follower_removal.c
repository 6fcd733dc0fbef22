/* How much may go away at once: people, memberships and bindings, by reading whole and by changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "../../support/fake_source.h"

/* What the source has; more people are for other entries to be few beside them. */
struct content {
	int people, members, bindings, others;
	bool hidden; /* people's classes cannot be read */
	int result;
};

static void put_group(struct bundle *bundle, int members)
{
	struct arena *arena = bundle_arena(bundle);
	struct record_attribute *attributes = arena_array(arena, 2, sizeof(*attributes));
	struct record_value *values = arena_array(arena, (size_t)members + 1, sizeof(*values));
	char dn[40];

	values[0] = (struct record_value){"groupOfNames", strlen("groupOfNames")};
	for (int i = 1; i <= members; i++) {
		snprintf(dn, sizeof(dn), "uid=p%d,o=x", i);
		values[i] = (struct record_value){arena_string(arena, dn), strlen(dn)};
	}
	attributes[0] = (struct record_attribute){"objectClass", &values[0], 1};
	attributes[1] = (struct record_attribute){"member", &values[1], (size_t)members};
	bundle_put(bundle, &(struct record){.dn = "cn=group,o=x", .dn_length = strlen("cn=group,o=x"), .key = "group",
	                                    .attributes = attributes, .count = members > 0 ? 2 : 1});
}

static void put_many(struct feed *feed, int count, const char *prefix, const char *class)
{
	struct bundle *bundle = bundle_new();
	char key[20], dn[40];

	for (int i = 0; i < count; i++) {
		snprintf(key, sizeof(key), "%s%d", prefix, i);
		snprintf(dn, sizeof(dn), "uid=%s%d,o=x", prefix, i);
		put_entry(bundle, key, dn, class, "description", "x");
		if (bundle_is_full(bundle)) {
			feed_push(feed, bundle, true);
			bundle = bundle_new();
		}
	}
	feed_push(feed, bundle, true);
}

static void read_content(struct feed *feed, void *argument)
{
	struct content *content = argument;
	const struct position nowhere = {0};
	const struct feed_whole end = {.position = &nowhere, .begun = clock_monotonic(), .server = "there"};
	struct bundle *bundle = bundle_new();
	struct error why;

	assert_int_equal(feed_begin(feed, false), 0);
	put_many(feed, content->people, "p", content->hidden ? "device" : "person");
	put_many(feed, content->bindings, "b", "dgBinding");
	put_many(feed, content->others, "o", "device");
	put_group(bundle, content->members);
	feed_push(feed, bundle, true);
	content->result = feed_commit(feed, &end, &why);
}

static int load_content(struct setting *setting, struct content content)
{
	fake_do(setting->one, read_content, &content);
	return content.result;
}

static const char *warning(struct setting *setting, struct source_status *status)
{
	follower_source(setting->follower, 0, status);
	return status->warning.text;
}

#define FULL {.people = 300, .members = 200, .bindings = 100, .others = 2000}

static void test_each_kind_counts(void **state)
{
	static const struct {
		struct content content;
		const char *words;
	} cases[] = {
		{{.people = 239, .members = 200, .bindings = 100, .others = 2000}, "would remove 61 of 300 people; held"},
		{{.people = 300, .members = 200, .bindings = 100, .others = 2000, .hidden = true}, "300 of 300 people; held"},
		{{.people = 300, .members = 149, .bindings = 100, .others = 2000}, "would remove 51 of 200 memberships; held"},
		{{.people = 300, .members = 0, .bindings = 40, .others = 2000},
		 "would remove 200 of 200 memberships, 60 of 100 bindings; held"},
		{{.people = 300, .members = 200, .bindings = 100, .others = 1000}, "would remove 1000 of 2401 entries; held"},
	};
	struct setting *setting = *state;
	const struct content full = FULL;
	struct source_status status;

	assert_int_equal(load_content(setting, full), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(load_content(setting, cases[i].content), FEED_HELD_BACK);
		assert_non_null(strstr(warning(setting, &status), cases[i].words));
		assert_int_equal(load_content(setting, full), 0); /* it was not true */
		assert_string_equal(warning(setting, &status), "");
	}
	assert_int_equal(status.counters.held_back, sizeof(cases) / sizeof(*cases));
}

static void test_little_goes_at_once(void **state)
{
	struct setting *setting = *state;
	const struct content full = FULL;

	assert_int_equal(load_content(setting, full), 0);
	assert_int_equal(load_content(setting, (struct content){.people = 250, .members = 150, .bindings = 50, .others = 1990}), 0);
	people_become(setting, 250);
}

/* Another reading that removes something else is a first one again. */
static void test_the_second_reading_must_agree(void **state)
{
	struct setting *setting = *state;
	const struct content full = FULL;
	struct content half = full;

	assert_int_equal(load_content(setting, full), 0);
	half.people = 200;
	assert_int_equal(load_content(setting, half), FEED_HELD_BACK);
	half.people = 100;
	assert_int_equal(load_content(setting, half), FEED_HELD_BACK);
	half.people = 200;
	assert_int_equal(load_content(setting, half), FEED_HELD_BACK);
	half.people = 195;
	assert_int_equal(load_content(setting, half), 0);
	people_become(setting, 195);
}

static void remove_people(struct feed *feed, void *argument)
{
	const int *range = argument;
	struct bundle *bundle = bundle_new();
	char key[20];

	for (int i = range[0]; i < range[1]; i++) {
		snprintf(key, sizeof(key), "p%d", i);
		bundle_remove(bundle, key);
	}
	feed_push(feed, bundle, false);
}

static void get_requests(struct feed *feed, void *argument)
{
	*(unsigned *)argument = feed_requests(feed);
}

static void test_a_flood_is_obeyed_and_made_sure(void **state)
{
	struct setting *setting = *state;
	struct source_status status;
	unsigned requests;

	assert_int_equal(load_content(setting, (struct content)FULL), 0);
	fake_do(setting->one, remove_people, (int[]){0, 40});
	people_become(setting, 260);
	fake_do(setting->one, get_requests, &requests);
	assert_int_equal(requests & FEED_RELOAD, 0);
	fake_do(setting->one, remove_people, (int[]){40, 80});
	people_become(setting, 220);
	assert_string_equal(warning(setting, &status), "changes have removed 80 of 300 people within a minute; they are obeyed, "
	                                               "and all is read again to make sure");
	assert_int_equal(status.counters.floods, 1);
	fake_do(setting->one, get_requests, &requests);
	assert_int_equal(requests & FEED_RELOAD, FEED_RELOAD);
	assert_int_equal(load_content(setting, (struct content)FULL), 0); /* they are there after all */
	people_become(setting, 300);
	assert_string_equal(warning(setting, &status), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setting_make, setting_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_kind_counts),
		TEST(test_little_goes_at_once),
		TEST(test_the_second_reading_must_agree),
		TEST(test_a_flood_is_obeyed_and_made_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

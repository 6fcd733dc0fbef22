/* The follower with sources that do what a test says, on their own threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../support/fake_source.h"
#include "base/memory.h"
#include "directory/follower/feed.h"
#include "directory/follower/follower.h"

/* ---- what sources are told ---- */

static void begin_only(struct feed *feed, void *argument)
{
	*(int *)argument = feed_begin(feed, false);
	if (*(int *)argument == 0)
		put_people(feed, 1);
}

static void abandon(struct feed *feed, void *argument)
{
	(void)argument;
	feed_abandon(feed);
}

static void put_policy(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();
	struct position position = {0};

	put_entry(bundle, "policy", "cn=b,o=x", "dgBinding", "dgMemberFilter", argument);
	position_advance(&position, "time", "2");
	bundle_position(bundle, &position);
	feed_push(feed, bundle, false);
}

static void put_position(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();
	struct position position = {0};

	position_advance(&position, "time", argument);
	bundle_position(bundle, &position);
	feed_push(feed, bundle, false);
}

/* An entry at the place of another. */
static void put_in_the_way(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();

	(void)argument;
	put_entry(bundle, "other", "uid=P0,o=x", "person", "title", "boss");
	feed_push(feed, bundle, false);
}

static void remove_from_the_way(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();

	(void)argument;
	bundle_remove(bundle, "other");
	feed_push(feed, bundle, false);
}

static void get_requests(struct feed *feed, void *argument)
{
	*(unsigned *)argument = feed_requests(feed);
}

/* ---- tests ---- */

static void test_first_publication(void **state)
{
	struct setting *setting = *state;
	struct follower_state now;
	struct error why;
	char token[FOLLOWER_TOKEN_MAX];

	follower_state(setting->follower, &now);
	assert_false(now.complete);
	assert_int_equal(now.proven_at, 0);
	assert_null(follower_acquire(setting->follower, &now, token));
	assert_string_equal(token, "");
	assert_int_equal(follower_wait_complete(setting->follower, clock_monotonic() + SECOND / 100, &why), FOLLOWER_NOT_YET);
	load(setting, 3, "1"); /* the other one is not required */
	assert_int_equal(follower_wait_complete(setting->follower, clock_monotonic() + SECOND, &why), 0);
	assert_int_equal(people(setting), 3);
	snapshot_drop(follower_acquire(setting->follower, &now, token));
	assert_string_equal(token, "one:time=1");
	assert_true(now.complete && now.required == 1 && now.following == 1);
	assert_true(clock_monotonic() - now.proven_at < SECOND);
}

static void test_failure_before_the_first(void **state)
{
	struct setting *setting = *state;
	struct error why;

	fake_do(setting->one, lose, NULL);
	assert_int_equal(follower_wait_complete(setting->follower, clock_monotonic() + SECOND, &why), FOLLOWER_FAILED);
	assert_string_equal(why.text, "source one: the cable");
}

static void test_lost_keeps_what_was_there(void **state)
{
	struct setting *setting = *state;
	struct source_status status;
	struct follower_state before, after;

	load(setting, 3, "1");
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	follower_state(setting->follower, &before);
	fake_do(setting->one, lose, NULL);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.state, SOURCE_LOST);
	assert_string_equal(status.error.text, "the cable");
	follower_state(setting->follower, &after);
	assert_true(after.complete && after.following == 0 && after.proven_at == before.proven_at);
	assert_int_equal(people(setting), 3);
	load(setting, 3, "2");
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.state, SOURCE_FOLLOWING);
	assert_string_equal(status.error.text, "");
	assert_string_equal(status.last_error.text, "the cable");
	assert_true(status.last_error_at > 0);
}

static void test_whole_reads_take_turns(void **state)
{
	struct setting *setting = *state;
	int one = -1, two = -1;

	fake_do(setting->one, begin_only, &one);
	fake_do(setting->two, begin_only, &two);
	assert_int_equal(one, 0);
	assert_int_equal(two, FEED_BUSY);
	fake_do(setting->one, abandon, NULL);
	fake_do(setting->two, begin_only, &two);
	assert_int_equal(two, 0);
	fake_do(setting->two, abandon, NULL);
	assert_int_equal(people(setting), 0);
}

static void test_half_a_read_changes_nothing(void **state)
{
	struct setting *setting = *state;
	int begun;

	load(setting, 3, "1");
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	fake_do(setting->one, begin_only, &begun);
	assert_int_equal(begun, 0);
	fake_do(setting->one, put_policy, "(title=boss)"); /* a change meanwhile is published all the same */
	assert_int_equal(wait_for(setting, "one:time=2", 1000), 0);
	assert_int_equal(people(setting), 3);
	fake_do(setting->one, abandon, NULL);
	assert_int_equal(people(setting), 3);
}

static void test_changes_of_another_source_survive_a_whole_read(void **state)
{
	struct setting *setting = *state;
	const struct snapshot *snapshot;
	struct whole whole = {.count = 3, .time = "3"};
	int begun;

	load(setting, 3, "1");
	fake_do(setting->one, begin_only, &begun);
	fake_do(setting->two, put_policy, "(title=boss)");
	assert_int_equal(wait_for(setting, "two:time=2", 1000), 0);
	fake_do(setting->one, abandon, NULL);
	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(whole.result, 0);
	assert_int_equal(wait_for(setting, "one:time=3;two:time=2", 1000), 0);
	snapshot = published_acquire(setting->published);
	assert_non_null(snapshot_entry(snapshot, snapshot_find_dn(snapshot, "cn=b,o=x")));
	snapshot_drop(snapshot);
}

static void test_held_back(void **state)
{
	struct setting *setting = *state;
	struct whole whole = {.count = 100, .time = "2"};
	struct source_status status;

	load(setting, 300, "1");
	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(whole.result, FEED_HELD_BACK);
	assert_int_equal(people(setting), 300);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.counters.held_back, 1);
	assert_non_null(strstr(status.warning.text, "200"));
	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(whole.result, 0);
	assert_int_equal(wait_for(setting, "one:time=2", 1000), 0);
	assert_int_equal(people(setting), 100);
	whole = (struct whole){.count = 51, .time = "3"}; /* half of it, but not more than the floor */
	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(whole.result, 0);
}

static void test_the_source_is_ahead(void **state)
{
	struct setting *setting = *state;
	struct source_status status;

	load(setting, 3, "1");
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.behind_since, 0);
	fake_do(setting->one, prove, "2");
	follower_source(setting->follower, 0, &status);
	assert_true(status.behind_since > 0 && status.behind_since <= clock_monotonic());
	fake_do(setting->one, put_policy, "(title=boss)");
	assert_int_equal(wait_for(setting, "one:time=2", 1000), 0);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.behind_since, 0);
}

static void test_named_attributes_come_first(void **state)
{
	struct setting *setting = *state;
	struct whole whole = {.count = 3, .time = "1", .asked = "cn"};
	unsigned requests = 0;

	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	fake_do(setting->one, put_policy, "(title=boss)");
	assert_int_equal(wait_for(setting, "one:time=2", 50), FOLLOWER_NOT_YET); /* who is boss has not been read */
	fake_do(setting->one, get_requests, &requests);
	assert_int_equal(requests & FEED_WIDEN, FEED_WIDEN);
	whole = (struct whole){.count = 3, .time = "2", .asked = "title"};
	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(wait_for(setting, "one:time=2", 1000), 0);
}

static void test_an_entry_without_place(void **state)
{
	struct setting *setting = *state;
	struct source_status status;
	unsigned requests = 0;
	instant proven;

	load(setting, 3, "1");
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	fake_do(setting->one, put_in_the_way, NULL);
	fake_do(setting->one, put_policy, "(title=boss)");
	/* What was rejected may be what somebody waits for. */
	assert_int_equal(wait_for(setting, "one:time=2", 50), FOLLOWER_NOT_YET);
	follower_source(setting->follower, 0, &status);
	proven = status.proven_at;
	assert_int_equal(status.counters.rejected, 1);
	assert_non_null(strstr(status.warning.text, "uid=P0,o=x"));
	fake_do(setting->one, get_requests, &requests);
	assert_int_equal(requests & FEED_RELOAD, FEED_RELOAD);
	fake_do(setting->one, prove, "1"); /* the index is not what the source says, so nothing is proven */
	follower_source(setting->follower, 0, &status);
	assert_true(status.proven_at == proven);
	load(setting, 3, "3");
	fake_do(setting->one, prove, "3");
	follower_source(setting->follower, 0, &status);
	assert_true(status.proven_at > proven);
}

/* One source is read whole, and has an entry where another source puts one meanwhile. */
static void test_an_entry_without_place_beside(void **state)
{
	struct setting *setting = *state;
	struct whole whole = {.count = 0, .time = "1", .begun = clock_monotonic()};
	struct source_status status;
	int begun = -1;
	unsigned requests = 0;

	load(setting, 0, "1");
	fake_do(setting->two, read_whole, &whole);
	assert_int_equal(whole.result, 0);
	for (int i = 0; i < 20 && !(requests & FEED_RELOAD); i++) {
		fake_do(setting->two, remove_from_the_way, NULL);
		fake_do(setting->one, begin_only, &begun); /* and puts uid=p0,o=x */
		assert_int_equal(begun, 0);
		poll(NULL, 0, 10 * (i + 1)); /* for the writer to have it first: changes go before */
		fake_do(setting->two, put_in_the_way, NULL);
		poll(NULL, 0, 10 * (i + 1));
		fake_do(setting->two, get_requests, &requests);
		fake_do(setting->one, abandon, NULL);
	}
	assert_int_equal(requests & FEED_RELOAD, FEED_RELOAD);
	follower_source(setting->follower, 1, &status);
	assert_true(status.counters.rejected > 0);
}

static void test_proof_waits_for_publication(void **state)
{
	struct setting *setting = *state;
	struct source_status before, after;

	load(setting, 3, "1");
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	follower_source(setting->follower, 0, &before);
	fake_do(setting->one, prove, "2"); /* the server is ahead */
	follower_source(setting->follower, 0, &after);
	assert_true(after.proven_at == before.proven_at);
	fake_do(setting->one, put_policy, "(title=boss)");
	assert_int_equal(wait_for(setting, "one:time=2", 1000), 0);
	follower_source(setting->follower, 0, &after);
	assert_true(after.proven_at > before.proven_at);
}

static void test_tokens(void **state)
{
	static const char *const broken[] = {"", "one", "three:time=1", "one:time", "one:time=1;", "time=1", ";", "one:"};
	struct setting *setting = *state;

	load(setting, 3, "1");
	assert_int_equal(wait_for(setting, "one:time=1", 1000), 0);
	assert_int_equal(wait_for(setting, "one:time=2", 10), FOLLOWER_NOT_YET);
	assert_int_equal(wait_for(setting, "20261121173926.126411Z#000000#001#000000", 10), FOLLOWER_NOT_YET);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		assert_int_equal(wait_for(setting, broken[i], 10), FOLLOWER_BAD_TOKEN);
}

static void wait_until_told(struct setting *setting, int times)
{
	instant deadline = clock_monotonic() + 10 * SECOND;

	while (atomic_load(&setting->told) < times && clock_monotonic() < deadline)
		usleep(1000);
	assert_true(atomic_load(&setting->told) >= times);
}

/* Told of what is new, and of a position alone, but not of nothing. */
static void test_progress_is_told(void **state)
{
	struct setting *setting = *state;
	char token[FOLLOWER_TOKEN_MAX];
	struct follower_state now;
	struct error why;
	int told;

	usleep(20000);
	assert_int_equal(atomic_load(&setting->told), 0);
	load(setting, 3, "1");
	wait_until_told(setting, 1);
	assert_int_equal(wait_for(setting, "one:time=1", 0), 0);
	told = atomic_load(&setting->told);
	fake_do(setting->one, put_position, "2");
	wait_until_told(setting, told + 1);
	snapshot_drop(follower_acquire(setting->follower, &now, token));
	assert_string_equal(token, "one:time=2");
	assert_int_equal(follower_compare(setting->follower, token, "one:time=2", &why), 0);
	assert_int_equal(follower_compare(setting->follower, token, "one:time=3", &why), FOLLOWER_NOT_YET);
	assert_int_equal(follower_compare(setting->follower, token, "three:time=2", &why), FOLLOWER_BAD_TOKEN);
}

static void test_adding(void **state)
{
	struct follower_options options = {.published = published_new()};
	struct follower *follower = follower_new(&options);
	struct error why;

	(void)state;
	assert_int_equal(follower_add(follower, &fake_new("a")->source, true, &why), 0);
	assert_true(follower_add(follower, &fake_new("a")->source, true, &why) < 0);
	assert_true(follower_add(follower, &fake_new("a b")->source, true, &why) < 0);
	assert_true(follower_add(follower, &fake_new("")->source, true, &why) < 0);
	assert_int_equal(follower_count(follower), 1);
	follower_free(follower);
	published_free(options.published);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setting_make, setting_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_publication),
		TEST(test_failure_before_the_first),
		TEST(test_lost_keeps_what_was_there),
		TEST(test_whole_reads_take_turns),
		TEST(test_half_a_read_changes_nothing),
		TEST(test_changes_of_another_source_survive_a_whole_read),
		TEST(test_held_back),
		TEST(test_the_source_is_ahead),
		TEST(test_named_attributes_come_first),
		TEST(test_an_entry_without_place),
		TEST(test_an_entry_without_place_beside),
		TEST(test_proof_waits_for_publication),
		TEST(test_tokens),
		TEST(test_progress_is_told),
		cmocka_unit_test(test_adding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

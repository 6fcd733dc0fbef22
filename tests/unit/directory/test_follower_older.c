/* Whatever servers say in whatever order: nothing older than what is published is published, until it is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../support/fake_source.h"

/* A whole read at a position "KEY=VALUE,...", and what came of it. */
struct at {
	const char *position;
	const char *server; /* NULL: "there" */
	int count;
	int result;
	struct error why;
};

static void read_at(struct feed *feed, void *argument)
{
	struct at *at = argument;
	struct position position;
	const struct feed_whole end = {.position = &position, .begun = clock_monotonic(),
	                              .server = at->server ? at->server : "there"};

	assert_true(position_parse(at->position, strlen(at->position), &position));
	assert_int_equal(feed_begin(feed, false), 0);
	put_people(feed, at->count);
	at->result = feed_commit(feed, &end, &at->why);
}

static int load_at(struct setting *setting, const char *position, int count, struct error *why)
{
	struct at at = {.position = position, .count = count};

	fake_do(setting->one, read_at, &at);
	if (why)
		*why = at.why;
	return at.result;
}

static void get_requests(struct feed *feed, void *requests)
{
	*(unsigned *)requests = feed_requests(feed);
}

static void be_unreachable(struct feed *feed, void *argument)
{
	(void)argument;
	feed_unreachable(feed);
}

#define CSN(second, sid) sid "=202611211739" second ".000000Z#000000#" sid "#000000"

static void test_nothing_older(void **state)
{
	struct setting *setting = *state;
	struct source_status before, after;
	struct error why;

	assert_int_equal(load_at(setting, CSN("10", "001") "," CSN("10", "002"), 3, NULL), 0);
	assert_int_equal(wait_for(setting, "one:" CSN("10", "001"), 1000), 0);
	follower_source(setting->follower, 0, &before);
	assert_int_equal(load_at(setting, CSN("10", "001") "," CSN("07", "002"), 2, &why), FEED_BEHIND);
	assert_string_equal(why.text, "the server is behind what is published: counter 002 is 3.000 s behind");
	assert_int_equal(load_at(setting, CSN("20", "001"), 2, &why), FEED_BEHIND); /* a server id that vanished */
	assert_non_null(strstr(why.text, "knows nothing of counter 002"));
	people_become(setting, 3);
	follower_source(setting->follower, 0, &after);
	assert_int_equal(after.counters.behind, 2);
	assert_true(after.proven_at == before.proven_at && after.counters.loads == 1);
	assert_int_equal(load_at(setting, CSN("10", "001") "," CSN("10", "002") "," CSN("01", "003"), 4, NULL), 0);
	people_become(setting, 4);
}

/* The time counts only while nothing better is followed, and while somebody answers. */
static void test_an_older_state_is_believed_in_the_end(void **state)
{
	static const char old[] = CSN("10", "001"), older[] = CSN("05", "001");
	struct setting *setting = *state;
	struct source_status status;

	setting->one->source.behind_limit = SECOND / 20;
	assert_int_equal(load_at(setting, old, 3, NULL), 0);
	assert_int_equal(load_at(setting, older, 2, NULL), FEED_BEHIND);
	poll(NULL, 0, 80);
	assert_int_equal(load_at(setting, older, 2, NULL), FEED_BEHIND); /* still followed */
	fake_do(setting->one, lose, NULL);
	assert_int_equal(load_at(setting, older, 2, NULL), FEED_BEHIND);
	poll(NULL, 0, 80);
	fake_do(setting->one, be_unreachable, NULL);
	assert_int_equal(load_at(setting, older, 2, NULL), FEED_BEHIND);
	assert_int_equal(people(setting), 3);
	poll(NULL, 0, 80);
	assert_int_equal(load_at(setting, older, 2, NULL), 0);
	people_become(setting, 2);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.counters.went_back, 1);
	assert_int_equal(wait_for(setting, "one:" CSN("10", "001"), 10), FOLLOWER_NOT_YET); /* the token went back */
	assert_int_equal(load_at(setting, older, 2, NULL), 0);
}

/* Whatever servers say in whatever order: the position of what is published only grows. */
static void test_positions_only_grow(void **state)
{
	struct setting *setting = *state;
	struct position published = {0}, offered;
	struct position_lag lag;
	unsigned random = 7;
	char text[200];

	for (int i = 0; i < 200; i++) {
		unsigned one, two;
		int result;

		random = random * 1103515245 + 12345;
		one = random >> 8 & 15, two = random >> 12 & 15;
		if (random >> 16 & 1)
			snprintf(text, sizeof(text), "001=%04u,002=%04u", one + (unsigned)i / 10, two + (unsigned)i / 10);
		else
			snprintf(text, sizeof(text), "001=%04u", one + (unsigned)i / 10);
		if (random >> 17 & 1)
			fake_do(setting->one, lose, NULL);
		assert_true(position_parse(text, strlen(text), &offered));
		result = load_at(setting, text, i, NULL); /* what differs from all before */
		assert_int_equal(result, position_behind(&offered, &published, &lag) ? FEED_BEHIND : 0);
		if (result == 0)
			published = offered;
	}
	assert_true(published.count == 2);
}

/* ---- a server that was killed, and has lost count of its changes ---- */

static bool is_proven_since(struct setting *setting, instant since)
{
	struct source_status status;

	follower_source(setting->follower, 0, &status);
	return status.proven_at >= since;
}

/* The same, soon: what is proven is told a moment after what is published. */
static bool becomes_proven_since(struct setting *setting, instant since)
{
	for (int i = 0; i < 1000 && !is_proven_since(setting, since); i++)
		usleep(1000);
	return is_proven_since(setting, since);
}

/* A change that has come with a position. */
static void put_change(struct feed *feed, void *position)
{
	struct bundle *bundle = bundle_new();
	struct position now;

	assert_true(position_parse(position, strlen(position), &now));
	put_entry(bundle, position, "uid=new,o=x", "person", "title", "boss");
	bundle_position(bundle, &now);
	feed_push(feed, bundle, false);
}

static void tell_position(struct feed *feed, void *position)
{
	struct bundle *bundle = bundle_new();
	struct position now;

	assert_true(position_parse(position, strlen(position), &now));
	bundle_position(bundle, &now);
	feed_push(feed, bundle, false);
}

static void prove_at(struct feed *feed, void *position)
{
	struct position now;

	assert_true(position_parse(position, strlen(position), &now));
	feed_prove(feed, &now, clock_monotonic());
}

/* Three people at 10, published; the server is lost, and comes back at 05 with them. */
static void lose_count(struct setting *setting)
{
	assert_int_equal(load_at(setting, CSN("10", "001"), 3, NULL), 0);
	fake_do(setting->one, lose, NULL);
	assert_int_equal(load_at(setting, CSN("05", "001"), 3, NULL), 0);
	people_become(setting, 3);
}

static void test_a_server_that_lost_count(void **state)
{
	static char before[] = CSN("05", "001"), between[] = CSN("07", "001"), after[] = CSN("12", "001");
	struct setting *setting = *state;
	struct source_status status;
	instant now;

	lose_count(setting);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.state, SOURCE_FOLLOWING);
	assert_true(status.counters.behind == 0 && status.counters.went_back == 0);
	assert_int_equal(wait_for(setting, "one:" CSN("10", "001"), 0), 0); /* the token stays */
	now = clock_monotonic();
	fake_do(setting->one, prove_at, between); /* the server has what it has not told yet */
	assert_false(is_proven_since(setting, now));
	fake_do(setting->one, prove_at, before);
	assert_true(is_proven_since(setting, now));
	now = clock_monotonic();
	fake_do(setting->one, tell_position, between);
	assert_int_equal(load_at(setting, before, 3, NULL), FEED_BEHIND); /* it was at 07 itself */
	assert_int_equal(load_at(setting, between, 2, NULL), 0); /* a reconcile, which may find what was not told */
	people_become(setting, 2);
	assert_int_equal(wait_for(setting, "one:" CSN("10", "001"), 0), 0);
	assert_true(becomes_proven_since(setting, now));
	fake_do(setting->one, put_change, after);
	assert_int_equal(wait_for(setting, "one:" CSN("12", "001"), 1000), 0);
	assert_int_equal(people(setting), 3);
}

static void test_who_has_not_lost_count(void **state)
{
	struct setting *setting = *state;
	struct at other = {.position = CSN("05", "001"), .server = "elsewhere", .count = 3};

	assert_int_equal(load_at(setting, CSN("10", "001"), 3, NULL), 0);
	fake_do(setting->one, lose, NULL);
	fake_do(setting->one, read_at, &other);
	assert_int_equal(other.result, FEED_BEHIND); /* a replica that lags */
	assert_int_equal(load_at(setting, CSN("05", "001"), 2, NULL), FEED_BEHIND);
	assert_int_equal(load_at(setting, CSN("05", "001"), 4, NULL), FEED_BEHIND);
	people_become(setting, 3);
	assert_int_equal(load_at(setting, CSN("05", "001"), 3, NULL), 0);
}

static void test_a_replay_is_not_applied(void **state)
{
	static char between[] = CSN("07", "001"), after[] = CSN("12", "001");
	struct setting *setting = *state;
	struct source_status status;
	unsigned requests;

	lose_count(setting);
	fake_do(setting->one, get_requests, &requests);
	fake_do(setting->one, put_change, between);
	fake_do(setting->one, get_requests, &requests);
	assert_true(requests & FEED_RELOAD);
	fake_do(setting->one, put_change, after); /* nor what follows, until all is read */
	fake_do(setting->one, prove_at, between);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.state, SOURCE_LOST);
	assert_int_equal(status.behind_since, 0);
	assert_int_equal(load_at(setting, between, 4, NULL), FEED_BEHIND);
	assert_int_equal(people(setting), 3);
	assert_int_equal(load_at(setting, after, 4, NULL), 0);
	people_become(setting, 4);
	assert_int_equal(wait_for(setting, "one:" CSN("12", "001"), 1000), 0);
	follower_source(setting->follower, 0, &status);
	assert_int_equal(status.state, SOURCE_FOLLOWING);
}

static void test_files_are_what_they_are(void **state)
{
	struct setting *setting = *state;
	struct whole whole = {.count = 2, .time = "1", .authoritative = true};

	load(setting, 3, "2");
	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(whole.result, 0);
	people_become(setting, 2);
}

/* Someone who reads all the time: the number of people is what the token says. */
struct reader {
	struct setting *setting;
	_Atomic bool ending;
	_Atomic unsigned pairs, torn;
};

static void *read_pairs(void *context)
{
	struct reader *reader = context;
	char token[FOLLOWER_TOKEN_MAX];
	struct follower_state state;

	while (!atomic_load(&reader->ending)) {
		const struct snapshot *snapshot = follower_acquire(reader->setting->follower, &state, token);
		const char *position = strrchr(token, '=');

		if (snapshot) {
			atomic_fetch_add(&reader->pairs, 1);
			if (!position || snapshot_count(snapshot, KIND_PERSON) != strtoul(position + 1, NULL, 10))
				atomic_fetch_add(&reader->torn, 1);
		}
		snapshot_drop(snapshot);
	}
	return NULL;
}

static void test_a_token_is_of_its_snapshot(void **state)
{
	struct reader reader = {.setting = *state};
	pthread_t threads[3];

	reader.setting->one->source.behind_limit = 1;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_pairs, &reader), 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(load_at(reader.setting, "001=0009", 9, NULL), 0);
		fake_do(reader.setting->one, lose, NULL);
		assert_int_equal(load_at(reader.setting, "001=0004", 4, NULL), FEED_BEHIND);
		assert_int_equal(load_at(reader.setting, "001=0004", 4, NULL), 0);
	}
	atomic_store(&reader.ending, true);
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	assert_true(atomic_load(&reader.pairs) > 100);
	assert_int_equal(atomic_load(&reader.torn), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setting_make, setting_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_older),
		TEST(test_an_older_state_is_believed_in_the_end),
		TEST(test_positions_only_grow),
		TEST(test_a_token_is_of_its_snapshot),
		TEST(test_a_server_that_lost_count),
		TEST(test_who_has_not_lost_count),
		TEST(test_a_replay_is_not_applied),
		TEST(test_files_are_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

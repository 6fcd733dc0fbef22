/* Journals: what is taken of a file that is torn, broken, or another's; how old it is; what the follower makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../support/fake_source.h"
#include "../../support/records.h"
#include "base/memory.h"
#include "directory/follower/journal.h"
#include "directory/follower/journal_file.h"
#include "directory/follower/journal_load.h"

static const struct journal_head head = {"1.0", "one", "settings", "all", "this start"};
static const struct journal_clocks clocks = {{1000 * SECOND, 500 * SECOND, false}, "this start"};

/* ---- a file ---- */

/* Two people, marked; one goes and a position comes, marked; another change, not marked. */
struct made {
	char octets[8192];
	size_t length, first_mark, second_mark;
};

static void write_bundle(struct journal_file *file, struct bundle *bundle)
{
	struct text payload;
	struct error why;

	text_init(&payload, JOURNAL_BLOCK_MAX);
	journal_write_changes(bundle, &payload);
	assert_int_equal(journal_file_write(file, JOURNAL_CHANGES, &payload, &why), 0);
	text_release(&payload);
	bundle_free(bundle);
}

static void write_commit(struct journal_file *file)
{
	struct position position = {0};
	char *names[] = {(char *)(uintptr_t)"mail"};
	const struct name_set covered = {names, 1, 1, false};
	const struct feed_whole end = {.position = &position, .covered = &covered, .server = "there"};
	struct text payload;
	struct error why;

	position_advance(&position, "time", "1");
	text_init(&payload, 1000);
	journal_write_end(&end, 77, &payload);
	assert_int_equal(journal_file_write(file, JOURNAL_COMMIT, &payload, &why), 0);
	text_release(&payload);
}

static size_t write_mark(struct journal_file *file, instant wall, instant awake)
{
	struct text payload;
	struct error why;

	text_init(&payload, 1000);
	journal_write_mark(&(struct journal_moment){wall, awake, false}, &payload);
	assert_int_equal(journal_file_write(file, JOURNAL_MARK, &payload, &why), 0);
	text_release(&payload);
	return file->octets;
}

static void write_begin(struct journal_file *file)
{
	const struct text none = {.maximum = 1};
	struct error why;

	assert_int_equal(journal_file_write(file, JOURNAL_BEGIN, &none, &why), 0);
}

static struct bundle *two_people(void)
{
	struct bundle *bundle = bundle_new();

	put_entry(bundle, "k1", "uid=ada,o=x", "person", "title", "boss");
	put_entry(bundle, "k2", "uid=bob,o=x", "person", "title", "clerk");
	return bundle;
}

static struct bundle *one_goes(void)
{
	struct bundle *bundle = bundle_new();
	struct position position = {0};

	bundle_remove(bundle, "k2");
	position_advance(&position, "time", "2");
	bundle_position(bundle, &position);
	return bundle;
}

static struct made make(void)
{
	char folder[] = "/tmp/test-journal-XXXXXX";
	struct made made = {.length = 0};
	struct journal_file file;
	struct bundle *last = bundle_new();
	struct error why;
	int at;

	assert_non_null(mkdtemp(folder));
	at = journal_folder_open(folder, &why);
	assert_true(at >= 0);
	assert_int_equal(journal_file_start(&file, at, "file", &head, &why), 0);
	write_begin(&file);
	write_bundle(&file, two_people());
	write_commit(&file);
	made.first_mark = write_mark(&file, 900 * SECOND, 400 * SECOND);
	write_bundle(&file, one_goes());
	made.second_mark = write_mark(&file, 990 * SECOND, 490 * SECOND);
	put_entry(last, "k3", "uid=eve,o=x", "person", "title", "clerk");
	write_bundle(&file, last);
	made.length = (size_t)pread(file.file, made.octets, sizeof(made.octets), 0);
	assert_true(made.length == file.octets && made.length < sizeof(made.octets));
	journal_file_close(&file);
	unlinkat(at, "file", 0);
	close(at);
	rmdir(folder);
	return made;
}

/* ---- what is taken of it ---- */

struct taken {
	int result;
	struct journal_loaded loaded;
	uint32_t people;
	struct error why;
};

static struct taken take_with(const char *octets, size_t length, const struct journal_head *expected,
                              const struct journal_clocks *now)
{
	struct builder *builder = builder_new(NULL, NULL);
	int file = memfd_create("journal", MFD_CLOEXEC);
	struct taken taken = {.people = 0};
	struct snapshot *snapshot;

	assert_true(write(file, octets, length) == (ssize_t)length);
	taken.result = journal_load_file(file, expected, now, builder, 0, &taken.loaded, &taken.why);
	if (taken.result == 0) {
		snapshot = builder_freeze(builder);
		taken.people = snapshot_count(snapshot, KIND_PERSON);
		snapshot_drop(snapshot);
	}
	name_set_release(&taken.loaded.end.covered);
	builder_free(builder);
	close(file);
	return taken;
}

static struct taken take(const char *octets, size_t length)
{
	return take_with(octets, length, &head, &clocks);
}

static void test_whole_file(void **state)
{
	const struct made made = make();
	const struct taken taken = take(made.octets, made.length);

	(void)state;
	assert_int_equal(taken.result, 0);
	assert_int_equal(taken.people, 1); /* without the one that came behind the mark */
	assert_true(taken.loaded.age == 10 * SECOND && taken.loaded.torn);
	assert_string_equal(position_value(&taken.loaded.position, "time"), "2");
	assert_string_equal(taken.loaded.server, "there");
	assert_true(taken.loaded.end.loaded_at == 77 && !taken.loaded.end.covers_all);
}

static void test_torn_at_every_octet(void **state)
{
	const struct made made = make();

	(void)state;
	for (size_t length = 0; length <= made.length; length++) {
		const struct taken taken = take(made.octets, length);

		assert_int_equal(taken.result == 0, length >= made.first_mark);
		if (taken.result != 0)
			continue;
		assert_int_equal(taken.people, length < made.second_mark ? 2 : 1);
		assert_true(taken.loaded.age == (length < made.second_mark ? 100 : 10) * SECOND);
	}
}

static void test_flipped_octets(void **state)
{
	struct made made = make();

	(void)state;
	for (size_t i = 0; i < made.length; i++)
		for (int bit = 0; bit < 8; bit += 3) {
			struct taken taken;

			made.octets[i] = (char)(made.octets[i] ^ (1 << bit));
			taken = take(made.octets, made.length);
			made.octets[i] = (char)(made.octets[i] ^ (1 << bit));
			assert_true(taken.result < 0);
			assert_true(taken.why.text[0] != '\0');
		}
}

/* Blocks that are good each by themselves, one of them left out. */
static void test_a_block_is_missing(void **state)
{
	struct made made = make();

	(void)state;
	memmove(made.octets + made.first_mark, made.octets + made.second_mark, made.length - made.second_mark);
	assert_true(take(made.octets, made.length - (made.second_mark - made.first_mark)).result < 0);
}

static void test_of_others(void **state)
{
	const struct made made = make();
	struct journal_head other[4] = {head, head, head, head};

	(void)state;
	other[0].version = "1.1";
	other[1].source = "two";
	other[2].identity = "other settings";
	other[3].asked = "more";
	for (int i = 0; i < 4; i++)
		assert_int_equal(take_with(made.octets, made.length, &other[i], &clocks).result, -ESTALE);
}

static void test_age(void **state)
{
	struct journal_moment mark = {900 * SECOND, 400 * SECOND, true};
	struct journal_clocks now = clocks;
	struct error why;
	instant age;

	(void)state;
	assert_int_equal(journal_age(&mark, "this start", &now, &age, &why), 0);
	assert_true(age == 100 * SECOND);
	now.now.wall = 901 * SECOND; /* somebody set it back, which the other clock knows */
	assert_int_equal(journal_age(&mark, "this start", &now, &age, &why), 0);
	assert_true(age == 100 * SECOND);
	now.now.wall = 2000 * SECOND;
	assert_int_equal(journal_age(&mark, "this start", &now, &age, &why), 0);
	assert_true(age == 1100 * SECOND);
	now.now.wall = 899 * SECOND;
	assert_int_equal(journal_age(&mark, "this start", &now, &age, &why), -ESTALE);
	now.now = (struct journal_moment){950 * SECOND, 10 * SECOND, false};
	assert_int_equal(journal_age(&mark, "this start", &now, &age, &why), -ESTALE);
	/* Of another start only a clock that is held to the right time tells. */
	assert_int_equal(journal_age(&mark, "another", &now, &age, &why), -ESTALE);
	assert_int_equal(journal_age(&mark, "", &now, &age, &why), -ESTALE);
	now.now.disciplined = true;
	assert_int_equal(journal_age(&mark, "another", &now, &age, &why), 0);
	assert_true(age == 50 * SECOND);
	mark.disciplined = false;
	assert_int_equal(journal_age(&mark, "another", &now, &age, &why), -ESTALE);
	assert_int_equal(journal_age(&(struct journal_moment){-1, 5, true}, "another", &now, &age, &why), -ESTALE);
}

/* ---- blocks in a wrong order ---- */

static void test_order(void **state)
{
	char folder[] = "/tmp/test-journal-XXXXXX";
	struct journal_file file;
	struct journal_loaded loaded;
	struct error why;
	int at;

	(void)state;
	assert_non_null(mkdtemp(folder));
	at = journal_folder_open(folder, &why);
	for (int order = 0; order < 4; order++) {
		struct builder *builder = builder_new(NULL, NULL);

		assert_int_equal(journal_file_start(&file, at, "file", &head, &why), 0);
		if (order != 0)
			write_begin(&file);
		if (order == 1)
			write_begin(&file);
		write_bundle(&file, two_people());
		if (order == 3)
			write_mark(&file, 1, 1);
		if (order != 2)
			write_commit(&file);
		write_mark(&file, 900 * SECOND, 400 * SECOND);
		journal_file_close(&file);
		assert_int_equal(journal_load(at, "file", &head, &clocks, builder, 0, &loaded, &why), -EBADMSG);
		name_set_release(&loaded.end.covered);
		builder_free(builder);
	}
	unlinkat(at, "file", 0);
	close(at);
	rmdir(folder);
}

/* ---- files and folders ---- */

static void test_whose_file(void **state)
{
	char folder[] = "/tmp/test-journal-XXXXXX";
	struct builder *builder = builder_new(NULL, NULL);
	struct journal_file file, other;
	struct journal_loaded loaded;
	struct error why;
	int at;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0770), 0);
	assert_int_equal(journal_folder_open(folder, &why), -EPERM);
	assert_non_null(strstr(why.text, "chmod 0700"));
	assert_int_equal(chmod(folder, 0750), 0);
	at = journal_folder_open(folder, &why);
	assert_int_equal(journal_load(at, "file", &head, &clocks, builder, 0, &loaded, &why), JOURNAL_NONE);
	assert_int_equal(journal_file_start(&file, at, "file", &head, &why), 0);
	assert_int_equal(journal_file_start(&other, at, "file", &head, &why), -EBUSY);
	assert_int_equal(symlinkat("file", at, "link"), 0);
	assert_true(journal_file_start(&other, at, "link", &head, &why) < 0);
	assert_true(journal_load(at, "link", &head, &clocks, builder, 0, &loaded, &why) < 0);
	assert_int_equal(fchmod(file.file, 0640), 0);
	assert_int_equal(journal_load(at, "file", &head, &clocks, builder, 0, &loaded, &why), -EPERM);
	assert_int_equal(mkdirat(at, "folder", 0700), 0);
	assert_int_equal(journal_load(at, "folder", &head, &clocks, builder, 0, &loaded, &why), -EPERM);
	journal_file_close(&file);
	unlinkat(at, "file", 0);
	unlinkat(at, "link", 0);
	unlinkat(at, "folder", AT_REMOVEDIR);
	close(at);
	rmdir(folder);
	builder_free(builder);
}

/* ---- the follower ---- */

struct gateway {
	struct setting setting;
	char folder[40];
};

static void start(struct gateway *gateway, const char *identity)
{
	struct follower_options options = {.state_directory = gateway->folder, .resume = true};
	struct setting *setting = &gateway->setting;
	struct error why = {""};

	options.published = setting->published = published_new();
	setting->follower = follower_new(&options);
	setting->one = fake_new("one");
	setting->one->source.identity = identity ? memory_string(identity) : NULL;
	setting->two = fake_new("two");
	assert_int_equal(follower_add(setting->follower, &setting->one->source, true, &why), 0);
	assert_int_equal(follower_add(setting->follower, &setting->two->source, false, &why), 0);
	assert_int_equal(follower_start(setting->follower, &why), 0);
}

static void stop(struct gateway *gateway)
{
	follower_free(gateway->setting.follower);
	published_free(gateway->setting.published);
}

static int folder_make(void **state)
{
	struct gateway *gateway = memory_alloc(sizeof(*gateway));

	snprintf(gateway->folder, sizeof(gateway->folder), "/tmp/test-journal-XXXXXX");
	*state = gateway;
	return mkdtemp(gateway->folder) ? 0 : -1;
}

static int folder_end(void **state)
{
	struct gateway *gateway = *state;
	char path[80];

	snprintf(path, sizeof(path), "%s/one.index", gateway->folder);
	unlink(path);
	assert_int_equal(rmdir(gateway->folder), 0); /* nothing is left over */
	free(gateway);
	return 0;
}

static struct source_status status_of(struct gateway *gateway)
{
	struct source_status status;

	follower_source(gateway->setting.follower, 0, &status);
	return status;
}

static void journal_becomes(struct gateway *gateway, enum source_journal wanted)
{
	for (int i = 0; i < 400 && status_of(gateway).journal != wanted; i++)
		usleep(5000);
	assert_int_equal(status_of(gateway).journal, wanted);
}

static void test_resumed(void **state)
{
	struct gateway *gateway = *state;
	struct follower_state now;
	char token[FOLLOWER_TOKEN_MAX];

	start(gateway, "settings");
	assert_int_equal(status_of(gateway).journal, SOURCE_JOURNAL_WAITING);
	load(&gateway->setting, 3, "1");
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	stop(gateway);
	usleep(30000);
	start(gateway, "settings");
	assert_int_equal(people(&gateway->setting), 3);
	snapshot_drop(follower_acquire(gateway->setting.follower, &now, token));
	assert_string_equal(token, "one:time=1");
	assert_true(now.complete && now.following == 0);
	assert_true(clock_monotonic() - now.proven_at >= SECOND / 1000 * 30);
	assert_true(clock_monotonic() - now.proven_at < 10 * SECOND);
	assert_int_equal(status_of(gateway).state, SOURCE_LOST);
	assert_true(status_of(gateway).error.text[0] != '\0' && status_of(gateway).counters.entries == 3);
	stop(gateway);
}

static void test_not_of_other_settings(void **state)
{
	struct gateway *gateway = *state;

	start(gateway, "settings");
	load(&gateway->setting, 3, "1");
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	stop(gateway);
	start(gateway, "other settings");
	assert_int_equal(people(&gateway->setting), 0);
	assert_int_equal(status_of(gateway).state, SOURCE_LOADING);
	stop(gateway);
}

static void test_nothing_is_kept(void **state)
{
	struct gateway *gateway = *state;

	start(gateway, NULL);
	load(&gateway->setting, 3, "1");
	people_become(&gateway->setting, 3);
	assert_int_equal(status_of(gateway).journal, SOURCE_JOURNAL_NONE);
	stop(gateway);
}

/* The first whole read is compared with what was kept: as to how much goes, and how old it is. */
static void test_guards(void **state)
{
	struct gateway *gateway = *state;
	struct whole few = {.count = 3, .time = "2"}, older = {.count = 99, .time = "0"};
	struct whole same = {.count = 100, .time = "0"};

	start(gateway, "settings");
	load(&gateway->setting, 100, "1");
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	stop(gateway);
	start(gateway, "settings");
	few.begun = older.begun = same.begun = clock_monotonic();
	fake_do(gateway->setting.one, read_whole, &older);
	assert_int_equal(older.result, FEED_BEHIND);
	fake_do(gateway->setting.one, read_whole, &few);
	assert_int_equal(few.result, FEED_HELD_BACK);
	assert_int_equal(people(&gateway->setting), 100);
	fake_do(gateway->setting.one, read_whole, &same); /* of the server that was followed last: it lost count */
	assert_int_equal(same.result, 0);
	stop(gateway);
}

static void remove_one(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();

	bundle_remove(bundle, argument);
	feed_push(feed, bundle, false);
}

/* What was changed and not proven since is not there, or is; never with a newer age. */
static void test_changes_without_proof(void **state)
{
	struct gateway *gateway = *state;
	struct follower_state now;
	instant before;

	start(gateway, "settings");
	load(&gateway->setting, 3, "1");
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	before = clock_monotonic();
	usleep(20000);
	fake_do(gateway->setting.one, remove_one, (void *)(uintptr_t)"k0");
	people_become(&gateway->setting, 2);
	stop(gateway);
	start(gateway, "settings");
	assert_int_equal(people(&gateway->setting), 3);
	follower_state(gateway->setting.follower, &now);
	assert_true(now.proven_at <= before);
	stop(gateway);
}

static void put_in_the_way(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();

	(void)argument;
	put_entry(bundle, "other", "uid=P0,o=x", "person", "title", "boss");
	feed_push(feed, bundle, false);
}

/* What had no place may be anything: the journal ends there, and begins with the next whole read. */
static void test_a_change_without_place(void **state)
{
	struct gateway *gateway = *state;

	start(gateway, "settings");
	load(&gateway->setting, 3, "1");
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	fake_do(gateway->setting.one, put_in_the_way, NULL);
	journal_becomes(gateway, SOURCE_JOURNAL_GIVEN_UP);
	load(&gateway->setting, 4, "2");
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	stop(gateway);
	start(gateway, "settings");
	assert_int_equal(people(&gateway->setting), 4);
	stop(gateway);
}

static void read_narrow(struct feed *feed, void *argument)
{
	struct whole whole = {.count = 2, .time = "1", .asked = "mail", .begun = clock_monotonic()};

	(void)argument;
	read_whole(feed, &whole);
	assert_int_equal(whole.result, 0);
}

/* A removed file is noticed, and so is one in the place of ours. */
static void test_somebody_removes_it(void **state)
{
	const struct timespec soon = {.tv_sec = 1, .tv_nsec = 100000000};
	struct gateway *gateway = *state;
	char path[80];

	start(gateway, "settings");
	fake_do(gateway->setting.one, read_narrow, NULL);
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	snprintf(path, sizeof(path), "%s/one.index", gateway->folder);
	assert_int_equal(unlink(path), 0);
	nanosleep(&soon, NULL);
	fake_do(gateway->setting.one, prove, (void *)(uintptr_t)"1");
	journal_becomes(gateway, SOURCE_JOURNAL_GIVEN_UP);
	stop(gateway);
}

static void read_policy(struct feed *feed, void *argument)
{
	struct bundle *bundle = bundle_new();
	struct position position = {0};
	const struct feed_whole end = {.position = &position, .begun = clock_monotonic(), .server = "there"};
	struct error why;

	assert_int_equal(feed_begin(feed, false), 0);
	put_entry(bundle, "policy", "cn=b,o=x", "dgBinding", "dgMemberFilter", argument);
	feed_push(feed, bundle, true);
	assert_int_equal(feed_commit(feed, &end, &why), 0);
}

static void get_requests(struct feed *feed, void *argument)
{
	*(unsigned *)argument = feed_requests(feed);
}

static uint32_t bindings(struct gateway *gateway)
{
	const struct snapshot *snapshot = published_acquire(gateway->setting.published);
	uint32_t count = snapshot_count(snapshot, KIND_BINDING);

	snapshot_drop(snapshot);
	return count;
}

/* What was asked for is kept, too: a filter over what was not read is no answer. */
static void test_names_that_were_not_read(void **state)
{
	struct gateway *gateway = *state;
	unsigned requests;

	start(gateway, "settings");
	fake_do(gateway->setting.one, read_narrow, NULL);
	journal_becomes(gateway, SOURCE_JOURNAL_WRITTEN);
	stop(gateway);
	start(gateway, "settings");
	assert_int_equal(people(&gateway->setting), 2);
	fake_do(gateway->setting.two, read_policy, (void *)(uintptr_t)"(title=boss)");
	do
		fake_do(gateway->setting.one, get_requests, &requests);
	while (requests == 0);
	assert_int_equal(requests, FEED_WIDEN);
	assert_int_equal(bindings(gateway), 0);
	stop(gateway);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_file),
		cmocka_unit_test(test_torn_at_every_octet),
		cmocka_unit_test(test_flipped_octets),
		cmocka_unit_test(test_a_block_is_missing),
		cmocka_unit_test(test_of_others),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_whose_file),
		cmocka_unit_test_setup_teardown(test_resumed, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_not_of_other_settings, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_nothing_is_kept, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_guards, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_changes_without_proof, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_a_change_without_place, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_somebody_removes_it, folder_make, folder_end),
		cmocka_unit_test_setup_teardown(test_names_that_were_not_read, folder_make, folder_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

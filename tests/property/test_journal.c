/* What was kept on the disk is what was published: whatever a source did (whole reads, differences, changes, renames of
 * subtrees, removals, values of any octets, huge groups), an index that begins with the journal equals the one that wrote it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/fake_source.h"
#include "../support/records.h"
#include "base/memory.h"
#include "base/text.h"

#define KEYS   30
#define LIVES  25 /* of gateways, one after the other */
#define ACTS   12 /* of each */
#define MEMBERS 20000

/* What the directory holds: an entry stands below another one, or below the base. */
struct contents {
	bool there[KEYS];
	int parent[KEYS]; /* -1: the base */
	unsigned name[KEYS], look[KEYS];
	unsigned names; /* given so far */
};

struct play {
	struct contents truth;
	unsigned seed;
	char folder[40];
};

static unsigned draw(struct play *play, unsigned below)
{
	play->seed = play->seed * 1664525u + 1013904223u;
	return (play->seed >> 8) % below;
}

static void dn_print(const struct contents *truth, int key, struct text *dn)
{
	for (; key >= 0; key = truth->parent[key])
		text_print(dn, "cn=%u,", truth->name[key]);
	text_append(dn, "o=x");
}

static bool is_below(const struct contents *truth, int key, int top)
{
	for (; key >= 0; key = truth->parent[key])
		if (key == top)
			return true;
	return false;
}

static int parent_draw(struct play *play, int key)
{
	int parent = (int)draw(play, KEYS);

	return play->truth.there[parent] && !is_below(&play->truth, parent, key) ? parent : -1;
}

/* ---- entries ---- */

static struct record_value octets(struct arena *arena, struct play *play)
{
	char value[60];
	size_t length = draw(play, sizeof(value));

	for (size_t i = 0; i < length; i++)
		value[i] = (char)draw(play, 256);
	return (struct record_value){arena_octets(arena, value, length), length};
}

static struct record_value words(struct arena *arena, const char *format, unsigned number)
{
	char value[100];

	snprintf(value, sizeof(value), format, number);
	return (struct record_value){arena_string(arena, value), strlen(value)};
}

static struct record_attribute members(struct arena *arena, unsigned count)
{
	struct record_value *values = arena_array(arena, count + 1, sizeof(*values));

	for (unsigned i = 0; i < count; i++)
		values[i] = words(arena, "cn=%u,o=x", i);
	return (struct record_attribute){"member", values, count};
}

/* The same look is the same entry: the values of any octets are drawn by it. */
static void bundle_put_key(struct bundle *bundle, const struct contents *truth, int key)
{
	static const char *const classes[] = {"inetOrgPerson", "groupOfNames", "dgBinding", "dgWorkspace", "dgRole"};
	struct arena *arena = bundle_arena(bundle);
	struct record_attribute *attributes = arena_array(arena, 5, sizeof(*attributes));
	struct record_value *values = arena_array(arena, 4, sizeof(*values));
	struct play by_look = {.seed = truth->look[key]};
	unsigned look = truth->look[key];
	struct text dn;

	text_init(&dn, 10000);
	dn_print(truth, key, &dn);
	values[0] = words(arena, classes[look % 5], 0);
	values[1] = words(arena, "name%u", look);
	values[2] = octets(arena, &by_look);
	values[3] = octets(arena, &by_look);
	attributes[0] = (struct record_attribute){"objectClass", &values[0], 1};
	attributes[1] = (struct record_attribute){"displayName", &values[1], 1};
	attributes[2] = (struct record_attribute){"description", &values[2], 2};
	attributes[3] = members(arena, look % 97 == 1 ? MEMBERS : look % 4);
	attributes[4] = (struct record_attribute){"title", NULL, 0};
	bundle_put(bundle, &(struct record){.dn = arena_octets(arena, text_string(&dn), dn.length), .dn_length = dn.length,
		.key = arena_print(arena, "key %d", key), .attributes = attributes, .count = 5});
	text_release(&dn);
}

static struct bundle *push(struct feed *feed, struct bundle *bundle, bool whole)
{
	feed_push(feed, bundle, whole);
	return bundle_new();
}

/* ---- what the source does ---- */

/* An entry that goes takes what is below it with it, as a server would have made somebody do before. */
static void forget(struct play *play, struct bundle *bundle, int key)
{
	char name[20];

	for (int i = 0; i < KEYS; i++)
		if (i != key && play->truth.there[i] && play->truth.parent[i] == key)
			forget(play, bundle, i);
	play->truth.there[key] = false;
	snprintf(name, sizeof(name), "key %d", key);
	if (bundle)
		bundle_remove(bundle, name);
}

static void change(struct play *play, struct bundle *bundle)
{
	struct contents *truth = &play->truth;
	int key = (int)draw(play, KEYS);

	switch (draw(play, 4)) {
	case 0:
		if (truth->there[key])
			forget(play, bundle, key);
		return;
	case 1: /* a rename, told of the top alone */
		if (!truth->there[key])
			return;
		truth->parent[key] = parent_draw(play, key);
		truth->name[key] = truth->names++;
		break;
	default:
		if (!truth->there[key]) {
			truth->parent[key] = parent_draw(play, key);
			truth->name[key] = truth->names++;
		}
		truth->there[key] = true;
		truth->look[key] = draw(play, 1000);
	}
	bundle_put_key(bundle, truth, key);
}

static void changes(struct feed *feed, struct play *play)
{
	struct bundle *bundle = bundle_new();

	for (unsigned i = draw(play, 8); i > 0; i--)
		change(play, bundle);
	feed_push(feed, bundle, false);
}

static void commit(struct feed *feed)
{
	struct position position = {0};
	const struct feed_whole end = {.position = &position, .begun = clock_monotonic(), .server = "there"};
	struct error why = {""};

	if (feed_commit(feed, &end, &why) != 0)
		fail_msg("%s", why.text);
}

/* Everything, after changes that nobody told. */
static void everything(struct feed *feed, struct play *play)
{
	struct bundle *bundle = bundle_new(), *untold = bundle_new();
	unsigned start = draw(play, KEYS);

	for (unsigned i = draw(play, 8); i > 0; i--)
		change(play, untold);
	bundle_free(untold);
	assert_int_equal(feed_begin(feed, false), 0);
	for (unsigned i = 0; i < KEYS; i++) {
		int key = (int)((start + i * 7) % KEYS);

		if (play->truth.there[key])
			bundle_put_key(bundle, &play->truth, key);
		if (draw(play, 5) == 0)
			bundle = push(feed, bundle, true);
	}
	feed_push(feed, bundle, true);
	commit(feed);
}

/* What is different is put, the rest only mentioned. */
static void differences(struct feed *feed, struct play *play)
{
	struct contents *truth = &play->truth;
	struct bundle *bundle = bundle_new();
	bool put[KEYS] = {false};
	char name[20];

	assert_int_equal(feed_begin(feed, false), 0);
	for (int key = 0; key < KEYS; key++) {
		if (!truth->there[key] || draw(play, 4) > 0)
			continue;
		put[key] = true;
		truth->look[key] = draw(play, 1000);
		bundle_put_key(bundle, truth, key);
	}
	for (int key = 0; key < KEYS; key++)
		if (truth->there[key] && draw(play, 6) == 0)
			forget(play, NULL, key);
	for (int key = 0; key < KEYS; key++) {
		snprintf(name, sizeof(name), "key %d", key);
		if (truth->there[key] && !put[key])
			bundle_seen(bundle, name);
		else if (!truth->there[key] && put[key])
			bundle_remove(bundle, name);
	}
	feed_push(feed, bundle, true);
	commit(feed);
}

static void live(struct feed *feed, void *argument)
{
	static void (*const acts[])(struct feed *, struct play *) = {changes, changes, changes, changes, everything, differences};
	const struct position nowhere = {0};
	struct play *play = argument;

	everything(feed, play);
	for (int i = 0; i < ACTS; i++) {
		acts[draw(play, sizeof(acts) / sizeof(acts[0]))](feed, play);
		if (draw(play, 3) == 0)
			feed_prove(feed, &nowhere, clock_monotonic());
	}
}

static void prove_now(struct feed *feed, void *nothing)
{
	const struct position nowhere = {0};

	(void)nothing;
	feed_prove(feed, &nowhere, clock_monotonic());
}

/* ---- one life after the other ---- */

struct gateway {
	struct published *published;
	struct follower *follower;
	struct fake *fake;
};

static struct gateway gateway_start(const struct play *play)
{
	struct gateway gateway = {.published = published_new(), .fake = fake_new("one")};
	const struct follower_options options = {.published = gateway.published, .state_directory = play->folder, .resume = true,
		.removal_floor = 1000000};
	struct error why = {""};

	gateway.fake->source.identity = memory_string("settings");
	gateway.follower = follower_new(&options);
	assert_int_equal(follower_add(gateway.follower, &gateway.fake->source, true, &why), 0);
	if (follower_start(gateway.follower, &why) < 0)
		fail_msg("%s", why.text);
	return gateway;
}

/* A proof that comes while another one waits is none: until one has come that is about all that was done. */
static void prove_all(const struct gateway *gateway)
{
	instant done = clock_monotonic();
	struct source_status status;

	do {
		fake_do(gateway->fake, prove_now, NULL);
		follower_source(gateway->follower, 0, &status);
	} while (status.proven_at < done);
}

static char *described(const struct gateway *gateway)
{
	const struct snapshot *snapshot = published_acquire(gateway->published);
	char *text = snapshot ? snapshot_describe(snapshot) : memory_string("nothing");

	snapshot_drop(snapshot);
	return text;
}

static void test_lives(void **state)
{
	struct play play = {.seed = 4711, .folder = "/tmp/test-journal-XXXXXX"};
	char *before = memory_string("nothing"), *after, path[80];

	(void)state;
	assert_non_null(mkdtemp(play.folder));
	for (int i = 0; i < LIVES; i++) {
		struct gateway gateway = gateway_start(&play);

		after = described(&gateway);
		if (strcmp(before, after) != 0)
			fail_msg("life %d: %zu octets, not %zu, or others", i, strlen(after), strlen(before));
		assert_true(i == 0 || strlen(after) > 1000);
		free(before);
		free(after);
		fake_do(gateway.fake, live, &play);
		prove_all(&gateway);
		follower_free(gateway.follower);
		before = described(&gateway);
		assert_null(strstr(before, "WRONG"));
		published_free(gateway.published);
	}
	free(before);
	snprintf(path, sizeof(path), "%s/one.index", play.folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(play.folder), 0); /* nothing is left over */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lives)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

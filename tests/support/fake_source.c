#include "fake_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- a source that is told what to do ---- */

static void fake_run(struct source *source, struct feed *feed)
{
	struct fake *fake = (struct fake *)source;

	while (!feed_stopping(feed)) {
		pthread_mutex_lock(&fake->lock);
		if (fake->act) {
			fake->act(feed, fake->argument);
			fake->act = NULL;
			pthread_cond_broadcast(&fake->changed);
		}
		pthread_mutex_unlock(&fake->lock);
		feed_pause(feed, 1);
	}
}

static void fake_free(struct source *source)
{
	struct fake *fake = (struct fake *)source;

	pthread_cond_destroy(&fake->changed);
	pthread_mutex_destroy(&fake->lock);
	free(fake);
}

static const struct source_operations fake_operations = {.kind = "fake", .run = fake_run, .free = fake_free};

struct fake *fake_new(const char *name)
{
	struct fake *fake = memory_alloc(sizeof(*fake));

	fake->source.operations = &fake_operations;
	snprintf(fake->source.name, sizeof(fake->source.name), "%s", name);
	pthread_mutex_init(&fake->lock, NULL);
	pthread_cond_init(&fake->changed, NULL);
	return fake;
}

void fake_do(struct fake *fake, void (*act)(struct feed *feed, void *argument), void *argument)
{
	pthread_mutex_lock(&fake->lock);
	fake->act = act;
	fake->argument = argument;
	while (fake->act)
		pthread_cond_wait(&fake->changed, &fake->lock);
	pthread_mutex_unlock(&fake->lock);
}

/* ---- what it is told ---- */

void put_entry(struct bundle *bundle, const char *key, const char *dn, const char *class, const char *attribute,
                      const char *value)
{
	struct arena *arena = bundle_arena(bundle);
	struct record_attribute *attributes = arena_array(arena, 2, sizeof(*attributes));
	struct record_value *values = arena_array(arena, 2, sizeof(*values));

	values[0] = (struct record_value){class, strlen(class)};
	values[1] = (struct record_value){value, strlen(value)};
	attributes[0] = (struct record_attribute){"objectClass", &values[0], 1};
	attributes[1] = (struct record_attribute){attribute, &values[1], 1};
	bundle_put(bundle, &(struct record){.dn = arena_string(arena, dn), .dn_length = strlen(dn),
	                                    .key = arena_string(arena, key), .attributes = attributes, .count = 2});
}

void put_people(struct feed *feed, int count)
{
	struct bundle *bundle = bundle_new();
	char key[20], dn[40];

	for (int i = 0; i < count; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		snprintf(dn, sizeof(dn), "uid=p%d,o=x", i);
		put_entry(bundle, key, dn, "person", "title", "boss");
		if (bundle_is_full(bundle)) {
			feed_push(feed, bundle, true);
			bundle = bundle_new();
		}
	}
	feed_push(feed, bundle, true);
}

void read_whole(struct feed *feed, void *argument)
{
	struct whole *whole = argument;
	struct position position = {0};
	struct name_set asked = {0};
	const struct feed_whole end = {&position, whole->asked ? &asked : NULL, whole->begun, "there", whole->authoritative};

	position_advance(&position, "time", whole->time);
	if (whole->asked)
		name_set_add(&asked, whole->asked);
	whole->result = feed_begin(feed, false);
	if (whole->result == 0) {
		put_people(feed, whole->count);
		whole->result = feed_commit(feed, &end, &whole->why);
	}
	name_set_release(&asked);
}

void lose(struct feed *feed, void *argument)
{
	struct error why;

	(void)argument;
	snprintf(why.text, sizeof(why.text), "the cable");
	feed_lost(feed, &why);
}

void prove(struct feed *feed, void *argument)
{
	struct position position = {0};

	position_advance(&position, "time", argument);
	feed_prove(feed, &position, clock_monotonic());
}

/* ---- a follower with two sources ---- */

static void note_change(void *context, const struct snapshot *before, const struct snapshot *after, const char *token)
{
	struct setting *setting = context;

	assert_true((setting->changes++ == 0) == (before == NULL));
	assert_true(snapshot_generation(after) > setting->generation);
	setting->generation = snapshot_generation(after);
	assert_non_null(token);
}

static void note_progress(void *context)
{
	struct setting *setting = context;

	atomic_fetch_add(&setting->told, 1);
}

int setting_make(void **state)
{
	struct setting *setting = memory_alloc(sizeof(*setting));
	struct follower_options options = {.changed = note_change, .progressed = note_progress, .context = setting};
	struct error why;

	options.published = setting->published = published_new();
	setting->follower = follower_new(&options);
	setting->one = fake_new("one");
	setting->two = fake_new("two");
	assert_int_equal(follower_add(setting->follower, &setting->one->source, true, &why), 0);
	assert_int_equal(follower_add(setting->follower, &setting->two->source, false, &why), 0);
	assert_int_equal(follower_start(setting->follower, &why), 0);
	*state = setting;
	return 0;
}

int setting_end(void **state)
{
	struct setting *setting = *state;

	follower_free(setting->follower);
	published_free(setting->published);
	free(setting);
	return 0;
}

uint32_t people(struct setting *setting)
{
	struct follower_state state;
	const struct snapshot *snapshot = follower_acquire(setting->follower, &state, NULL);
	uint32_t count = snapshot ? snapshot_count(snapshot, KIND_PERSON) : 0;

	snapshot_drop(snapshot);
	return count;
}

void people_become(struct setting *setting, uint32_t count)
{
	for (int i = 0; i < 200 && people(setting) != count; i++)
		poll(NULL, 0, 5);
	assert_int_equal(people(setting), count);
}

int wait_for(struct setting *setting, const char *token, int milliseconds)
{
	struct error why;

	return follower_wait(setting->follower, token, clock_monotonic() + milliseconds * (SECOND / 1000), &why);
}

void load(struct setting *setting, int count, const char *time)
{
	struct whole whole = {.count = count, .time = time, .begun = clock_monotonic()};

	fake_do(setting->one, read_whole, &whole);
	assert_int_equal(whole.result, 0);
}

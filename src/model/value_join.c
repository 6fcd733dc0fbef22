/* value_any_equal: the values of one side become sorted keys, in which those of the other side are looked up.
 *
 * Equality is not transitive (of two DNs that equal one plain text as names, neither need equal the other), so each
 * value has a key for every way in which it may equal another one, and a key says what it belongs to. */
#include "model/value_reading.h"

#include "base/arena.h"
#include "model/dn.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_COST 16 /* making the keys of a value takes as long as comparing so many pairs */

/* What a value is, first of all. */
enum reading { READS_NUMBER = 0, READS_TIME, READS_DN, READS_PLAIN };

enum way { BY_NUMBER = 0, BY_TIME, BY_DN, BY_NAME };

struct key {
	enum way way;
	enum reading owner;
	long double number;
	instant time;
	const char *text;
};

/* The keys of one value: one for its reading, if it has a way of its own, and one for its name. */
struct keys {
	size_t count;
	struct key all[2];
};

static const char *normal_name(const char *text, struct arena *arena)
{
	struct text normal;
	const char *copy = NULL;
	text_init(&normal, NAME_LENGTH_MAX);
	if (name_normalise(text, strlen(text), &normal) == 0)
		copy = arena_octets(arena, text_string(&normal), normal.length);
	text_release(&normal);
	return copy;
}

static const char *normal_dn(const char *text, struct arena *arena)
{
	struct dn dn;
	if (strchr(text, '=') == NULL || dn_parse(text, strlen(text), arena, &dn, NULL) != 0)
		return NULL;
	size_t length = 0;
	for (uint32_t i = 0; i < dn.count; i++)
		length += strlen(dn.rdns[i].normal) + 1;
	struct text normal;
	text_init(&normal, length);
	dn_normal(&dn, &normal);
	const char *copy = arena_octets(arena, text_string(&normal), normal.length);
	text_release(&normal);
	return copy;
}

static void keys_of_text(const char *text, struct arena *arena, struct keys *keys)
{
	struct key *key = &keys->all[0];
	if (text_reads_as_time(text, &key->time) && !instant_is_limit(key->time)) {
		*key = (struct key){ .way = BY_TIME, .owner = READS_TIME, .time = key->time };
		keys->count++;
	} else if ((key->text = normal_dn(text, arena)) != NULL) {
		*key = (struct key){ .way = BY_DN, .owner = READS_DN, .text = key->text };
		keys->count++;
	} else if (text_reads_as_number(text, &key->number)) {
		*key = (struct key){ .way = BY_NUMBER, .owner = READS_PLAIN, .number = key->number };
		keys->count++;
	}
	enum reading owner = keys->count > 0 ? key->owner : READS_PLAIN;
	const char *name = normal_name(text, arena);
	if (name != NULL)
		keys->all[keys->count++] = (struct key){ .way = BY_NAME, .owner = owner, .text = name };
}

static struct keys keys_of(const struct value *value, struct arena *arena)
{
	struct keys keys = { 0 };
	char room[VALUE_TEXT_MAX];
	if (value->kind == VALUE_NUMBER) {
		keys.all[keys.count++] = (struct key){ .way = BY_NUMBER, .owner = READS_NUMBER, .number = value->number };
		return keys;
	}
	const char *text = value_text(value, room);
	if (text != NULL)
		keys_of_text(text, arena, &keys);
	return keys;
}

static int key_compare(const void *left, const void *right)
{
	const struct key *a = left;
	const struct key *b = right;
	int order = (a->way > b->way) - (a->way < b->way);
	if (order == 0)
		order = (a->number > b->number) - (a->number < b->number);
	if (order == 0)
		order = (a->time > b->time) - (a->time < b->time);
	if (order == 0 && a->text != NULL)
		order = strcmp(a->text, b->text);
	return order != 0 ? order : (a->owner > b->owner) - (a->owner < b->owner);
}

/* Do values with these readings meet in this way?  Two numbers in plain text are names, two times only times, two DNs
 * only DNs. */
static bool owners_meet(enum way way, enum reading a, enum reading b)
{
	if (way == BY_NUMBER)
		return a == READS_NUMBER || b == READS_NUMBER;
	return way != BY_NAME || a != b || a == READS_PLAIN;
}

static bool key_found(struct key key, const struct key *sorted, size_t count)
{
	enum reading own = key.owner;
	for (enum reading other = READS_NUMBER; other <= READS_PLAIN; other++) {
		key.owner = other;
		if (owners_meet(key.way, own, other) && bsearch(&key, sorted, count, sizeof(key), key_compare) != NULL)
			return true;
	}
	return false;
}

static bool any_pair_equal(const struct value *const *a, size_t a_count, const struct value *const *b, size_t b_count)
{
	for (size_t i = 0; i < a_count; i++) {
		for (size_t j = 0; j < b_count; j++) {
			if (value_equal(a[i], b[j]))
				return true;
		}
	}
	return false;
}

static bool any_key_equal(const struct value *const *a, size_t a_count, const struct value *const *b, size_t b_count,
                          struct arena *arena)
{
	struct key *sorted = arena_array(arena, a_count * 2, sizeof(*sorted));
	size_t count = 0;
	for (size_t i = 0; i < a_count; i++) {
		struct keys keys = keys_of(a[i], arena);
		for (size_t k = 0; k < keys.count; k++)
			sorted[count++] = keys.all[k];
	}
	qsort(sorted, count, sizeof(*sorted), key_compare);
	for (size_t i = 0; i < b_count; i++) {
		struct keys keys = keys_of(b[i], arena);
		for (size_t k = 0; k < keys.count; k++) {
			if (key_found(keys.all[k], sorted, count))
				return true;
		}
	}
	return false;
}

bool value_any_equal(const struct value *const *a, size_t a_count, const struct value *const *b, size_t b_count)
{
	if (a_count * b_count <= (a_count + b_count) * KEYS_COST)
		return any_pair_equal(a, a_count, b, b_count);
	struct arena *arena = arena_new();
	bool equal = a_count <= b_count ? any_key_equal(a, a_count, b, b_count, arena)
	                                : any_key_equal(b, b_count, a, a_count, arena);
	arena_free(arena);
	return equal;
}

/* An index is the sum of its entries, however it came to be: whatever a builder was told, in whatever order, what it
 * freezes is what one built from scratch of the same entries freezes, and snapshots taken on the way stay as they were. */
#include "model/builder.h"

#include "../support/records.h"
#include "base/memory.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEYS 40       /* entries of each source that may be there */
#define SOURCES 2
#define PLACES 6      /* RDNs below one entry */
#define ROUNDS 300
#define KEPT 5        /* snapshots that are looked at again later */

/* Of long texts the first line that differs says enough. */
static void assert_same(const char *found, const char *expected)
{
	while (*found != '\0' && *found == *expected) {
		const char *end = strchr(found, '\n');
		size_t length = end != NULL ? (size_t)(end - found) + 1 : strlen(found);

		if (strncmp(found, expected, length) != 0)
			break;
		found += length;
		expected += length;
	}
	if (strcmp(found, expected) != 0)
		fail_msg("\n%.200s\ninstead of\n%.200s", found, expected);
}

/* What the directory holds: by source and key, a DN (NULL: no such entry) and the rest of the entry. */
struct contents {
	char *dns[SOURCES][KEYS];
	unsigned looks[SOURCES][KEYS];
};

static unsigned draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static bool dn_is_below(const char *dn, const char *top)
{
	size_t length = strlen(dn), top_length = strlen(top);

	return length >= top_length && strcmp(dn + length - top_length, top) == 0 &&
	       (length == top_length || dn[length - top_length - 1] == ',');
}

/* Is any entry at or below the place? */
static bool place_used(const struct contents *truth, const char *dn)
{
	for (int source = 0; source < SOURCES; source++)
		for (int key = 0; key < KEYS; key++)
			if (truth->dns[source][key] != NULL && dn_is_below(truth->dns[source][key], dn))
				return true;
	return false;
}

/* A place of that source, one to four levels below its suffix; in entries' places or not. */
static char *place_draw(unsigned *seed, int source)
{
	struct text dn;
	unsigned depth = 1 + draw(seed, 4);

	text_init(&dn, 1000);
	for (unsigned i = 0; i < depth; i++)
		text_print(&dn, "cn=%u,", draw(seed, PLACES));
	text_print(&dn, "o=%d", source);
	return text_detach(&dn);
}

/* The entry as a record; `look` decides what it is and whom it refers to. */
static void truth_put(const struct contents *truth, struct builder *builder, int source, int key)
{
	static const char *const kinds[] = {
		"objectClass: inetOrgPerson\nuid: u%u\nmail: m%u@x\n",
		"objectClass: dgBinding\ncn: b%u\ndgMemberFilter: (title=%u)\ndgGrantsRole: cn=1,o=0\n",
		"objectClass: posixGroup\nmemberUid: u%u\ngidNumber: %u\n",
		"objectClass: dgWorkspace\ndgId: w%u\nowner: cn=%u,o=0\n",
		"objectClass: dgRole\ncn: r%u\ndgPermission: a.%u (x=$user.mobile)\n",
	};
	unsigned look = truth->looks[source][key];
	struct text text;
	enum builder_outcome outcome;
	struct error why = { "" };

	text_init(&text, 10000);
	text_print(&text, "dn: %s\nkey: %d\n", truth->dns[source][key], key);
	text_print(&text, kinds[look % 5], look % 7, look % 3);
	for (unsigned i = 0; i < look % 4; i++)
		text_print(&text, "member: cn=%u,cn=%u,o=%u\n", look / (i + 1) % PLACES, look / (i + 2) % PLACES, look % SOURCES);
	outcome = record_put(builder, (uint16_t)source, text_string(&text), &why);
	if (outcome != BUILDER_DONE && outcome != BUILDER_UNCHANGED)
		fail_msg("%s", why.text);
	text_release(&text);
}

static void truth_free(struct contents *truth)
{
	for (int source = 0; source < SOURCES; source++)
		for (int key = 0; key < KEYS; key++)
			free(truth->dns[source][key]);
}

/* A new entry, or a change of one. */
static void act_put(struct contents *truth, struct builder *builder, unsigned *seed, int source, int key)
{
	char *dn = place_draw(seed, source);

	truth->looks[source][key] = draw(seed, 1000);
	if (truth->dns[source][key] == NULL && !place_used(truth, dn)) {
		truth->dns[source][key] = dn;
		dn = NULL;
	}
	free(dn);
	if (truth->dns[source][key] != NULL)
		truth_put(truth, builder, source, key);
}

static void act_remove(struct contents *truth, struct builder *builder, int source, int key)
{
	char name[20];

	snprintf(name, sizeof(name), "%d", key);
	assert_int_equal(builder_remove(builder, (uint16_t)source, name), truth->dns[source][key] == NULL);
	free(truth->dns[source][key]);
	truth->dns[source][key] = NULL;
}

/* A rename, of which only the top is told. */
static void act_move(struct contents *truth, struct builder *builder, unsigned *seed, int source, int key)
{
	char *to = place_draw(seed, source), *from = truth->dns[source][key];

	if (from != NULL && !place_used(truth, to) && !dn_is_below(to, from)) {
		from = memory_string(from);
		for (int i = 0; i < KEYS; i++) {
			char *dn = truth->dns[source][i];
			struct text moved;

			if (dn == NULL || !dn_is_below(dn, from))
				continue;
			text_init(&moved, 10000);
			text_append_octets(&moved, dn, strlen(dn) - strlen(from));
			text_append(&moved, to);
			truth->dns[source][i] = text_detach(&moved);
			free(dn);
		}
		free(from);
		truth_put(truth, builder, source, key);
	}
	free(to);
}

/* Everything may have changed meanwhile: entries gone, come, changed, in each other's places. */
static void act_refresh(struct contents *truth, struct builder *builder, unsigned *seed, int source)
{
	bool present[KEYS] = { false };
	char **dns = truth->dns[source];

	for (int i = 0; i < KEYS / 4; i++) {
		unsigned a = draw(seed, KEYS), b = draw(seed, KEYS), c = draw(seed, KEYS);
		char *dn = dns[a], *place = place_draw(seed, source);

		dns[a] = dns[b];
		dns[b] = dn;
		truth->looks[source][a] = draw(seed, 1000);
		free(dns[c]);
		dns[c] = NULL;
		if (!place_used(truth, place))
			dns[c] = memory_string(place);
		free(place);
	}
	builder_refresh_begin(builder, (uint16_t)source);
	for (int left = KEYS; left > 0;) {
		unsigned key = draw(seed, KEYS);

		if (present[key])
			continue;
		present[key] = true;
		left--;
		if (left == KEYS / 2) /* readers may be shown half of it */
			snapshot_drop(builder_freeze(builder));
		if (dns[key] != NULL)
			truth_put(truth, builder, source, (int)key);
	}
	builder_refresh_end(builder);
}

/* The same entries put into a new builder, in any order. */
static char *truth_describe(const struct contents *truth, unsigned *seed)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot;
	unsigned start = draw(seed, KEYS * SOURCES);
	char *text;

	for (unsigned i = 0; i < KEYS * SOURCES; i++) {
		unsigned at = (start + i * 7) % (KEYS * SOURCES); /* 7 and the number of them have no common divisor */

		if (truth->dns[at % SOURCES][at / SOURCES] != NULL)
			truth_put(truth, builder, (int)(at % SOURCES), (int)(at / SOURCES));
	}
	snapshot = builder_freeze(builder);
	text = snapshot_describe(snapshot);
	snapshot_drop(snapshot);
	builder_free(builder);
	return text;
}

struct kept { struct snapshot *snapshot; char *text; };

static void kept_check(struct kept *kept)
{
	char *text;

	if (kept->snapshot != NULL) {
		text = snapshot_describe(kept->snapshot);
		assert_same(text, kept->text);
		free(text);
		snapshot_drop(kept->snapshot);
	}
	free(kept->text);
	*kept = (struct kept){ 0 };
}

static void check_against_truth(const struct contents *truth, struct builder **builder, unsigned *seed, struct kept *keep)
{
	struct snapshot *snapshot = builder_freeze(*builder);
	char *found = snapshot_describe(snapshot), *expected = truth_describe(truth, seed);

	assert_null(strstr(found, "LOST"));
	assert_null(strstr(found, "WRONG"));
	assert_same(found, expected);
	free(expected);
	kept_check(keep);
	*keep = (struct kept){ snapshot, found };
	if (draw(seed, 10) == 0) { /* a builder that starts from a snapshot goes on as well */
		builder_free(*builder);
		*builder = builder_new(snapshot, NULL);
	}
}

static void run_property(unsigned seed)
{
	struct contents truth = { 0 };
	struct builder *builder = builder_new(NULL, NULL);
	struct kept kept[KEPT] = { { 0 } };

	for (unsigned round = 0; round < ROUNDS; round++) {
		int source = (int)draw(&seed, SOURCES), key = (int)draw(&seed, KEYS);
		unsigned act = draw(&seed, 20);

		if (act < 9)
			act_put(&truth, builder, &seed, source, key);
		else if (act < 13)
			act_remove(&truth, builder, source, key);
		else if (act < 18)
			act_move(&truth, builder, &seed, source, key);
		else
			act_refresh(&truth, builder, &seed, source);
		if (round % 4 == 0)
			check_against_truth(&truth, &builder, &seed, &kept[round / 4 % KEPT]);
	}
	for (int i = 0; i < KEPT; i++)
		kept_check(&kept[i]);
	builder_free(builder);
	truth_free(&truth);
}

static void test_sum_of_entries(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 5; seed++)
		run_property(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum_of_entries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

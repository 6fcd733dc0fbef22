/* Lists that are kept between pages, and sightings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "../../support/world.h"
#include "http/pages.h"
#include "http/sightings.h"

static const char ldif[] = "dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
                           "dn: uid=a,o=acme\nobjectClass: inetOrgPerson\nuid: a\ncn: a\nsn: a\n\n"
                           "dn: uid=b,o=acme\nobjectClass: inetOrgPerson\nuid: b\ncn: b\nsn: b\n";

static struct world world;

static struct listing listing_of(uint64_t question)
{
	struct listing listing = {.question = question, .snapshot = snapshot_acquire(world.snapshot), .at = 5,
	                          .token = memory_string("s-1"), .candidates = {.everybody = true}};

	keyset_add(&listing.candidates.nodes, 7);
	return listing;
}

static const char *keep(struct pages *pages, uint64_t question, uint64_t position, instant now)
{
	struct listing listing = listing_of(question);
	const char *token = pages_keep(pages, &listing, position, now, world.arena);

	listing_release(&listing);
	return token;
}

static enum pages_taken take(struct pages *pages, const char *token, uint64_t question, instant now)
{
	struct listing listing = {0};
	uint64_t position;
	enum pages_taken taken = pages_take(pages, token, question, now, &listing, &position);

	listing_release(&listing);
	return taken;
}

static void test_pages(void **state)
{
	struct pages *pages = pages_new();
	struct listing listing = {0};
	uint64_t position;
	const char *token = keep(pages, 42, 1000, 0);

	(void)state;
	assert_int_equal(pages_take(pages, token, 42, 1, &listing, &position), PAGES_TAKEN);
	assert_int_equal(position, 1000);
	assert_ptr_equal(listing.snapshot, world.snapshot);
	assert_string_equal(listing.token, "s-1");
	assert_true(listing.candidates.everybody && keyset_has(&listing.candidates.nodes, 7) && listing.at == 5);
	/* the same list goes on under the same number */
	assert_int_equal(strncmp(pages_keep(pages, &listing, 2000, 2, world.arena), token, 16), 0);
	listing_release(&listing);
	assert_int_equal(take(pages, token, 43, 3), PAGES_NO_TOKEN);
	assert_int_equal(take(pages, "0000000000000001z", 42, 3), PAGES_NO_TOKEN);
	assert_int_equal(take(pages, "", 42, 3), PAGES_NO_TOKEN);
	assert_int_equal(take(pages, "123456789012345678901234567890123", 42, 3), PAGES_NO_TOKEN);
	assert_int_equal(take(pages, "00000000000000011", 42, 3), PAGES_EXPIRED);
	assert_int_equal(take(pages, token, 42, PAGES_AGE), PAGES_TAKEN);
	assert_int_equal(take(pages, token, 42, 3 * PAGES_AGE), PAGES_EXPIRED);
	pages_free(pages);
}

static void test_room(void **state)
{
	struct pages *pages = pages_new();
	const char *first = keep(pages, 1, 1, 1), *second = keep(pages, 1, 1, 2);

	(void)state;
	assert_int_equal(take(pages, first, 1, 3), PAGES_TAKEN); /* now the second was not read for longest */
	for (instant i = 0; i < PAGES_MAX - 1; i++)
		keep(pages, 1, 1, 4 + i);
	assert_int_equal(take(pages, second, 1, 1000), PAGES_EXPIRED);
	assert_int_equal(take(pages, first, 1, 1000), PAGES_TAKEN);
	pages_free(pages);
}

/* ---- sightings ---- */

static void test_sightings(void **state)
{
	struct sightings *sightings = sightings_new(1);
	const struct entry *a = snapshot_entry(world.snapshot, world_node(&world, "uid=a,o=acme"));
	const struct entry *b = snapshot_entry(world.snapshot, world_node(&world, "uid=b,o=acme"));

	(void)state;
	assert_true(sightings_last(sightings, a) == INSTANT_MIN);
	sightings_note(sightings, a, 10);
	sightings_note(sightings, b, 20);
	sightings_note(sightings, a, 30);
	assert_true(sightings_last(sightings, a) == 30);
	assert_true(sightings_last(sightings, b) == 20);
	sightings_free(sightings);
}

/* Of many the latest stay. */
static void test_many_sightings(void **state)
{
	struct sightings *sightings = sightings_new(2);
	const unsigned many = 4 * SIGHTINGS_MAX;
	unsigned seen = 0;
	char key[32];

	(void)state;
	for (unsigned i = 0; i < many; i++) {
		snprintf(key, sizeof(key), "key-%u", i);
		sightings_note(sightings, &(struct entry){.key = key}, i + 1);
	}
	for (unsigned i = 0; i < many; i++) {
		instant at;
		snprintf(key, sizeof(key), "key-%u", i);
		at = sightings_last(sightings, &(struct entry){.key = key});
		assert_true(at == INSTANT_MIN || at == i + 1);
		seen += at != INSTANT_MIN;
	}
	assert_true(seen > SIGHTINGS_MAX * 9 / 10 && seen <= SIGHTINGS_MAX);
	sightings_free(sightings);
}

static int open_world(void **state)
{
	(void)state;
	world_open(&world, "pages", ldif);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_sightings),
		cmocka_unit_test(test_many_sightings),
	};
	return cmocka_run_group_tests(tests, open_world, close_world);
}

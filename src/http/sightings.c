#include "http/sightings.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"

#define WAYS 4 /* places that a person may be in */

struct sighting {
	_Atomic uint64_t who; /* 0: free */
	_Atomic instant at;
};

struct sightings {
	uint64_t seed;
	struct sighting items[SIGHTINGS_MAX];
};

struct sightings *sightings_new(uint64_t seed)
{
	struct sightings *sightings = memory_alloc(sizeof(*sightings));

	sightings->seed = seed;
	return sightings;
}

void sightings_free(struct sightings *sightings)
{
	free(sightings);
}

/* FNV-1a, begun with the seed, its bits mixed as MurmurHash3 does at the end; never 0. */
static uint64_t hash(const struct sightings *sightings, const char *key)
{
	uint64_t value = UINT64_C(14695981039346656037) ^ sightings->seed;

	for (; *key != '\0'; key++)
		value = (value ^ (unsigned char)*key) * UINT64_C(1099511628211);
	value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
	value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (value ^ value >> 33) | 1;
}

static size_t first_way(uint64_t who)
{
	return (size_t)(who >> 32) % (SIGHTINGS_MAX / WAYS) * WAYS;
}

/* Two threads may meet in one place; then one sighting is lost, or is a moment off. */
void sightings_note(struct sightings *sightings, const struct entry *person, instant at)
{
	uint64_t who = hash(sightings, person->key);
	struct sighting *ways = &sightings->items[first_way(who)], *chosen = ways;

	for (size_t i = 0; i < WAYS; i++) {
		if (atomic_load_explicit(&ways[i].who, memory_order_relaxed) == who) {
			atomic_store_explicit(&ways[i].at, at, memory_order_relaxed);
			return;
		}
		if (atomic_load_explicit(&ways[i].at, memory_order_relaxed) <
		    atomic_load_explicit(&chosen->at, memory_order_relaxed))
			chosen = &ways[i];
	}
	atomic_store_explicit(&chosen->who, 0, memory_order_release);
	atomic_store_explicit(&chosen->at, at, memory_order_release);
	atomic_store_explicit(&chosen->who, who, memory_order_release);
}

instant sightings_last(const struct sightings *sightings, const struct entry *person)
{
	uint64_t who = hash(sightings, person->key);
	const struct sighting *ways = &sightings->items[first_way(who)];

	for (size_t i = 0; i < WAYS; i++)
		if (atomic_load_explicit(&ways[i].who, memory_order_acquire) == who)
			return atomic_load_explicit(&ways[i].at, memory_order_acquire);
	return INSTANT_MIN;
}

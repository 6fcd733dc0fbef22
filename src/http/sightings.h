/* When a decision about whom was last asked for: what "online" and "last seen" mean where the directory does not say.
 * Bounded: of very many people the ones seen longest ago are forgotten.  Any thread, without locks. */
#ifndef HTTP_SIGHTINGS_H
#define HTTP_SIGHTINGS_H

#include "base/clock.h"
#include "model/entry.h"

#define SIGHTINGS_MAX 65536 /* people; 1 MiB */

struct sightings; /* opaque */

struct sightings *sightings_new(uint64_t seed); /* of the hash: nobody outside can aim at collisions */
void sightings_free(struct sightings *sightings);

/* People are known by their stable ids, so that a renamed one stays seen. */
void sightings_note(struct sightings *sightings, const struct entry *person, instant at);
instant sightings_last(const struct sightings *sightings, const struct entry *person); /* INSTANT_MIN: not seen */

#endif

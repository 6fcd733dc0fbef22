/* Small random organizations as LDIF, the same for the same seed. */
#ifndef TESTS_SUPPORT_RANDOM_WORLD_H
#define TESTS_SUPPORT_RANDOM_WORLD_H

#include <stdint.h>

struct random { uint64_t state; };

uint32_t random_below(struct random *random, uint32_t limit);
const char *random_one(struct random *random, const char *const *words); /* of a NULL-terminated list */

#define RANDOM_PEOPLE 6
#define RANDOM_WORKSPACES 4
extern const char *const random_actions[]; /* that its policy is about; NULL-terminated */

/* The organization o=acme with people p0 …, workspaces w0 …; the caller frees the text. */
char *random_world(uint64_t seed);

/* The same entries in another order, their values too, and DNs spelled in other ways. */
char *random_world_respelled(const char *ldif, uint64_t seed);

#endif

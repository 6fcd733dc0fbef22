/* Lists that are read page by page: each on the snapshot on which it began.  A token names one of a few lists that are kept
 * here and the position that its next page begins after; it says nothing to who has it, and gives no right. */
#ifndef HTTP_PAGES_H
#define HTTP_PAGES_H

#include "base/arena.h"
#include "base/clock.h"
#include "decide/people.h"

#define PAGES_MAX 64 /* lists; the one that was not read for longest makes room */
#define PAGES_AGE (5 * 60 * INSTANT_SECOND) /* a list that was not read for so long is forgotten */

/* A list that is being read.  Its owner releases it. */
struct listing {
	uint64_t id;       /* 0: not kept */
	uint64_t question; /* a number that stands for what was asked */
	const struct snapshot *snapshot; /* held */
	char *token;       /* of the snapshot; NULL: none */
	instant at;        /* the time of all its pages */
	uint32_t limit;    /* rows of its first page */
	struct people_set candidates;
};
void listing_release(struct listing *listing);

struct pages; /* opaque */

struct pages *pages_new(void);
void pages_free(struct pages *pages);

/* Keeps the list, if it is not kept yet, and makes the token of the page that begins after `position`. */
const char *pages_keep(struct pages *pages, struct listing *listing, uint64_t position, instant now,
                       struct arena *arena);

/* The list and position that a token names, for the caller to release. */
enum pages_taken {
	PAGES_TAKEN = 0,
	PAGES_NO_TOKEN, /* the text is none, or of another question */
	PAGES_EXPIRED,
};
enum pages_taken pages_take(struct pages *pages, const char *token, uint64_t question, instant now,
                            struct listing *listing, uint64_t *position);

#endif

#include "http/pages.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"

struct kept {
	struct listing listing; /* id 0: free */
	instant used;
};

struct pages {
	pthread_mutex_t lock;
	struct kept items[PAGES_MAX];
};

void listing_release(struct listing *listing)
{
	people_set_release(&listing->candidates);
	snapshot_drop(listing->snapshot);
	free(listing->token);
	*listing = (struct listing){0};
}

static void listing_copy(struct listing *to, const struct listing *from)
{
	*to = *from;
	to->snapshot = snapshot_acquire(from->snapshot);
	to->token = from->token ? memory_string(from->token) : NULL;
	to->candidates = (struct people_set){.everybody = from->candidates.everybody};
	keyset_copy(&to->candidates.nodes, &from->candidates.nodes);
}

struct pages *pages_new(void)
{
	struct pages *pages = memory_alloc(sizeof(*pages));

	pthread_mutex_init(&pages->lock, NULL);
	return pages;
}

void pages_free(struct pages *pages)
{
	if (!pages)
		return;
	for (size_t i = 0; i < PAGES_MAX; i++)
		listing_release(&pages->items[i].listing);
	pthread_mutex_destroy(&pages->lock);
	free(pages);
}

/* A number that nobody can guess; 0 when there is none. */
static uint64_t make_id(void)
{
	uint64_t id;

	return getrandom(&id, sizeof(id), GRND_NONBLOCK) == (ssize_t)sizeof(id) ? id : 0;
}

/* The lock is held by the callers of these. */

static void forget_old(struct pages *pages, instant now)
{
	for (size_t i = 0; i < PAGES_MAX; i++)
		if (pages->items[i].listing.id != 0 && now - pages->items[i].used > PAGES_AGE)
			listing_release(&pages->items[i].listing);
}

static struct kept *find(struct pages *pages, uint64_t id)
{
	for (size_t i = 0; i < PAGES_MAX; i++)
		if (pages->items[i].listing.id == id)
			return &pages->items[i];
	return NULL;
}

/* A free place, or that of the list which was not read for longest. */
static struct kept *make_room(struct pages *pages)
{
	struct kept *oldest = &pages->items[0];

	for (size_t i = 0; i < PAGES_MAX; i++) {
		if (pages->items[i].listing.id == 0)
			return &pages->items[i];
		if (pages->items[i].used < oldest->used)
			oldest = &pages->items[i];
	}
	listing_release(&oldest->listing);
	return oldest;
}

const char *pages_keep(struct pages *pages, struct listing *listing, uint64_t position, instant now,
                       struct arena *arena)
{
	struct kept *kept;

	pthread_mutex_lock(&pages->lock);
	forget_old(pages, now);
	if (listing->id == 0) {
		listing->id = make_id();
		kept = listing->id != 0 ? make_room(pages) : NULL;
		if (kept) {
			listing_copy(&kept->listing, listing);
			kept->used = now;
		}
	}
	pthread_mutex_unlock(&pages->lock);
	return arena_print(arena, "%016" PRIx64 "%" PRIx64, listing->id, position);
}

/* Sixteen digits of the id, up to sixteen of the position. */
static bool read_token(const char *token, uint64_t *id, uint64_t *position)
{
	size_t length = strlen(token);
	char digits[17];

	if (length < 17 || length > 32 || strspn(token, "0123456789abcdef") != length)
		return false;
	memcpy(digits, token, 16);
	digits[16] = '\0';
	*id = strtoull(digits, NULL, 16);
	*position = strtoull(token + 16, NULL, 16);
	return *id != 0;
}

enum pages_taken pages_take(struct pages *pages, const char *token, uint64_t question, instant now,
                            struct listing *listing, uint64_t *position)
{
	enum pages_taken taken = PAGES_EXPIRED;
	struct kept *kept;
	uint64_t id;

	if (!read_token(token, &id, position))
		return PAGES_NO_TOKEN;
	pthread_mutex_lock(&pages->lock);
	forget_old(pages, now);
	kept = find(pages, id);
	if (kept && kept->listing.question != question) {
		taken = PAGES_NO_TOKEN;
	} else if (kept) {
		kept->used = now;
		listing_copy(listing, &kept->listing);
		taken = PAGES_TAKEN;
	}
	pthread_mutex_unlock(&pages->lock);
	return taken;
}

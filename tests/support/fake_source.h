/* Sources that do what a test says, on their own threads, and a follower with two of them. */
#ifndef TESTS_FAKE_SOURCE_H
#define TESTS_FAKE_SOURCE_H

#include "directory/follower/feed.h"
#include "directory/follower/follower.h"

#include <pthread.h>
#include <stdatomic.h>

#define SECOND INSTANT_SECOND

struct fake {
	struct source source; /* first */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void (*act)(struct feed *feed, void *argument); /* what to do now; NULL: nothing */
	void *argument;
};

struct fake *fake_new(const char *name); /* the follower owns it once it was added */
/* Has the source's thread do it, and waits until it is done. */
void fake_do(struct fake *fake, void (*act)(struct feed *feed, void *argument), void *argument);

/* ---- what it may be told ---- */

/* A whole read of `count` people, and what came of it. */
struct whole {
	int count;
	const char *time; /* of its position */
	const char *asked; /* an attribute that was asked for; NULL: all */
	int result;
	struct error why;
	instant begun;
	bool authoritative;
};

void read_whole(struct feed *feed, void *whole);  /* a struct whole */
void lose(struct feed *feed, void *nothing);
void prove(struct feed *feed, void *time);        /* a text: that the source was at "time=" it */

void put_entry(struct bundle *bundle, const char *key, const char *dn, const char *class, const char *attribute,
               const char *value);
void put_people(struct feed *feed, int count);    /* as part of a whole read: k0 uid=p0,o=x, … */

/* ---- a follower with two sources; only `one` is required ---- */

struct setting {
	struct published *published;
	struct follower *follower;
	struct fake *one, *two;
	int changes; /* told by the follower */
	uint64_t generation;
	_Atomic int told; /* how often of progress */
};

int setting_make(void **state); /* for cmocka */
int setting_end(void **state);

uint32_t people(struct setting *setting); /* that are published */
void people_become(struct setting *setting, uint32_t count); /* waits: a commit is answered before it is published */
int wait_for(struct setting *setting, const char *token, int milliseconds);
void load(struct setting *setting, int count, const char *time); /* reads `one` whole */

#endif

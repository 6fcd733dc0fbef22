/* How far a source has come: for each of its counters (an OpenLDAP server id, an Active Directory invocation id, the
 * time of an LDIF file) the value reached.  Positions of all sources, as text, are the snapshot token.
 *
 * Values of one key are compared as text: CSNs have a fixed width, numbers are written with 20 digits. */
#ifndef DIRECTORY_POSITION_H
#define DIRECTORY_POSITION_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POSITION_ITEMS_MAX 32 /* servers of one provider that wrote; what is beyond is dropped and noted in `full` */
#define POSITION_KEY_MAX   40
#define POSITION_VALUE_MAX 48

struct position_item {
	char key[POSITION_KEY_MAX];     /* letters, digits, '-' */
	char value[POSITION_VALUE_MAX]; /* letters, digits, "#.-" */
};

/* Zeroed: nowhere yet. */
struct position {
	uint32_t count;
	bool full;
	struct position_item items[POSITION_ITEMS_MAX]; /* sorted by key */
};

/* Sets the counter, never backwards.  False: the key or value is not of the form above, or there is no room. */
bool position_advance(struct position *position, const char *key, const char *value);
/* Takes over every counter of `other`, never backwards. */
void position_join(struct position *position, const struct position *other);
/* Has `position` come at least as far as `wanted` in every counter of `wanted`?  Never if some had no room: nobody knows how
 * far those are. */
bool position_reached(const struct position *position, const struct position *wanted);

/* How far a position is behind another one. */
struct position_lag {
	uint32_t count;  /* counters that are behind or missing; 0: none */
	uint32_t missing; /* of these, how many are not there at all */
	char key[POSITION_KEY_MAX]; /* the one that is furthest behind; a missing one before all others */
	int64_t time;    /* how far that one is behind, in nanoseconds; -1: it is missing, or its values are no times */
};
/* A number that each server counts for itself (389 Directory Server): it says nothing between two servers, so nothing is
 * behind another for its sake. */
#define POSITION_OWN_COUNT "change"
/* Is `position` behind `wanted`?  A counter of `wanted` that it does not have at all is behind, a new one is not. */
bool position_behind(const struct position *position, const struct position *wanted, struct position_lag *lag);
/* Which of two is further behind: negative, 0 or positive. */
int position_lag_compare(const struct position_lag *a, const struct position_lag *b);
/* Appends "server id 001 is 3.2 s behind", in words for people. */
void position_lag_print(const struct position_lag *lag, struct text *out);

const char *position_value(const struct position *position, const char *key); /* NULL: no such counter */

/* An OpenLDAP change number "20261121173926.126411Z#000000#001#000000": counter 001.  False: it is none. */
bool position_advance_csn(struct position *position, const char *csn, size_t length);

/* Appends "KEY=VALUE,KEY=VALUE". */
void position_print(const struct position *position, struct text *out);
/* Reads what position_print wrote, up to `length` octets.  False: it is none. */
bool position_parse(const char *octets, size_t length, struct position *position);

#endif

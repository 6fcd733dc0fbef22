/* What a journal is made of: blocks, each with checksums that also hold it to the one before, and how what is in them is
 * written as octets.  Numbers are the machine's own: a journal is read where it was written.  Internal to the journal.
 *
 *   file  = JOURNAL_MAGIC, a random number (8 octets), block ...
 *   block = struct journal_frame, payload
 *
 * The first block is HEAD.  A whole read is BEGIN, CHANGES ..., COMMIT; other CHANGES are changes as they were applied.
 * MARK says when all that stands before it was equal to the source. */
#ifndef DIRECTORY_JOURNAL_BLOCK_H
#define DIRECTORY_JOURNAL_BLOCK_H

#include "base/arena.h"
#include "base/text.h"
#include "directory/follower/follower_parts.h"

#define JOURNAL_MAGIC     "dirgate index 1\n" /* the number is the version of this format */
#define JOURNAL_MAGIC_SIZE (sizeof(JOURNAL_MAGIC) - 1)
#define JOURNAL_START     (JOURNAL_MAGIC_SIZE + sizeof(uint64_t)) /* where the first block is */
#define JOURNAL_BLOCK_MAX 536870912 /* octets of a payload: a bundle with an entry of the largest kind */

enum journal_kind { JOURNAL_NO_BLOCK = 0, JOURNAL_HEAD, JOURNAL_BEGIN, JOURNAL_CHANGES, JOURNAL_COMMIT, JOURNAL_MARK };

struct journal_frame {
	uint32_t kind; /* enum journal_kind */
	uint32_t length;
	uint64_t head; /* of kind and length, with the sum of the block before as its seed (the random number, of the first) */
	uint64_t sum;  /* of the payload, with `head` as its seed */
};

/* Makes the frame of a block behind one with the sum `before`. */
void journal_frame_make(enum journal_kind kind, const struct text *payload, uint64_t before, struct journal_frame *frame);
bool journal_frame_is_good(const struct journal_frame *frame, uint64_t before);
bool journal_payload_is_good(const struct journal_frame *frame, const void *payload);

/* ---- HEAD: whose journal it is.  Texts are never NULL. ---- */

struct journal_head {
	const char *version;  /* of this program: another one may ask for more */
	const char *source;   /* its name */
	const char *identity; /* all that was configured for it */
	const char *asked;    /* what is asked of servers, whatever the policy names */
	const char *boot;     /* of the machine's start: within one, a clock runs that nobody sets */
};

void journal_write_head(const struct journal_head *head, struct text *out);
bool journal_read_head(const void *octets, size_t length, struct journal_head *head); /* borrows the octets */

/* ---- CHANGES ---- */

void journal_write_changes(const struct bundle *bundle, struct text *out);

struct journal_changes {
	const struct change *changes;
	size_t count;
	bool moved;               /* `position` says how far the source came with them */
	struct position position;
};
/* Borrows the octets; the rest is the arena's.  False: it is none. */
bool journal_read_changes(const void *octets, size_t length, struct arena *arena, struct journal_changes *changes);

/* ---- COMMIT: the end of a whole read ---- */

struct journal_end {
	struct position position;
	const char *server;
	instant loaded_at;       /* wall clock */
	bool covers_all;
	struct name_set covered; /* attributes of people that were asked for, unless all were */
};

void journal_write_end(const struct feed_whole *whole, instant loaded_at, struct text *out);
/* Borrows the octets, but for `covered`, which is to be released, also when it is none. */
bool journal_read_end(const void *octets, size_t length, struct journal_end *end);

/* ---- MARK ---- */

/* A moment, as two clocks tell it. */
struct journal_moment {
	instant wall;
	instant awake;    /* CLOCK_BOOTTIME */
	bool disciplined; /* the wall clock is held to the right time (adjtimex(2)) */
};

void journal_write_mark(const struct journal_moment *mark, struct text *out);
bool journal_read_mark(const void *octets, size_t length, struct journal_moment *mark);

#endif

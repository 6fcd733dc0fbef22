/* Sources: where entries come from.  One interface for all kinds: a source is loaded whole, then followed; entries go
 * in, keyed by a stable id (entry.h, struct record).  follower.h runs sources; ldif_source.h, content_sync.h,
 * poll.h and auto_source.h make them; feed.h is what they are written on. */
#ifndef DIRECTORY_SOURCE_H
#define DIRECTORY_SOURCE_H

#include "base/clock.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SOURCE_NAME_MAX 64 /* letters, digits, '-', '_' and '.'; part of the snapshot token */
#define SOURCE_SERVER_SIZE 256 /* octets of an address, with the NUL; what is more is cut */
#define SOURCE_ATTRIBUTES_MAX 256 /* of people, which are read besides those that mean something by themselves */

struct feed;   /* what a source writes into (feed.h) */
struct source; /* one source; made by its kind, owned by the follower once it was added */

/* The table of functions that makes a kind.  A kind's own struct begins with a struct source. */
struct source_operations {
	const char *kind; /* "ldif", "content-sync", "poll", "auto" */
	/* The body of the source's thread: load whole, then follow, until feed_requests() says stop.  It comes back from
	 * every failure by itself; no wait in it is without a timeout. */
	void (*run)(struct source *source, struct feed *feed);
	void (*free)(struct source *source);
};

struct source {
	const struct source_operations *operations;
	char name[SOURCE_NAME_MAX];
	/* All that was configured for it, in words that only have to be equal: what was kept on the disk counts for no other
	 * configuration.  Allocated, the source's.  NULL: it is not kept there. */
	char *identity;
	/* All servers that can be reached must have been behind what is published for so long (nanoseconds) before what they
	 * say is believed all the same: then it is a directory that was restored, not a replica that lags.  0: the default. */
	int64_t behind_limit;
};
#define SOURCE_BEHIND_LIMIT (60 * INSTANT_SECOND)

bool source_name_valid(const char *name);
void source_free(struct source *source); /* for a source that no follower took over; NULL is allowed */

/* ---- What others may see of a source ---- */

enum source_state {
	SOURCE_LOADING = 0, /* being read whole for the first time, nothing of it is in the index */
	SOURCE_FAILED,      /* cannot be loaded; it is tried again, `error` says why */
	SOURCE_LOST,        /* the index keeps what was there, with its age; it is tried again, `error` says why */
	SOURCE_FOLLOWING,   /* loaded, and changes arrive */
};
const char *source_state_name(enum source_state state); /* "loading", "failed", "lost", "following" */

/* What is kept of a source on the disk. */
enum source_journal {
	SOURCE_JOURNAL_NONE = 0, /* nothing */
	SOURCE_JOURNAL_WAITING,  /* nothing yet */
	SOURCE_JOURNAL_WRITTEN,  /* what is published */
	SOURCE_JOURNAL_GIVEN_UP, /* what was there before something went wrong */
};
const char *source_journal_name(enum source_journal journal); /* "none", "waiting", "written", "given-up" */

struct source_counters {
	uint64_t entries;    /* in the index, of this source, as counted at its last complete load */
	uint64_t changes;    /* entries put or removed since then */
	uint64_t loads;      /* complete ones */
	uint64_t reconnects; /* connections lost and tried again */
	uint64_t references; /* search references that were not followed */
	uint64_t held_back;  /* complete loads that would have removed too much */
	uint64_t floods;     /* times that changes removed as much within a minute; they were obeyed, and all was read again */
	uint64_t repaired;   /* entries that a later complete load found different although no change had been told */
	uint64_t behind;     /* times that a server was behind what is published, and was not taken */
	uint64_t went_back;  /* complete loads of an older state that was believed at last: the directory was restored */
	uint64_t rejected;   /* entries that could not be put: DN broken, or taken by another entry */
};

struct source_status {
	char name[SOURCE_NAME_MAX];
	const char *kind; /* of "auto" what the server was found to be, once it was asked */
	bool required;
	enum source_state state;
	bool loaded;          /* whole, at least once */
	instant loaded_at;    /* wall clock, when the last complete load ended; 0: never */
	instant proven_at;    /* clock_monotonic: the last moment at which what is published was equal to the source; 0: never */
	instant behind_since; /* clock_monotonic: when the source was first found to be ahead of what is published, as it is
	                         still; 0: it is not known to be */
	struct source_counters counters;
	struct error error;   /* of the last failure; empty once it is over */
	struct error warning; /* what is not fatal: the last rejected entry, a load that was held back; empty: none */
	struct error last_error; /* of the last failure, also when it is over; empty: there was none */
	instant last_error_at;   /* wall clock; 0: never */
	char server[SOURCE_SERVER_SIZE]; /* the URI or path in use, "" if none */
	enum source_journal journal;
	struct error journal_error; /* of the last time that it could not be written; empty once it is over */
};

#endif

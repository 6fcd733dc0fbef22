/* What the follower's files share: feed.c and feed_age.c (the sources' side), writer.c (the writer's side), follower.c (life and
 * questions).  Internal to the follower. */
#ifndef DIRECTORY_FOLLOWER_PARTS_H
#define DIRECTORY_FOLLOWER_PARTS_H

#include "directory/follower/feed.h"
#include "directory/follower/follower.h"
#include "directory/follower/removal.h"
#include "directory/follower/source.h"
#include "model/builder.h"

#include <pthread.h>

#define QUEUE_MAX 64 /* bundles of each queue; full, the sources wait, and so do the servers */

enum change_kind { CHANGE_PUT = 0, CHANGE_REMOVE, CHANGE_SEEN };

struct change {
	enum change_kind kind;
	struct record record; /* of REMOVE and SEEN only the key */
};

struct kept {
	struct kept *next;
	void *object;
	void (*let_go)(void *object);
};

/* What a bundle is to the writer. */
enum bundle_step { STEP_CHANGES = 0, STEP_BEGIN, STEP_COMMIT, STEP_ABANDON };

struct bundle {
	struct bundle *next;
	struct feed *feed;
	enum bundle_step step;
	bool whole;                 /* part of a whole read, as all steps but changes are */
	bool reconcile;             /* of STEP_BEGIN */
	uint64_t number;            /* of this feed's bundles that count as changes; 0: part of a whole read */
	struct arena *arena;
	struct kept *kept;
	size_t octets;
	struct position *position;  /* NULL: no news */
	const struct feed_whole *end; /* of STEP_COMMIT; the committer's, who waits */
	int age;                    /* of STEP_COMMIT: 0, FEED_WENT_BACK or FEED_LOST_COUNT */
	bool keeps_token;           /* of STEP_COMMIT: its position is behind the token, and yet it is no older */
	bool rejected;              /* of STEP_CHANGES: one of them had no place */
	size_t count;
	struct change changes[BUNDLE_CHANGES_MAX];
};

/* "At that moment the source was there": waiting to be published. */
struct proof {
	instant at; /* 0: none */
	uint64_t number;
	struct position position;
};

/* What changes have removed lately, while the source is followed: the writer's. */
struct flood {
	instant since;         /* clock_monotonic: when the count began */
	struct amounts before; /* what was there then */
	struct amounts lost;   /* what changes had taken away by then, since the builder was made */
};

struct feed {
	struct follower *follower;
	struct source *source;
	uint16_t number; /* the source number in the index */
	bool required;
	int wake;        /* eventfd */
	pthread_t thread;
	bool started;
	struct journal *journal; /* NULL: it is not kept on the disk */

	/* Under follower->lock. */
	unsigned requests;
	struct source_status status;
	uint64_t pushed;            /* bundles that count as changes */
	uint64_t published;         /* how many of them are in what is published */
	struct position position;   /* of what was pushed */
	struct position followed;   /* how far the followed server itself has told to be: the same, or behind that */
	bool replaying;             /* … and it tells changes from before the token: they are dropped until all is read */
	struct position published_position;
	struct proof proof;
	instant servers_behind_since; /* clock_monotonic: servers have been behind `position` since then; 0: they are not */
	bool untrue;                /* an entry found no place: nothing is proven until a whole read succeeds */
	bool answered;              /* the writer has answered a commit … */
	int answer;                 /* … with this */
	struct error answer_why;

	/* The writer's alone. */
	uint64_t applied;
	struct position applied_position;
	bool covers_all;
	struct name_set covered;
	bool held_back;             /* the last whole read was … */
	struct amounts held;        /* … since it would have removed so much */
	struct flood flood;
};

/* Changes go before whole reads: each queue keeps its order, and a source hands over no change between a commit and its
 * answer. */
struct queue {
	struct bundle *first, **last;
	size_t count;
};

/* A whole read on its way, the writer's alone. */
struct whole_read {
	struct feed *feed;       /* NULL: none */
	struct builder *builder; /* beside the one that is published */
	bool reconcile;
	size_t seen;
	size_t different;        /* of those seen, how many were not as the index had them */
	size_t rejected;
	struct amounts before;   /* what was there of the source when it began */
	uint64_t changes_before; /* the feed's count of changes when it began */
	uint64_t applied_before; /* the number of the feed's last bundle that was applied when it began */
	struct error why;        /* of the first one rejected */
};

struct follower {
	struct follower_options options;
	struct removal_limits removal; /* of the options */
	struct feed feeds[FOLLOWER_SOURCES_MAX];
	size_t count;
	pthread_t writer, teller;
	bool started, telling;
	int journals; /* descriptor of the folder; -1: nothing is kept on the disk */

	pthread_mutex_t lock;
	pthread_cond_t filled;     /* the queue is not empty, or the end has come: for the writer */
	pthread_cond_t drained;    /* there is room in the queue, or an answer: for sources */
	pthread_cond_t progressed; /* something was published, or a source changed its state: for who asks */

	/* Under the lock. */
	bool stopping;             /* sources are to end */
	bool ending;               /* the writer is to end: nobody pushes any more */
	struct queue changes, wholes;
	struct feed *reading;      /* who has the turn of reading whole */
	bool complete;             /* something is published */
	struct name_set wanted;
	/* What is published, held, and its token: they change together, by the writer alone. */
	const struct snapshot *latest;
	char token[FOLLOWER_TOKEN_MAX];

	/* The writer's alone. */
	struct builder *builder;
	struct whole_read whole;
	bool dirty;                    /* the builder has what is not published */
};

size_t bundle_octets(const struct bundle *bundle); /* of memory */
void *writer_run(void *follower);
/* What has been applied becomes what is published, if it may.  Before the writer's thread is there, or on it. */
void writer_publish(struct follower *follower);
/* Before the start: what is kept on the disk becomes the index, and from now on is kept.  Negative: the folder is not fit. */
int journals_begin(struct follower *follower, struct error *why);
void journals_end(struct follower *follower); /* after the writer's end */
/* Under the lock: asks the source of a feed for something. */
void feed_ask(struct feed *feed, unsigned request);
/* Under the lock (feed_age.c): as feed_compare; whether a bundle of changes must not be applied, since it is older than what
 * is published. */
int feed_age(struct feed *feed, const char *server, const struct position *position, struct position_lag *lag,
             struct error *why);
bool feed_refuses(struct feed *feed, const struct bundle *bundle);
/* Under the lock: what has been proven of a feed by what is published now. */
void feed_settle_proof(struct feed *feed);

#endif

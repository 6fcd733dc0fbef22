/* What the HTTP layer needs from those who follow the directory, as functions.  The daemon fills it in; tests do, too.
 * All functions may be called from any thread of the server, and must not wait. */
#ifndef HTTP_BACKEND_H
#define HTTP_BACKEND_H

#include "decide/decide.h"
#include "model/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one request is answered from: taken once, when it first needs it, given back at its end. */
struct http_state {
	const struct snapshot *snapshot;         /* NULL: nothing was loaded yet */
	const struct decide_settings *settings;  /* never NULL */
	enum reason cannot_decide;               /* REASON_NO_GRANT: fresh enough; or STALE, NOT_LOADED */
	const char *token;                       /* of the snapshot, for Dirgate-Snapshot; NULL without a snapshot */
	void *hold;                              /* the backend's own */
};

/* Has a snapshot token reached what a caller demands with Dirgate-At-Least? */
enum http_reached { HTTP_NOT_REACHED = 0, HTTP_REACHED, HTTP_NO_TOKEN /* the text is no token at all */ };

#define HTTP_COUNTERS_MAX 16 /* of a source */

/* One source, for /readyz. */
struct http_source {
	const char *name;
	const char *kind;   /* a word: content-sync, ldif … */
	const char *state;  /* a word: following, loading, lost … */
	bool loaded;        /* it was read whole at least once */
	instant loaded_at;  /* wall clock, when that was the last time; 0: never */
	double age;         /* seconds since the index was known to equal the directory; negative: never */
	double lag;         /* seconds since the directory is known to be ahead of the index; negative: it cannot be told */
	const char *server; /* the address or path in use; "": none */
	const char *error, *warning; /* in words for who runs the gateway; "": none */
	const char *last_error;      /* the same, also when it is over … */
	instant last_error_at;       /* … and when that was, on the wall clock */
	uint64_t entries;   /* in the index, when it was read whole last */
	const char *journal; /* a word for what is kept of it on the disk: written …; NULL: nothing is to be */
	const char *journal_error; /* in words, why it could not be written; "": none */
	size_t counter_count;
	struct http_counter { const char *name; uint64_t count; } counters[HTTP_COUNTERS_MAX];
};

struct http_backend {
	void *context; /* the first argument of all functions */
	const char *version;
	void (*acquire)(void *context, struct http_state *state);
	void (*drop)(void *context, struct http_state *state);
	/* Has the token of the state reached another one? */
	enum http_reached (*reached)(void *context, const struct http_state *state, const char *token);
	/* From now on `progressed` is called when the index has come further, on a thread that does nothing else; NULL: nobody
	 * is to be told.  When it returns, whom it was told before is not called any more. */
	void (*watch)(void *context, void (*progressed)(void *watcher), void *watcher);
	/* Calls `visit` for each source; what it is shown lives until it returns. */
	void (*sources)(void *context, void (*visit)(void *visitor, const struct http_source *source), void *visitor);
};

#endif

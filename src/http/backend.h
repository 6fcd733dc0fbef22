/* What the HTTP layer needs from those who follow the directory, as functions.  The daemon fills it in; tests do, too.
 * All functions may be called from any thread of the server, and must not wait. */
#ifndef HTTP_BACKEND_H
#define HTTP_BACKEND_H

#include "decide/decide.h"
#include "model/snapshot.h"

#include <stdbool.h>

/* What one request is answered from: taken once, when it first needs it, given back at its end. */
struct http_state {
	const struct snapshot *snapshot;         /* NULL: nothing was loaded yet */
	const struct decide_settings *settings;  /* never NULL */
	enum reason cannot_decide;               /* REASON_NO_GRANT: fresh enough; or STALE, NOT_LOADED */
	const char *token;                       /* of the snapshot, for Dirgate-Snapshot; NULL without a snapshot */
	void *hold;                              /* the backend's own */
};

/* Has the state reached what a caller demands with Dirgate-At-Least? */
enum http_reached { HTTP_NOT_REACHED = 0, HTTP_REACHED, HTTP_NO_TOKEN /* the text is no token at all */ };

/* One source, for /readyz. */
struct http_source {
	const char *name;
	const char *state;  /* a word: following, loading, lost … */
	bool loaded;        /* it was read whole at least once */
	double age;         /* seconds since the index was known to equal the directory; negative: never */
};

struct http_backend {
	void *context; /* the first argument of all functions */
	const char *version;
	void (*acquire)(void *context, struct http_state *state);
	void (*drop)(void *context, struct http_state *state);
	enum http_reached (*reached)(void *context, const struct http_state *state, const char *token);
	/* Calls `visit` for each source; what it is shown lives until it returns. */
	void (*sources)(void *context, void (*visit)(void *visitor, const struct http_source *source), void *visitor);
};

#endif

/* Does a server give what is needed to follow it?  Each check looks at one thing, says what it found, and what to do about
 * it as text to paste for this kind of server.  Nothing is changed in the directory. */
#ifndef DIRECTORY_PROBE_H
#define DIRECTORY_PROBE_H

#include "base/error.h"
#include "directory/server/session.h"
#include "model/snapshot.h"

enum probe_state {
	PROBE_FAILED = 0,     /* it cannot be followed so, or what is read is not what is there */
	PROBE_WARNING,        /* it works, and will hurt */
	PROBE_OK,
	PROBE_NOT_APPLICABLE, /* this kind of server has no such thing, or this identity may not look at it */
	PROBE_STATES
};
const char *probe_state_name(enum probe_state state); /* "failed", "warning", "ok", "not-applicable" */

struct probe_finding {
	const char *server; /* its URI; "" : of all of them together */
	const char *check;
	enum probe_state state;
	const char *found;  /* in words, one line */
	const char *remedy; /* lines to paste, comments among them; NULL: nothing is to be done */
};

struct probe_options {
	const struct session_options *session; /* each of its servers is probed by itself, then they are compared */
	const char *base;
	const struct model_settings *settings; /* NULL: the defaults */
	const char *const *checks;             /* NULL-terminated names: the only ones to be told of; NULL: all */
	bool without_policy;                   /* people and groups only: our schema need not be there */
};

/* Calls `found` for each finding as it is made; what it points to lives until `found` returns.  What `found` returns, if it
 * is not 0, ends the probe and is returned.  Negative: the options are not valid. */
int probe_run(const struct probe_options *options, int (*found)(void *context, const struct probe_finding *finding),
              void *context, struct error *why);

#endif

/* What is sent back: status, headers, body.  Made by handlers, sent by the server; knows no HTTP library.
 *
 * Errors are RFC 9457 problem details: {"type","title","status","reason"} and sometimes "detail", which speaks of the
 * request alone: never of rules or the directory's own messages, and of entries only that a name is near, to those who may
 * read them.  json/problem_details.h writes them. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/text.h"
#include "decide/reason.h"

#include <stdbool.h>
#include <stddef.h>

#define REPLY_HEADERS_MAX 12
#define REPLY_BODY_MAX    (64u * 1024 * 1024) /* octets; a longer answer becomes a 500 */
#define REPLY_BODY_KEEP   16384               /* octets of memory that a reply keeps for the next one */
#define REPLY_RETRY_AFTER "1" /* seconds: a directory that comes back is followed again within one */

struct reply {
	unsigned status;     /* 0: nothing was answered yet */
	const char *type;    /* Content-Type, or NULL: no body */
	const char *fixed;   /* a body that outlives the reply; NULL: `body` */
	struct text body;
	/* More of the body follows, part by part: appends the next one; false: that was the last.  NULL: `body` is the whole. */
	bool (*more)(void *context, struct text *part);
	void *more_context;
	size_t sent;         /* of `body`, by reply_read */
	struct reply_header {
		const char *name, *value; /* borrowed until the reply was sent */
	} headers[REPLY_HEADERS_MAX];
	unsigned header_count;
	bool close; /* the connection ends with it: what follows on it cannot be trusted */
};

void reply_init(struct reply *reply);
void reply_release(struct reply *reply);
void reply_reset(struct reply *reply); /* for the next request */

void reply_header(struct reply *reply, const char *name, const char *value);

/* Begins a JSON answer; returns the (empty) body to write into. */
struct text *reply_json(struct reply *reply, unsigned status);
/* The same of a problem, and of comma-separated values (RFC 4180). */
struct text *reply_problem_json(struct reply *reply, unsigned status);
struct text *reply_csv(struct reply *reply, unsigned status);
/* Words for people. */
struct text *reply_text(struct reply *reply, unsigned status);
/* A JSON answer of octets that outlive the reply. */
void reply_fixed_json(struct reply *reply, unsigned status, const char *json);
/* A part of a body that comes part by part: up to `size` octets.  0: it was whole; -1: it cannot be made, and whoever reads
 * must see that it is not whole. */
long reply_read(struct reply *reply, char *octets, size_t size);
/* All parts in one, for those who cannot be told where a body ends. */
void reply_join(struct reply *reply);
/* The end of a JSON answer whose length has no bound of its own: one that overflowed becomes a 500. */
void reply_finish(struct reply *reply);

/* Why a request was not answered.  The codes are public, next to those of decide/reason.h. */
enum refusal {
	REFUSAL_INTERNAL = 0,
	REFUSAL_BAD_REQUEST,   /* HTTP itself: headers, target */
	REFUSAL_MALFORMED,     /* the body or the parameters */
	REFUSAL_FORBIDDEN,     /* the caller may not ask that */
	REFUSAL_NOT_FOUND,
	REFUSAL_PAGE_EXPIRED,  /* the list is not kept any more */
	REFUSAL_METHOD,
	REFUSAL_TOO_LARGE,
	REFUSAL_TOO_MANY_ITEMS,
	REFUSAL_MEDIA_TYPE,
	REFUSAL_HEADERS_TOO_LARGE,
	REFUSAL_COUNT
};
unsigned refusal_status(enum refusal refusal);
void reply_refuse(struct reply *reply, enum refusal refusal, const char *detail); /* detail may be NULL; copied */
void reply_refuse_and_close(struct reply *reply, enum refusal refusal, const char *detail);
/* The question has no answer for a reason of decide/reason.h; 503 gets a Retry-After. */
void reply_refuse_for(struct reply *reply, unsigned status, enum reason reason);

#endif

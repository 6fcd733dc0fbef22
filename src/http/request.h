/* One request, from its head to its answer; knows no HTTP library.
 *
 * A connection has one of these and uses it again for each request on it.  Whatever a request needs lives in its arena
 * and ends with it; it is answered from one state of the index, taken when first needed and given back at the end.
 *
 * The order: request_begin, request_field for each header field, request_head, request_body for each part of the body,
 * request_answer (again, as long as the request waits), request_end. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/backend.h"
#include "http/caller.h"
#include "http/pages.h"
#include "http/reply.h"
#include "http/routes.h"
#include "http/sightings.h"
#include "http/target.h"
#include "model/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_ID_MAX      256 /* octets of an X-Request-ID */
#define REQUEST_FIELDS_MAX  64  /* header fields */
#define REQUEST_BODY_KEEP   16384 /* octets of memory that a request keeps for the next one */

struct request_limits {
	size_t body;  /* octets */
	size_t batch; /* evaluations in one request */
	instant wait; /* for what Dirgate-At-Least demands; 0: not at all */
};
#define REQUEST_BODY_DEFAULT  1048576
#define REQUEST_BATCH_DEFAULT 1000

/* What all requests of a server have in common, beside the backend. */
struct request_shared {
	struct pages *pages;         /* lists that are being read */
	struct sightings *sightings; /* whom decisions were about */
};

/* The header fields that are looked at; each may be there once, but for Accept, of which the first counts. */
enum field {
	FIELD_HOST = 0,
	FIELD_CONTENT_LENGTH,
	FIELD_CONTENT_TYPE,
	FIELD_TRANSFER_ENCODING,
	FIELD_EXPECT,
	FIELD_REQUEST_ID,
	FIELD_AT_LEAST,
	FIELD_ACCEPT,
	FIELD_COUNT
};

struct request {
	/* given by request_init */
	const struct http_backend *backend;
	const struct request_limits *limits;
	const struct request_shared *shared;
	struct caller caller;
	uint64_t seed;   /* of the ids that are made here: no two connections have the same */
	uint32_t serial; /* of requests on this connection */
	/* of this request */
	struct arena *arena;
	const char *octets_target;
	struct target target;
	const struct route *route;
	const char *fields[FIELD_COUNT]; /* values, borrowed; NULL: absent */
	unsigned field_count;            /* of all fields */
	bool field_twice;                /* one of `fields` was there twice */
	bool field_broken;               /* a field has octets that it may not have */
	bool head_only;                  /* HEAD: no body is sent */
	bool unbounded;                  /* HTTP/1.0: a body ends with the connection, and so does one that broke off */
	const char *id;
	char made_id[32];
	struct text body;
	size_t discarded;   /* octets of the body that were read and not kept */
	instant now;        /* when it was answered */
	bool waits;         /* for the index to come to what is demanded … */
	instant wait_until; /* … until then, on clock_monotonic; 0: it did not begin to */
	bool has_state;
	struct http_state state;
	struct listing listing; /* the list that is answered from; no snapshot: none */
	struct reply reply; /* a status other than 0: it is decided */
};

void request_init(struct request *request, const struct http_backend *backend, const struct request_limits *limits,
                  const struct request_shared *shared, const struct caller *caller, uint64_t seed);
void request_release(struct request *request);

void request_begin(struct request *request, const char *target); /* copied */
/* A header field: octets and a NUL that the lengths do not count.  The value must live until request_end. */
void request_field(struct request *request, const char *name, size_t name_length, const char *value,
                   size_t value_length);

/* The head is whole.  Says how to go on. */
enum request_next {
	REQUEST_ANSWER = 0, /* at once, and the connection ends: the body is not to be read, or cannot be delimited */
	REQUEST_READ        /* read the body, if there is one, then answer */
};
enum request_next request_head(struct request *request, const char *method, const char *version);

/* A part of the body.  False: it goes on beyond all limits; end the connection without an answer. */
bool request_body(struct request *request, const char *octets, size_t length);

/* Fills request->reply.  False: the index is to come to request_demand first; call it again when it has, at the latest
 * at `wait_until`, when it will not wait any more. */
bool request_answer(struct request *request);
const char *request_demand(const struct request *request); /* the token of Dirgate-At-Least; NULL: none */
void request_wait_no_more(struct request *request);        /* it is answered now, come what may */
void request_end(struct request *request);    /* the reply was sent, or never will be */

/* ---- For those who answer ---- */

/* The state to answer from, whatever it is. */
const struct http_state *request_state(struct request *request);
/* The answer says nothing of the index, not even its token. */
void request_forget_index(struct request *request);
/* The state, if decisions may be taken on it: fresh enough for the site and for the caller (Dirgate-At-Least).  NULL:
 * the request was refused, or it waits.  To be asked for before anything is done that may not be done twice. */
const struct http_state *request_index(struct request *request);
/* Has an older snapshot, of this token, reached what the caller demands? */
bool request_reached_by(const struct request *request, const char *token);
/* The body.  NULL: the request was refused. */
const struct value *request_json(struct request *request);
const char *request_place(const struct request *request, const char *name); /* of the path: never NULL */
const char *request_parameter(const struct request *request, const char *name);
/* Like request_parameter, but required.  NULL: the request was refused. */
const char *request_need(struct request *request, const char *name);
/* The parameter `at`, else now.  Another time is for those who may see the policy.  False: the request was refused. */
bool request_time(struct request *request, instant *at);
/* May the caller ask that?  False: the request was refused. */
bool request_may(struct request *request, const char *permission);

#endif

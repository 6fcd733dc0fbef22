/* OpenID AuthZEN Authorization API 1.0: requests in JSON as questions.  Pure: values in, questions out.
 *
 * Unknown members are ignored everywhere.  null for a required member is a missing one, null for an optional one an
 * absent one.  Whatever a question points to is borrowed from the value that it was decoded from, or is in the arena. */
#ifndef HTTP_AUTHZEN_H
#define HTTP_AUTHZEN_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "decide/lists/search.h"
#include "model/value.h"

#include <stdbool.h>
#include <stddef.h>

/* An evaluation that was asked for, with what the caller wants beside the decision: `context.dirgate`, an object of
 * ours that decisions never see ({"reason": true, "explain": true, "at": "2026-11-23T09:00:00Z"}). */
struct authzen_evaluation {
	struct question question; /* `explain` and `at` as asked for; cannot_decide is left to the caller */
	bool reason;              /* the reason code is wanted (asking for an explanation asks for it too) */
	bool timed;               /* `at` was given, else question.at is `now` */
};

/* Section "Access Evaluation API": subject {type, id}, action {name}, resource {type, id} are required.  Checks the
 * question as well (question_check).  Returns 0; or 1 with `why`, which names the member: a malformed request. */
int authzen_evaluation(const struct value *body, instant now, struct arena *arena,
                       struct authzen_evaluation *evaluation, struct error *why);

/* A search: the same entities but for the one that is looked for, and which page of the results. */
struct authzen_search {
	struct authzen_evaluation evaluation; /* of what is looked for only the type is filled in; its id or name is "" */
	const char *token;     /* of the page; NULL: the first */
	const uint32_t *limit; /* rows; NULL: not said.  More than fits is UINT32_MAX */
	const struct value *page_properties; /* or NULL */
};

/* Sections "Subject Search API", "Resource Search API", "Action Search API": the id of what is looked for is ignored if it is
 * sent, as is the whole action in a search for actions.  Returns as authzen_evaluation. */
int authzen_search(const struct value *body, enum search_kind kind, instant now, struct arena *arena,
                   struct authzen_search *search, struct error *why);

enum authzen_semantic { AUTHZEN_EXECUTE_ALL = 0, AUTHZEN_DENY_ON_FIRST_DENY, AUTHZEN_PERMIT_ON_FIRST_PERMIT };

/* Section "Access Evaluations API". */
struct authzen_batch {
	const struct value *body;  /* its subject, action, resource and context are the defaults */
	const struct value *items; /* the evaluations, of any kind: each is judged when its turn comes */
	size_t count;              /* 0: absent or empty, the body is one evaluation */
	enum authzen_semantic semantic;
};

/* Returns 0; or 1 with `why`: malformed as a whole (no object, evaluations no array, options or a default no object,
 * an unknown evaluations_semantic).  A default that no item uses need not be complete. */
int authzen_batch(const struct value *body, struct authzen_batch *batch, struct error *why);

/* One item with the defaults: an entity of the item replaces the default one whole.  Returns as authzen_evaluation. */
int authzen_batch_item(const struct authzen_batch *batch, size_t index, instant now, struct arena *arena,
                       struct authzen_evaluation *evaluation, struct error *why);

/* Does a decision end the batch? */
bool authzen_batch_ends(const struct authzen_batch *batch, bool decision);

#endif

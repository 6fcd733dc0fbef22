/* The whole truth: who may do what, where, by which way. */
#ifndef DECIDE_REPORT_H
#define DECIDE_REPORT_H

#include "decide/lists/effective.h"
#include "decide/lists/list.h"

enum report_state { REPORT_DENIED = 0, REPORT_CONDITIONAL, REPORT_YES };
const char *report_state_name(enum report_state state); /* "denied", "conditional", "yes" */

/* One permission of one person in one place. */
struct report_row {
	node_id person;
	const char *organization, *workspace; /* ids that can be asked about (names.h); no workspace: the organization itself */
	const char *person_id;
	const char *permission;
	enum report_state state;     /* DENIED: a role gives it and a limit takes it away */
	const struct filter *filter; /* CONDITIONAL: what is left over the resource's properties */
	enum reason reason;          /* DENIED: of the limit; else REASON_GRANTED */
	const struct chain *chain;   /* the way by which it is held, or nearly: the first of its explanation; NULL: none */
	instant until;               /* INSTANT_MAX: never that is known */
};

/* A row lives until `found` returns; false ends the report. */
struct report_visitor {
	void *context;
	bool (*found)(void *context, const struct report_row *row);
};

/* Every permission that every person has in every place, in the order of organization, workspace (the organization itself
 * first), person, permission, each by its id.  In memory are the names of all people and places, and the rows of one person
 * in one place. */
void report_walk(const struct list_view *view, const struct report_visitor *visitor);

#endif

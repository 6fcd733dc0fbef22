/* Sets of people: who may be a member of some groups and bindings, without looking at everybody. */
#ifndef DECIDE_PEOPLE_H
#define DECIDE_PEOPLE_H

#include "base/keyset.h"
#include "decide/nodes.h"
#include "model/snapshot.h"

/* A zeroed one is empty. */
struct people_set {
	struct keyset nodes; /* people, and what led to them: groups, bindings */
	bool everybody;      /* members are found by a filter or a number: only looking at each person tells */
};

/* Everyone who may be a member of one of the seeds (people, groups, bindings), perhaps others too. */
void people_set_fill(const struct snapshot *snapshot, const struct nodes *seeds, struct people_set *set);
void people_set_release(struct people_set *set);

/* The first person of the set after `last` (NODE_NONE: the first of all); NODE_NONE: no more. */
node_id people_set_after(const struct snapshot *snapshot, const struct people_set *set, node_id last);

/* Calls `visit` for every person who may be a member of one of the seeds, perhaps for others too and perhaps more than
 * once, until it returns true.  Returns whether it did. */
bool people_visit(const struct snapshot *snapshot, const struct nodes *seeds,
                  bool (*visit)(void *context, node_id person), void *context);

/* Calls `visit` for every person who has the mail address until it returns true.  Returns whether it did. */
bool people_visit_mail(const struct snapshot *snapshot, const char *mail,
                       bool (*visit)(void *context, node_id person), void *context);

#endif

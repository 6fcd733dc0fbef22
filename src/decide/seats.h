/* Who takes a seat of which plan.  Internal to decide/. */
#ifndef DECIDE_SEATS_H
#define DECIDE_SEATS_H

#include "decide/place.h"

/* "Active and invited accounts count." */
bool seat_taken(const struct entry *person, instant at);

/* "The account's plan, else the organization's"; NODE_NONE: none. */
node_id seat_plan(const struct snapshot *snapshot, node_id organization, const struct entry *person);

#endif

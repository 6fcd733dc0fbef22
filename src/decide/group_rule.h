/* Groups named by convention (dgGroupRule): which binding a group's name makes.  Internal to decide/. */
#ifndef DECIDE_GROUP_RULE_H
#define DECIDE_GROUP_RULE_H

#include "base/arena.h"
#include "model/snapshot.h"

#define GROUP_NAME_MAX 512 /* octets of a normalised cn that rules are tried on; longer ones fit nothing */

/* What a name says: this role, in this workspace (or organization). */
struct rule_fit { node_id role, place; };

/* Does the group fit the rule in exactly one way, below one of its bases, with ids known in its organization? */
bool group_rule_fit(const struct snapshot *snapshot, node_id rule, node_id group, struct rule_fit *fit);

#endif

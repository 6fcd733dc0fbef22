/* The further rules of built-in actions, tried after the permission itself (who may give which roles to whom, what may
 * be deleted …).  Internal to decide/. */
#ifndef DECIDE_ADMINISTRATION_H
#define DECIDE_ADMINISTRATION_H

#include "decide/check.h"

/* REASON_GRANTED if the action has no further rules or all of them are met.  `check` is the granted check of the
 * action; *entry is the entry that names the reason (a role, a set, the target …), NODE_NONE if none does. */
enum reason administration_rules(struct evaluation *evaluation, const struct check *check, node_id *entry);

#endif

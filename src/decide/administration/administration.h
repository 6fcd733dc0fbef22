/* The further rules of built-in actions, tried after the permission itself (who may give which roles to whom, what may
 * be deleted …).  Internal to decide/.
 *
 * What a question says, besides its action:
 *
 *   members.*, restrictions.set, users.invite   resource {type: "membership", id: a person or group (users.invite: or a
 *       mail address), properties: {workspace, role, restriction, …}}.
 *       `role` and `restriction` are ids, or arrays of them.  A role that is not there can be assigned by nobody
 *       (may-not-assign), a restriction that is not there applies to nothing (not-applicable).
 *       members.assign: `role` is what is held directly afterwards.  Whatever stays counts as taken and given all the
 *       same if the question carries one of not_before, not_after, during, permissions, restriction, restrictions,
 *       disabled, with any value, null included; or if it carries no `role` and so does not say what changes.
 *       members.remove: without `role` all go.
 *       restrictions.set: a restriction that is in place already is being lifted or kept, and need not fit.
 *   teams.update   resource {type: "group", id: a group, properties: {member: a person or group}}: the member is taken out
 *       if the group names her now, else put in.  Without `member` it is about
 *       whatever may be done to the group itself.
 *   users.*   resource {type: "membership" or one that names people, id: a person of the organization, properties:
 *       {plan}}; action.properties.attribute (without it, it may be any: immutable-attribute) and .value for users.update (a
 *       value of null: taken away).
 *   workspace.create   properties.members: [{member, role}], each asked as members.assign of the creator.
 *   workspace.disable, workspace.delete   the place.
 *
 * On other types of resource these actions answer the bare permission. */
#ifndef DECIDE_ADMINISTRATION_H
#define DECIDE_ADMINISTRATION_H

#include "decide/check.h"

/* REASON_GRANTED if the action has no further rules or all of them are met.  `check` is the granted check of the
 * action; *entry is the entry that names the reason (a role, a set, the target …), NODE_NONE if none does. */
enum reason administration_rules(struct evaluation *evaluation, const struct check *check, node_id *entry);

/* The built-in names in their order; NULL past the last. */
const char *administration_action(uint32_t index);

#endif

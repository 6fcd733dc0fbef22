/* A change of somebody's membership in one place, and the rules for it that no role lifts.  Internal to decide/. */
#ifndef DECIDE_CHANGE_H
#define DECIDE_CHANGE_H

#include "decide/administration/member.h"
#include "decide/check.h"

enum change_target {
	TARGET_MEMBER = 0, /* a person or a group */
	TARGET_INVITED,    /* a person, or a mail address that nobody has */
	TARGET_ACCOUNT,    /* a person of the organization */
};

struct change {
	struct evaluation *evaluation; /* the actor's, at the place */
	const struct check *check;     /* of the permission that the change needs: granted */
	node_id *entry;                /* names the reason */

	enum change_target target;
	const char *id;                /* whom it is about */
	struct finding_of found;
	struct evaluation *member;     /* the target as a subject; NULL: not found */
	struct standing standing;      /* … in the place */
	struct member_roles now;

	bool unknown_role;             /* a role is named that is not there */
	struct nodes given, taken;     /* what the actor must be able to assign */
	struct nodes after;            /* held directly afterwards */
	struct nodes leaving;          /* no longer held directly, by the `departure` */
	struct nodes ending;           /* … or held for a shorter time */
	struct nodes stuck;            /* to be taken, but held only through groups */
	struct departure departure;
	const struct value *restrictions;
};

/* Starts a change in the place of `evaluation`.  `id` may be NULL: nobody. */
void change_begin(struct evaluation *evaluation, const struct check *check, enum change_target target, const char *id,
                  node_id *entry, struct change *change);

/* Fill in what each action gives and takes, as the question says it (administration.h). */
void change_assign(struct change *change);
void change_remove(struct change *change);
void change_restrict(struct change *change);
void change_invite(struct change *change);

/* The roles that a property names, a string or an array of them; false: it is not there. */
bool change_roles_named(struct change *change, const struct value *named, struct nodes *roles);

/* The rules.  Each answers REASON_GRANTED or why not.  Of memberships: */
enum reason change_may_assign(struct change *change);
enum reason change_not_self(struct change *change);
enum reason change_restriction_fits(struct change *change);
enum reason change_keeps_duty(struct change *change);
enum reason change_not_via_group(struct change *change);
enum reason change_keeps_holder(struct change *change);
enum reason change_target_known(struct change *change);
/* Of accounts (account.c): */
enum reason account_keeps_holders(struct change *change);
enum reason account_is_not_active(struct change *change);
enum reason account_has_seat(struct change *change);
enum reason account_has_seat_in_new_plan(struct change *change);
enum reason account_attribute_is_writable(struct change *change);
/* Of groups and workspaces (ride_along.c): what comes along with them is asked as a change of membership. */
enum reason team_members_may_change(struct change *change);
enum reason team_is_known(struct change *change);
enum reason workspace_members_may_be_assigned(struct change *change);
enum reason workspace_is_not_default(struct change *change);

/* Are all `roles` among the dgMayAssign of the roles that one holding brings?  Else *missing is the first that is not. */
bool holding_may_assign(struct evaluation *evaluation, const struct standing *standing, const struct holding *holding,
                        const struct nodes *roles, node_id *missing);

#endif

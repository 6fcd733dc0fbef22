/* Members of a place, seen from outside: whom an administrative question is about, and which roles she holds by bindings
 * of one very place, as the directory says, in force or not.  Internal to decide/. */
#ifndef DECIDE_MEMBER_H
#define DECIDE_MEMBER_H

#include "decide/nodes.h"
#include "decide/standing.h"
#include "decide/subject.h"

/* A person, else a group, by id, "organization/id" or DN; of that organization, or of none. */
struct finding_of member_find(const struct snapshot *snapshot, const char *id, node_id organization);

/* An evaluation in which `node`, a person or group, is the subject; all else is as in `of`.  Memory is in `arena`. */
void member_evaluation(const struct evaluation *of, node_id node, struct arena *arena, struct evaluation *member);

/* The same of a group, as the group that it is, though its entry may be a person besides. */
void group_evaluation(const struct evaluation *of, node_id node, struct arena *arena, struct evaluation *group);

/* Is the holding one of a binding of that very place, not of one around it nor of default and publicity? */
bool holding_of_place(const struct evaluation *member, const struct holding *holding, node_id place);

/* The same of a binding entry. */
bool binding_of_place(const struct snapshot *snapshot, node_id binding, node_id place);

/* Does the binding name the member itself, so that it can be taken from her alone? */
bool holding_is_direct(const struct evaluation *member, const struct holding *holding);

/* The roles of the bindings of that very place: those that name the member itself, and those that reach her through
 * groups or filters.  One role may be in both. */
struct member_roles { struct nodes direct, through; };
void member_roles(const struct evaluation *member, const struct standing *standing, struct arena *arena,
                  struct member_roles *roles);

/* Every place of whose bindings the member holds anything, in the order of their DNs. */
void member_places(const struct evaluation *member, struct arena *arena, struct nodes *places);

/* ---- What a change would end ---- */

/* `member` is no longer named by the bindings, groups and owned workspaces of `containers`; or, gone, by nothing. */
struct departure {
	node_id member;
	bool gone;
	struct nodes containers;
};

/* Other ways to a holding: those that certainly give it, or those that perhaps do as well (which limits count). */
enum ways { WAYS_CERTAIN = 0, WAYS_POSSIBLE };

/* Would the departure end the holding of `subject`, because no other way leads to it? */
bool departure_ends(const struct departure *departure, enum ways ways, const struct evaluation *subject,
                    const struct holding *holding);

/* Is there an active person who holds `role` by bindings of that very place, and none once the departure is done? */
bool last_holder_leaves(const struct evaluation *evaluation, node_id place, node_id role,
                        const struct departure *departure);

#endif

/* What would give a permission: every value that matches, by every way, each with what stops it.  Internal to
 * decide/. */
#ifndef DECIDE_GRANT_H
#define DECIDE_GRANT_H

#include "decide/roles.h"
#include "decide/standing.h"

/* One value that matches the action, through one binding and one way of roles. */
struct candidate {
	const struct standing *standing; /* where the binding is held: the place, or a workspace of the organization */
	const struct holding *holding;
	const struct role_path *path;
	const struct rule *rule;         /* the value that matches */
	const struct rule *optional;     /* for a dgPermission on the binding: the optional permission that covers it */
	const char *attribute;           /* of the rule */
	unsigned stops;                  /* all but conditions and restrictions */
};

struct candidates { uint32_t count, capacity; struct candidate *items; };

enum permissions { PERMISSIONS_HERE = 0, /* dgPermission, and on the organization dgOrganizationPermission */
                   PERMISSIONS_FOR_ORGANIZATION /* dgOrganizationPermission of roles held in a workspace */ };

/* Adds the candidates of one standing. */
void candidates_add(struct evaluation *evaluation, const struct standing *standing, const char *action,
                    enum permissions permissions, struct candidates *candidates);

/* What conditions and restrictions say of a candidate. */
struct weight {
	enum truth condition;          /* the filters of its values */
	enum truth restrictions;       /* all that narrows it: TRUE leaves it */
	const struct filter *missing;  /* why the condition, or what one binding's restrictions say together, is Undefined: an
	                                  item about what the caller did not say; NULL: it is not, or not for that */
	node_id restriction;           /* the first that did not leave it, with its value */
	const char *restriction_value;
};
void candidate_weigh(struct evaluation *evaluation, const struct candidate *candidate, const char *action,
                     struct weight *weight);

/* REASON_GRANTED if the candidate grants; else the miss: REASON_MISSING_PROPERTY … REASON_WORKSPACE_DISABLED, or
 * REASON_NO_GRANT when more than one thing stops it. */
enum reason candidate_reason(const struct candidate *candidate, const struct weight *weight);

/* The same for a resource whose properties come later: what stays, as a filter in the arena (filter_never when the
 * candidate cannot grant). */
const struct filter *candidate_filter(struct evaluation *evaluation, const struct candidate *candidate,
                                      const char *action);

/* All candidates of an action at the evaluation's place: those of `standing` (the place's), and on the organization
 * those of the workspaces that a role is held in. */
void candidates_find(struct evaluation *evaluation, const struct standing *standing, const char *action,
                     struct candidates *candidates);

/* Obligations of the restrictions that `references` name, and that match; appended without doubles. */
struct texts { uint32_t count, capacity; const char **items; };
bool texts_add(struct texts *texts, const char *text, struct arena *arena); /* false: it was there */
uint32_t obligations_add(struct evaluation *evaluation, const struct references *restrictions, node_id organization,
                         const char *action, struct texts *texts); /* how many match */

#endif

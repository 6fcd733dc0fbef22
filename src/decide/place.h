/* Places: organizations and workspaces, what encloses what, and how they are named.  Internal to decide/. */
#ifndef DECIDE_PLACE_H
#define DECIDE_PLACE_H

#include "model/policy.h"
#include "model/snapshot.h"

/* The organization that encloses a node, itself included; NODE_NONE: the node is common to all. */
node_id organization_of(const struct snapshot *snapshot, node_id node);

/* The nearest workspace around a node, itself included, within the node's organization; NODE_NONE: none. */
node_id workspace_of(const struct snapshot *snapshot, node_id node);

/* The next workspace around a workspace, within its organization. */
node_id workspace_above(const struct snapshot *snapshot, node_id workspace);

/* May an entry of organization `from` (NODE_NONE: a common one) refer to `to`, a role, restriction, plan or group?
 * Only within one organization, or to what is common. */
bool reference_allowed(const struct snapshot *snapshot, node_id from, node_id to);

/* Is the place, or a workspace around it, or its organization disabled? */
enum place_state { PLACE_DISABLED = 0, PLACE_WORKSPACE_DISABLED, PLACE_ENABLED };
enum place_state place_state(const struct snapshot *snapshot, node_id place);

/* Are they the people of the organization?  Those below its dgPeopleBase, or below its own entry; an organization
 * inside another begins anew. */
bool organization_has_person(const struct snapshot *snapshot, node_id organization, node_id person);

#define ORGANIZATIONS_MAX 16 /* of one person that are looked at; more count as ambiguous all the same */
struct organizations { uint32_t count; node_id nodes[ORGANIZATIONS_MAX]; };
void organizations_of_person(const struct snapshot *snapshot, node_id person, struct organizations *organizations);

/* ---- Names ---- */

/* What a name led to; with FOUND_MANY both nodes are named, so that a message can say which two. */
enum found { FOUND_NONE = 0, FOUND_ONE, FOUND_MANY };
struct finding_of { enum found found; node_id node, second; };

/* Collects hits: the first makes it ONE, another node makes it MANY. */
void finding_add(struct finding_of *finding, node_id node);

enum place_kinds { PLACE_ANY = 0, PLACE_ONLY_WORKSPACE, PLACE_ONLY_ORGANIZATION };

/* "id" (in `home` first, then among what no organization encloses, then anywhere; with an empty `home` anywhere at once),
 * "organization/id", or a DN, in this order. */
struct finding_of place_find(const struct snapshot *snapshot, const char *name, enum place_kinds kinds,
                             const struct organizations *home);

/* The same for what belongs to an organization or is common: roles (NAME_ROLE, KIND_ROLE), groups, restrictions,
 * plans. */
struct finding_of named_find(const struct snapshot *snapshot, enum name_index index, enum kind kind, const char *name,
                             const struct organizations *home);

/* By the id alone, and only what entries of the organization may refer to: its own, else what is common. */
struct finding_of known_find(const struct snapshot *snapshot, enum name_index index, enum kind kind, const char *id,
                             node_id organization);

#endif

/* A snapshot: the directory as it was at one moment, frozen.
 *
 * It never changes, may be read by any number of threads without locks, and shares with its predecessor everything
 * that did not change between them.  Node ids and borrowed pointers are valid until it is dropped.
 *
 * Inside are three things: the tree of DNs (nodes, with an entry or without: a reference to an entry not seen yet is a
 * node without entry), the entries, and one ordered set of relations between nodes and from names to nodes. */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include "base/error.h"
#include "base/keyset.h"
#include "base/text.h"
#include "model/entry.h"

#include <stdbool.h>
#include <stdint.h>

struct snapshot; /* opaque, counted */

/* ---- Settings: what the site says about its people.  Immutable once a builder has taken them. ---- */

#define PERSON_IDS_MAX 16
struct model_settings {
	const char *person_filter;              /* NULL: the default below */
	const char *person_ids[PERSON_IDS_MAX]; /* NULL-terminated if fewer; [0] == NULL: the default below */
};
#define MODEL_PERSON_FILTER                                                                                         \
	"(&(|(objectClass=person)(objectClass=organizationalPerson)(objectClass=inetOrgPerson)(objectClass=user)"       \
	"(objectClass=posixAccount)(objectClass=account)(objectClass=dgAccount))(!(objectClass=computer))"              \
	"(!(objectClass=group))(!(objectClass=dgResource))(|(!(objectClass=dgKnownResource))(objectClass=dgAccount)))"
#define MODEL_PERSON_IDS "uid", "mail", "sAMAccountName", "userPrincipalName", "entryUUID"

/* ---- Life ---- */

struct snapshot *snapshot_acquire(const struct snapshot *snapshot); /* one more holder; returns it */
void snapshot_drop(const struct snapshot *snapshot);                /* the last one frees it; NULL is allowed */
uint64_t snapshot_generation(const struct snapshot *snapshot);      /* grows with every frozen state of one builder */

/* ---- The tree ---- */

/* The node of a DN, or NODE_NONE when it was never seen (or the text is no DN). */
node_id snapshot_find_dn(const struct snapshot *snapshot, const char *dn);
/* The node of the entry that has this stable key in a source (entry.h, struct record), or NODE_NONE. */
node_id snapshot_find_key(const struct snapshot *snapshot, uint16_t source, const char *key);
const struct entry *snapshot_entry(const struct snapshot *snapshot, node_id node); /* NULL: a node without entry */
node_id snapshot_parent(const struct snapshot *snapshot, node_id node);            /* NODE_NONE above the topmost RDN */
bool snapshot_is_below(const struct snapshot *snapshot, node_id node, node_id top); /* or is itself `top` */
void snapshot_print_dn(const struct snapshot *snapshot, node_id node, struct text *out); /* as the sources spell it */
void snapshot_print_normal_dn(const struct snapshot *snapshot, node_id node, struct text *out); /* equal DNs: equal texts */

/* ---- Relations: from a node, along one relation, to nodes in ascending order ---- */

enum relation {
	RELATION_CHILD = 0,        /* parent -> node below it, with an entry or without */
	RELATION_MEMBER_OF,        /* member -> groups and bindings that name it (member, uniqueMember, roleOccupant, nested
	                              roles' nsRoleDN on a role; not dgResource's or dgInvitation's member) */
	RELATION_ROLE_HELD_BY,     /* managed 389-ds role -> people whose nsRoleDN names it */
	RELATION_OWNS,             /* person or group -> workspaces whose `owner` names it */
	RELATION_GIVEN_BY,         /* role -> bindings whose dgGrantsRole names it */
	RELATION_INHERITED_BY,     /* role -> roles whose dgInherits names it */
	RELATION_RESTRICTS,        /* restriction -> bindings and rules whose dgRestrictedBy names it */
	RELATION_SCOPE_OF,         /* workspace or organization -> bindings whose dgScope names it */
	RELATION_PEOPLE_BASE_OF,   /* node -> organizations whose dgPeopleBase names it */
	RELATION_DEFAULT_OF,       /* workspace -> organizations whose dgDefaultWorkspace names it */
	RELATION_INVITED_BY,       /* person or group -> invitations whose member names it */
	RELATION_OTHER,            /* node -> entries that refer to it in any other way that the model follows */
	RELATION_KIND,             /* enum kind (as the from number) -> all nodes with an entry of that kind */
	RELATION_DYNAMIC,          /* 0 -> groups whose members are found by a filter (memberURL, nsRoleFilter);
	                              1 -> bindings with a dgMemberFilter */
	RELATION_COUNT
};

struct relation_cursor {
	struct keyset_cursor keys;
	uint64_t prefix;
};

void snapshot_relation(const struct snapshot *snapshot, enum relation relation, uint32_t from,
                       struct relation_cursor *cursor);
/* The same, but starting after `last` (NODE_NONE: from the beginning): constant cost for any page of a list. */
void snapshot_relation_after(const struct snapshot *snapshot, enum relation relation, uint32_t from, node_id last,
                             struct relation_cursor *cursor);
bool relation_next(struct relation_cursor *cursor, node_id *node); /* false: no more */
bool snapshot_related(const struct snapshot *snapshot, enum relation relation, uint32_t from, node_id to);

/* ---- Names: from a text to the nodes that it names, compared as names are equal (name.h) ---- */

enum name_index {
	NAME_ORGANIZATION = 0, /* by id */
	NAME_WORKSPACE,
	NAME_ROLE,
	NAME_RESTRICTION,
	NAME_PLAN,
	NAME_GROUP,
	NAME_INVITATION,
	NAME_RESOURCE,        /* by id; compare the type yourself */
	NAME_MEMBER_UID,      /* -> groups and bindings whose memberUid has it */
	NAME_GID_NUMBER,      /* -> posixGroups */
	NAME_SID,             /* -> groups */
	NAME_INVITED_MAIL,    /* -> invitations */
	NAME_PERSON_DG_ID,    /* -> people by dgId */
	NAME_PERSON,          /* + i: -> people by person_ids[i], all values */
	NAME_COUNT = NAME_PERSON + PERSON_IDS_MAX
};

struct name_cursor {
	struct relation_cursor relation;
	const struct snapshot *snapshot;
	enum name_index index;
	const char *normal; /* owned by the cursor */
};

/* Starts a look-up; the cursor must be ended with name_end.  A text without normal form finds nothing. */
void snapshot_name(const struct snapshot *snapshot, enum name_index index, const char *text, struct name_cursor *cursor);
bool name_next(struct name_cursor *cursor, node_id *node);
void name_end(struct name_cursor *cursor);

/* ---- Counts and lists ---- */

uint32_t snapshot_count(const struct snapshot *snapshot, enum kind kind);
/* How many people have the attribute (canonical name)? */
uint32_t snapshot_people_with(const struct snapshot *snapshot, const char *attribute);
const struct model_settings *snapshot_settings(const struct snapshot *snapshot); /* defaults filled in */
/* Names of attributes that filters and references of the policy may read (canonical), calling `visit` for each, perhaps
 * more than once: a source must read them. */
void snapshot_visit_named_attributes(const struct snapshot *snapshot, void (*visit)(void *context, const char *name),
                                     void *context);

struct snapshot_memory { size_t entries, nodes, relations, total; }; /* octets */
void snapshot_measure(const struct snapshot *snapshot, struct snapshot_memory *memory);

#endif

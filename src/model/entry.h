/* Entries: what a source hands in (a record), and what the index keeps of it (an entry).
 *
 * An entry is immutable and counted.  It is parsed once, when it arrives, and everything that follows from it alone is
 * kept in it: which kinds of thing it is, the parsed policy (policy.h), what is wrong with it (problem.h).  References
 * to other entries are node ids (snapshot.h); whether they lead anywhere is asked when a question is. */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/* ---- What a source hands in: borrowed for the duration of the call. ---- */

struct record_value {
	const char *octets; /* need not be NUL-terminated */
	size_t length;
};

struct record_attribute {
	const char *name; /* as the source spells it, options included ("cn;lang-de" is ignored by the model) */
	const struct record_value *values;
	size_t count;
};

struct record {
	const char *dn;
	size_t dn_length;
	const char *key; /* the stable id as text (entryUUID …), or NULL where the source has none: the normal DN serves */
	const struct record_attribute *attributes;
	size_t count;
	uint32_t changed; /* when it was changed last: seconds since 1970; 0: not known */
};

/* ---- What the index keeps. ---- */

typedef uint32_t node_id; /* a DN that was seen, with an entry or without; valid within one snapshot */
#define NODE_NONE ((node_id)0)

/* What an entry is; several at once where auxiliary classes say so. */
enum kind {
	KIND_ORGANIZATION = 0,
	KIND_WORKSPACE,
	KIND_ROLE,
	KIND_RESTRICTION,
	KIND_BINDING, /* dgBinding or dgBoundGroup */
	KIND_GROUP_RULE,
	KIND_ROLE_SET,
	KIND_PLAN,
	KIND_RESOURCE, /* dgResource or dgKnownResource */
	KIND_INVITATION,
	KIND_GROUP,
	KIND_PERSON,
	KIND_COUNT
};

struct entry_value {
	const char *text; /* NUL-terminated UTF-8; NULL: octets that are no text, present but equal to nothing */
};

/* One attribute; equal values were counted once.  DN-valued attributes that the model itself follows (member, owner,
 * dgGrantsRole …) are kept as `nodes` only: their texts come from the tree. */
struct entry_attribute {
	const char *name; /* canonical (attribute_canonical), interned: equal names are equal pointers */
	uint32_t count;   /* of values */
	uint32_t node_count;
	const struct entry_value *values;
	const node_id *nodes;
};

struct entry {
	uint32_t kinds;    /* bits: 1 << enum kind */
	uint16_t source;   /* index of the source that it came from */
	uint16_t attribute_count;
	node_id node;      /* where it is */
	uint32_t changed;  /* of what names others (entry_names_others): when it was changed last, as in a record; else 0 */
	const char *key;   /* stable id */
	const char *rdn;   /* its RDN as the source spells it */
	const char *id;    /* dgId, else the value of the RDN's first AVA; NULL: only its DN names it (dgId twice, or not
	                      text).  For a person: dgId, else the first value of the first of person_ids that she has */
	const char *own_id; /* what it is called as anything but a person: dgId, else the value of the RDN's first AVA */
	const char *name;  /* displayName, else cn, else id; NULL if none */
	const struct entry_attribute *attributes; /* sorted by address of name */
	/* Parsed, NULL unless the kind's bit is set (see policy.h). */
	const struct organization *organization;
	const struct workspace *workspace;
	const struct role *role;
	const struct restriction *restriction;
	const struct binding *binding;
	const struct group_rule *group_rule;
	const struct role_set *role_set;
	const struct plan *plan;
	const struct resource *resource;
	const struct invitation *invitation;
	const struct group *group;
	const struct person *person;
	const struct problem *problems; /* what is wrong with the entry by itself; sorted by attribute, code, value */
	uint32_t problem_count;
	/* Of the index alone (index.h). */
	_Atomic uint32_t holders;
	struct batch *batch; /* the memory that the entry is in */
	uint64_t digest;     /* of the record that it was parsed from, but for where it stands */
};

static inline bool entry_is(const struct entry *entry, enum kind kind)
{
	return entry != NULL && (entry->kinds & (1u << kind)) != 0;
}

/* May it have members or owners? */
static inline bool entry_names_others(const struct entry *entry)
{
	return (entry->kinds & (1u << KIND_BINDING | 1u << KIND_GROUP | 1u << KIND_WORKSPACE | 1u << KIND_RESOURCE |
	                        1u << KIND_INVITATION)) != 0;
}

/* createTimestamp (RFC 4512 section 3.4.2), or Active Directory's whenCreated; INSTANT_MIN: not known. */
instant entry_created(const struct entry *entry);

/* The attribute of that canonical name, or NULL.  Compares text: the caller need not have an interned name. */
const struct entry_attribute *entry_attribute(const struct entry *entry, const char *name);

#endif

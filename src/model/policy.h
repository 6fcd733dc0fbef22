/* The parsed policy: what each kind of entry says, with the consequences of broken values already drawn, always to the
 * safe side.  A zeroed field never gives anything.  All of it is immutable and lives as long as its entry. */
#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include "base/clock.h"
#include "model/entry.h"
#include "model/filter.h"
#include "model/period.h"

#include <stdbool.h>
#include <stdint.h>

/* "PATTERN" or "PATTERN SP FILTER".
 *   dgPermission, dgOptionalPermission, dgOrganizationPermission: broken values are not in the list at all.
 *   dgDeny: a broken filter leaves the pattern without filter (denies all it matches), a broken pattern becomes "*".
 *   dgRestricts: likewise (without filter it takes away what the pattern matches). */
struct rule {
	const char *text;            /* the value as it stands in the directory */
	const char *pattern;
	const struct filter *filter; /* NULL: none */
};
struct rules { uint32_t count; const struct rule *items; };

/* dgObligation: "PATTERN SP TEXT".  Broken ones are not here but in the restriction's `restricts`. */
struct obligation { const char *value; const char *pattern; const char *text; };
struct obligations { uint32_t count; const struct obligation *items; };

struct strings { uint32_t count; const char *const *items; };

/* Values of a DN-valued attribute.  `broken` counts values that are no DN; what is behind a node is for the reader to
 * see.  `nodes` are without doubles, in the order of the values. */
struct references { uint32_t count; uint32_t broken; const node_id *nodes; };

/* A SINGLE-VALUE DN.  Two values or no DN: present and NODE_NONE. */
struct reference { bool present; node_id node; };

enum status { STATUS_DISABLED = 0, STATUS_ACTIVE, STATUS_DEACTIVATED, STATUS_INVITED, STATUS_REQUESTED };
enum visibility { VISIBILITY_PRIVATE = 0, VISIBILITY_PUBLIC };
enum join { JOIN_CLOSED = 0, JOIN_REQUEST, JOIN_OPEN };

/* dgOrganization */
struct organization {
	enum status status;          /* ACTIVE or DISABLED */
	enum visibility visibility;
	enum join join;
	bool people_base_present;    /* dgPeopleBase is there, even if broken: then the entry itself is no people base */
	struct references people_base;
	struct reference default_workspace, default_role, public_role, owner_role, creator_role, plan, join_role;
	struct strings forbidden;    /* patterns; a broken one is "*" */
	struct strings known_names;  /* dgKnownPermission: NAME … */
	struct strings known_labels; /* … and LABEL ("" if none), same index */
};

/* dgWorkspace; not for an entry that is an organization as well */
struct workspace {
	enum status status;          /* ACTIVE or DISABLED */
	enum visibility visibility;
	bool join_present;           /* else the organization's default */
	enum join join;
	bool isolated;               /* broken: true */
	struct reference join_role;
	struct references owner;
	struct strings forbidden;
	const char *color;           /* NULL: none */
	const char *token_hash;      /* NULL: none */
};

/* dgRole */
struct role {
	struct rules permission, optional, organization, deny;
	struct strings ceiling;      /* patterns; a broken one is "" and matches nothing */
	struct references inherits, may_assign, requires_plan;
	bool plan_required;          /* dgRequiresPlan is there, even if broken */
	bool keep_holder;            /* broken: true */
	int32_t rank;                /* 0 if absent or broken */
};

/* dgRestriction */
struct restriction {
	struct rules restricts;      /* broken obligations included, without filter */
	struct obligations obligations;
	bool applies_to_present;
	struct references applies_to, requires_plan;
	bool plan_required;
};

/* dgBinding and dgBoundGroup */
struct binding {
	bool bound_group;            /* the entry is a group, whose members are the members */
	bool gives_roles;            /* dgGrantsRole is there, even if broken; false: a binding that only narrows */
	struct references roles, scope, restricted_by;
	bool scope_present;          /* dgScope is there, even if broken */
	struct references member;    /* member and uniqueMember; empty for a bound group */
	struct strings member_uid;
	bool filter_present;
	const struct filter *filter; /* dgMemberFilter; several values: any of them (an OR).  NULL with filter_present: all
	                                are broken; see filter_broken */
	bool filter_broken;          /* at least one dgMemberFilter does not parse */
	struct rules extra;          /* dgPermission on the binding */
	bool disabled;               /* dgDisabled is TRUE */
	bool broken;                 /* a time, window, dgDisabled or dgMemberFilter does not parse: grants nothing */
	instant not_before;          /* INSTANT_MIN if absent or broken (counts as inside) */
	instant not_after;           /* INSTANT_MAX if absent or broken */
	uint32_t during_count;       /* 0: always */
	bool during_broken;          /* a window does not parse: counts as inside for limits */
	const struct period *during;
};

/* dgGroupRule */
struct group_rule {
	bool sound;                  /* pattern and bases are there and parse, dgDisabled parses */
	bool disabled;               /* TRUE or broken */
	struct references base;      /* dgGroupBase */
	struct references restricted_by;
	/* The pattern, cut at its placeholders: literal[0] PLACE[0] literal[1] PLACE[1] … literal[places] */
	uint32_t places;
	const char *const *literals;
	const enum group_rule_place { PLACE_ROLE = 0, PLACE_WORKSPACE } *place;
};

/* dgRoleSet */
struct role_set {
	struct references roles;     /* dgRoleMember */
	uint32_t maximum;            /* broken: 0 */
	uint32_t minimum;            /* 0 if absent or broken */
	bool dynamic;                /* broken: false, static */
};

/* dgPlan */
struct plan {
	bool limited;                /* dgSeats is there */
	uint32_t seats;              /* broken: 0 */
};

struct property { const char *name; const char *value; };

/* dgResource and dgKnownResource */
struct resource {
	const char *type;            /* NULL: broken (two values, none): no question finds it */
	uint32_t count;
	const struct property *properties;
	struct references owner, member;
};

/* dgInvitation */
struct invitation {
	enum status status;          /* INVITED or REQUESTED; STATUS_DISABLED if broken: it waits for nobody */
	struct references roles, scope, restricted_by, member;
	struct strings mail;
	instant not_after;           /* INSTANT_MAX if absent; broken: INSTANT_MIN, it is over */
	const char *token_hash;
};

/* memberURL of a groupOfURLs: ldap:///base??scope?filter (RFC 4516) */
struct member_url {
	node_id base;
	enum member_scope { SCOPE_BASE = 0, SCOPE_ONE, SCOPE_SUBTREE } scope;
	const struct filter *filter; /* NULL: everything */
};

/* Every kind of group. */
struct group {
	bool distribution;           /* an Active Directory distribution group, or one whose groupType is missing or broken:
	                                gives nothing, but may be shown */
	struct references member;    /* member, uniqueMember, roleOccupant; for a nested role of 389-ds its nsRoleDN values */
	struct strings member_uid;   /* of a posixGroup */
	const char *gid_number;      /* of a posixGroup, in plain decimal; NULL: none */
	const char *sid;             /* objectSid as text "S-1-…", NULL: none */
	uint32_t url_count;
	const struct member_url *urls;
	bool managed_role;           /* 389-ds: members are those whose nsRoleDN names it */
	bool nested_role;            /* 389-ds: `member` are the roles whose members are its own */
	bool scoped;                 /* 389-ds roles: only entries below the role's parent (and nsRoleScopeDN) are members */
	struct references role_scope;
	bool members_unknown;        /* a memberURL or nsRoleFilter does not parse: anybody may be a member, for limits */
	bool filter_present;         /* nsFilteredRoleDefinition */
	const struct filter *filter; /* NULL with filter_present: broken, nobody */
};

/* A person or service account; whoever is not active may do nothing. */
struct person {
	enum status status;          /* ACTIVE, DEACTIVATED or INVITED by dgStatus; DISABLED: a broken dgStatus */
	const char *locked_by;       /* the attribute by which the directory itself says that she is disabled, or that does
	                                not parse; NULL: none */
	instant expires;             /* from then on disabled (accountExpires, shadowExpire); INSTANT_MAX: never */
	struct reference plan;
	const char *gid_number;      /* in plain decimal; NULL: none */
	const char *primary_group_sid; /* of primaryGroupID in the domain of objectSid; NULL: none */
	struct references roles;     /* nsRoleDN */
};

#endif

/* What the files of a probe share: probe.c (the table of checks, one server after the other), probe_search.c (asking),
 * probe_remedy.c (texts to paste), probe_connection.c, probe_schema.c, probe_reading.c, probe_following.c,
 * probe_server.c, probe_access.c, probe_settings.c (the checks).  Internal to the probe. */
#ifndef DIRECTORY_PROBE_PARTS_H
#define DIRECTORY_PROBE_PARTS_H

#include "base/text.h"
#include "directory/follower/position.h"
#include "directory/probe/probe.h"
#include "model/parse_schema.h"

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vendor { VENDOR_OTHER = 0, VENDOR_OPENLDAP, VENDOR_389, VENDOR_AD };

/* What has to be there for an entry to mean anything: a class, and attributes of which one is enough. */
#define PROBE_DEMANDS_MAX 64
struct demand_count {
	size_t entries, without; /* of the class; those that show none of the attributes */
};

/* What a whole reading saw. */
struct probe_reading {
	bool done;     /* it was tried */
	int code;      /* LDAP_SUCCESS: all that there is */
	size_t entries, ours, values, references;
	size_t memberships, largest; /* values that name members; those of the largest group */
	char *largest_dn;
	bool ranged;   /* a part of the members came under another name (";range=") */
	double seconds;
	uint32_t kinds[KIND_COUNT];
	struct demand_count demands[PROBE_DEMANDS_MAX];
};

/* One server that is being probed. */
struct probe {
	const struct probe_options *options;
	unsigned number;            /* of the URI */
	const char *uri;
	struct session *session;    /* NULL: it cannot be asked */
	struct error failure;       /* why it cannot */
	enum vendor vendor;
	char *context;              /* naming context of the base */
	char *identity;             /* DN; "": anonymous; NULL: the server does not say */
	char *database;             /* its entry below cn=config; NULL: not readable, or no OpenLDAP */
	bool synchronizes;          /* content synchronization works for this identity, here */
	struct probe_reading reading;
	struct position position;
	struct text found, remedy;  /* of the check that is running */
};

typedef enum probe_state probe_check(struct probe *probe);

/* ---- the checks, in the order in which they are made: those further down build on what was found before ---- */

probe_check probe_connection, probe_tls;                      /* probe_connection.c */
probe_check probe_identity, probe_vendor, probe_base;         /* probe_server.c */
probe_check probe_schema;                                     /* probe_schema.c */
probe_check probe_following, probe_deletes, probe_position;   /* probe_following.c */
probe_check probe_read_whole, probe_entries, probe_rights, probe_passwords, probe_references, probe_groups,
	probe_ranges, probe_paging;                               /* probe_reading.c */
probe_check probe_clock, probe_overlays, probe_idle;          /* probe_settings.c */

probe_check probe_strangers, probe_writing;                   /* probe_access.c */

/* How far the server has come now; empty: it does not say. */
void probe_position_read(struct probe *probe, struct position *position);

/* ---- asking (probe_search.c) ---- */

struct probe_search {
	const char *base;
	int scope;
	const char *filter;             /* NULL: (objectClass=*) */
	const char *const *attributes;  /* NULL-terminated; NULL: none */
	bool names_only;                /* of attributes, without their values */
	int size_limit;                 /* 0: none */
	LDAPControl *control;           /* NULL: none */
	void (*take)(void *context, LDAP *ldap, LDAPMessage *entry); /* NULL: entries are only counted */
	void *context;
	/* What came. */
	size_t entries, references;
	LDAPControl **controls;         /* of the result; to be freed by ldap_controls_free */
};
/* The result code; a negative one of libldap when the server did not answer. */
int probe_search(struct probe *probe, struct probe_search *search);

/* One attribute of one entry, to be freed by ldap_value_free_len; NULL: it cannot be read. */
struct berval **probe_values(struct probe *probe, const char *dn, const char *attribute);
/* Its first value as text, to be freed; NULL: it cannot be read. */
char *probe_value(struct probe *probe, const char *dn, const char *attribute);
bool probe_root_has(struct probe *probe, const char *attribute, const char *value);

/* ---- texts to paste (probe_remedy.c) ---- */

/* A name from outside, as it may stand in a command: itself, or `otherwise` if it has octets that a shell or a server's
 * configuration would take for something else. */
const char *remedy_plain(const char *name, const char *otherwise);
const char *remedy_base(const struct probe *probe);
const char *remedy_identity(const struct probe *probe); /* a DN, or words in its place */
/* A line of the database's configuration, for cn=config and for slapd.conf: "olcLimits", "limits", the rest. */
void remedy_openldap(struct probe *probe, const char *attribute, const char *directive, const char *prefix,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Who it is, in OpenLDAP's rules: dn.exact="…", or anonymous. */
void remedy_who(const struct probe *probe, struct text *who);
/* This identity may read what is below `dn`: attributes with commas between them, or all ("") but passwords. */
void remedy_openldap_read(struct probe *probe, const char *dn, const char *attributes);
void remedy_openldap_no_passwords(struct probe *probe);
/* An access rule for 389 Directory Server: what of which attributes. */
void remedy_389_aci(struct probe *probe, const char *name, const char *target, const char *rights);
void remedy_begin_modify(struct probe *probe, const char *dn, const char *who);
void remedy_end_modify(struct probe *probe);

#endif

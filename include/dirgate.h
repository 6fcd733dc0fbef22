/* libdirgate: who may do what, and why, from LDIF files, from a directory, or from a running gateway.
 *
 *     char *why = NULL;
 *     struct dirgate *gate = dirgate_open_ldif((const char *[]){"examples/respondio", NULL}, NULL, &why);
 *     struct dirgate_question question = {.subject = "lena", .action = "contacts.read", .workspace = "support"};
 *     struct dirgate_answer *answer = dirgate_ask(gate, &question, &why);
 *     puts(answer->outcome == DIRGATE_ALLOW ? "yes" : answer->reason);
 *     dirgate_answer_free(answer);
 *     dirgate_close(gate);
 *
 * Rules that hold for all of it:
 * - A handle may be used by any number of threads at once; an answer belongs to the thread that asked.
 * - A function that fails returns NULL (or a negative number) and, if `why` is not NULL, sets *why to a message for a
 *   person (what happened, where, what to do), which the caller frees with free().
 * - Strings are UTF-8.  What an answer points to lives until the answer is freed.
 * - A zeroed outcome is a deny.  "Cannot decide" is neither allow nor deny: do not treat it as either without thought.
 */
#ifndef DIRGATE_H
#define DIRGATE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dirgate; /* opaque */

/* ---- Opening ---- */

/* What a site may set; NULL or a zeroed struct: the defaults.  Lists are NULL-terminated. */
struct dirgate_settings {
	const char *person_filter;                     /* which entries are people (RFC 4515) */
	const char *const *person_ids;                 /* attributes that name them, in order */
	const char *const *subject_types;              /* further AuthZEN subject types that mean people */
	const char *const *trusted_subject_properties; /* what callers may state about the subject */
	const char *const *caller_properties;          /* … about a resource that the directory keeps */
	const char *const *writable_attributes;        /* of users.update */
};

/* LDIF files, or folders of them; NULL-terminated. */
struct dirgate *dirgate_open_ldif(const char *const *paths, const struct dirgate_settings *settings, char **why);

/* A directory server.  One that offers content synchronization (RFC 4533) is followed at once; else it is asked again and
 * again, and what is gone is seen after half of max_staleness, at most 30 s. */
struct dirgate_directory {
	const char *uri;           /* ldap://, ldaps:// or ldapi:// */
	const char *const *replicas; /* further servers with the same entries, at most 15, NULL-terminated; NULL: none */
	const char *base;
	const char *mechanism;     /* NULL: simple bind with `bind_dn` (anonymous without); "EXTERNAL", "GSSAPI", "SCRAM-SHA-256" */
	const char *bind_dn;
	const char *password_file; /* must not be readable by others */
	const char *user;          /* SCRAM-SHA-256: whose password it is; GSSAPI: the principal in the keytab, NULL: its first */
	const char *keytab;        /* GSSAPI; must not be readable by others; NULL: the tickets of kinit */
	bool start_tls;            /* on ldap: to this machine too; to others it is done anyhow */
	const char *ca_file;       /* NULL: the system's certificates */
	const char *certificate_file, *key_file; /* of the client, for EXTERNAL; NULL: none */
	int wait;                  /* seconds for the first load, 0: 30 */
	int max_staleness;         /* seconds; what was not proven equal to the directory for so long cannot decide, 0: 60 */
	bool writable;             /* dirgate_apply may change the directory, as the identity that binds */
};
/* Reads it whole and follows it from then on, in a thread of its own, until dirgate_close. */
struct dirgate *dirgate_open_directory(const struct dirgate_directory *directory,
                                       const struct dirgate_settings *settings, char **why);

/* A running gateway ("http://127.0.0.1:8080", "unix:/run/dirgate/http.sock").  Its own configuration counts, and what
 * whoever asks there may ask; nothing is connected before the first question. */
struct dirgate *dirgate_open_gateway(const char *url, char **why);

void dirgate_close(struct dirgate *gate); /* NULL is allowed */

/* ---- Asking ---- */

struct dirgate_property {
	const char *name;
	const char *value;
};

/* The last four are objects as JSON texts, {"owner": "mia", "tags": ["a", "b"]}, or NULL: all that AuthZEN lets a question
 * carry.  null and [] say that something is known to be absent; what is left out is not said, and unknown.  They are nested
 * at most DIRGATE_NESTING_MAX deep, with at most DIRGATE_VALUES_MAX members and items in all.  What is given beside one of them as well (properties; workspace and active_roles, which
 * are members of the context) is an error. */
struct dirgate_question {
	const char *subject;       /* id, organization/id, or DN */
	const char *subject_type;  /* NULL: "user" */
	const char *action;
	const char *workspace;     /* where; NULL: as the resource says, else the subject's organization */
	const char *resource_type; /* NULL: nothing is known of the resource */
	const char *resource_id;
	const struct dirgate_property *properties; /* of the resource, those that are plain strings */
	size_t property_count;
	const char *const *active_roles; /* NULL: all; NULL-terminated */
	const char *at;            /* RFC 3339; NULL: now */
	const char *subject_properties;  /* only those count that the site trusts callers with */
	const char *action_properties;   /* what is to be done, such as {"attribute": "title"} of users.update */
	const char *resource_properties;
	const char *context;             /* {"ip": "192.0.2.7"} … */
};
#define DIRGATE_NESTING_MAX 60 /* objects and arrays inside one another */
#define DIRGATE_VALUES_MAX 1000 /* in properties and context together, those inside others too */

enum dirgate_outcome { DIRGATE_DENY = 0, DIRGATE_ALLOW = 1, DIRGATE_CANNOT_DECIDE = 2 };

/* One step of the way from the subject to a permission. */
struct dirgate_step {
	const char *kind; /* "subject", "group", "binding", "owner", "rule", "default", "public", "invitation", "role",
	                     "value", "restriction"; "entry": another one that stopped it, such as a workspace */
	const char *dn;   /* NULL for a value */
	const char *text; /* of a value: the attribute and what it says; of a restriction: what took it away; else the id,
	                     "" without one */
};

/* One way by which the subject holds, or nearly held, what was asked; before these, each limit that stopped it. */
struct dirgate_chain {
	const char *reason;  /* "granted", or the code of what stopped it */
	const char *meaning; /* the same in words */
	size_t step_count;
	const struct dirgate_step *steps;
};

struct dirgate_answer {
	enum dirgate_outcome outcome;
	const char *reason;  /* a code of the closed list: "granted", "no-grant", "explicit-deny" … */
	const char *meaning; /* the same in words */
	const char *missing; /* "missing-property": which one; else NULL */
	size_t obligation_count;
	const char *const *obligations;
	const char *until;   /* RFC 3339: when an allow ends by time, or NULL; only from dirgate_explain, as the chains are */
	size_t chain_count;
	const struct dirgate_chain *chains;
	const char *json;    /* the answer as the gateway would give it, one line */
};

struct dirgate_answer *dirgate_ask(struct dirgate *gate, const struct dirgate_question *question, char **why);
struct dirgate_answer *dirgate_explain(struct dirgate *gate, const struct dirgate_question *question, char **why);
void dirgate_answer_free(struct dirgate_answer *answer);

/* ---- Effective permissions ---- */

struct dirgate_permission {
	const char *name;
	const char *state;     /* "yes", "conditional", or "denied": a role gives it and a limit takes it away */
	const char *detail;    /* conditional: the filter over the resource; denied: the reason; else NULL */
	const char *until;     /* RFC 3339, or NULL: no end by time */
	size_t obligation_count;
	const char *const *obligations;
};

struct dirgate_role {
	const char *id, *dn;
	const char *state;     /* "held", or the code of what stops it at the moment */
	const char *via;       /* DN of the binding, or of the entry that gives it implicitly */
	const char *until;
};

struct dirgate_permissions {
	enum dirgate_outcome outcome; /* allow: here they are; deny: there are none, the reason says why */
	const char *reason;    /* "granted", or why there are none ("unknown-subject" …): then the rest is empty */
	const char *meaning;   /* the same in words */
	const char *subject_dn, *place_dn; /* NULL from a gateway that does not tell DNs, as are those below */
	size_t role_count;
	const struct dirgate_role *roles;
	size_t permission_count;
	const struct dirgate_permission *permissions;
	const char *json;
};

/* subject, subject_type, workspace, active_roles and at of the question count.  One with JSON is refused. */
struct dirgate_permissions *dirgate_permissions(struct dirgate *gate, const struct dirgate_question *question,
                                                char **why);
void dirgate_permissions_free(struct dirgate_permissions *permissions);

/* ---- Resource filters ---- */

/* On which resources of a type the subject may do it. */
struct dirgate_filter {
	enum dirgate_outcome outcome; /* allow: on all, or on those that match; deny: on none, or somebody is not there */
	const char *reason, *meaning;
	const char *result;           /* "always", "never", "filter"; NULL: somebody or something is not there */
	const char *filter;           /* RFC 4515, over the resource's properties; NULL: too long, see the JSON's tree */
	const char *json;
};

/* subject, subject_type, action, workspace, resource_type, active_roles and at of the question count.  One with JSON is refused. */
struct dirgate_filter *dirgate_filter(struct dirgate *gate, const struct dirgate_question *question, char **why);
void dirgate_filter_free(struct dirgate_filter *filter);

/* ---- Lint ---- */

struct dirgate_finding {
	const char *code;      /* "dangling-member" … */
	const char *severity;  /* "error", "warning", "note" */
	const char *dn;        /* whose problem it is */
	const char *attribute; /* or NULL */
	const char *value;     /* or NULL */
	const char *detail;    /* or NULL */
	const char *meaning;   /* what it means for decisions */
	const char *remedy;    /* what to do */
};

/* Errors first, then warnings, then notes; each by DN. */
struct dirgate_findings {
	size_t total;          /* how many there are; more than `count` if it is over 50000 */
	size_t count;
	const struct dirgate_finding *items;
	const char *json;
};

struct dirgate_findings *dirgate_lint(struct dirgate *gate, char **why);
void dirgate_findings_free(struct dirgate_findings *findings);

/* A rule of lint: what a finding with its code means. */
struct dirgate_lint_rule {
	const char *code, *severity;
	const char *finds;     /* what is there that should not be */
	const char *meaning, *remedy;
};
/* Rule number `index`, from 0 on; false: there are no more.  Its strings are static. */
bool dirgate_lint_rule(size_t index, struct dirgate_lint_rule *rule);

/* ---- Tables ---- */

/* What can be listed, by every source. */
enum dirgate_topic {
	DIRGATE_USERS = 0,       /* whose name or mail has a part `search`, or all */
	DIRGATE_USER,            /* one row: the user `name` */
	DIRGATE_USER_WORKSPACES, /* that the user `name` can enter, with the roles there */
	DIRGATE_USER_CLAIMS,     /* what the user `name` holds in each place */
	DIRGATE_WORKSPACES,
	DIRGATE_MEMBERS,         /* of the workspace `name`: who has which access, by which path; "everyone" for who comes in
	                            without a binding */
	DIRGATE_MATRIX,          /* a row for each permission, a column for each role that the workspace `name` knows */
	DIRGATE_ROLES,
	DIRGATE_RESTRICTIONS,
	DIRGATE_GROUP,           /* one row: the group `name` */
	DIRGATE_ORGANIZATION,    /* one row */
	DIRGATE_SUBJECTS,        /* who may: question's action, workspace, resource; subject_type: people, or groups */
	DIRGATE_RESOURCES,       /* on what: question's subject, action, resource_type; workspace: only what is there */
	DIRGATE_ACTIONS,         /* what: question's subject, workspace, resource */
	DIRGATE_TOPICS           /* how many there are */
};

struct dirgate_table_query {
	const char *name;         /* id, organization/id, or DN; of the topics that say so */
	const char *search;       /* NULL: everybody */
	const char *organization; /* of users, workspaces, roles, restrictions: NULL: of all; else NULL: the only one */
	bool around;              /* members: with those who come from the organization around the workspace */
	const struct dirgate_question *question; /* of the topics that say so; of the others `at` alone counts.  NULL: nothing */
};

struct dirgate_table {
	enum dirgate_outcome outcome; /* allow: here it is; deny: somebody or something is not there, the reason says who */
	const char *reason, *meaning; /* of an empty table perhaps why it is: "subject-inactive" … */
	const char *detail;           /* what was looked for, and what is near; NULL: nothing more to say */
	bool single;                  /* one row, about one thing */
	size_t column_count, row_count;
	const char *const *columns;   /* names */
	const char *const *cells;     /* row after row; "" where there is nothing to say */
	const char *json;             /* as the gateway gives it, all pages in one; only a gateway knows who is online */
};

struct dirgate_table *dirgate_table(struct dirgate *gate, enum dirgate_topic topic,
                                    const struct dirgate_table_query *query, char **why);
void dirgate_table_free(struct dirgate_table *table);

/* ---- The whole truth ---- */

/* What one person may do in one place: one permission. */
struct dirgate_report_row {
	const char *organization, *workspace; /* ids; no workspace: the organization itself */
	const char *person, *person_dn;
	const char *permission;
	const char *state, *detail;           /* as in struct dirgate_permission */
	const char *role;       /* the first way by which it is held, as dirgate_explain tells it: the role that the binding */
	const char *binding_dn; /* gives, and those inherited; the binding; the groups on the way, each next one after */
	const char *groups;     /* " > ".  NULL: none */
	const char *until;      /* RFC 3339, or NULL: no end by time */
	const char *json;       /* the row as an object, one line */
};

/* Calls `found` for all that everybody may do everywhere, now, in the order of organization, workspace (the organization
 * itself first), person, permission, each by its id.  All rows are of one moment; what a row points to lives until `found`
 * returns.  What `found` returns, if it is not 0, ends the report and is returned.  Else 0, or negative with why; a gateway
 * gives no report. */
int dirgate_report(struct dirgate *gate, int (*found)(void *context, const struct dirgate_report_row *row), void *context,
                   char **why);

/* ---- Looking at servers ---- */

enum dirgate_probe_state {
	DIRGATE_PROBE_FAILED = 0,    /* it cannot be followed so, or what is read is not what is there */
	DIRGATE_PROBE_WARNING,       /* it works, and will hurt */
	DIRGATE_PROBE_OK,
	DIRGATE_PROBE_NOT_APPLICABLE /* there is no such thing here, or it may not be looked at */
};

struct dirgate_probe_finding {
	const char *server; /* its URI; "": of all of them together */
	const char *check;  /* "connection", "schema", "rights" … */
	enum dirgate_probe_state state;
	const char *found;  /* what, in words */
	const char *remedy; /* lines to paste, comments among them, for this kind of server; NULL: nothing is to be done */
	const char *json;   /* the finding as an object, one line */
};

/* Does each server of a directory give what is needed to follow it?  Nothing is changed there; everything is read once.
 * Calls `found` for each finding as it is made; what it points to lives until `found` returns.  What `found` returns, if it
 * is not 0, ends the probe and is returned.  Negative: the directory could not be asked at all, with why. */
int dirgate_probe(const struct dirgate_directory *directory, const struct dirgate_settings *settings,
                  int (*found)(void *context, const struct dirgate_probe_finding *finding), void *context, char **why);

/* The same of a running gateway: what it says of its sources (/readyz), each a finding with its name as the check. */
int dirgate_probe_gateway(const char *url, int (*found)(void *context, const struct dirgate_probe_finding *finding),
                          void *context, char **why);

/* ---- Watching changes ---- */

struct dirgate_watch; /* opaque; used by one thread at a time */

/* Something happened.  What it points to lives until the next call with the same watch. */
struct dirgate_event {
	const char *time;    /* when it was seen, RFC 3339 */
	const char *event;   /* "source": its state is another; "entry": what is known of one has changed; "index": all entries
	                        of one state have been told, `token` names it */
	const char *source;  /* its name */
	const char *state;   /* source: "loading", "failed", "lost", "following" */
	const char *message; /* source: its server, how much of what there is, or why it was lost; NULL: nothing to say */
	const char *change;  /* entry: "added", "changed", "renamed", "removed" */
	const char *dn;      /* entry: where it is; a removed one: where it was */
	const char *old_dn;  /* entry: where a renamed one was; else NULL */
	const char *kinds;   /* entry: "person", "group binding" …; "": nothing that decisions look at by itself */
	const char *token;   /* index: the snapshot token */
	size_t entries;      /* index: how many changed.  The first one tells the beginning, whose entries are not told */
	const char *json;    /* the event as an object, one line */
};

/* Follows a directory, or LDIF files (NULL-terminated; then `directory` is NULL), from now on.  Nothing is waited for: that a
 * server cannot be reached is an event.  NULL: what is given is not valid. */
struct dirgate_watch *dirgate_watch_open(const struct dirgate_directory *directory, const char *const *ldif,
                                         const struct dirgate_settings *settings, char **why);
/* The next event, waited for at most so long.  NULL: there was none. */
const struct dirgate_event *dirgate_watch_next(struct dirgate_watch *watch, unsigned milliseconds);
void dirgate_watch_close(struct dirgate_watch *watch); /* NULL is allowed */

/* ---- Trying changes ---- */

/* From here on questions see what is after these changes: LDIF (RFC 2849), changes or entries to be added; `name` stands
 * for the text in messages.  0, or negative with why.
 * - On LDIF files: in memory, all of them or none; the files stay as they are.
 * - In a directory that was opened as `writable`: THE DIRECTORY IS CHANGED, record by record, up to the first that fails.
 *   It returns when questions see it.
 * - A gateway cannot do it.
 * One thread at a time. */
int dirgate_apply(struct dirgate *gate, const char *ldif, const char *name, char **why);

/* Takes back all that dirgate_apply did.  In a directory an entry that was deleted comes back as far as it could be read
 * before, and as another one to whoever goes by its entryUUID.  Whoever closes a handle without it leaves the directory
 * changed. */
int dirgate_reset(struct dirgate *gate, char **why);

#ifdef __cplusplus
}
#endif

#endif

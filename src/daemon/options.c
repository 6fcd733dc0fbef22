#include "daemon/options.h"

#include "daemon/flags.h"
#include "directory/follower/follower.h"
#include "directory/follower/source.h"
#include "directory/ldif/ldif_source.h"
#include "directory/server/session.h"
#include "http/server.h"
#include "model/snapshot.h"

#define SECONDS(n) ((n) * INSTANT_SECOND)
#define MINUTES(n) SECONDS((n) * 60)
#define HOURS(n)   MINUTES((n) * 60)

#define NAMES_MAX 256 /* of a list of names */

/* ---- sources ---- */

static const char *const mechanism_words[] = {"auto", "none", "simple", "EXTERNAL", "GSSAPI", "SCRAM-SHA-256", NULL};

static const struct option_row bind_options[] = {
	{.name = "mech", .type = OPTION_CHOICE, .offset = offsetof(struct bind_settings, mechanism),
	 .words = mechanism_words, .fallback = "auto", .letter = 'Y', .argument = "MECH",
	 .help = "How to prove who the gateway is.  auto: simple if dn is set, else none.  EXTERNAL is the certificate of "
	         "tls, or on ldapi: the user of the process."},
	{.name = "dn", .type = OPTION_DN, .offset = offsetof(struct bind_settings, dn), .letter = 'D', .argument = "DN",
	 .help = "Who binds, with simple."},
	{.name = "password_file", .type = OPTION_SECRET, .offset = offsetof(struct bind_settings, password_file),
	 .letter = 'y', .argument = "FILE",
	 .help = "A file with the password as its only line, for simple and SCRAM-SHA-256.  It is read at each connection."},
	{.name = "user", .type = OPTION_TEXT, .offset = offsetof(struct bind_settings, user),
	 .help = "Who authenticates, with SCRAM-SHA-256; with GSSAPI the principal in keytab, its first one if it is not set."},
	{.name = "authzid", .type = OPTION_TEXT, .offset = offsetof(struct bind_settings, authzid),
	 .help = "As whom to act after a SASL bind: dn:DN or u:USER; what follows from the bind if it is not set."},
	{.name = "keytab", .type = OPTION_SECRET, .offset = offsetof(struct bind_settings, keytab),
	 .help = "Keys for GSSAPI, with which tickets are got anew at each connection.  Without it the environment must have "
	         "tickets (kinit)."},
	{.name = NULL},
};

static const struct option_table bind_table = {
	"sources[].bind", "Who the gateway is to the directory server.", sizeof(struct bind_settings), bind_options};

static const char *const starttls_words[] = {"auto", "yes", "no", NULL};
static const char *const verify_words[] = {"yes", "no", NULL};

static const struct option_row source_tls_options[] = {
	{.name = "starttls", .type = OPTION_CHOICE, .offset = offsetof(struct source_tls_settings, starttls),
	 .words = starttls_words, .fallback = "auto", .letter = 'Z',
	 .help = "Whether a connection to ldap: is encrypted before anything else is said.  auto: unless the server is on "
	         "this machine.  A password is never sent in the clear to another machine unless this says no."},
	{.name = "verify", .type = OPTION_CHOICE, .offset = offsetof(struct source_tls_settings, verify),
	 .words = verify_words, .fallback = "yes",
	 .help = "Whether the server's certificate must be good and for that host.  no lets anybody pose as the directory: "
	         "for tests."},
	{.name = "ca", .type = OPTION_PATH, .offset = offsetof(struct source_tls_settings, ca),
	 .help = "The authorities that are believed, PEM; the system's if it is not set."},
	{.name = "crl", .type = OPTION_PATH, .offset = offsetof(struct source_tls_settings, crl),
	 .help = "Lists of revoked certificates, PEM, read at each connection.  One that is out of date stops all."},
	{.name = "certificate", .type = OPTION_PATH, .offset = offsetof(struct source_tls_settings, certificate),
	 .help = "The gateway's certificate, PEM."},
	{.name = "key", .type = OPTION_SECRET, .offset = offsetof(struct source_tls_settings, key),
	 .help = "Its private key, PEM."},
	{.name = NULL},
};

static const struct option_table source_tls_table = {"sources[].tls", "Encryption towards the directory server.",
	sizeof(struct source_tls_settings), source_tls_options};

static const char *const kind_words[] = {"auto", "content-sync", "dirsync", "poll", "ldif", NULL};

static const struct option_row source_options[] = {
	{.name = "name", .type = OPTION_NAME, .offset = offsetof(struct source_settings, name), .needed = true,
	 .help = "A word for it, in logs and snapshot tokens: at most 63 letters, digits and \"-\", \"_\", \".\"."},
	{.name = "kind", .type = OPTION_CHOICE, .offset = offsetof(struct source_settings, kind), .words = kind_words,
	 .fallback = "auto",
	 .help = "How it is read.  content-sync: an LDAP server with Content Synchronization (RFC 4533), such as OpenLDAP "
	         "with the overlay syncprov.  dirsync: a domain controller of Active Directory or Samba.  poll: any LDAP server, "
	         "asked again and again.  ldif: files.  auto: files if ldif is set, else the server is asked what it is, once, "
	         "when it is first reached."},
	{.name = "ldif", .type = OPTION_PATH, .list_max = LDIF_SOURCE_PATHS_MAX,
	 .offset = offsetof(struct source_settings, ldif), .flag = "ldif", .argument = "PATH",
	 .help = "LDIF files, and folders of which every *.ldif is read.  Read again when they change, and with SIGHUP; "
	         "what was read stays while they are broken or gone, and does not become stale."},
	{.name = "uri", .type = OPTION_TEXT, .list_max = SESSION_URIS_MAX, .offset = offsetof(struct source_settings, uri),
	 .letter = 'H', .argument = "URI",
	 .help = "LDAP servers with the same data: ldaps://HOST, ldap://HOST or ldapi://PATH with %2F for each slash.  The "
	         "first that works is followed."},
	{.name = "base", .type = OPTION_DN, .offset = offsetof(struct source_settings, base), .letter = 'b',
	 .argument = "BASE", .help = "The DN below which everything is."},
	{.name = "bind", .type = OPTION_GROUP, .offset = offsetof(struct source_settings, bind), .table = &bind_table,
	 .help = "Who the gateway is to the server."},
	{.name = "tls", .type = OPTION_GROUP, .offset = offsetof(struct source_settings, tls), .table = &source_tls_table,
	 .help = "Encryption."},
	{.name = "policy", .type = OPTION_BOOLEAN, .offset = offsetof(struct source_settings, policy), .fallback = "yes",
	 .help = "Whether the server knows the schema of dirgate.  no: it has people and groups only."},
	{.name = "attributes", .type = OPTION_TEXT, .list_max = SOURCE_ATTRIBUTES_MAX - 1,
	 .offset = offsetof(struct source_settings, attributes),
	 .help = "Attributes of people to read besides those that the policy names."},
	{.name = "heartbeat", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, heartbeat),
	 .least = INSTANT_SECOND / 20, .most = HOURS(1), .fallback = "1s",
	 .help = "How often the server is asked whether what is known is still true.  Shorter than max_staleness."},
	{.name = "heartbeat_limit", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, heartbeat_limit),
	 .least = INSTANT_SECOND / 10, .most = HOURS(1), .fallback = "5s",
	 .help = "A server that does not answer that for so long is given up, and the next one tried."},
	{.name = "behind_limit", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, behind_limit),
	 .least = SECONDS(1), .most = HOURS(24 * 30), .fallback = "60s",
	 .help = "A server that is behind what was read already is not believed: what is known stays, and grows old.  Once all "
	         "servers that answer have been behind for so long, the one that is furthest ahead is believed: the directory "
	         "was restored from a backup."},
	{.name = "reconcile", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, reconcile),
	 .least = SECONDS(1), .most = HOURS(24 * 30), .fallback = "1h",
	 .help = "How often all is read again beside the index, to find changes that the server did not tell."},
	{.name = "connection_age", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, connection_age),
	 .least = SECONDS(1), .most = HOURS(24 * 30), .fallback = "1h",
	 .help = "The longest life of a connection.  A new one is read whole beside the index, as for reconcile, before the "
	         "old one ends."},
	{.name = "interval", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, interval),
	 .least = INSTANT_SECOND / 10, .most = HOURS(24), .fallback = "5s",
	 .help = "With poll: how often the server is asked for what was changed.  With dirsync the same, where the server does "
	         "not say itself that something was; shorter than max_staleness then."},
	{.name = "ids_interval", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, ids_interval),
	 .least = INSTANT_SECOND / 10, .most = HOURS(24 * 30),
	 .help = "With poll: how often the list of all ids is read, which shows what is gone and what was moved.  Only then is it "
	         "proven that what is known is true, so it is shorter than max_staleness; half of that, and at most 30s, if it "
	         "is not set."},
	{.name = "overlap", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, overlap),
	 .least = SECONDS(1), .most = HOURS(24), .fallback = "5s",
	 .help = "With poll: how much of what was changed before the last change is asked for again.  A second more than clocks of "
	         "masters differ, changes take, and replication lags."},
	{.name = "connect_timeout", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, connect_timeout),
	 .least = INSTANT_SECOND / 10, .most = MINUTES(10), .fallback = "5s",
	 .help = "For the connection, for TLS and for the bind, each."},
	{.name = "answer_timeout", .type = OPTION_DURATION, .offset = offsetof(struct source_settings, answer_timeout),
	 .least = INSTANT_SECOND / 10, .most = HOURS(1), .fallback = "30s",
	 .help = "Until a server that was asked says anything."},
	{.name = NULL},
};

static const struct option_table sources_table = {"sources[]",
	"Where people, groups and the policy come from.  A source is LDIF files or an LDAP server: ldif, or uri with base.",
	sizeof(struct source_settings), source_options};

/* ---- listeners and limits ---- */

static const struct option_row listen_options[] = {
	{.name = "address", .type = OPTION_TEXT, .offset = offsetof(struct listener_settings, address), .needed = true,
	 .help = "HOST:PORT, [HOST]:PORT or unix:/PATH; with port 0 any free one."},
	{.name = "mode", .type = OPTION_MODE, .offset = offsetof(struct listener_settings, mode), .least = 1, .most = 0777,
	 .fallback = "0660", .help = "Permissions of a Unix socket."},
	{.name = NULL},
};

static const struct option_table listen_table = {"listen[]",
	"Where questions are answered.  An address that other machines can reach is refused: put a proxy before it.",
	sizeof(struct listener_settings), listen_options};

static const struct option_row limits_options[] = {
	{.name = "body", .type = OPTION_SIZE, .offset = offsetof(struct limits_settings, body), .least = 1024,
	 .most = 1 << 30, .fallback = "1MiB", .help = "Of a request's body; a longer one is answered with 413."},
	{.name = "header", .type = OPTION_SIZE, .offset = offsetof(struct limits_settings, header), .least = 1024,
	 .most = 1 << 20, .fallback = "16KiB", .help = "Of a request's head; a longer one is answered with 431."},
	{.name = "batch", .type = OPTION_NUMBER, .offset = offsetof(struct limits_settings, batch), .least = 1,
	 .most = 1000000, .fallback = "1000", .help = "Questions in one request; more are answered with 413."},
	{.name = "connections", .type = OPTION_NUMBER, .offset = offsetof(struct limits_settings, connections), .least = 1,
	 .most = 1000000, .fallback = "1000", .help = "Open at once, for each listener; more are closed as they come."},
	{.name = "threads", .type = OPTION_NUMBER, .offset = offsetof(struct limits_settings, threads), .least = 1,
	 .most = 256, .fallback = "1", .help = "That answer, for each listener."},
	{.name = "waiting", .type = OPTION_NUMBER, .offset = offsetof(struct limits_settings, waiting), .least = 1,
	 .most = 10000, .fallback = "256",
	 .help = "Requests that wait for what Dirgate-At-Least demands; more are answered with 503 at once."},
	{.name = "request_timeout", .type = OPTION_DURATION, .offset = offsetof(struct limits_settings, request_timeout),
	 .least = SECONDS(1), .most = HOURS(1), .fallback = "30s",
	 .help = "From the end of a request's head to the end of its answer; in whole seconds."},
	{.name = "idle_timeout", .type = OPTION_DURATION, .offset = offsetof(struct limits_settings, idle_timeout),
	 .least = SECONDS(1), .most = HOURS(1), .fallback = "75s",
	 .help = "From one answer to the next request on its connection; in whole seconds."},
	{.name = NULL},
};

static const struct option_table limits_table = {"limits", "What a caller may take.", sizeof(struct limits_settings),
	limits_options};

/* ---- the topmost ---- */

static const char *const level_words[] = {"error", "warning", "info", "debug", NULL};

static const struct option_row top_options[] = {
	{.name = "sources", .type = OPTION_GROUP, .list_max = FOLLOWER_SOURCES_MAX,
	 .offset = offsetof(struct settings, sources), .table = &sources_table, .change = CHANGE_INDEX,
	 .help = "Where people, groups and the policy come from; their suffixes are disjoint, references go across."},
	{.name = "listen", .type = OPTION_GROUP, .list_max = SERVER_LISTENERS_MAX,
	 .offset = offsetof(struct settings, listen), .table = &listen_table, .change = CHANGE_RESTART, .flag = "listen",
	 .argument = "ADDRESS",
	 .help = "Where questions are answered: 127.0.0.1:8080 if nothing is said here and systemd hands over no sockets."},
	{.name = "max_staleness", .type = OPTION_DURATION, .offset = offsetof(struct settings, max_staleness),
	 .least = SECONDS(1), .most = HOURS(24 * 365), .fallback = "60s",
	 .help = "How old the proof may be that the index equals the directory; past it questions are answered with 503.  "
	         "LDIF files that were read never grow old."},
	{.name = "at_least_wait", .type = OPTION_DURATION, .offset = offsetof(struct settings, at_least_wait),
	 .most = SERVER_WAIT_MAX, .fallback = "2s", .change = CHANGE_RESTART,
	 .help = "How long a request waits until the index has come to what it demands with Dirgate-At-Least; past it the "
	         "answer is 503 with the reason not-fresh-enough.  0s: not at all."},
	{.name = "person_filter", .type = OPTION_FILTER, .offset = offsetof(struct settings, person_filter),
	 .fallback = MODEL_PERSON_FILTER, .change = CHANGE_INDEX, .help = "Which entries are people (RFC 4515)."},
	{.name = "person_ids", .type = OPTION_TEXT, .list_max = PERSON_IDS_MAX,
	 .offset = offsetof(struct settings, person_ids),
	 .fallback = "uid, mail, sAMAccountName, userPrincipalName, entryUUID", .change = CHANGE_INDEX,
	 .help = "Attributes by which people are found, after DN and dgId; the first that matches anybody decides."},
	{.name = "subject_types", .type = OPTION_TEXT, .list_max = NAMES_MAX,
	 .offset = offsetof(struct settings, subject_types),
	 .help = "Further types of subjects that name people, beside user, identity, account and service."},
	{.name = "trusted_subject_properties", .type = OPTION_TEXT, .list_max = NAMES_MAX,
	 .offset = offsetof(struct settings, trusted_subject_properties),
	 .help = "Properties of the subject that callers may state; all others are ignored.  A trusted groups adds the "
	         "groups it names to those that the directory knows."},
	{.name = "caller_properties", .type = OPTION_TEXT, .list_max = NAMES_MAX,
	 .offset = offsetof(struct settings, caller_properties),
	 .help = "Properties that callers may state of a resource kept in the directory, where its entry lacks them."},
	{.name = "writable_attributes", .type = OPTION_TEXT, .list_max = NAMES_MAX,
	 .offset = offsetof(struct settings, writable_attributes), .fallback = "givenName, sn, displayName, title, dgHasPlan",
	 .help = "Attributes of people that users.update may change."},
	{.name = "time_zone", .type = OPTION_ZONE, .offset = offsetof(struct settings, time_zone), .change = CHANGE_RESTART,
	 .help = "In which dgDuring is read, such as Europe/Paris; the system's if it is not set."},
	{.name = "log_level", .type = OPTION_CHOICE, .offset = offsetof(struct settings, log_level), .words = level_words,
	 .fallback = "info", .help = "What is worth a line on standard error."},
	{.name = "state_directory", .type = OPTION_PATH, .offset = offsetof(struct settings, state_directory),
	 .change = CHANGE_INDEX,
	 .help = "A folder in which what was read of servers is kept, so that a gateway that is started while they are down "
	         "answers at once, for as long as that is not older than max_staleness.  It must exist, belong to the gateway's "
	         "user or root, and let nobody else write.  One file for each source, NAME.index, which only the gateway's user "
	         "can read; files are believed by the same version with the same configuration only.  Without it nothing is "
	         "kept."},
	{.name = "removal_share", .type = OPTION_NUMBER, .offset = offsetof(struct settings, removal_share), .least = 1,
	 .most = 100, .fallback = "20", .change = CHANGE_INDEX,
	 .help = "Percent of a source's people, of its memberships, of its bindings and of all its entries, each.  Reading it "
	         "whole again may remove no more at once; more (and more than removal_floor) is held back until a second "
	         "reading says the same.  Changes that arrive one by one are obeyed; when they remove as much within a minute "
	         "that is logged, and all is read again to make sure."},
	{.name = "removal_floor", .type = OPTION_NUMBER, .offset = offsetof(struct settings, removal_floor), .least = 1,
	 .most = INT32_MAX, .fallback = "50", .change = CHANGE_INDEX,
	 .help = "So many of each may always be removed at once."},
	{.name = "limits", .type = OPTION_GROUP, .offset = offsetof(struct settings, limits), .table = &limits_table,
	 .change = CHANGE_RESTART, .help = "What a caller may take."},
	{.name = NULL},
};

const struct option_table options_top = {"", "The topmost keys.", sizeof(struct settings), top_options};

/* ---- what only the command line has ---- */

static const struct option_row command_options[] = {
	{.name = "config", .type = OPTION_PATH, .offset = offsetof(struct command, config), .flag = "config",
	 .argument = "FILE",
	 .help = "The configuration, instead of /etc/dirgate/dirgate.yaml, which is read if it is there and no source is "
	         "named on the command line."},
	{.name = "check", .type = OPTION_BOOLEAN, .offset = offsetof(struct command, check), .flag = "check",
	 .help = "Read all, connect, load once, say line by line what is wrong, and end: with status 0 if nothing is."},
	{.name = "verbose", .type = OPTION_BOOLEAN, .offset = offsetof(struct command, verbose), .letter = 'v',
	 .help = "Log everything, as log_level: debug does."},
	{.name = "help", .type = OPTION_BOOLEAN, .offset = offsetof(struct command, help), .flag = "help", .letter = 'h',
	 .help = "This list."},
	{.name = "version", .type = OPTION_BOOLEAN, .offset = offsetof(struct command, version), .flag = "version",
	 .help = "Which version this is."},
	{.name = "manual", .type = OPTION_NUMBER, .offset = offsetof(struct command, manual), .least = 5, .most = 8,
	 .flag = "manual", .argument = "SECTION"},
	{.name = NULL},
};

const struct option_table options_command = {"", "What only the command line has.", sizeof(struct command),
	command_options};

#include <errno.h>
#include <fcntl.h>
#include <sasl/sasl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "directory/server/kerberos.h"
#include "directory/server/session_parts.h"

#define PASSWORD_SIZE (SESSION_PASSWORD_MAX + 2) /* a newline and a NUL */
#define LAYER_LEAST   56                         /* what Kerberos calls encryption, the least of it */

/* ---- mechanisms ---- */

/* Of SASL; without one the bind is simple, or anonymous. */
struct mechanism {
	const char *name;
	bool has_password;
	bool has_tickets; /* and with them a layer that encrypts and proves the server */
};

static const struct mechanism mechanisms[] = {
	{.name = "EXTERNAL"}, {.name = "GSSAPI", .has_tickets = true}, {.name = "SCRAM-SHA-256", .has_password = true},
};

static const struct mechanism *mechanism_find(const char *name)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (strcasecmp(mechanisms[i].name, name) == 0)
			return &mechanisms[i];
	return NULL;
}

static int simple_check(const struct session_options *options, struct error *why)
{
	if (options->bind_dn && !options->password_file)
		return error_set(why, -EINVAL, "a simple bind as \"%s\" needs a password file; without a password a server would "
		                 "take it for an anonymous one (RFC 4513 section 5.1.2)", options->bind_dn);
	if (!options->bind_dn && options->password_file)
		return error_set(why, -EINVAL, "there is a password file, but no bind DN that it belongs to");
	return 0;
}

static int sasl_check(const struct mechanism *mechanism, const struct session_options *options, struct error *why)
{
	if (mechanism->has_password && (!options->sasl_user || !options->password_file))
		return error_set(why, -EINVAL, "%s needs a user and a password file", mechanism->name);
	if (!mechanism->has_password && options->password_file)
		return error_set(why, -EINVAL, "there is a password file, but %s uses none", mechanism->name);
	if (strcmp(mechanism->name, "EXTERNAL") == 0 && !options->certificate_file)
		for (size_t i = 0; i < SESSION_URIS_MAX && options->uris[i]; i++)
			if (!session_uri_has_scheme(options->uris[i], "ldapi"))
				return error_set(why, -EINVAL, "EXTERNAL at %s needs a client certificate and its key; without them it "
				                 "works on ldapi: only", options->uris[i]);
	return 0;
}

int session_bind_check(const struct session_options *options, struct error *why)
{
	const struct mechanism *mechanism = options->mechanism ? mechanism_find(options->mechanism) : NULL;

	if (options->mechanism && !mechanism)
		return error_set(why, -EINVAL, "\"%s\" is no mechanism that is known here; write EXTERNAL, GSSAPI or "
		                 "SCRAM-SHA-256, or none for a simple bind", options->mechanism);
	if (options->keytab && !(mechanism && mechanism->has_tickets))
		return error_set(why, -EINVAL, "there is a keytab, but it is for the mechanism GSSAPI only");
	return mechanism ? sasl_check(mechanism, options, why) : simple_check(options, why);
}

/* ---- secrets ---- */

int session_secret_open(const char *path, const char *what, struct error *why)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (file < 0 || fstat(file, &status) < 0) {
		int code = -errno;

		if (file >= 0)
			close(file);
		return error_set(why, code, "%s %s: %s", what, path, strerror(-code));
	}
	if (status.st_mode & S_IRWXO) {
		close(file);
		return error_set(why, -EPERM, "%s %s: others may use it; chmod o= %s", what, path, path);
	}
	return file;
}

/* Reads the one line of the file into `password` of PASSWORD_SIZE octets. */
static int password_read(const char *path, char *password, struct error *why)
{
	int file = session_secret_open(path, "password file", why);
	ssize_t length;

	if (file < 0)
		return file;
	length = read(file, password, PASSWORD_SIZE - 1);
	close(file);
	if (length < 0)
		return error_set(why, -EIO, "password file %s cannot be read", path);
	password[length] = '\0';
	if (length > 0 && password[length - 1] == '\n')
		password[--length] = '\0';
	if (length > 0 && password[length - 1] == '\r')
		password[--length] = '\0';
	/* RFC 4513 section 5.1.2: a name without a password is an anonymous bind that looks like success. */
	if (length == 0)
		return error_set(why, -EINVAL, "password file %s: the password is empty", path);
	if (length > SESSION_PASSWORD_MAX || strlen(password) != (size_t)length || strchr(password, '\n'))
		return error_set(why, -EINVAL, "password file %s: not one line of at most %d octets", path, SESSION_PASSWORD_MAX);
	return 0;
}

/* ---- bind ---- */

struct credentials {
	const struct session_options *options;
	const char *password; /* "": none */
};

/* What a SASL mechanism may ask for. */
static int sasl_answer(LDAP *ldap, unsigned flags, void *context, void *questions)
{
	const struct credentials *credentials = context;

	(void)ldap;
	(void)flags;
	for (sasl_interact_t *question = questions; question->id != SASL_CB_LIST_END; question++) {
		const char *answer = question->id == SASL_CB_AUTHNAME ? credentials->options->sasl_user
		                     : question->id == SASL_CB_USER   ? credentials->options->sasl_authzid
		                     : question->id == SASL_CB_PASS   ? credentials->password
		                                                      : question->defresult;

		question->result = answer ? answer : "";
		question->len = (unsigned)strlen(question->result);
	}
	return LDAP_SUCCESS;
}

/* Must the mechanism itself encrypt what follows?  Servers refuse a second layer inside TLS (Active Directory, 53). */
static bool wants_layer(const struct session *session, const struct mechanism *mechanism)
{
	return mechanism->has_tickets && !session_wants_tls(session) && !session_uri_has_scheme(session->uri, "ldapi");
}

/* All is set, since SASL_* in ldap.conf and LDAPSASL_* may have set it otherwise. */
static int sasl_apply(const struct session *session, const struct mechanism *mechanism, struct error *why)
{
	/* GSSAPI alone: SCRAM without -PLUS must not say that it could have bound itself (RFC 5802 section 6, "y"). */
	const int binding = mechanism->has_tickets && session_wants_tls(session) ? LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT
	                                                                         : LDAP_OPT_X_SASL_CBINDING_NONE;
	struct text layer;
	int result;

	text_init(&layer, 100);
	if (wants_layer(session, mechanism))
		text_print(&layer, "noanonymous,noplain,minssf=%d,maxssf=2147483647,maxbufsize=65536", LAYER_LEAST);
	else
		text_print(&layer, "noanonymous,noplain,minssf=0,maxssf=0,maxbufsize=65536");
	result = ldap_set_option(session->ldap, LDAP_OPT_X_SASL_SECPROPS, text_string(&layer));
	text_release(&layer);
	if (result != LDAP_OPT_SUCCESS || ldap_set_option(session->ldap, LDAP_OPT_X_SASL_CBINDING, &binding) != LDAP_OPT_SUCCESS)
		return error_set(why, -EIO, "%s: libldap does not take its options of SASL", session->uri);
	return 0;
}

/* A server that says "success" too early makes libldap leave the layer away, and with it the proof of who the server is. */
static int layer_check(const struct session *session, struct error *why)
{
	ber_len_t strength = 0;

	if (ldap_get_option(session->ldap, LDAP_OPT_X_SASL_SSF, &strength) != LDAP_OPT_SUCCESS || strength < LAYER_LEAST)
		return error_set(why, -EIO, "%s: bind as GSSAPI: the server did not prove who it is, nor encrypt; use TLS",
		                 session->uri);
	return 0;
}

static int bind_failed(const struct session *session, int code, const char *as, struct error *why)
{
	struct text what;

	text_init(&what, 400);
	text_print(&what, "bind as %.300s", as);
	session_error(session, code, text_string(&what), why);
	text_release(&what);
	return -EIO;
}

static int sasl_bind(const struct session *session, const struct mechanism *mechanism, const char *password,
                     struct error *why)
{
	struct credentials credentials = {session->options, password};
	int result = sasl_apply(session, mechanism, why);

	if (result < 0)
		return result;
	result = ldap_sasl_interactive_bind_s(session->ldap, NULL, mechanism->name, NULL, NULL, LDAP_SASL_QUIET, sasl_answer,
	                                      &credentials);
	if (result != LDAP_SUCCESS)
		return bind_failed(session, result, mechanism->name, why);
	return wants_layer(session, mechanism) ? layer_check(session, why) : 0;
}

static int simple_bind(const struct session *session, const char *password, struct error *why)
{
	const char *dn = session->options->bind_dn;
	struct berval secret = {strlen(password), (char *)(uintptr_t)password};
	int result = ldap_sasl_bind_s(session->ldap, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);

	return result == LDAP_SUCCESS ? 0 : bind_failed(session, result, dn ? dn : "anonymous", why);
}

static int tickets_acquire(const struct session_options *options, struct kerberos_tickets **tickets, struct error *why)
{
	int file = session_secret_open(options->keytab, "keytab", why);

	if (file < 0)
		return file;
	close(file);
	return kerberos_acquire(options->keytab, options->sasl_user, tickets, why);
}

int session_bind(const struct session *session, struct error *why)
{
	const struct session_options *options = session->options;
	const struct mechanism *mechanism = options->mechanism ? mechanism_find(options->mechanism) : NULL;
	struct kerberos_tickets *tickets = NULL;
	char password[PASSWORD_SIZE] = "";
	int result = session_bind_check(options, why);

	if (result == 0 && options->password_file)
		result = password_read(options->password_file, password, why);
	if (result == 0 && options->keytab)
		result = tickets_acquire(options, &tickets, why);
	if (result == 0)
		result = mechanism ? sasl_bind(session, mechanism, password, why) : simple_bind(session, password, why);
	kerberos_drop(tickets);
	explicit_bzero(password, sizeof(password));
	return result;
}

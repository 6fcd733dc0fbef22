#include "directory/server/session.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/memory.h"
#include "directory/server/session_parts.h"

#define READ_AHEAD 65536 /* octets */

/* ---- options ---- */

/* The texts besides the URIs. */
static const size_t text_fields[] = {
	offsetof(struct session_options, ca_file),       offsetof(struct session_options, certificate_file),
	offsetof(struct session_options, key_file),      offsetof(struct session_options, mechanism),
	offsetof(struct session_options, bind_dn),       offsetof(struct session_options, password_file),
	offsetof(struct session_options, sasl_user),     offsetof(struct session_options, sasl_authzid),
	offsetof(struct session_options, keytab),        offsetof(struct session_options, crl_file),
};
#define TEXT_FIELDS (sizeof(text_fields) / sizeof(*text_fields))

static const char **text_field(struct session_options *options, size_t i)
{
	return (const char **)(void *)((char *)options + text_fields[i]);
}

static unsigned or_default(unsigned value, unsigned otherwise)
{
	return value > 0 ? value : otherwise;
}

struct session_options *session_options_copy(const struct session_options *options)
{
	struct session_options *copy = memory_alloc(sizeof(*copy));

	*copy = *options;
	for (size_t i = 0; i < SESSION_URIS_MAX && copy->uris[i]; i++)
		copy->uris[i] = memory_string(copy->uris[i]);
	for (size_t i = 0; i < TEXT_FIELDS; i++)
		if (*text_field(copy, i))
			*text_field(copy, i) = memory_string(*text_field(copy, i));
	copy->connect_ms = or_default(copy->connect_ms, 5000);
	copy->answer_ms = or_default(copy->answer_ms, 30000);
	copy->keepalive_idle_s = or_default(copy->keepalive_idle_s, 2);
	copy->keepalive_interval_s = or_default(copy->keepalive_interval_s, 1);
	copy->keepalive_probes = or_default(copy->keepalive_probes, 2);
	return copy;
}

void session_options_free(struct session_options *options)
{
	if (!options)
		return;
	for (size_t i = 0; i < SESSION_URIS_MAX && options->uris[i]; i++)
		free((char *)(uintptr_t)options->uris[i]);
	for (size_t i = 0; i < TEXT_FIELDS; i++)
		free((char *)(uintptr_t)*text_field(options, i));
	free(options);
}

bool session_uri_has_scheme(const char *uri, const char *scheme)
{
	return strncasecmp(uri, scheme, strlen(scheme)) == 0 && strncmp(uri + strlen(scheme), "://", 3) == 0;
}

static int uri_check(const char *uri, struct error *why)
{
	LDAPURLDesc *parsed;
	int result;

	if (!session_uri_has_scheme(uri, "ldap") && !session_uri_has_scheme(uri, "ldaps") && !session_uri_has_scheme(uri, "ldapi"))
		return error_set(why, -EINVAL, "\"%s\" is no address of a directory server; write ldap://HOST[:PORT], "
		                 "ldaps://HOST[:PORT] or ldapi://PATH (with / as %%2F)", uri);
	/* libldap would take it for a list, of which the second was not looked at. */
	if (strpbrk(uri, " ,\t\r\n"))
		return error_set(why, -EINVAL, "\"%s\" is not one address: give each one by itself", uri);
	if ((result = ldap_url_parse(uri, &parsed)) != LDAP_URL_SUCCESS)
		return error_set(why, -EINVAL, "\"%s\" is no LDAP URI (RFC 4516), error %d", uri, result);
	ldap_free_urldesc(parsed);
	return 0;
}

int session_options_check(const struct session_options *options, struct error *why)
{
	int result;

	if (!options->uris[0])
		return error_set(why, -EINVAL, "no address of a directory server is given");
	for (size_t i = 0; i < SESSION_URIS_MAX && options->uris[i]; i++)
		if ((result = uri_check(options->uris[i], why)) < 0)
			return result;
	if ((options->certificate_file == NULL) != (options->key_file == NULL))
		return error_set(why, -EINVAL, "a client certificate and its key belong together; one of them is missing");
	return session_bind_check(options, why);
}

/* ---- errors ---- */

#define TLS_ADVICE \
	"is the certificate good, for this host, and is its authority in ca_file? (openssl s_client shows it)"
#define SASL_MODULES "libsasl2-modules, for GSSAPI libsasl2-modules-gssapi-mit"

#define NOT_ALL "what came is not all, and is not used"

static const struct advice {
	int result;
	const char *words;
} advices[] = {
	{LDAP_SERVER_DOWN, "is the server running? If this is TLS: " TLS_ADVICE},
	{LDAP_CONNECT_ERROR, "if this is TLS: " TLS_ADVICE},
	{LDAP_TIMEOUT, "it did not answer in time"},
	{LDAP_INVALID_CREDENTIALS, "check the bind DN and the password file"},
	{LDAP_INAPPROPRIATE_AUTH, "the identity has no password there, or may not bind like this"},
	{LDAP_STRONG_AUTH_REQUIRED, "use TLS, or another mechanism"},
	{LDAP_CONFIDENTIALITY_REQUIRED, "use TLS"},
	{LDAP_AUTH_METHOD_NOT_SUPPORTED, "see supportedSASLMechanisms in its root entry"},
	{LDAP_AUTH_UNKNOWN, "see supportedSASLMechanisms in its root entry, and the SASL modules installed here (" SASL_MODULES ")"},
	{LDAP_NO_SUCH_OBJECT, "check the base, and that this identity may see it"},
	{LDAP_INSUFFICIENT_ACCESS, "give this identity access to it"},
	{LDAP_SIZELIMIT_EXCEEDED, NOT_ALL "; lift the size limit for this identity (slapd: limits dn.exact=... size=unlimited "
	                          "time=unlimited; 389: nsSizeLimit and nsPagedSizeLimit of its entry)"},
	{LDAP_TIMELIMIT_EXCEEDED, NOT_ALL "; lift the time limit for this identity"},
	{LDAP_ADMINLIMIT_EXCEEDED, NOT_ALL "; lift the limits for this identity (389: nsLookThroughLimit and "
	                           "nsPagedLookThroughLimit of its entry)"},
	{LDAP_BUSY, NOT_ALL "; it is tried again"},
	{LDAP_UNAVAILABLE, NOT_ALL "; it is tried again"},
	{LDAP_UNAVAILABLE_CRITICAL_EXTENSION, "the server does not offer content synchronization (RFC 4533) there; in "
	                                      "OpenLDAP load the overlay syncprov on this database"},
	{LDAP_REFERRAL, "referrals are not followed; give the address of the server that holds it"},
	{LDAP_FILTER_ERROR, "the filter is not valid (RFC 4515)"},
};

/* Of what libsasl and libgssapi say the words are all that tells it apart. */
static const struct {
	const char *said, *words;
} sasl_advices[] = {
	{"not found in Kerberos database", "the KDC knows no service ldap/HOST: write the host as the server's keytab has it"},
	{"No Kerberos credentials", "set a keytab, or run kinit"},
	{"expired", "run kinit again, or set a keytab, with which tickets are got anew"},
	{"Clock skew", "set the clocks of this machine, the KDC and the server (NTP)"},
	{"gss_accept_sec_context", "the server cannot use the ticket: is its clock right (NTP), are the keys of ldap/HOST in its "
	                           "keytab those of the KDC, is there nothing between that ends the TLS? Its log may say which"},
	{"Cannot contact any KDC", "is the KDC that krb5.conf names running?"},
	{"Cannot find KDC", "name the KDC of the realm in krb5.conf"},
};

static const char *advice_find(int result, const char *diagnostic)
{
	for (size_t i = 0; diagnostic && i < sizeof(sasl_advices) / sizeof(*sasl_advices); i++)
		if (strstr(diagnostic, sasl_advices[i].said))
			return sasl_advices[i].words;
	for (size_t i = 0; i < sizeof(advices) / sizeof(*advices); i++)
		if (advices[i].result == result)
			return advices[i].words;
	return NULL;
}

int session_error(const struct session *session, int result, const char *what, struct error *why)
{
	char *diagnostic = NULL;
	const char *advice;

	if (result == 0)
		ldap_get_option(session->ldap, LDAP_OPT_RESULT_CODE, &result);
	ldap_get_option(session->ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
	advice = advice_find(result, diagnostic);
	error_set(why, -EIO, "%s: %s: %s (%d)%s%s%s%s", session->uri, what, ldap_err2string(result), result,
	          diagnostic && *diagnostic ? ": " : "", diagnostic ? diagnostic : "", advice ? "; " : "",
	          advice ? advice : "");
	ldap_memfree(diagnostic);
	return -EIO;
}

/* ---- opening ---- */

static struct timeval milliseconds(unsigned count)
{
	return (struct timeval){.tv_sec = count / 1000, .tv_usec = (count % 1000) * 1000};
}

/* Every option is set, since ldap.conf, ~/.ldaprc and LDAP* variables may have set it otherwise. */
static int options_apply(const struct session *session, struct error *why)
{
	const struct session_options *options = session->options;
	const int version = LDAP_VERSION3, never = LDAP_DEREF_NEVER, no_limit = LDAP_NO_LIMIT;
	const int idle = (int)options->keepalive_idle_s, interval = (int)options->keepalive_interval_s;
	const int probes = (int)options->keepalive_probes;
	const unsigned unsent_ms = options->answer_ms;
	struct timeval wait = milliseconds(options->connect_ms);
	LDAP *ldap = session->ldap;
	int failed = 0;

	failed |= ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
	failed |= ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	failed |= ldap_set_option(ldap, LDAP_OPT_DEREF, &never);
	failed |= ldap_set_option(ldap, LDAP_OPT_SIZELIMIT, &no_limit);
	failed |= ldap_set_option(ldap, LDAP_OPT_TIMELIMIT, &no_limit);
	failed |= ldap_set_option(ldap, LDAP_OPT_RESTART, LDAP_OPT_ON);
	failed |= ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &wait);
	failed |= ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &wait);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_KEEPALIVE_IDLE, &idle);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_KEEPALIVE_INTERVAL, &interval);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_KEEPALIVE_PROBES, &probes);
	failed |= ldap_set_option(ldap, LDAP_OPT_TCP_USER_TIMEOUT, &unsent_ms);
	/* libldap would look up the host's name and put it in the place of ours. */
	failed |= ldap_set_option(ldap, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
	return failed ? error_set(why, -EIO, "%s: libldap does not take its options", session->uri) : 0;
}

/* libldap reads twice and polls once for each message.  Reading ahead, above TLS and SASL, makes that one read for many. */
static void read_ahead(const struct session *session)
{
	ber_len_t size = READ_AHEAD;
	Sockbuf *socket;

	if (ldap_get_option(session->ldap, LDAP_OPT_SOCKBUF, &socket) == LDAP_OPT_SUCCESS &&
	    ber_sockbuf_add_io(socket, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_APPLICATION, NULL) == 0)
		ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_READAHEAD, &size);
}

/* Connects, where StartTLS has not done so, and never blocks from now on: a server that stops in the midst of a message would
 * hold up its reader for ever, since libldap's time limits are for the beginning of one. */
static int session_connect(const struct session *session, struct error *why)
{
	Sockbuf *socket;
	int result = ldap_connect(session->ldap);

	if (result != LDAP_SUCCESS)
		return session_error(session, result, "connection", why);
	if (ldap_get_option(session->ldap, LDAP_OPT_SOCKBUF, &socket) != LDAP_OPT_SUCCESS ||
	    ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_NONBLOCK, socket) < 0)
		return error_set(why, -EIO, "%s: the connection cannot be made to answer at once", session->uri);
	return 0;
}

int session_open_at(const struct session_options *options, unsigned i, struct session **session, struct error *why)
{
	struct session *made = memory_alloc(sizeof(*made));
	int result;

	made->options = session_options_copy(options); /* with defaults, and so that nothing depends on the caller's */
	made->index = i;
	made->uri = memory_string(options->uris[i]);
	result = ldap_initialize(&made->ldap, made->uri);
	if (result != LDAP_SUCCESS)
		result = error_set(why, -EIO, "%s: %s", made->uri, ldap_err2string(result));
	else if ((result = options_apply(made, why)) == 0 && (result = session_start_tls(made, why)) == 0 &&
	         (result = session_connect(made, why)) == 0)
		result = session_bind(made, why);
	if (result < 0) {
		session_close(made);
		return result;
	}
	read_ahead(made);
	*session = made;
	return 0;
}

static instant not_forgotten(instant at, instant now)
{
	return at != 0 && now - at < SESSION_HEALTH_MEMORY ? at : 0;
}

int session_choose(const struct session_options *options, const struct session_health *health, const bool *tried)
{
	const instant now = clock_monotonic();
	instant best_failed = 0, best_behind = 0;
	int best = -1;

	for (int i = 0; i < SESSION_URIS_MAX && options->uris[i]; i++) {
		instant failed = not_forgotten(health->failed_at[i], now), behind = not_forgotten(health->behind_at[i], now);

		if (tried[i] || (best >= 0 && (failed != best_failed ? failed > best_failed : behind >= best_behind)))
			continue;
		best = i;
		best_failed = failed;
		best_behind = behind;
	}
	return best;
}

int session_open(const struct session_options *options, struct session_health *health, struct session **session,
                 struct error *why)
{
	bool tried[SESSION_URIS_MAX] = {false};
	struct error one;
	int i;

	why->text[0] = '\0';
	while ((i = session_choose(options, health, tried)) >= 0) {
		tried[i] = true;
		if (session_open_at(options, (unsigned)i, session, &one) == 0) {
			health->failed_at[i] = 0;
			return 0;
		}
		health->failed_at[i] = clock_monotonic();
		error_prefix(&one, -EIO, "%s%s", why->text, why->text[0] ? " | " : "");
		*why = one;
	}
	return -EIO;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	if (session->ldap)
		ldap_unbind_ext(session->ldap, NULL, NULL);
	session_options_free(session->options);
	free(session->uri);
	free(session);
}

const char *session_uri(const struct session *session)
{
	return session->uri;
}

unsigned session_uri_index(const struct session *session)
{
	return session->index;
}

struct ldap *session_ldap(const struct session *session)
{
	return session->ldap;
}

bool session_has_data(const struct session *session)
{
	Sockbuf *socket;

	return ldap_get_option(session->ldap, LDAP_OPT_SOCKBUF, &socket) == LDAP_OPT_SUCCESS &&
	       ber_sockbuf_ctrl(socket, LBER_SB_OPT_DATA_READY, NULL) > 0;
}

int session_descriptor(const struct session *session)
{
	int descriptor = -1;

	return ldap_get_option(session->ldap, LDAP_OPT_DESC, &descriptor) == LDAP_OPT_SUCCESS ? descriptor : -1;
}

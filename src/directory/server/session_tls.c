#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "directory/server/session_parts.h"

/* ---- whether ---- */

static bool host_is_local(const char *uri)
{
	static const char *const hosts[] = {"localhost", "127.0.0.1", "::1", "[::1]"};
	LDAPURLDesc *parsed;
	bool local = false;

	if (ldap_url_parse(uri, &parsed) != LDAP_URL_SUCCESS)
		return false;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		local = local || (parsed->lud_host && strcasecmp(parsed->lud_host, hosts[i]) == 0);
	ldap_free_urldesc(parsed);
	return local;
}

static bool starts_tls(const struct session *session)
{
	enum session_tls tls = session->options->tls;

	return session_uri_has_scheme(session->uri, "ldap") && tls != SESSION_TLS_NONE &&
	       !(tls == SESSION_TLS_AUTO && host_is_local(session->uri));
}

bool session_wants_tls(const struct session *session)
{
	return session_uri_has_scheme(session->uri, "ldaps") || starts_tls(session);
}

/* ---- how ---- */

/* The authorities of the system, where its distribution keeps them: what ldap.conf names anybody's environment can change. */
static const char *const system_authorities[] = {
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
};

static int authorities_find(const struct session *session, const char **path, struct error *why)
{
	*path = session->options->ca_file;
	for (size_t i = 0; !*path && i < sizeof(system_authorities) / sizeof(*system_authorities); i++)
		if (access(system_authorities[i], R_OK) == 0)
			*path = system_authorities[i];
	return *path ? 0 : error_set(why, -ENOENT, "%s: this system has no list of certificate authorities (ca-certificates); "
	                             "name the one that is believed", session->uri);
}

static int file_check(const char *path, const char *what, struct error *why)
{
	if (path && access(path, R_OK) < 0)
		return error_set(why, -errno, "%s %s: %s", what, path, strerror(errno));
	return 0;
}

static int files_check(const struct session_options *options, struct error *why)
{
	int result, key;

	if ((result = file_check(options->ca_file, "ca_file", why)) < 0 ||
	    (result = file_check(options->crl_file, "list of revoked certificates", why)) < 0 ||
	    (result = file_check(options->certificate_file, "certificate", why)) < 0)
		return result;
	if (!options->key_file)
		return 0;
	if ((key = session_secret_open(options->key_file, "key", why)) < 0)
		return key;
	close(key);
	return 0;
}

static bool library_is_gnutls(LDAP *ldap)
{
	char *package = NULL;
	bool is;

	ldap_get_option(ldap, LDAP_OPT_X_TLS_PACKAGE, &package);
	is = package && strcmp(package, "GnuTLS") == 0;
	ldap_memfree(package);
	return is;
}

static int text_set(LDAP *ldap, int option, const char *text)
{
	return ldap_set_option(ldap, option, text ? text : ""); /* "" takes away what the environment has set */
}

/* Lists of revoked certificates are for GnuTLS only, and nothing would say so. */
static int crl_apply(const struct session *session, struct error *why)
{
	const char *list = session->options->crl_file;

	if (!library_is_gnutls(session->ldap))
		return list ? error_set(why, -ENOTSUP, "%s: lists of revoked certificates need a libldap that was built with "
		                        "GnuTLS", session->uri)
		            : 0;
	return text_set(session->ldap, LDAP_OPT_X_TLS_CRLFILE, list) == LDAP_OPT_SUCCESS
	           ? 0
	           : error_set(why, -EIO, "%s: libldap does not take its options of TLS", session->uri);
}

/* Every option is set, since ldap.conf, ~/.ldaprc and LDAPTLS_* may have set it otherwise.  They do nothing until a new
 * context is made on this very handle, last (libldap, tls2.c). */
static int tls_apply(const struct session *session, struct error *why)
{
	const struct session_options *options = session->options;
	const int verify = options->verify == SESSION_VERIFY_NEVER ? LDAP_OPT_X_TLS_NEVER : LDAP_OPT_X_TLS_DEMAND;
	/* A name in subjectAltName counts alone; the CN only if there is none (RFC 6125 section 6.4.4). */
	const int names = LDAP_OPT_X_TLS_TRY, oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
	const char *authorities;
	LDAP *ldap = session->ldap;
	int result, failed = 0;

	if ((result = files_check(options, why)) < 0 || (result = authorities_find(session, &authorities, why)) < 0 ||
	    (result = crl_apply(session, why)) < 0)
		return result;
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &verify);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_SAN, &names);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest);
	failed |= text_set(ldap, LDAP_OPT_X_TLS_CIPHER_SUITE, NULL);
	failed |= text_set(ldap, LDAP_OPT_X_TLS_CACERTFILE, authorities);
	failed |= text_set(ldap, LDAP_OPT_X_TLS_CACERTDIR, NULL);
	failed |= text_set(ldap, LDAP_OPT_X_TLS_CERTFILE, options->certificate_file);
	failed |= text_set(ldap, LDAP_OPT_X_TLS_KEYFILE, options->key_file);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client);
	return failed ? error_set(why, -EINVAL, "%s: TLS cannot be set up; are ca_file, certificate and key PEM files that "
	                          "belong together?", session->uri)
	              : 0;
}

/* With GnuTLS libldap takes the oldest version that is wanted and does nothing with it; and it loses 8 KB for each connection
 * that is given a list of ciphers, which would say it too (tls_g.c). */
static int version_check(const struct session *session, struct error *why)
{
	static const char *const good[] = {"TLS1.2", "TLS1.3", "TLSv1.2", "TLSv1.3"};
	char *version = NULL;
	bool found = false;
	int result;

	if (!ldap_tls_inplace(session->ldap))
		return error_set(why, -EIO, "%s: the connection is not encrypted", session->uri);
	ldap_get_option(session->ldap, LDAP_OPT_X_TLS_VERSION, &version);
	for (size_t i = 0; version && i < sizeof(good) / sizeof(*good); i++)
		found = found || strcmp(version, good[i]) == 0;
	result = found ? 0 : error_set(why, -EPROTO, "%s: the server speaks %s; it must be able to speak TLS 1.2 or 1.3",
	                               session->uri, version ? version : "no known version of TLS");
	ldap_memfree(version);
	return result;
}

int session_start_tls(const struct session *session, struct error *why)
{
	const int from_start = LDAP_OPT_X_TLS_NEVER; /* TLS before the first word is for ldaps: alone */
	bool start = starts_tls(session);
	int result;

	if (ldap_set_option(session->ldap, LDAP_OPT_X_TLS, &from_start) != LDAP_OPT_SUCCESS)
		return error_set(why, -EIO, "%s: libldap does not take its options of TLS", session->uri);
	if (!session_wants_tls(session))
		return 0;
	if ((result = tls_apply(session, why)) < 0)
		return result;
	result = start ? ldap_start_tls_s(session->ldap, NULL, NULL) : ldap_connect(session->ldap);
	if (result != LDAP_SUCCESS)
		return session_error(session, result, start ? "StartTLS" : "connect with TLS", why);
	return version_check(session, why);
}

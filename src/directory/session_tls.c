#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "directory/session_parts.h"

static int tls_file_check(const char *path, const char *what, struct error *why)
{
	if (path && access(path, R_OK) < 0)
		return error_set(why, -errno, "%s %s: %s", what, path, strerror(errno));
	return 0;
}

/* The options of TLS do nothing until a new context is made on this very handle, last (libldap, tls2.c). */
static int tls_apply(const struct session *session, struct error *why)
{
	const struct session_options *options = session->options;
	const int verify = options->verify == SESSION_VERIFY_NEVER ? LDAP_OPT_X_TLS_NEVER : LDAP_OPT_X_TLS_DEMAND;
	const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
	LDAP *ldap = session->ldap;
	int result, failed = 0;

	if ((result = tls_file_check(options->ca_file, "ca_file", why)) < 0 ||
	    (result = tls_file_check(options->certificate_file, "certificate", why)) < 0 ||
	    (result = tls_file_check(options->key_file, "key", why)) < 0)
		return result;
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &verify);
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest);
	if (options->ca_file)
		failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, options->ca_file);
	if (options->certificate_file) {
		failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_CERTFILE, options->certificate_file);
		failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_KEYFILE, options->key_file);
	}
	failed |= ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client);
	return failed ? error_set(why, -EINVAL, "%s: TLS cannot be set up; are ca_file, certificate and key PEM files that "
	                          "belong together?", session->uri)
	              : 0;
}

int session_start_tls(const struct session *session, struct error *why)
{
	bool start = session_uri_has_scheme(session->uri, "ldap") && session->options->tls == SESSION_TLS_DEMAND;
	int result = 0;

	if (start || session_uri_has_scheme(session->uri, "ldaps"))
		result = tls_apply(session, why);
	if (!start || result < 0)
		return result;
	result = ldap_start_tls_s(session->ldap, NULL, NULL);
	return result == LDAP_SUCCESS ? 0 : session_error(session, result, "StartTLS", why);
}

/* Is it there, does it let us in, and can nobody listen? */
#include "directory/probe/probe_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "directory/server/session_parts.h"

#define DAY             (24 * 3600 * INSTANT_SECOND)
#define EXPIRES_SOON    (30 * DAY)
#define TIME_OCTETS_MAX 40

/* ---- the certificate ---- */

static bool element_skip(BerElement *ber)
{
	return ber_scanf(ber, "x") != LBER_ERROR;
}

/* RFC 5280 section 4.1.2.5: YYMMDDHHMMSSZ, of the years 1950 to 2049, or GeneralizedTime. */
static bool time_read(BerElement *ber, instant *at)
{
	char text[TIME_OCTETS_MAX];
	struct berval octets;
	ber_len_t length;
	ber_tag_t tag = ber_peek_tag(ber, &length);
	bool short_year = tag == 0x17;

	if ((tag != 0x17 && tag != 0x18) || ber_scanf(ber, "m", &octets) == LBER_ERROR ||
	    octets.bv_len > sizeof(text) - 3 || octets.bv_len < 2)
		return false;
	snprintf(text, sizeof(text), "%s%.*s", !short_year ? "" : octets.bv_val[0] < '5' ? "20" : "19", (int)octets.bv_len,
	         octets.bv_val);
	return clock_parse_generalized(text, at) == 0;
}

/* RFC 5280 section 4.1: Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { version [0] OPTIONAL, serialNumber, signature,
 * issuer, validity SEQUENCE { notBefore, notAfter } … */
static bool validity_read(struct berval *certificate, instant *end)
{
	BerElement *ber = certificate->bv_len > 0 ? ber_init(certificate) : NULL;
	ber_len_t length;
	bool read;

	if (!ber)
		return false;
	read = ber_skip_tag(ber, &length) == 0x30 && ber_skip_tag(ber, &length) == 0x30;
	if (read && ber_peek_tag(ber, &length) == 0xa0)
		read = element_skip(ber);
	read = read && element_skip(ber) && element_skip(ber) && element_skip(ber) && ber_skip_tag(ber, &length) == 0x30 &&
	       element_skip(ber) && time_read(ber, end);
	ber_free(ber, 1);
	return read;
}

static bool certificate_end(const struct session *session, instant *end)
{
	struct berval certificate = {0};
	bool read = ldap_get_option(session_ldap(session), LDAP_OPT_X_TLS_PEERCERT, &certificate) == LDAP_OPT_SUCCESS &&
	            validity_read(&certificate, end);

	ldap_memfree(certificate.bv_val);
	return read;
}

/* ---- the connection ---- */

static void remedy_openssl(struct probe *probe)
{
	LDAPURLDesc *url;
	bool ldaps = session_uri_has_scheme(probe->uri, "ldaps");

	if (ldap_url_parse(probe->uri, &url) != LDAP_URL_SUCCESS)
		return;
	text_print(&probe->remedy, "# what the server shows, whose it is and how long it holds:\n"
	           "openssl s_client -connect %s:%d%s -showcerts </dev/null | openssl x509 -noout -subject -issuer -dates "
	           "-ext subjectAltName\n", remedy_plain(url->lud_host, "HOST"), url->lud_port,
	           ldaps ? "" : " -starttls ldap");
	ldap_free_urldesc(url);
}

/* A server whose certificate is not believed is asked for it by nobody in particular: not a word of ours is said to it. */
static void look_at_certificate(struct probe *probe)
{
	struct session_options options = *probe->options->session;
	struct session *session;
	struct error why;
	char when[40];
	instant end;

	options.verify = SESSION_VERIFY_NEVER;
	options.mechanism = options.bind_dn = options.password_file = NULL;
	options.sasl_user = options.keytab = options.sasl_authzid = NULL;
	options.certificate_file = options.key_file = NULL;
	if (session_open_at(&options, probe->number, &session, &why) < 0)
		return;
	if (session_wants_tls(session)) {
		if (certificate_end(session, &end) && end < clock_now()) {
			clock_format_rfc3339(end, when);
			text_print(&probe->found, " -- its certificate has expired at %s", when);
			text_append(&probe->remedy, "# renew the server's certificate (the clock of this machine is right?)\n");
		}
		remedy_openssl(probe);
	}
	session_close(session);
}

static void remedy_bind(struct probe *probe)
{
	const struct session_options *session = probe->options->session;
	const char *uri = remedy_plain(probe->uri, "URI");

	text_append(&probe->remedy, "# try the same with the tools of OpenLDAP:\n");
	if (session->mechanism)
		text_print(&probe->remedy, "ldapwhoami -H %s -Y %s\n", uri, remedy_plain(session->mechanism, "MECHANISM"));
	else if (session->bind_dn)
		text_print(&probe->remedy, "ldapwhoami -x -H %s -D \"%s\" -W\n", uri, remedy_plain(session->bind_dn, "DN"));
	else
		text_print(&probe->remedy, "ldapwhoami -x -H %s\n", uri);
}

enum probe_state probe_connection(struct probe *probe)
{
	instant begun = clock_monotonic();

	if (session_open_at(probe->options->session, probe->number, &probe->session, &probe->failure) == 0) {
		text_print(&probe->found, "answers; connected and bound within %lld ms",
		           (long long)((clock_monotonic() - begun) / 1000000));
		return PROBE_OK;
	}
	probe->session = NULL;
	text_append(&probe->found, probe->failure.text);
	look_at_certificate(probe);
	if (!probe->remedy.length)
		remedy_bind(probe);
	return PROBE_FAILED;
}

/* ---- is it encrypted ---- */

static bool host_is_here(const char *uri)
{
	LDAPURLDesc *url;
	bool here;

	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS)
		return false;
	here = url->lud_host && (strncmp(url->lud_host, "127.", 4) == 0 || strcmp(url->lud_host, "localhost") == 0 ||
	                         strcmp(url->lud_host, "::1") == 0);
	ldap_free_urldesc(url);
	return here;
}

static enum probe_state in_the_clear(struct probe *probe)
{
	if (session_uri_has_scheme(probe->uri, "ldapi")) {
		text_append(&probe->found, "a local socket, which nobody else hears");
		return PROBE_NOT_APPLICABLE;
	}
	if (host_is_here(probe->uri)) {
		text_append(&probe->found, "in the clear, but it does not leave this machine");
		return PROBE_OK;
	}
	text_print(&probe->found, "in the clear: whoever hears it reads the directory%s",
	           probe->options->session->password_file ? ", and the password of the bind" : "");
	text_append(&probe->remedy, "# use ldaps://, or StartTLS (-Z), with --ca-file FILE for an authority of your own\n");
	return PROBE_WARNING;
}

enum probe_state probe_tls(struct probe *probe)
{
	LDAP *ldap = session_ldap(probe->session);
	char *version = NULL, *cipher = NULL, when[40];
	enum probe_state state = PROBE_OK;
	instant end, left;

	if (!ldap_tls_inplace(ldap))
		return in_the_clear(probe);
	ldap_get_option(ldap, LDAP_OPT_X_TLS_VERSION, &version);
	ldap_get_option(ldap, LDAP_OPT_X_TLS_CIPHER, &cipher);
	text_print(&probe->found, "%s, %s", version ? version : "TLS", cipher ? cipher : "a cipher without a name");
	ldap_memfree(version);
	ldap_memfree(cipher);
	if (!certificate_end(probe->session, &end)) {
		text_append(&probe->found, "; how long its certificate holds cannot be read");
		return PROBE_OK;
	}
	left = end - clock_now();
	clock_format_rfc3339(end, when);
	text_print(&probe->found, "; the certificate holds until %s", when);
	if (left < EXPIRES_SOON) {
		text_print(&probe->found, ", %lld days more: then no gateway gets in", (long long)(left / DAY));
		text_append(&probe->remedy, "# renew the server's certificate\n");
		remedy_openssl(probe);
		state = PROBE_WARNING;
	}
	if (probe->options->session->verify == SESSION_VERIFY_NEVER) {
		text_append(&probe->found, "; it is not verified: anybody may pose as the server");
		state = PROBE_WARNING;
	}
	return state;
}

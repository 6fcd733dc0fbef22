#include "directory/server/kerberos.h"

#include <errno.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <stdlib.h>

#include "base/memory.h"

struct kerberos_tickets {
	krb5_context context;
	krb5_keytab keytab;
	krb5_principal principal;
	krb5_ccache cache; /* MEMORY:, of nobody else */
};

/* ---- errors ---- */

static const struct {
	krb5_error_code code;
	const char *words;
} advices[] = {
	{KRB5KDC_ERR_PREAUTH_FAILED, "the KDC has other keys for it: write the keytab anew (kadmin ktadd, ktpass)"},
	{KRB5KRB_AP_ERR_BAD_INTEGRITY, "the KDC has other keys for it: write the keytab anew (kadmin ktadd, ktpass)"},
	{KRB5_KT_NOTFOUND, "the keytab holds no key for it: see klist -k"},
	{KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "the KDC does not know it: check its name, and the realm in krb5.conf"},
	{KRB5KDC_ERR_CLIENT_REVOKED, "the account is locked or disabled"},
	{KRB5KDC_ERR_KEY_EXP, "its password has expired"},
	{KRB5KRB_AP_ERR_SKEW, "set the clocks of this machine and the KDC (NTP)"},
	{KRB5_KDCREP_SKEW, "set the clocks of this machine and the KDC (NTP)"},
	{KRB5_KDC_UNREACH, "is the KDC that krb5.conf names running?"},
	{KRB5_REALM_UNKNOWN, "name the KDC of the realm in krb5.conf"},
	{KRB5_REALM_CANT_RESOLVE, "name the KDC of the realm in krb5.conf"},
	{KRB5_CONFIG_NODEFREALM, "set default_realm in krb5.conf"},
	{KRB5_KT_END, "it is empty: write it with kadmin ktadd or ktpass"},
};

static const char *advice_find(krb5_error_code code)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(*advices); i++)
		if (advices[i].code == code)
			return advices[i].words;
	return "check the keytab (klist -k) and krb5.conf";
}

static int failed(const struct kerberos_tickets *tickets, const char *keytab, krb5_error_code code, struct error *why)
{
	char *name = NULL;
	const char *words = krb5_get_error_message(tickets->context, code);

	if (tickets->principal)
		krb5_unparse_name(tickets->context, tickets->principal, &name);
	error_set(why, -EACCES, "keytab %s%s%s: %s; %s", keytab, name ? ", ticket for " : "", name ? name : "", words,
	          advice_find(code));
	krb5_free_error_message(tickets->context, words);
	krb5_free_unparsed_name(tickets->context, name);
	return -EACCES;
}

/* ---- tickets ---- */

static krb5_error_code first_principal(struct kerberos_tickets *tickets)
{
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;
	krb5_error_code code = krb5_kt_start_seq_get(tickets->context, tickets->keytab, &cursor);

	if (code != 0)
		return code;
	code = krb5_kt_next_entry(tickets->context, tickets->keytab, &entry, &cursor);
	if (code == 0) {
		code = krb5_copy_principal(tickets->context, entry.principal, &tickets->principal);
		krb5_free_keytab_entry_contents(tickets->context, &entry);
	}
	krb5_kt_end_seq_get(tickets->context, tickets->keytab, &cursor);
	return code;
}

static krb5_error_code ask_kdc(struct kerberos_tickets *tickets)
{
	krb5_get_init_creds_opt *options;
	krb5_creds credentials = {0};
	krb5_error_code code = krb5_get_init_creds_opt_alloc(tickets->context, &options);

	if (code != 0)
		return code;
	code = krb5_get_init_creds_opt_set_out_ccache(tickets->context, options, tickets->cache);
	if (code == 0)
		code = krb5_get_init_creds_keytab(tickets->context, &credentials, tickets->principal, tickets->keytab, 0, NULL,
		                                  options);
	krb5_free_cred_contents(tickets->context, &credentials);
	krb5_get_init_creds_opt_free(tickets->context, options);
	return code;
}

static krb5_error_code use(const struct kerberos_tickets *tickets)
{
	char *name;
	OM_uint32 minor;
	krb5_error_code code = krb5_cc_get_full_name(tickets->context, tickets->cache, &name);

	if (code != 0)
		return code;
	code = gss_krb5_ccache_name(&minor, name, NULL) == GSS_S_COMPLETE ? 0 : (krb5_error_code)minor;
	krb5_free_string(tickets->context, name);
	return code;
}

int kerberos_acquire(const char *keytab, const char *principal, struct kerberos_tickets **tickets, struct error *why)
{
	struct kerberos_tickets *made = memory_alloc(sizeof(*made));
	krb5_error_code code;
	int result;

	if ((code = krb5_init_context(&made->context)) != 0) {
		made->context = NULL;
	} else if ((code = krb5_kt_resolve(made->context, keytab, &made->keytab)) == 0 &&
	           (code = principal ? krb5_parse_name(made->context, principal, &made->principal)
	                             : first_principal(made)) == 0 &&
	           (code = krb5_cc_new_unique(made->context, "MEMORY", NULL, &made->cache)) == 0 &&
	           (code = ask_kdc(made)) == 0 && (code = use(made)) == 0) {
		*tickets = made;
		return 0;
	}
	result = failed(made, keytab, code, why);
	kerberos_drop(made);
	return result;
}

void kerberos_drop(struct kerberos_tickets *tickets)
{
	OM_uint32 minor;

	if (!tickets)
		return;
	gss_krb5_ccache_name(&minor, NULL, NULL);
	if (tickets->cache)
		krb5_cc_destroy(tickets->context, tickets->cache);
	krb5_free_principal(tickets->context, tickets->principal);
	if (tickets->keytab)
		krb5_kt_close(tickets->context, tickets->keytab);
	if (tickets->context)
		krb5_free_context(tickets->context);
	free(tickets);
}

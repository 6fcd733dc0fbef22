/* The server's clock, and what of its configuration can be read. */
#include "directory/probe/probe_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"
#include "directory/server/policy_names.h"

#define POLICY_MS    5000 /* until the policy that names attributes has come */
#define SKEW_WARNING (5 * INSTANT_SECOND)
#define SKEW_FAILED  (300 * INSTANT_SECOND) /* Kerberos refuses from here on (RFC 4120 section 1.6) */

/* ---- the clock ---- */

static bool time_at(struct probe *probe, const char *dn, const char *attribute, instant *at)
{
	char *value = probe_value(probe, dn, attribute);
	bool read = value && clock_parse_generalized(value, at) == 0;

	free(value);
	return read;
}

/* What the server says its time is, to a second: in the root entry of Active Directory, in cn=monitor of others. */
static bool server_time(struct probe *probe, instant *at)
{
	return time_at(probe, "", "currentTime", at) || time_at(probe, "cn=Current,cn=Time,cn=Monitor", "monitorTimestamp", at) ||
	       time_at(probe, "cn=monitor", "currentTime", at);
}

/* The last change, of any server: a clock can be seen to be ahead by it, never to be behind. */
static bool last_change(const struct probe *probe, instant *at)
{
	bool any = false;
	instant one;
	char text[POSITION_VALUE_MAX];

	for (uint32_t i = 0; i < probe->position.count; i++) {
		snprintf(text, sizeof(text), "%s", probe->position.items[i].value);
		text[strcspn(text, "#")] = '\0';
		if (clock_parse_generalized(text, &one) == 0 && (!any || one > *at)) {
			*at = one;
			any = true;
		}
	}
	return any;
}

static enum probe_state judge_skew(struct probe *probe, instant skew)
{
	instant size = skew < 0 ? -skew : skew;

	if (size < SKEW_WARNING)
		return PROBE_OK;
	text_append(&probe->found, ": what begins or ends by time does so too early or too late, and Kerberos refuses at 5 minutes");
	text_append(&probe->remedy, "# on the server and on this machine, see who is wrong:\nchronyc tracking || timedatectl\n");
	return size < SKEW_FAILED ? PROBE_WARNING : PROBE_FAILED;
}

enum probe_state probe_clock(struct probe *probe)
{
	instant at, skew;

	if (server_time(probe, &at)) {
		skew = at - clock_now();
		/* It is told in whole seconds. */
		if (skew < 0 && skew > -2 * INSTANT_SECOND)
			skew = 0;
		text_print(&probe->found, "the server's clock is %.0f s %s ours", (double)(skew < 0 ? -skew : skew) / 1e9,
		           skew < 0 ? "behind" : "ahead of");
		return judge_skew(probe, skew);
	}
	if (!last_change(probe, &at)) {
		text_append(&probe->found, "the server does not tell its time");
		return PROBE_NOT_APPLICABLE;
	}
	skew = at - clock_now();
	if (skew >= SKEW_WARNING) {
		text_print(&probe->found, "the last change is %.0f s in the future: the clock of who made it is ahead",
		           (double)skew / 1e9);
		return judge_skew(probe, skew);
	}
	text_append(&probe->found, "the last change is in the past; whether the clock is behind cannot be seen without "
	            "cn=monitor");
	return PROBE_OK;
}

/* ---- overlays and plugins that change what is not told ---- */

struct overlays {
	size_t seen;
	struct name_set policy; /* attributes that the policy names */
	struct text unseen; /* attributes of ours that one of them changes, and who does */
	char *dn;           /* of that overlay */
};

/* Does the model follow this attribute, or the policy ask for it?  By its canonical name, or as the schema spells it. */
static bool is_followed(const struct overlays *overlays, const char *name)
{
	for (uint32_t i = 0; i < schema_attribute_count; i++)
		if (schema_attributes[i].form == FORM_NODE && strcasecmp(schema_attributes[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < overlays->policy.count; i++)
		if (strcasecmp(overlays->policy.items[i], name) == 0)
			return true;
	return false;
}

static void note_words(struct overlays *overlays, const char *who, const char *words)
{
	char *copy = memory_string(words), *rest = copy, *word;

	while ((word = strsep(&rest, " ,")) != NULL)
		if (is_followed(overlays, word))
			text_print(&overlays->unseen, "%s%s (%s)", overlays->unseen.length > 0 ? ", " : "", word, who);
	free(copy);
}

static void note_values(struct overlays *overlays, LDAP *ldap, LDAPMessage *entry, const char *who, const char *attribute)
{
	struct berval **values = ldap_get_values_len(ldap, entry, attribute);

	for (size_t i = 0; values && values[i]; i++)
		note_words(overlays, who, values[i]->bv_val);
	ldap_value_free_len(values);
}

static bool is_true(LDAP *ldap, LDAPMessage *entry, const char *attribute, const char *word)
{
	struct berval **values = ldap_get_values_len(ldap, entry, attribute);
	bool is = values && values[0] && strcasecmp(values[0]->bv_val, word) == 0;

	ldap_value_free_len(values);
	return is;
}

/* olcOverlay: "{1}memberof" */
static bool is_overlay(LDAP *ldap, LDAPMessage *entry, const char *name)
{
	struct berval **values = ldap_get_values_len(ldap, entry, "olcOverlay");
	const char *value = values && values[0] ? values[0]->bv_val : "", *behind = strchr(value, '}');
	bool is = strcasecmp(behind ? behind + 1 : value, name) == 0;

	ldap_value_free_len(values);
	return is;
}

static void take_overlay(void *context, LDAP *ldap, LDAPMessage *entry)
{
	struct overlays *overlays = context;
	size_t before = overlays->unseen.length;
	char *dn;

	overlays->seen++;
	note_values(overlays, ldap, entry, "refint", "olcRefintAttribute");
	if (is_true(ldap, entry, "olcMemberOfRefInt", "TRUE"))
		note_words(overlays, "memberof", "member");
	if (is_overlay(ldap, entry, "memberof"))
		note_words(overlays, "memberof", "memberOf");
	if (overlays->unseen.length == before || overlays->dn)
		return;
	dn = ldap_get_dn(ldap, entry);
	overlays->dn = memory_string(dn ? dn : "");
	ldap_memfree(dn);
}

static void take_plugin(void *context, LDAP *ldap, LDAPMessage *entry)
{
	struct overlays *overlays = context;

	overlays->seen++;
	if (is_true(ldap, entry, "nsslapd-pluginEnabled", "on"))
		note_values(overlays, ldap, entry, "referint", "referint-membership-attr");
}

/* Looks at what of the configuration this identity may read. */
static void overlays_read(struct probe *probe, struct overlays *overlays)
{
	static const char *const overlay[] = {"olcOverlay", "olcRefintAttribute", "olcMemberOfRefInt", NULL};
	static const char *const plugin[] = {"nsslapd-pluginEnabled", "referint-membership-attr", NULL};
	struct probe_search search = {.context = overlays};

	if (probe->vendor == VENDOR_OPENLDAP && probe->database) {
		policy_names_read(probe->session, probe->options->base, POLICY_MS, &overlays->policy);
		search.base = probe->database;
		search.scope = LDAP_SCOPE_ONELEVEL;
		search.filter = "(olcOverlay=*)";
		search.attributes = overlay;
		search.take = take_overlay;
	} else if (probe->vendor == VENDOR_389) {
		search.base = "cn=referential integrity postoperation,cn=plugins,cn=config";
		search.scope = LDAP_SCOPE_BASE;
		search.attributes = plugin;
		search.take = take_plugin;
	} else {
		return;
	}
	probe_search(probe, &search);
	ldap_controls_free(search.controls);
}

static enum probe_state judge_overlays(struct probe *probe, const struct overlays *overlays)
{
	if (overlays->unseen.length == 0) {
		text_append(&probe->found, "nothing that is configured changes data of ours unseen");
		return PROBE_OK;
	}
	/* Its changes are changes as all others are: they come by the synchronization (seen with 389-Directory 2.3.1). */
	if (probe->vendor == VENDOR_389) {
		text_print(&probe->found, "takes those who are deleted out of %s, and tells of it", text_string(&overlays->unseen));
		return PROBE_OK;
	}
	text_print(&probe->found, "changes these without telling anybody: %s; the index keeps what the server took away until "
	           "everything is compared again", text_string(&overlays->unseen));
	text_print(&probe->remedy, "# on the server, as root; lint finds what is left over.  Or take these attributes out of it:\n"
	           "ldapdelete -Y EXTERNAL -H ldapi:/// \"%s\"\n", remedy_plain(overlays->dn, "DN-OF-THE-OVERLAY"));
	return PROBE_WARNING;
}

enum probe_state probe_overlays(struct probe *probe)
{
	struct overlays overlays = {.seen = 0};
	enum probe_state state = PROBE_NOT_APPLICABLE;

	text_init(&overlays.unseen, 4096);
	overlays_read(probe, &overlays);
	if (overlays.seen > 0 || probe->database)
		state = judge_overlays(probe, &overlays);
	else if (probe->vendor == VENDOR_OPENLDAP || probe->vendor == VENDOR_389)
		text_append(&probe->found, "cn=config cannot be read as this identity: whether refint or memberof changes data unseen "
		            "is not known; probe as one who may, once");
	else
		text_append(&probe->found, "nothing of the kind is known of this server");
	text_release(&overlays.unseen);
	name_set_release(&overlays.policy);
	free(overlays.dn);
	return state;
}

/* ---- idle connections ---- */

/* The Directory Manager, as whom one may have come to look, has no entry. */
static void remedy_idle(struct probe *probe)
{
	bool manager = probe->identity && strcasecmp(probe->identity, "cn=Directory Manager") == 0;

	text_append(&probe->remedy, "# as the Directory Manager, for the gateway alone:\n");
	remedy_begin_modify(probe, manager ? "DN-OF-THE-GATEWAY" : remedy_identity(probe), "-x -D \"cn=Directory Manager\" -W");
	text_append(&probe->remedy, "replace: nsIdleTimeout\nnsIdleTimeout: 0\n");
	remedy_end_modify(probe);
}

/* The gateway asks each second on its second connection; the first one is quiet while nothing changes. */
enum probe_state probe_idle(struct probe *probe)
{
	char *value = NULL;
	long seconds;

	if (probe->vendor == VENDOR_389 && probe->identity && probe->identity[0] != '\0')
		value = probe_value(probe, probe->identity, "nsIdleTimeout");
	if (!value)
		value = probe_value(probe, "cn=config", probe->vendor == VENDOR_389 ? "nsslapd-idletimeout" : "olcIdleTimeout");
	if (!value) {
		text_append(&probe->found, "when idle connections are ended cannot be read; the gateway comes back by itself");
		return PROBE_NOT_APPLICABLE;
	}
	seconds = strtol(value, NULL, 10);
	free(value);
	if (seconds <= 0)
		text_append(&probe->found, "idle connections are left alone");
	else
		text_print(&probe->found, "idle connections are ended after %ld s", seconds);
	/* slapd does not end a search that persists for being quiet. */
	if (seconds <= 0 || probe->vendor != VENDOR_389)
		return PROBE_OK;
	text_append(&probe->found, "; each time everything is read again");
	remedy_idle(probe);
	return PROBE_WARNING;
}

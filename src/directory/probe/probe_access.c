/* Who else may read and change what decides about access?  Nothing is written to find out. */
#include "directory/probe/probe_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "model/name.h"

#define EFFECTIVE_RIGHTS "1.3.6.1.4.1.42.2.27.9.5.2" /* draft-ietf-ldapext-acl-model: 389 Directory Server */
#define PEOPLE_ASKED     3  /* what all of them may, ordinary people may */
#define WORDS_MAX        256 /* of a rule; what comes behind is not looked at */

/* ---- who has not bound ---- */

static const char of_interest[] =
	"(|(objectClass=person)(objectClass=dgRole)(objectClass=dgBinding)(objectClass=dgBoundGroup)(objectClass=groupOfNames)"
	"(objectClass=groupOfUniqueNames)(objectClass=posixGroup)(objectClass=group))";

static void remedy_strangers(struct probe *probe)
{
	text_append(&probe->remedy, "# see whether anybody needs it; schema/openldap/access.conf has rules to start from\n");
	if (probe->vendor == VENDOR_OPENLDAP)
		remedy_openldap(probe, "olcAccess", "access", "{0}", "to dn.subtree=\"%s\" by anonymous auth by * break",
		                remedy_base(probe));
	else if (probe->vendor == VENDOR_389)
		text_append(&probe->remedy, "dsconf INSTANCE config replace nsslapd-allow-anonymous-access=rootdse\n");
	else if (probe->vendor == VENDOR_AD)
		text_append(&probe->remedy, "# the seventh character of dSHeuristics is 2: make it 0\n");
}

enum probe_state probe_strangers(struct probe *probe)
{
	const struct session_options *own = probe->options->session;
	const struct session_options nobody = {
		.uris = {probe->uri},
		.tls = own->tls,
		.verify = own->verify,
		.ca_file = own->ca_file,
		.crl_file = own->crl_file,
		.connect_ms = own->connect_ms,
		.answer_ms = own->answer_ms,
	};
	struct probe stranger = {.options = probe->options, .uri = probe->uri};
	struct probe_search search = {
		.base = probe->options->base, .scope = LDAP_SCOPE_SUBTREE, .filter = of_interest, .size_limit = 1};
	struct error why;

	if (session_open_at(&nobody, 0, &stranger.session, &why) < 0) {
		text_append(&probe->found, "nobody is let in without saying who it is");
		return PROBE_OK;
	}
	probe_search(&stranger, &search);
	ldap_controls_free(search.controls);
	session_close(stranger.session);
	if (search.entries == 0) {
		text_append(&probe->found, "who does not say who it is sees no people, groups or policy");
		return PROBE_OK;
	}
	text_append(&probe->found, "whoever reaches the server reads people, groups or policy without saying who it is");
	remedy_strangers(probe);
	return PROBE_WARNING;
}

/* ---- who may write: OpenLDAP, slapd.access(5) ---- */

struct words {
	char *items[WORDS_MAX];
	size_t count;
};

/* Cuts the text, which is changed, at blanks that are not quoted. */
static void words_cut(struct words *words, char *text)
{
	bool quoted = false, inside = false;

	words->count = 0;
	for (char *at = text; *at != '\0'; at++) {
		quoted = quoted != (*at == '"');
		if (!quoted && isspace((unsigned char)*at)) {
			*at = '\0';
			inside = false;
		} else if (!inside && words->count < WORDS_MAX) {
			words->items[words->count++] = at;
			inside = true;
		}
	}
}

/* Is the policy or who has a role written in it? */
static bool decides(const char *name)
{
	char *canonical = memory_string(name);
	const struct attribute_row *row;

	for (char *at = canonical; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	row = schema_attribute_find(canonical);
	free(canonical);
	return strchr("@!", name[0]) != NULL || strcasecmp(name, "entry") == 0 || strcasecmp(name, "children") == 0 ||
	       (row && (row->number > 0 || row->form == FORM_NODE || strcasecmp(row->name, "uid") == 0 ||
	                strcasecmp(row->name, "memberuid") == 0));
}

/* Of "to WHAT…" up to the first "by": all attributes, or one that decides? */
static bool target_decides(const struct words *words, size_t end)
{
	for (size_t i = 1; i < end; i++) {
		char *names = words->items[i] + strcspn(words->items[i], "="), *name;

		if (strncasecmp(words->items[i], "attr", 4) != 0 || *names != '=')
			continue;
		names = memory_string(names + 1);
		char *rest = names;
		bool found = false;
		while ((name = strsep(&rest, ",")) != NULL)
			found = found || decides(name);
		free(names);
		return found;
	}
	return true;
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcasecmp(word, *list) == 0)
			return true;
	return false;
}

/* A level that writes, or privileges with one of those that do. */
static bool access_writes(const char *word)
{
	static const char *const levels[] = {"write", "add", "delete", "manage", NULL};

	return is_one_of(word, levels) || ((*word == '=' || *word == '+') && strpbrk(word, "wazm") != NULL);
}

static bool clause_is_loose(const struct words *words, size_t first, size_t end)
{
	static const char *const everybody[] = {"*", "users", "anonymous", "self", NULL};
	static const char *const control[] = {"stop", "continue", "break", NULL};
	bool writes = false;

	if (first >= end || !is_one_of(words->items[first], everybody))
		return false;
	for (size_t i = first + 1; i < end; i++)
		if (access_writes(words->items[i]))
			writes = true;
		else if (!is_one_of(words->items[i], control))
			return false; /* a condition more */
	return writes;
}

/* Does the rule let people write what decides, because they are people?  What rules before it take away is not seen. */
static bool rule_is_loose(const char *rule)
{
	char *copy = memory_string(rule);
	struct words words;
	size_t by = 0, next;
	bool loose = false;

	words_cut(&words, copy);
	while (by < words.count && strcasecmp(words.items[by], "by") != 0)
		by++;
	if (target_decides(&words, by))
		for (; by < words.count && !loose; by = next) {
			for (next = by + 1; next < words.count && strcasecmp(words.items[next], "by") != 0;)
				next++;
			loose = clause_is_loose(&words, by + 1, next);
		}
	free(copy);
	return loose;
}

static enum probe_state writing_openldap(struct probe *probe)
{
	struct berval **rules = probe->database ? probe_values(probe, probe->database, "olcAccess") : NULL;

	if (!probe->database) {
		text_append(&probe->found, "cn=config cannot be read as this identity: whether people may write policy is not known; "
		            "probe as one who may, once");
		return PROBE_NOT_APPLICABLE;
	}
	for (size_t i = 0; rules && rules[i]; i++)
		if (rule_is_loose(rules[i]->bv_val))
			text_print(&probe->found, "%s: %s", probe->found.length > 0 ? "" : "ordinary people may write by olcAccess",
			           rules[i]->bv_val);
	ldap_value_free_len(rules);
	if (probe->found.length > 0)
		return PROBE_WARNING;
	text_append(&probe->found, "no rule lets people write policy because they are people");
	return PROBE_OK;
}

/* ---- who may write: 389 Directory Server ---- */

struct names {
	char *items[PEOPLE_ASKED];
	size_t count;
};

static void take_name(void *context, LDAP *ldap, LDAPMessage *entry)
{
	struct names *names = context;
	char *dn = ldap_get_dn(ldap, entry);

	if (dn && names->count < PEOPLE_ASKED)
		names->items[names->count++] = memory_string(dn);
	ldap_memfree(dn);
}

static void names_find(struct probe *probe, const char *filter, int limit, struct names *names)
{
	struct probe_search search = {.base = probe->options->base, .scope = LDAP_SCOPE_SUBTREE, .filter = filter,
	                              .size_limit = limit, .take = take_name, .context = names};

	*names = (struct names){.count = 0};
	probe_search(probe, &search);
	ldap_controls_free(search.controls);
}

static void names_free(struct names *names)
{
	while (names->count > 0)
		free(names->items[--names->count]);
}

struct rights {
	size_t known, writing; /* answers; those with an attribute that may be written */
};

/* "member:rscwo, dgGrantsRole:none" */
static void take_rights(void *context, LDAP *ldap, LDAPMessage *entry)
{
	struct rights *rights = context;
	struct berval **values = ldap_get_values_len(ldap, entry, "attributeLevelRights");
	char *copy = values && values[0] ? memory_octets(values[0]->bv_val, values[0]->bv_len) : NULL, *rest = copy, *one;
	bool writes = false;

	while (copy && (one = strsep(&rest, ", ")) != NULL)
		writes = writes || strchr(one + strcspn(one, ":"), 'w') != NULL;
	rights->known += copy != NULL;
	rights->writing += writes;
	free(copy);
	ldap_value_free_len(values);
}

static void rights_of(struct probe *probe, const char *person, const char *target, struct rights *rights)
{
	static const char *const attributes[] = {"member", "uniqueMember", "dgGrantsRole", NULL};
	struct text who;
	LDAPControl control = {.ldctl_oid = (char *)(uintptr_t)EFFECTIVE_RIGHTS, .ldctl_iscritical = 1};
	struct probe_search search = {.base = target, .scope = LDAP_SCOPE_BASE, .attributes = attributes,
	                              .control = &control, .take = take_rights, .context = rights};

	text_init(&who, 65536);
	text_print(&who, "dn:%s", person);
	control.ldctl_value = (struct berval){.bv_val = (char *)(uintptr_t)text_string(&who), .bv_len = who.length};
	probe_search(probe, &search);
	ldap_controls_free(search.controls);
	text_release(&who);
}

static enum probe_state judge_rights(struct probe *probe, const struct rights *rights, const char *target)
{
	if (rights->known == 0) {
		text_append(&probe->found, "this identity may not ask what others may write, or there is nobody and nothing to ask about");
		return PROBE_NOT_APPLICABLE;
	}
	if (rights->writing < rights->known) {
		text_append(&probe->found, "ordinary people may not write policy and groups, as far as a few of them show");
		return PROBE_OK;
	}
	text_print(&probe->found, "ordinary people may write members or roles of %s", target);
	text_append(&probe->remedy, "# take write rights on policy and groups from them: the aci values that show them are in\n"
	            "dsidm INSTANCE -b BASE client_config display # and: ldapsearch -LLL -x -b BASE '(aci=*)' aci\n");
	return PROBE_WARNING;
}

static enum probe_state writing_389(struct probe *probe)
{
	struct names people, target;
	struct rights rights = {0};
	enum probe_state state;

	names_find(probe, "(objectClass=person)", PEOPLE_ASKED, &people);
	names_find(probe, "(|(objectClass=dgBinding)(objectClass=dgBoundGroup))", 1, &target);
	for (size_t i = 0; i < people.count && target.count > 0; i++)
		rights_of(probe, people.items[i], target.items[0], &rights);
	state = judge_rights(probe, &rights, target.count > 0 ? target.items[0] : "");
	names_free(&people);
	names_free(&target);
	return state;
}

/* ---- who may write: Active Directory, which says what this very identity may ---- */

static enum probe_state writing_ad(struct probe *probe)
{
	struct berval **allowed;
	struct names target;
	bool writes = false;

	names_find(probe, "(|(objectClass=dgBinding)(objectClass=dgBoundGroup))", 1, &target);
	allowed = target.count > 0 ? probe_values(probe, target.items[0], "allowedAttributesEffective") : NULL;
	for (size_t i = 0; allowed && allowed[i]; i++)
		writes = writes || strcasecmp(allowed[i]->bv_val, "member") == 0 ||
		         strcasecmp(allowed[i]->bv_val, "dgGrantsRole") == 0;
	ldap_value_free_len(allowed);
	if (writes)
		text_print(&probe->found, "this identity may write %s itself: more than the gateway needs", target.items[0]);
	else
		text_append(&probe->found, "this identity may not write policy; what others may, the server does not say");
	if (writes)
		text_append(&probe->remedy, "# read as an account that only reads; as who may do what: dsacls \"DN-OF-THE-BINDING\"\n");
	names_free(&target);
	return writes ? PROBE_WARNING : PROBE_NOT_APPLICABLE;
}

enum probe_state probe_writing(struct probe *probe)
{
	enum probe_state state;

	switch (probe->vendor) {
	case VENDOR_OPENLDAP:
		state = writing_openldap(probe);
		if (state == PROBE_WARNING)
			text_append(&probe->remedy, "# let people write what is theirs only: schema/openldap/access.conf has rules to start "
			            "from\n");
		return state;
	case VENDOR_389:
		return writing_389(probe);
	case VENDOR_AD:
		return writing_ad(probe);
	default:
		text_append(&probe->found, "who may write policy is not said by this server");
		return PROBE_NOT_APPLICABLE;
	}
}

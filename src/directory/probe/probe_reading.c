/* Everything is read once, as the gateway does at its start; what that showed is looked at from several sides. */
#include "directory/probe/probe_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "directory/server/entry_reader.h"
#include "directory/server/selection.h"
#include "model/builder.h"

#define PAGE             500   /* entries, where reading is by pages; Active Directory gives 1000 at most */
#define GROUP_LARGE      10000 /* members: each change of one sends the whole group again */
#define PAGED_RESULTS    LDAP_CONTROL_PAGEDRESULTS

/* ---- what an entry of a class shows, or it means nothing ---- */

#define ANY_MAX 4
enum demand_kind {
	DEMAND_MUST = 0, /* the schema demands it: one entry without is one of which something is hidden */
	DEMAND_SURELY,   /* if no entry of the class shows it, it is hidden */
	DEMAND_LIKELY    /* … or there is really none */
};

static const struct demand {
	enum schema_class class;
	enum demand_kind kind;
	const char *any[ANY_MAX + 1]; /* as the schema spells them; one is enough */
} demands[] = {
	{CLASS_ROLE, DEMAND_MUST, {"cn"}},
	{CLASS_RESTRICTION, DEMAND_MUST, {"cn"}},
	{CLASS_BINDING, DEMAND_MUST, {"cn"}},
	{CLASS_GROUP_RULE, DEMAND_MUST, {"dgNamePattern"}},
	{CLASS_GROUP_RULE, DEMAND_MUST, {"dgGroupBase"}},
	{CLASS_ROLE_SET, DEMAND_MUST, {"dgRoleMember"}},
	{CLASS_ROLE_SET, DEMAND_MUST, {"dgMaximum"}},
	{CLASS_RESOURCE, DEMAND_MUST, {"dgId"}},
	{CLASS_RESOURCE, DEMAND_MUST, {"dgResourceType"}},
	{CLASS_KNOWN_RESOURCE, DEMAND_MUST, {"dgResourceType"}},
	{CLASS_INVITATION, DEMAND_MUST, {"dgGrantsRole"}},
	{CLASS_INVITATION, DEMAND_MUST, {"dgStatus"}},
	{CLASS_AD_GROUP, DEMAND_MUST, {"groupType"}},
	{CLASS_BINDING, DEMAND_SURELY, {"member", "uniqueMember", "memberUid", "dgMemberFilter"}},
	{CLASS_BINDING, DEMAND_SURELY, {"dgGrantsRole"}},
	{CLASS_BOUND_GROUP, DEMAND_SURELY, {"dgGrantsRole"}},
	{CLASS_ROLE, DEMAND_LIKELY, {"dgPermission", "dgOrganizationPermission"}},
	{CLASS_RESTRICTION, DEMAND_LIKELY, {"dgRestricts", "dgObligation"}},
	{CLASS_GROUP_OF_NAMES, DEMAND_LIKELY, {"member"}},
	{CLASS_GROUP_OF_MEMBERS, DEMAND_LIKELY, {"member"}},
	{CLASS_GROUP_OF_UNIQUE_NAMES, DEMAND_LIKELY, {"uniqueMember"}},
	{CLASS_POSIX_GROUP, DEMAND_LIKELY, {"memberUid", "member", "gidNumber"}},
};
#define DEMANDS (sizeof(demands) / sizeof(*demands))
_Static_assert(DEMANDS <= PROBE_DEMANDS_MAX, "there is a count for each");

static const struct record_attribute *record_find(const struct record *record, const char *name)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcasecmp(record->attributes[i].name, name) == 0 && record->attributes[i].count > 0)
			return &record->attributes[i];
	return NULL;
}

static bool record_has_class(const struct record *record, const char *name)
{
	const struct record_attribute *classes = record_find(record, "objectClass");

	for (size_t i = 0; classes && i < classes->count; i++)
		if (classes->values[i].length == strlen(name) && strncasecmp(classes->values[i].octets, name, strlen(name)) == 0)
			return true;
	return false;
}

static bool record_shows(const struct record *record, const struct demand *demand)
{
	bool shows = false;

	for (size_t i = 0; demand->any[i]; i++)
		shows = shows || record_find(record, demand->any[i]) != NULL;
	return shows;
}

/* ---- reading ---- */

struct pass {
	struct probe *probe;
	struct builder *builder;
	struct entry_reader reader;
};

static void count_demands(struct probe_reading *reading, const struct record *record)
{
	for (size_t i = 0; i < DEMANDS; i++) {
		if (!record_has_class(record, schema_classes[demands[i].class].name))
			continue;
		reading->demands[i].entries++;
		reading->demands[i].without += !record_shows(record, &demands[i]);
	}
}

static void count_members(struct probe_reading *reading, const struct record *record)
{
	static const char *const names[] = {"member", "uniqueMember", "memberUid"};
	size_t members = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *attribute = &record->attributes[i];

		reading->values += attribute->count;
		reading->ranged = reading->ranged || strcasestr(attribute->name, ";range=") != NULL;
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			if (strncasecmp(attribute->name, names[k], strlen(names[k])) == 0 &&
			    (attribute->name[strlen(names[k])] == '\0' || attribute->name[strlen(names[k])] == ';'))
				members += attribute->count;
	}
	reading->memberships += members;
	if (members <= reading->largest)
		return;
	reading->largest = members;
	free(reading->largest_dn);
	reading->largest_dn = memory_octets(record->dn, record->dn_length);
}

static void take_entry(void *context, LDAP *ldap, LDAPMessage *message)
{
	struct pass *pass = context;
	struct probe_reading *reading = &pass->probe->reading;
	struct arena *arena = arena_new();
	struct record record;
	size_t octets;

	if (entry_reader_read(&pass->reader, ldap, message, arena, &record, &octets)) {
		reading->entries++;
		reading->ours += record_is_ours(&record);
		count_demands(reading, &record);
		count_members(reading, &record);
		builder_put(pass->builder, 0, &record, NULL);
	}
	arena_free(arena);
}

/* The cookie of the next page; false: this was the last one. */
static bool page_next(LDAP *ldap, LDAPControl **controls, struct berval *cookie)
{
	LDAPControl *control = ldap_control_find(PAGED_RESULTS, controls, NULL);
	ber_int_t estimate;

	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){0};
	return control && ldap_parse_pageresponse_control(ldap, control, &estimate, cookie) == LDAP_SUCCESS &&
	       cookie->bv_len > 0;
}

static int read_pages(struct probe *probe, struct probe_search *search)
{
	LDAP *ldap = session_ldap(probe->session);
	struct berval cookie = {0};
	bool more = true;
	int code = LDAP_SUCCESS;

	while (more && code == LDAP_SUCCESS) {
		LDAPControl *control;

		code = ldap_create_page_control(ldap, PAGE, &cookie, 0, &control);
		if (code != LDAP_SUCCESS)
			break;
		search->control = control;
		code = probe_search(probe, search);
		probe->reading.references += search->references;
		more = page_next(ldap, search->controls, &cookie);
		ldap_controls_free(search->controls);
		search->controls = NULL;
		ldap_control_free(control);
	}
	ber_memfree(cookie.bv_val);
	return code;
}

static int read_synchronized(struct probe *probe, struct probe_search *search)
{
	static char refresh_only[] = {0x30, 0x03, 0x0a, 0x01, 0x01}; /* RFC 4533 section 2.2 */
	LDAPControl control = {(char *)(uintptr_t)LDAP_CONTROL_SYNC, {sizeof(refresh_only), refresh_only}, 1};
	int code;

	search->control = &control;
	code = probe_search(probe, search);
	probe->reading.references += search->references;
	ldap_controls_free(search->controls);
	return code;
}

static void read_all(struct probe *probe, const struct selection *selection)
{
	struct pass pass = {.probe = probe, .builder = builder_new(NULL, probe->options->settings)};
	struct probe_search search = {
		.base = probe->options->base,
		.scope = LDAP_SCOPE_SUBTREE,
		.filter = selection->filter,
		.attributes = (const char *const *)selection->attributes,
		.take = take_entry,
		.context = &pass,
	};
	instant begun = clock_monotonic();
	struct snapshot *snapshot;

	probe->reading.code = probe->synchronizes ? read_synchronized(probe, &search) : read_pages(probe, &search);
	probe->reading.seconds = (double)(clock_monotonic() - begun) / 1e9;
	snapshot = builder_freeze(pass.builder);
	for (int i = 0; i < KIND_COUNT; i++)
		probe->reading.kinds[i] = snapshot_count(snapshot, (enum kind)i);
	snapshot_drop(snapshot);
	builder_free(pass.builder);
	entry_reader_release(&pass.reader);
}

/* ---- is it all? ---- */

static bool is_limit(int code)
{
	return code == LDAP_SIZELIMIT_EXCEEDED || code == LDAP_TIMELIMIT_EXCEEDED || code == LDAP_ADMINLIMIT_EXCEEDED;
}

static void remedy_limits(struct probe *probe)
{
	struct text who;

	text_init(&who, 4096);
	remedy_who(probe, &who);
	switch (probe->vendor) {
	case VENDOR_OPENLDAP:
		remedy_openldap(probe, "olcLimits", "limits", "", "%s size=unlimited time=unlimited", text_string(&who));
		break;
	case VENDOR_389:
		text_append(&probe->remedy, "# as the Directory Manager:\n");
		remedy_begin_modify(probe, remedy_identity(probe), "-x -D \"cn=Directory Manager\" -W");
		text_append(&probe->remedy, "replace: nsSizeLimit\nnsSizeLimit: -1\n-\nreplace: nsLookThroughLimit\n"
		            "nsLookThroughLimit: -1\n-\nreplace: nsPagedSizeLimit\nnsPagedSizeLimit: -1\n-\n"
		            "replace: nsPagedLookThroughLimit\nnsPagedLookThroughLimit: -1\n-\nreplace: nsTimeLimit\n"
		            "nsTimeLimit: -1\n");
		remedy_end_modify(probe);
		break;
	case VENDOR_AD:
		text_append(&probe->remedy, "# on a domain controller: ntdsutil, \"LDAP policies\": MaxPageSize 1000, MaxQueryDuration "
		            "120 or more\n");
		break;
	case VENDOR_OTHER:
		text_append(&probe->remedy, "# lift the size, time and look-through limits for this identity\n");
		break;
	}
	text_release(&who);
}

enum probe_state probe_read_whole(struct probe *probe)
{
	struct probe_reading *reading = &probe->reading;
	struct selection selection;
	struct error why;

	if (selection_make(probe->options->settings, &(struct name_set){0}, NULL, &selection, &why) < 0) {
		text_append(&probe->found, why.text);
		selection_release(&selection);
		return PROBE_FAILED;
	}
	reading->done = true;
	read_all(probe, &selection);
	selection_release(&selection);
	if (reading->code == LDAP_SUCCESS) {
		text_print(&probe->found, "all %zu entries came, in %.2f s", reading->entries, reading->seconds);
		return PROBE_OK;
	}
	text_print(&probe->found, "ended after %zu entries and %.2f s with %s (%d): what came is not all, and would not be used",
	           reading->entries, reading->seconds, ldap_err2string(reading->code), reading->code);
	if (is_limit(reading->code))
		remedy_limits(probe);
	return PROBE_FAILED;
}

/* ---- what is there? ---- */

static void remedy_read(struct probe *probe, const char *attributes)
{
	const char *domain = remedy_plain(probe->options->base, "DC=your,DC=domain");

	switch (probe->vendor) {
	case VENDOR_OPENLDAP:
		remedy_openldap_read(probe, remedy_base(probe), attributes);
		break;
	case VENDOR_389:
		remedy_389_aci(probe, "dirgate reads", "!=\"userPassword\"", "allow (read,search,compare)");
		break;
	case VENDOR_AD:
		text_print(&probe->remedy, "# as a domain administrator; DOMAIN\\ACCOUNT is the gateway's:\n"
		           "dsacls \"%s\" /G DOMAIN\\ACCOUNT:GR /I:T\n"
		           "# Samba: samba-tool dsacl set --objectdn=\"%s\" --sddl=\"(A;CI;RPLCLO;;;SID-of-the-account)\"\n",
		           domain, domain);
		break;
	case VENDOR_OTHER:
		text_print(&probe->remedy, "# let this identity read %s below %s\n", *attributes ? attributes : "everything",
		           remedy_base(probe));
		break;
	}
}

enum probe_state probe_entries(struct probe *probe)
{
	const struct probe_reading *reading = &probe->reading;
	const uint32_t *kinds = reading->kinds;

	if (reading->entries == 0) {
		text_print(&probe->found, "nothing can be read below %s", probe->options->base);
		remedy_read(probe, "");
		return PROBE_FAILED;
	}
	text_print(&probe->found, "people %u, workspaces %u, roles %u, groups %u, bindings %u, members of both %zu%s",
	           kinds[KIND_PERSON], kinds[KIND_WORKSPACE], kinds[KIND_ROLE], kinds[KIND_GROUP], kinds[KIND_BINDING],
	           reading->memberships, reading->code == LDAP_SUCCESS ? "" : ", as far as it was read");
	if (reading->ours > 0)
		return PROBE_OK;
	text_append(&probe->found, "; nothing of our schema among them: an empty policy is not taken for one");
	if (probe->options->without_policy)
		return PROBE_NOT_APPLICABLE;
	remedy_read(probe, "");
	text_append(&probe->remedy, "# or nothing of ours is there yet: examples/ has organizations to start from\n");
	return PROBE_FAILED;
}

/* ---- may we see all of it? ---- */

static void demand_print(const struct demand *demand, const char *between, struct text *out)
{
	for (size_t i = 0; demand->any[i]; i++)
		text_print(out, "%s%s", i > 0 ? between : "", demand->any[i]);
}

static bool is_hidden(const struct demand *demand, const struct demand_count *count)
{
	return demand->kind == DEMAND_MUST ? count->without > 0 : count->entries > 0 && count->without == count->entries;
}

enum probe_state probe_rights(struct probe *probe)
{
	const struct demand_count *counts = probe->reading.demands;
	enum probe_state state = PROBE_OK;
	struct text names;
	size_t hidden = 0;

	text_init(&names, 4096);
	for (size_t i = 0; i < DEMANDS; i++) {
		if (!is_hidden(&demands[i], &counts[i]))
			continue;
		if (state != PROBE_FAILED)
			state = demands[i].kind == DEMAND_LIKELY ? PROBE_WARNING : PROBE_FAILED;
		text_print(&probe->found, "%s%zu of %zu %s show no ", hidden++ > 0 ? "; " : "", counts[i].without, counts[i].entries,
		           schema_classes[demands[i].class].name);
		demand_print(&demands[i], " nor ", &probe->found);
		text_append(&names, names.length > 0 ? "," : "");
		demand_print(&demands[i], ",", &names);
	}
	if (hidden > 0) {
		text_append(&probe->found, ": most likely this identity may not read it; what follows from it is not seen");
		remedy_read(probe, text_string(&names));
	} else {
		text_append(&probe->found, "what entries must have to mean something can be read");
	}
	text_release(&names);
	return state;
}

/* Names alone are asked for: nobody's password comes here. */
enum probe_state probe_passwords(struct probe *probe)
{
	const char *const attributes[] = {"userPassword", NULL};
	struct probe_search search = {.base = probe->options->base, .scope = LDAP_SCOPE_SUBTREE, .size_limit = 1,
	                              .filter = "(userPassword=*)", .attributes = attributes, .names_only = true};

	if (probe->vendor == VENDOR_AD) {
		text_append(&probe->found, "Active Directory shows them to nobody");
		return PROBE_NOT_APPLICABLE;
	}
	probe_search(probe, &search);
	ldap_controls_free(search.controls);
	if (search.entries == 0) {
		text_append(&probe->found, "passwords of people cannot be read, as it should be");
		return PROBE_OK;
	}
	text_append(&probe->found, "this identity may look for userPassword, and perhaps read it: more than the gateway needs");
	if (probe->vendor == VENDOR_OPENLDAP)
		remedy_openldap_no_passwords(probe);
	else if (probe->vendor == VENDOR_389)
		remedy_389_aci(probe, "no passwords for dirgate", "=\"userPassword\"", "deny (read,search,compare)");
	else
		text_append(&probe->remedy, "# hide userPassword from this identity\n");
	return PROBE_WARNING;
}

/* ---- what is large, and what is elsewhere ---- */

enum probe_state probe_references(struct probe *probe)
{
	if (probe->reading.references == 0) {
		text_append(&probe->found, "nothing below the base is on another server");
		return PROBE_OK;
	}
	text_print(&probe->found, "%zu references to other servers, which are not followed: what is there is not seen",
	           probe->reading.references);
	if (probe->vendor == VENDOR_AD) {
		text_append(&probe->found, " (of a domain's root, the partitions for DNS and configuration: none of them is needed)");
		return PROBE_OK;
	}
	text_append(&probe->remedy, "# give each of those servers as a source of its own, with its base\n");
	return PROBE_WARNING;
}

enum probe_state probe_groups(struct probe *probe)
{
	const struct probe_reading *reading = &probe->reading;

	if (!reading->largest_dn) {
		text_append(&probe->found, "there are no members");
		return PROBE_NOT_APPLICABLE;
	}
	text_print(&probe->found, "the largest has %zu members: %s", reading->largest, reading->largest_dn);
	if (reading->largest < GROUP_LARGE)
		return PROBE_OK;
	text_append(&probe->found, "; each change of one sends all of them to every gateway");
	text_append(&probe->remedy, "# divide it into groups that are members of it, or use a dgMemberFilter\n");
	return PROBE_WARNING;
}

enum probe_state probe_ranges(struct probe *probe)
{
	if (probe->vendor != VENDOR_AD) {
		text_append(&probe->found, "members come all at once");
		return PROBE_NOT_APPLICABLE;
	}
	text_append(&probe->found, probe->reading.ranged ? "large groups come in parts (range retrieval), which are put together"
	                                                 : "no group is so large that it comes in parts");
	return PROBE_OK;
}

/* ---- pages ---- */

enum probe_state probe_paging(struct probe *probe)
{
	LDAP *ldap = session_ldap(probe->session);
	struct probe_search search = {.base = probe->options->base, .scope = LDAP_SCOPE_SUBTREE};
	struct berval cookie = {0};
	LDAPControl *control;
	bool more;
	int code;

	if (ldap_create_page_control(ldap, 1, NULL, 1, &control) != LDAP_SUCCESS)
		return PROBE_NOT_APPLICABLE;
	search.control = control;
	code = probe_search(probe, &search);
	more = page_next(ldap, search.controls, &cookie);
	ber_memfree(cookie.bv_val);
	ldap_controls_free(search.controls);
	ldap_control_free(control);
	if (code == LDAP_SUCCESS && (more || search.entries <= 1)) {
		text_append(&probe->found, "works");
		return PROBE_OK;
	}
	text_print(&probe->found, "reading by pages (RFC 2696) does not work: %s (%d)", ldap_err2string(code), code);
	if (probe->synchronizes) {
		text_append(&probe->found, "; it is not needed here");
		return PROBE_NOT_APPLICABLE;
	}
	return PROBE_WARNING;
}

#include "directory/dirsync/dirsync_entries.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "directory/dirsync/dirsync_ranges.h"

#define PAGE_SIZE   500 /* entries; Windows gives at most 1000 at once */
#define FETCH_SIZE  50  /* objects asked for in one search */
#define FILTER_MAX  65536

/* ---- bundles ---- */

static struct bundle *bundle_open(struct dirsync_entries *entries)
{
	if (!entries->bundle)
		entries->bundle = bundle_new();
	return entries->bundle;
}

void dirsync_entries_flush(struct dirsync_entries *entries)
{
	struct bundle *bundle = entries->bundle;

	entries->bundle = NULL;
	entries->octets = 0;
	entries->in_bundle = 0;
	if (bundle && bundle_is_empty(bundle))
		bundle_free(bundle);
	else if (bundle)
		entries->hand_over(entries->context, bundle);
}

static void bundle_close_if_full(struct dirsync_entries *entries)
{
	bool full = entries->octets_max > 0 ? entries->in_bundle == BUNDLE_CHANGES_MAX ||
	                                          entries->octets >= entries->octets_max
	                                    : bundle_is_full(entries->bundle);

	if (full)
		dirsync_entries_flush(entries);
}

static void put(struct dirsync_entries *entries, const struct dirsync_guid *guid, struct record *record)
{
	char key[DIRSYNC_GUID_SIZE];

	dirsync_guid_print(guid, key);
	record->key = arena_string(bundle_arena(entries->bundle), key);
	bundle_put(entries->bundle, record);
	entries->in_bundle++;
	read_check_count(&entries->check, record);
	if (entries->entry)
		entries->entry(entries->context, guid, record);
	bundle_close_if_full(entries);
}

void dirsync_entries_remove(struct dirsync_entries *entries, const struct dirsync_guid *guid)
{
	char key[DIRSYNC_GUID_SIZE];

	dirsync_guid_print(guid, key);
	bundle_remove(bundle_open(entries), key);
	entries->in_bundle++;
	bundle_close_if_full(entries);
}

/* ---- taking ---- */

static void partial_add(struct dirsync_entries *entries, const struct dirsync_guid *guid)
{
	if (entries->partial_count == entries->partial_capacity) {
		entries->partial_capacity = entries->partial_capacity > 0 ? entries->partial_capacity * 2 : 16;
		entries->partial = memory_resize(entries->partial, entries->partial_capacity, sizeof(*entries->partial));
	}
	entries->partial[entries->partial_count++] = *guid;
}

static void message_free(void *message)
{
	ldap_msgfree(message);
}

static int take_entry(void *context, LDAPMessage *message, bool *kept, struct error *why)
{
	struct dirsync_entries *entries = context;
	const struct session *session = entries->link->session;
	struct bundle *bundle = bundle_open(entries);
	struct dirsync_guid guid;
	struct record record;
	size_t octets;

	if (!entry_reader_read(&entries->reader, session_ldap(session), message, bundle_arena(bundle), &record, &octets) ||
	    !dirsync_record_guid(&record, &guid))
		return error_set(why, -EPROTO, "%s: an entry cannot be decoded, or has no objectGUID", session_uri(session));
	if (!dirsync_record_is_whole(&record, bundle_arena(bundle))) {
		partial_add(entries, &guid);
		return 0;
	}
	*kept = true;
	entries->octets += octets;
	bundle_keep(bundle, message, message_free, octets);
	dirsync_record_trim(&record, entries->asked);
	put(entries, &guid, &record);
	return 0;
}

/* Those that came with a part of their values, one by one. */
static int partial_read(struct dirsync_entries *entries, struct error *why)
{
	int result = 0;

	for (size_t i = 0; i < entries->partial_count && result >= 0; i++) {
		struct dirsync_ranged ranged = {.link = entries->link, .asked = entries->asked, .guid = entries->partial[i],
		                                .reader = &entries->reader, .bundle = bundle_open(entries)};

		result = dirsync_ranged_read(&ranged, why);
		entries->octets += ranged.octets;
		if (result == 0)
			put(entries, &ranged.guid, &ranged.record);
	}
	entries->partial_count = 0;
	return result < 0 ? result : 0;
}

/* ---- searching ---- */

static int search_run(struct dirsync_entries *entries, const char *filter, LDAPControl **controls, bool whole,
                      LDAPControl ***answered, struct error *why)
{
	const struct dirsync_search search = {.base = entries->base, .scope = LDAP_SCOPE_SUBTREE, .filter = filter,
	                                      .attributes = entries->asked->attributes, .controls = controls,
	                                      .count_references = whole, .take = take_entry, .context = entries};
	int result = dirsync_search(entries->link, &search, answered, why);

	return result == DIRSYNC_NO_OBJECT ? -ENOENT : result;
}

int dirsync_entries_page(struct dirsync_entries *entries, struct berval *cookie, struct error *why)
{
	LDAP *ldap = session_ldap(entries->link->session);
	LDAPControl *page = NULL, *controls[2] = {NULL, NULL}, **answered = NULL, *answer;
	ber_int_t estimate;
	int result;

	if (ldap_create_page_control(ldap, PAGE_SIZE, cookie->bv_val ? cookie : NULL, 1, &page) != LDAP_SUCCESS)
		return error_set(why, -ENOMEM, "no memory for the search");
	controls[0] = page;
	result = search_run(entries, entries->asked->filter, controls, true, &answered, why);
	ldap_control_free(page);
	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){0};
	answer = result == 0 ? ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answered, NULL) : NULL;
	/* RFC 2696 section 3: an empty cookie says that it was all; the control is critical, so that it is always there. */
	if (result == 0 && (!answer || ldap_parse_pageresponse_control(ldap, answer, &estimate, cookie) != LDAP_SUCCESS))
		result = error_set(why, -EPROTO, "%s: a page came without saying whether it was the last (RFC 2696)",
		                   session_uri(entries->link->session));
	ldap_controls_free(answered);
	if (result == 0)
		result = partial_read(entries, why);
	return result < 0 || cookie->bv_len > 0 ? result : DIRSYNC_LAST_PAGE;
}

int dirsync_entries_fetch(struct dirsync_entries *entries, const struct dirsync_guid *guids, size_t count,
                          struct error *why)
{
	struct text filter;
	int result = 0;

	text_init(&filter, FILTER_MAX + strlen(entries->asked->filter));
	for (size_t done = 0; done < count && result == 0;) {
		text_reset(&filter);
		text_append(&filter, "(&(|");
		for (size_t i = 0; i < FETCH_SIZE && done < count; i++)
			dirsync_guid_filter(&guids[done++], &filter);
		text_print(&filter, ")%s)", entries->asked->filter);
		result = search_run(entries, text_string(&filter), NULL, false, NULL, why);
		if (result == 0)
			result = partial_read(entries, why);
	}
	text_release(&filter);
	return result;
}

struct probing {
	const struct dirsync_probe *probe;
	LDAP *ldap;
	bool found;
};

static int probe_entry(void *context, LDAPMessage *message, bool *kept, struct error *why)
{
	struct probing *probing = context;
	struct berval **ids = ldap_get_values_len(probing->ldap, message, "objectGUID");
	char *dn = ldap_get_dn(probing->ldap, message), key[DIRSYNC_GUID_SIZE];
	struct dirsync_guid guid;

	(void)kept;
	(void)why;
	if (!dn || !ids || !ids[0] || !dirsync_guid_take(ids[0]->bv_val, ids[0]->bv_len, &guid)) {
		probing->found = true;
	} else {
		dirsync_guid_print(&guid, key);
		probing->found = probing->found || probing->probe->matters(probing->probe->context, key, dn);
	}
	ldap_memfree(dn);
	ldap_value_free_len(ids);
	return 0;
}

static bool has_next_page(LDAP *ldap, LDAPControl **controls)
{
	LDAPControl *answer = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	struct berval cookie = {0};
	ber_int_t estimate;
	bool next = !answer || ldap_parse_pageresponse_control(ldap, answer, &estimate, &cookie) != LDAP_SUCCESS ||
	            cookie.bv_len > 0;

	ber_memfree(cookie.bv_val);
	return next;
}

int dirsync_entries_below(const struct dirsync_entries *entries, const struct dirsync_guid *guid,
                          const struct dirsync_probe *probe, struct error *why)
{
	char key[DIRSYNC_GUID_SIZE], base[DIRSYNC_GUID_SIZE + 8], id[] = "objectGUID", *attributes[] = {id, NULL};
	LDAP *ldap = session_ldap(entries->link->session);
	struct probing probing = {.probe = probe, .ldap = ldap};
	LDAPControl *page = NULL, *controls[2] = {NULL, NULL}, **answered = NULL;
	const struct dirsync_search search = {.base = base, .scope = LDAP_SCOPE_SUBTREE, .filter = entries->asked->filter,
	                                      .attributes = attributes, .controls = controls, .take = probe_entry,
	                                      .context = &probing};
	int result;

	if (ldap_create_page_control(ldap, PAGE_SIZE, NULL, 1, &page) != LDAP_SUCCESS)
		return error_set(why, -ENOMEM, "no memory for the search");
	controls[0] = page;
	dirsync_guid_print(guid, key);
	snprintf(base, sizeof(base), "<GUID=%s>", key);
	result = dirsync_search(entries->link, &search, &answered, why);
	ldap_control_free(page);
	if (result == 0 && (probing.found || has_next_page(ldap, answered)))
		result = DIRSYNC_ANY_BELOW;
	else if (result == DIRSYNC_NO_OBJECT)
		result = 0;
	ldap_controls_free(answered);
	return result;
}

void dirsync_entries_release(struct dirsync_entries *entries)
{
	bundle_free(entries->bundle);
	entry_reader_release(&entries->reader);
	free(entries->partial);
	entries->bundle = NULL;
	entries->partial = NULL;
	entries->partial_count = entries->partial_capacity = 0;
}

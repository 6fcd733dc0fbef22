#include "message.h"

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

#define DN_MAX 4096

static BerElement *new_ber(void)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	if (!ber)
		abort();
	return ber;
}

/* Appends what `value` holds as an octet string, and frees it. */
static void put_value(BerElement *ber, BerElement *value)
{
	struct berval octets;

	if (ber_flatten2(value, &octets, 0) < 0)
		abort();
	ber_printf(ber, "O", &octets);
	ber_free(value, 1);
}

static void put_control(BerElement *ber, const char *oid, BerElement *value)
{
	ber_printf(ber, "t{{s", LDAP_TAG_CONTROLS, oid);
	put_value(ber, value);
	ber_printf(ber, "}}");
}

/* ---- entries ---- */

static void put_text(BerElement *ber, const char *name, const char *value)
{
	ber_printf(ber, "{s[s]}", name, value);
}

static void put_computed(BerElement *ber, const struct fake_entry *entry, const struct fake_look *look)
{
	const struct fake_request *request = look->request;
	char text[64];
	const char *unused;

	if (fake_request_wants(request, "entryCSN", true, &unused)) {
		fake_csn_print(entry->changed, text);
		put_text(ber, "entryCSN", text);
	}
	if (fake_request_wants(request, "contextCSN", true, &unused) && look->context) {
		fake_csn_print(look->change, text);
		put_text(ber, "contextCSN", text);
	}
	snprintf(text, sizeof(text), "%sZ", entry->time);
	if (fake_request_wants(request, "modifyTimestamp", true, &unused) && *entry->dn)
		put_text(ber, "modifyTimestamp", text);
	if (fake_request_wants(request, "uSNChanged", true, &unused)) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)entry->changed);
		put_text(ber, "uSNChanged", text);
	}
	if (fake_request_wants(request, "highestCommittedUSN", true, &unused) && !*entry->dn) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)look->change);
		put_text(ber, "highestCommittedUSN", text);
	}
	if (request->dirsync || fake_request_wants(request, "objectGUID", true, &unused))
		ber_printf(ber, "{s[o]}", "objectGUID", (const char *)entry->id, (ber_len_t)16);
	if (fake_request_names(request, "entryUUID")) {
		const unsigned char *id = entry->id;

		snprintf(text, sizeof(text), "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", id[0], id[1],
		         id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
		put_text(ber, "entryUUID", text);
	}
	if (entry->deleted)
		put_text(ber, "isDeleted", "TRUE");
}

/* The part of the values that is asked for, or as many as the server gives at once ([MS-ADTS] 3.1.1.3.1.3.3). */
static void put_ranged(BerElement *ber, const struct fake_attribute *attribute, const char *asked, long most)
{
	size_t from = asked ? strtoul(asked, NULL, 10) : 0, to = from + (size_t)most;
	char name[200];

	if (to >= attribute->count)
		snprintf(name, sizeof(name), "%s;range=%zu-*", attribute->name, from);
	else
		snprintf(name, sizeof(name), "%s;range=%zu-%zu", attribute->name, from, to - 1);
	if (!asked)
		ber_printf(ber, "{s[]}", attribute->name);
	ber_printf(ber, "{s[", name);
	for (size_t i = from; i < to && i < attribute->count; i++)
		ber_printf(ber, "O", &attribute->values[i]);
	ber_printf(ber, "]}");
}

/* DirSync tells the attributes that are not as they were. */
static bool is_as_before(const struct fake_entry *before, const struct fake_attribute *attribute)
{
	const struct fake_attribute *old = before ? fake_entry_attribute(before, attribute->name) : NULL;

	if (!old || old->count != attribute->count)
		return false;
	for (size_t i = 0; i < old->count; i++)
		if (ber_bvcmp(&old->values[i], &attribute->values[i]) != 0)
			return false;
	return true;
}

static void put_attribute(BerElement *ber, const struct fake_attribute *attribute, const struct fake_look *look)
{
	const char *asked;

	if (!fake_request_wants(look->request, attribute->name, false, &asked))
		return;
	if (look->range > 0 && (asked || attribute->count > (size_t)look->range)) {
		put_ranged(ber, attribute, asked, look->range);
		return;
	}
	ber_printf(ber, "{s[", attribute->name);
	for (size_t i = 0; i < attribute->count; i++)
		ber_printf(ber, "O", &attribute->values[i]);
	ber_printf(ber, "]}");
}

static void put_big(BerElement *ber, size_t octets)
{
	struct berval value = {octets, memory_alloc(octets + 1)};

	memset(value.bv_val, 'x', octets);
	ber_printf(ber, "{s[O]}", "padding", &value);
	free(value.bv_val);
}

static BerElement *state_value(const struct fake_entry *entry, const struct fake_look *look)
{
	BerElement *value = new_ber();

	ber_printf(value, "{eo", look->state, (const char *)entry->id, (ber_len_t)16);
	if (look->cookie)
		ber_printf(value, "s", look->cookie);
	ber_printf(value, "}");
	return value;
}

static void dn_print(const struct fake_entry *entry, bool extended, char *text, size_t size)
{
	char guid[FAKE_GUID_SIZE];

	fake_guid_print(entry->id, guid);
	snprintf(text, size, extended ? "<GUID=%s>;%s" : "%.0s%s", guid, entry->dn);
}

BerElement *fake_message_entry(int id, const struct fake_entry *entry, const struct fake_look *look)
{
	BerElement *ber = new_ber();
	bool values = look->state != LDAP_SYNC_PRESENT && look->state != LDAP_SYNC_DELETE;
	char dn[DN_MAX];

	dn_print(entry, look->request->extended, dn, sizeof(dn));
	ber_printf(ber, "{it{s{", id, LDAP_RES_SEARCH_ENTRY, dn);
	for (size_t i = 0; values && !entry->deleted && i < entry->count; i++)
		if (!look->request->dirsync || !is_as_before(look->before, &entry->attributes[i]))
			put_attribute(ber, &entry->attributes[i], look);
	/* Whatever is made, moved or deleted has another name. */
	if (look->request->dirsync && (!look->before || entry->deleted))
		put_text(ber, "name", entry->deleted ? "x\nDEL" : "x");
	if (values)
		put_computed(ber, entry, look);
	if (values && look->big > 0)
		put_big(ber, look->big);
	ber_printf(ber, "}}");
	if (look->state >= 0)
		put_control(ber, LDAP_CONTROL_SYNC_STATE, state_value(entry, look));
	ber_printf(ber, "}");
	return ber;
}

/* ---- others ---- */

BerElement *fake_message_result(int id, ber_tag_t tag, int code, const char *text, const char *oid, BerElement *value)
{
	BerElement *ber = new_ber();

	ber_printf(ber, "{it{ess}", id, tag, code, "", text);
	if (oid)
		put_control(ber, oid, value);
	ber_printf(ber, "}");
	return ber;
}

BerElement *fake_message_reference(int id, const char *uri)
{
	BerElement *ber = new_ber();

	ber_printf(ber, "{it{s}}", id, LDAP_RES_SEARCH_REFERENCE, uri);
	return ber;
}

BerElement *fake_message_notice(void)
{
	BerElement *ber = new_ber();

	ber_printf(ber, "{it{essts}}", 0, LDAP_RES_EXTENDED, LDAP_UNAVAILABLE, "", "the server goes down",
	           LDAP_TAG_EXOP_RES_OID, LDAP_NOTICE_OF_DISCONNECTION);
	return ber;
}

BerElement *fake_message_info(int id, BerElement *value)
{
	BerElement *ber = new_ber();
	struct berval octets;

	if (ber_flatten2(value, &octets, 0) < 0)
		abort();
	ber_printf(ber, "{it{tstO}}", id, LDAP_RES_INTERMEDIATE, LDAP_TAG_IM_RES_OID, LDAP_SYNC_INFO, LDAP_TAG_IM_RES_VALUE,
	           &octets);
	ber_free(value, 1);
	return ber;
}

BerElement *fake_page_value(long size, const char *cookie)
{
	BerElement *value = new_ber();

	ber_printf(value, "{is}", (int)size, cookie);
	return value;
}

BerElement *fake_dirsync_value(bool more, const char *cookie)
{
	BerElement *value = new_ber();

	ber_printf(value, "{iis}", more, 0, cookie);
	return value;
}

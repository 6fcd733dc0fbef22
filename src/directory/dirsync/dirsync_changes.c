#include "directory/dirsync/dirsync_changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/memory.h"
#include "directory/server/entry_reader.h"

/* MS-ADTS section 3.1.1.3.4.1.5: names come as "<GUID=…>;<SID=…>;CN=…" if the value says 1. */
#define EXTENDED_DN "1.2.840.113556.1.4.529"
static const char extended_as_text[] = "\x30\x03\x02\x01\x01";

/* ---- reports ---- */

void dirsync_reports_add(struct dirsync_reports *reports, const struct dirsync_report *report)
{
	if (reports->count == DIRSYNC_REPORTS_MAX) {
		reports->overflowed = true;
		return;
	}
	if (reports->count == reports->capacity) {
		reports->capacity = reports->capacity > 0 ? reports->capacity * 2 : 64;
		reports->items = memory_resize(reports->items, reports->capacity, sizeof(*reports->items));
	}
	reports->items[reports->count++] = *report;
}

void dirsync_reports_append(struct dirsync_reports *reports, const struct dirsync_reports *more)
{
	for (size_t i = 0; i < more->count; i++)
		dirsync_reports_add(reports, &more->items[i]);
	reports->overflowed = reports->overflowed || more->overflowed;
}

void dirsync_reports_clear(struct dirsync_reports *reports)
{
	reports->count = 0;
	reports->overflowed = false;
}

void dirsync_reports_release(struct dirsync_reports *reports)
{
	free(reports->items);
	*reports = (struct dirsync_reports){0};
}

/* ---- one object ---- */

struct taking {
	const struct dirsync_link *link;
	struct entry_reader reader;
	struct dirsync_reports *reports; /* NULL: what comes is stepped over */
	bool members;
};

static bool attribute_is(const struct record_attribute *attribute, const char *name)
{
	return strcasecmp(attribute->name, name) == 0;
}

/* An undeleted object comes with isDeleted, but without a value. */
static bool value_is_true(const struct record_attribute *attribute)
{
	return attribute->count > 0 && attribute->values[0].length == 4 &&
	       strncasecmp(attribute->values[0].octets, "TRUE", 4) == 0;
}

static void report_members(struct taking *taking, const struct record_attribute *attribute)
{
	static const char begin[] = "<GUID=";
	const size_t at = sizeof(begin) - 1, length = DIRSYNC_GUID_SIZE - 1;
	struct dirsync_report report = {0};
	char text[DIRSYNC_GUID_SIZE];

	for (size_t i = 0; i < attribute->count; i++) {
		const struct record_value *value = &attribute->values[i];

		if (value->length < at + length || memcmp(value->octets, begin, at) != 0)
			continue;
		memcpy(text, value->octets + at, length);
		text[length] = '\0';
		if (dirsync_guid_parse(text, &report.guid))
			dirsync_reports_add(taking->reports, &report);
	}
}

/* An object comes with those attributes that changed.  Every change of its name or place changes `name`, and only a new
 * one has objectClass. */
static bool report_read(struct taking *taking, const struct record *record, struct dirsync_report *report)
{
	bool known = false, named = false;

	*report = (struct dirsync_report){0};
	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *attribute = &record->attributes[i];

		if (attribute_is(attribute, "objectGUID") && attribute->count > 0)
			known = dirsync_guid_take(attribute->values[0].octets, attribute->values[0].length, &report->guid);
		else if (attribute_is(attribute, "isDeleted"))
			report->deleted = value_is_true(attribute);
		else if (attribute_is(attribute, "objectClass") && attribute->count > 0)
			report->made = true;
		else if (attribute_is(attribute, "name"))
			named = true;
		else if (taking->members && strncasecmp(attribute->name, "member;", 7) == 0)
			report_members(taking, attribute);
	}
	report->moved = named && !report->made && !report->deleted;
	return known;
}

static int take_object(void *context, LDAPMessage *message, bool *kept, struct error *why)
{
	struct taking *taking = context;
	struct arena *arena;
	struct record record;
	struct dirsync_report report;
	size_t octets;
	bool sound;

	(void)kept;
	if (!taking->reports)
		return 0;
	arena = arena_new();
	sound = entry_reader_read(&taking->reader, session_ldap(taking->link->session), message, arena, &record, &octets) &&
	        report_read(taking, &record, &report);
	arena_free(arena);
	if (!sound)
		return error_set(why, -EPROTO, "%s: DirSync sent an object without objectGUID", session_uri(taking->link->session));
	dirsync_reports_add(taking->reports, &report);
	return 0;
}

/* ---- searching ---- */

static int take_cookie(const struct dirsync_link *link, LDAPControl **controls, struct dirsync_changes *changes,
                       bool *more, struct error *why)
{
	LDAPControl *control = ldap_control_find(DIRSYNC_CONTROL, controls, NULL);
	struct dirsync_answer answer;

	if (!control || !dirsync_answer_parse(&control->ldctl_value, &answer))
		return error_set(why, -EPROTO, "%s: a DirSync answer cannot be decoded", session_uri(link->session));
	*more = answer.more;
	if (answer.more && ber_bvcmp(&changes->cookie, &answer.cookie) == 0) {
		ber_memfree(answer.cookie.bv_val);
		return error_set(why, -EPROTO, "%s: DirSync says that there is more and does not go on", session_uri(link->session));
	}
	dirsync_changes_release(changes);
	changes->cookie = answer.cookie;
	return 0;
}

static int search_once(const struct dirsync_link *link, const char *context, struct dirsync_changes *changes,
                       char **attributes, struct taking *taking, bool *more, struct error *why)
{
	struct berval form = {sizeof(extended_as_text) - 1, (char *)(uintptr_t)extended_as_text};
	LDAPControl request, **answered = NULL;
	LDAPControl extended = {.ldctl_oid = (char *)(uintptr_t)EXTENDED_DN, .ldctl_value = form};
	LDAPControl *controls[] = {&request, taking->members ? &extended : NULL, NULL};
	const struct dirsync_search search = {.base = context, .scope = LDAP_SCOPE_SUBTREE, .filter = "(objectClass=*)",
	                                      .attributes = attributes, .controls = controls, .take = take_object,
	                                      .context = taking};
	int result;

	if (!dirsync_request_make(&changes->cookie, &request))
		return error_set(why, -ENOMEM, "no memory for the search");
	result = dirsync_search(link, &search, &answered, why);
	ber_memfree(request.ldctl_value.bv_val);
	if (result == 0)
		result = take_cookie(link, answered, changes, more, why);
	else if (result == DIRSYNC_NO_OBJECT)
		result = -ENOENT;
	ldap_controls_free(answered);
	return result;
}

static int search_all(const struct dirsync_link *link, const char *context, struct dirsync_changes *changes,
                      char **attributes, struct taking *taking, struct error *why)
{
	bool more = true;
	int result = 0;

	while (result == 0 && more)
		result = search_once(link, context, changes, attributes, taking, &more, why);
	entry_reader_release(&taking->reader);
	return result;
}

/* Of every object at least objectGUID comes; asking for that alone is asking for the least. */
int dirsync_changes_skip(const struct dirsync_link *link, const char *context, struct dirsync_changes *changes,
                         struct error *why)
{
	char guid[] = "objectGUID", *attributes[] = {guid, NULL};
	struct taking taking = {.link = link};

	dirsync_changes_release(changes);
	return search_all(link, context, changes, attributes, &taking, why);
}

int dirsync_changes_read(const struct dirsync_link *link, const char *context, struct dirsync_changes *changes,
                         struct dirsync_reports *reports, struct error *why)
{
	struct taking taking = {.link = link, .reports = reports, .members = changes->members};

	return search_all(link, context, changes, changes->attributes, &taking, why);
}

void dirsync_changes_release(struct dirsync_changes *changes)
{
	ber_memfree(changes->cookie.bv_val);
	changes->cookie = (struct berval){0};
}

#include "request.h"

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

/* ---- BER, definite lengths ---- */

/* Takes one element off the front. */
static bool take(struct fake_octets *from, unsigned *tag, struct fake_octets *content)
{
	size_t header = 2, length;

	if (from->length < 2)
		return false;
	*tag = from->at[0];
	length = from->at[1];
	if (length & 0x80) {
		size_t count = length & 0x7f;

		if (count > 4 || from->length < 2 + count)
			return false;
		for (length = 0; header < 2 + count; header++)
			length = length << 8 | from->at[header];
	}
	if (length > from->length - header)
		return false;
	*content = (struct fake_octets){from->at + header, length};
	from->at += header + length;
	from->length -= header + length;
	return true;
}

static bool take_number(struct fake_octets *from, long *number)
{
	struct fake_octets content;
	unsigned tag;

	*number = 0;
	if (!take(from, &tag, &content))
		return false;
	for (size_t i = 0; i < content.length; i++)
		*number = (*number << 8 | content.at[i]) & 0x7fffffff;
	return true;
}

static char *take_text(struct fake_octets *from)
{
	struct fake_octets content;
	unsigned tag;

	return take(from, &tag, &content) ? memory_octets(content.at, content.length) : NULL;
}

/* ---- requests ---- */

static const struct {
	const char *oid;
	size_t flag;
} flags[] = {
	{LDAP_CONTROL_SYNC, offsetof(struct fake_request, sync)},
	{"1.2.840.113556.1.4.841", offsetof(struct fake_request, dirsync)},
	{"1.2.840.113556.1.4.528", offsetof(struct fake_request, notify)},
	{LDAP_CONTROL_PAGEDRESULTS, offsetof(struct fake_request, paged)},
	{"1.2.840.113556.1.4.417", offsetof(struct fake_request, deleted)},
	{"1.2.840.113556.1.4.529", offsetof(struct fake_request, extended)},
};

/* realSearchControlValue ::= SEQUENCE { size INTEGER, cookie }; DirSync: { flags, maxBytes, cookie }. */
static void read_cookie(struct fake_request *request, struct fake_octets value, bool dirsync)
{
	struct fake_octets sequence, cookie;
	unsigned tag;
	long number;

	if (!take(&value, &tag, &sequence) || !take_number(&sequence, &request->page_size) ||
	    (dirsync && !take_number(&sequence, &number)) || !take(&sequence, &tag, &cookie))
		return;
	snprintf(request->cookie, sizeof(request->cookie), "%.*s", (int)cookie.length, (const char *)cookie.at);
}

static void read_control(struct fake_request *request, struct fake_octets control)
{
	struct fake_octets value = {NULL, 0};
	char *oid = take_text(&control);
	unsigned tag = 0;

	while (take(&control, &tag, &value) && tag != LBER_OCTETSTRING)
		;
	for (size_t i = 0; oid && i < sizeof(flags) / sizeof(*flags); i++)
		if (strcmp(oid, flags[i].oid) == 0)
			*((bool *)request + flags[i].flag) = true;
	if (tag == LBER_OCTETSTRING && oid && (strcmp(oid, flags[1].oid) == 0 || strcmp(oid, LDAP_CONTROL_PAGEDRESULTS) == 0))
		read_cookie(request, value, strcmp(oid, flags[1].oid) == 0);
	free(oid);
}

static bool read_search(struct fake_request *request, struct fake_octets body)
{
	struct fake_octets skipped, list;
	long scope, deref, size, time;
	unsigned tag;

	if (!(request->base = take_text(&body)) || !take_number(&body, &scope) || !take_number(&body, &deref) ||
	    !take_number(&body, &size) || !take_number(&body, &time) || !take(&body, &tag, &skipped))
		return false;
	request->scope = (int)scope;
	request->size_limit = (int)size;
	request->filter = body;
	if (!take(&body, &tag, &skipped))
		return false;
	request->filter.length -= body.length;
	if (!take(&body, &tag, &list))
		return false;
	for (size_t i = 0; i < FAKE_ATTRIBUTES_MAX && (request->attributes[i] = take_text(&list)); i++)
		;
	return true;
}

struct fake_request *fake_request_new(unsigned char *octets, size_t length)
{
	struct fake_request *request = memory_alloc(sizeof(*request));
	struct fake_octets whole = {octets, length}, message, body, controls, control;
	unsigned tag;
	long id;
	bool sound;

	request->octets = octets;
	sound = take(&whole, &tag, &message) && take_number(&message, &id) && take(&message, &request->tag, &body);
	if (sound) {
		request->id = (int)id;
		sound = request->tag != LDAP_REQ_SEARCH || read_search(request, body);
	}
	if (sound && take(&message, &tag, &controls))
		while (take(&controls, &tag, &control))
			read_control(request, control);
	if (!sound) {
		fake_request_free(request);
		return NULL;
	}
	return request;
}

void fake_request_free(struct fake_request *request)
{
	if (!request)
		return;
	for (size_t i = 0; request->attributes[i]; i++)
		free(request->attributes[i]);
	free(request->base);
	free(request->octets);
	free(request);
}

bool fake_request_names(const struct fake_request *request, const char *name)
{
	for (size_t i = 0; request->attributes[i]; i++)
		if (strcasecmp(request->attributes[i], name) == 0)
			return true;
	return false;
}

bool fake_request_wants(const struct fake_request *request, const char *name, bool operational, const char **range)
{
	size_t length = strlen(name);

	*range = NULL;
	for (size_t i = 0; request->attributes[i]; i++) {
		const char *asked = request->attributes[i];

		if (strncasecmp(asked, name, length) != 0 || (asked[length] != '\0' && asked[length] != ';'))
			continue;
		*range = strncasecmp(asked + length, ";range=", 7) == 0 ? asked + length + 7 : NULL;
		return true;
	}
	if (operational)
		return fake_request_names(request, "+");
	return !request->attributes[0] || fake_request_names(request, "*");
}

/* ---- filters ---- */

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static int compare(const char *one, const char *other)
{
	size_t a = strlen(one), b = strlen(other);

	return is_number(one) && is_number(other) && a != b ? (a < b ? -1 : 1) : strcasecmp(one, other);
}

static bool value_matches(unsigned tag, const char *has, const char *asked)
{
	switch (tag) {
	case LDAP_FILTER_EQUALITY: return compare(has, asked) == 0;
	case LDAP_FILTER_GE:       return compare(has, asked) >= 0;
	case LDAP_FILTER_LE:       return compare(has, asked) <= 0;
	default:                   return false;
	}
}

/* What a server computes. */
static bool computed_matches(const struct fake_entry *entry, unsigned tag, const char *name, const char *asked)
{
	char text[64] = "";

	if (strcasecmp(name, "entryCSN") == 0)
		fake_csn_print(entry->changed, text);
	else if (strcasecmp(name, "modifyTimestamp") == 0 || strcasecmp(name, "whenChanged") == 0)
		snprintf(text, sizeof(text), "%sZ", entry->time);
	else if (strcasecmp(name, "uSNChanged") == 0)
		snprintf(text, sizeof(text), "%llu", (unsigned long long)entry->changed);
	else if (strcasecmp(name, "isDeleted") == 0)
		snprintf(text, sizeof(text), "%s", entry->deleted ? "TRUE" : "");
	return *text && (tag == LDAP_FILTER_PRESENT || value_matches(tag, text, asked));
}

static bool id_matches(const struct fake_entry *entry, struct fake_octets value)
{
	unsigned tag;
	struct fake_octets name, asked;

	return take(&value, &tag, &name) && take(&value, &tag, &asked) && name.length == 10 &&
	       strncasecmp((const char *)name.at, "objectGUID", 10) == 0 && asked.length == sizeof(entry->id) &&
	       memcmp(asked.at, entry->id, sizeof(entry->id)) == 0;
}

static bool item_matches(const struct fake_entry *entry, unsigned tag, const char *name, const char *asked)
{
	const struct fake_attribute *attribute = fake_entry_attribute(entry, name);

	if (computed_matches(entry, tag, name, asked))
		return true;
	if (!attribute || tag == LDAP_FILTER_PRESENT)
		return attribute != NULL;
	for (size_t i = 0; i < attribute->count; i++)
		if (value_matches(tag, attribute->values[i].bv_val, asked))
			return true;
	return false;
}

static bool matches(struct fake_octets filter, const struct fake_entry *entry, int depth)
{
	struct fake_octets content, rest;
	char *name = NULL, *asked = NULL;
	unsigned tag;
	bool result;

	if (depth == 0 || !take(&filter, &tag, &content))
		return false;
	rest = content;
	switch (tag) {
	case LDAP_FILTER_NOT:
		return !matches(content, entry, depth - 1);
	case LDAP_FILTER_AND:
	case LDAP_FILTER_OR:
		while (take(&rest, &(unsigned){0}, &(struct fake_octets){NULL, 0})) {
			if (matches(content, entry, depth - 1) == (tag == LDAP_FILTER_OR))
				return tag == LDAP_FILTER_OR;
			content = rest;
		}
		return tag == LDAP_FILTER_AND;
	case LDAP_FILTER_PRESENT:
		name = memory_octets(content.at, content.length);
		break;
	case LDAP_FILTER_SUBSTRINGS:
		tag = LDAP_FILTER_PRESENT;
		name = take_text(&rest);
		break;
	default:
		if (id_matches(entry, content))
			return true;
		name = take_text(&rest);
		asked = take_text(&rest);
	}
	result = name && (asked || tag == LDAP_FILTER_PRESENT) && item_matches(entry, tag, name, asked ? asked : "");
	free(name);
	free(asked);
	return result;
}

bool fake_request_matches(const struct fake_request *request, const struct fake_entry *entry)
{
	return matches(request->filter, entry, 32);
}

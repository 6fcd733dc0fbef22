#include "model/member_url.h"

#include "model/name.h"

#include <string.h>

#define SCHEME "ldap://"

enum part { PART_BASE = 0, PART_ATTRIBUTES, PART_SCOPE, PART_FILTER, PART_COUNT };

static const struct { const char *name; enum member_scope scope; } scopes[] = {
	{ "", SCOPE_BASE }, { "base", SCOPE_BASE }, { "one", SCOPE_ONE }, { "sub", SCOPE_SUBTREE },
};

/* A positive outcome with its message. */
static int refuse(struct error *why, const char *what)
{
	error_set(why, -1, "%s", what);
	return 1;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF", *found = c != '\0' ? strchr(digits, c) : NULL;

	return found != NULL ? (int)(found - digits) % 16 : -1;
}

/* RFC 3986 section 2.1.  NULL: a '%' without two digits, or one that stands for NUL. */
static const char *percent_decode(const char *text, size_t length, struct arena *scratch)
{
	char *copy = arena_octets(scratch, text, length), *to = copy;

	for (const char *from = copy; *from != '\0'; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		int high = hex(from[1]), low = high >= 0 ? hex(from[2]) : -1;
		if (low < 0 || (high == 0 && low == 0))
			return NULL;
		*to++ = (char)(high * 16 + low);
		from += 2;
	}
	*to = '\0';
	return copy;
}

/* Cuts at the question marks and decodes each part; those that are not there are empty. */
static int url_split(const char *text, struct arena *scratch, const char *parts[PART_COUNT], struct error *why)
{
	for (int i = 0; i < PART_COUNT; i++) {
		size_t length = strcspn(text, "?");
		parts[i] = percent_decode(text, length, scratch);
		if (parts[i] == NULL)
			return refuse(why, "a broken percent sign");
		text += length;
		if (*text == '?' && i + 1 < PART_COUNT)
			text++;
		else if (*text == '?')
			return refuse(why, "extensions are not known here");
	}
	return 0;
}

static bool scope_find(const char *text, enum member_scope *scope)
{
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (keyword_equal(scopes[i].name, text)) {
			*scope = scopes[i].scope;
			return true;
		}
	return false;
}

int member_url_parse(const char *text, struct arena *arena, struct arena *scratch, struct dn *base,
                     enum member_scope *scope, const struct filter **filter, struct error *why)
{
	const char *parts[PART_COUNT];
	const char *scheme = arena_octets(scratch, text, strnlen(text, strlen(SCHEME)));

	if (!keyword_equal(scheme, SCHEME))
		return refuse(why, "no ldap:// URL");
	text += strlen(SCHEME);
	if (*text != '/')
		return refuse(why, "it names a host, or no base");
	if (url_split(text + 1, scratch, parts, why) != 0 ||
	    dn_parse(parts[PART_BASE], strlen(parts[PART_BASE]), scratch, base, why) != 0)
		return 1;
	if (base->count == 0)
		return refuse(why, "the base is empty");
	if (!scope_find(parts[PART_SCOPE], scope))
		return refuse(why, "the scope is none of base, one and sub");
	*filter = NULL;
	if (*parts[PART_FILTER] == '\0')
		return 0;
	return filter_parse(parts[PART_FILTER], FILTER_OF_ENTRY, arena, filter, why);
}

#include "directory/server/entry_id.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "directory/follower/record_time.h"
#include "model/dn.h"

#define UUID_OCTETS   16
#define NORMAL_DN_MAX (3 * DN_LENGTH_MAX * 18) /* NFKC makes at most 18 characters of one; escaping, three octets of one */

/* The ids first, in the order in which they are looked for: 389 Directory Server (where entryUUID may be missing),
 * RFC 4530, Active Directory, IBM, Oracle, eDirectory. */
const char *const entry_id_attributes[] = {
	"nsUniqueId", "entryUUID", "objectGUID", "ibm-entryUUID", "orclGUID", "GUID", RECORD_TIME_ATTRIBUTE, NULL,
};
#define IDS (sizeof(entry_id_attributes) / sizeof(*entry_id_attributes) - 2)

bool entry_id_is_attribute(const char *name)
{
	for (size_t i = 0; entry_id_attributes[i]; i++)
		if (strcasecmp(entry_id_attributes[i], name) == 0)
			return true;
	return false;
}

/* ---- ids ---- */

static const char *uuid_print(const unsigned char octets[UUID_OCTETS], struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * UUID_OCTETS + 5], *at = text;

	for (int i = 0; i < UUID_OCTETS; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[octets[i] >> 4];
		*at++ = digits[octets[i] & 15];
	}
	*at = '\0';
	return arena_string(arena, text);
}

static unsigned hex_value(char c)
{
	return isdigit((unsigned char)c) ? (unsigned)(c - '0') : (unsigned)(tolower((unsigned char)c) - 'a' + 10);
}

/* 32 digits, with dashes wherever (389: "be5db811-e5cf11f1-aa7ca790-e44c8c73"). */
static bool uuid_read(const struct record_value *value, unsigned char octets[UUID_OCTETS])
{
	size_t digits = 0;

	memset(octets, 0, UUID_OCTETS);
	for (size_t i = 0; i < value->length; i++) {
		char c = value->octets[i];

		if (c == '-')
			continue;
		if (!isxdigit((unsigned char)c) || digits == 2 * (size_t)UUID_OCTETS)
			return false;
		octets[digits / 2] = (unsigned char)((unsigned)octets[digits / 2] << 4 | hex_value(c));
		digits++;
	}
	return digits == 2 * (size_t)UUID_OCTETS;
}

static bool is_word(const struct record_value *value)
{
	for (size_t i = 0; i < value->length; i++)
		if (!isalnum((unsigned char)value->octets[i]) && value->octets[i] != '-')
			return false;
	return value->length > 0 && value->length <= ENTRY_ID_MAX;
}

/* The same id gives the same key, however it is spelled; NULL: it is none. */
static const char *key_of_value(const struct record_value *value, struct arena *arena)
{
	unsigned char octets[UUID_OCTETS];
	char *word;

	if (value->length == UUID_OCTETS) {
		memcpy(octets, value->octets, UUID_OCTETS);
		return uuid_print(octets, arena);
	}
	if (uuid_read(value, octets))
		return uuid_print(octets, arena);
	if (!is_word(value))
		return NULL;
	word = arena_octets(arena, value->octets, value->length);
	for (char *at = word; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return word;
}

static const char *key_of_dn(const struct record *record, struct arena *arena, struct error *why)
{
	struct text normal;
	const char *key;
	struct dn dn;

	if (dn_parse(record->dn, record->dn_length, arena, &dn, why)) {
		error_prefix(why, -EINVAL, "\"%.*s\" is no DN: ", (int)record->dn_length, record->dn);
		return NULL;
	}
	text_init(&normal, NORMAL_DN_MAX);
	dn_normal(&dn, &normal);
	assert(!normal.overflowed);
	key = arena_string(arena, text_string(&normal));
	text_release(&normal);
	return key;
}

/* ---- both ---- */

int entry_id_read(const struct record *record, struct arena *arena, struct entry_id *id, struct error *why)
{
	const struct record_value *value;

	*id = (struct entry_id){.changed = record_time(record, RECORD_TIME_ATTRIBUTE)};
	for (size_t i = 0; i < IDS && !id->key; i++)
		if ((value = record_value(record, entry_id_attributes[i])) != NULL)
			id->key = key_of_value(value, arena);
	if (!id->key)
		id->key = key_of_dn(record, arena, why);
	return id->key ? 0 : -EINVAL;
}

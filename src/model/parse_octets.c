#include "model/parse_octets.h"

#include "base/text.h"
#include "model/name.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define GUID_OCTETS 16
#define GUID_TEXT 36
#define SID_HEAD 8          /* revision, number of sub-authorities, six octets of authority */
#define SID_PARTS_MAX 15    /* sub-authorities, MS-DTYP 2.4.2.2 */
#define SID_TEXT_MAX 256

/* The octets of an RFC 4122 text in the order in which Active Directory keeps them. */
static const uint8_t guid_order[GUID_OCTETS] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

static bool guid_dash_before(size_t octet)
{
	return octet == 4 || octet == 6 || octet == 8 || octet == 10;
}

static bool guid_is_text(const char *text)
{
	for (size_t i = 0; i < GUID_TEXT; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : text[i] == '\0' || strchr("0123456789abcdefABCDEF", text[i]) == NULL)
			return false;
	}
	return true;
}

const char *octets_guid(const char *octets, size_t length, struct arena *arena)
{
	if (length == GUID_TEXT + 2 && octets[0] == '{' && octets[GUID_TEXT + 1] == '}') {
		octets++;
		length -= 2;
	}
	if (length == GUID_TEXT && guid_is_text(octets)) {
		char *copy = arena_octets(arena, octets, length);
		keyword_lower(copy);
		return copy;
	}
	if (length != GUID_OCTETS)
		return NULL;
	struct text text;
	text_init(&text, GUID_TEXT);
	for (size_t i = 0; i < GUID_OCTETS; i++)
		text_print(&text, "%s%02x", guid_dash_before(i) ? "-" : "", (unsigned)(uint8_t)octets[guid_order[i]]);
	const char *copy = arena_string(arena, text_string(&text));
	text_release(&text);
	return copy;
}

static bool sid_is_text(const char *octets, size_t length)
{
	if (length < 5 || length > SID_TEXT_MAX || strncmp(octets, "S-1-", 4) != 0)
		return false;
	for (size_t i = 4; i < length; i++)
		if (strchr("0123456789-", octets[i]) == NULL || octets[i] == '\0')
			return false;
	return true;
}

static uint32_t sid_part(const unsigned char *octets)
{
	return octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 | (uint32_t)octets[3] << 24;
}

const char *octets_sid(const char *octets, size_t length, struct arena *arena)
{
	const unsigned char *sid = (const unsigned char *)octets;

	if (sid_is_text(octets, length))
		return arena_octets(arena, octets, length);
	if (length < SID_HEAD || sid[0] != 1 || sid[1] > SID_PARTS_MAX || length != SID_HEAD + 4 * (size_t)sid[1])
		return NULL;
	uint64_t authority = 0;
	for (size_t i = 2; i < SID_HEAD; i++)
		authority = authority << 8 | sid[i];
	struct text text;
	text_init(&text, SID_TEXT_MAX);
	text_print(&text, authority > UINT32_MAX ? "S-1-0x%012" PRIx64 : "S-1-%" PRIu64, authority);
	for (size_t i = SID_HEAD; i < length; i += 4)
		text_print(&text, "-%" PRIu32, sid_part(sid + i));
	const char *copy = arena_string(arena, text_string(&text));
	text_release(&text);
	return copy;
}

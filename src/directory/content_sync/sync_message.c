#include "directory/content_sync/sync_message.h"

#include <ctype.h>
#include <string.h>

/* ---- cookies ---- */

static bool octets_find(const char *octets, size_t length, const char *word, size_t *at)
{
	const char *found = memmem(octets, length, word, strlen(word));

	*at = found ? (size_t)(found - octets) + strlen(word) : 0;
	return found != NULL;
}

/* What 389 Directory Server writes when it does not know the number (-1 in 32 bits). */
#define NO_CHANGE "00000000004294967295"

static void change_number_read(const char *octets, size_t length, struct position *position)
{
	char digits[21] = "00000000000000000000";
	size_t count = 0;

	while (count < length && count < 20 && isdigit((unsigned char)octets[length - 1 - count])) {
		digits[19 - count] = octets[length - 1 - count];
		count++;
	}
	if (count > 0 && count < length && octets[length - 1 - count] == '#' && strcmp(digits, NO_CHANGE) != 0)
		position_advance(position, POSITION_OWN_COUNT, digits);
}

void sync_cookie_read(const struct berval *cookie, struct position *position)
{
	const char *octets = cookie->bv_val, *end;
	size_t length = cookie->bv_len, at, item;

	if (!octets)
		return;
	if (!octets_find(octets, length, "csn=", &at)) {
		change_number_read(octets, length, position);
		return;
	}
	octets += at;
	length -= at;
	if ((end = memchr(octets, ',', length)) != NULL)
		length = (size_t)(end - octets);
	while (length > 0) {
		end = memchr(octets, ';', length);
		item = end ? (size_t)(end - octets) : length;
		position_advance_csn(position, octets, item);
		item += end != NULL;
		octets += item;
		length -= item;
	}
}

/* ---- controls ---- */

bool sync_request_make(LDAPControl *control)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	bool made;

	*control = (LDAPControl){.ldctl_oid = (char *)(uintptr_t)LDAP_CONTROL_SYNC, .ldctl_iscritical = 1};
	if (!ber)
		return false;
	made = ber_printf(ber, "{e}", LDAP_SYNC_REFRESH_AND_PERSIST) >= 0 &&
	       ber_flatten2(ber, &control->ldctl_value, 1) == 0;
	ber_free(ber, 1);
	return made;
}

bool sync_key_print(const struct berval *uuid, char key[SYNC_KEY_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *at = key;

	if (uuid->bv_len != 16)
		return false;
	for (int i = 0; i < 16; i++) {
		unsigned char octet = (unsigned char)uuid->bv_val[i];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[octet >> 4];
		*at++ = digits[octet & 15];
	}
	*at = '\0';
	return true;
}

/* A decoder with a copy of the octets, NULL if there are none (liblber would read from nowhere). */
static BerElement *decoder_new(struct berval *value)
{
	return value->bv_val && value->bv_len > 0 ? ber_init(value) : NULL;
}

/* A cookie that may come next.  False: what is there is broken. */
static bool cookie_take(BerElement *ber, bool *there, struct position *position)
{
	struct berval cookie;
	ber_len_t length;

	*there = ber_peek_tag(ber, &length) == LDAP_TAG_SYNC_COOKIE;
	if (*there && ber_scanf(ber, "m", &cookie) == LBER_ERROR)
		return false;
	if (*there)
		sync_cookie_read(&cookie, position);
	return true;
}

/* syncStateValue ::= SEQUENCE { state ENUMERATED, entryUUID syncUUID, cookie syncCookie OPTIONAL } */
bool sync_state_parse(LDAPControl **controls, struct sync_state *state, struct position *position)
{
	LDAPControl *control = ldap_control_find(LDAP_CONTROL_SYNC_STATE, controls, NULL);
	struct berval uuid;
	BerElement *ber;
	bool sound;

	if (!control || !(ber = decoder_new(&control->ldctl_value)))
		return false;
	sound = ber_scanf(ber, "{em", &state->state, &uuid) != LBER_ERROR && sync_key_print(&uuid, state->key) &&
	        cookie_take(ber, &state->cookie, position);
	ber_free(ber, 1);
	return sound;
}

/* ---- intermediate responses ---- */

/* A BOOLEAN that may come next, decoded to -1 where it is TRUE; *value stays as it is if there is none.  False: what is
 * there is broken. */
static bool boolean_take(BerElement *ber, bool *value)
{
	ber_int_t read = 0;
	ber_len_t length;

	if (ber_peek_tag(ber, &length) != LBER_BOOLEAN)
		return true;
	if (ber_scanf(ber, "b", &read) == LBER_ERROR)
		return false;
	*value = read != 0;
	return true;
}

static bool has_ended(BerElement *ber)
{
	ber_len_t left = 1;

	return ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &left) == LBER_OPT_SUCCESS && left == 0;
}

/* syncInfoValue ::= CHOICE {
 *     newcookie      [0] syncCookie,
 *     refreshDelete  [1] SEQUENCE { cookie syncCookie OPTIONAL, refreshDone BOOLEAN DEFAULT TRUE },
 *     refreshPresent [2] SEQUENCE { the same },
 *     syncIdSet      [3] SEQUENCE { cookie syncCookie OPTIONAL, refreshDeletes BOOLEAN DEFAULT FALSE,
 *                                   syncUUIDs SET OF syncUUID } } */
static bool info_read(BerElement *ber, struct sync_info *info, struct position *position)
{
	struct berval cookie;
	ber_len_t length;

	switch (ber_peek_tag(ber, &length)) {
	case LDAP_TAG_SYNC_NEW_COOKIE:
		info->kind = SYNC_INFO_NEW_COOKIE;
		info->cookie = ber_scanf(ber, "m", &cookie) != LBER_ERROR;
		if (info->cookie)
			sync_cookie_read(&cookie, position);
		return info->cookie;
	case LDAP_TAG_SYNC_REFRESH_DELETE:
		info->kind = SYNC_INFO_REFRESH_DELETE;
		break;
	case LDAP_TAG_SYNC_REFRESH_PRESENT:
		info->kind = SYNC_INFO_REFRESH_PRESENT;
		break;
	case LDAP_TAG_SYNC_ID_SET:
		info->kind = SYNC_INFO_ID_SET;
		break;
	default:
		return false;
	}
	if (ber_scanf(ber, "{") == LBER_ERROR || !cookie_take(ber, &info->cookie, position))
		return false;
	if (info->kind == SYNC_INFO_ID_SET)
		return boolean_take(ber, &info->deletes) && ber_scanf(ber, "[W]", &info->ids) != LBER_ERROR;
	/* What cannot be read must not be taken for the end that nothing at all stands for. */
	info->done = true;
	return boolean_take(ber, &info->done) && has_ended(ber);
}

bool sync_info_parse(struct berval *value, struct sync_info *info, struct position *position)
{
	BerElement *ber = decoder_new(value);
	bool sound;

	memset(info, 0, sizeof(*info));
	if (!ber)
		return false;
	sound = info_read(ber, info, position);
	ber_free(ber, 1);
	return sound;
}

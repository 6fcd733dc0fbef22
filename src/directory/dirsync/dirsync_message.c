#include "directory/dirsync/dirsync_message.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* ---- the control ---- */

#define OBJECT_SECURITY    0x00000001
#define INCREMENTAL_VALUES INT32_MIN         /* 0x80000000 */
#define ANSWER_OCTETS      (8 * 1024 * 1024) /* about what a server may put into one answer */

/* SEQUENCE { Flags INTEGER, MaxBytes INTEGER, Cookie OCTET STRING } */
bool dirsync_request_make(const struct berval *cookie, LDAPControl *control)
{
	struct berval none = {0, (char *)(uintptr_t)""}, from = cookie->bv_val ? *cookie : none;
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	bool made;

	*control = (LDAPControl){.ldctl_oid = (char *)(uintptr_t)DIRSYNC_CONTROL, .ldctl_iscritical = 1};
	if (!ber)
		return false;
	made = ber_printf(ber, "{iiO}", (ber_int_t)(OBJECT_SECURITY | INCREMENTAL_VALUES), (ber_int_t)ANSWER_OCTETS,
	                  &from) >= 0 &&
	       ber_flatten2(ber, &control->ldctl_value, 1) == 0;
	ber_free(ber, 1);
	return made;
}

/* SEQUENCE { MoreResults INTEGER, unused INTEGER, CookieServer OCTET STRING } */
bool dirsync_answer_parse(struct berval *value, struct dirsync_answer *answer)
{
	BerElement *ber = value->bv_val && value->bv_len > 0 ? ber_init(value) : NULL;
	ber_int_t more = 0, unused;
	bool sound;

	*answer = (struct dirsync_answer){0};
	if (!ber)
		return false;
	sound = ber_scanf(ber, "{iio}", &more, &unused, &answer->cookie) != LBER_ERROR;
	ber_free(ber, 1);
	if (!sound || answer->cookie.bv_len > DIRSYNC_COOKIE_MAX) {
		ber_memfree(answer->cookie.bv_val);
		answer->cookie = (struct berval){0};
		return false;
	}
	answer->more = more != 0;
	return true;
}

/* ---- GUIDs ---- */

/* Where the octets stand in the text: the first three fields have their least octet first. */
static const unsigned char text_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
static const char digits[] = "0123456789abcdef";

static bool dash_before(int i)
{
	return i == 4 || i == 6 || i == 8 || i == 10;
}

bool dirsync_guid_take(const char *octets, size_t length, struct dirsync_guid *guid)
{
	if (length == sizeof(guid->octets))
		memcpy(guid->octets, octets, sizeof(guid->octets));
	return length == sizeof(guid->octets);
}

void dirsync_guid_print(const struct dirsync_guid *guid, char text[DIRSYNC_GUID_SIZE])
{
	for (int i = 0; i < 16; i++) {
		unsigned char octet = guid->octets[text_order[i]];

		if (dash_before(i))
			*text++ = '-';
		*text++ = digits[octet >> 4];
		*text++ = digits[octet & 15];
	}
	*text = '\0';
}

bool dirsync_guid_parse(const char *text, struct dirsync_guid *guid)
{
	const char *high, *low;

	for (int i = 0; i < 16; i++) {
		if (dash_before(i) && *text++ != '-')
			return false;
		if (!text[0] || !(high = strchr(digits, text[0])) || !text[1] || !(low = strchr(digits, text[1])))
			return false;
		guid->octets[text_order[i]] = (unsigned char)((high - digits) << 4 | (low - digits));
		text += 2;
	}
	return *text == '\0';
}

void dirsync_guid_filter(const struct dirsync_guid *guid, struct text *filter)
{
	text_append(filter, "(objectGUID=");
	for (int i = 0; i < 16; i++)
		text_print(filter, "\\%02x", guid->octets[i]);
	text_append_char(filter, ')');
}

/* ---- ranges ---- */

static bool number_read(const char **at, size_t *number)
{
	const char *begin = *at;

	*number = 0;
	while (isdigit((unsigned char)**at) && *number < SIZE_MAX / 16)
		*number = *number * 10 + (size_t)(*(*at)++ - '0');
	return *at > begin && !isdigit((unsigned char)**at);
}

bool dirsync_range_parse(const char *description, struct dirsync_range *range)
{
	const char *option = strchr(description, ';'), *at;

	*range = (struct dirsync_range){0};
	while (option && strncasecmp(option, ";range=", 7) != 0)
		option = strchr(option + 1, ';');
	if (!option)
		return false;
	range->name_length = (size_t)(strchr(description, ';') - description);
	at = option + 7;
	if (!number_read(&at, &range->first) || *at++ != '-')
		return false;
	range->ends = *at == '*';
	return range->ends ? at[1] == '\0' : number_read(&at, &range->last) && *at == '\0' && range->last >= range->first;
}

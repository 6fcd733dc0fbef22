/* What a domain controller may send: DirSync answers, GUIDs, descriptions of attributes with ranges. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/dirsync/dirsync_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was understood is asked with again. */
static void read_answer(struct berval value)
{
	struct dirsync_answer answer;
	LDAPControl request;

	if (!dirsync_answer_parse(&value, &answer))
		return;
	assert(answer.cookie.bv_len <= DIRSYNC_COOKIE_MAX && answer.cookie.bv_len <= value.bv_len);
	assert(dirsync_request_make(&answer.cookie, &request));
	ber_memfree(request.ldctl_value.bv_val);
	ber_memfree(answer.cookie.bv_val);
}

static void read_guid(const struct berval *value)
{
	struct dirsync_guid guid, again;
	char text[DIRSYNC_GUID_SIZE];

	if (dirsync_guid_take(value->bv_val, value->bv_len, &guid)) {
		dirsync_guid_print(&guid, text);
		assert(dirsync_guid_parse(text, &again) && memcmp(&guid, &again, sizeof(guid)) == 0);
	}
	if (dirsync_guid_parse(value->bv_val, &guid)) {
		dirsync_guid_print(&guid, text);
		assert(strcmp(text, value->bv_val) == 0);
	}
}

static void read_range(const char *description)
{
	struct dirsync_range range;

	if (!dirsync_range_parse(description, &range))
		return;
	assert(range.name_length < strlen(description) && description[range.name_length] == ';');
	assert(range.ends || range.last >= range.first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct berval value = {size, memory_octets(data, size)}; /* which ends with a NUL */

	read_answer(value);
	read_guid(&value);
	read_range(value.bv_val);
	free(value.bv_val);
	return 0;
}

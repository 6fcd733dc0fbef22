/* What an LDAP server may send about a synchronization: controls, intermediate responses, cookies. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "directory/content_sync/sync_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_state(struct berval value)
{
	char oid[] = LDAP_CONTROL_SYNC_STATE;
	LDAPControl control = {.ldctl_oid = oid, .ldctl_value = value}, *controls[] = {&control, NULL};
	struct position position = {0};
	struct sync_state state = {0};

	if (sync_state_parse(controls, &state, &position))
		assert(state.key[8] == '-' && state.key[SYNC_KEY_SIZE - 1] == '\0');
}

static void read_info(struct berval value)
{
	struct position position = {0};
	struct sync_info info;

	if (sync_info_parse(&value, &info, &position))
		assert(info.kind == SYNC_INFO_ID_SET || !info.ids);
	ber_bvarray_free(info.ids);
}

static void read_position(const struct berval *value)
{
	struct position position = {0}, again;
	struct text text;

	sync_cookie_read(value, &position);
	assert(position.count <= POSITION_ITEMS_MAX);
	text_init(&text, 10000);
	position_print(&position, &text);
	assert(position.count == 0 || position_parse(text.octets, text.length, &again));
	text_release(&text);
	if (position_parse(value->bv_val, value->bv_len, &position))
		assert(position_reached(&position, &position));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* liblber ends strings in place. */
	struct berval value = {size, memory_octets(data, size)};

	read_position(&value);
	read_state(value);
	read_info(value);
	free(value.bv_val);
	return 0;
}

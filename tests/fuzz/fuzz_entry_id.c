/* What an LDAP server may send as the id, the time of change and the DN of an entry: the first octet says how long the id
 * is, the second the time; the DN is the rest. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "directory/poll/change_times.h"
#include "directory/server/entry_id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(const uint8_t **data, size_t *size, size_t length, struct record_value *value)
{
	if (length > *size)
		length = *size;
	*value = (struct record_value){(const char *)*data, length};
	*data += length;
	*size -= length;
}

static void read_id(const struct record *record, struct arena *arena)
{
	char text[CHANGE_TIME_SIZE];
	struct entry_id id;

	if (entry_id_read(record, arena, &id, NULL) != 0)
		return;
	assert(strlen(id.key) <= (size_t)3 * 16384 * 18);
	if (id.changed == INSTANT_MIN)
		return;
	change_time_print(id.changed, text);
	assert(strlen(text) == 15 && text[14] == 'Z');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct record_value id, time;

	if (size >= 2) {
		size_t id_length = data[0], time_length = data[1];

		data += 2;
		size -= 2;
		take(&data, &size, id_length, &id);
		take(&data, &size, time_length, &time);
		const struct record_attribute attributes[] = {{"entryUUID", &id, 1}, {"modifyTimestamp", &time, 1}};
		const struct record record = {
			.dn = arena_octets(arena, data, size), .dn_length = size, .attributes = attributes, .count = 2};

		read_id(&record, arena);
	}
	arena_free(arena);
	return 0;
}

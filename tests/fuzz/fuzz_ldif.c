/* LDIF from anywhere: every text reads as entries or is refused with words. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "directory/ldif/ldif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ldif_reader *reader = ldif_open_memory("fuzz", (const char *)data, size);
	struct arena *arena = arena_new();
	struct ldif_record record;
	struct record entry;
	struct error why = {""};
	size_t values;
	int result;

	while ((result = ldif_next(reader, arena, &record, &why)) == 0) {
		assert(record.count > 0 && record.dn[0] != '\0');
		values = 0;
		if (ldif_entry(&record, arena, &entry, &why) == 0) {
			for (size_t i = 0; i < entry.count; i++)
				values += entry.attributes[i].count;
			assert(values == record.count);
		}
		arena_reset(arena);
	}
	assert(result == LDIF_END || why.text[0] != '\0');
	arena_free(arena);
	ldif_close(reader);
	return 0;
}

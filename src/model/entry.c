#include "model/entry.h"

#include <assert.h>
#include <string.h>

/* There are millions of them: `changed` is where nothing was. */
static_assert(offsetof(struct entry, key) == 2 * sizeof(uint64_t), "an entry has no hole at its begin");

const struct entry_attribute *entry_attribute(const struct entry *entry, const char *name)
{
	for (uint32_t i = 0; i < entry->attribute_count; i++)
		if (strcmp(entry->attributes[i].name, name) == 0)
			return &entry->attributes[i];
	return NULL;
}

instant entry_created(const struct entry *entry)
{
	static const char *const names[] = {"createtimestamp", "whencreated"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct entry_attribute *found = entry_attribute(entry, names[i]);
		instant at;

		if (found != NULL && found->count > 0 && found->values[0].text != NULL &&
		    clock_parse_generalized(found->values[0].text, &at) == 0)
			return at;
	}
	return INSTANT_MIN;
}

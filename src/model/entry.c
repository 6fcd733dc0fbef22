#include "model/entry.h"

#include <string.h>

const struct entry_attribute *entry_attribute(const struct entry *entry, const char *name)
{
	for (uint32_t i = 0; i < entry->attribute_count; i++)
		if (strcmp(entry->attributes[i].name, name) == 0)
			return &entry->attributes[i];
	return NULL;
}

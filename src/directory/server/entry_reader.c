#include "directory/server/entry_reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"


/* Room for one more; the capacity doubles. */
static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity > 0 ? *capacity * 2 : 64;
	return memory_resize(items, *capacity, size);
}

/* PartialAttribute ::= SEQUENCE { type AttributeDescription, vals SET OF value }: the values, appended. */
static bool values_read(struct entry_reader *reader, BerElement *ber, size_t *count, size_t *octets)
{
	struct berval value;
	ber_len_t length;
	char *last;

	for (ber_tag_t tag = ber_first_element(ber, &length, &last); tag != LBER_DEFAULT;
	     tag = ber_next_element(ber, &length, last)) {
		if (ber_scanf(ber, "m", &value) == LBER_ERROR)
			return false;
		reader->values = grow(reader->values, *count, &reader->values_capacity, sizeof(*reader->values));
		reader->values[(*count)++] = (struct record_value){value.bv_val, value.bv_len};
		*octets += value.bv_len;
	}
	return true;
}

static bool attributes_read(struct entry_reader *reader, BerElement *ber, size_t *count, size_t *values, size_t *octets)
{
	struct berval name;
	ber_len_t length;
	size_t before;

	while (ber_peek_tag(ber, &length) == LBER_SEQUENCE) {
		before = *values;
		if (ber_scanf(ber, "{m", &name) == LBER_ERROR || !values_read(reader, ber, values, octets))
			return false;
		reader->attributes = grow(reader->attributes, *count, &reader->attributes_capacity, sizeof(*reader->attributes));
		reader->attributes[(*count)++] = (struct record_attribute){.name = name.bv_val, .count = *values - before};
	}
	return true;
}

bool entry_reader_read(struct entry_reader *reader, LDAP *ldap, LDAPMessage *message, struct arena *arena,
                       struct record *record, size_t *octets)
{
	struct record_attribute *attributes;
	struct record_value *values;
	size_t count = 0, value_count = 0;
	struct berval dn;
	BerElement *ber = NULL;
	bool sound;

	*octets = 0;
	if (ldap_get_dn_ber(ldap, message, &ber, &dn) != LDAP_SUCCESS)
		return false;
	sound = attributes_read(reader, ber, &count, &value_count, octets);
	ber_free(ber, 0);
	if (!sound)
		return false;
	attributes = arena_array(arena, count, sizeof(*attributes));
	values = arena_array(arena, value_count, sizeof(*values));
	if (value_count > 0)
		memcpy(values, reader->values, value_count * sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		attributes[i] = reader->attributes[i];
		attributes[i].values = values;
		values += attributes[i].count;
	}
	*record = (struct record){.dn = dn.bv_val, .dn_length = dn.bv_len, .attributes = attributes, .count = count};
	return true;
}

static bool value_is_ours(const struct record_value *value)
{
	return value->length > 2 && (value->octets[0] | 0x20) == 'd' && (value->octets[1] | 0x20) == 'g';
}

bool record_is_ours(const struct record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *attribute = &record->attributes[i];

		if (strcasecmp(attribute->name, "objectClass") != 0)
			continue;
		for (size_t k = 0; k < attribute->count; k++)
			if (value_is_ours(&attribute->values[k]))
				return true;
	}
	return false;
}

void entry_reader_release(struct entry_reader *reader)
{
	free(reader->attributes);
	free(reader->values);
	*reader = (struct entry_reader){0};
}

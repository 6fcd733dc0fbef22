#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <xxhash.h>

#include "base/memory.h"
#include "directory/ldif/ldif.h"

void fake_store_init(struct fake_store *store)
{
	*store = (struct fake_store){0};
	pthread_mutex_init(&store->lock, NULL);
}

void fake_guid_print(const unsigned char id[16], char text[FAKE_GUID_SIZE])
{
	snprintf(text, FAKE_GUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", id[3], id[2],
	         id[1], id[0], id[5], id[4], id[7], id[6], id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
}

void fake_csn_print(uint64_t change, char csn[FAKE_CSN_SIZE])
{
	snprintf(csn, FAKE_CSN_SIZE, "20260101000000.%06uZ#000000#001#000000", (unsigned)(change % 1000000));
}

bool fake_dn_is_below(const char *dn, const char *base, int scope)
{
	size_t length = strlen(dn), end = strlen(base);

	if (length < end || strcasecmp(dn + length - end, base) != 0)
		return false;
	if (length == end)
		return scope != 1;
	if (scope == 0 || (end > 0 && dn[length - end - 1] != ','))
		return false;
	return scope == 2 || !memchr(dn, ',', length - end - (end > 0));
}

const struct fake_attribute *fake_entry_attribute(const struct fake_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->count; i++)
		if (strcasecmp(entry->attributes[i].name, name) == 0)
			return &entry->attributes[i];
	return NULL;
}

static void entries_add(struct fake_entries *entries, const struct fake_entry *entry)
{
	if ((entries->count & (entries->count + 1)) == 0)
		entries->items = memory_resize(entries->items, 2 * entries->count + 2, sizeof(*entries->items));
	entries->items[entries->count++] = entry;
}

/* ---- changes ---- */

static void id_make(struct fake_entry *entry)
{
	const struct fake_attribute *given = fake_entry_attribute(entry, "entryUUID");
	char *low = memory_string(entry->dn);
	XXH128_canonical_t hash;

	for (char *at = low; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
	XXH128_canonicalFromHash(&hash, XXH3_128bits(low, strlen(low)));
	memcpy(entry->id, hash.digest, sizeof(entry->id));
	free(low);
	for (size_t i = 0; given && i < sizeof(entry->id) && 2 * i + 1 < given->values[0].bv_len; i++) {
		const char digits[3] = {given->values[0].bv_val[2 * i], given->values[0].bv_val[2 * i + 1], '\0'};

		entry->id[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
}

static struct fake_entry *entry_make(const struct record *record)
{
	struct fake_entry *entry = memory_alloc(sizeof(*entry));

	entry->dn = memory_octets(record->dn, record->dn_length);
	entry->attributes = memory_array(record->count + 1, sizeof(*entry->attributes));
	entry->count = record->count;
	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *from = &record->attributes[i];
		struct fake_attribute *to = &entry->attributes[i];

		to->name = memory_string(from->name);
		to->values = memory_array(from->count + 1, sizeof(*to->values));
		to->count = from->count;
		for (size_t k = 0; k < from->count; k++)
			to->values[k] = (struct berval){from->values[k].length,
			                                memory_octets(from->values[k].octets, from->values[k].length)};
	}
	id_make(entry);
	return entry;
}

static const struct fake_entry **place_of(struct fake_entries *entries, const unsigned char id[16])
{
	for (size_t i = 0; i < entries->count; i++)
		if (memcmp(entries->items[i]->id, id, 16) == 0)
			return &entries->items[i];
	return NULL;
}

/* Under the lock. */
static void entry_store(struct fake_store *store, struct fake_entry *entry)
{
	bool root = strcasecmp(entry->dn, "cn=rootDSE") == 0 || strcasecmp(entry->dn, "cn=subschema") == 0;
	struct fake_entries *entries = root ? &store->root : &store->entries;
	const struct fake_entry **place = place_of(entries, entry->id);
	time_t now = time(NULL);
	struct tm parts;

	strftime(entry->time, sizeof(entry->time), "%Y%m%d%H%M%S", gmtime_r(&now, &parts));
	if (!root) {
		entries_add(&store->changes, entry);
		entry->changed = entry->created = store->changes.count;
	}
	if (place && !(*place)->deleted)
		entry->created = (*place)->created;
	entry->before = place ? *place : NULL;
	if (strcasecmp(entry->dn, "cn=rootDSE") == 0)
		entry->dn[0] = '\0';
	if (place)
		*place = entry;
	else
		entries_add(entries, entry);
}

static int put_record(void *context, const struct record *record, struct error *why)
{
	struct fake_store *store = context;

	(void)why;
	pthread_mutex_lock(&store->lock);
	entry_store(store, entry_make(record));
	pthread_mutex_unlock(&store->lock);
	return 0;
}

int fake_store_put(struct fake_store *store, const char *path, struct error *why)
{
	struct ldif_reader *reader = ldif_open_file(path, why);
	struct arena *arena = arena_new();
	struct ldif_record record;
	struct record entry;
	int result = reader ? 0 : -EIO;

	/* Not ldif_read: equal DNs are allowed here. */
	while (result == 0 && (result = ldif_next(reader, arena, &record, why)) == 0) {
		if ((result = ldif_entry(&record, arena, &entry, why)) == 0)
			result = put_record(store, &entry, why);
		arena_free(arena);
		arena = arena_new();
	}
	arena_free(arena);
	if (reader)
		ldif_close(reader);
	return result < 0 ? result : 0;
}

int fake_store_remove(struct fake_store *store, const char *dn, struct error *why)
{
	int result = error_set(why, -ENOENT, "there is no entry \"%s\"", dn);

	pthread_mutex_lock(&store->lock);
	for (size_t i = 0; result < 0 && i < store->entries.count; i++) {
		const struct fake_entry *old = store->entries.items[i];

		if (!old->deleted && strcasecmp(old->dn, dn) == 0) {
			struct fake_entry *gone = memory_alloc(sizeof(*gone));

			*gone = *old;
			gone->deleted = true;
			gone->before = old;
			entries_add(&store->changes, gone);
			gone->changed = store->changes.count;
			store->entries.items[i] = gone;
			result = 0;
		}
	}
	pthread_mutex_unlock(&store->lock);
	return result;
}

/* ---- questions ---- */

uint64_t fake_store_change(struct fake_store *store)
{
	uint64_t change;

	pthread_mutex_lock(&store->lock);
	change = store->changes.count;
	pthread_mutex_unlock(&store->lock);
	return change;
}

const struct fake_entry *fake_entry_at(const struct fake_entry *entry, uint64_t number)
{
	while (entry && entry->changed > number)
		entry = entry->before;
	return entry && !entry->deleted ? entry : NULL;
}

/* Under the lock: the DN that a base stands for. */
static const char *base_resolve(const struct fake_store *store, const char *base)
{
	char text[FAKE_GUID_SIZE];

	if (strncmp(base, "<WKGUID=", 8) == 0 && store->entries.count > 0)
		return store->entries.items[0]->dn;
	for (size_t i = 0; strncmp(base, "<GUID=", 6) == 0 && i < store->entries.count; i++) {
		fake_guid_print(store->entries.items[i]->id, text);
		if (strncasecmp(base + 6, text, strlen(text)) == 0)
			return store->entries.items[i]->dn;
	}
	return base;
}

struct fake_entries fake_store_find(struct fake_store *store, const char *base, int scope, bool deleted)
{
	struct fake_entries found = {0};
	const struct fake_entries *from;

	pthread_mutex_lock(&store->lock);
	base = base_resolve(store, base);
	from = *base == '\0' || strcasecmp(base, "cn=subschema") == 0 ? &store->root : &store->entries;
	for (size_t i = 0; i < from->count; i++)
		if ((deleted || !from->items[i]->deleted) && fake_dn_is_below(from->items[i]->dn, base, scope))
			entries_add(&found, from->items[i]);
	pthread_mutex_unlock(&store->lock);
	return found;
}

struct fake_entries fake_store_changes(struct fake_store *store, uint64_t after)
{
	struct fake_entries found = {0};

	pthread_mutex_lock(&store->lock);
	for (size_t i = after; i < store->changes.count; i++)
		entries_add(&found, store->changes.items[i]);
	pthread_mutex_unlock(&store->lock);
	return found;
}

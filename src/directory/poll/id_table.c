#include "directory/poll/id_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define SLOTS_FIRST 1024 /* a power of two; doubled when half of them are taken */

struct id_table {
	struct id_row **rows;
	size_t count, capacity;
	size_t *slots; /* of a row its number + 1; 0: free */
	size_t slot_count;
	unsigned list;
};

/* ---- life ---- */

static void slots_make(struct id_table *table, size_t count)
{
	free(table->slots);
	table->slots = memory_array(count, sizeof(*table->slots));
	table->slot_count = count;
}

struct id_table *id_table_new(void)
{
	struct id_table *table = memory_alloc(sizeof(*table));

	slots_make(table, SLOTS_FIRST);
	return table;
}

static void row_free(struct id_row *row)
{
	free((char *)(uintptr_t)row->key);
	free((char *)(uintptr_t)row->dn);
	free(row);
}

void id_table_free(struct id_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		row_free(table->rows[i]);
	free(table->rows);
	free(table->slots);
	free(table);
}

/* ---- finding ---- */

static size_t hash_of(const char *key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *key; key++) /* FNV-1a */
		hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
	return (size_t)(hash ^ hash >> 32);
}

/* The slot that has the key, or the free one where it would be. */
static size_t *slot_of(const struct id_table *table, const char *key)
{
	size_t at = hash_of(key) & (table->slot_count - 1);

	while (table->slots[at] != 0 && strcmp(table->rows[table->slots[at] - 1]->key, key) != 0)
		at = (at + 1) & (table->slot_count - 1);
	return &table->slots[at];
}

static void slots_fill(struct id_table *table, size_t count)
{
	slots_make(table, count);
	for (size_t i = 0; i < table->count; i++)
		*slot_of(table, table->rows[i]->key) = i + 1;
}

static struct id_row *row_add(struct id_table *table, const char *key)
{
	struct id_row *row = memory_alloc(sizeof(*row));

	row->key = memory_string(key);
	if (table->count == table->capacity) {
		table->capacity = table->capacity > 0 ? table->capacity * 2 : SLOTS_FIRST / 2;
		table->rows = memory_resize(table->rows, table->capacity, sizeof(struct id_row *));
	}
	table->rows[table->count++] = row;
	if (table->count * 2 > table->slot_count)
		slots_fill(table, table->slot_count * 2);
	else
		*slot_of(table, key) = table->count;
	return row;
}

static struct id_row *row_find(const struct id_table *table, const char *key)
{
	size_t slot = *slot_of(table, key);

	return slot > 0 ? table->rows[slot - 1] : NULL;
}

static bool row_is_at(const struct id_row *row, const char *dn, size_t length)
{
	return row->dn && strlen(row->dn) == length && memcmp(row->dn, dn, length) == 0;
}

static void row_place(struct id_row *row, const char *dn, size_t length)
{
	if (row_is_at(row, dn, length))
		return;
	free((char *)(uintptr_t)row->dn);
	row->dn = memory_octets(dn, length);
}

/* ---- what was handed over, what is listed ---- */

void id_table_put(struct id_table *table, const char *key, const char *dn, size_t dn_length, instant changed)
{
	struct id_row *row = row_find(table, key);

	if (!row)
		row = row_add(table, key);
	row_place(row, dn, dn_length);
	row->changed = changed;
	row->unread = false;
	row->put = true;
	row->missed = 0;
}

void id_table_list_begin(struct id_table *table)
{
	table->list++;
}

void id_table_list_has(struct id_table *table, const char *key, const char *dn, size_t dn_length, instant changed)
{
	struct id_row *row = row_find(table, key);

	if (!row)
		row = row_add(table, key);
	/* A time that is not known may have been any. */
	if (row->changed != changed || changed == INSTANT_MIN || !row_is_at(row, dn, dn_length))
		row->unread = true;
	row_place(row, dn, dn_length);
	row->list = table->list;
}

void id_table_list_end(struct id_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->rows[i]->missed = table->rows[i]->list == table->list ? 0 : table->rows[i]->missed + 1;
}

/* ---- the rows ---- */

bool id_row_is_gone(const struct id_row *row)
{
	return row->missed >= ID_TABLE_MISSED;
}

bool id_row_is_to_read(const struct id_row *row)
{
	return row->unread && !id_row_is_gone(row);
}

struct id_row *id_table_row(const struct id_table *table, size_t i)
{
	return i < table->count ? table->rows[i] : NULL;
}

struct id_tally id_table_count(const struct id_table *table)
{
	struct id_tally tally = {0};

	for (size_t i = 0; i < table->count; i++) {
		const struct id_row *row = table->rows[i];

		tally.gone += id_row_is_gone(row);
		tally.present += !id_row_is_gone(row);
		tally.to_read += id_row_is_to_read(row);
		tally.missed += row->missed > 0 && !id_row_is_gone(row);
	}
	return tally;
}

void id_table_forget_puts(struct id_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->rows[i]->put = false;
}

void id_table_undo_puts(struct id_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		table->rows[i]->unread = table->rows[i]->unread || table->rows[i]->put;
		table->rows[i]->put = false;
	}
}

void id_table_drop_gone(struct id_table *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++)
		if (id_row_is_gone(table->rows[i]))
			row_free(table->rows[i]);
		else
			table->rows[kept++] = table->rows[i];
	table->count = kept;
	slots_fill(table, table->slot_count);
}

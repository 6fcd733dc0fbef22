/* What a polling source has handed over: for each entry its id, its DN and when it was changed last.  Lists of ids are
 * held against it: what is new, what was moved or changed, what is gone.
 *
 * An entry is gone when two lists in a row did not have it: a search is no snapshot, and what is moved while it goes on
 * may escape one. */
#ifndef DIRECTORY_ID_TABLE_H
#define DIRECTORY_ID_TABLE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define ID_TABLE_MISSED 2 /* lists, one after the other, that did not have what is gone */

struct id_row {
	const char *key;
	const char *dn;  /* as the server spells it */
	instant changed; /* INSTANT_MIN: unknown */
	bool unread;     /* it is not as it was handed over: to be read */
	bool put;        /* handed over since id_table_forget_puts */
	unsigned missed; /* lists in a row */
	unsigned list;   /* the last one that had it */
};

struct id_table; /* opaque */

struct id_table *id_table_new(void);
void id_table_free(struct id_table *table); /* NULL is allowed */

/* The entry is handed over as it is there now.  `put` is set. */
void id_table_put(struct id_table *table, const char *key, const char *dn, size_t dn_length, instant changed);

/* A list: begin, has … has, end. */
void id_table_list_begin(struct id_table *table);
void id_table_list_has(struct id_table *table, const char *key, const char *dn, size_t dn_length, instant changed);
void id_table_list_end(struct id_table *table);

bool id_row_is_gone(const struct id_row *row);
bool id_row_is_to_read(const struct id_row *row); /* unread, and not gone */

/* The i-th row, in no order; NULL at the end.  Rows stay where they are until id_table_drop_gone. */
struct id_row *id_table_row(const struct id_table *table, size_t i);

struct id_tally {
	size_t present; /* not gone */
	size_t to_read;
	size_t missed;  /* not in the last list, but in the one before */
	size_t gone;
};
struct id_tally id_table_count(const struct id_table *table);

void id_table_forget_puts(struct id_table *table); /* `put` is unset everywhere */
void id_table_undo_puts(struct id_table *table);   /* what was put since then was not taken: it is unread */
void id_table_drop_gone(struct id_table *table);

#endif

/* An entry of the index, taken apart so that it can be changed as a server changes one (RFC 4511 section 4.6), and put
 * together as a record again.
 *
 * The index keeps what decisions need, and so does an edit: attributes with options ("cn;lang-de") are not known, changes
 * of them change nothing; values that are no text are there, but which octets they were is not known.  Equal values are
 * those that the index takes for equal. */
#ifndef DIRECTORY_ENTRY_EDIT_H
#define DIRECTORY_ENTRY_EDIT_H

#include "base/arena.h"
#include "model/entry.h"
#include "model/snapshot.h"

#include <stdbool.h>
#include <stddef.h>

struct entry_edit {
	struct arena *arena; /* borrowed; all of it is there */
	struct edited_attribute *attributes;
	size_t count, room;
};

/* Begins with what the entry has (NULL: with nothing). */
void entry_edit_begin(struct entry_edit *edit, const struct snapshot *snapshot, const struct entry *entry,
                      struct arena *arena);

#define EDIT_THERE  1 /* the value is there already */
#define EDIT_ABSENT 2 /* the value, or the attribute, is not there */
int entry_edit_add(struct entry_edit *edit, const char *name, const char *octets, size_t length);    /* or THERE */
int entry_edit_delete(struct entry_edit *edit, const char *name, const char *octets, size_t length); /* or ABSENT */
int entry_edit_clear(struct entry_edit *edit, const char *name);                                     /* or ABSENT */
bool entry_edit_has(const struct entry_edit *edit, const char *name);

/* Do both names mean the same attribute? */
bool entry_edit_same_name(const char *a, const char *b);

/* The entry as the index takes it, in memory of the edit's arena. */
void entry_edit_record(const struct entry_edit *edit, const char *dn, const char *key, struct record *record);

/* The values that an RDN names ("cn=a+sn=b" has two), in memory of `arena`; the RDN must be one.  Returns how many. */
struct named_value {
	const char *type, *value;
};
size_t rdn_values(const char *rdn, struct arena *arena, struct named_value **values);

#endif

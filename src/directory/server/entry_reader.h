/* Search entries (RFC 4511 section 4.5.2) as records, without copying their values.  For all sources that are servers. */
#ifndef DIRECTORY_ENTRY_READER_H
#define DIRECTORY_ENTRY_READER_H

#include "base/arena.h"
#include "model/entry.h"

#include <ldap.h>
#include <stdbool.h>

/* Takes search entries apart; holds memory that is used again for each. */
struct entry_reader {
	struct record_attribute *attributes;
	struct record_value *values;
	size_t attributes_capacity, values_capacity;
};
/* The record points into the message (which must be kept) and `arena`.  Read the controls of the message first: this
 * overwrites the octet that they begin with.  The record has no key yet.  *octets: how much its values are.  False: the message is broken. */
bool entry_reader_read(struct entry_reader *reader, LDAP *ldap, LDAPMessage *message, struct arena *arena,
                       struct record *record, size_t *octets);
void entry_reader_release(struct entry_reader *reader);

/* Is one of its classes of our schema?  All begin with "dg", and hardly any other does. */
bool record_is_ours(const struct record *record);

#endif

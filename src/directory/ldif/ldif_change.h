/* Changes as LDIF (RFC 2849): what the index would be after them.
 *
 * Records are changed as a server changes entries (RFC 4511 sections 4.6 to 4.9): what is not there cannot be deleted,
 * what is there cannot be added, an entry with others below it stays, one without a parent does not come to be, and the
 * values that name an entry are in it.  Which attributes a class needs, or allows, is not looked at.  See entry_edit.h
 * for what the index does not know of an entry. */
#ifndef DIRECTORY_LDIF_CHANGE_H
#define DIRECTORY_LDIF_CHANGE_H

#include "directory/ldif/ldif.h"
#include "model/snapshot.h"

/* Applies all records of the reader, in order, to a copy of `from`.  A record without changetype is an entry to be
 * added.  0: *to is the result, to be dropped by the caller.  Negative: `why` says file:line and what is wrong there, and
 * there is no result.  What is added belongs to the source of its parent. */
int ldif_change(const struct snapshot *from, struct ldif_reader *reader, struct snapshot **to, struct error *why);

#endif

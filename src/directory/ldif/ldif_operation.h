/* Change records of LDIF (RFC 2849) as the operations of RFC 4511 that they stand for. */
#ifndef DIRECTORY_LDIF_OPERATION_H
#define DIRECTORY_LDIF_OPERATION_H

#include "directory/ldif/ldif.h"

enum ldif_change_type { LDIF_CHANGE_ADD = 0, LDIF_CHANGE_DELETE, LDIF_CHANGE_MODIFY, LDIF_CHANGE_RENAME };
enum ldif_modification_type { LDIF_MODIFICATION_ADD = 0, LDIF_MODIFICATION_DELETE, LDIF_MODIFICATION_REPLACE };

struct ldif_modification {
	enum ldif_modification_type type;
	const char *name;               /* of the attribute */
	const struct ldif_line *values; /* lines of this name; of an add at least one */
	size_t count;
	size_t number;                  /* of the line that begins it */
};

struct ldif_operation {
	enum ldif_change_type type;
	const char *file;     /* of the record */
	size_t number;        /* of the line with the DN */
	const char *dn;
	struct record entry;  /* of an add */
	const struct ldif_modification *modifications; /* of a modify, at least one */
	size_t count;
	const char *new_rdn;  /* of a rename: one RDN (RFC 4514) */
	bool delete_old;      /* the values of the old RDN go */
	const char *new_superior; /* NULL: the parent stays */
};

/* Reads a record, in memory of `arena` and pointing into the record.  A record without changetype is an add.  Negative:
 * file:line and what is wrong there. */
int ldif_operation_read(const struct ldif_record *record, struct arena *arena, struct ldif_operation *operation,
                        struct error *why);

#endif

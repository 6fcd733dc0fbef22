/* What Active Directory says in its own forms: the DirSync control (MS-ADTS section 3.1.1.3.4.1.3), object GUIDs
 * (MS-DTYP section 2.3.4), ranges of values (MS-ADTS section 3.1.1.3.1.3.3).  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_MESSAGE_H
#define DIRECTORY_DIRSYNC_MESSAGE_H

#include "base/text.h"

#include <lber.h>
#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#define DIRSYNC_CONTROL      "1.2.840.113556.1.4.841"
#define DIRSYNC_SHOW_DELETED "1.2.840.113556.1.4.417" /* a control: MS-ADTS section 3.1.1.3.4.1.14 */
#define DIRSYNC_CAPABILITY   "1.2.840.113556.1.4.800" /* what makes it Active Directory: MS-ADTS section 3.1.1.3.4.3.1 */
/* MS-ADTS section 6.1.1.4: the well-known place of what was deleted, of a naming context.  Samba shows its name to everybody:
 * who can read its objectClass is told of deletions. */
#define DIRSYNC_DELETED_OBJECTS "<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,%s>"
#define DIRSYNC_COOKIE_MAX   1048576 /* octets; Windows needs 24 for each domain controller of the domain */
#define DIRSYNC_GUID_SIZE    37      /* as text, with the NUL */

/* ---- the control ---- */

/* A critical request after the state of `cookie` (zeroed: from the beginning).  Objects that the reader may not see are
 * left out (LDAP_DIRSYNC_OBJECT_SECURITY: no replication right is needed), of lists of names only what changed comes
 * (LDAP_DIRSYNC_INCREMENTAL_VALUES).  Free its value with ber_memfree.  False: liblber has no memory. */
bool dirsync_request_make(const struct berval *cookie, LDAPControl *control);

struct dirsync_answer {
	bool more;            /* there is more to be had at once, with this cookie */
	struct berval cookie; /* to be freed by ber_memfree(cookie.bv_val), NULL when the answer could not be parsed */
};
/* False: no such value, or the cookie is too long. */
bool dirsync_answer_parse(struct berval *value, struct dirsync_answer *answer);

/* ---- GUIDs ---- */

struct dirsync_guid {
	unsigned char octets[16]; /* as objectGUID has them */
};
bool dirsync_guid_take(const char *octets, size_t length, struct dirsync_guid *guid); /* false: not 16 octets */
/* "9b6b2070-971d-46da-b585-a29193f90f1b": the key of an entry, and its name in the DN <GUID=…>. */
void dirsync_guid_print(const struct dirsync_guid *guid, char text[DIRSYNC_GUID_SIZE]);
bool dirsync_guid_parse(const char *text, struct dirsync_guid *guid);
void dirsync_guid_filter(const struct dirsync_guid *guid, struct text *filter); /* appends "(objectGUID=\70\20…)" */

/* ---- ranges ---- */

/* "member;range=0-1499": the server has not sent all values. */
struct dirsync_range {
	size_t name_length; /* of "member" */
	size_t first, last;
	bool ends; /* "*": these are the last ones */
};
/* False: the description of the attribute has no range. */
bool dirsync_range_parse(const char *description, struct dirsync_range *range);

#endif

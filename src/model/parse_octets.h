/* Active Directory's binary identifiers as text.  Internal to model/parse*.c. */
#ifndef MODEL_PARSE_OCTETS_H
#define MODEL_PARSE_OCTETS_H

#include "base/arena.h"

#include <stddef.h>

/* objectGUID (MS-DTYP 2.3.4.2: 16 octets, the first three fields with their least octet first) as RFC 4122 section 3
 * text in lower case; such a text is taken as it is, braces off.  NULL: neither. */
const char *octets_guid(const char *octets, size_t length, struct arena *arena);

/* objectSid (MS-DTYP 2.4.2.2) as MS-DTYP 2.4.2.1 text, "S-1-5-21-…"; such a text is taken as it is.  NULL: neither. */
const char *octets_sid(const char *octets, size_t length, struct arena *arena);

#endif

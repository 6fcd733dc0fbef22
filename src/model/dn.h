/* Distinguished names: RFC 4514 strings, compared by RFC 4517 distinguishedNameMatch.
 *
 * Two DNs are equal if they have as many RDNs, and each pair of RDNs has the same set of attribute-value pairs: type
 * names compared without case and by OID (a table of the usual ones), values as names are equal (name.h).  Accepted
 * besides RFC 4514: spaces around separators, ';' as separator, quoted values and "OID." before a number (RFC 2253
 * section 4), empty values.  An AVA that an RDN names twice counts once.
 *
 * A "#hex" value that is BER of a string (UTF8String, PrintableString, IA5String) is that string; any other equals the
 * same octets only.  A string that is not UTF-8 text, or holds a NUL, has no normal form: it is no DN for us. */
#ifndef MODEL_DN_H
#define MODEL_DN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DN_DEPTH_MAX 256      /* RDNs */
#define DN_LENGTH_MAX 16384   /* octets of the string form */

struct rdn {
	const char *display; /* as written, without the spaces around it */
	const char *normal;  /* "type=value" with canonical type and normalised, escaped value; AVAs sorted, joined by '+' */
	const char *type;    /* canonical type of the first AVA as written */
	const char *value;   /* unescaped value of the first AVA as written (UTF-8); "#hex" of one that is no string */
};

struct dn {
	uint32_t count;         /* 0: the empty DN */
	const struct rdn *rdns; /* rdns[0] is the leaf's own RDN, rdns[count - 1] the root's */
};

/* Parses `length` octets into memory of `arena`.  Returns 0; or 1 with `why` saying what is wrong at which octet
 * (they count from 1). */
int dn_parse(const char *octets, size_t length, struct arena *arena, struct dn *dn, struct error *why);

/* Appends the normal form of the whole DN: normal RDNs joined by ','. */
void dn_normal(const struct dn *dn, struct text *out);

bool dn_same(const struct dn *a, const struct dn *b);

/* Do two strings name the same DN?  False if either is no DN. */
bool dn_equal(const char *a, const char *b);

/* The canonical name of an attribute type: lower case, aliases and OIDs of the usual types resolved ("commonName" and
 * "2.5.4.3" are "cn").  The result is either static or a copy in `arena`. */
const char *attribute_canonical(const char *type, struct arena *arena);

#endif

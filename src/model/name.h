/* When two names are equal.
 *
 * The rule is OpenLDAP's caseIgnoreMatch (RFC 4517 section 4.2.11 with the preparation of RFC 4518 as slapd does it):
 * Unicode NFKC, the simple lower-case mapping of each character, runs of spaces as one, none at the ends.  Ids, DN
 * values, property names and string values are compared in this normal form; keywords only ignore ASCII case. */
#ifndef MODEL_NAME_H
#define MODEL_NAME_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define NAME_LENGTH_MAX 65536 /* octets of a value, and of its normal form; longer ones are compared with nothing */

/* Appends the normal form of `length` octets to `out`.  Returns 0, or 1 when the octets are not valid UTF-8, hold a
 * NUL, or are too long (nothing is appended).  A normal form is its own normal form. */
int name_normalise(const char *octets, size_t length, struct text *out);

/* Are two strings the same name?  Strings that have no normal form equal nothing, not even themselves. */
bool name_equal(const char *a, const char *b);

/* Does a string have a normal form?  Of one that has none nobody can say what it equals. */
bool name_has_form(const char *text);

/* ASCII case-insensitive comparison for keywords, attribute and class names. */
bool keyword_equal(const char *a, const char *b);
int keyword_compare(const char *a, const char *b); /* as strcmp of both in lower case */
void keyword_lower(char *text);                    /* in place */

#endif

/* Substring matching over normal forms (name.h).
 *
 * RFC 4518 section 2.6.1 keeps spaces at the joints of substrings, where a word may go on or end.  We do as slapd does:
 * one space at an end that meets a star stays significant, and matches one space inside of the value's normal form;
 * spaces at the outer ends of the first and the last substring do not count.  So "(cn=a *)" matches "a  b" and neither
 * "ab" nor "a".  (The RFC, which imagines a space at each end of a value and two for each one inside, would match "a"
 * too.) */
#ifndef MODEL_SUBSTRINGS_H
#define MODEL_SUBSTRINGS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct substrings; /* opaque: the normal forms of the parts between the stars */

/* `parts` as in struct filter, at least two; the result lives in `arena`. */
const struct substrings *substrings_new(const char *const *parts, uint32_t count, struct arena *arena);

/* In time that grows with the lengths of both.  False for a text without normal form. */
bool substrings_match(const struct substrings *substrings, const char *text);

#endif

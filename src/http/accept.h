/* Which of two forms of an answer is wanted (RFC 9110 section 12.5.1). */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include <stdbool.h>

/* Does an Accept field (NULL: there is none) name this media type, and give it at least the weight of JSON?  What only has
 * wildcards gets JSON. */
bool accept_prefers(const char *accept, const char *type);

#endif

/* UTF-8 (RFC 3629). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The octets of the character at `string`, which is NUL-terminated; 0: there is no character, but a broken octet. */
size_t utf8_length(const char *string);

bool utf8_valid(const char *string);

#endif

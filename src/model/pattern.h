/* Permissions and patterns.  A permission is a name of letters, digits and "._-:/", up to 128 octets, case-sensitive;
 * a pattern is a permission in which '*' stands for any run of characters, none included. */
#ifndef MODEL_PATTERN_H
#define MODEL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#define PERMISSION_LENGTH_MAX 128

bool permission_valid(const char *text, size_t length);
bool pattern_valid(const char *text, size_t length);
bool pattern_is_literal(const char *pattern);                  /* no '*' in it: it is a permission */
bool pattern_matches(const char *pattern, const char *name);   /* linear in time times the number of stars */

/* Does `wide` cover `narrow`: it matches its text, where a '*' of `narrow` is an ordinary character. */
bool pattern_covers(const char *wide, const char *narrow);

#endif

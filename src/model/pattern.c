#include "model/pattern.h"

#include <string.h>

static bool in_alphabet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-:/", c) != NULL);
}

bool permission_valid(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!in_alphabet(text[i]))
			return false;
	}
	return length > 0 && length <= PERMISSION_LENGTH_MAX;
}

bool pattern_valid(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] != '*' && !in_alphabet(text[i]))
			return false;
	}
	return length > 0 && length <= PERMISSION_LENGTH_MAX;
}

bool pattern_is_literal(const char *pattern)
{
	return strchr(pattern, '*') == NULL;
}

/* Only the last star seen ever needs to take more: an earlier one that took as little as it could leaves the most. */
bool pattern_matches(const char *pattern, const char *name)
{
	const char *star = NULL;  /* what follows the last star */
	const char *taken = NULL; /* where in the name that was tried */
	while (*name != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			taken = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star != NULL) {
			pattern = star;
			name = ++taken;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* A literal character of `wide` never meets a '*' of `narrow`, so each of those lies within what a '*' of `wide` took:
 * whatever `narrow` matches, `wide` does. */
bool pattern_covers(const char *wide, const char *narrow)
{
	return pattern_matches(wide, narrow);
}

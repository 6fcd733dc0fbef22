/* A growing string with a declared maximum.  Appending past the maximum appends nothing, nor does anything after it,
 * so that a caller may check `overflowed` once, at the end: such a text is never used as if it were whole. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *octets;  /* NUL-terminated once anything was appended; else NULL: use text_string() */
	size_t length; /* without the NUL */
	size_t capacity;
	size_t maximum;  /* of length */
	bool overflowed; /* something did not fit */
};

void text_init(struct text *text, size_t maximum);
void text_release(struct text *text);
void text_reset(struct text *text); /* empty again, the memory kept */
void text_append(struct text *text, const char *string);
void text_append_octets(struct text *text, const void *octets, size_t length);
void text_append_char(struct text *text, char c);
void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *text_string(const struct text *text); /* never NULL; owned by the text */
char *text_detach(struct text *text);             /* the string is now the caller's (free()); the text is empty */

#endif

/* Which of the known words was meant by one that is none of them. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_OCTETS_MAX 64 /* words that are longer are near to nothing */

struct nearest {
	const char *written;
	const char *found; /* the nearest so far */
	size_t away;
};

/* Begins with what was written; then each known word is looked at (both are borrowed).  Case does not count, nor '-'
 * for '_'. */
void nearest_init(struct nearest *nearest, const char *written);
void nearest_look(struct nearest *nearest, const char *known);

/* The known word with the fewest letters put in, left out, changed or swapped; NULL when a third of the letters, or
 * more, would be wrong: that is no slip, but another word. */
const char *nearest_found(const struct nearest *nearest);

#endif

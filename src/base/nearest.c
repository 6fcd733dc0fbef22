#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b) || (a == '-' && b == '_');
}

static size_t least_of(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters must be put in, taken out, changed, or swapped with their neighbour. */
static size_t distance(const char *from, const char *to)
{
	size_t rows[3][NEAREST_OCTETS_MAX + 1], from_length = strlen(from), to_length = strlen(to);
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;

	if (from_length > NEAREST_OCTETS_MAX || to_length > NEAREST_OCTETS_MAX)
		return SIZE_MAX;
	for (size_t k = 0; k <= to_length; k++)
		above[k] = before[k] = k;
	for (size_t i = 1; i <= from_length; i++) {
		row[0] = i;
		for (size_t k = 1; k <= to_length; k++) {
			row[k] = least_of(above[k] + 1, row[k - 1] + 1, above[k - 1] + !same_letter(from[i - 1], to[k - 1]));
			if (i > 1 && k > 1 && same_letter(from[i - 1], to[k - 2]) && same_letter(from[i - 2], to[k - 1]))
				row[k] = least_of(row[k], before[k - 2] + 1, SIZE_MAX);
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[to_length];
}

/* How far away a word of so many octets may be and still be meant. */
static size_t reach_of(size_t length)
{
	return length / 3 + 1;
}

/* Words of very different lengths need no closer look: it takes time with their product. */
static bool within_reach(const char *written, const char *known)
{
	size_t a = strlen(written), b = strlen(known);

	return (a > b ? a - b : b - a) <= reach_of(b);
}

void nearest_init(struct nearest *nearest, const char *written)
{
	*nearest = (struct nearest){.written = written, .away = SIZE_MAX};
}

void nearest_look(struct nearest *nearest, const char *known)
{
	size_t away = within_reach(nearest->written, known) ? distance(nearest->written, known) : SIZE_MAX;

	if (away >= nearest->away)
		return;
	nearest->away = away;
	nearest->found = known;
}

const char *nearest_found(const struct nearest *nearest)
{
	return nearest->found && nearest->away <= reach_of(strlen(nearest->found)) ? nearest->found : NULL;
}

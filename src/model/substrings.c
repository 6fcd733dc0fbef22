#include "model/substrings.h"

#include "base/text.h"
#include "model/name.h"

#include <string.h>

/* A character that keeps spaces beside it from being dropped, and composes with nothing. */
#define GUARD "0"

struct piece {
	const char *octets;
	size_t length;
};

struct substrings {
	bool possible; /* every part has a normal form */
	uint32_t count;
	struct piece *pieces;
};

/* The normal form of a part, with one space at an end where there was one and a star follows. */
static bool piece_make(struct piece *piece, const char *part, bool first, bool last, struct arena *arena)
{
	const char *guarded = arena_print(arena, "%s%s%s", first ? "" : GUARD, part, last ? "" : GUARD);
	struct text normal;
	text_init(&normal, NAME_LENGTH_MAX);
	bool made = name_normalise(guarded, strlen(guarded), &normal) == 0;
	if (made) {
		size_t before = first ? 0 : 1;
		size_t behind = last ? 0 : 1;
		piece->length = normal.length - before - behind;
		piece->octets = arena_octets(arena, text_string(&normal) + before, piece->length);
	}
	text_release(&normal);
	return made;
}

const struct substrings *substrings_new(const char *const *parts, uint32_t count, struct arena *arena)
{
	struct substrings *substrings = arena_alloc(arena, sizeof(*substrings));
	substrings->count = count;
	substrings->possible = true;
	substrings->pieces = arena_array(arena, count, sizeof(*substrings->pieces));
	for (uint32_t i = 0; i < count; i++) {
		bool made = piece_make(&substrings->pieces[i], parts[i], i == 0, i + 1 == count, arena);
		substrings->possible = substrings->possible && made;
	}
	return substrings;
}

/* The first piece at the start, the last one at the end, the others each as early as they come between. */
static bool pieces_match(const struct substrings *substrings, const char *at, size_t left)
{
	const struct piece *initial = &substrings->pieces[0];
	const struct piece *final = &substrings->pieces[substrings->count - 1];
	if (left < initial->length || left - initial->length < final->length ||
	    memcmp(at, initial->octets, initial->length) != 0 ||
	    memcmp(at + left - final->length, final->octets, final->length) != 0)
		return false;
	at += initial->length;
	left -= initial->length + final->length;
	for (const struct piece *piece = initial + 1; piece < final; piece++) {
		const char *found = memmem(at, left, piece->octets, piece->length);
		if (found == NULL)
			return false;
		left -= (size_t)(found - at) + piece->length;
		at = found + piece->length;
	}
	return true;
}

bool substrings_match(const struct substrings *substrings, const char *text)
{
	struct text normal;
	text_init(&normal, NAME_LENGTH_MAX);
	bool match = substrings->possible && name_normalise(text, strlen(text), &normal) == 0 &&
	             pieces_match(substrings, text_string(&normal), normal.length);
	text_release(&normal);
	return match;
}

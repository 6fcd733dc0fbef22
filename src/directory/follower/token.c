#include "directory/follower/token.h"

#include <string.h>

#include "directory/follower/position.h"

/* One "NAME:POSITION"; not NUL-terminated. */
struct part {
	const char *name, *position;
	size_t name_length, position_length;
};

/* Takes the first part of `*rest`, which becomes NULL behind the last.  False: it has no name. */
static bool part_take(const char **rest, struct part *part)
{
	const char *end = strchrnul(*rest, ';');
	const char *colon = memchr(*rest, ':', (size_t)(end - *rest));

	*part = (struct part){.name = *rest};
	*rest = *end ? end + 1 : NULL;
	if (!colon)
		return false;
	part->name_length = (size_t)(colon - part->name);
	part->position = colon + 1;
	part->position_length = (size_t)(end - part->position);
	return true;
}

/* A bare CSN in the place of a position is taken as well. */
static bool part_position(const struct part *part, struct position *position)
{
	*position = (struct position){0};
	return position_advance_csn(position, part->position, part->position_length) ||
	       position_parse(part->position, part->position_length, position);
}

/* The part of a token that is about a source.  False: it says nothing of it. */
static bool token_find(const char *token, const struct part *source, struct position *position)
{
	struct part part;

	while (token && part_take(&token, &part))
		if (part.name_length == source->name_length && memcmp(part.name, source->name, part.name_length) == 0)
			return part_position(&part, position);
	return false;
}

static int compare_bare(const char *have, const struct position *wanted)
{
	struct position position;
	struct part part;
	bool known = false;

	while (have && part_take(&have, &part)) {
		if (!part_position(&part, &position) || !position_value(&position, wanted->items[0].key))
			continue;
		if (!position_reached(&position, wanted))
			return TOKEN_NOT_YET;
		known = true;
	}
	return known ? 0 : TOKEN_NOT_YET;
}

int token_compare(const char *have, const char *wanted,
                  bool (*known)(const void *context, const char *name, size_t length), const void *context)
{
	struct position asked = {0}, position;
	struct part part;
	int result = 0;

	if (position_advance_csn(&asked, wanted, strlen(wanted)))
		return compare_bare(have, &asked);
	while (wanted) {
		if (!part_take(&wanted, &part) || !known(context, part.name, part.name_length) || !part_position(&part, &asked))
			return TOKEN_BAD;
		if (!token_find(have, &part, &position) || !position_reached(&position, &asked))
			result = TOKEN_NOT_YET;
	}
	return result;
}

/* Values that questions carry and that filters compare: JSON's kinds, without a JSON library's types.  Everything is
 * borrowed: the memory belongs to whoever made the question, and outlives its answer. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>

enum value_kind { VALUE_NULL = 0, VALUE_BOOLEAN, VALUE_NUMBER, VALUE_STRING, VALUE_ARRAY, VALUE_OBJECT };

struct value {
	enum value_kind kind;
	bool boolean;
	long double number;          /* wide enough for every 64-bit integer */
	const char *string;          /* NUL-terminated UTF-8 */
	size_t count;                /* items of an array, members of an object */
	const struct value *items;   /* array */
	const struct member *members; /* object */
};

struct member {
	const char *name;
	struct value value;
};

/* The member of an object whose name is equal (name.h), or NULL; NULL too when `object` is NULL or no object. */
const struct value *value_member(const struct value *object, const char *name);

/* The name of a member that another member of the object has as well, as names are equal ("Owner" beside "owner"), or
 * NULL: which of the two is meant nobody knows. */
const char *value_doubled_member(const struct value *object);

/* The string of a string member, or NULL when it is absent or of another kind. */
const char *value_member_string(const struct value *object, const char *name);

/* Are two scalar values equal?  Two DNs as DNs; a JSON number and whatever reads as a number, by value; two times
 * (RFC 3339 or GeneralizedTime) by instant; booleans as TRUE/FALSE; otherwise as names are equal (name.h).  Null,
 * arrays and objects equal nothing, and a JSON number nothing that does not read as one.
 *
 * A string reads as a number if it is one in decimal digits, with a sign, fraction or exponent if need be (no spaces,
 * no hexadecimal, no "inf"), of up to NUMBER_LENGTH_MAX octets.  Integers of 64 bits count exactly, all else as the
 * nearest double, as readers of JSON have it. */
#define NUMBER_LENGTH_MAX 64
bool value_equal(const struct value *a, const struct value *b);

/* Does any of `a` equal any of `b`?  In time that grows with the sum of the counts, not with their product. */
bool value_any_equal(const struct value *const *a, size_t a_count, const struct value *const *b, size_t b_count);

/* The text of a scalar: the string itself, TRUE or FALSE, a number in decimal (in `room`); NULL of any other kind. */
#define VALUE_TEXT_MAX 40
const char *value_text(const struct value *value, char room[VALUE_TEXT_MAX]);

enum value_order { VALUE_LESS = -1, VALUE_SAME = 0, VALUE_GREATER = 1, VALUE_UNORDERED = 2 };
/* Numbers by value, times by instant, everything else is unordered. */
enum value_order value_compare(const struct value *a, const struct value *b);

#endif

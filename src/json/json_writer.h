/* Writes JSON (RFC 8259) into a text, member after member, in the order of the calls.  What overflows is seen in the
 * text, at the end.  Octets that are no UTF-8 become U+FFFD; everything else is escaped as it must be and no more. */
#ifndef JSON_JSON_WRITER_H
#define JSON_JSON_WRITER_H

#include "base/clock.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define JSON_WRITER_DEPTH_MAX 64

/* Start with {.out = text}. */
struct json_writer {
	struct text *out;
	unsigned depth;    /* open objects and arrays */
	uint64_t arrays;   /* bit i: the one at depth i is an array */
	uint64_t occupied; /* bit i: it has a member already */
};

/* `name` is the member's name; NULL in an array and at the top. */
void json_write_object(struct json_writer *writer, const char *name);
void json_write_array(struct json_writer *writer, const char *name);
void json_write_end(struct json_writer *writer); /* of the innermost object or array */
void json_write_string(struct json_writer *writer, const char *name, const char *string);
void json_write_optional(struct json_writer *writer, const char *name, const char *string); /* nothing for NULL */
void json_write_number(struct json_writer *writer, const char *name, int64_t number);
void json_write_boolean(struct json_writer *writer, const char *name, bool boolean);
void json_write_null(struct json_writer *writer, const char *name);
void json_write_literal(struct json_writer *writer, const char *name, const char *literal); /* a number, as it is written */
/* What another writer wrote as a whole object: its members, into the one that is open. */
void json_write_members(struct json_writer *writer, const struct text *object);
void json_write_instant(struct json_writer *writer, const char *name, instant at); /* a string as in RFC 3339, UTC */
void json_write_strings(struct json_writer *writer, const char *name, const char *const *strings, uint32_t count);

#endif

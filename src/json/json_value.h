/* JSON texts as values (model/value.h).  RFC 8259, with what RFC 7493 (I-JSON) asks for on top: UTF-8, no lone
 * surrogates, no member name twice in one object.  Strings with a NUL are refused: nothing in a directory has one. */
#ifndef JSON_JSON_VALUE_H
#define JSON_JSON_VALUE_H

#include "base/arena.h"
#include "base/error.h"
#include "json/json_writer.h"
#include "model/value.h"

#include <stddef.h>

#define JSON_DEPTH_MAX 64 /* objects and arrays inside one another */

/* Parses a whole text.  `*value` and all below it live in the arena; `octets` may go.  Numbers are exact if they fit
 * into 64 bits or a double.  Returns 0; or 1 with `why`: no such text. */
int json_value_parse(const char *octets, size_t length, struct arena *arena, const struct value **value,
                     struct error *why);

/* Writes a value, of whatever kind. */
void json_value_write(struct json_writer *writer, const char *name, const struct value *value);

/* The member of exactly that name, or NULL when it is absent, null, or `object` is NULL or no object.  (value_member
 * compares as directories do, which is for properties, not for the members that a protocol defines.) */
const struct value *json_value_member(const struct value *object, const char *name);

#endif

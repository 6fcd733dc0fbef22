/* What a polled entry is known by: a stable id, where it is, and when it was changed last.  Read of its attributes, in
 * whichever way the server has them. */
#ifndef DIRECTORY_ENTRY_ID_H
#define DIRECTORY_ENTRY_ID_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "model/entry.h"

#include <stdbool.h>

#define ENTRY_ID_MAX 64 /* octets of an id that is no UUID */

struct entry_id {
	const char *key; /* a UUID as text, another id, or where the server has none the normal DN; the arena's */
	instant changed; /* modifyTimestamp (RFC 4512 section 3.4.4); INSTANT_MIN: there is none */
};

/* The attributes that it is read of, NULL-terminated: they have to be asked for by name, being operational. */
extern const char *const entry_id_attributes[];

/* Negative: there is no id, and the DN is none. */
int entry_id_read(const struct record *record, struct arena *arena, struct entry_id *id, struct error *why);
bool entry_id_is_attribute(const char *name); /* is it one of them? */

#endif

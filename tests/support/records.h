/* Entries for tests, written as text. */
#ifndef TESTS_SUPPORT_RECORDS_H
#define TESTS_SUPPORT_RECORDS_H

#include "model/builder.h"

#include <stdint.h>

#define RECORD_LINES_MAX 1024

/* Puts the entry that `text` describes: lines "NAME: VALUE"; "dn" is its DN, "key" its stable id (none: the DN),
 * "changed" when it was changed (seconds), the others are values, those of one name together.  Lines after an empty one are not read. */
enum builder_outcome record_put(struct builder *builder, uint16_t source, const char *text, struct error *why);

/* Puts all entries of a text, with empty lines between them; each of them has to be put well. */
void records_put(struct builder *builder, uint16_t source, const char *text);

/* All that a snapshot says, as text: DNs, entries, relations, names, counts; equal directories, however they came to
 * be, give equal texts.  To be freed. */
char *snapshot_describe(const struct snapshot *snapshot);

#endif

/* Snapshot tokens as text: how far each source had come, "NAME:KEY=VALUE,KEY=VALUE;NAME:...". */
#ifndef DIRECTORY_TOKEN_H
#define DIRECTORY_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* Has the token `have` come as far as `wanted`, which is another one, a part of one "NAME:POSITION", or a bare entryCSN?
 * A bare one names no source: all sources in `have` that know its server id must have come there, and one must know it.
 * `known` says whether there is a source of that name.  0: yes. */
#define TOKEN_NOT_YET 1
#define TOKEN_BAD     2 /* `wanted` is no token, or names a source that there is not */
int token_compare(const char *have, const char *wanted,
                  bool (*known)(const void *context, const char *name, size_t length), const void *context);

#endif

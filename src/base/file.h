/* Small files, read whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

/* The whole file and a NUL, which `length` does not count; the caller frees it.  NULL, with what is wrong (the path is
 * not named): it cannot be read, or has more than `maximum` octets. */
char *file_read(const char *path, size_t maximum, size_t *length, struct error *why);

/* The folder that a file is in, as the path says: "a/b" for "a/b/c", "." for "c". */
char *file_folder(const char *path, struct arena *arena);

#endif

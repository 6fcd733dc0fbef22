/* A region: many small allocations with one end.  Everything that one question needs, or that one entry parses to,
 * lives in an arena and is released in one step.  Not for sharing between threads while it grows. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena; /* opaque */

struct arena *arena_new(void);
struct arena *arena_new_sized(size_t first); /* whose first block has room for so many octets */
void arena_free(struct arena *arena);        /* NULL is allowed */
void arena_reset(struct arena *arena);       /* empties it and keeps its first block for the next use */

/* Zeroed, and aligned for any type of that size, for an array of it, and for a struct with a flexible array of octets. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));
char *arena_string(struct arena *arena, const char *text) __attribute__((returns_nonnull));
char *arena_octets(struct arena *arena, const void *octets, size_t length) __attribute__((returns_nonnull)); /* + NUL */
char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), returns_nonnull));
size_t arena_size(const struct arena *arena); /* octets taken from the system */
size_t arena_room(const struct arena *arena); /* octets that are left before it takes another block */

#endif

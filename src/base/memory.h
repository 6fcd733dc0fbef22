/* Memory that is there or ends the process: an answer that was computed on half of its data would be worse than no
 * answer, and a supervisor restarts the gateway at once.  Every function here either succeeds or logs and aborts. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

void *memory_alloc(size_t size) __attribute__((malloc, returns_nonnull));               /* zeroed */
void *memory_array(size_t count, size_t size) __attribute__((malloc, returns_nonnull)); /* zeroed, overflow checked */
void *memory_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull)); /* new part not zeroed */
char *memory_string(const char *text) __attribute__((malloc, returns_nonnull));             /* a copy */
char *memory_octets(const void *octets, size_t length) __attribute__((malloc, returns_nonnull)); /* a copy and a NUL */

#endif

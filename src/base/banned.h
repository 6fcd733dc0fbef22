/* Functions that have no place here: each has a bounded or checked sister.  Included by every C file through the
 * compiler's -include, after the system's own headers have declared them. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#pragma GCC poison strcpy strcat strncat sprintf vsprintf strtok gets alloca atoi atol atof
#pragma GCC poison gmtime localtime asctime
#ifndef __clang__ /* which takes the attribute at the first declaration alone; it builds the fuzz targets */
/* Its name is also that of fields in other headers (krb5.h). */
char *ctime(const time_t *time) __attribute__((error("its result is static: see base/clock.h")));
#endif

#endif

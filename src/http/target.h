/* The target of a request (RFC 9112 section 3.2): a path and a query, each percent-decoded exactly once, after it was
 * cut into its parts (RFC 3986 section 2.4), so that "organization%2Fid" is one segment. */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define TARGET_SEGMENTS_MAX   16
#define TARGET_PARAMETERS_MAX 64

struct target_parameter { const char *name, *value; };

/* Everything lives in the arena. */
struct target {
	const char *path; /* as sent, without the query */
	size_t segment_count;
	const char *segments[TARGET_SEGMENTS_MAX]; /* decoded; "/" is one empty segment */
	size_t parameter_count;
	const struct target_parameter *parameters; /* decoded, '+' as a space; in the order sent */
};

/* Parses the origin form or the absolute form.  Returns 0; or 1 with `*why`, a static text: a target that is no such
 * form, has too many parts, a broken percent-encoding, a NUL or octets that are no UTF-8. */
int target_parse(const char *octets, struct arena *arena, struct target *target, const char **why);

/* The first value of a parameter, or NULL. */
const char *target_parameter(const struct target *target, const char *name);

#endif

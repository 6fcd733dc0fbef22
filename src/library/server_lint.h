/* Findings of lint that are about a directory's server, not its data. */
#ifndef LIBRARY_SERVER_LINT_H
#define LIBRARY_SERVER_LINT_H

#include "base/arena.h"
#include "decide/lint/lint.h"
#include "directory/server/session.h"

/* Looks at each server that can be reached, as the identity that reads; of what that may not see nothing is said.  *count
 * findings, about the entry of the base, in the arena; their value is the server's URI. */
const struct finding *server_lint(const struct session_options *session, const char *base, const struct snapshot *snapshot,
                                  struct arena *arena, size_t *count);

#endif

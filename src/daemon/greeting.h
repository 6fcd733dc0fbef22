/* For people on a terminal: where the gateway answers, what it follows, and a question to try. */
#ifndef DAEMON_GREETING_H
#define DAEMON_GREETING_H

#include "base/text.h"
#include "daemon/site.h"

/* "1 organization, 4 workspaces, 9 roles, 12 bindings, 23 people". */
void greeting_print_counts(const struct snapshot *snapshot, struct text *out);

/* `url` as listeners_print has it. */
void greeting_print(const struct site *site, const struct snapshot *snapshot, const char *url, struct text *out);

#endif

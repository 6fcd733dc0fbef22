/* dirgated --check: tries everything that a start would need, and says what is wrong, line by line. */
#ifndef DAEMON_CHECK_H
#define DAEMON_CHECK_H

#include "daemon/config.h"

/* Prints what config_read complained about.  Returns the exit status. */
int check_complaints(const struct complaints *complaints);
/* Takes over the configuration.  Opens each listener for a moment, connects to each source and reads it whole once,
 * and says which errors lint finds in what was read.  Returns the exit status: 0 if the gateway could answer. */
int check(struct config *config);

#endif

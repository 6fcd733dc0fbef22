/* The gateway at work: from the start to SIGTERM. */
#ifndef DAEMON_RUN_H
#define DAEMON_RUN_H

#include "daemon/config.h"

/* Takes over the configuration; reads it again, with the same flags, on SIGHUP.  Returns the exit status. */
int run(const struct flags *flags, struct config *config);

#endif

/* Which attributes of people the policy below a base names, found before people are read: else the first reading would
 * end with the news that it has to be made again.  Internal to content synchronization. */
#ifndef DIRECTORY_POLICY_NAMES_H
#define DIRECTORY_POLICY_NAMES_H

#include "directory/follower/name_set.h"
#include "directory/server/session.h"

/* Adds to `names` what can be found out.  An error is no error: the reading itself will tell. */
void policy_names_read(const struct session *session, const char *base, unsigned limit_ms, struct name_set *names);

#endif

/* A directory as callers describe it, for those who follow it or look at it. */
#ifndef LIBRARY_DIRECTORY_SOURCE_H
#define LIBRARY_DIRECTORY_SOURCE_H

#include "base/clock.h"
#include "base/error.h"
#include "directory/follower/source.h"
#include "directory/server/session.h"
#include "model/snapshot.h"

#include "dirgate.h"

/* How to reach its servers; what it points to is the caller's.  Negative: there is no URI, no base, or too many. */
int directory_session(const struct dirgate_directory *directory, struct session_options *session, struct error *why);

/* A source that asks a server how it can be followed.  What is gone is to be seen within `staleness`.  NULL: the description
 * is not valid. */
struct source *directory_source(const struct dirgate_directory *directory, const struct model_settings *settings,
                                instant staleness, struct error *why);

#endif

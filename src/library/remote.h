/* A running gateway, asked over HTTP. */
#ifndef LIBRARY_REMOTE_H
#define LIBRARY_REMOTE_H

#include "library/backend.h"

/* NULL: the URL is none.  Whether somebody answers there is seen with the first question. */
struct dirgate *remote_open(const char *url, struct error *why);

#endif

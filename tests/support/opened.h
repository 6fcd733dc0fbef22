/* A source of answers, as words on a command line name it. */
#ifndef SUPPORT_OPENED_H
#define SUPPORT_OPENED_H

#include "dirgate.h"

#define OPENED_USAGE "ldif PATH | gateway URL | directory URI BASE BINDDN PASSWORDFILE"

/* NULL with *why (to be freed), or without it if the words are none of OPENED_USAGE. */
struct dirgate *opened_source(int count, char **words, char **why);

#endif

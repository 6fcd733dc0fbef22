/* A directory from an LDIF file, for test programs. */
#ifndef TESTS_SUPPORT_LOADED_H
#define TESTS_SUPPORT_LOADED_H

#include "base/error.h"
#include "model/snapshot.h"

/* Reads a file or folder whole; the caller holds the snapshot (snapshot_drop).  NULL with `why`. */
struct snapshot *loaded_snapshot(const char *path, struct error *why);

#endif

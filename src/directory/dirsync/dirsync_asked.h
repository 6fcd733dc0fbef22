/* What is asked of a domain controller: the selection of entries and attributes, in the forms that the different
 * searches need.  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_ASKED_H
#define DIRECTORY_DIRSYNC_ASKED_H

#include "base/error.h"
#include "directory/follower/name_set.h"
#include "model/snapshot.h"

#include <stdbool.h>

/* Zeroed: nothing. */
struct dirsync_asked {
	char *filter;             /* for entries */
	char **attributes;        /* for entries; NULL-terminated, the strings are those of `names` */
	char **watched;           /* for DirSync: whose changes are to be told; the strings are those of `watched_names` */
	bool members;             /* the policy names memberOf, which changes with the group and without a word */
	struct name_set covered;  /* attributes of people that are read */
	struct name_set names, watched_names;
};

/* As selection_make. */
int dirsync_asked_make(const struct model_settings *settings, const struct name_set *wanted, const char *const *more,
                       struct dirsync_asked *asked, struct error *why);
void dirsync_asked_release(struct dirsync_asked *asked);

#endif

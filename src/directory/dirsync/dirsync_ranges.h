/* Entries with more values than a domain controller sends at once (Windows: 1500 members): "member;range=0-1499" is all
 * that comes of them, the rest has to be asked for (MS-ADTS section 3.1.1.3.1.3.3).  Internal to the source "dirsync". */
#ifndef DIRECTORY_DIRSYNC_RANGES_H
#define DIRECTORY_DIRSYNC_RANGES_H

#include "directory/dirsync/dirsync_asked.h"
#include "directory/dirsync/dirsync_link.h"
#include "directory/dirsync/dirsync_message.h"
#include "directory/follower/feed.h"
#include "directory/server/entry_reader.h"

#include <stdbool.h>

bool dirsync_record_guid(const struct record *record, struct dirsync_guid *guid); /* false: it has no objectGUID */
/* False: a part of some attribute's values is missing.  The last part ("member;range=0-*") is renamed ("member"). */
bool dirsync_record_is_whole(struct record *record, struct arena *arena);
/* Takes out what was read for the reading alone. */
void dirsync_record_trim(struct record *record, const struct dirsync_asked *asked);

/* One entry, read part by part. */
struct dirsync_ranged {
	/* The caller's. */
	const struct dirsync_link *link;
	const struct dirsync_asked *asked;
	struct dirsync_guid guid;
	struct entry_reader *reader;
	struct bundle *bundle; /* which keeps the messages */
	/* The result. */
	struct record record;
	size_t octets; /* of the values */
	/* Of the reading. */
	char usn[24];           /* uSNChanged of the first part: all must have it, else they are parts of different entries */
	struct record part;
	bool found;
};
/* DIRSYNC_GONE: it is not there any more, or means nothing now. */
#define DIRSYNC_GONE 1
int dirsync_ranged_read(struct dirsync_ranged *ranged, struct error *why);

#endif

/* Findings of lint as JSON.  Pure. */
#ifndef JSON_FINDINGS_H
#define JSON_FINDINGS_H

#include "base/arena.h"
#include "base/clock.h"
#include "decide/lint/lint.h"
#include "json/json_writer.h"
#include "model/snapshot.h"

#define FINDINGS_MAX 50000 /* that are written; the first ones, in order */

/* {"total": how many there are, "findings": [{"code", "severity", "entry": {"id", "dn"}, "other", "attribute", "value",
 * "detail", "meaning", "remedy"} …]}: errors first, then warnings, then notes, each by DN, code and value, so that two
 * snapshots of equal entries give equal texts.  What an entry, other, attribute, value or detail would be is left out
 * where there is none. */
void findings_write(struct json_writer *json, const struct snapshot *snapshot, instant at, struct arena *arena);

/* With `count` findings more, which were made elsewhere: of the server that the snapshot is of. */
void findings_write_more(struct json_writer *json, const struct snapshot *snapshot, instant at,
                         const struct finding *more, size_t count, struct arena *arena);

/* The same step by step, for those who want all of them: found once, in the arena, and written from number `first` on, at
 * most `count`, as a member of an object that is open. */
struct findings; /* opaque */
struct findings *findings_find(const struct snapshot *snapshot, instant at, struct arena *arena);
size_t findings_count(const struct findings *findings);
void findings_write_some(struct json_writer *json, const struct findings *findings, size_t first, size_t count);

#endif

/* When an entry was changed last, as its record says. */
#ifndef DIRECTORY_RECORD_TIME_H
#define DIRECTORY_RECORD_TIME_H

#include "base/clock.h"
#include "directory/follower/name_set.h"
#include "model/entry.h"

/* RFC 4512 section 3.4.4; has to be asked for by name, being operational.  Active Directory makes it of its whenChanged. */
#define RECORD_TIME_ATTRIBUTE "modifyTimestamp"

/* The one value of an attribute; NULL if it has none, or several. */
const struct record_value *record_value(const struct record *record, const char *name);

/* The time that it is; INSTANT_MIN: there is none.  Far from any end of the scale, so that others may calculate with it. */
instant record_time(const struct record *record, const char *name);

/* Fills in record->changed. */
void record_note_changed(struct record *record);
/* Then leaves out the attribute that says so, unless `selected` has it: it differs after each write, and would make another
 * entry of what means the same.  The record's attributes must have been made for it alone (entry_reader.h). */
void record_take_changed(struct record *record, const struct name_set *selected);

#endif

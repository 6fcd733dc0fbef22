#include "directory/server/read_check.h"

#include <errno.h>

#include "directory/server/entry_reader.h"

void read_check_count(struct read_check *check, const struct record *record)
{
	check->entries++;
	check->ours += record_is_ours(record);
}

int read_check_result(const struct read_check *check, const struct session *session, const char *base,
                      bool without_policy, struct error *why)
{
	if (check->entries == 0)
		return error_set(why, -ENOENT, "%s: nothing can be read below \"%s\"; check the base, and give this identity read "
		                 "access", session_uri(session), base);
	if (check->ours == 0 && !without_policy)
		return error_set(why, -ENOENT, "%s: %llu entries can be read below \"%s\", but none of the classes dgOrganization, "
		                 "dgRole, dgBinding …; an empty policy is not taken for one: check the base and this identity's "
		                 "read access, or say that this source has people and groups only",
		                 session_uri(session), (unsigned long long)check->entries, base);
	return 0;
}

#include "directory/dirsync/dirsync_asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/follower/record_time.h"
#include "directory/server/selection.h"

/* Each domain controller has its own, and DirSync does not tell when it changes; lists have lastLogonTimestamp. */
static const char untold[] = "lastlogon";

static void names_add(struct name_set *set, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		name_set_add(set, names[i]);
}

static char **names_list(const struct name_set *set)
{
	char **list = memory_array(set->count + 1, sizeof(*list));

	memcpy(list, set->items, set->count * sizeof(*list));
	return list;
}

int dirsync_asked_make(const struct model_settings *settings, const struct name_set *wanted, const char *const *more,
                       struct dirsync_asked *asked, struct error *why)
{
	/* uSNChanged says whether an entry that is read in parts is still the same; DirSync would tell each change of it. */
	static const char *const to_read[] = {"objectGUID", "uSNChanged", RECORD_TIME_ATTRIBUTE, NULL};
	static const char *const to_watch[] = {"objectClass", "isDeleted", "name", "parentGUID", NULL};
	struct selection selection;
	int result = selection_make(settings, wanted, more, &selection, why);

	*asked = (struct dirsync_asked){0};
	for (size_t i = 0; i < selection.names.count; i++)
		if (strcmp(selection.names.items[i], untold) != 0 || name_set_has(wanted, untold))
			name_set_add(&asked->covered, selection.names.items[i]);
	asked->members = name_set_has(&asked->covered, "memberof");
	name_set_copy(&asked->names, &asked->covered);
	names_add(&asked->names, to_read);
	name_set_copy(&asked->watched_names, &asked->covered);
	names_add(&asked->watched_names, to_watch);
	asked->attributes = names_list(&asked->names);
	asked->watched = names_list(&asked->watched_names);
	asked->filter = selection.filter;
	selection.filter = NULL;
	selection_release(&selection);
	return result;
}

void dirsync_asked_release(struct dirsync_asked *asked)
{
	free(asked->filter);
	free(asked->attributes);
	free(asked->watched);
	name_set_release(&asked->covered);
	name_set_release(&asked->names);
	name_set_release(&asked->watched_names);
	*asked = (struct dirsync_asked){0};
}

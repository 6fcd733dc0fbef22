#include "directory/follower/source.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool source_name_valid(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return length > 0 && length < SOURCE_NAME_MAX;
}

void source_free(struct source *source)
{
	if (!source)
		return;
	free(source->identity);
	source->operations->free(source);
}

const char *source_state_name(enum source_state state)
{
	switch (state) {
	case SOURCE_FAILED:
		return "failed";
	case SOURCE_LOST:
		return "lost";
	case SOURCE_FOLLOWING:
		return "following";
	case SOURCE_LOADING:
		break;
	}
	return "loading";
}

const char *source_journal_name(enum source_journal journal)
{
	switch (journal) {
	case SOURCE_JOURNAL_WAITING:
		return "waiting";
	case SOURCE_JOURNAL_WRITTEN:
		return "written";
	case SOURCE_JOURNAL_GIVEN_UP:
		return "given-up";
	case SOURCE_JOURNAL_NONE:
		break;
	}
	return "none";
}

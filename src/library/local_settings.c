#include "library/local_settings.h"

#include <errno.h>

#include "model/filter.h"

static size_t count_of(const char *const *list)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	return count;
}

/* NULL, the default, stays NULL. */
static const char *const *copy_list(struct arena *arena, const char *const *list)
{
	size_t count = count_of(list);
	const char **copy;

	if (!list)
		return NULL;
	copy = arena_array(arena, count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = arena_string(arena, list[i]);
	return copy;
}

static int check(const struct dirgate_settings *settings, struct arena *arena, struct error *why)
{
	const struct filter *filter;
	struct error reason;

	if (count_of(settings->person_ids) > PERSON_IDS_MAX)
		return error_set(why, -EINVAL, "person_ids: more than %d attributes", PERSON_IDS_MAX);
	if (settings->person_filter && filter_parse(settings->person_filter, FILTER_OF_ENTRY, arena, &filter, &reason))
		return error_set(why, -EINVAL, "person_filter: %s", reason.text);
	return 0;
}

int local_settings_init(struct local_settings *made, const struct dirgate_settings *settings, struct error *why)
{
	static const struct dirgate_settings defaults = {NULL};
	int result;

	*made = (struct local_settings){.arena = arena_new()};
	if (!settings)
		settings = &defaults;
	result = check(settings, made->arena, why);
	if (result < 0) {
		local_settings_release(made);
		return result;
	}
	if (settings->person_filter)
		made->model.person_filter = arena_string(made->arena, settings->person_filter);
	for (size_t i = 0; i < count_of(settings->person_ids); i++)
		made->model.person_ids[i] = arena_string(made->arena, settings->person_ids[i]);
	made->decide = (struct decide_settings){
		.subject_types = copy_list(made->arena, settings->subject_types),
		.trusted_subject_properties = copy_list(made->arena, settings->trusted_subject_properties),
		.caller_properties = copy_list(made->arena, settings->caller_properties),
		.writable_attributes = copy_list(made->arena, settings->writable_attributes),
	};
	return 0;
}

void local_settings_release(struct local_settings *made)
{
	arena_free(made->arena);
	*made = (struct local_settings){.arena = NULL};
}

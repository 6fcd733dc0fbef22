#include "directory/server/server_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "directory/server/selection.h"
#include "model/dn.h"

static int base_check(const char *base, struct error *why)
{
	struct arena *arena = arena_new();
	struct dn dn;
	int result = 0;

	if (!base)
		result = error_set(why, -EINVAL, "no base is given");
	else if (dn_parse(base, strlen(base), arena, &dn, why))
		result = error_prefix(why, -EINVAL, "base \"%s\" is no DN: ", base);
	arena_free(arena);
	return result;
}

int server_options_check(const struct server_options *options, struct error *why)
{
	const struct name_set none = {0};
	struct selection selection;
	int result;

	if (!options->name || !source_name_valid(options->name))
		return error_set(why, -EINVAL, "\"%s\" is no name for a source", options->name ? options->name : "");
	if ((result = base_check(options->base, why)) < 0 || (result = session_options_check(options->session, why)) < 0)
		return result;
	result = selection_make(options->settings, &none, NULL, &selection, why);
	selection_release(&selection);
	return result;
}

static struct model_settings *settings_copy(const struct model_settings *from)
{
	struct model_settings *copy = memory_alloc(sizeof(*copy));

	if (!from)
		return copy;
	*copy = *from;
	if (copy->person_filter)
		copy->person_filter = memory_string(copy->person_filter);
	for (size_t i = 0; i < PERSON_IDS_MAX && copy->person_ids[i]; i++)
		copy->person_ids[i] = memory_string(copy->person_ids[i]);
	return copy;
}

static void settings_free(struct model_settings *settings)
{
	free((char *)(uintptr_t)settings->person_filter);
	for (size_t i = 0; i < PERSON_IDS_MAX && settings->person_ids[i]; i++)
		free((char *)(uintptr_t)settings->person_ids[i]);
	free(settings);
}

struct server_options *server_options_copy(const struct server_options *options)
{
	struct server_options *copy = memory_alloc(sizeof(*copy));

	*copy = *options;
	copy->name = memory_string(options->name);
	copy->session = session_options_copy(options->session);
	copy->base = memory_string(options->base);
	copy->settings = settings_copy(options->settings);
	for (size_t i = 0; i < SOURCE_ATTRIBUTES_MAX && copy->attributes[i]; i++)
		copy->attributes[i] = memory_string(copy->attributes[i]);
	return copy;
}

void server_options_free(struct server_options *options)
{
	if (!options)
		return;
	free((char *)(uintptr_t)options->name);
	session_options_free((struct session_options *)(uintptr_t)options->session);
	free((char *)(uintptr_t)options->base);
	settings_free((struct model_settings *)(uintptr_t)options->settings);
	for (size_t i = 0; i < SOURCE_ATTRIBUTES_MAX && options->attributes[i]; i++)
		free((char *)(uintptr_t)options->attributes[i]);
	free(options);
}

/* ---- what follows from them ---- */

#define RECONCILE_S 3600

void server_source_init(struct source *source, const struct source_operations *operations,
                        const struct server_options *options)
{
	source->operations = operations;
	memcpy(source->name, options->name, strlen(options->name) + 1);
	source->behind_limit = options->behind_limit_ms * (INSTANT_SECOND / 1000);
}

static instant seconds(unsigned given, instant otherwise)
{
	return given > 0 ? given * INSTANT_SECOND : otherwise;
}

static instant connection_age(const struct server_options *options)
{
	return seconds(options->connection_age_s, seconds(options->reconcile_s, RECONCILE_S * INSTANT_SECOND));
}

instant server_reconcile(const struct server_options *options)
{
	instant reconcile = seconds(options->reconcile_s, RECONCILE_S * INSTANT_SECOND), age = connection_age(options);

	return reconcile < age ? reconcile : age;
}

bool server_connection_is_old(const struct server_options *options, instant opened_at)
{
	return clock_monotonic() + server_reconcile(options) > opened_at + connection_age(options);
}

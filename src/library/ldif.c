/* LDIF files, read once. */
#include "directory/ldif.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "library/local.h"
#include "model/builder.h"

struct ldif_gate {
	struct local local;
	struct snapshot *snapshot;
};

static void ldif_acquire(struct local *local, struct local_state *state)
{
	*state = (struct local_state){snapshot_acquire(((struct ldif_gate *)local)->snapshot), REASON_NO_GRANT};
}

static void ldif_free(struct local *local)
{
	struct ldif_gate *gate = (struct ldif_gate *)local;

	snapshot_drop(gate->snapshot);
	free(gate);
}

static const struct local_kind ldif_kind = {ldif_acquire, ldif_free};

static int take(void *context, const struct record *entry, struct error *why)
{
	enum builder_outcome outcome = builder_put(context, 0, entry, why);

	return outcome == BUILDER_DONE || outcome == BUILDER_UNCHANGED ? 0 : -EINVAL;
}

static int read_snapshot(const char *const *paths, size_t count, const struct model_settings *settings,
                         struct snapshot **snapshot, struct error *why)
{
	struct builder *builder = builder_new(NULL, settings);
	struct ldif_files files = {NULL};
	int result = ldif_files_find(paths, count, &files, why);

	if (result == 0)
		result = ldif_read(&files, take, builder, why);
	if (result == 0)
		*snapshot = builder_freeze(builder);
	ldif_files_release(&files);
	builder_free(builder);
	return result;
}

struct dirgate *local_open_ldif(const char *const *paths, const struct dirgate_settings *settings, struct error *why)
{
	struct ldif_gate *gate = memory_alloc(sizeof(*gate));
	size_t count = 0;
	int result;

	while (paths && paths[count])
		count++;
	if (count == 0)
		result = error_set(why, -EINVAL, "no LDIF file is named");
	else
		result = local_settings_init(&gate->local.settings, settings, why);
	if (result == 0)
		result = read_snapshot(paths, count, &gate->local.settings.model, &gate->snapshot, why);
	if (result < 0) {
		local_settings_release(&gate->local.settings);
		free(gate);
		return NULL;
	}
	local_init(&gate->local, &ldif_kind);
	return &gate->local.gate;
}

/* LDIF files, read once; and what they would be after changes. */
#include "directory/ldif/ldif.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "directory/ldif/ldif_change.h"
#include "library/local.h"
#include "model/builder.h"

struct ldif_gate {
	struct local local;
	struct snapshot *loaded;  /* what the files say */
	pthread_mutex_t lock;     /* of what follows */
	struct snapshot *current; /* … with the changes that were tried */
};

static void lock(struct ldif_gate *gate)
{
	int result = pthread_mutex_lock(&gate->lock);

	assert(result == 0);
	(void)result;
}

static void unlock(struct ldif_gate *gate)
{
	int result = pthread_mutex_unlock(&gate->lock);

	assert(result == 0);
	(void)result;
}

static struct snapshot *current(struct ldif_gate *gate)
{
	struct snapshot *snapshot;

	lock(gate);
	snapshot = snapshot_acquire(gate->current);
	unlock(gate);
	return snapshot;
}

/* Takes over the hold of `snapshot`. */
static void set_current(struct ldif_gate *gate, struct snapshot *snapshot)
{
	struct snapshot *before;

	lock(gate);
	before = gate->current;
	gate->current = snapshot;
	unlock(gate);
	snapshot_drop(before);
}

static void ldif_acquire(struct local *local, struct local_state *state)
{
	*state = (struct local_state){current((struct ldif_gate *)local), REASON_NO_GRANT};
}

static int ldif_apply(struct local *local, const char *ldif, const char *name, struct error *why)
{
	struct ldif_gate *gate = (struct ldif_gate *)local;
	struct ldif_reader *reader = ldif_open_memory(name, ldif, strlen(ldif));
	struct snapshot *before = current(gate), *after;
	int result = ldif_change(before, reader, &after, why);

	if (result == 0)
		set_current(gate, after);
	snapshot_drop(before);
	ldif_close(reader);
	return result;
}

static int ldif_reset(struct local *local, struct error *why)
{
	struct ldif_gate *gate = (struct ldif_gate *)local;

	(void)why;
	set_current(gate, snapshot_acquire(gate->loaded));
	return 0;
}

static void ldif_free(struct local *local)
{
	struct ldif_gate *gate = (struct ldif_gate *)local;

	snapshot_drop(gate->current);
	snapshot_drop(gate->loaded);
	pthread_mutex_destroy(&gate->lock);
	free(gate);
}

static const struct local_kind ldif_kind = {ldif_acquire, ldif_apply, ldif_reset, NULL, ldif_free};

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
		result = read_snapshot(paths, count, &gate->local.settings.model, &gate->loaded, why);
	if (result < 0) {
		local_settings_release(&gate->local.settings);
		free(gate);
		return NULL;
	}
	gate->current = snapshot_acquire(gate->loaded);
	result = pthread_mutex_init(&gate->lock, NULL);
	assert(result == 0);
	local_init(&gate->local, &ldif_kind);
	return &gate->local.gate;
}

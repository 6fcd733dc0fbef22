#include "loaded.h"

#include "directory/ldif/ldif.h"
#include "model/builder.h"

#include <errno.h>

static int take(void *context, const struct record *entry, struct error *why)
{
	enum builder_outcome outcome = builder_put(context, 0, entry, why);

	return outcome == BUILDER_DONE || outcome == BUILDER_UNCHANGED ? 0 : -EINVAL;
}

struct snapshot *loaded_snapshot(const char *path, struct error *why)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *snapshot = NULL;
	struct ldif_files files = {0};

	if (ldif_files_find(&path, 1, &files, why) == 0 && ldif_read(&files, take, builder, why) == 0)
		snapshot = builder_freeze(builder);
	ldif_files_release(&files);
	builder_free(builder);
	return snapshot;
}

/* Questions answered here, on a snapshot that this process holds. */
#ifndef LIBRARY_LOCAL_H
#define LIBRARY_LOCAL_H

#include "decide/lint/lint.h"
#include "json/json_writer.h"
#include "library/backend.h"
#include "library/local_settings.h"

/* What one question is answered from. */
struct local_state {
	const struct snapshot *snapshot; /* held; NULL: none was read yet */
	enum reason cannot_decide;       /* REASON_NO_GRANT: fresh enough */
};

struct local;
struct local_kind {
	void (*acquire)(struct local *local, struct local_state *state); /* the caller drops the snapshot */
	int (*apply)(struct local *local, const char *ldif, const char *name, struct error *why);
	int (*reset)(struct local *local, struct error *why);
	/* What is to be said of the server; *count of them, in the arena.  NULL: there is none. */
	const struct finding *(*lint)(struct local *local, const struct snapshot *snapshot, struct arena *arena,
	                              size_t *count);
	void (*free)(struct local *local); /* the kind's own, and the memory of the whole */
};

/* The kind's own struct begins with this one. */
struct local {
	struct dirgate gate;
	const struct local_kind *kind;
	struct local_settings settings; /* owned */
};

void local_init(struct local *local, const struct local_kind *kind);

/* local_tables.c */
int local_table(struct dirgate *gate, enum dirgate_topic topic, const struct table_asked *asked, struct arena *arena,
                struct text *json, struct error *why);
/* local_report.c */
int local_report(struct dirgate *gate, int (*found)(void *context, const struct dirgate_report_row *row), void *context,
                 struct error *why);
/* local.c */
struct local_state local_acquire(struct dirgate *gate);
const struct decide_settings *local_decide_settings(const struct dirgate *gate);

/* ldif.c, directory.c: NULL with why it cannot be opened. */
struct dirgate *local_open_ldif(const char *const *paths, const struct dirgate_settings *settings, struct error *why);
struct dirgate *local_open_directory(const struct dirgate_directory *directory,
                                     const struct dirgate_settings *settings, struct error *why);

#endif

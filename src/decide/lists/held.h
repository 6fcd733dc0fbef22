/* The roles that a subject holds in a place, each with the way it came.  Internal to decide/. */
#ifndef DECIDE_HELD_H
#define DECIDE_HELD_H

#include "decide/lists/effective.h"
#include "decide/lists/list.h"
#include "decide/roles.h"

struct held_roles {
	uint32_t count;
	struct held_role *roles; /* highest rank first, then by DN; of one role the way that grants first */
};

/* Which holdings count, and whether the roles that others inherit do. */
struct held_wish {
	bool inherited;
	bool (*wanted)(const void *context, const struct evaluation *evaluation, const struct standing *standing,
	               const struct holding *holding);
	const void *context;
};
void held_list(struct evaluation *evaluation, const struct standing *standing, const struct held_wish *wish,
               struct held_roles *held);

/* A wish: every holding that gives something, waiting ones left out. */
bool held_by_binding(const void *context, const struct evaluation *evaluation, const struct standing *standing,
                     const struct holding *holding);

/* An evaluation whose subject is the person (or group) at `subject`, in `place`, about nothing in particular.  The subject
 * need not be active. */
void viewing_begin(const struct list_view *view, node_id subject, node_id place, struct arena *arena,
                   struct evaluation *evaluation);

#endif

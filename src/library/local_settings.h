/* What a site may set, checked, copied, and in the form of the layers below. */
#ifndef LIBRARY_LOCAL_SETTINGS_H
#define LIBRARY_LOCAL_SETTINGS_H

#include "library/backend.h"

struct local_settings {
	struct arena *arena; /* where all of it lives */
	struct model_settings model;
	struct decide_settings decide;
};

/* NULL: all defaults.  Negative with what is wrong. */
int local_settings_init(struct local_settings *made, const struct dirgate_settings *settings, struct error *why);
void local_settings_release(struct local_settings *made);

#endif

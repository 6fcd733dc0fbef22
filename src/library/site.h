/* What a site may set, checked, copied, and in the form of the layers below. */
#ifndef LIBRARY_SITE_H
#define LIBRARY_SITE_H

#include "library/backend.h"

struct site {
	struct arena *arena; /* where all of it lives */
	struct model_settings model;
	struct decide_settings decide;
};

/* NULL: all defaults.  Negative with what is wrong. */
int site_init(struct site *site, const struct dirgate_settings *settings, struct error *why);
void site_release(struct site *site);

#endif

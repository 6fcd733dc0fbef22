/* Finding the resource and the place of a question.  Internal to decide/. */
#ifndef DECIDE_RESOURCE_H
#define DECIDE_RESOURCE_H

#include "decide/evaluation.h"

/* Finds the entry of the resource, if the directory keeps it, and the place.  Needs the subject.  REASON_GRANTED or
 * why not. */
enum reason resource_find(struct evaluation *evaluation);
enum reason place_resolve(struct evaluation *evaluation, const char *action);

#endif

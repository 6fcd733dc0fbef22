/* Finding the subject.  Internal to decide/. */
#ifndef DECIDE_SUBJECT_H
#define DECIDE_SUBJECT_H

#include "base/clock.h"
#include "decide/decide.h"
#include "decide/place.h"

/* A person by "id" (among the people of `named` first, then all), "organization/id" or DN; within one set of people:
 * the DN, then dgId, then each of person_ids: the first that matches anybody decides. */
struct finding_of person_find(const struct snapshot *snapshot, const char *id, node_id named);

/* Is the account active at that time?  By dgStatus and by whatever the directory itself says. */
bool person_active(const struct entry *person, instant at);

/* Does the type name people, by the site's settings?  Types ignore case as all names do, so that "Membership" is asked
 * about with all the rules. */
bool type_is_person(const struct decide_settings *settings, const char *type);

/* Finds the subject of a question: REASON_GRANTED with *node, or why not. */
enum reason subject_find(const struct snapshot *snapshot, const struct decide_settings *settings,
                         const struct question *question, node_id *node);

/* The name of the place that the request states (resource.properties.workspace, else context.workspace), or NULL. */
const char *question_place_name(const struct question *question);

/* The name of the place as far as it is clear without looking anything up: the resource, if that is a workspace or an
 * organization, else the one above; and what it may be the name of. */
const char *question_place(const struct question *question, enum place_kinds *kinds);

#endif

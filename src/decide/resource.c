#include "decide/resource.h"

#include "decide/subject.h"
#include "model/name.h"

#include <string.h>

static enum reason named_place(const struct evaluation *evaluation, const char *name, enum place_kinds kinds,
                               node_id *place)
{
	struct finding_of finding = place_find(evaluation->snapshot, name, kinds, &evaluation->home);
	if (finding.found == FOUND_NONE)
		return REASON_UNKNOWN_WORKSPACE;
	if (finding.found == FOUND_MANY)
		return REASON_AMBIGUOUS_WORKSPACE;
	*place = finding.node;
	return REASON_GRANTED;
}

/* Type "workspace" or "organization": the resource is the place. */
static bool resource_is_place(const struct question *question, enum place_kinds *kinds)
{
	question_place(question, kinds);
	return *kinds != PLACE_ANY;
}

/* ---- Resources that the directory keeps ---- */

struct kept {
	struct finding_of there, home; /* in the named place; in the organization that is meant */
	struct finding_of common;      /* in none: what the directory says of it counts, wherever it is asked about */
	struct finding_of anywhere;
};

static bool is_home(const struct organizations *home, node_id organization)
{
	for (uint32_t i = 0; i < home->count; i++)
		if (home->nodes[i] == organization)
			return true;
	return false;
}

/* The workspace that encloses an entry, else its organization: where a resource is kept. */
static node_id place_of(const struct snapshot *snapshot, node_id node)
{
	node_id workspace = workspace_of(snapshot, node);
	return workspace != NODE_NONE ? workspace : organization_of(snapshot, node);
}

static void kept_hit(const struct evaluation *evaluation, node_id node, node_id named, struct kept *kept)
{
	node_id organization = organization_of(evaluation->snapshot, node);
	finding_add(&kept->anywhere, node);
	if (organization == NODE_NONE)
		finding_add(&kept->common, node);
	else if (named != NODE_NONE ? organization == organization_of(evaluation->snapshot, named)
	                            : is_home(&evaluation->home, organization))
		finding_add(&kept->home, node);
	if (named != NODE_NONE && place_of(evaluation->snapshot, node) == named)
		finding_add(&kept->there, node);
}

static bool has_type(const struct entry *entry, const char *type)
{
	return entry_is(entry, KIND_RESOURCE) && entry->resource->type != NULL && name_equal(entry->resource->type, type);
}

/* By its id, or by its DN. */
static void find_kept(const struct evaluation *evaluation, node_id named, struct kept *kept)
{
	const struct snapshot *snapshot = evaluation->snapshot;
	const struct resource_ref *resource = &evaluation->question->resource;
	struct name_cursor cursor;
	node_id node;
	snapshot_name(snapshot, NAME_RESOURCE, resource->id, &cursor);
	while (name_next(&cursor, &node))
		if (has_type(snapshot_entry(snapshot, node), resource->type))
			kept_hit(evaluation, node, named, kept);
	name_end(&cursor);
	node = strchr(resource->id, '=') != NULL ? snapshot_find_dn(snapshot, resource->id) : NODE_NONE;
	if (has_type(snapshot_entry(snapshot, node), resource->type))
		kept_hit(evaluation, node, named, kept);
}

/* "Looked for in the named workspace first (named, not found there, but kept elsewhere in the organization: deny
 * not-in-workspace; no workspace named and two found: deny ambiguous-resource)." */
static enum reason choose_kept(const struct kept *kept, bool named, node_id *node)
{
	const struct finding_of *finding = &kept->there;
	if (named && finding->found == FOUND_NONE && kept->home.found != FOUND_NONE)
		return REASON_NOT_IN_WORKSPACE;
	if (named && finding->found == FOUND_NONE)
		finding = &kept->common;
	if (!named)
		finding = kept->home.found != FOUND_NONE ? &kept->home : &kept->anywhere;
	if (finding->found == FOUND_MANY)
		return REASON_AMBIGUOUS_RESOURCE;
	*node = finding->found == FOUND_ONE ? finding->node : NODE_NONE;
	return REASON_GRANTED;
}

enum reason resource_find(struct evaluation *evaluation)
{
	enum place_kinds kinds;
	node_id node = NODE_NONE, named = NODE_NONE;
	enum reason reason = REASON_GRANTED;
	const char *name = question_place_name(evaluation->question);
	if (evaluation->resource_later)
		return REASON_GRANTED;
	if (resource_is_place(evaluation->question, &kinds)) {
		reason = named_place(evaluation, evaluation->question->resource.id, kinds, &node);
	} else if (name == NULL || named_place(evaluation, name, PLACE_ANY, &named) == REASON_GRANTED) {
		struct kept kept = {0};
		find_kept(evaluation, named, &kept);
		reason = choose_kept(&kept, name != NULL, &node);
	} /* else the place is unknown: the next step says so */
	evaluation->resource = node;
	evaluation->resource_entry = snapshot_entry(evaluation->snapshot, node);
	return reason;
}

/* ---- The place ---- */

/* "The one whose people include the subject, else the only one there is, else deny ambiguous-organization." */
static enum reason default_place(const struct evaluation *evaluation, node_id *place)
{
	if (evaluation->home.count == 1) {
		*place = evaluation->home.nodes[0];
		return REASON_GRANTED;
	}
	if (evaluation->home.count > 1 || snapshot_count(evaluation->snapshot, KIND_ORGANIZATION) != 1)
		return REASON_AMBIGUOUS_ORGANIZATION;
	struct relation_cursor cursor;
	snapshot_relation(evaluation->snapshot, RELATION_KIND, KIND_ORGANIZATION, &cursor);
	return relation_next(&cursor, place) ? REASON_GRANTED : REASON_AMBIGUOUS_ORGANIZATION;
}

static enum reason choose_place(const struct evaluation *evaluation, node_id *place)
{
	enum place_kinds kinds;
	const char *name = question_place_name(evaluation->question);
	if (!evaluation->resource_later && resource_is_place(evaluation->question, &kinds)) {
		*place = evaluation->resource;
		return REASON_GRANTED;
	}
	if (name != NULL)
		return named_place(evaluation, name, PLACE_ANY, place);
	if (organization_of(evaluation->snapshot, evaluation->resource) != NODE_NONE) {
		*place = place_of(evaluation->snapshot, evaluation->resource);
		return REASON_GRANTED;
	}
	return default_place(evaluation, place);
}

bool action_at_organization(const char *action)
{
	return strncmp(action, "organization.", strlen("organization.")) == 0 ||
	       strcmp(action, "workspace.create") == 0 ||
	       (strncmp(action, "users.", strlen("users.")) == 0 && strcmp(action, "users.invite") != 0);
}

void evaluation_move(struct evaluation *evaluation, node_id place)
{
	const struct snapshot *snapshot = evaluation->snapshot;
	evaluation->place = place;
	evaluation->place_entry = snapshot_entry(snapshot, place);
	evaluation->organization = organization_of(snapshot, place);
	evaluation->organization_entry = snapshot_entry(snapshot, evaluation->organization);
	evaluation->at_organization = place == evaluation->organization;
	evaluation->place_state = place_state(snapshot, place);
}

enum reason place_resolve(struct evaluation *evaluation, const char *action)
{
	node_id place = NODE_NONE;
	enum reason reason = choose_place(evaluation, &place);
	if (reason != REASON_GRANTED)
		return reason;
	if (action != NULL && action_at_organization(action))
		place = organization_of(evaluation->snapshot, place);
	evaluation_move(evaluation, place);
	return REASON_GRANTED;
}

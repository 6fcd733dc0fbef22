#include "decide/place.h"

#include "base/memory.h"

#include <string.h>

node_id organization_of(const struct snapshot *snapshot, node_id node)
{
	while (node != NODE_NONE && !entry_is(snapshot_entry(snapshot, node), KIND_ORGANIZATION))
		node = snapshot_parent(snapshot, node);
	return node;
}

node_id workspace_of(const struct snapshot *snapshot, node_id node)
{
	for (; node != NODE_NONE; node = snapshot_parent(snapshot, node)) {
		const struct entry *entry = snapshot_entry(snapshot, node);
		if (entry_is(entry, KIND_WORKSPACE))
			return node;
		if (entry_is(entry, KIND_ORGANIZATION))
			return NODE_NONE;
	}
	return NODE_NONE;
}

node_id workspace_above(const struct snapshot *snapshot, node_id workspace)
{
	return workspace_of(snapshot, snapshot_parent(snapshot, workspace));
}

bool reference_allowed(const struct snapshot *snapshot, node_id from, node_id to)
{
	node_id owner = organization_of(snapshot, to);
	return owner == NODE_NONE || owner == from;
}

enum place_state place_state(const struct snapshot *snapshot, node_id place)
{
	const struct entry *organization = snapshot_entry(snapshot, organization_of(snapshot, place));
	if (organization == NULL || organization->organization->status != STATUS_ACTIVE)
		return PLACE_DISABLED;
	for (node_id at = workspace_of(snapshot, place); at != NODE_NONE; at = workspace_above(snapshot, at))
		if (snapshot_entry(snapshot, at)->workspace->status != STATUS_ACTIVE)
			return PLACE_WORKSPACE_DISABLED;
	return PLACE_ENABLED;
}

/* ---- People ---- */

/* "A reference into another organization is broken data": such a base is nobody's. */
static bool people_base_counts(const struct snapshot *snapshot, node_id organization, node_id base)
{
	return reference_allowed(snapshot, organization, base);
}

bool organization_has_person(const struct snapshot *snapshot, node_id organization, node_id person)
{
	const struct entry *entry = snapshot_entry(snapshot, organization);
	if (!entry_is(entry, KIND_ORGANIZATION))
		return false;
	if (!entry->organization->people_base_present)
		return organization_of(snapshot, person) == organization;
	const struct references *bases = &entry->organization->people_base;
	for (uint32_t i = 0; i < bases->count; i++) {
		node_id enclosing = organization_of(snapshot, person);
		if (people_base_counts(snapshot, organization, bases->nodes[i]) &&
		    snapshot_is_below(snapshot, person, bases->nodes[i]) &&
		    (enclosing == organization || enclosing == NODE_NONE))
			return true;
	}
	return false;
}

static void organizations_add(struct organizations *organizations, node_id node)
{
	for (uint32_t i = 0; i < organizations->count; i++)
		if (organizations->nodes[i] == node)
			return;
	if (organizations->count < ORGANIZATIONS_MAX)
		organizations->nodes[organizations->count++] = node;
}

void organizations_of_person(const struct snapshot *snapshot, node_id person, struct organizations *organizations)
{
	*organizations = (struct organizations){0};
	node_id enclosing = organization_of(snapshot, person);
	if (enclosing != NODE_NONE && organization_has_person(snapshot, enclosing, person))
		organizations_add(organizations, enclosing);
	for (node_id at = person; at != NODE_NONE; at = snapshot_parent(snapshot, at)) {
		struct relation_cursor cursor;
		node_id organization;
		snapshot_relation(snapshot, RELATION_PEOPLE_BASE_OF, at, &cursor);
		while (relation_next(&cursor, &organization))
			if (organization_has_person(snapshot, organization, person))
				organizations_add(organizations, organization);
	}
}

/* ---- Names ---- */

void finding_add(struct finding_of *finding, node_id node)
{
	if (finding->found == FOUND_NONE) {
		finding->found = FOUND_ONE;
		finding->node = node;
	} else if (finding->node != node && finding->found == FOUND_ONE) {
		finding->found = FOUND_MANY;
		finding->second = node;
	}
}

/* What a look-up is about: which index, which kind, and whether everything found must lie in an organization. */
struct lookup {
	const struct snapshot *snapshot;
	enum name_index index;
	enum kind kind;
	bool enclosed; /* a workspace that no organization encloses is unknown */
};

static bool lookup_accepts(const struct lookup *lookup, node_id node)
{
	return entry_is(snapshot_entry(lookup->snapshot, node), lookup->kind) &&
	       (!lookup->enclosed || organization_of(lookup->snapshot, node) != NODE_NONE);
}

static bool is_home(const struct organizations *home, node_id organization)
{
	for (uint32_t i = 0; i < home->count; i++)
		if (home->nodes[i] == organization)
			return true;
	return false;
}

static void lookup_id(const struct lookup *lookup, const char *id, const struct organizations *home,
                      struct finding_of *at_home, struct finding_of *anywhere)
{
	struct name_cursor cursor;
	node_id node;
	snapshot_name(lookup->snapshot, lookup->index, id, &cursor);
	while (name_next(&cursor, &node)) {
		if (!lookup_accepts(lookup, node))
			continue;
		finding_add(anywhere, node);
		if (is_home(home, organization_of(lookup->snapshot, node)))
			finding_add(at_home, node);
	}
	name_end(&cursor);
}

/* The organization named before the first '/', and what follows it. */
static struct finding_of split_organization(const struct snapshot *snapshot, const char *name, const char **rest)
{
	struct finding_of at_home = {0}, anywhere = {0};
	const struct organizations nowhere = {0};
	const char *slash = strchr(name, '/');
	if (slash == NULL || slash == name || slash[1] == '\0')
		return at_home;
	*rest = slash + 1;
	char *organization = memory_octets(name, (size_t)(slash - name));
	struct lookup lookup = {snapshot, NAME_ORGANIZATION, KIND_ORGANIZATION, true};
	lookup_id(&lookup, organization, &nowhere, &at_home, &anywhere);
	free(organization);
	return anywhere;
}

static struct finding_of lookup_qualified(const struct lookup *lookups, uint32_t count, const char *name)
{
	struct finding_of at_home = {0}, anywhere = {0};
	const char *rest = NULL;
	struct finding_of organization = split_organization(lookups->snapshot, name, &rest);
	if (organization.found == FOUND_MANY)
		return organization;
	if (organization.found == FOUND_NONE)
		return at_home;
	struct organizations home = {.count = 1, .nodes = {organization.node}};
	for (uint32_t i = 0; i < count; i++)
		lookup_id(&lookups[i], rest, &home, &at_home, &anywhere);
	return at_home;
}

static struct finding_of lookup_dn(const struct lookup *lookups, uint32_t count, const char *name)
{
	struct finding_of finding = {0};
	node_id node = strchr(name, '=') != NULL ? snapshot_find_dn(lookups->snapshot, name) : NODE_NONE;
	for (uint32_t i = 0; node != NODE_NONE && i < count; i++)
		if (lookup_accepts(&lookups[i], node))
			finding_add(&finding, node);
	return finding;
}

/* By id: what is of `home`, else what is common, else of anybody. */
static struct finding_of lookup_near(const struct lookup *lookups, uint32_t count, const char *name,
                                     const struct organizations *home)
{
	const struct organizations common = {.count = 1, .nodes = {NODE_NONE}};
	struct finding_of at_home = {0}, shared = {0}, anywhere = {0}, again = {0};
	for (uint32_t i = 0; i < count; i++)
		lookup_id(&lookups[i], name, home, &at_home, &anywhere);
	if (at_home.found != FOUND_NONE || home->count == 0)
		return at_home.found != FOUND_NONE ? at_home : anywhere;
	for (uint32_t i = 0; i < count; i++)
		lookup_id(&lookups[i], name, &common, &shared, &again);
	return shared.found != FOUND_NONE ? shared : anywhere;
}

static struct finding_of lookup_name(const struct lookup *lookups, uint32_t count, const char *name,
                                     const struct organizations *home)
{
	struct finding_of near = lookup_near(lookups, count, name, home);
	if (near.found != FOUND_NONE)
		return near;
	struct finding_of qualified = lookup_qualified(lookups, count, name);
	return qualified.found != FOUND_NONE ? qualified : lookup_dn(lookups, count, name);
}

struct finding_of place_find(const struct snapshot *snapshot, const char *name, enum place_kinds kinds,
                             const struct organizations *home)
{
	const struct lookup lookups[] = {
		{snapshot, NAME_WORKSPACE, KIND_WORKSPACE, true},
		{snapshot, NAME_ORGANIZATION, KIND_ORGANIZATION, true},
	};
	switch (kinds) {
	case PLACE_ONLY_WORKSPACE:
		return lookup_name(lookups, 1, name, home);
	case PLACE_ONLY_ORGANIZATION:
		return lookup_name(lookups + 1, 1, name, home);
	case PLACE_ANY:
		break;
	}
	return lookup_name(lookups, 2, name, home);
}

struct finding_of named_find(const struct snapshot *snapshot, enum name_index index, enum kind kind, const char *name,
                             const struct organizations *home)
{
	const struct lookup lookup = {snapshot, index, kind, false};
	return lookup_name(&lookup, 1, name, home);
}

struct finding_of known_find(const struct snapshot *snapshot, enum name_index index, enum kind kind, const char *id,
                             node_id organization)
{
	const struct lookup lookup = {snapshot, index, kind, kind == KIND_WORKSPACE};
	const struct organizations own = {.count = 1, .nodes = {organization}}, common = {.count = 1, .nodes = {NODE_NONE}};
	struct finding_of at_home = {0}, anywhere = {0};
	lookup_id(&lookup, id, &own, &at_home, &anywhere);
	if (at_home.found == FOUND_NONE)
		lookup_id(&lookup, id, &common, &at_home, &anywhere);
	return at_home;
}

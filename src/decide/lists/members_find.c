/* Who may be a member of a place: the candidates, without looking at everybody. */
#include "decide/group_rule.h"
#include "decide/lists/members.h"
#include "decide/place.h"
#include "decide/standing.h"

struct seeding {
	const struct list_view *view;
	const struct members_of *of;
	struct arena *arena;
	struct nodes seeds;
};

/* ---- Bindings ---- */

static void seed_scoped(struct seeding *seeding, node_id scope)
{
	struct relation_cursor cursor;
	node_id binding;
	snapshot_relation(seeding->view->snapshot, RELATION_SCOPE_OF, scope, &cursor);
	while (relation_next(&cursor, &binding))
		nodes_add(&seeding->seeds, binding, seeding->arena);
}

/* Bindings inside a workspace and in none that is nested in it. */
static void seed_inside(struct seeding *seeding, node_id top)
{
	const struct snapshot *snapshot = seeding->view->snapshot;
	struct relation_cursor cursor;
	node_id child;
	if (entry_is(snapshot_entry(snapshot, top), KIND_BINDING))
		nodes_add(&seeding->seeds, top, seeding->arena);
	snapshot_relation(snapshot, RELATION_CHILD, top, &cursor);
	while (relation_next(&cursor, &child)) {
		const struct entry *entry = snapshot_entry(snapshot, child);
		if (!entry_is(entry, KIND_ORGANIZATION) && !entry_is(entry, KIND_WORKSPACE))
			seed_inside(seeding, child);
	}
}

static void seed_owners(struct seeding *seeding, const struct workspace *workspace)
{
	for (uint32_t i = 0; i < workspace->owner.count; i++)
		nodes_add(&seeding->seeds, workspace->owner.nodes[i], seeding->arena);
}

static void seed_workspaces(struct seeding *seeding)
{
	const struct snapshot *snapshot = seeding->view->snapshot;
	for (node_id at = workspace_of(snapshot, seeding->of->place); at != NODE_NONE; at = workspace_above(snapshot, at)) {
		const struct workspace *workspace = snapshot_entry(snapshot, at)->workspace;
		seed_scoped(seeding, at);
		seed_inside(seeding, at);
		seed_owners(seeding, workspace);
		if (workspace->isolated)
			return;
	}
}

/* Groups whose names make them bindings that reach the place. */
static void seed_rules(struct seeding *seeding)
{
	const struct snapshot *snapshot = seeding->view->snapshot;
	struct relation_cursor rules, groups;
	node_id rule, group;
	snapshot_relation(snapshot, RELATION_KIND, KIND_GROUP_RULE, &rules);
	while (relation_next(&rules, &rule)) {
		if (organization_of(snapshot, rule) != organization_of(snapshot, seeding->of->place))
			continue;
		snapshot_relation(snapshot, RELATION_KIND, KIND_GROUP, &groups);
		while (relation_next(&groups, &group)) {
			struct rule_fit fit;
			if (group_rule_fit(snapshot, rule, group, &fit) &&
			    workspace_reaches(snapshot, fit.place, seeding->of->place))
				nodes_add(&seeding->seeds, group, seeding->arena);
		}
	}
}

/* ---- Invitations ---- */

static bool seed_person(void *context, node_id person)
{
	struct seeding *seeding = context;
	nodes_add(&seeding->seeds, person, seeding->arena);
	return false;
}

static void seed_invitations(struct seeding *seeding)
{
	const struct snapshot *snapshot = seeding->view->snapshot;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_KIND, KIND_INVITATION, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *entry = snapshot_entry(snapshot, node);
		if (!invitation_waits(entry, seeding->view->at) ||
		    !invitation_reach(snapshot, node, seeding->of->place).grants)
			continue;
		for (uint32_t i = 0; i < entry->invitation->member.count; i++)
			nodes_add(&seeding->seeds, entry->invitation->member.nodes[i], seeding->arena);
		for (uint32_t i = 0; i < entry->invitation->mail.count; i++)
			people_visit_mail(snapshot, entry->invitation->mail.items[i], seed_person, seeding);
	}
}

void members_find(const struct list_view *view, const struct members_of *of, struct people_set *candidates)
{
	node_id organization = organization_of(view->snapshot, of->place);
	struct seeding seeding = {.view = view, .of = of, .arena = arena_new()};
	seed_workspaces(&seeding);
	if (of->organization || of->place == organization)
		seed_scoped(&seeding, organization);
	seed_rules(&seeding);
	seed_invitations(&seeding);
	*candidates = (struct people_set){0};
	people_set_fill(view->snapshot, &seeding.seeds, candidates);
	arena_free(seeding.arena);
}

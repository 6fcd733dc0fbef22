#include "decide/administration/member.h"

#include "decide/group_rule.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

static struct finding_of only_allowed(const struct snapshot *snapshot, node_id organization, struct finding_of finding)
{
	if (finding.found == FOUND_ONE && !reference_allowed(snapshot, organization, finding.node))
		return (struct finding_of){0};
	return finding;
}

struct finding_of member_find(const struct snapshot *snapshot, const char *id, node_id organization)
{
	struct organizations home = {.count = 1, .nodes = {organization}};
	struct finding_of finding = only_allowed(snapshot, organization, person_find(snapshot, id, organization));
	if (finding.found != FOUND_NONE)
		return finding;
	return only_allowed(snapshot, organization, named_find(snapshot, NAME_GROUP, KIND_GROUP, id, &home));
}

static void evaluation_of(const struct evaluation *of, node_id node, bool as_group, struct arena *arena,
                          struct evaluation *member)
{
	*member = *of;
	member->arena = arena;
	member->subject = node;
	member->subject_entry = snapshot_entry(of->snapshot, node);
	member->by_group = as_group;
	member->all_active = true;
	member->standing_here = NULL;
	member->home = (struct organizations){0};
	if (!member->by_group)
		organizations_of_person(of->snapshot, node, &member->home);
	membership_find(of->snapshot, node, as_group, NULL, 0, arena, &member->membership);
}

void member_evaluation(const struct evaluation *of, node_id node, struct arena *arena, struct evaluation *member)
{
	evaluation_of(of, node, !entry_is(snapshot_entry(of->snapshot, node), KIND_PERSON), arena, member);
}

void group_evaluation(const struct evaluation *of, node_id node, struct arena *arena, struct evaluation *group)
{
	evaluation_of(of, node, true, arena, group);
}

/* ---- Bindings of one very place ---- */

static bool references_have(const struct references *references, node_id node)
{
	for (uint32_t i = 0; i < references->count; i++)
		if (references->nodes[i] == node)
			return true;
	return false;
}

bool binding_of_place(const struct snapshot *snapshot, node_id binding, node_id place)
{
	const struct binding *parsed = snapshot_entry(snapshot, binding)->binding;
	return parsed->scope_present ? references_have(&parsed->scope, place) : workspace_of(snapshot, binding) == place;
}

bool holding_of_place(const struct evaluation *member, const struct holding *holding, node_id place)
{
	struct rule_fit fit;
	switch (holding->origin) {
	case ORIGIN_ENTRY:
		return binding_of_place(member->snapshot, holding->binding, place);
	case ORIGIN_OWNER:
		return holding->binding == place;
	case ORIGIN_RULE:
		return group_rule_fit(member->snapshot, holding->binding, member->membership.steps[holding->from].node, &fit) &&
		       fit.place == place;
	case ORIGIN_DEFAULT:
	case ORIGIN_PUBLIC:
	case ORIGIN_INVITATION:
		break;
	}
	return false;
}

static bool member_of(const struct snapshot *snapshot, node_id member, node_id container)
{
	return snapshot_related(snapshot, RELATION_MEMBER_OF, member, container);
}

/* Is one of the uids that of the person, and of nobody else whom the binding could mean? */
static bool uid_names(const struct snapshot *snapshot, node_id binding, const struct strings *uids,
                      const struct evaluation *member)
{
	const struct entry_attribute *own = entry_attribute(member->subject_entry, "uid");
	bool shared;
	for (uint32_t i = 0; own != NULL && i < own->count; i++)
		for (uint32_t j = 0; own->values[i].text != NULL && j < uids->count; j++)
			if (name_equal(own->values[i].text, uids->items[j]) &&
			    person_by_uid(snapshot, organization_of(snapshot, binding), uids->items[j], &shared) == member->subject)
				return true;
	return false;
}

bool holding_is_direct(const struct evaluation *member, const struct holding *holding)
{
	if (holding->from != 0 || holding->origin == ORIGIN_RULE)
		return false;
	if (holding->origin != ORIGIN_ENTRY || member_of(member->snapshot, member->subject, holding->binding))
		return true;
	if (member->by_group)
		return holding->binding == member->subject;
	return uid_names(member->snapshot, holding->binding, &holding->parsed->member_uid, member);
}

void member_roles(const struct evaluation *member, const struct standing *standing, struct arena *arena,
                  struct member_roles *roles)
{
	*roles = (struct member_roles){0};
	for (uint32_t i = 0; i < standing->count; i++) {
		const struct holding *holding = &standing->holdings[i];
		/* What a binding says of the member itself counts, even where it gives nothing now (a distribution group); but
		 * not what one of another organization says. */
		bool direct = holding_is_direct(member, holding);
		bool ours = reference_allowed(member->snapshot, standing->organization, member->subject);
		if ((!holding->grants && !(direct && ours)) || !holding_of_place(member, holding, standing->place))
			continue;
		struct nodes *into = direct ? &roles->direct : &roles->through;
		for (uint32_t j = 0; j < holding->role_count; j++)
			nodes_add(into, holding->roles[j], arena);
	}
}

/* ---- Places ---- */

static void add_place(const struct snapshot *snapshot, node_id node, struct arena *arena, struct nodes *places)
{
	const struct entry *entry = snapshot_entry(snapshot, node);
	if ((entry_is(entry, KIND_WORKSPACE) || entry_is(entry, KIND_ORGANIZATION)) &&
	    organization_of(snapshot, node) != NODE_NONE)
		nodes_add(places, node, arena);
}

static void add_places_of_binding(const struct snapshot *snapshot, node_id node, struct arena *arena,
                                  struct nodes *places)
{
	const struct binding *binding = snapshot_entry(snapshot, node)->binding;
	if (!binding->scope_present)
		add_place(snapshot, workspace_of(snapshot, node), arena, places);
	for (uint32_t i = 0; i < binding->scope.count; i++)
		add_place(snapshot, binding->scope.nodes[i], arena, places);
}

static void add_places_of_rules(const struct evaluation *member, struct arena *arena, struct nodes *places)
{
	struct relation_cursor cursor;
	node_id rule;
	snapshot_relation(member->snapshot, RELATION_KIND, KIND_GROUP_RULE, &cursor);
	while (relation_next(&cursor, &rule)) {
		struct rule_fit fit;
		for (uint32_t i = member->by_group ? 0 : 1; i < member->membership.count; i++)
			if (group_rule_fit(member->snapshot, rule, member->membership.steps[i].node, &fit))
				add_place(member->snapshot, fit.place, arena, places);
	}
}

struct sortable { const char *dn; node_id node; };

static int by_dn(const void *a, const void *b)
{
	return strcmp(((const struct sortable *)a)->dn, ((const struct sortable *)b)->dn);
}

static void sort_by_dn(const struct snapshot *snapshot, struct arena *arena, struct nodes *nodes)
{
	struct sortable *sortable = arena_array(arena, nodes->count + 1, sizeof(*sortable));
	for (uint32_t i = 0; i < nodes->count; i++) {
		struct text dn;
		text_init(&dn, 65536);
		snapshot_print_normal_dn(snapshot, nodes->items[i], &dn);
		sortable[i] = (struct sortable){arena_string(arena, text_string(&dn)), nodes->items[i]};
		text_release(&dn);
	}
	if (nodes->count > 1)
		qsort(sortable, nodes->count, sizeof(*sortable), by_dn);
	for (uint32_t i = 0; i < nodes->count; i++)
		nodes->items[i] = sortable[i].node;
}

void member_places(const struct evaluation *member, struct arena *arena, struct nodes *places)
{
	const struct membership *membership = &member->membership;
	for (uint32_t i = 0; i < membership->binding_count; i++)
		add_places_of_binding(member->snapshot, membership->bindings[i].node, arena, places);
	for (uint32_t i = 0; i < membership->count; i++) {
		struct relation_cursor cursor;
		node_id workspace;
		snapshot_relation(member->snapshot, RELATION_OWNS, membership->steps[i].node, &cursor);
		while (relation_next(&cursor, &workspace))
			add_place(member->snapshot, workspace, arena, places);
	}
	add_places_of_rules(member, arena, places);
	sort_by_dn(member->snapshot, arena, places);
}

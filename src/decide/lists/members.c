#include "decide/lists/members.h"

#include "decide/lists/held.h"
#include "decide/lists/names.h"
#include "decide/place.h"
#include "model/name.h"

/* Positions: one for everyone, then people, then invitations. */
#define POSITION_EVERYONE UINT64_C(1)
#define POSITION_PEOPLE   UINT64_C(1)         /* + node, which is greater than 0 */
#define POSITION_INVITED  (UINT64_C(1) << 32) /* + node */

struct member_list {
	const struct list_view *view;
	const struct members_of *of;
	node_id organization;
	struct arena *arena; /* for one row at a time */
	struct list_page *page;
	const struct member_visitor *visitor;
};

static void show(struct member_list *list, const struct listed_member *member)
{
	list_page_row(list->page);
	list->visitor->found(list->visitor->context, member);
}

/* ---- What counts ---- */

static bool scope_has_way(const struct snapshot *snapshot, const struct references *scope, node_id organization,
                          node_id place)
{
	for (uint32_t i = 0; i < scope->count; i++)
		if (scope->nodes[i] != organization && workspace_reaches(snapshot, scope->nodes[i], place))
			return true;
	return false;
}

/* Does the holding reach the place through a workspace, and not only because it holds on the whole organization? */
static bool reaches_by_workspace(const struct evaluation *evaluation, const struct standing *standing,
                                 const struct holding *holding)
{
	const struct snapshot *snapshot = evaluation->snapshot;
	if (!holding->by_organization)
		return true;
	const struct references *scope = holding->origin == ORIGIN_INVITATION
	                                         ? &snapshot_entry(snapshot, holding->binding)->invitation->scope
	                                         : &holding->parsed->scope;
	return scope_has_way(snapshot, scope, standing->organization, standing->place);
}

static bool counts(const void *context, const struct evaluation *evaluation, const struct standing *standing,
                   const struct holding *holding)
{
	const struct members_of *of = context;
	if (holding->origin == ORIGIN_DEFAULT || holding->origin == ORIGIN_PUBLIC)
		return false;
	return of->organization || of->place == standing->organization ||
	       reaches_by_workspace(evaluation, standing, holding);
}

/* ---- Restrictions ---- */

/* What a binding is restricted by: NULL if it is none that could be. */
static const struct references *restrictions_of(const struct snapshot *snapshot, const struct chain *chain)
{
	const struct entry *entry = snapshot_entry(snapshot, chain->binding);
	switch (chain->origin) {
	case ORIGIN_ENTRY:
		return &entry->binding->restricted_by;
	case ORIGIN_RULE:
		return &entry->group_rule->restricted_by;
	case ORIGIN_INVITATION:
		return &entry->invitation->restricted_by;
	case ORIGIN_OWNER:
	case ORIGIN_DEFAULT:
	case ORIGIN_PUBLIC:
		break;
	}
	return NULL;
}

/* Those that are there. */
static void add_restrictions(const struct member_list *list, const struct references *references, struct nodes *nodes)
{
	const struct snapshot *snapshot = list->view->snapshot;
	for (uint32_t i = 0; references != NULL && i < references->count; i++)
		if (entry_is(snapshot_entry(snapshot, references->nodes[i]), KIND_RESTRICTION) &&
		    reference_allowed(snapshot, list->organization, references->nodes[i]))
			nodes_add(nodes, references->nodes[i], list->arena);
}

static void restrict_way(const struct member_list *list, struct member_way *way)
{
	struct nodes nodes = {0};
	add_restrictions(list, restrictions_of(list->view->snapshot, &way->chain), &nodes);
	way->restriction_count = nodes.count;
	way->restrictions = nodes.items;
}

static void restrict_all(const struct member_list *list, const struct standing *standing, struct listed_member *member)
{
	struct nodes nodes = {0};
	for (uint32_t i = 0; i < standing->count; i++)
		if (standing->holdings[i].narrows && standing->holdings[i].limits)
			add_restrictions(list, standing->holdings[i].restricted_by, &nodes);
	member->restriction_count = nodes.count;
	member->restrictions = nodes.items;
}

/* ---- Everyone ---- */

static void add_everyone(struct member_list *list, enum binding_origin origin, node_id role, struct listed_member *member,
                         struct member_way *ways)
{
	const struct snapshot *snapshot = list->view->snapshot;
	if (!role_allowed(snapshot, list->organization, role))
		return;
	node_id *roles = arena_alloc(list->arena, sizeof(*roles));
	*roles = role;
	struct chain chain = {.stop = REASON_GRANTED, .origin = origin, .binding = list->organization,
	                      .workspace = list->of->place, .role_count = 1, .roles = roles};
	if (place_state(snapshot, list->of->place) != PLACE_ENABLED)
		chain.stop = REASON_WORKSPACE_DISABLED;
	else if (!role_sound(snapshot, role, list->arena))
		chain.stop = REASON_BROKEN_DATA;
	ways[member->way_count++] = (struct member_way){.role = role, .chain = chain, .until = INSTANT_MAX};
}

static void list_everyone(struct member_list *list)
{
	const struct snapshot *snapshot = list->view->snapshot;
	const struct organization *organization = snapshot_entry(snapshot, list->organization)->organization;
	struct member_way ways[2];
	struct listed_member member = {.kind = MEMBER_EVERYONE, .ways = ways};
	member.user = (struct listed_user){.id = "everyone", .status = ACCOUNT_ACTIVE, .last_seen = INSTANT_MIN};
	arena_reset(list->arena);
	if (default_reaches(snapshot, list->of->place))
		add_everyone(list, ORIGIN_DEFAULT, organization->default_role.node, &member, ways);
	if (publicity_reaches(snapshot, list->of->place))
		add_everyone(list, ORIGIN_PUBLIC, organization->public_role.node, &member, ways);
	if (member.way_count > 0)
		show(list, &member);
}

/* ---- People ---- */

/* "Pending": whoever has nothing but invitations; a deactivated account stays so. */
static void settle_status(struct listed_member *member)
{
	for (uint32_t i = 0; i < member->way_count; i++)
		if (member->ways[i].chain.origin != ORIGIN_INVITATION)
			return;
	if (member->user.status == ACCOUNT_ACTIVE)
		member->user.status = ACCOUNT_PENDING;
}

static void list_person(struct member_list *list, node_id node)
{
	const struct held_wish wish = {false, counts, list->of};
	struct listed_member member = {.kind = MEMBER_PERSON};
	struct evaluation evaluation;
	struct standing standing;
	struct held_roles held;
	arena_reset(list->arena);
	viewing_begin(list->view, node, list->of->place, list->arena, &evaluation);
	standing_find(&evaluation, list->of->place, &standing);
	held_list(&evaluation, &standing, &wish, &held);
	if (held.count == 0)
		return;
	struct member_way *ways = arena_array(list->arena, held.count, sizeof(*ways));
	for (uint32_t i = 0; i < held.count; i++) {
		ways[i] = (struct member_way){.role = held.roles[i].role, .chain = held.roles[i].chain,
		                              .until = held.roles[i].until};
		if (ways[i].chain.origin == ORIGIN_INVITATION)
			ways[i].chain.stop = REASON_PENDING; /* whatever else would stop it once it is accepted */
		restrict_way(list, &ways[i]);
	}
	member.way_count = held.count;
	member.ways = ways;
	user_describe(list->view, node, list->arena, &member.user);
	settle_status(&member);
	restrict_all(list, &standing, &member);
	show(list, &member);
}

/* False: the page ends. */
static bool list_people(struct member_list *list, const struct people_set *candidates)
{
	uint64_t after = list->page->after;
	node_id node = after > POSITION_PEOPLE ? (node_id)(after - POSITION_PEOPLE) : NODE_NONE;
	while ((node = people_set_after(list->view->snapshot, candidates, node)) != NODE_NONE) {
		if (!list_page_look(list->page, POSITION_PEOPLE + node))
			return false;
		list_person(list, node);
	}
	return true;
}

/* ---- Invited addresses ---- */

static bool ends(void *context, node_id person)
{
	(void)context, (void)person;
	return true;
}

static void show_invited(struct member_list *list, const struct entry *entry, const char *mail)
{
	const struct invitation *invitation = entry->invitation;
	struct listed_member member = {.kind = MEMBER_INVITED};
	struct member_way *ways = arena_array(list->arena, (size_t)invitation->roles.count + 1, sizeof(*ways));
	for (uint32_t i = 0; i < invitation->roles.count; i++) {
		if (!role_allowed(list->view->snapshot, list->organization, invitation->roles.nodes[i]))
			continue;
		struct chain chain = {.stop = REASON_PENDING, .origin = ORIGIN_INVITATION, .binding = entry->node,
		                      .workspace = list->of->place, .role_count = 1, .roles = &invitation->roles.nodes[i]};
		struct member_way *way = &ways[member.way_count++];
		*way = (struct member_way){.role = invitation->roles.nodes[i], .chain = chain, .until = invitation->not_after};
		restrict_way(list, way);
	}
	member.ways = ways;
	member.user = (struct listed_user){.node = entry->node, .id = mail, .mail = mail, .status = ACCOUNT_PENDING,
	                                   .last_seen = INSTANT_MIN};
	if (member.way_count > 0)
		show(list, &member);
}

static bool invitation_counts(const struct member_list *list, const struct entry *entry)
{
	struct reach reach;
	if (!invitation_waits(entry, list->view->at))
		return false;
	reach = invitation_reach(list->view->snapshot, entry->node, list->of->place);
	return reach.grants && (!reach.by_organization || list->of->organization || list->of->place == list->organization ||
	                        scope_has_way(list->view->snapshot, &entry->invitation->scope, list->organization,
	                                      list->of->place));
}

/* Addresses that no person has: those of people are in their rows. */
static void list_invited(struct member_list *list)
{
	const struct snapshot *snapshot = list->view->snapshot;
	uint64_t after = list->page->after;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation_after(snapshot, RELATION_KIND, KIND_INVITATION,
	                        after > POSITION_INVITED ? (node_id)(after - POSITION_INVITED) : NODE_NONE, &cursor);
	while (relation_next(&cursor, &node) && list_page_look(list->page, POSITION_INVITED + node)) {
		const struct entry *entry = snapshot_entry(snapshot, node);
		arena_reset(list->arena);
		for (uint32_t i = 0; invitation_counts(list, entry) && i < entry->invitation->mail.count; i++)
			if (!people_visit_mail(snapshot, entry->invitation->mail.items[i], ends, NULL))
				show_invited(list, entry, entry->invitation->mail.items[i]);
	}
}

/* ---- The list ---- */

void members_list(const struct list_view *view, const struct members_of *of, const struct people_set *candidates,
                  struct list_page *page, const struct member_visitor *visitor)
{
	struct member_list list = {view, of, organization_of(view->snapshot, of->place), arena_new(), page, visitor};
	bool goes_on = true;
	if (page->after < POSITION_EVERYONE) {
		goes_on = list_page_look(page, POSITION_EVERYONE);
		if (goes_on)
			list_everyone(&list);
	}
	if (goes_on && page->after < POSITION_INVITED)
		goes_on = list_people(&list, candidates);
	if (goes_on)
		list_invited(&list);
	arena_free(list.arena);
}

static void count_member(void *context, const struct listed_member *member)
{
	struct members_count *count = context;
	if (member->kind == MEMBER_EVERYONE)
		count->everyone++;
	else if (member->user.status == ACCOUNT_PENDING)
		count->pending++;
	else
		count->people++;
}

void members_count(const struct list_view *view, const struct members_of *of, struct list_page *page,
                   struct members_count *count)
{
	const struct member_visitor visitor = {count, count_member};
	struct people_set candidates;
	*count = (struct members_count){0};
	members_find(view, of, &candidates);
	members_list(view, of, &candidates, page, &visitor);
	people_set_release(&candidates);
}

#include "decide/lists/groups.h"

#include "decide/administration/member.h"
#include "decide/lists/held.h"
#include "decide/lists/names.h"

#include <string.h>

/* ---- The group itself ---- */

static bool holds_there(const void *context, const struct evaluation *evaluation, const struct standing *standing,
                        const struct holding *holding)
{
	(void)context;
	return holding_of_place(evaluation, holding, standing->place);
}

static void add_bindings(struct group_profile *profile, node_id place, const struct held_roles *held,
                         struct arena *arena)
{
	struct group_binding *bindings = arena_array(arena, (size_t)profile->binding_count + held->count + 1,
	                                             sizeof(*bindings));
	if (profile->binding_count > 0)
		memcpy(bindings, profile->bindings, profile->binding_count * sizeof(*bindings));
	for (uint32_t i = 0; i < held->count; i++)
		bindings[profile->binding_count++] = (struct group_binding){place, held->roles[i].chain, held->roles[i].role};
	profile->bindings = bindings;
}

static void list_bindings(struct evaluation *evaluation, struct arena *arena, struct group_profile *profile)
{
	const struct held_wish wish = {false, holds_there, NULL};
	struct nodes places = {0};
	member_places(evaluation, arena, &places);
	for (uint32_t i = 0; i < places.count; i++) {
		struct standing standing;
		struct held_roles held;
		evaluation_move(evaluation, places.items[i]);
		standing_find(evaluation, places.items[i], &standing);
		held_list(evaluation, &standing, &wish, &held);
		add_bindings(profile, places.items[i], &held, arena);
	}
}

static void list_groups(const struct membership *membership, struct arena *arena, struct group_profile *profile)
{
	node_id *groups = arena_array(arena, membership->count, sizeof(*groups));
	for (uint32_t i = 1; i < membership->count; i++)
		if (membership->steps[i].certain)
			groups[profile->group_count++] = membership->steps[i].node;
	profile->groups = groups;
}

void group_profile(const struct list_view *view, node_id group, struct arena *arena, struct group_profile *profile)
{
	const struct entry *entry = snapshot_entry(view->snapshot, group);
	const struct entry_attribute *description = entry_attribute(entry, "description");
	struct evaluation evaluation;
	*profile = (struct group_profile){
		.node = group,
		.id = name_of(view->snapshot, NAMED_GROUP, group, arena),
		.name = entry->name,
		.description = description != NULL && description->count > 0 ? description->values[0].text : NULL,
		.dynamic = entry->group->url_count > 0 || entry->group->filter_present,
		.gives_nothing = entry->group->distribution || entry->group->members_unknown,
	};
	viewing_begin(view, group, group, arena, &evaluation);
	/* Its entry may be a person besides; here it is asked about as a group. */
	evaluation.by_group = true;
	membership_find(view->snapshot, group, true, NULL, 0, arena, &evaluation.membership);
	list_groups(&evaluation.membership, arena, profile);
	list_bindings(&evaluation, arena, profile);
}

/* ---- Who is in it ---- */

void group_find_members(const struct list_view *view, node_id group, struct people_set *candidates)
{
	const struct nodes seeds = {.count = 1, .items = &group};
	*candidates = (struct people_set){0};
	people_set_fill(view->snapshot, &seeds, candidates);
}

static void show_member(const struct list_view *view, node_id group, node_id person, struct arena *arena,
                        struct list_page *page, const struct group_visitor *visitor)
{
	struct membership membership;
	struct group_member member;
	membership_find(view->snapshot, person, false, NULL, 0, arena, &membership);
	const struct step *step = membership_step(&membership, group);
	if (step == NULL || step == membership.steps || !step->certain)
		return;
	member.path_count = membership_path(&membership, (uint32_t)(step - membership.steps), arena, &member.path);
	user_describe(view, person, arena, &member.user);
	list_page_row(page);
	visitor->found(visitor->context, &member);
}

void group_members(const struct list_view *view, node_id group, const struct people_set *candidates,
                   struct list_page *page, const struct group_visitor *visitor)
{
	struct arena *arena = arena_new();
	node_id person = (node_id)page->after;
	while ((person = people_set_after(view->snapshot, candidates, person)) != NODE_NONE &&
	       list_page_look(page, person)) {
		arena_reset(arena);
		show_member(view, group, person, arena, page, visitor);
	}
	arena_free(arena);
}

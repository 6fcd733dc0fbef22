#include "decide/membership.h"

#include "decide/place.h"
#include "model/dn.h"
#include "model/name.h"

#include <string.h>

/* ---- Values of an entry ---- */

#define DN_TEXT_MAX 65536

const char *node_dn(const struct snapshot *snapshot, node_id node, struct arena *arena)
{
	struct text text;
	text_init(&text, DN_TEXT_MAX);
	snapshot_print_dn(snapshot, node, &text);
	const char *copy = arena_octets(arena, text_string(&text), text.length);
	text_release(&text);
	return copy;
}

enum known entry_values(const struct snapshot *snapshot, const struct entry *entry, const char *name,
                        struct arena *arena, struct value_list *list)
{
	const struct entry_attribute *attribute = entry_attribute(entry, attribute_canonical(name, arena));
	if (attribute == NULL || attribute->count + attribute->node_count == 0)
		return KNOWN_ABSENT;
	struct value *values = arena_array(arena, attribute->count + attribute->node_count, sizeof(*values));
	size_t count = 0;
	for (uint32_t i = 0; i < attribute->count; i++) {
		const char *text = attribute->values[i].text;
		/* Octets that are no text are present and equal nothing, as an object is. */
		values[count++] = text != NULL ? (struct value){.kind = VALUE_STRING, .string = text}
		                               : (struct value){.kind = VALUE_OBJECT};
	}
	for (uint32_t i = 0; i < attribute->node_count; i++)
		values[count++] = (struct value){.kind = VALUE_STRING,
		                                 .string = node_dn(snapshot, attribute->nodes[i], arena)};
	*list = (struct value_list){count, values};
	return KNOWN_VALUES;
}

struct person_context {
	const struct snapshot *snapshot;
	const struct entry *person;
	struct arena *arena;
};

static enum known person_values(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	const struct person_context *of = context;
	(void)space;
	enum known known = entry_values(of->snapshot, of->person, name, of->arena, list);
	if (known == KNOWN_ABSENT && snapshot_people_with(of->snapshot, attribute_canonical(name, of->arena)) == 0)
		return KNOWN_NEVER;
	return known;
}

static enum known no_reference(void *context, enum filter_reference reference, const char *name, struct value_list *list)
{
	(void)context, (void)reference, (void)name, (void)list;
	return KNOWN_NEVER;
}

enum truth person_matches(const struct snapshot *snapshot, const struct entry *person, const struct filter *filter,
                          struct arena *arena)
{
	struct person_context context = {snapshot, person, arena};
	const struct filter_source source = {&context, person_values, no_reference};
	return filter_evaluate(filter, &source, NULL);
}

/* ---- memberUid ---- */

struct uid_search {
	const struct snapshot *snapshot;
	node_id organization;
	struct finding_of finding;
};

static void uid_hit(struct uid_search *search, node_id person)
{
	if (search->organization == NODE_NONE ||
	    organization_has_person(search->snapshot, search->organization, person))
		finding_add(&search->finding, person);
}

static bool has_uid(const struct entry *person, const char *uid)
{
	const struct entry_attribute *attribute = entry_attribute(person, "uid");
	for (uint32_t i = 0; attribute != NULL && i < attribute->count; i++)
		if (attribute->values[i].text != NULL && name_equal(attribute->values[i].text, uid))
			return true;
	return false;
}

/* A site whose person_ids leave uid out has no index of it. */
static void uid_scan(struct uid_search *search, const char *uid)
{
	struct relation_cursor cursor;
	node_id person;
	snapshot_relation(search->snapshot, RELATION_KIND, KIND_PERSON, &cursor);
	while (relation_next(&cursor, &person))
		if (has_uid(snapshot_entry(search->snapshot, person), uid))
			uid_hit(search, person);
}

node_id person_by_uid(const struct snapshot *snapshot, node_id organization, const char *uid, bool *shared)
{
	struct uid_search search = {.snapshot = snapshot, .organization = organization};
	const struct model_settings *settings = snapshot_settings(snapshot);
	int index = -1;
	for (int i = 0; i < PERSON_IDS_MAX && settings->person_ids[i] != NULL && index < 0; i++)
		if (keyword_equal(settings->person_ids[i], "uid"))
			index = i;
	if (index < 0) {
		uid_scan(&search, uid);
	} else {
		struct name_cursor cursor;
		node_id person;
		snapshot_name(snapshot, (enum name_index)((int)NAME_PERSON + index), uid, &cursor);
		while (name_next(&cursor, &person))
			uid_hit(&search, person);
		name_end(&cursor);
	}
	*shared = search.finding.found == FOUND_MANY;
	return search.finding.found == FOUND_ONE ? search.finding.node : NODE_NONE;
}

/* ---- The closure ---- */

struct search {
	const struct snapshot *snapshot;
	struct arena *arena;
	struct membership *membership;
	const struct entry *person; /* NULL: the subject is a group */
	node_id subject;
	bool possible; /* ways that are merely possible are walked, too */
	bool left_out; /* there were some, and they were not walked */
};

static uint32_t slot_of(node_id node, uint32_t slots)
{
	return (node * 2654435761u) & (slots - 1);
}

/* The index in `table` of the item whose node is `node`, or of the free slot for it. */
static uint32_t *step_slot(const struct membership *membership, node_id node)
{
	uint32_t slot = slot_of(node, membership->step_slots);
	while (membership->step_table[slot] != 0 &&
	       membership->steps[membership->step_table[slot] - 1].node != node)
		slot = (slot + 1) & (membership->step_slots - 1);
	return &membership->step_table[slot];
}

static uint32_t *binding_slot(const struct membership *membership, node_id node)
{
	uint32_t slot = slot_of(node, membership->binding_slots);
	while (membership->binding_table[slot] != 0 &&
	       membership->bindings[membership->binding_table[slot] - 1].node != node)
		slot = (slot + 1) & (membership->binding_slots - 1);
	return &membership->binding_table[slot];
}

static void grow_steps(struct search *search)
{
	struct membership *membership = search->membership;
	uint32_t capacity = membership->step_capacity == 0 ? 32 : membership->step_capacity * 2;
	struct step *steps = arena_array(search->arena, capacity, sizeof(*steps));
	if (membership->count > 0)
		memcpy(steps, membership->steps, membership->count * sizeof(*steps));
	membership->steps = steps;
	membership->step_capacity = capacity;
	membership->step_slots = capacity * 2;
	membership->step_table = arena_array(search->arena, membership->step_slots, sizeof(uint32_t));
	for (uint32_t i = 0; i < membership->count; i++)
		*step_slot(membership, steps[i].node) = i + 1;
}

static void grow_bindings(struct search *search)
{
	struct membership *membership = search->membership;
	uint32_t capacity = membership->binding_capacity == 0 ? 32 : membership->binding_capacity * 2;
	struct member_binding *bindings = arena_array(search->arena, capacity, sizeof(*bindings));
	if (membership->binding_count > 0)
		memcpy(bindings, membership->bindings, membership->binding_count * sizeof(*bindings));
	membership->bindings = bindings;
	membership->binding_capacity = capacity;
	membership->binding_slots = capacity * 2;
	membership->binding_table = arena_array(search->arena, membership->binding_slots, sizeof(uint32_t));
	for (uint32_t i = 0; i < membership->binding_count; i++)
		*binding_slot(membership, bindings[i].node) = i + 1;
}

static void add_step(struct search *search, node_id node, uint32_t from, bool certain)
{
	struct membership *membership = search->membership;
	if (membership->count == membership->step_capacity)
		grow_steps(search);
	uint32_t *slot = step_slot(membership, node);
	if (*slot != 0)
		return; /* certain ways are all walked before the merely possible ones */
	membership->steps[membership->count] = (struct step){node, from, certain};
	*slot = ++membership->count;
}

static void add_binding(struct search *search, node_id node, uint32_t from, bool certain)
{
	struct membership *membership = search->membership;
	if (membership->binding_count == membership->binding_capacity)
		grow_bindings(search);
	uint32_t *slot = binding_slot(membership, node);
	if (*slot != 0)
		return;
	membership->bindings[membership->binding_count] = (struct member_binding){node, from, certain};
	*slot = ++membership->binding_count;
}

const struct step *membership_step(const struct membership *membership, node_id node)
{
	uint32_t slot = *step_slot(membership, node);
	return slot == 0 ? NULL : &membership->steps[slot - 1];
}

/* 389-ds: the members of a role are entries below the role's parent, or below its nsRoleScopeDN. */
static bool in_role_scope(const struct search *search, node_id group, const struct group *of)
{
	if (!of->scoped)
		return true;
	if (snapshot_is_below(search->snapshot, search->subject, snapshot_parent(search->snapshot, group)))
		return true;
	for (uint32_t i = 0; i < of->role_scope.count; i++)
		if (snapshot_is_below(search->snapshot, search->subject, of->role_scope.nodes[i]))
			return true;
	return false;
}

/* Notes a binding. */
static void enter_binding(struct search *search, node_id binding, uint32_t from, bool certain)
{
	if (certain || search->possible)
		add_binding(search, binding, from, certain);
	else
		search->left_out = true;
}

/* 389-ds: a nested role lists roles, and nothing else in its nsRoleDN is a member. */
static bool is_role(const struct search *search, uint32_t step)
{
	const struct entry *entry = snapshot_entry(search->snapshot, search->membership->steps[step].node);
	return entry_is(entry, KIND_GROUP) && entry->group->scoped;
}

/* Goes on to a group, if it takes the subject.  "Distribution groups give nothing", so whoever comes through one is a
 * possible member only. */
static void enter_group(struct search *search, node_id group, uint32_t from, bool certain)
{
	const struct entry *entry = snapshot_entry(search->snapshot, group);
	if (!entry_is(entry, KIND_GROUP) || !in_role_scope(search, group, entry->group) ||
	    (entry->group->nested_role && !is_role(search, from)))
		return;
	certain = certain && !entry->group->distribution;
	if (certain || search->possible)
		add_step(search, group, from, certain);
	else
		search->left_out = true;
}

/* "A reference into another organization is broken data", but common groups may name any people.  Such a member is
 * given nothing, and limits count it. */
static bool member_allowed(const struct snapshot *snapshot, node_id container, node_id member, bool is_person)
{
	node_id organization = organization_of(snapshot, container);
	return (is_person && organization == NODE_NONE) || reference_allowed(snapshot, organization, member);
}

/* What names the member at step `from`: groups go on, bindings are noted. */
static void follow_members(struct search *search, uint32_t from)
{
	const struct snapshot *snapshot = search->snapshot;
	struct step step = search->membership->steps[from];
	const struct entry *member = snapshot_entry(snapshot, step.node);
	bool as_person = from == 0 && search->person != NULL;
	if (!as_person && entry_is(member, KIND_GROUP) && entry_is(member, KIND_BINDING) &&
	    member->binding->bound_group)
		enter_binding(search, step.node, from, step.certain);
	struct relation_cursor cursor;
	node_id container;
	snapshot_relation(snapshot, RELATION_MEMBER_OF, step.node, &cursor);
	while (relation_next(&cursor, &container)) {
		const struct entry *entry = snapshot_entry(snapshot, container);
		bool certain = step.certain && member_allowed(snapshot, container, step.node, as_person);
		if (entry_is(entry, KIND_BINDING) && !entry->binding->bound_group)
			enter_binding(search, container, from, certain);
		else
			enter_group(search, container, from, certain);
	}
}

/* "memberUid and gidNumber name people of the group's own organization, of a common group all people; a uid that two
 * of them share names nobody": it gives nothing, and what limits limits both. */
static void follow_uid(struct search *search, const char *uid)
{
	struct name_cursor cursor;
	node_id node;
	bool shared;
	snapshot_name(search->snapshot, NAME_MEMBER_UID, uid, &cursor);
	while (name_next(&cursor, &node)) {
		node_id organization = organization_of(search->snapshot, node);
		bool certain = person_by_uid(search->snapshot, organization, uid, &shared) == search->subject;
		bool possible = shared && (organization == NODE_NONE ||
		                           organization_has_person(search->snapshot, organization, search->subject));
		if (!certain && !possible)
			continue;
		const struct entry *entry = snapshot_entry(search->snapshot, node);
		if (entry_is(entry, KIND_BINDING) && !entry->binding->bound_group)
			enter_binding(search, node, 0, certain);
		else
			enter_group(search, node, 0, certain);
	}
	name_end(&cursor);
}

static void follow_name(struct search *search, enum name_index index, const char *text)
{
	struct name_cursor cursor;
	node_id group;
	if (text == NULL)
		return;
	snapshot_name(search->snapshot, index, text, &cursor);
	while (name_next(&cursor, &group)) {
		node_id organization = organization_of(search->snapshot, group);
		if (index == NAME_SID)
			enter_group(search, group, 0, member_allowed(search->snapshot, group, search->subject, true));
		else if (organization == NODE_NONE ||
		         organization_has_person(search->snapshot, organization, search->subject))
			enter_group(search, group, 0, true);
	}
	name_end(&cursor);
}

static void follow_managed_roles(struct search *search)
{
	const struct references *roles = &search->person->person->roles;
	for (uint32_t i = 0; i < roles->count; i++) {
		const struct entry *entry = snapshot_entry(search->snapshot, roles->nodes[i]);
		if (entry_is(entry, KIND_GROUP) && entry->group->managed_role)
			enter_group(search, roles->nodes[i], 0,
			            member_allowed(search->snapshot, roles->nodes[i], search->subject, true));
	}
}

static bool url_reaches(const struct snapshot *snapshot, const struct member_url *url, node_id person)
{
	switch (url->scope) {
	case SCOPE_BASE:
		return person == url->base;
	case SCOPE_ONE:
		return snapshot_parent(snapshot, person) == url->base;
	case SCOPE_SUBTREE:
		return snapshot_is_below(snapshot, person, url->base);
	}
	return false;
}

static enum truth or_truth(enum truth a, enum truth b)
{
	return a > b ? a : b; /* FALSE < UNDEFINED < TRUE */
}

static enum truth dynamic_truth(const struct search *search, const struct group *group)
{
	enum truth truth = group->members_unknown ? TRUTH_UNDEFINED : TRUTH_FALSE;
	for (uint32_t i = 0; i < group->url_count && truth != TRUTH_TRUE; i++) {
		const struct member_url *url = &group->urls[i];
		if (url_reaches(search->snapshot, url, search->subject))
			truth = or_truth(truth, url->filter == NULL ? TRUTH_TRUE
			                                            : person_matches(search->snapshot, search->person,
			                                                             url->filter, search->arena));
	}
	if (truth != TRUTH_TRUE && group->filter_present && group->filter != NULL)
		truth = or_truth(truth, person_matches(search->snapshot, search->person, group->filter, search->arena));
	return truth;
}

/* Groups by filter. */
static void follow_dynamic_groups(struct search *search)
{
	struct relation_cursor cursor;
	node_id group;
	snapshot_relation(search->snapshot, RELATION_DYNAMIC, 0, &cursor);
	while (relation_next(&cursor, &group)) {
		enum truth truth = dynamic_truth(search, snapshot_entry(search->snapshot, group)->group);
		if (truth != TRUTH_FALSE)
			enter_group(search, group, 0, truth == TRUTH_TRUE &&
			                              member_allowed(search->snapshot, group, search->subject, true));
	}
}

/* "dgMemberFilter: an LDAP filter over the entries of the organization's people."  One that does not parse is
 * Undefined for all of them. */
static void follow_dynamic_bindings(struct search *search)
{
	const struct snapshot *snapshot = search->snapshot;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation(snapshot, RELATION_DYNAMIC, 1, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct binding *binding = snapshot_entry(snapshot, node)->binding;
		node_id organization = organization_of(snapshot, node);
		if (organization == NODE_NONE || !organization_has_person(snapshot, organization, search->subject))
			continue;
		enum truth truth = binding->filter_broken ? TRUTH_UNDEFINED : TRUTH_FALSE;
		if (binding->filter != NULL)
			truth = or_truth(truth, person_matches(snapshot, search->person, binding->filter, search->arena));
		if (truth != TRUTH_FALSE)
			enter_binding(search, node, 0, truth == TRUTH_TRUE);
	}
}

/* The groups that take the subject itself. */
static void follow_subject(struct search *search)
{
	const struct person *person = search->person->person;
	const struct entry_attribute *uids = entry_attribute(search->person, "uid");
	for (uint32_t i = 0; uids != NULL && i < uids->count; i++)
		if (uids->values[i].text != NULL)
			follow_uid(search, uids->values[i].text);
	follow_name(search, NAME_GID_NUMBER, person->gid_number);
	follow_name(search, NAME_SID, person->primary_group_sid);
	follow_managed_roles(search);
	follow_dynamic_groups(search);
}

static void walk(struct search *search)
{
	if (search->person != NULL)
		follow_subject(search);
	for (uint32_t i = 0; i < search->membership->count; i++)
		follow_members(search, i);
	if (search->person != NULL)
		follow_dynamic_bindings(search);
}

/* What a trusted caller says needs no proof by the directory; distribution groups give nothing all the same. */
static void trust_groups(struct search *search, const node_id *groups, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bool certain = !snapshot_entry(search->snapshot, groups[i])->group->distribution;
		if (certain || search->possible)
			add_step(search, groups[i], 0, certain);
		else
			search->left_out = true;
	}
}

void membership_find(const struct snapshot *snapshot, node_id node, bool as_group, const node_id *extra,
                     uint32_t extra_count, struct arena *arena, struct membership *membership)
{
	*membership = (struct membership){0};
	const struct entry *entry = snapshot_entry(snapshot, node);
	struct search search = {.snapshot = snapshot, .arena = arena, .membership = membership, .subject = node,
	                        .person = as_group ? NULL : entry};
	bool certain = search.person != NULL || !entry->group->distribution;
	grow_steps(&search);
	grow_bindings(&search);
	add_step(&search, node, STEP_NONE, certain);
	trust_groups(&search, extra, extra_count);
	/* Every certain way first, so that nothing that is certain is taken for merely possible. */
	walk(&search);
	if (!search.left_out)
		return;
	search.possible = true;
	trust_groups(&search, extra, extra_count);
	walk(&search);
}

uint32_t membership_path(const struct membership *membership, uint32_t from, struct arena *arena,
                         const node_id **groups)
{
	uint32_t count = 0;
	for (uint32_t at = from; at != STEP_NONE && at != 0; at = membership->steps[at].from)
		count++;
	node_id *path = arena_array(arena, count == 0 ? 1 : count, sizeof(*path));
	uint32_t left = count;
	for (uint32_t at = from; at != STEP_NONE && at != 0; at = membership->steps[at].from)
		path[--left] = membership->steps[at].node;
	*groups = path;
	return count;
}

#include "decide/people.h"

#include "decide/membership.h"
#include "decide/place.h"
#include "model/name.h"

#include <string.h>

/* ---- Filling ---- */

struct expansion {
	const struct snapshot *snapshot;
	struct people_set *set;
	struct arena *arena;
	uint32_t count, capacity;
	node_id *queue; /* groups and bindings, as they were met */
};

static void push(struct expansion *expansion, node_id node)
{
	if (expansion->count == expansion->capacity) {
		uint32_t capacity = expansion->capacity == 0 ? 64 : expansion->capacity * 2;
		node_id *bigger = arena_array(expansion->arena, capacity, sizeof(*bigger));
		if (expansion->count > 0)
			memcpy(bigger, expansion->queue, expansion->count * sizeof(*bigger));
		expansion->queue = bigger;
		expansion->capacity = capacity;
	}
	expansion->queue[expansion->count++] = node;
}

static void meet(struct expansion *expansion, node_id node)
{
	const struct entry *entry = snapshot_entry(expansion->snapshot, node);
	if (entry != NULL && keyset_add(&expansion->set->nodes, node) &&
	    (entry_is(entry, KIND_GROUP) || entry_is(entry, KIND_BINDING)))
		push(expansion, node);
}

static void expand_references(struct expansion *expansion, const struct references *references)
{
	for (uint32_t i = 0; i < references->count; i++)
		meet(expansion, references->nodes[i]);
}

static void expand_uids(struct expansion *expansion, node_id container, const struct strings *uids)
{
	node_id organization = organization_of(expansion->snapshot, container);
	for (uint32_t i = 0; i < uids->count; i++) {
		bool shared;
		node_id person = person_by_uid(expansion->snapshot, organization, uids->items[i], &shared);
		if (person != NODE_NONE)
			meet(expansion, person);
	}
}

static void expand_group(struct expansion *expansion, const struct entry *entry)
{
	const struct group *group = entry->group;
	struct relation_cursor cursor;
	node_id person;
	expand_references(expansion, &group->member);
	expand_uids(expansion, entry->node, &group->member_uid);
	snapshot_relation(expansion->snapshot, RELATION_ROLE_HELD_BY, entry->node, &cursor);
	while (relation_next(&cursor, &person))
		meet(expansion, person);
	if (group->url_count > 0 || group->filter_present || group->gid_number != NULL || group->sid != NULL)
		expansion->set->everybody = true;
}

static void expand_binding(struct expansion *expansion, const struct entry *entry)
{
	const struct binding *binding = entry->binding;
	expand_references(expansion, &binding->member);
	expand_uids(expansion, entry->node, &binding->member_uid);
	if (binding->filter_present)
		expansion->set->everybody = true;
}

void people_set_fill(const struct snapshot *snapshot, const struct nodes *seeds, struct people_set *set)
{
	struct expansion expansion = {.snapshot = snapshot, .set = set, .arena = arena_new()};
	for (uint32_t i = 0; i < seeds->count; i++)
		meet(&expansion, seeds->items[i]);
	for (uint32_t i = 0; i < expansion.count; i++) {
		const struct entry *entry = snapshot_entry(snapshot, expansion.queue[i]);
		if (entry_is(entry, KIND_GROUP))
			expand_group(&expansion, entry);
		if (entry_is(entry, KIND_BINDING))
			expand_binding(&expansion, entry);
	}
	arena_free(expansion.arena);
}

void people_set_release(struct people_set *set)
{
	keyset_release(&set->nodes);
	set->everybody = false;
}

/* ---- Reading ---- */

static node_id next_of_everybody(const struct snapshot *snapshot, node_id last)
{
	struct relation_cursor cursor;
	node_id person;
	snapshot_relation_after(snapshot, RELATION_KIND, KIND_PERSON, last, &cursor);
	return relation_next(&cursor, &person) ? person : NODE_NONE;
}

static node_id next_of_set(const struct snapshot *snapshot, const struct people_set *set, node_id last)
{
	struct keyset_cursor cursor;
	uint64_t node;
	keyset_seek(&set->nodes, (uint64_t)last + 1, &cursor);
	while (keyset_next(&cursor, &node))
		if (entry_is(snapshot_entry(snapshot, (node_id)node), KIND_PERSON))
			return (node_id)node;
	return NODE_NONE;
}

node_id people_set_after(const struct snapshot *snapshot, const struct people_set *set, node_id last)
{
	return set->everybody ? next_of_everybody(snapshot, last) : next_of_set(snapshot, set, last);
}

bool people_visit(const struct snapshot *snapshot, const struct nodes *seeds,
                  bool (*visit)(void *context, node_id person), void *context)
{
	struct people_set set = {0};
	bool ended = false;
	people_set_fill(snapshot, seeds, &set);
	/* Those who are named come first, even if anybody may be one: they are the likelier ones. */
	for (node_id person = NODE_NONE; !ended && (person = next_of_set(snapshot, &set, person)) != NODE_NONE;)
		ended = visit(context, person);
	for (node_id person = NODE_NONE;
	     set.everybody && !ended && (person = next_of_everybody(snapshot, person)) != NODE_NONE;)
		ended = visit(context, person);
	people_set_release(&set);
	return ended;
}

/* ---- By mail address ---- */

/* The index of people by mail; -1: it is none of their ids. */
static int mail_index(const struct snapshot *snapshot)
{
	const struct model_settings *settings = snapshot_settings(snapshot);
	for (int i = 0; i < PERSON_IDS_MAX && settings->person_ids[i] != NULL; i++)
		if (keyword_equal(settings->person_ids[i], "mail"))
			return (int)NAME_PERSON + i;
	return -1;
}

static bool has_mail(const struct entry *person, const char *mail)
{
	const struct entry_attribute *found = entry_attribute(person, "mail");
	for (uint32_t i = 0; found != NULL && i < found->count; i++)
		if (found->values[i].text != NULL && name_equal(found->values[i].text, mail))
			return true;
	return false;
}

bool people_visit_mail(const struct snapshot *snapshot, const char *mail,
                       bool (*visit)(void *context, node_id person), void *context)
{
	int index = mail_index(snapshot);
	struct name_cursor cursor;
	node_id person = NODE_NONE;
	bool ended = false;
	if (index < 0) {
		while (!ended && (person = next_of_everybody(snapshot, person)) != NODE_NONE)
			ended = has_mail(snapshot_entry(snapshot, person), mail) && visit(context, person);
		return ended;
	}
	snapshot_name(snapshot, (enum name_index)index, mail, &cursor);
	while (!ended && name_next(&cursor, &person))
		ended = visit(context, person);
	name_end(&cursor);
	return ended;
}

/* What an entry is found by and tied to, and what attributes of people it asks for. */
#include "model/parse.h"

#include "model/name.h"
#include "model/parse_values.h"
#include "model/policy.h"

#include <string.h>

#define BIT(kind) (1u << (kind))

/* ---- relations ---- */

/* Two conditions beside the kinds of entry.h, as bits above theirs. */
#define TIE_OWN_MEMBERS BIT(KIND_COUNT)       /* a binding that names its members itself */
#define TIE_NESTED_ROLE BIT(KIND_COUNT + 1)   /* a nested role of 389 Directory Server */

/* What a reference in an attribute of an entry of some kind is; in every other place it is RELATION_OTHER. */
static const struct tie {
	const char *attribute;
	uint32_t kinds; /* bits; any of them */
	enum relation relation;
} ties[] = {
	{ "member", BIT(KIND_GROUP) | TIE_OWN_MEMBERS, RELATION_MEMBER_OF },
	{ "member", BIT(KIND_INVITATION), RELATION_INVITED_BY },
	{ "uniquemember", BIT(KIND_GROUP) | TIE_OWN_MEMBERS, RELATION_MEMBER_OF },
	{ "roleoccupant", BIT(KIND_GROUP), RELATION_MEMBER_OF },
	{ "nsroledn", TIE_NESTED_ROLE, RELATION_MEMBER_OF },
	{ "nsroledn", BIT(KIND_PERSON), RELATION_ROLE_HELD_BY },
	{ "owner", BIT(KIND_WORKSPACE), RELATION_OWNS },
	{ "dggrantsrole", BIT(KIND_BINDING), RELATION_GIVEN_BY },
	{ "dginherits", BIT(KIND_ROLE), RELATION_INHERITED_BY },
	{ "dgrestrictedby", BIT(KIND_BINDING) | BIT(KIND_GROUP_RULE), RELATION_RESTRICTS },
	{ "dgscope", BIT(KIND_BINDING), RELATION_SCOPE_OF },
	{ "dgpeoplebase", BIT(KIND_ORGANIZATION), RELATION_PEOPLE_BASE_OF },
	{ "dgdefaultworkspace", BIT(KIND_ORGANIZATION), RELATION_DEFAULT_OF },
};

static uint32_t entry_tie_kinds(const struct entry *entry)
{
	uint32_t kinds = entry->kinds;

	if (entry->binding != NULL && !entry->binding->bound_group)
		kinds |= TIE_OWN_MEMBERS;
	if (entry->group != NULL && entry->group->nested_role)
		kinds |= TIE_NESTED_ROLE;
	return kinds;
}

static void visit_nodes(const struct entry_attribute *attribute, enum relation relation,
                        const struct entry_tie_visitor *visitor)
{
	for (uint32_t i = 0; i < attribute->node_count; i++)
		visitor->relation(visitor->context, relation, attribute->nodes[i]);
}

static void visit_references(const struct entry *entry, const struct entry_tie_visitor *visitor)
{
	uint32_t kinds = entry_tie_kinds(entry);

	for (uint32_t i = 0; i < entry->attribute_count; i++) {
		const struct entry_attribute *attribute = &entry->attributes[i];
		bool tied = attribute->node_count == 0;
		for (size_t j = 0; attribute->node_count > 0 && j < sizeof(ties) / sizeof(ties[0]); j++) {
			if ((kinds & ties[j].kinds) == 0 || strcmp(attribute->name, ties[j].attribute) != 0)
				continue;
			visit_nodes(attribute, ties[j].relation, visitor);
			tied = true;
		}
		if (!tied)
			visit_nodes(attribute, RELATION_OTHER, visitor);
	}
}

static void visit_dynamic(const struct entry *entry, const struct entry_tie_visitor *visitor)
{
	const struct group *group = entry->group;

	if (group != NULL && (group->filter_present || group->url_count > 0 || group->members_unknown))
		visitor->relation(visitor->context, RELATION_DYNAMIC, 0);
	for (uint32_t i = 0; group != NULL && i < group->url_count; i++)
		visitor->relation(visitor->context, RELATION_OTHER, group->urls[i].base);
	if (entry->binding != NULL && entry->binding->filter_present)
		visitor->relation(visitor->context, RELATION_DYNAMIC, 1);
}

/* ---- names ---- */

static const struct { enum kind kind; enum name_index index; } id_names[] = {
	{ KIND_ORGANIZATION, NAME_ORGANIZATION }, { KIND_WORKSPACE, NAME_WORKSPACE }, { KIND_ROLE, NAME_ROLE },
	{ KIND_RESTRICTION, NAME_RESTRICTION },   { KIND_PLAN, NAME_PLAN },           { KIND_GROUP, NAME_GROUP },
	{ KIND_INVITATION, NAME_INVITATION },     { KIND_RESOURCE, NAME_RESOURCE },
};

static void visit_text(const struct entry_tie_visitor *visitor, enum name_index index, const char *text)
{
	if (text != NULL)
		visitor->name(visitor->context, index, text);
}

static void visit_strings(const struct entry_tie_visitor *visitor, enum name_index index, struct strings strings)
{
	for (uint32_t i = 0; i < strings.count; i++)
		visit_text(visitor, index, strings.items[i]);
}

static void visit_person_names(const struct entry *entry, const struct model_settings *settings,
                               const struct entry_tie_visitor *visitor)
{
	const char *const *ids = person_ids(settings);
	struct arena *scratch = arena_new();

	if (entry_attribute(entry, "dgid") != NULL)
		visit_text(visitor, NAME_PERSON_DG_ID, entry->id);
	for (unsigned i = 0; i < PERSON_IDS_MAX && ids[i] != NULL; i++) {
		const struct entry_attribute *found = entry_attribute(entry, attribute_canonical(ids[i], scratch));
		for (uint32_t j = 0; found != NULL && j < found->count; j++)
			visit_text(visitor, (enum name_index)(NAME_PERSON + i), found->values[j].text);
	}
	arena_free(scratch);
}

static void visit_relations(const struct entry *entry, const struct entry_tie_visitor *visitor)
{
	for (uint32_t kind = 0; kind < KIND_COUNT; kind++)
		if (entry_is(entry, (enum kind)kind))
			visitor->relation(visitor->context, RELATION_KIND, kind);
	visit_references(entry, visitor);
	visit_dynamic(entry, visitor);
}

static void visit_names(const struct entry *entry, const struct model_settings *settings,
                        const struct entry_tie_visitor *visitor)
{
	for (size_t i = 0; i < sizeof(id_names) / sizeof(id_names[0]); i++)
		if (entry_is(entry, id_names[i].kind))
			visit_text(visitor, id_names[i].index, entry->own_id);
	if (entry->group != NULL) {
		visit_strings(visitor, NAME_MEMBER_UID, entry->group->member_uid);
		visit_text(visitor, NAME_GID_NUMBER, entry->group->gid_number);
		visit_text(visitor, NAME_SID, entry->group->sid);
	}
	if (entry->binding != NULL)
		visit_strings(visitor, NAME_MEMBER_UID, entry->binding->member_uid);
	if (entry->invitation != NULL)
		visit_strings(visitor, NAME_INVITED_MAIL, entry->invitation->mail);
	if (entry_is(entry, KIND_PERSON))
		visit_person_names(entry, settings, visitor);
}

void entry_visit_ties(const struct entry *entry, const struct model_settings *settings,
                      const struct entry_tie_visitor *visitor)
{
	if (visitor->relation != NULL)
		visit_relations(entry, visitor);
	if (visitor->name != NULL)
		visit_names(entry, settings, visitor);
}

/* ---- names of attributes ---- */

struct name_listener {
	void (*visit)(void *context, const char *name);
	void *context;
	struct arena *scratch;
};

/* Are the values of an attribute of some entry behind the reference?  $user.dn, .id and .groups are made, as is $now. */
static bool reference_is_attribute(const struct filter *item)
{
	if (item->reference != REFERENCE_USER && item->reference != REFERENCE_WORKSPACE)
		return false;
	return !keyword_equal(item->value, "dn") && !keyword_equal(item->value, "id") &&
	       (item->reference != REFERENCE_USER || !keyword_equal(item->value, "groups"));
}

static void visit_item(void *context, const struct filter *item)
{
	struct name_listener *listener = context;

	if (item->space == SPACE_ENTRY || item->space == SPACE_SUBJECT || item->space == SPACE_RESOURCE)
		listener->visit(listener->context, attribute_canonical(item->name, listener->scratch));
	if (reference_is_attribute(item))
		listener->visit(listener->context, attribute_canonical(item->value, listener->scratch));
}

static void visit_filter(const struct filter *filter, struct name_listener *listener)
{
	if (filter != NULL)
		filter_visit(filter, visit_item, listener);
}

static void visit_rules(struct rules rules, struct name_listener *listener)
{
	for (uint32_t i = 0; i < rules.count; i++)
		visit_filter(rules.items[i].filter, listener);
}

static void visit_entry_filters(const struct entry *entry, struct name_listener *listener)
{
	if (entry->role != NULL) {
		visit_rules(entry->role->permission, listener);
		visit_rules(entry->role->optional, listener);
		visit_rules(entry->role->organization, listener);
		visit_rules(entry->role->deny, listener);
	}
	if (entry->restriction != NULL)
		visit_rules(entry->restriction->restricts, listener);
	if (entry->binding != NULL) {
		visit_rules(entry->binding->extra, listener);
		visit_filter(entry->binding->filter, listener);
	}
	if (entry->group != NULL)
		visit_filter(entry->group->filter, listener);
	for (uint32_t i = 0; entry->group != NULL && i < entry->group->url_count; i++)
		visit_filter(entry->group->urls[i].filter, listener);
}

void entry_visit_named_attributes(const struct entry *entry, void (*visit)(void *context, const char *name),
                                  void *context)
{
	struct name_listener listener = { .visit = visit, .context = context };

	if (entry->role == NULL && entry->restriction == NULL && entry->binding == NULL && entry->group == NULL)
		return;
	listener.scratch = arena_new();
	visit_entry_filters(entry, &listener);
	arena_free(listener.scratch);
}

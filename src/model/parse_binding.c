/* Who has what where: bindings, groups that become bindings by their names, invitations. */
#include "model/parse_values.h"

#include "model/name.h"

#include <string.h>

/* ---- bindings ---- */

struct filter_list {
	const struct filter **items;
	size_t count;
	bool broken;
};

static void member_filter_add(struct parser *parser, void *into, const char *text)
{
	struct filter_list *list = into;
	struct error why = { "" };

	if (text != NULL && filter_parse(text, FILTER_OF_ENTRY, parser->arena, &list->items[list->count], &why) == 0) {
		list->count++;
		return;
	}
	if (text != NULL)
		parser_report(parser, PROBLEM_BAD_FILTER, "dgmemberfilter", text, why.text);
	list->broken = true;
}

static void member_filter_parse(struct parser *parser, struct binding *binding)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, "dgmemberfilter");
	struct filter_list list = { .count = 0 };

	if (found == NULL)
		return;
	list.items = arena_array(parser->scratch, found->count, sizeof(*list.items));
	read_each(parser, "dgmemberfilter", &list, member_filter_add);
	binding->filter_present = true;
	binding->filter_broken = list.broken;
	if (list.count > 0)
		binding->filter = filter_join(FILTER_OR, list.items, list.count, parser->arena);
}

struct during_list {
	struct period *items;
	uint32_t count;
	bool broken;
};

static void during_add(struct parser *parser, void *into, const char *text)
{
	struct during_list *list = into;

	if (text != NULL && period_parse(text, &list->items[list->count]) == 0) {
		list->count++;
		return;
	}
	if (text != NULL)
		parser_report(parser, PROBLEM_BAD_TIME, "dgduring", text, "no window such as Mon-Fri 08:00-18:00");
	list->broken = true;
}

static void during_parse(struct parser *parser, struct binding *binding)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, "dgduring");
	struct during_list list = { .count = 0 };

	if (found == NULL)
		return;
	list.items = arena_array(parser->arena, found->count, sizeof(*list.items));
	read_each(parser, "dgduring", &list, during_add);
	binding->during = list.items;
	binding->during_count = list.count;
	binding->during_broken = list.broken;
}

/* When it holds: what is broken counts as inside, and as broken. */
static void binding_validity(struct parser *parser, struct binding *binding)
{
	enum found before, after, disabled;

	binding->not_before = INSTANT_MIN;
	binding->not_after = INSTANT_MAX;
	before = read_time(parser, "dgnotbefore", &binding->not_before);
	after = read_time(parser, "dgnotafter", &binding->not_after);
	disabled = read_boolean(parser, "dgdisabled", &binding->disabled);
	during_parse(parser, binding);
	binding->broken = before == FOUND_BROKEN || after == FOUND_BROKEN || disabled == FOUND_BROKEN ||
	                  binding->during_broken || binding->filter_broken;
}

static void binding_members(struct parser *parser, struct binding *binding)
{
	binding->bound_group = !parser_has_class(parser, CLASS_BINDING);
	if (!binding->bound_group) {
		binding->member = references_join(parser, read_references(parser, "member"),
		                                  read_references(parser, "uniquemember"));
		binding->member_uid = read_strings(parser, "memberuid");
	} else if (!entry_is(parser->entry, KIND_GROUP)) {
		parser_report(parser, PROBLEM_MISSING_VALUE, "objectclass", NULL,
		              "dgBoundGroup on an entry that is no group: it has no members");
	}
	member_filter_parse(parser, binding);
}

void binding_parse(struct parser *parser)
{
	struct binding *binding = arena_alloc(parser->arena, sizeof(*binding));

	binding->gives_roles = read_present(parser, "dggrantsrole");
	binding->roles = read_references(parser, "dggrantsrole");
	binding->scope = read_references(parser, "dgscope");
	binding->scope_present = read_present(parser, "dgscope");
	binding->restricted_by = read_references(parser, "dgrestrictedby");
	binding->extra = read_rules(parser, "dgpermission", PROBLEM_BAD_PERMISSION, BROKEN_LOST);
	binding_members(parser, binding);
	binding_validity(parser, binding);
	parser->entry->binding = binding;
}

/* ---- groups by convention ---- */

#define RULE_PLACES_MAX 2 /* {role} and {workspace}, each once */

static const struct keyword rule_places[] = {
	{ "{role}", PLACE_ROLE }, { "{workspace}", PLACE_WORKSPACE }, { NULL, 0 },
};

/* Reads the placeholder at `text`, which starts with a brace.  Returns what follows it, or NULL if it is none. */
static const char *rule_place_parse(struct parser *parser, const char *text, enum group_rule_place *place)
{
	const char *end = *text == '{' ? strchr(text, '}') : NULL;

	if (end == NULL)
		return NULL;
	const char *word = arena_octets(parser->scratch, text, (size_t)(end - text) + 1);
	for (const struct keyword *known = rule_places; known->name != NULL; known++)
		if (keyword_equal(known->name, word)) {
			*place = (enum group_rule_place)known->value;
			return end + 1;
		}
	return NULL;
}

/* Cuts a pattern at its placeholders.  Returns NULL, or what is wrong. */
static const char *name_pattern_cut(struct parser *parser, const char *text, struct group_rule *rule)
{
	const char **literals = arena_array(parser->arena, RULE_PLACES_MAX + 1, sizeof(*literals));
	enum group_rule_place *places = arena_array(parser->arena, RULE_PLACES_MAX, sizeof(*places));
	unsigned seen = 0;

	rule->literals = literals;
	rule->place = places;
	for (uint32_t i = 0;; i++) {
		size_t length = strcspn(text, "{}");
		enum group_rule_place place = PLACE_ROLE;
		literals[i] = arena_octets(parser->arena, text, length);
		if (text[length] == '\0')
			break;
		text = rule_place_parse(parser, text + length, &place);
		if (text == NULL)
			return "a brace that belongs to neither {role} nor {workspace}";
		if ((seen & 1u << place) != 0)
			return "a placeholder that comes twice";
		seen |= 1u << place;
		places[i] = place;
		rule->places = i + 1;
	}
	return (seen & 1u << PLACE_ROLE) != 0 ? NULL : "no {role} in it";
}

static bool name_pattern_parse(struct parser *parser, struct group_rule *rule)
{
	const char *text, *wrong;

	if (read_text(parser, "dgnamepattern", &text) != FOUND_VALUE)
		return false;
	wrong = name_pattern_cut(parser, text, rule);
	if (wrong == NULL)
		return true;
	parser_report(parser, PROBLEM_BAD_NAME_PATTERN, "dgnamepattern", text, wrong);
	rule->places = 0;
	return false;
}

void group_rule_parse(struct parser *parser)
{
	struct group_rule *rule = arena_alloc(parser->arena, sizeof(*rule));
	enum found disabled = read_boolean(parser, "dgdisabled", &rule->disabled);
	bool pattern = name_pattern_parse(parser, rule);

	rule->base = read_references(parser, "dggroupbase");
	rule->restricted_by = read_references(parser, "dgrestrictedby");
	rule->sound = pattern && disabled != FOUND_BROKEN && rule->base.count > 0 && rule->base.broken == 0;
	if (disabled == FOUND_BROKEN)
		rule->disabled = true;
	parser->entry->group_rule = rule;
}

/* ---- invitations ---- */

static const struct keyword invitation_status[] = {
	{ "invited", STATUS_INVITED }, { "requested", STATUS_REQUESTED }, { NULL, 0 },
};

void invitation_parse(struct parser *parser)
{
	struct invitation *invitation = arena_alloc(parser->arena, sizeof(*invitation));

	invitation->status =
		(enum status)read_keyword(parser, "dgstatus", invitation_status, STATUS_DISABLED, STATUS_DISABLED);
	invitation->roles = read_references(parser, "dggrantsrole");
	invitation->scope = read_references(parser, "dgscope");
	invitation->restricted_by = read_references(parser, "dgrestrictedby");
	invitation->member = read_references(parser, "member");
	invitation->mail = read_strings(parser, "mail");
	invitation->not_after = INSTANT_MAX;
	if (read_time(parser, "dgnotafter", &invitation->not_after) == FOUND_BROKEN)
		invitation->not_after = INSTANT_MIN;
	invitation->token_hash = read_optional_text(parser, "dgtokenhash");
	parser->entry->invitation = invitation;
}

#include "decide/group_rule.h"

#include "decide/place.h"
#include "decide/roles.h"
#include "model/name.h"

#include <string.h>

#define PLACES_MAX 2 /* {role} and {workspace}, each once */

/* Cutting one name at the literals of the pattern, in every way there is. */
struct fitting {
	const struct snapshot *snapshot;
	const struct group_rule *rule;
	node_id organization;      /* the rule's */
	node_id place;             /* for a pattern without {workspace} */
	struct text literals[PLACES_MAX + 1];       /* in normal form */
	char texts[PLACES_MAX][GROUP_NAME_MAX + 1]; /* of the places so far */
	struct rule_fit fit;
	uint32_t ways;
};

/* The normal form of a part of a name: a space stays where another part follows, between two letters, and goes at the
 * ends of the whole.  False: it has none, and nothing fits. */
static bool normal_part(const char *text, bool first, bool last, struct text *out)
{
	struct text framed, normal;
	text_init(&framed, GROUP_NAME_MAX + 2);
	text_init(&normal, GROUP_NAME_MAX * 4);
	text_print(&framed, "x%sx", text);
	bool made = !framed.overflowed && name_normalise(text_string(&framed), framed.length, &normal) == 0;
	if (made && normal.length > 2) {
		const char *part = text_string(&normal) + 1;
		size_t length = normal.length - 2;
		bool before = first && part[0] == ' ', after = last && length > before && part[length - 1] == ' ';
		text_append_octets(out, part + before, length - before - after);
	}
	made = made && !normal.overflowed;
	text_release(&framed);
	text_release(&normal);
	return made;
}

/* What is known by an id in the rule's organization: its own, else what is common.  An id only, no "organization/id" and
 * no DN: those are addresses, and a name has neither. */
static struct finding_of known(const struct fitting *fitting, enum name_index index, enum kind kind, const char *id)
{
	struct finding_of finding = {0};
	if (strpbrk(id, "/=") == NULL)
		finding = known_find(fitting->snapshot, index, kind, id, fitting->organization);
	return finding;
}

/* An id that two have leads to either: then the name fits in more than one way. */
static void way_found(struct fitting *fitting)
{
	struct finding_of role = {0}, place = {0};
	if (fitting->place != NODE_NONE)
		finding_add(&place, fitting->place);
	for (uint32_t i = 0; i < fitting->rule->places; i++) {
		if (fitting->rule->place[i] == PLACE_ROLE)
			role = known(fitting, NAME_ROLE, KIND_ROLE, fitting->texts[i]);
		else
			place = known(fitting, NAME_WORKSPACE, KIND_WORKSPACE, fitting->texts[i]);
	}
	if (role.found == FOUND_NONE || place.found == FOUND_NONE)
		return;
	if (role.found == FOUND_MANY || place.found == FOUND_MANY) {
		fitting->ways += 2;
		return;
	}
	struct rule_fit fit = {role.node, place.node};
	if (fitting->ways == 0 || fit.role != fitting->fit.role || fit.place != fitting->fit.place)
		fitting->ways++;
	fitting->fit = fit;
}

/* `name` is what is left after literal[index - 1] and the places before; matches literal[index], then a place. */
static void cut(struct fitting *fitting, const char *name, uint32_t index)
{
	const struct text *literal = &fitting->literals[index];
	if (strncmp(name, text_string(literal), literal->length) != 0)
		return;
	name += literal->length;
	if (index == fitting->rule->places) {
		if (*name == '\0')
			way_found(fitting);
		return;
	}
	for (size_t take = 1; name[take - 1] != '\0'; take++) {
		memcpy(fitting->texts[index], name, take);
		fitting->texts[index][take] = '\0';
		cut(fitting, name + take, index + 1);
	}
}

static void fit_name(struct fitting *fitting, const char *name)
{
	struct text normal;
	text_init(&normal, GROUP_NAME_MAX);
	if (name != NULL && name_normalise(name, strlen(name), &normal) == 0 && !normal.overflowed)
		cut(fitting, text_string(&normal), 0);
	text_release(&normal);
}

static bool below_base(const struct snapshot *snapshot, const struct group_rule *rule, node_id organization,
                       node_id group)
{
	for (uint32_t i = 0; i < rule->base.count; i++)
		if (reference_allowed(snapshot, organization, rule->base.nodes[i]) &&
		    group != rule->base.nodes[i] && snapshot_is_below(snapshot, group, rule->base.nodes[i]))
			return true;
	return false;
}

bool group_rule_fit(const struct snapshot *snapshot, node_id rule, node_id group, struct rule_fit *fit)
{
	const struct group_rule *parsed = snapshot_entry(snapshot, rule)->group_rule;
	node_id organization = organization_of(snapshot, rule);
	const struct entry_attribute *names = entry_attribute(snapshot_entry(snapshot, group), "cn");
	if (!parsed->sound || parsed->disabled || parsed->places > PLACES_MAX || organization == NODE_NONE ||
	    names == NULL || !reference_allowed(snapshot, organization, group) ||
	    !below_base(snapshot, parsed, organization, group))
		return false;
	struct fitting fitting = {.snapshot = snapshot, .rule = parsed, .organization = organization,
	                          .place = workspace_of(snapshot, rule)};
	bool possible = true;
	for (uint32_t i = 0; i <= parsed->places; i++) {
		text_init(&fitting.literals[i], GROUP_NAME_MAX * 4);
		possible = normal_part(parsed->literals[i], i == 0, i == parsed->places, &fitting.literals[i]) && possible;
	}
	for (uint32_t i = 0; possible && i < names->count; i++)
		fit_name(&fitting, names->values[i].text);
	for (uint32_t i = 0; i <= parsed->places; i++)
		text_release(&fitting.literals[i]);
	*fit = fitting.fit;
	return fitting.ways == 1;
}

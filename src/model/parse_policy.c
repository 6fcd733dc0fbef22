/* What the classes of the schema say: organizations, workspaces, roles, restrictions, sets, plans and resources. */
#include "model/parse_values.h"

#include "model/pattern.h"

#include <limits.h>
#include <string.h>

static const struct keyword place_status[] = {
	{ "active", STATUS_ACTIVE }, { "disabled", STATUS_DISABLED }, { NULL, 0 },
};
static const struct keyword visibilities[] = {
	{ "private", VISIBILITY_PRIVATE }, { "public", VISIBILITY_PUBLIC }, { NULL, 0 },
};
static const struct keyword joins[] = {
	{ "closed", JOIN_CLOSED }, { "request", JOIN_REQUEST }, { "open", JOIN_OPEN }, { NULL, 0 },
};
static const struct keyword phases[] = { { "static", false }, { "dynamic", true }, { NULL, 0 } };

/* ---- organizations and workspaces ---- */

static enum status read_place_status(struct parser *parser)
{
	return (enum status)read_keyword(parser, "dgstatus", place_status, STATUS_ACTIVE, STATUS_DISABLED);
}

static enum visibility read_visibility(struct parser *parser)
{
	return (enum visibility)read_keyword(parser, "dgvisibility", visibilities, VISIBILITY_PRIVATE, VISIBILITY_PRIVATE);
}

static enum join read_join(struct parser *parser)
{
	return (enum join)read_keyword(parser, "dgjoin", joins, JOIN_CLOSED, JOIN_CLOSED);
}

static struct strings read_forbidden(struct parser *parser)
{
	return read_patterns(parser, "dgforbidden", PROBLEM_BAD_FORBIDDEN, "*");
}

struct known_list {
	const char **names, **labels;
	uint32_t count;
};

static void known_add(struct parser *parser, void *into, const char *text)
{
	struct known_list *list = into;
	const char *name, *label;

	if (text == NULL)
		return;
	if (!pattern_split(parser->arena, text, &name, &label) || !pattern_is_literal(name)) {
		parser_report(parser, PROBLEM_BAD_KNOWN_PERMISSION, "dgknownpermission", text,
		              "what stands before the first space is no permission");
		return;
	}
	list->names[list->count] = name;
	list->labels[list->count++] = label != NULL ? label : "";
}

static void known_parse(struct parser *parser, struct organization *organization)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, "dgknownpermission");
	struct known_list list = { .count = 0 };

	if (found == NULL)
		return;
	list.names = arena_array(parser->arena, found->count, sizeof(*list.names));
	list.labels = arena_array(parser->arena, found->count, sizeof(*list.labels));
	read_each(parser, "dgknownpermission", &list, known_add);
	organization->known_names = (struct strings){ .count = list.count, .items = list.names };
	organization->known_labels = (struct strings){ .count = list.count, .items = list.labels };
}

void organization_parse(struct parser *parser)
{
	struct organization *organization = arena_alloc(parser->arena, sizeof(*organization));

	organization->status = read_place_status(parser);
	organization->visibility = read_visibility(parser);
	organization->join = read_join(parser);
	organization->people_base_present = read_present(parser, "dgpeoplebase");
	organization->people_base = read_references(parser, "dgpeoplebase");
	organization->default_workspace = read_reference(parser, "dgdefaultworkspace");
	organization->default_role = read_reference(parser, "dgdefaultrole");
	organization->public_role = read_reference(parser, "dgpublicrole");
	organization->owner_role = read_reference(parser, "dgownerrole");
	organization->creator_role = read_reference(parser, "dgcreatorrole");
	organization->plan = read_reference(parser, "dghasplan");
	organization->join_role = read_reference(parser, "dgjoinrole");
	organization->forbidden = read_forbidden(parser);
	known_parse(parser, organization);
	parser->entry->organization = organization;
}

/* A flag that stands up when it is broken. */
static bool read_guard(struct parser *parser, const char *attribute)
{
	bool value;
	enum found found = read_boolean(parser, attribute, &value);

	return found == FOUND_VALUE ? value : found == FOUND_BROKEN;
}

void workspace_parse(struct parser *parser)
{
	struct workspace *workspace = arena_alloc(parser->arena, sizeof(*workspace));

	workspace->status = read_place_status(parser);
	workspace->visibility = read_visibility(parser);
	workspace->join_present = read_present(parser, "dgjoin");
	workspace->join = read_join(parser);
	workspace->isolated = read_guard(parser, "dgisolated");
	workspace->join_role = read_reference(parser, "dgjoinrole");
	workspace->owner = read_references(parser, "owner");
	workspace->forbidden = read_forbidden(parser);
	workspace->color = read_optional_text(parser, "dgcolor");
	workspace->token_hash = read_optional_text(parser, "dgtokenhash");
	parser->entry->workspace = workspace;
}

/* ---- roles and restrictions ---- */

void role_parse(struct parser *parser)
{
	struct role *role = arena_alloc(parser->arena, sizeof(*role));
	int64_t rank;

	role->permission = read_rules(parser, "dgpermission", PROBLEM_BAD_PERMISSION, BROKEN_LOST);
	role->optional = read_rules(parser, "dgoptionalpermission", PROBLEM_BAD_PERMISSION, BROKEN_LOST);
	role->organization = read_rules(parser, "dgorganizationpermission", PROBLEM_BAD_PERMISSION, BROKEN_LOST);
	role->deny = read_rules(parser, "dgdeny", PROBLEM_BAD_DENY, BROKEN_WIDE);
	role->ceiling = read_patterns(parser, "dgceiling", PROBLEM_BAD_CEILING, "");
	role->inherits = read_references(parser, "dginherits");
	role->may_assign = read_references(parser, "dgmayassign");
	role->requires_plan = read_references(parser, "dgrequiresplan");
	role->plan_required = read_present(parser, "dgrequiresplan");
	role->keep_holder = read_guard(parser, "dgkeepholder");
	if (read_integer(parser, "dgrank", INT32_MIN, INT32_MAX, &rank) == FOUND_VALUE)
		role->rank = (int32_t)rank;
	parser->entry->role = role;
}

struct obligation_list {
	struct rule *broken; /* they take away */
	uint32_t broken_count;
	struct obligation *items;
	uint32_t count;
};

static void obligation_add(struct parser *parser, void *into, const char *text)
{
	struct obligation_list *list = into;
	const char *pattern = "*", *rest = NULL;
	bool sound = text != NULL && pattern_split(parser->arena, text, &pattern, &rest);

	if (sound && rest != NULL && *rest != '\0') {
		list->items[list->count++] = (struct obligation){ .value = text, .pattern = pattern, .text = rest };
		return;
	}
	if (text != NULL)
		parser_report(parser, PROBLEM_BAD_OBLIGATION, "dgobligation", text,
		              sound ? "no text after the pattern" : "what stands before the first space is no pattern");
	list->broken[list->broken_count++] = (struct rule){ .text = text != NULL ? text : "", .pattern = pattern };
}

/* Reads dgObligation and adds its broken values to what is restricted. */
static void obligations_parse(struct parser *parser, struct restriction *restriction)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, "dgobligation");
	const struct rules *restricts = &restriction->restricts;
	struct obligation_list list = { .count = 0 };

	if (found == NULL)
		return;
	struct rule *rules = arena_array(parser->arena, (size_t)restricts->count + found->count, sizeof(*rules));
	if (restricts->count > 0)
		memcpy(rules, restricts->items, restricts->count * sizeof(*rules));
	list.broken = rules + restricts->count;
	list.items = arena_array(parser->arena, found->count, sizeof(*list.items));
	read_each(parser, "dgobligation", &list, obligation_add);
	restriction->obligations = (struct obligations){ .count = list.count, .items = list.items };
	restriction->restricts = (struct rules){ .count = restricts->count + list.broken_count, .items = rules };
}

void restriction_parse(struct parser *parser)
{
	struct restriction *restriction = arena_alloc(parser->arena, sizeof(*restriction));

	restriction->restricts = read_rules(parser, "dgrestricts", PROBLEM_BAD_RESTRICTS, BROKEN_WIDE);
	obligations_parse(parser, restriction);
	restriction->applies_to_present = read_present(parser, "dgappliesto");
	restriction->applies_to = read_references(parser, "dgappliesto");
	restriction->requires_plan = read_references(parser, "dgrequiresplan");
	restriction->plan_required = read_present(parser, "dgrequiresplan");
	parser->entry->restriction = restriction;
}

/* ---- sets, plans ---- */

static uint32_t read_count(struct parser *parser, const char *attribute)
{
	int64_t count;

	return read_integer(parser, attribute, 0, UINT32_MAX, &count) == FOUND_VALUE ? (uint32_t)count : 0;
}

void role_set_parse(struct parser *parser)
{
	struct role_set *set = arena_alloc(parser->arena, sizeof(*set));

	set->roles = read_references(parser, "dgrolemember");
	set->maximum = read_count(parser, "dgmaximum");
	set->minimum = read_count(parser, "dgminimum");
	set->dynamic = read_keyword(parser, "dgphase", phases, false, false) != 0;
	parser->entry->role_set = set;
}

void plan_parse(struct parser *parser)
{
	struct plan *plan = arena_alloc(parser->arena, sizeof(*plan));

	plan->limited = read_present(parser, "dgseats");
	plan->seats = read_count(parser, "dgseats");
	parser->entry->plan = plan;
}

/* ---- resources ---- */

struct property_list {
	struct property *items;
	uint32_t count;
};

static void property_add(struct parser *parser, void *into, const char *text)
{
	struct property_list *list = into;
	const char *equals = text != NULL ? strchr(text, '=') : NULL;

	if (text == NULL)
		return;
	if (equals == NULL || equals == text) {
		parser_report(parser, PROBLEM_BAD_PROPERTY, "dgproperty", text, "not NAME=VALUE");
		return;
	}
	list->items[list->count++] = (struct property){
		.name = arena_octets(parser->arena, text, (size_t)(equals - text)),
		.value = equals + 1,
	};
}

void resource_parse(struct parser *parser)
{
	struct resource *resource = arena_alloc(parser->arena, sizeof(*resource));
	const struct entry_attribute *found = entry_attribute(parser->entry, "dgproperty");

	if (found != NULL) {
		struct property_list list = { .count = 0 };
		list.items = arena_array(parser->arena, found->count, sizeof(*list.items));
		read_each(parser, "dgproperty", &list, property_add);
		resource->properties = list.items;
		resource->count = list.count;
	}
	resource->type = read_optional_text(parser, "dgresourcetype");
	resource->owner = read_references(parser, "owner");
	resource->member = read_references(parser, "member");
	parser->entry->resource = resource;
}

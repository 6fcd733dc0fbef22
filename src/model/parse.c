/* From a record to an entry: its attributes, what it is, its names.  The kinds have files of their own. */
#include "model/parse.h"

#include "model/name.h"
#include "model/parse_attributes.h"

#include <stdlib.h>
#include <string.h>

/* ---- what it is ---- */

static void entry_drop_kind(struct parser *parser, enum kind stays, enum kind goes, const char *detail)
{
	struct entry *entry = parser->entry;

	if (!entry_is(entry, stays) || !entry_is(entry, goes))
		return;
	entry->kinds &= ~(1u << goes);
	parser_report(parser, PROBLEM_SECOND_KIND, "objectclass", NULL, detail);
}

static void entry_read_classes(struct parser *parser)
{
	const struct entry_attribute *found = entry_attribute(parser->entry, "objectclass");

	for (uint32_t i = 0; found != NULL && i < found->count; i++) {
		enum schema_class class;
		if (found->values[i].text == NULL || !schema_class_find(found->values[i].text, &class))
			continue;
		parser->classes |= 1u << class;
		parser->entry->kinds |= schema_classes[class].kinds;
	}
	entry_drop_kind(parser, KIND_ORGANIZATION, KIND_WORKSPACE, "organization and workspace: it is an organization");
	if (parser_has_class(parser, CLASS_BINDING))
		entry_drop_kind(parser, KIND_BINDING, KIND_GROUP, "dgBinding and group: it is a binding");
}

static void entry_check_musts(struct parser *parser)
{
	for (int class = 0; class < CLASS_COUNT; class++)
		for (int i = 0; parser_has_class(parser, (enum schema_class)class) && schema_classes[class].must[i]; i++)
			if (!read_present(parser, schema_classes[class].must[i]))
				parser_report(parser, PROBLEM_MISSING_VALUE, schema_classes[class].must[i], NULL,
				              schema_classes[class].name);
}

static void (*const kind_parsers[KIND_COUNT])(struct parser *parser) = {
	[KIND_ORGANIZATION] = organization_parse,
	[KIND_WORKSPACE] = workspace_parse,
	[KIND_ROLE] = role_parse,
	[KIND_RESTRICTION] = restriction_parse,
	[KIND_BINDING] = binding_parse,
	[KIND_GROUP_RULE] = group_rule_parse,
	[KIND_ROLE_SET] = role_set_parse,
	[KIND_PLAN] = plan_parse,
	[KIND_RESOURCE] = resource_parse,
	[KIND_INVITATION] = invitation_parse,
	[KIND_GROUP] = group_parse,
	[KIND_PERSON] = person_parse,
};

static void entry_read_kinds(struct parser *parser)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (entry_is(parser->entry, (enum kind)kind))
			kind_parsers[kind](parser);
}

/* ---- names ---- */

static const char *const default_person_ids[PERSON_IDS_MAX] = { MODEL_PERSON_IDS };

const char *const *person_ids(const struct model_settings *settings)
{
	return settings->person_ids[0] != NULL ? settings->person_ids : default_person_ids;
}

static const char *first_text(const struct entry *entry, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(entry, attribute);

	for (uint32_t i = 0; found != NULL && i < found->count; i++)
		if (found->values[i].text != NULL && found->values[i].text[0] != '\0')
			return found->values[i].text;
	return NULL;
}

static const char *person_first_id(struct parser *parser)
{
	const char *const *ids = person_ids(parser->context->settings);

	for (size_t i = 0; i < PERSON_IDS_MAX && ids[i] != NULL; i++) {
		const char *id = first_text(parser->entry, attribute_canonical(ids[i], parser->scratch));
		if (id != NULL)
			return id;
	}
	return NULL;
}

static void entry_read_names(struct parser *parser, const struct rdn *rdn)
{
	struct entry *entry = parser->entry;
	enum found found = read_text(parser, "dgid", &entry->id);

	if (found == FOUND_VALUE && strspn(entry->id, " ") == strlen(entry->id)) {
		parser_report(parser, PROBLEM_MISSING_VALUE, "dgid", entry->id, "it is empty");
		entry->id = NULL;
	} else if (found == FOUND_NOTHING && rdn->value != NULL && rdn->value[0] != '\0' &&
	           entry->kinds != 1u << KIND_PERSON) {
		entry->id = arena_string(parser->arena, rdn->value);
	}
	entry->own_id = entry->id;
	if (found == FOUND_NOTHING && entry_is(entry, KIND_PERSON))
		entry->id = person_first_id(parser);
	entry->name = first_text(entry, "displayname");
	if (entry->name == NULL)
		entry->name = first_text(entry, "cn");
	if (entry->name == NULL)
		entry->name = entry->id;
}

/* The source's stable id, or the normal form of the DN. */
static const char *entry_key(struct parser *parser, const struct record *record)
{
	struct text normal;
	struct dn dn;
	const char *key;

	if (record->key != NULL)
		return arena_string(parser->arena, record->key);
	text_init(&normal, NAME_LENGTH_MAX * 4);
	if (dn_parse(record->dn, record->dn_length, parser->scratch, &dn, NULL) == 0)
		dn_normal(&dn, &normal);
	key = arena_string(parser->arena, text_string(&normal));
	text_release(&normal);
	return key;
}

static int text_order(const char *a, const char *b)
{
	return a != NULL && b != NULL ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

/* By attribute, code, value and detail: the same data give the same list, in whatever order the server sent them. */
static int problem_compare(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;
	int order = text_order(x->attribute, y->attribute);

	if (order == 0)
		order = (x->code > y->code) - (x->code < y->code);
	if (order == 0)
		order = text_order(x->value, y->value);
	return order != 0 ? order : text_order(x->detail, y->detail);
}

static void entry_take_problems(struct parser *parser)
{
	struct problem *kept;

	if (parser->problem_count == 0)
		return;
	kept = arena_array(parser->arena, parser->problem_count, sizeof(*kept));
	memcpy(kept, parser->problems, parser->problem_count * sizeof(*kept));
	qsort(kept, parser->problem_count, sizeof(*kept), problem_compare);
	parser->entry->problems = kept;
	parser->entry->problem_count = parser->problem_count;
}

struct entry *entry_parse(const struct parse_context *context, const struct record *record, const struct rdn *rdn,
                          node_id node, uint16_t source, struct arena *arena)
{
	struct entry *entry = arena_alloc(arena, sizeof(*entry));
	struct parser parser = { .context = context, .arena = arena, .scratch = arena_new(), .entry = entry };
	struct record_view view;

	entry->node = node;
	entry->source = source;
	entry->key = entry_key(&parser, record);
	entry->rdn = arena_string(arena, rdn->display);
	record_read(&parser, record, &view);
	entry_read_classes(&parser);
	entry_check_musts(&parser);
	if (record_matches(&view, context->person_filter))
		entry->kinds |= 1u << KIND_PERSON;
	entry->changed = entry_names_others(entry) ? record->changed : 0;
	entry_read_kinds(&parser);
	entry_read_names(&parser, rdn);
	entry_take_problems(&parser);
	arena_free(parser.scratch);
	return entry;
}

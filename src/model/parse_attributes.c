#include "model/parse_attributes.h"

#include "model/name.h"
#include "model/parse_octets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- gathering: all spellings of an attribute together, those with options left out ---- */

/* One attribute on its way into the entry; everything in scratch. */
struct draft {
	const char *name; /* canonical, interned */
	enum attribute_form form;
	size_t value_count;
	const struct record_value *values;
	uint32_t text_count;
	const char **texts; /* NULL where octets are no text */
	uint32_t node_count;
	node_id *nodes;
	struct value_list list; /* for filters over the record; made when first asked for */
};

/* An attribute of the record and the name that it counts for. */
struct part {
	const char *name;
	enum attribute_form form;
	const struct record_attribute *attribute;
};

static int part_compare(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	uintptr_t x_name = (uintptr_t)x->name, y_name = (uintptr_t)y->name;

	if (x_name != y_name)
		return x_name < y_name ? -1 : 1;
	return x->attribute < y->attribute ? -1 : x->attribute > y->attribute;
}

static size_t parts_gather(struct parser *parser, const struct record *record, struct part *parts)
{
	size_t count = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct record_attribute *attribute = &record->attributes[i];
		if (attribute->count == 0 || strchr(attribute->name, ';') != NULL)
			continue;
		const char *canonical = attribute_canonical(attribute->name, parser->scratch);
		const struct attribute_row *row = schema_attribute_find(canonical);
		parts[count++] = (struct part){
			.name = atoms_intern(parser->context->atoms, row != NULL ? row->name : canonical),
			.form = row != NULL ? row->form : FORM_NAME,
			.attribute = attribute,
		};
	}
	qsort(parts, count, sizeof(*parts), part_compare);
	return count;
}

/* Makes one draft of `count` parts of the same name. */
static void draft_init(struct parser *parser, struct draft *draft, const struct part *parts, size_t count)
{
	struct record_value *values;
	size_t at = 0;

	*draft = (struct draft){ .name = parts[0].name, .form = parts[0].form };
	for (size_t i = 0; i < count; i++)
		draft->value_count += parts[i].attribute->count;
	assert(draft->value_count < UINT32_MAX);
	draft->values = parts[0].attribute->values;
	if (count == 1)
		return;
	draft->values = values = arena_array(parser->scratch, draft->value_count, sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		memcpy(values + at, parts[i].attribute->values, parts[i].attribute->count * sizeof(*values));
		at += parts[i].attribute->count;
	}
}

/* ---- values ---- */

static struct record_value value_sound(const struct record_value *value)
{
	return value->octets != NULL ? *value : (struct record_value){ .octets = "" };
}

/* The text of a value, or NULL; with its normal form in `normal`. */
static const char *record_text(struct parser *parser, enum attribute_form form, const struct record_value *given,
                               struct text *normal)
{
	struct record_value value = value_sound(given);

	if (form == FORM_GUID || form == FORM_SID) {
		const char *text = form == FORM_GUID ? octets_guid(value.octets, value.length, parser->scratch)
		                                     : octets_sid(value.octets, value.length, parser->scratch);
		if (text != NULL)
			text_append(normal, text);
		return text;
	}
	if (name_normalise(value.octets, value.length, normal) != 0)
		return NULL;
	return arena_octets(parser->scratch, value.octets, value.length);
}

struct keyed_text {
	const char *text;
	const char *key; /* equal keys: equal values; NULL: equal to nothing */
	uint32_t at;
	bool again;
};

static int keyed_compare(const void *a, const void *b)
{
	const struct keyed_text *x = *(struct keyed_text *const *)a, *y = *(struct keyed_text *const *)b;
	int order = x->key == NULL || y->key == NULL ? (x->key == NULL) - (y->key == NULL) : strcmp(x->key, y->key);

	return order != 0 ? order : x->at < y->at ? -1 : x->at > y->at;
}

/* Marks all but the first of equal values. */
static void keyed_mark(struct parser *parser, struct keyed_text *texts, size_t count)
{
	struct keyed_text **sorted = arena_array(parser->scratch, count, sizeof(struct keyed_text *));

	for (size_t i = 0; i < count; i++)
		sorted[i] = &texts[i];
	qsort(sorted, count, sizeof(struct keyed_text *), keyed_compare);
	for (size_t i = 1; i < count; i++)
		sorted[i]->again = sorted[i]->key != NULL && strcmp(sorted[i]->key, sorted[i - 1]->key) == 0;
}

static void draft_read_texts(struct parser *parser, struct draft *draft)
{
	struct keyed_text *texts = arena_array(parser->scratch, draft->value_count, sizeof(*texts));
	struct text normal;

	text_init(&normal, NAME_LENGTH_MAX);
	for (uint32_t i = 0; i < draft->value_count; i++) {
		text_reset(&normal);
		texts[i].at = i;
		texts[i].text = record_text(parser, draft->form, &draft->values[i], &normal);
		if (texts[i].text == NULL || draft->form == FORM_EXACT || draft->value_count == 1)
			texts[i].key = texts[i].text;
		else
			texts[i].key = arena_octets(parser->scratch, text_string(&normal), normal.length);
	}
	text_release(&normal);
	if (draft->value_count > 1)
		keyed_mark(parser, texts, draft->value_count);
	draft->texts = arena_array(parser->scratch, draft->value_count, sizeof(*draft->texts));
	for (size_t i = 0; i < draft->value_count; i++)
		if (!texts[i].again)
			draft->texts[draft->text_count++] = texts[i].text;
}

/* Reads one DN.  The empty DN names no entry that could be meant. */
static node_id value_parse_node(const struct parse_context *context, const struct record_value *value,
                                struct arena *work, struct error *why)
{
	struct dn dn;

	if (dn_parse(value->octets, value->length, work, &dn, why) != 0)
		return NODE_NONE;
	if (dn.count > 0)
		return context->node_of(context->context, &dn);
	error_set(why, -1, "the empty DN");
	return NODE_NONE;
}

static node_id value_node(struct parser *parser, const struct record_value *given, struct arena *work,
                          struct error *why)
{
	const struct parse_context *context = parser->context;
	struct record_value value = value_sound(given);
	node_id node = NODE_NONE;

	if (context->recall != NULL)
		node = context->recall(context->context, value.octets, value.length);
	if (node != NODE_NONE)
		return node;
	node = value_parse_node(context, &value, work, why);
	arena_reset(work);
	if (node != NODE_NONE && context->remember != NULL)
		context->remember(context->context, value.octets, value.length, node);
	return node;
}

/* What is a DN becomes a node; what is none stays as it is, and is reported. */
static void draft_read_nodes(struct parser *parser, struct draft *draft)
{
	struct arena *work = arena_new();
	struct text normal;

	text_init(&normal, NAME_LENGTH_MAX);
	draft->nodes = arena_array(parser->scratch, draft->value_count, sizeof(*draft->nodes));
	draft->texts = arena_array(parser->scratch, draft->value_count, sizeof(*draft->texts));
	for (size_t i = 0; i < draft->value_count; i++) {
		struct error why; /* said by whoever returns no node */
		node_id node = value_node(parser, &draft->values[i], work, &why);
		if (node != NODE_NONE) {
			draft->nodes[draft->node_count++] = node;
			continue;
		}
		text_reset(&normal);
		const char *text = record_text(parser, FORM_EXACT, &draft->values[i], &normal);
		parser_report(parser, PROBLEM_BAD_REFERENCE, draft->name, text, why.text);
		draft->texts[draft->text_count++] = text;
	}
	draft->node_count = nodes_unique(draft->nodes, draft->node_count, parser->scratch);
	text_release(&normal);
	arena_free(work);
}

/* ---- the entry's attributes ---- */

/* The same few values on every entry: kept once for all. */
static bool draft_is_shared(const struct draft *draft)
{
	return strcmp(draft->name, "objectclass") == 0;
}

static size_t draft_octets(const struct draft *draft)
{
	size_t octets = 0;

	for (uint32_t i = 0; i < draft->text_count && !draft_is_shared(draft); i++)
		octets += draft->texts[i] != NULL ? strlen(draft->texts[i]) + 1 : 0;
	return octets;
}

/* Copies the text to *octets, which moves on behind it. */
static const char *draft_text(struct parser *parser, const struct draft *draft, const char *text, char **octets)
{
	size_t size;
	char *copy;

	if (text == NULL || draft_is_shared(draft))
		return text == NULL ? NULL : atoms_intern(parser->context->atoms, text);
	size = strlen(text) + 1;
	copy = memcpy(*octets, text, size);
	*octets += size;
	return copy;
}

/* Moves the drafts into the entry: one block for the values, one for the nodes, one for the octets of all texts. */
static void entry_take(struct parser *parser, const struct draft *drafts, uint32_t count)
{
	size_t text_count = 0, node_count = 0, octet_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		text_count += drafts[i].text_count;
		node_count += drafts[i].node_count;
		octet_count += draft_octets(&drafts[i]);
	}
	struct entry_attribute *attributes = arena_array(parser->arena, count, sizeof(*attributes));
	struct entry_value *value = arena_array(parser->arena, text_count, sizeof(*value));
	node_id *node = node_count > 0 ? arena_array(parser->arena, node_count, sizeof(*node)) : NULL;
	char *octets = arena_alloc(parser->arena, octet_count);
	for (uint32_t i = 0; i < count; i++) {
		const struct draft *draft = &drafts[i];
		attributes[i] = (struct entry_attribute){
			.name = draft->name, .count = draft->text_count, .node_count = draft->node_count,
			.values = draft->text_count > 0 ? value : NULL, .nodes = draft->node_count > 0 ? node : NULL,
		};
		for (uint32_t j = 0; j < draft->text_count; j++)
			*value++ = (struct entry_value){ draft_text(parser, draft, draft->texts[j], &octets) };
		for (uint32_t j = 0; j < draft->node_count; j++)
			*node++ = draft->nodes[j];
	}
	parser->entry->attributes = attributes;
	parser->entry->attribute_count = (uint16_t)count;
}

void record_read(struct parser *parser, const struct record *record, struct record_view *view)
{
	struct part *parts = arena_array(parser->scratch, record->count, sizeof(*parts));
	size_t part_count = parts_gather(parser, record, parts);

	*view = (struct record_view){ .parser = parser };
	view->drafts = arena_array(parser->scratch, part_count, sizeof(*view->drafts));
	for (size_t first = 0, next; first < part_count; first = next) {
		for (next = first + 1; next < part_count && parts[next].name == parts[first].name;)
			next++;
		if (view->count == ENTRY_ATTRIBUTES_MAX) {
			parser_report(parser, PROBLEM_TOO_MANY, NULL, NULL, "more than 65535 attributes");
			view->count = 0;
			return;
		}
		struct draft *draft = &view->drafts[view->count++];
		draft_init(parser, draft, &parts[first], next - first);
		if (draft->form == FORM_NODE)
			draft_read_nodes(parser, draft);
		else
			draft_read_texts(parser, draft);
	}
	entry_take(parser, view->drafts, view->count);
}

/* ---- filters over the record ---- */

static void draft_make_list(struct parser *parser, struct draft *draft)
{
	struct value *values = arena_array(parser->scratch, draft->value_count, sizeof(*values));
	struct text normal;

	text_init(&normal, NAME_LENGTH_MAX);
	for (size_t i = 0; i < draft->value_count; i++) {
		text_reset(&normal);
		const char *text = record_text(parser, draft->form, &draft->values[i], &normal);
		/* Octets that are no text match nothing but presence, as objects do. */
		values[i] = (struct value){ .kind = text != NULL ? VALUE_STRING : VALUE_OBJECT, .string = text };
	}
	text_release(&normal);
	draft->list = (struct value_list){ .count = draft->value_count, .values = values };
}

static enum known record_values(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	struct record_view *view = context;
	const char *canonical = attribute_canonical(name, view->parser->scratch);

	(void)space;
	for (uint32_t i = 0; i < view->count; i++)
		if (strcmp(view->drafts[i].name, canonical) == 0) {
			if (view->drafts[i].list.values == NULL)
				draft_make_list(view->parser, &view->drafts[i]);
			*list = view->drafts[i].list;
			return KNOWN_VALUES;
		}
	return KNOWN_ABSENT;
}

static enum known record_reference(void *context, enum filter_reference reference, const char *name,
                                   struct value_list *list)
{
	(void)context;
	(void)reference;
	(void)name;
	(void)list;
	return KNOWN_NEVER; /* a filter over entries has none */
}

bool record_matches(struct record_view *view, const struct filter *filter)
{
	const struct filter_source source = { .context = view, .values = record_values, .reference = record_reference };

	return filter_evaluate(filter, &source, NULL) == TRUTH_TRUE;
}

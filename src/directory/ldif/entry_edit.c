#include "directory/ldif/entry_edit.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "model/dn.h"
#include "model/name.h"
#include "model/parse_schema.h"

#define NORMAL_MAX ((size_t)DN_LENGTH_MAX * 64) /* of a DN that parses */
#define NO_TEXT    "\xff"                       /* stands for octets that are none */

struct edited_value {
	const char *octets;
	size_t length;
	const char *key; /* equal keys: equal values; NULL: equal to nothing */
};

struct edited_attribute {
	const char *name; /* canonical */
	enum attribute_form form;
	struct edited_value *values;
	size_t count, room;
};

/* ---- lists ---- */

/* Makes room for one more. */
static void *grown(void *items, size_t count, size_t *room, size_t size, struct arena *arena)
{
	void *more;

	if (count < *room)
		return items;
	*room = *room > 0 ? *room * 2 : 4;
	more = arena_array(arena, *room, size);
	if (count > 0)
		memcpy(more, items, count * size);
	return more;
}

static const struct attribute_row *row_of(const char *name, struct arena *arena, const char **canonical)
{
	const struct attribute_row *row;

	*canonical = attribute_canonical(name, arena);
	row = schema_attribute_find(*canonical);
	if (row)
		*canonical = row->name;
	return row;
}

static struct edited_attribute *attribute_find(const struct entry_edit *edit, const char *name)
{
	const char *canonical;

	row_of(name, edit->arena, &canonical);
	for (size_t i = 0; i < edit->count; i++)
		if (strcmp(edit->attributes[i].name, canonical) == 0)
			return &edit->attributes[i];
	return NULL;
}

static struct edited_attribute *attribute_make(struct entry_edit *edit, const char *name)
{
	struct edited_attribute *attribute = attribute_find(edit, name);
	const struct attribute_row *row;

	if (attribute)
		return attribute;
	edit->attributes = grown(edit->attributes, edit->count, &edit->room, sizeof(*edit->attributes), edit->arena);
	attribute = &edit->attributes[edit->count++];
	*attribute = (struct edited_attribute){0};
	row = row_of(name, edit->arena, &attribute->name);
	attribute->form = row ? row->form : FORM_NAME;
	return attribute;
}

static void value_append(struct entry_edit *edit, struct edited_attribute *attribute, const struct edited_value *value)
{
	attribute->values = grown(attribute->values, attribute->count, &attribute->room, sizeof(*attribute->values),
	                          edit->arena);
	attribute->values[attribute->count++] = *value;
}

/* ---- equality ---- */

static const char *key_of_dn(const char *octets, size_t length, struct arena *arena)
{
	struct text normal;
	struct dn dn;
	const char *key;

	if (dn_parse(octets, length, arena, &dn, NULL) != 0)
		return arena_octets(arena, octets, length);
	text_init(&normal, NORMAL_MAX);
	dn_normal(&dn, &normal);
	assert(!normal.overflowed);
	key = arena_string(arena, text_string(&normal));
	text_release(&normal);
	return key;
}

static const char *key_of_name(const char *octets, size_t length, struct arena *arena)
{
	struct text normal;
	const char *key = NULL;

	text_init(&normal, NAME_LENGTH_MAX);
	if (name_normalise(octets, length, &normal) == 0)
		key = arena_string(arena, text_string(&normal));
	text_release(&normal);
	return key;
}

static const char *key_of(enum attribute_form form, const char *octets, size_t length, struct arena *arena)
{
	if (form == FORM_NODE)
		return key_of_dn(octets, length, arena);
	if (form == FORM_NAME)
		return key_of_name(octets, length, arena);
	return memchr(octets, '\0', length) ? NULL : arena_octets(arena, octets, length);
}

/* Where the value is; `count` if it is not there. */
static size_t value_find(const struct edited_attribute *attribute, const char *key)
{
	size_t i = 0;

	while (i < attribute->count && (!key || !attribute->values[i].key || strcmp(attribute->values[i].key, key) != 0))
		i++;
	return i;
}

/* ---- taking apart ---- */

static void take_text(struct entry_edit *edit, struct edited_attribute *attribute, const char *text)
{
	struct edited_value value = {NO_TEXT, strlen(NO_TEXT), NULL};

	if (text)
		value = (struct edited_value){text, strlen(text), key_of(attribute->form, text, strlen(text), edit->arena)};
	value_append(edit, attribute, &value);
}

static void take_node(struct entry_edit *edit, struct edited_attribute *attribute, const struct snapshot *snapshot,
                      node_id node, struct text *work)
{
	struct edited_value value;

	text_reset(work);
	snapshot_print_dn(snapshot, node, work);
	value.length = work->length;
	value.octets = arena_octets(edit->arena, text_string(work), work->length);
	text_reset(work);
	snapshot_print_normal_dn(snapshot, node, work);
	value.key = arena_octets(edit->arena, text_string(work), work->length);
	assert(!work->overflowed);
	value_append(edit, attribute, &value);
}

void entry_edit_begin(struct entry_edit *edit, const struct snapshot *snapshot, const struct entry *entry,
                      struct arena *arena)
{
	struct text work;

	*edit = (struct entry_edit){.arena = arena};
	text_init(&work, NORMAL_MAX);
	for (size_t i = 0; entry && i < entry->attribute_count; i++) {
		const struct entry_attribute *from = &entry->attributes[i];
		struct edited_attribute *attribute = attribute_make(edit, from->name);

		for (uint32_t k = 0; k < from->count; k++)
			take_text(edit, attribute, from->values[k].text);
		for (uint32_t k = 0; k < from->node_count; k++)
			take_node(edit, attribute, snapshot, from->nodes[k], &work);
	}
	text_release(&work);
}

/* ---- changing ---- */

static bool has_options(const char *name)
{
	return strchr(name, ';') != NULL;
}

int entry_edit_add(struct entry_edit *edit, const char *name, const char *octets, size_t length)
{
	struct edited_attribute *attribute;
	struct edited_value value = {octets, length, NULL};

	if (has_options(name))
		return 0;
	attribute = attribute_make(edit, name);
	value.key = key_of(attribute->form, octets, length, edit->arena);
	if (value_find(attribute, value.key) < attribute->count)
		return EDIT_THERE;
	value_append(edit, attribute, &value);
	return 0;
}

int entry_edit_delete(struct entry_edit *edit, const char *name, const char *octets, size_t length)
{
	struct edited_attribute *attribute = attribute_find(edit, name);
	size_t at;

	if (has_options(name))
		return 0;
	if (!attribute)
		return EDIT_ABSENT;
	at = value_find(attribute, key_of(attribute->form, octets, length, edit->arena));
	if (at == attribute->count)
		return EDIT_ABSENT;
	attribute->count--;
	memmove(&attribute->values[at], &attribute->values[at + 1], (attribute->count - at) * sizeof(*attribute->values));
	return 0;
}

int entry_edit_clear(struct entry_edit *edit, const char *name)
{
	struct edited_attribute *attribute = attribute_find(edit, name);

	if (has_options(name))
		return 0;
	if (!attribute || attribute->count == 0)
		return EDIT_ABSENT;
	attribute->count = 0;
	return 0;
}

bool entry_edit_has(const struct entry_edit *edit, const char *name)
{
	const struct edited_attribute *attribute = attribute_find(edit, name);

	return attribute && attribute->count > 0;
}

bool entry_edit_same_name(const char *a, const char *b)
{
	struct arena *arena = arena_new();
	const char *one, *other;
	bool same;

	row_of(a, arena, &one);
	row_of(b, arena, &other);
	same = strcmp(one, other) == 0;
	arena_free(arena);
	return same;
}

/* ---- putting together ---- */

void entry_edit_record(const struct entry_edit *edit, const char *dn, const char *key, struct record *record)
{
	struct record_attribute *attributes = arena_array(edit->arena, edit->count, sizeof(*attributes));

	*record = (struct record){.dn = dn, .dn_length = strlen(dn), .key = key, .attributes = attributes};
	for (size_t i = 0; i < edit->count; i++) {
		const struct edited_attribute *from = &edit->attributes[i];
		struct record_value *values = arena_array(edit->arena, from->count, sizeof(*values));

		for (size_t k = 0; k < from->count; k++)
			values[k] = (struct record_value){from->values[k].octets, from->values[k].length};
		if (from->count > 0)
			attributes[record->count++] = (struct record_attribute){from->name, values, from->count};
	}
}

/* ---- RDNs ---- */

/* The octets up to the next '+' that is neither escaped nor quoted (RFC 4514 section 3, RFC 2253 section 4). */
static size_t ava_length(const char *rdn)
{
	bool quoted = false;
	size_t i = 0;

	for (; rdn[i] != '\0' && (quoted || rdn[i] != '+'); i++) {
		if (rdn[i] == '"')
			quoted = !quoted;
		if (rdn[i] == '\\' && rdn[i + 1] != '\0')
			i++;
	}
	return i;
}

size_t rdn_values(const char *rdn, struct arena *arena, struct named_value **values)
{
	size_t room = 0, count = 0;

	*values = NULL;
	for (size_t length; *rdn != '\0'; rdn += length + (rdn[length] == '+')) {
		struct dn dn;

		length = ava_length(rdn);
		if (dn_parse(rdn, length, arena, &dn, NULL) != 0 || dn.count != 1)
			continue; /* no RDN, against the contract: nothing is made up of it */
		*values = grown(*values, count, &room, sizeof(**values), arena);
		(*values)[count++] = (struct named_value){dn.rdns[0].type, dn.rdns[0].value};
	}
	return count;
}

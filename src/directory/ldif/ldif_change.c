#include "directory/ldif/ldif_change.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "directory/ldif/entry_edit.h"
#include "directory/ldif/ldif_operation.h"
#include "model/builder.h"
#include "model/dn.h"

#define DN_TEXT_MAX ((size_t)DN_LENGTH_MAX * 4) /* of a DN that the index prints */

/* One operation on its way into the builder. */
struct change {
	struct builder *builder;
	const struct snapshot *snapshot; /* what the builder was before this operation */
	const struct ldif_operation *operation;
	struct arena *arena;
	struct error *why;
};

/* Puts the place in front of what was said. */
static int at_line(const struct change *change, size_t number, int code)
{
	return error_prefix(change->why, code, "%s:%zu: ", change->operation->file, number);
}

/* ---- looking ---- */

static const struct entry *find(const struct change *change, const char *dn)
{
	return snapshot_entry(change->snapshot, snapshot_find_dn(change->snapshot, dn));
}

/* The entry that is changed; NULL, with why. */
static const struct entry *target(const struct change *change)
{
	const struct entry *entry = find(change, change->operation->dn);

	if (!entry)
		at_line(change, change->operation->number,
		        error_set(change->why, -ENOENT, "there is no entry \"%.400s\"", change->operation->dn));
	return entry;
}

static const char *print_dn(const struct change *change, node_id node)
{
	struct text text;
	const char *dn;

	text_init(&text, DN_TEXT_MAX);
	snapshot_print_dn(change->snapshot, node, &text);
	dn = arena_string(change->arena, text_string(&text));
	text_release(&text);
	return dn;
}

/* The DN without its first RDN, which is copied to *rdn: as they are written. */
static const char *split_dn(const struct change *change, const char *dn, const char **rdn)
{
	struct text rest;
	struct dn parsed;
	const char *parent;

	*rdn = "";
	text_init(&rest, DN_TEXT_MAX);
	if (dn_parse(dn, strlen(dn), change->arena, &parsed, NULL) == 0 && parsed.count > 0) {
		*rdn = parsed.rdns[0].display;
		for (uint32_t i = 1; i < parsed.count; i++)
			text_print(&rest, "%s%s", i > 1 ? "," : "", parsed.rdns[i].display);
	}
	parent = arena_string(change->arena, text_string(&rest));
	text_release(&rest);
	return parent;
}

static bool is_empty(const struct snapshot *snapshot)
{
	struct relation_cursor cursor;
	node_id node;

	snapshot_relation(snapshot, RELATION_CHILD, NODE_NONE, &cursor);
	return !relation_next(&cursor, &node);
}

/* An entry has a parent, but for the topmost one: the first of an index. */
static int check_parent(const struct change *change, const char *parent)
{
	if (find(change, parent) || is_empty(change->snapshot))
		return 0;
	return at_line(change, change->operation->number,
	               error_set(change->why, -ENOENT, "there is no entry \"%.400s\" below which it could be", parent));
}

static int check_vacant(const struct change *change, const char *dn)
{
	if (!find(change, dn))
		return 0;
	return at_line(change, change->operation->number,
	               error_set(change->why, -EEXIST, "there is an entry \"%.400s\" already", dn));
}

/* A node without an entry may have entries below it. */
static bool has_entries_below(const struct snapshot *snapshot, node_id node)
{
	struct relation_cursor cursor;
	node_id child;

	snapshot_relation(snapshot, RELATION_CHILD, node, &cursor);
	while (relation_next(&cursor, &child))
		if (snapshot_entry(snapshot, child) || has_entries_below(snapshot, child))
			return true;
	return false;
}

/* ---- putting ---- */

/* RFC 4511 section 4.7, RFC 4512 section 2.3: what names an entry is in it, and so is a class. */
static int check_entry(const struct change *change, struct entry_edit *edit, const char *dn)
{
	const char *rdn;
	struct named_value *names;
	size_t count;

	split_dn(change, dn, &rdn);
	count = rdn_values(rdn, change->arena, &names);
	if (!entry_edit_has(edit, "objectClass"))
		return error_set(change->why, -EINVAL, "\"%.400s\" would have no objectClass", dn);
	for (size_t i = 0; i < count; i++)
		if (entry_edit_add(edit, names[i].type, names[i].value, strlen(names[i].value)) != EDIT_THERE)
			return error_set(change->why, -EINVAL, "\"%.400s\" would not have the value \"%.100s\" of %s that names it", dn,
			                 names[i].value, names[i].type);
	return 0;
}

static int put(const struct change *change, struct entry_edit *edit, const char *dn, const char *key, uint16_t source)
{
	struct record record;
	enum builder_outcome outcome;
	int result = check_entry(change, edit, dn);

	if (result < 0)
		return at_line(change, change->operation->number, result);
	entry_edit_record(edit, dn, key, &record);
	outcome = builder_put(change->builder, source, &record, change->why);
	if (outcome == BUILDER_DONE || outcome == BUILDER_UNCHANGED)
		return 0;
	return at_line(change, change->operation->number, -EINVAL);
}

static int remove_entry(const struct change *change, const struct entry *entry)
{
	int result = builder_remove(change->builder, entry->source, entry->key);

	assert(result == 0); /* the builder is what the snapshot is */
	return result;
}

/* ---- operations ---- */

static int add(const struct change *change)
{
	const struct record *from = &change->operation->entry;
	const char *dn = change->operation->dn, *rdn, *parent = split_dn(change, dn, &rdn);
	const struct entry *above = find(change, parent);
	struct entry_edit edit;
	int result = check_vacant(change, dn);

	if (result == 0)
		result = check_parent(change, parent);
	entry_edit_begin(&edit, change->snapshot, NULL, change->arena);
	for (size_t i = 0; i < from->count && result == 0; i++)
		for (size_t k = 0; k < from->attributes[i].count && result == 0; k++) {
			const struct record_value *value = &from->attributes[i].values[k];

			if (entry_edit_add(&edit, from->attributes[i].name, value->octets, value->length) == EDIT_THERE)
				result = at_line(change, change->operation->number,
				                 error_set(change->why, -EEXIST, "\"%.200s\" is given twice as a value of %s",
				                           value->octets, from->attributes[i].name));
		}
	return result < 0 ? result : put(change, &edit, dn, NULL, above ? above->source : 0);
}

static int delete(const struct change *change)
{
	const struct entry *entry = target(change);

	if (!entry)
		return -ENOENT;
	if (has_entries_below(change->snapshot, entry->node))
		return at_line(change, change->operation->number,
		               error_set(change->why, -ENOTEMPTY, "\"%.400s\" has entries below it, which go first",
		                         change->operation->dn));
	return remove_entry(change, entry);
}

static int modify_value(const struct change *change, struct entry_edit *edit,
                        const struct ldif_modification *modification, const struct ldif_line *value)
{
	if (modification->type == LDIF_MODIFICATION_DELETE) {
		if (entry_edit_delete(edit, modification->name, value->value, value->length) == 0)
			return 0;
		error_set(change->why, -ENOENT, "\"%.200s\" is no value of %s, and cannot be deleted", value->value,
		          modification->name);
	} else {
		if (entry_edit_add(edit, modification->name, value->value, value->length) == 0)
			return 0;
		error_set(change->why, -EEXIST, "\"%.200s\" is a value of %s already", value->value, modification->name);
	}
	return at_line(change, value->number, -EINVAL);
}

static int modify_attribute(const struct change *change, struct entry_edit *edit,
                            const struct ldif_modification *modification)
{
	bool whole = modification->type == LDIF_MODIFICATION_REPLACE ||
	             (modification->type == LDIF_MODIFICATION_DELETE && modification->count == 0);
	int result = 0;

	/* RFC 4511 section 4.6: a replacement of what is not there is none. */
	if (whole && entry_edit_clear(edit, modification->name) == EDIT_ABSENT &&
	    modification->type == LDIF_MODIFICATION_DELETE)
		return at_line(change, modification->number,
		               error_set(change->why, -ENOENT, "there is no %s that could be deleted", modification->name));
	for (size_t i = 0; i < modification->count && result == 0; i++)
		result = modify_value(change, edit, modification, &modification->values[i]);
	return result;
}

static int modify(const struct change *change)
{
	const struct entry *entry = target(change);
	struct entry_edit edit;
	int result = entry ? 0 : -ENOENT;

	entry_edit_begin(&edit, change->snapshot, entry, change->arena);
	for (size_t i = 0; i < change->operation->count && result == 0; i++)
		result = modify_attribute(change, &edit, &change->operation->modifications[i]);
	return result < 0 ? result : put(change, &edit, print_dn(change, entry->node), entry->key, entry->source);
}

/* ---- renaming: everything below is taken out, and put at its new place ---- */

/* The stable id stays, unless it was the DN. */
static const char *key_after(const struct change *change, const struct entry *entry)
{
	struct text normal;
	const char *key;

	text_init(&normal, DN_TEXT_MAX * 16);
	snapshot_print_normal_dn(change->snapshot, entry->node, &normal);
	key = strcmp(text_string(&normal), entry->key) == 0 ? NULL : entry->key;
	text_release(&normal);
	return key;
}

static void remove_below(const struct change *change, node_id node)
{
	const struct entry *entry = snapshot_entry(change->snapshot, node);
	struct relation_cursor cursor;
	node_id child;

	if (entry)
		remove_entry(change, entry);
	snapshot_relation(change->snapshot, RELATION_CHILD, node, &cursor);
	while (relation_next(&cursor, &child))
		remove_below(change, child);
}

static int put_below(const struct change *change, node_id node, const char *dn);

static int put_children(const struct change *change, node_id node, const char *dn)
{
	struct relation_cursor cursor;
	const char *rdn;
	node_id child;
	int result = 0;

	snapshot_relation(change->snapshot, RELATION_CHILD, node, &cursor);
	while (result == 0 && relation_next(&cursor, &child)) {
		split_dn(change, print_dn(change, child), &rdn);
		result = put_below(change, child, arena_print(change->arena, "%s,%s", rdn, dn));
	}
	return result;
}

static int put_below(const struct change *change, node_id node, const char *dn)
{
	const struct entry *entry = snapshot_entry(change->snapshot, node);
	struct entry_edit edit;
	struct record record;

	if (entry) {
		entry_edit_begin(&edit, change->snapshot, entry, change->arena);
		entry_edit_record(&edit, dn, key_after(change, entry), &record);
		record.changed = entry->changed;
		if (builder_put(change->builder, entry->source, &record, change->why) > BUILDER_UNCHANGED)
			return at_line(change, change->operation->number, -EINVAL);
	}
	return put_children(change, node, dn);
}

/* RFC 4511 section 4.9: the values of the new RDN come, those of the old one go if that is asked for. */
static void rename_values(const struct change *change, struct entry_edit *edit, const char *old_rdn)
{
	struct named_value *names;
	size_t count = rdn_values(old_rdn, change->arena, &names);

	for (size_t i = 0; i < count && change->operation->delete_old; i++)
		entry_edit_delete(edit, names[i].type, names[i].value, strlen(names[i].value));
	count = rdn_values(change->operation->new_rdn, change->arena, &names);
	for (size_t i = 0; i < count; i++)
		entry_edit_add(edit, names[i].type, names[i].value, strlen(names[i].value));
}

static int check_new_place(const struct change *change, const struct entry *entry, const char *dn, const char *parent)
{
	node_id above = snapshot_find_dn(change->snapshot, parent);
	int result = 0;

	if (snapshot_find_dn(change->snapshot, dn) != entry->node)
		result = check_vacant(change, dn);
	if (result == 0 && change->operation->new_superior)
		result = check_parent(change, parent);
	if (result == 0 && above != NODE_NONE && snapshot_is_below(change->snapshot, above, entry->node))
		result = at_line(change, change->operation->number,
		                 error_set(change->why, -EINVAL, "\"%.400s\" cannot be put below itself", change->operation->dn));
	return result;
}

static int rename_entry(const struct change *change)
{
	const struct entry *entry = target(change);
	const char *old_rdn, *parent, *dn;
	struct entry_edit edit;
	int result;

	if (!entry)
		return -ENOENT;
	parent = split_dn(change, print_dn(change, entry->node), &old_rdn);
	if (change->operation->new_superior)
		parent = change->operation->new_superior;
	dn = arena_print(change->arena, "%s%s%s", change->operation->new_rdn, parent[0] != '\0' ? "," : "", parent);
	result = check_new_place(change, entry, dn, parent);
	if (result < 0)
		return result;
	entry_edit_begin(&edit, change->snapshot, entry, change->arena);
	rename_values(change, &edit, old_rdn);
	remove_below(change, entry->node);
	result = put(change, &edit, dn, key_after(change, entry), entry->source);
	return result < 0 ? result : put_children(change, entry->node, dn);
}

/* ---- the whole ---- */

static int apply(struct builder *builder, const struct ldif_record *record, struct arena *arena, struct error *why)
{
	static int (*const operations[])(const struct change *change) = {
		[LDIF_CHANGE_ADD] = add, [LDIF_CHANGE_DELETE] = delete,
		[LDIF_CHANGE_MODIFY] = modify, [LDIF_CHANGE_RENAME] = rename_entry,
	};
	struct ldif_operation operation;
	const struct change change = {builder, builder_freeze(builder), &operation, arena, why};
	int result = ldif_operation_read(record, arena, &operation, why);

	if (result == 0)
		result = operations[operation.type](&change);
	snapshot_drop(change.snapshot);
	return result;
}

int ldif_change(const struct snapshot *from, struct ldif_reader *reader, struct snapshot **to, struct error *why)
{
	struct builder *builder = builder_new(from, NULL);
	struct arena *arena = arena_new();
	struct ldif_record record;
	int result;

	while ((result = ldif_next(reader, arena, &record, why)) == 0) {
		result = apply(builder, &record, arena, why);
		if (result < 0)
			break;
		arena_reset(arena);
	}
	if (result == LDIF_END) {
		*to = builder_freeze(builder);
		result = 0;
	}
	arena_free(arena);
	builder_free(builder);
	return result;
}

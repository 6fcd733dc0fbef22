/* The policy as data: the matrix, roles, restrictions, groups. */
#include "base/csv.h"
#include "json/list_parts.h"

/* ---- the matrix ---- */

static enum matrix_cell cell_at(const struct matrix *matrix, uint32_t role, uint32_t permission)
{
	return (enum matrix_cell)matrix->cells[(size_t)role * matrix->permission_count + permission];
}

static void write_name_and_rank(const struct list_writer *writer, const struct entry *role)
{
	json_write_string(writer->entries.json, "id", role->own_id ? role->own_id : "");
	list_write_dn(writer, role->node);
	json_write_optional(writer->entries.json, "name", role->name);
	json_write_number(writer->entries.json, "rank", role->role->rank);
}

void matrix_write(const struct list_writer *writer, node_id place, struct arena *arena)
{
	struct json_writer *json = writer->entries.json;
	struct matrix matrix;

	matrix_of(writer->view, place, arena, &matrix);
	explanation_write_entry(&writer->entries, "place", matrix.place);
	explanation_write_entry(&writer->entries, "organization", matrix.organization);
	json_write_array(json, "roles");
	for (uint32_t i = 0; i < matrix.role_count; i++) {
		json_write_object(json, NULL);
		write_name_and_rank(writer, snapshot_entry(writer->entries.snapshot, matrix.roles[i]));
		json_write_end(json);
	}
	json_write_end(json);
	json_write_array(json, "permissions");
	for (uint32_t j = 0; j < matrix.permission_count; j++) {
		json_write_object(json, NULL);
		json_write_string(json, "name", matrix.permissions[j]);
		if (matrix.labels[j][0] != '\0')
			json_write_string(json, "label", matrix.labels[j]);
		json_write_array(json, "cells");
		for (uint32_t i = 0; i < matrix.role_count; i++)
			json_write_string(json, NULL, matrix_cell_name(cell_at(&matrix, i, j)));
		json_write_end(json);
		json_write_end(json);
	}
	json_write_end(json);
}

void matrix_write_csv(const struct list_writer *writer, node_id place, struct arena *arena, struct text *out)
{
	struct csv_writer csv = {.out = out};
	struct matrix matrix;

	matrix_of(writer->view, place, arena, &matrix);
	csv_write(&csv, "permission");
	csv_write(&csv, "label");
	for (uint32_t i = 0; i < matrix.role_count; i++)
		csv_write(&csv, snapshot_entry(writer->entries.snapshot, matrix.roles[i])->own_id);
	csv_write_end(&csv);
	for (uint32_t j = 0; j < matrix.permission_count; j++) {
		csv_write(&csv, matrix.permissions[j]);
		csv_write(&csv, matrix.labels[j]);
		for (uint32_t i = 0; i < matrix.role_count; i++)
			csv_write(&csv, matrix_cell_name(cell_at(&matrix, i, j)));
		csv_write_end(&csv);
	}
}

/* ---- roles and restrictions ---- */

static const char *first_text(const struct entry *entry, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(entry, attribute);

	return found && found->count > 0 ? found->values[0].text : NULL;
}

static void write_rules(const struct list_writer *writer, const char *name, const struct rules *rules)
{
	json_write_array(writer->entries.json, name);
	for (uint32_t i = 0; i < rules->count; i++)
		json_write_string(writer->entries.json, NULL, rules->items[i].text);
	json_write_end(writer->entries.json);
}

static void write_references(const struct list_writer *writer, const char *name, const struct references *references)
{
	explanation_write_entries(&writer->entries, name, references->nodes, references->count);
}

static void write_role(const struct list_writer *writer, const struct entry *entry)
{
	struct json_writer *json = writer->entries.json;
	const struct role *role = entry->role;

	write_name_and_rank(writer, entry);
	json_write_optional(json, "description", first_text(entry, "description"));
	json_write_boolean(json, "keep_holder", role->keep_holder);
	write_rules(writer, "permissions", &role->permission);
	write_rules(writer, "optional", &role->optional);
	write_rules(writer, "on_organization", &role->organization);
	write_rules(writer, "deny", &role->deny);
	json_write_strings(json, "ceiling", role->ceiling.items, role->ceiling.count);
	write_references(writer, "inherits", &role->inherits);
	write_references(writer, "may_assign", &role->may_assign);
	write_references(writer, "requires_plan", &role->requires_plan);
}

static void write_restriction(const struct list_writer *writer, const struct entry *entry)
{
	struct json_writer *json = writer->entries.json;
	const struct restriction *restriction = entry->restriction;

	json_write_string(json, "id", entry->own_id ? entry->own_id : "");
	list_write_dn(writer, entry->node);
	json_write_optional(json, "name", entry->name);
	json_write_optional(json, "description", first_text(entry, "description"));
	write_rules(writer, "restricts", &restriction->restricts);
	json_write_array(json, "obligations");
	for (uint32_t i = 0; i < restriction->obligations.count; i++)
		json_write_string(json, NULL, restriction->obligations.items[i].value);
	json_write_end(json);
	write_references(writer, "applies_to", &restriction->applies_to);
	write_references(writer, "requires_plan", &restriction->requires_plan);
}

struct entry_list {
	const struct list_writer *writer;
	void (*write)(const struct list_writer *writer, const struct entry *entry);
};

static void entry_found(void *context, node_id node)
{
	const struct entry_list *list = context;

	json_write_object(list->writer->entries.json, NULL);
	list->write(list->writer, snapshot_entry(list->writer->entries.snapshot, node));
	json_write_end(list->writer->entries.json);
}

static void write_kind(struct entry_list list, const char *name, enum kind kind, node_id organization,
                       struct list_page *page)
{
	const struct node_visitor visitor = {&list, entry_found};

	json_write_array(list.writer->entries.json, name);
	list_kind(list.writer->view, kind, organization, page, &visitor);
	json_write_end(list.writer->entries.json);
}

void roles_write(const struct list_writer *writer, node_id organization, struct list_page *page)
{
	write_kind((struct entry_list){writer, write_role}, "roles", KIND_ROLE, organization, page);
}

void restrictions_write(const struct list_writer *writer, node_id organization, struct list_page *page)
{
	write_kind((struct entry_list){writer, write_restriction}, "restrictions", KIND_RESTRICTION, organization, page);
}

/* ---- groups ---- */

static void group_member_found(void *context, const struct group_member *member)
{
	const struct list_writer *writer = context;

	json_write_object(writer->entries.json, NULL);
	list_write_user(writer, &member->user);
	explanation_write_entries(&writer->entries, "path", member->path, member->path_count);
	json_write_end(writer->entries.json);
}

static void write_binding(const struct list_writer *writer, const struct group_binding *binding)
{
	struct json_writer *json = writer->entries.json;

	json_write_object(json, NULL);
	explanation_write_entry(&writer->entries, "place", binding->place);
	explanation_write_entry(&writer->entries, "role", binding->role);
	json_write_string(json, "stop", reason_code(binding->chain.stop));
	explanation_write_chain(&writer->entries, "path", &binding->chain);
	json_write_end(json);
}

void group_write(const struct list_writer *writer, node_id group, const struct people_set *candidates, struct arena *arena,
                 struct list_page *page)
{
	const struct group_visitor visitor = {(void *)(uintptr_t)writer, group_member_found};
	struct json_writer *json = writer->entries.json;
	struct group_profile profile;

	group_profile(writer->view, group, arena, &profile);
	json_write_string(json, "id", profile.id);
	list_write_dn(writer, group);
	json_write_optional(json, "name", profile.name);
	json_write_optional(json, "description", profile.description);
	json_write_boolean(json, "dynamic", profile.dynamic);
	json_write_boolean(json, "gives_nothing", profile.gives_nothing);
	explanation_write_entries(&writer->entries, "groups", profile.groups, profile.group_count);
	json_write_array(json, "bindings");
	for (uint32_t i = 0; i < profile.binding_count; i++)
		write_binding(writer, &profile.bindings[i]);
	json_write_end(json);
	json_write_array(json, "members");
	group_members(writer->view, group, candidates, page, &visitor);
	json_write_end(json);
}

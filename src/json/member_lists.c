/* Members of a place. */
#include "json/list_parts.h"

static const char *kind_name(enum member_kind kind)
{
	static const char *const names[] = {
		[MEMBER_PERSON] = "person", [MEMBER_INVITED] = "invited", [MEMBER_EVERYONE] = "everyone"};

	return names[kind];
}

static void write_way(const struct list_writer *writer, const struct member_way *way)
{
	struct json_writer *json = writer->entries.json;

	json_write_object(json, NULL);
	explanation_write_entry(&writer->entries, "role", way->role);
	json_write_string(json, "stop", reason_code(way->chain.stop));
	if (way->until != INSTANT_MAX)
		json_write_instant(json, "until", way->until);
	explanation_write_entries(&writer->entries, "restrictions", way->restrictions, way->restriction_count);
	explanation_write_chain(&writer->entries, "path", &way->chain);
	json_write_end(json);
}

static void member_found(void *context, const struct listed_member *member)
{
	const struct list_writer *writer = context;
	struct json_writer *json = writer->entries.json;

	json_write_object(json, NULL);
	json_write_string(json, "kind", kind_name(member->kind));
	list_write_user(writer, &member->user);
	json_write_array(json, "access");
	for (uint32_t i = 0; i < member->way_count; i++)
		write_way(writer, &member->ways[i]);
	json_write_end(json);
	explanation_write_entries(&writer->entries, "restrictions", member->restrictions, member->restriction_count);
	json_write_end(json);
}

void members_write(const struct list_writer *writer, const struct members_of *of, const struct people_set *candidates,
                   struct list_page *page)
{
	const struct member_visitor visitor = {(void *)(uintptr_t)writer, member_found};

	json_write_array(writer->entries.json, "members");
	members_list(writer->view, of, candidates, page, &visitor);
	json_write_end(writer->entries.json);
}

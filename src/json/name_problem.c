#include "json/lists.h"
#include "json/problem_details.h"

unsigned name_problem_status(const struct name_found *found)
{
	return found->second != NODE_NONE ? 409 : 404;
}

static void write_looked_for(struct json_writer *json, enum named kind, const char *name)
{
	json_write_object(json, "looked_for");
	json_write_string(json, "kind", named_word(kind));
	json_write_optional(json, "name", name);
	json_write_end(json);
}

static void write_two(const struct explanation_writer *writer, const struct name_found *found)
{
	const node_id two[] = {found->node, found->second};

	explanation_write_entries(writer, "candidates", two, 2);
}

static const char *detail_of(enum named kind, const char *name, const struct name_found *found, const char *near,
                             struct arena *arena)
{
	const char *word = named_word(kind);

	if (!name)
		return found->second != NODE_NONE ? "there are several organizations: name one"
		                                  : "there is no organization";
	if (found->second != NODE_NONE)
		return arena_print(arena, "%s \"%.200s\": more than one is called so; name the organization, too", word, name);
	if (near)
		return arena_print(arena, "%s \"%.200s\": there is none; \"%.200s\" is near", word, name, near);
	return arena_print(arena, "%s \"%.200s\": there is none", word, name);
}

void name_problem_write_members(const struct explanation_writer *writer, enum named kind, const char *name,
                                const struct name_found *found, bool near)
{
	struct arena *arena = arena_new();
	const char *other = NULL;

	if (near && name && found->second == NODE_NONE)
		other = name_near(writer->snapshot, kind, name, arena);
	json_write_string(writer->json, "detail", detail_of(kind, name, found, other, arena));
	write_looked_for(writer->json, kind, name);
	if (found->second != NODE_NONE)
		write_two(writer, found);
	json_write_optional(writer->json, "near", other);
	arena_free(arena);
}

void name_problem_write(const struct explanation_writer *writer, enum named kind, const char *name,
                        const struct name_found *found, bool near)
{
	problem_details_begin(writer->json, name_problem_status(found), reason_code(found->reason),
	                      reason_meaning(found->reason), NULL);
	name_problem_write_members(writer, kind, name, found, near);
	json_write_end(writer->json);
}

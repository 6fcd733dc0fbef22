/* Members of a place, as JSON and as CSV. */
#include "base/csv.h"
#include "json/list_parts.h"

#define CELL_MAX 65536 /* octets of one cell; more is cut off, and says so */

static const char *kind_name(enum member_kind kind)
{
	static const char *const names[] = {
		[MEMBER_PERSON] = "person", [MEMBER_INVITED] = "invited", [MEMBER_EVERYONE] = "everyone"};

	return names[kind];
}

/* ---- JSON ---- */

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

/* ---- CSV ---- */

static const char *const columns[] = {"kind",   "id",           "name",  "mail",      "status",
                                      "access", "restrictions", "until", "last_seen", "online"};

struct export {
	const struct list_writer *writer;
	struct csv_writer csv;
	struct text cell;
};

static const char *id_of(const struct export *export, node_id node)
{
	const struct entry *entry = snapshot_entry(export->writer->entries.snapshot, node);

	return entry && entry->own_id ? entry->own_id : "?";
}

static void begin_cell(struct export *export)
{
	text_reset(&export->cell);
}

static void end_cell(struct export *export)
{
	csv_write(&export->csv, export->cell.overflowed ? "(too long)" : text_string(&export->cell));
}

static void separate(struct export *export)
{
	text_append(&export->cell, export->cell.length > 0 ? "; " : "");
}

/* "agent via berlin > agents (outside-time)": role, groups, binding, what stops it. */
static void write_access(struct export *export, const struct listed_member *member)
{
	begin_cell(export);
	for (uint32_t i = 0; i < member->way_count; i++) {
		const struct chain *chain = &member->ways[i].chain;

		separate(export);
		text_print(&export->cell, "%s via ", id_of(export, member->ways[i].role));
		for (uint32_t j = 0; j < chain->group_count; j++)
			text_print(&export->cell, "%s > ", id_of(export, chain->groups[j]));
		text_append(&export->cell, id_of(export, chain->binding));
		if (chain->stop != REASON_GRANTED)
			text_print(&export->cell, " (%s)", reason_code(chain->stop));
	}
	end_cell(export);
}

static void add_restrictions(struct export *export, const node_id *nodes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		separate(export);
		text_append(&export->cell, id_of(export, nodes[i]));
	}
}

static void write_restrictions(struct export *export, const struct listed_member *member)
{
	begin_cell(export);
	add_restrictions(export, member->restrictions, member->restriction_count);
	for (uint32_t i = 0; i < member->way_count; i++)
		add_restrictions(export, member->ways[i].restrictions, member->ways[i].restriction_count);
	end_cell(export);
}

static void write_instant(struct export *export, instant at)
{
	char text[40] = "";

	if (at != INSTANT_MIN && at != INSTANT_MAX)
		clock_format_rfc3339(at, text);
	csv_write(&export->csv, text);
}

/* When the last of what gives something ends. */
static instant access_until(const struct listed_member *member)
{
	instant until = INSTANT_MIN;

	for (uint32_t i = 0; i < member->way_count; i++)
		if (member->ways[i].until > until)
			until = member->ways[i].until;
	return until;
}

static void member_exported(void *context, const struct listed_member *member)
{
	struct export *export = context;
	const struct list_writer *writer = export->writer;

	csv_write(&export->csv, kind_name(member->kind));
	csv_write(&export->csv, member->user.id);
	csv_write(&export->csv, member->user.name);
	csv_write(&export->csv, member->user.mail);
	csv_write(&export->csv, account_state_name(member->user.status));
	write_access(export, member);
	write_restrictions(export, member);
	write_instant(export, access_until(member));
	write_instant(export, list_last_seen(writer, &member->user));
	csv_write(&export->csv, !writer->seen ? "" : list_online(writer, &member->user) ? "yes" : "no");
	csv_write_end(&export->csv);
}

void members_write_csv(const struct list_writer *writer, const struct members_of *of, const struct people_set *candidates,
                       struct list_page *page, struct text *out)
{
	struct export export = {.writer = writer, .csv = {.out = out}};
	const struct member_visitor visitor = {&export, member_exported};

	text_init(&export.cell, CELL_MAX);
	csv_write_row(&export.csv, columns, sizeof(columns) / sizeof(*columns));
	members_list(writer->view, of, candidates, page, &visitor);
	text_release(&export.cell);
}

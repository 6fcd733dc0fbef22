#include "directory/ldif/ldif_operation.h"

#include <errno.h>
#include <string.h>

#include "directory/ldif/entry_edit.h"
#include "model/dn.h"
#include "model/name.h"

/* A record on its way to an operation. */
struct reading {
	const struct ldif_record *record;
	struct arena *arena;
	struct ldif_operation *operation;
	struct error *why;
};

/* Says where it is: `line` of the record, or the DN when there are no more lines. */
static int refuse(const struct reading *reading, size_t line, const char *problem)
{
	const struct ldif_record *record = reading->record;

	if (line < record->count)
		return error_set(reading->why, -EINVAL, "%s:%zu: \"%s\": %s", record->file, record->lines[line].number,
		                 record->lines[line].name, problem);
	return error_set(reading->why, -EINVAL, "%s:%zu: %s", record->file, record->number, problem);
}

static bool line_is(const struct reading *reading, size_t line, const char *name)
{
	return line < reading->record->count && keyword_equal(reading->record->lines[line].name, name);
}

static int check_dn(const struct reading *reading, const char *dn, size_t number, uint32_t most)
{
	struct dn parsed;

	if (dn_parse(dn, strlen(dn), reading->arena, &parsed, reading->why) != 0)
		return error_prefix(reading->why, -EINVAL, "%s:%zu: the name \"%.200s\" is no DN (RFC 4514): ",
		                    reading->record->file, number, dn);
	if (parsed.count == 0 || parsed.count > most)
		return error_set(reading->why, -EINVAL, "%s:%zu: \"%.200s\" is not %s", reading->record->file, number, dn,
		                 parsed.count == 0 ? "a name: it is empty" : "one RDN");
	return 0;
}

/* ---- add ---- */

static int read_add(const struct reading *reading, size_t first)
{
	struct ldif_record content = *reading->record;

	content.change = false;
	content.lines += first;
	content.count -= first;
	if (content.count == 0)
		return refuse(reading, content.count + first, "nothing is added: the values of the entry are missing");
	return ldif_entry(&content, reading->arena, &reading->operation->entry, reading->why);
}

/* ---- delete ---- */

static int read_delete(const struct reading *reading, size_t first)
{
	return first == reading->record->count ? 0 : refuse(reading, first, "nothing may follow \"changetype: delete\"");
}

/* ---- modify ---- */

static const struct { const char *name; enum ldif_modification_type type; } modification_words[] = {
	{"add", LDIF_MODIFICATION_ADD}, {"delete", LDIF_MODIFICATION_DELETE}, {"replace", LDIF_MODIFICATION_REPLACE},
};
#define MODIFICATION_WORDS (sizeof(modification_words) / sizeof(modification_words[0]))

static bool modification_type(const char *name, enum ldif_modification_type *type)
{
	for (size_t i = 0; i < MODIFICATION_WORDS; i++)
		if (keyword_equal(name, modification_words[i].name)) {
			*type = modification_words[i].type;
			return true;
		}
	return false;
}

/* "add: member", its values, and the "-" that may be left out at the end of the record.  *line moves on behind it. */
static int read_modification(const struct reading *reading, size_t *line, struct ldif_modification *modification)
{
	const struct ldif_line *lines = reading->record->lines;
	size_t count = reading->record->count, first = *line + 1, end = first;

	*modification = (struct ldif_modification){.number = lines[*line].number, .name = lines[*line].value};
	if (!modification_type(lines[*line].name, &modification->type))
		return refuse(reading, *line, "a change of an attribute begins with add:, delete: or replace:, and ends with a "
		                              "line of one \"-\"");
	if (modification->name[0] == '\0')
		return refuse(reading, *line, "the name of an attribute is missing");
	while (end < count && lines[end].name[0] != '-') {
		if (!entry_edit_same_name(lines[end].name, modification->name))
			return refuse(reading, end, "this is not the attribute that is changed here; is a line of one \"-\" missing "
			                            "above?");
		end++;
	}
	modification->values = &lines[first];
	modification->count = end - first;
	if (modification->type == LDIF_MODIFICATION_ADD && modification->count == 0)
		return refuse(reading, *line, "no value is added");
	*line = end < count ? end + 1 : end;
	return 0;
}

static int read_modify(const struct reading *reading, size_t first)
{
	struct ldif_modification *modifications = arena_array(reading->arena, reading->record->count,
	                                                      sizeof(*modifications));
	size_t line = first;
	int result;

	reading->operation->modifications = modifications;
	if (line == reading->record->count)
		return refuse(reading, line, "nothing is changed");
	while (line < reading->record->count) {
		result = read_modification(reading, &line, &modifications[reading->operation->count]);
		if (result < 0)
			return result;
		reading->operation->count++;
	}
	return 0;
}

/* ---- modrdn ---- */

static int read_rename(const struct reading *reading, size_t first)
{
	const struct ldif_line *lines = reading->record->lines;
	struct ldif_operation *operation = reading->operation;
	size_t line = first + 2;
	int result;

	if (!line_is(reading, first, "newrdn"))
		return refuse(reading, first, "here \"newrdn:\" is wanted");
	if (!line_is(reading, first + 1, "deleteoldrdn") || strlen(lines[first + 1].value) != 1 ||
	    !strchr("01", lines[first + 1].value[0]))
		return refuse(reading, first + 1, "here \"deleteoldrdn: 1\" or \"deleteoldrdn: 0\" is wanted");
	operation->new_rdn = lines[first].value;
	operation->delete_old = lines[first + 1].value[0] == '1';
	result = check_dn(reading, operation->new_rdn, lines[first].number, 1);
	if (result == 0 && line_is(reading, line, "newsuperior")) {
		operation->new_superior = lines[line].value;
		result = check_dn(reading, operation->new_superior, lines[line].number, DN_DEPTH_MAX);
		line++;
	}
	if (result == 0 && line < reading->record->count)
		result = refuse(reading, line, "nothing may follow but \"newsuperior:\"");
	return result;
}

/* ---- the whole ---- */

static const struct {
	const char *name;
	enum ldif_change_type type;
	int (*read)(const struct reading *reading, size_t first);
} change_words[] = {
	{"add", LDIF_CHANGE_ADD, read_add},          {"delete", LDIF_CHANGE_DELETE, read_delete},
	{"modify", LDIF_CHANGE_MODIFY, read_modify}, {"modrdn", LDIF_CHANGE_RENAME, read_rename},
	{"moddn", LDIF_CHANGE_RENAME, read_rename},
};
#define CHANGE_WORDS (sizeof(change_words) / sizeof(change_words[0]))

int ldif_operation_read(const struct ldif_record *record, struct arena *arena, struct ldif_operation *operation,
                        struct error *why)
{
	const struct reading reading = {record, arena, operation, why};
	int result;

	*operation = (struct ldif_operation){.file = record->file, .number = record->number, .dn = record->dn};
	result = check_dn(&reading, record->dn, record->number, DN_DEPTH_MAX);
	if (result < 0)
		return result;
	if (!record->change)
		return read_add(&reading, 0);
	if (!keyword_equal(record->lines[0].name, "changetype"))
		return refuse(&reading, 0, "controls are not read here; leave them out");
	for (size_t i = 0; i < CHANGE_WORDS; i++)
		if (keyword_equal(record->lines[0].value, change_words[i].name)) {
			operation->type = change_words[i].type;
			return change_words[i].read(&reading, 1);
		}
	return refuse(&reading, 0, "it is one of add, delete, modify, modrdn, moddn");
}
